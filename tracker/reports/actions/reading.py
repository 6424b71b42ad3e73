"""A finished Word report, read into the sheet: shown first, taken over only where the liaison says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.forms import clean_text
from tracker.reports.actions.filling import Edit, Trouble, open_for_writing, save_piece
from tracker.reports.actions.lines import add_arrangement, add_request
from tracker.reports.actions.pieces import Piece, all_pieces
from tracker.reports.actions.splitting import ARRANGEMENTS, REQUESTS, AreaName, Passage, when_of
from tracker.reports.models import Report, WordReading

REPLACE, JOIN, SKIP = "replace", "join", ""


@dataclass(frozen=True)
class Wish:
    """What the liaison wants of one passage: its words as corrected, where to, and what becomes of what stands there.

    `shown` is the place whose words stood beside the passage on the page: other words are never replaced unseen.
    """

    number: int
    text: str
    target: str
    how: str
    shown: str
    seen: Mapping[str, int]
    """The versions of the places as the page showed them."""


def area_names(report: Report) -> list[AreaName]:
    """The report's areas as headings may call them."""
    return [
        AreaName(f"area:{piece.id}", piece.area.name, piece.area.plan.kind.label) for piece in report.area_texts
    ]  # fmt: skip


@command
def keep_reading(actor: Actor, report: Report, name: str, passages: Iterable[Passage]) -> WordReading:
    """Keep what was read until the liaison has said what goes where; the report itself stays as it is."""
    open_for_writing(actor, report)
    reading = WordReading(
        report=report, name=name[:200], read_at=actor.at, read_by_id=actor.user_id,
        passages=[
            {
                "heading": one.heading, "text": clean_text(one.text) or "", "target": one.target, "why": one.why,
                "done": "",
            }
            for one in passages
        ],
    )  # fmt: skip
    db.session.add(reading)
    audit.record(
        actor, "report.read_word", report, f"{report.audit_label()}读入Word报告“{reading.name}”", covers=[reading]
    )  # fmt: skip
    return reading


@command
def take_word(actor: Actor, reading: WordReading, wishes: Iterable[Wish]) -> tuple[int, list[Trouble]]:
    """Take passages over, place by place. Returns how many were taken and which were not, with why."""
    report = reading.report
    open_for_writing(actor, report)
    pieces = all_pieces(report)
    passages = [dict(one) for one in reading.passages]
    by_target: dict[str, list[Wish]] = {}
    for wish in wishes:
        if wish.how and wish.target and 0 <= wish.number < len(passages) and not passages[wish.number]["done"]:
            by_target.setdefault(wish.target, []).append(wish)
    taken, troubles = 0, []
    for target, wanted in by_target.items():
        try:
            _put(actor, report, pieces, target, wanted)
        except RuleError as error:
            troubles.append(Trouble(target, str(wanted[0].number), error.sentence))
            continue
        for wish in wanted:
            passages[wish.number] |= {"done": target, "text": wish.text}
            taken += 1
    if taken:
        reading.passages, reading.taken_at = passages, actor.at
        audit.record(
            actor, "report.take_word", report, f"{report.audit_label()}采用“{reading.name}”中的{taken}段",
            covers=[reading],
        )  # fmt: skip
    return taken, troubles


def _put(actor: Actor, report: Report, pieces: Mapping[str, Piece], target: str, wanted: list[Wish]) -> None:
    lines = [line.strip() for wish in wanted for line in wish.text.splitlines() if line.strip()]
    if target == ARRANGEMENTS:
        for line in lines:
            add_arrangement(actor, report, line, by_when=when_of(line))
        return
    if target == REQUESTS:
        for line in lines:
            add_request(actor, report, line)
        return
    piece = pieces.get(target)
    if piece is None or target.partition(":")[0] not in {"section", "area"}:
        raise RuleError("报告中没有这一处，请重新选择。")
    standing = getattr(piece, "text", "")
    replaces = any(wish.how == REPLACE for wish in wanted)
    if standing and replaces and any(wish.how == REPLACE and wish.shown != target for wish in wanted):
        raise RuleError(f"“{piece.audit_label()}”已有文字，没有代替。请对照现有文字，再选择代替或接在后面。")
    seen = wanted[0].seen.get(target)
    if seen is None or seen != piece.version:
        raise Conflict(f"“{piece.audit_label()}”刚才有人修改过，请核对后再采用。")
    words = "\n".join(filter(None, ["" if replaces else standing, *(wish.text.strip() for wish in wanted)]))
    save_piece(actor, report, Edit(target, {"text": words}, seen))
