"""The trail, read as sentences."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from tracker.core import files
from tracker.core.access import Actor, Role, requires
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.exports import listed, record_export
from tracker.core.filters import zh_date
from tracker.core.forms import parse_day
from tracker.core.pages import paginate, row_number, text_arg
from tracker.core.reading import reads
from tracker.core.stamps import Proof
from tracker.trail import documents, queries
from tracker.trail.policy import can_read, reads_trail
from tracker.trail.queries import TrailFilter
from tracker.trail.wording import changes_of, kind_word

bp = Blueprint("trail", __name__)
TRAIL = "操作记录"
WITHOUT_READING = "查阅以外的"


@bp.get("/trail")
@requires(can=reads_trail)
@reads(TRAIL)
def index(actor: Actor) -> Any:
    wanted = _wanted()
    page = paginate(queries.entries_found(actor, wanted))
    seen = queries.kinds_seen(actor)
    kinds = [(kind, kind_word(kind)) for kind in seen]
    if "read" in seen:
        kinds.append((queries.BUT_READING, WITHOUT_READING))
    return render_template(
        "trail/index.html", page=page, kinds=kinds, said=_said(wanted), is_auditor=actor.role is Role.AUDITOR,
        forged={entry.id for entry in page.rows if entry.proof is Proof.FORGED},
    )  # fmt: skip


@bp.get("/trail/<int:entry_id>")
@requires(queries.visible_entries, can_read, param="entry_id")
def entry(actor: Actor, entry: AuditEntry) -> Any:
    return render_template("trail/entry.html", entry=entry, changes=changes_of(entry), proof=entry.proof)


@bp.get("/trail.xlsx")
@requires(can=reads_trail)
def export(actor: Actor) -> Any:
    """Exactly what is filtered; taking it out is an entry too."""
    wanted = _wanted()
    rows = queries.entries_found(actor, wanted)
    entries = list(db.session.scalars(rows.limit(documents.MOST + 1)))
    if len(entries) > documents.MOST:
        raise RuleError(f"符合条件的记录超过{documents.MOST}条，请先按日期缩小范围。")
    said = _said(wanted)
    content = documents.trail_table(entries, said, actor.on)
    record_export(actor, listed("操作记录", len(entries), said))
    return files.download_bytes(content, "操作记录.xlsx", files.XLSX)


def _wanted() -> TrailFilter:
    kind, _, text = text_arg("object").partition(":")
    number = row_number(text)
    return TrailFilter(
        person=text_arg("person"),
        words=text_arg("q"),
        kind=text_arg("kind"),
        since=parse_day(request.args.get("since", "")),
        until=parse_day(request.args.get("until", "")),
        object_type=kind if number is not None else "",
        object_id=number,
    )


def _said(wanted: TrailFilter) -> list[tuple[str, str, str]]:
    said = [
        ("人员", wanted.person, "person"),
        ("内容", wanted.words, "q"),
        ("事项", _kind_said(wanted.kind), "kind"),
        ("自", zh_date(wanted.since) if wanted.since else "", "since"),
        ("至", zh_date(wanted.until) if wanted.until else "", "until"),
        ("对象", "只看这一个" if wanted.object_type else "", "object"),
    ]
    return [part for part in said if part[1]]


def _kind_said(kind: str) -> str:
    if kind == queries.BUT_READING:
        return WITHOUT_READING
    return kind_word(kind) if kind else ""
