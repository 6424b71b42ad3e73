"""The office: which deadlines run, what will go out, what went out and how it arrived."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from tracker.core import calendar, files, jobs
from tracker.core.access import Actor, requires
from tracker.core.exports import listed, record_export
from tracker.core.pages import paginate, text_arg
from tracker.documents import xlsx
from tracker.messages import mail
from tracker.reminders import documents, policy, queries
from tracker.reminders.kinds import KINDS
from tracker.reminders.queries import rules, sendings
from tracker.reminders.queries.sendings import Filter
from tracker.reminders.views import bp

KIND_CHOICES = [(kind.name, kind.label) for kind in KINDS.values()]


@bp.get("/reminders")
@requires(can=policy.can_follow)
def deadlines(actor: Actor) -> str:
    """Every open deadline, the most urgent first, with how often it was reminded of and what was promised."""
    kind = request.args.get("kind", "")
    page = paginate(queries.open_deadlines(actor, text_arg("q"), kind))
    days = calendar.current()
    return render_template(
        "reminders/deadlines.html", page=page, said=queries.ledger_of_watches(page.rows), on=actor.on,
        notes=queries.latest_notes(page.rows), kinds=KIND_CHOICES, filtered=filtered(),
        left={watch.id: days.workdays_until(actor.on, watch.due_on) for watch in page.rows},
        may_nudge=lambda watch: policy.can_nudge(actor, watch),
        paused=rules.paused_rules(actor.committee_id or 0, actor.on), rules_by_name=KINDS,
        living=jobs.living_schedulers(actor.at),
    )  # fmt: skip


@bp.get("/reminders/calendar")
@requires(can=policy.can_follow)
def coming(actor: Actor) -> str:
    """What will go to whom in the next sixty days."""
    return render_template(
        "reminders/coming.html", groups=queries.coming(actor), horizon=queries.HORIZON.days,
        paused=rules.paused_rules(actor.committee_id or 0, actor.on), rules_by_name=KINDS,
        living=jobs.living_schedulers(actor.at),
    )  # fmt: skip


@bp.get("/reminders/sent")
@requires(can=policy.can_follow)
def sent(actor: Actor) -> str:
    """What went to whom, whether it was read, and what could not be delivered."""
    chosen = _filter()
    page = paginate(sendings.sendings(actor, chosen), scalars=False)
    return render_template(
        "reminders/sent.html", page=page, said=chosen.said(), choices=sendings.MAIL_CHOICES,
        channels=sendings.CHANNEL_CHOICES, without_mail=mail.WITHOUT,
    )  # fmt: skip


@bp.get("/reminders/sent/export")
@requires(can=policy.can_follow)
def export_sent(actor: Actor) -> Response:
    """The same list as filtered, as xlsx."""
    chosen = _filter()
    rows = sendings.all_of(sendings.sendings(actor, chosen))
    sheet = documents.sent_sheet(rows, "；".join(f"{label}：{text}" for label, text, _ in chosen.said()), actor.on)
    record_export(actor, listed("发送记录", len(rows), chosen.said()))
    return files.download_bytes(xlsx.workbook([sheet]), f"发送记录{actor.on:%Y%m%d}.xlsx", files.XLSX)


def filtered() -> list[tuple[str, str, str]]:
    """What narrows the list of deadlines, in words: (label, text, name in the address)."""
    kind = request.args.get("kind", "")
    said = [("查找", text_arg("q"), "q"), ("种类", KINDS[kind].label if kind in KINDS else "", "kind")]
    return [one for one in said if one[1]]


def _filter() -> Filter:
    args = request.args
    return Filter(
        mail=args.get("mail", ""), read=args.get("read", ""), words=text_arg("q"), channel=args.get("channel", "")
    )
