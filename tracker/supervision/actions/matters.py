"""Matters noted, sent to their units, answered, verified, closed, looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.committees.models import Unit
from tracker.core import audit, files
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.files import Blob
from tracker.core.holding import hold
from tracker.reminders.actions import settle, watch
from tracker.supervision import policy
from tracker.supervision.actions.answers import forget_draft, is_same_answer, note_lateness, settle_asked, workdays_late
from tracker.supervision.actions.telling import tell_office, tell_unit
from tracker.supervision.models import (
    OVER,
    CheckState,
    FieldCheck,
    Instruction,
    LookBack,
    Matter,
    MatterAnswer,
    MatterEvidence,
    MatterState,
    Verdict,
)
from tracker.supervision.workflow import CHECK, MATTER

WATCHED = "matter.answer"


@dataclass(frozen=True)
class MatterWords:
    """What a matter says, and by when an answer is asked."""

    subject: str
    facts: str
    demand: str
    due_on: date


@command
def note_matter(actor: Actor, source: FieldCheck | Instruction, unit: Unit, words: MatterWords) -> Matter:
    """Write down a finding, or an item of an instruction; its unit sees nothing before it is sent."""
    _check_words(actor, words)
    hold(source)
    if source.is_over:
        raise RuleError(f"{source.audit_label()}{source.state.label}，不能再记录事项。")
    if isinstance(source, FieldCheck) and source.visit_of(unit.id) is None:
        raise RuleError(f"{unit.short_name}不在这次督查的单位中，请先加入。", field="unit_id")
    if same := next((one for one in source.matters if _is_same(one, unit, words)), None):
        return same  # the same form sent twice
    last = max((one.position for one in source.matters), default=0)
    matter = Matter(
        unit=unit, position=last + 1, subject=words.subject, facts=words.facts, demand=words.demand,
        due_on=words.due_on, first_due_on=words.due_on, drafted_by_id=actor.user_id, state_since=actor.at,
        late_workdays=0,
    )  # fmt: skip
    source.matters.append(matter)
    db.session.flush()
    audit.record(actor, "matter.note", matter, f"记录{matter.audit_label()}（{unit.short_name}）")
    return matter


@command
def note_matters(
    actor: Actor, source: FieldCheck | Instruction, units: Sequence[Unit], words: MatterWords
) -> list[Matter]:  # fmt: skip
    """The same for several units at once: each gets a matter of its own."""
    return [note_matter(actor, source, unit, words) for unit in units]


@command
def edit_matter(actor: Actor, matter: Matter, words: MatterWords, *, seen_version: int | None = None) -> None:
    """Change what was not sent yet."""
    _only_noted(matter, "修改")
    _check_words(actor, words)
    if seen_version is not None and seen_version != matter.version:
        raise Conflict(mine={"事项": words.subject}, theirs={"事项": matter.subject})
    matter.subject, matter.facts, matter.demand = words.subject, words.facts, words.demand
    matter.due_on = matter.first_due_on = words.due_on
    audit.record_sitting(actor, "matter.edit", matter, f"修改{matter.audit_label()}")


@command
def remove_matter(actor: Actor, matter: Matter) -> None:
    """Take out what was not sent yet."""
    _only_noted(matter, "删除")
    audit.record(actor, "matter.remove", matter, f"删除{matter.audit_label()}")
    db.session.delete(matter)


def send_noted(actor: Actor, source: FieldCheck | Instruction) -> list[Matter]:
    """Send everything noted to its unit, watch the days, tell each unit once per matter. Inside a command."""
    hold(source)
    fresh = [matter for matter in source.matters if matter.state is MatterState.NOTED]
    if not fresh:
        raise RuleError("没有尚未下达的事项，请先记录。")
    if past := [matter for matter in fresh if matter.due_on <= actor.on]:
        raise RuleError(f"“{past[0].subject}”的办理期限已到，请先改期。")
    for matter in fresh:
        matter.sent_on = actor.on
        MATTER.apply(matter, "send", actor)
        watch_answer(actor, matter)
        _tell(actor, matter, "sent", occasion="sent")
    return fresh


@command
def answer_matter(
    actor: Actor, matter: Matter, text: str, evidence: Sequence[tuple[Blob, str]] = ()
) -> MatterAnswer:  # fmt: skip
    """The unit says what it did, with files. A late answer is taken, and its lateness stays on record."""
    if matter.state is MatterState.ANSWERED and is_same_answer(actor, matter.answers[-1], text, evidence):
        return matter.answers[-1]  # the same form sent twice
    MATTER.check(matter, "answer")
    if not text.strip():
        raise RuleError("请写明办理情况。", field="text")
    late = workdays_late(actor, matter)
    answer = MatterAnswer(
        text=text.strip(), answered_at=actor.at, answered_by_id=actor.user_id, answered_by=actor.named(),
        due_on=matter.due_on, late_workdays=late, opinion="",
        evidence=[MatterEvidence(file_id=files.stored(blob, actor.at).id, name=name) for blob, name in evidence],
    )  # fmt: skip
    matter.answers.append(answer)
    forget_draft(matter)
    matter.late_workdays = max(matter.late_workdays, late)
    settle_asked(actor, matter)
    words = f"，逾期{late}个工作日" if late else ""
    MATTER.apply(matter, "answer", actor, sentence=f"回复{matter.audit_label()}{words}")
    settle(WATCHED, "Matter", [matter.id], actor.at)
    tell_office(actor, matter, "matter.answered", occasion=str(len(matter.answers)), matter=matter)
    return answer


@command
def close_matter(actor: Actor, matter: Matter, opinion: str = "") -> None:
    """核验销号. Nobody closes what they wrote themselves."""
    MATTER.check(matter, "close")
    _not_their_own(actor, matter)
    matter.closed_on, matter.closed_by = actor.on, actor.user.name
    _verdict(actor, matter, Verdict.CLOSED, opinion)
    MATTER.apply(matter, "close", actor)
    _tell(actor, matter, "closed", occasion=str(len(matter.answers)))


@command
def send_back_matter(actor: Actor, matter: Matter, reason: str, due_on: date) -> None:
    """The answer does not do yet: a new day is set."""
    MATTER.check(matter, "send_back", reason)
    _not_their_own(actor, matter)
    _verdict(actor, matter, Verdict.SENT_BACK, reason)
    _ask_again(actor, matter, "send_back", reason, due_on)


@command
def drop_matter(actor: Actor, matter: Matter, reason: str) -> None:
    """Asked for no more; it stays on record with the reason."""
    MATTER.check(matter, "drop", reason)
    note_lateness(actor, matter)
    settle_asked(actor, matter)
    MATTER.apply(matter, "drop", actor, reason=reason)
    settle(WATCHED, "Matter", [matter.id], actor.at)
    _tell(actor, matter, "dropped", occasion="dropped", reason=reason.strip())


@command
def look_back(
    actor: Actor, matter: Matter, *, looked_on: date, has_held: bool, note: str, due_on: date | None = None
) -> LookBack:  # fmt: skip
    """回头看: what has not held is open again, with a new day; the check is open with it."""
    if matter.check_id is None:
        raise RuleError("只对实地督查发现的问题回头看。")
    hold(matter.check)
    hold(matter)
    MATTER.check(matter, "reopen", "回头看")
    if looked_on > actor.on:
        raise RuleError("回头看日期不能晚于今天。", field="looked_on")
    if not has_held and not note.strip():
        raise RuleError("问题反弹的，请写明情况。", field="note")
    if same := _seen_already(actor, matter, looked_on, has_held, note.strip()):
        return same  # the same form sent twice
    seen = LookBack(
        matter=matter, looked_on=looked_on, has_held=has_held, note=note.strip(), made_at=actor.at,
        made_by=actor.user.name,
    )  # fmt: skip
    db.session.add(seen)
    word = "成效保持" if has_held else "问题反弹"
    audit.record(actor, "matter.look_back", matter, f"回头看：{matter.audit_label()}，{word}", covers=[seen])
    if has_held:
        return seen
    if due_on is None:
        raise RuleError("请填写新的整改期限。", field="due_on")
    matter.closed_on = matter.closed_by = None
    _ask_again(actor, matter, "reopen", note, due_on)
    if matter.check.state is CheckState.CLOSED:
        CHECK.apply(matter.check, "reopen", actor)
    return seen


def watch_answer(actor: Actor, matter: Matter) -> None:
    """Remind the unit before the day and after it."""
    watch(
        committee_id=actor.committee_id or 0, unit_id=matter.unit_id, kind=WATCHED, subject_type="Matter",
        subject_id=matter.id, title=f"回复{matter.kind_word}“{matter.subject[:60]}”", path=matter.path,
        due_on=matter.due_on, on=actor.on,
    )  # fmt: skip


def still_open(source: FieldCheck | Instruction) -> list[Matter]:
    """What was sent or noted and is not over."""
    return [matter for matter in source.matters if matter.state not in OVER]


def _ask_again(actor: Actor, matter: Matter, move: str, reason: str, due_on: date) -> None:
    if due_on <= actor.on:
        raise RuleError("新的期限应晚于今天。", field="due_on")
    matter.due_on = due_on
    MATTER.apply(matter, move, actor, reason=reason)
    watch_answer(actor, matter)
    occasion = f"{len(matter.answers)}-{len(matter.look_backs)}"
    _tell(actor, matter, "sent_back", occasion=occasion, reason=reason.strip())


def _is_same(matter: Matter, unit: Unit, words: MatterWords) -> bool:
    """Noted already, in the very same words and for the same day."""
    return matter.state is MatterState.NOTED and matter.unit_id == unit.id and words == MatterWords(
        matter.subject, matter.facts, matter.demand, matter.due_on
    )  # fmt: skip


def _seen_already(actor: Actor, matter: Matter, looked_on: date, has_held: bool, note: str) -> LookBack | None:
    """Several looks at different days are several; the same day with the same words is the same."""
    last: LookBack | None = matter.look_backs[-1] if matter.look_backs else None
    if last is None:
        return None
    same = (last.looked_on, last.has_held, last.note, last.made_by) == (looked_on, has_held, note, actor.user.name)
    return last if same else None


def _verdict(actor: Actor, matter: Matter, verdict: Verdict, opinion: str) -> None:
    last = matter.answers[-1]
    last.verdict, last.opinion = verdict, opinion.strip()
    last.verified_at, last.verified_by = actor.at, actor.user.name
    audit.cover(last)


def _tell(actor: Actor, matter: Matter, kind: str, *, occasion: str, **words: Any) -> None:
    tell_unit(
        actor, matter, f"matter.{kind}", occasion=occasion, unit_id=matter.unit_id, matter=matter,
        office=actor.committee.office_name, **words,
    )  # fmt: skip


def _check_words(actor: Actor, words: MatterWords) -> None:
    if not words.subject.strip():
        raise RuleError("请写明是什么事项。", field="subject")
    if not words.demand.strip():
        raise RuleError("请写明要求。", field="demand")
    if words.due_on <= actor.on:
        raise RuleError("办理期限应晚于今天。", field="due_on")


def _only_noted(matter: Matter, verb: str) -> None:
    if matter.state is not MatterState.NOTED:
        raise RuleError(f"{matter.audit_label()}已下达，不能{verb}。")


def _not_their_own(actor: Actor, matter: Matter) -> None:
    if policy.wrote(actor, matter):
        raise RuleError("这一事项或者回复是您本人起草的，请由其他同志核验销号。")
    if not policy.may_verify(actor, matter):
        raise RuleError(policy.not_yours(matter))
