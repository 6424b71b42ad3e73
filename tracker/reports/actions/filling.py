"""Writing a report. Every piece is a row with its own version, so that two people never overwrite each other unseen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import Labelled, db
from tracker.core.errors import Conflict, RuleError
from tracker.core.forms import clean_line, clean_text, parse_day
from tracker.reports.actions.answering import taken as answered
from tracker.reports.actions.aside import add_hand
from tracker.reports.actions.holding import hold
from tracker.reports.actions.pieces import Piece, all_pieces, fields_of, find_piece, fingerprint, is_number, plain
from tracker.reports.models import (
    Arrangement,
    ArrangementOutcome,
    Entry,
    EntryState,
    GoalStatement,
    GoalStatus,
    QuestionAnswer,
    Remark,
    Report,
    ReportState,
    RoundState,
    SectionKind,
)
from tracker.reports.workflow import REPORT

LONG, BASIS, LINE, NOTE, WHEN = 5000, 500, 500, 100, 40


@dataclass(frozen=True)
class Edit:
    """What somebody wants one piece to say. `seen` is the version they looked at; None asks for no comparison.

    `was` is the fingerprint of the words the page showed: a field nobody touched is not an edit, however old the page.
    """

    record: str
    values: Mapping[str, str]
    seen: int | None = None
    was: str | None = None

    @property
    def is_touched(self) -> bool:
        """Whether somebody wrote here on the page that sent it."""
        return self.was != fingerprint(self.values)


@dataclass(frozen=True)
class Trouble:
    """An edit that was not saved: the piece, its field, why, and what stands there now when somebody else wrote."""

    record: str
    field: str
    sentence: str
    conflict: Conflict | None = None


@command
def save_piece(actor: Actor, report: Report, edit: Edit) -> Piece:
    """Save one piece, as autosave does. Raises Conflict with both texts when somebody else wrote there meanwhile."""
    open_for_writing(actor, report)
    piece = find_piece(report, edit.record)
    _write(actor, report, piece, edit)
    return piece


@command
def save_sheet(actor: Actor, report: Report, edits: Iterable[Edit]) -> list[Trouble]:
    """Save a whole page of edits: what can be saved is, what cannot is named, nothing that was typed is lost."""
    open_for_writing(actor, report)
    pieces = all_pieces(report)
    troubles = []
    for edit in edits:
        piece = pieces.get(edit.record)
        if piece is None or not edit.is_touched:
            continue
        try:
            _write(actor, report, piece, edit)
        except Conflict as conflict:
            field = next(iter(edit.values))
            troubles.append(Trouble(edit.record, field, conflict.sentence, conflict))
        except RuleError as error:
            troubles.append(Trouble(edit.record, error.field or "", error.sentence))
    return troubles


@command
def save_overview(actor: Actor, report: Report, texts: Mapping[SectionKind, str]) -> None:
    """Write parts of the overview."""
    _must_save(save_sheet(actor, report, [Edit(f"section:{kind}", {"text": text}) for kind, text in texts.items()]))


@command
def save_area_text(actor: Actor, report: Report, area_id: int, text: str) -> None:
    """Write the one text of an area."""
    piece = next((one for one in report.area_texts if one.area_id == area_id), None)
    if piece is None:
        raise RuleError("本单位的报告不涉及这个领域。")
    save_piece(actor, report, Edit(f"area:{piece.id}", {"text": text}))


@command
def save_entry(
    actor: Actor, report: Report, entry: Entry, state: EntryState | None, *, note: str = "", figure: str = ""
) -> None:
    """Set a row: its state, a line of at most 100 characters, a figure."""
    values = {"state": state.value if state else "", "note": note, "figure": figure}
    save_piece(actor, report, Edit(f"entry:{entry.id}", values))


@command
def save_goal(actor: Actor, report: Report, goal_id: int, status: GoalStatus, basis: str) -> None:
    """Propose a goal's status with its basis."""
    statement = next((one for one in report.goal_statements if one.goal_id == goal_id), None)
    if statement is None:
        raise RuleError("本单位的报告不涉及这个目标。")
    save_piece(actor, report, Edit(f"goal:{statement.id}", {"status": status.value, "basis": basis}))


@command
def answer_arrangement(
    actor: Actor, report: Report, arrangement: Arrangement, outcome: ArrangementOutcome, note: str = ""
) -> None:
    """Say what became of a line of last year's arrangements (上年安排落实情况)."""
    values = {"outcome": outcome.value, "outcome_note": note}
    save_piece(actor, report, Edit(f"answer:{arrangement.id}", values))


@command
def answer_remark(actor: Actor, report: Report, remark: Remark, answer: str) -> None:
    """Answer what the office asked, where it asked."""
    save_piece(actor, report, Edit(f"remark:{remark.id}", {"answer": answer}))


@command
def fill_states(actor: Actor, report: Report, area_id: int, state: EntryState) -> int:
    """Give every row of an area that has no state yet the same one; returns how many. Support rows stay as they are."""
    open_for_writing(actor, report)
    blank = [
        entry for entry in report.entries
        if entry.assignment.task.area_id == area_id and entry.state is None and entry.is_required()
    ]  # fmt: skip
    for entry in blank:
        entry.state = state
    if blank:
        label = next(entry.assignment.task.area.name for entry in blank)
        audit.record(
            actor, "report.fill", report, f"{report.audit_label()}“{label}”{len(blank)}项统一填写进展",
            covers=blank,
        )  # fmt: skip
    return len(blank)


# --- one write --------------------------------------------------------------------------------------------------------


def open_for_writing(actor: Actor, report: Report) -> None:
    """Raises RuleError when the report is not the unit's to write now. The first word starts it."""
    hold(report)
    if not report.is_writable(actor.on):
        raise RuleError(_why_closed(report))
    if report.state is ReportState.NOT_STARTED:
        REPORT.apply(report, "start", actor)
    new = add_hand(report, actor.user_id)
    if actor.user_id is not None and actor.user_id not in report.writer_ids:
        report.writer_ids = [*report.writer_ids, actor.user_id]
        new = True
    if new:
        audit.cover(report)


def _why_closed(report: Report) -> str:
    if report.round.state is RoundState.LOCKED:
        return f"{report.round.title}已锁定，不能再修改。"
    if report.round.state is RoundState.CLOSED and report.is_owed():
        return f"{report.round.title}已截止报送。确需补报的，请联系{report.round.committee.office_short_name}办理延期。"
    return f"报告现在是“{report.state.label}”，不能修改。您填写的内容没有保存。"


def _write(actor: Actor, report: Report, piece: Piece, edit: Edit) -> None:
    kind = edit.record.partition(":")[0]
    now = fields_of(piece, edit.record)
    unknown = set(edit.values) - set(now)
    if unknown:
        raise RuleError("提交的内容与报告不符，请刷新页面。")
    wanted = {name: value for name, value in edit.values.items() if plain(value) != plain(now[name])}
    if not wanted:
        return
    if edit.seen is not None and edit.seen != piece.version:
        label = piece.audit_label()
        raise Conflict(
            f"“{label}”刚才有人修改过，请核对两份内容。",
            mine={label: "；".join(wanted.values())},
            theirs={label: "；".join(now[name] for name in wanted)},
        )
    taken = {name: taken_value(report, kind, name, value) for name, value in wanted.items()}
    if isinstance(piece, QuestionAnswer):
        taken = {name: answered(piece, value) for name, value in taken.items()}
    for name, value in taken.items():
        setattr(piece, name, value)
    if isinstance(piece, Arrangement) and kind == "answer":
        piece.answered_in = report if piece.outcome else None
    if isinstance(piece, GoalStatement) and "status" in taken:
        piece.confirmed = None  # what the office confirmed was another answer
    if isinstance(piece, Remark):
        piece.answered_at = actor.at if piece.answer else None
    audit.record_sitting(actor, "report.write", piece, f"填写{report.audit_label()}：{piece.audit_label()}")
    audit.cover(report)
    db.session.flush()


def taken_value(report: Report, kind: str, name: str, value: str) -> Any:
    """A field's value by its kind: a choice, a task of the report, a line or a text within its limit."""
    if name in _CHOICES:
        return _choice(_CHOICES[name], name, value)
    if name == "task_id":
        return _task(report, value)
    if name == "entry_id":
        return _entry(report, value)
    if name == "dated_on":
        return _day(value)
    if name in {"number", "issuer"}:
        return _line(value, 60 if name == "number" else NOTE, name)
    if name == "name":
        return _line(value, 200, name)
    if name in {"note", "figure"}:
        return _line(value, NOTE, name)
    if name == "by_when":
        return _line(value, WHEN, name)
    return _text(value, _LIMITS.get((kind, name), LONG), name)


_CHOICES: dict[str, type[Labelled]] = {"state": EntryState, "status": GoalStatus, "outcome": ArrangementOutcome}
_LIMITS = {
    ("goal", "basis"): BASIS,
    ("arrangement", "text"): LINE,
    ("answer", "outcome_note"): LINE,
    ("request", "text"): 1000,
    ("remark", "answer"): 2000,
}


def _choice(enum: type[Labelled], name: str, value: str) -> Labelled | None:
    if not value:
        return None
    try:
        return enum(value)
    except ValueError as error:
        raise RuleError("请从列出的选项中选择。", field=name) from error


def _task(report: Report, value: str) -> int | None:
    if not value:
        return None
    tasks = {entry.assignment.task_id for entry in report.entries}
    if not is_number(value) or int(value) not in tasks:
        raise RuleError("请选择本单位承担的任务。", field="task_id")
    return int(value)


def _entry(report: Report, value: str) -> int | None:
    if not value:
        return None
    if not is_number(value) or all(entry.id != int(value) for entry in report.entries):
        raise RuleError("请选择本报告中的任务。", field="entry_id")
    return int(value)


def _day(value: str) -> date | None:
    if not value.strip():
        return None
    day = parse_day(value)
    if day is None:
        raise RuleError("不是有效的日期，请写成2026年1月5日或2026-1-5。", field="dated_on")
    return day


def _line(value: str, longest: int, name: str) -> str:
    text = clean_line(value) or ""
    if len(text) > longest:
        raise RuleError(f"请在{longest}字以内，现在是{len(text)}字。", field=name)
    return text


def _text(value: str, longest: int, name: str) -> str:
    text = clean_text(value) or ""
    if len(text) > longest:
        raise RuleError(f"请在{longest}字以内，现在是{len(text)}字。", field=name)
    return text


def _must_save(troubles: list[Trouble]) -> None:
    if troubles:
        raise RuleError(troubles[0].sentence)
