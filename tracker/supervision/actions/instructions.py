"""Instructions recorded, given to units, their result brought back."""

from __future__ import annotations

from datetime import date

from tracker.core import audit, files
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.files import Blob
from tracker.core.holding import hold
from tracker.reminders.actions import settle
from tracker.supervision.actions.answers import note_lateness, settle_asked
from tracker.supervision.actions.holding import hold_committee
from tracker.supervision.actions.matters import WATCHED, send_noted, still_open
from tracker.supervision.actions.telling import tell_chair, tell_office
from tracker.supervision.models import Instruction, Matter, MatterState
from tracker.supervision.queries import matters as queries
from tracker.supervision.workflow import INSTRUCTION, MATTER


@command
def record_instruction(
    actor: Actor, *, title: str, given_by: str, given_on: date, text: str = "", scan: tuple[Blob, str] | None = None
) -> Instruction:
    """Put in what a leader wrote: the words, or the scan of the paper, or both."""
    if not text.strip() and scan is None:
        raise RuleError("请填写批示内容，或者上传批示件扫描。", field="text")
    if given_on > actor.on:
        raise RuleError("批示日期不能晚于今天。", field="given_on")
    hold_committee(actor.committee_id)
    if same := queries.same_instruction(actor, title, given_by, given_on, text.strip(), scan):
        return same  # the same form sent twice
    instruction = Instruction(
        committee_id=actor.committee_id, title=title, given_by=given_by, given_on=given_on, text=text.strip(),
        state_since=actor.at, result="", withdrawal_reason="",
    )  # fmt: skip
    if scan is not None:
        instruction.scan, instruction.scan_name = files.stored(scan[0], actor.at), scan[1]
    db.session.add(instruction)
    db.session.flush()
    audit.record(actor, "instruction.record", instruction, f"登记{instruction.audit_label()}")
    if actor.is_chair:
        tell_office(actor, instruction, "instruction.given", occasion="given", instruction=instruction)
    return instruction


@command
def assign_instruction(actor: Actor, instruction: Instruction) -> list[Matter]:
    """交办: the items noted go to their units, each with its day."""
    sent = send_noted(actor, instruction)
    sentence = f"交办{instruction.audit_label()}，共{len(sent)}项"
    if INSTRUCTION.allows(instruction, "close"):
        audit.record(actor, "instruction.assign", instruction, sentence)  # a further item of what is under way
    else:
        INSTRUCTION.apply(instruction, "assign", actor, sentence=sentence)
    return sent


@command
def write_result(actor: Actor, instruction: Instruction, result: str, *, seen_version: int | None = None) -> None:
    """办理结果, in the office's words, before it goes back."""
    INSTRUCTION.check(instruction, "close")
    if seen_version is not None and seen_version != instruction.version:
        raise Conflict(mine={"办理结果": result}, theirs={"办理结果": instruction.result})
    instruction.result = result.strip()
    audit.record_sitting(actor, "instruction.result", instruction, f"填写{instruction.audit_label()}的办理结果")


@command
def close_instruction(actor: Actor, instruction: Instruction, *, pdf: Blob, seen_version: int) -> None:
    """The result goes back to the chair on one sheet, made from what stood here in the version seen.

    Raises Conflict when something was written while the sheet was made.
    """
    hold(instruction)
    INSTRUCTION.check(instruction, "close")
    if seen_version != instruction.version:
        raise Conflict("办理结果在生成报告单期间有变动，请核对后重新报告。")
    lacking_for_close(instruction)
    instruction.pdf, instruction.closed_on = files.stored(pdf, actor.at), actor.on
    INSTRUCTION.apply(instruction, "close", actor)
    tell_chair(actor, instruction, "instruction.closed", occasion="closed", instruction=instruction)


def lacking_for_close(instruction: Instruction) -> None:
    """Raises RuleError while something is open or the result is not written."""
    if left := still_open(instruction):
        raise RuleError(f"还有{len(left)}项没有销号，不能报告结果。")
    if not instruction.result.strip():
        raise RuleError("请先填写办理结果。", field="result")


@command
def withdraw_instruction(actor: Actor, instruction: Instruction, reason: str) -> None:
    """No longer asked for: what is open at the units is dropped with it."""
    hold(instruction)
    INSTRUCTION.check(instruction, "withdraw", reason)
    for matter in still_open(instruction):
        if matter.state is MatterState.NOTED:
            audit.cover(matter)
            instruction.matters.remove(matter)
        else:
            note_lateness(actor, matter)
            settle_asked(actor, matter)
            MATTER.apply(matter, "drop", actor, reason=reason)
            settle(WATCHED, "Matter", [matter.id], actor.at)
    instruction.withdrawal_reason = reason.strip()
    INSTRUCTION.apply(instruction, "withdraw", actor, reason=reason)


@command
def record_sheet_download(actor: Actor, instruction: Instruction) -> None:
    """Downloading is an entry too."""
    audit.record(actor, "instruction.download", instruction, f"下载{instruction.audit_label()}办理结果")
