"""A round that has opened, put right: everything before anybody wrote in it, afterwards only its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.filters import zh_date
from tracker.reports.actions import telling
from tracker.reports.actions.holding import hold_round
from tracker.reports.actions.pieces import fingerprint
from tracker.reports.actions.questions import QuestionFacts, asked_of, set_questions
from tracker.reports.actions.rounds import RoundFacts, moved_to_a_workday
from tracker.reports.models import QuestionAnswer, QuestionKind, Report, ReportState, Round, RoundState
from tracker.reports.queries import rounds as queries


@dataclass
class Amended:
    """What became of it: a sentence per change, and how many people were told."""

    changes: list[str] = field(default_factory=list)
    told: int = 0


def standing(round_: Round) -> str:
    """A few characters for what a page to amend the round shows, so that an old page is known."""
    asked = [f"{n}:{one}" for n, one in enumerate(asked_of(round_))]
    return fingerprint({
        "title": round_.title, "guidance": round_.guidance, "day": round_.due_on.isoformat(),
        "sign_off": str(round_.needs_sign_off), "asked": "\n".join(asked),
    })  # fmt: skip


@command
def amend_round(actor: Actor, round_: Round, facts: RoundFacts, *, seen: str | None = None) -> Amended:
    """Change an open round's words; of a special one also its questions and, while nobody has written, its day. Units
    are told what changed as soon as it matters to them: a day, a question, or words after somebody began.

    `seen` is what stood there when the page was made. Raises Conflict when a colleague has amended it since.
    """
    hold_round(round_)
    if round_.state is not RoundState.OPEN:
        raise RuleError("只有正在报送的可以修改。")
    if seen is not None and seen != standing(round_):
        raise _both(round_, facts)
    reports = queries.reports_of(round_)
    begun = has_begun(reports)
    done = Amended(_reworded(round_, facts))
    matters = begun
    gone: list[audit.Audited] = []
    if round_.is_special:
        moved = _move(actor, round_, reports, facts, begun=begun)
        asked, gone = _ask(round_, reports, facts, begun=begun)
        done.changes += moved + asked
        matters = matters or bool(moved or asked)
    if not done.changes:
        return done
    for report in reports:
        telling.watch_again(actor, report)
    audit.record(
        actor, "round.amend", round_, f"修改正在报送的{round_.title}：{'；'.join(done.changes)}",
        covers=[*round_.questions, *gone, *reports],
    )  # fmt: skip
    if matters:
        done.told = _tell(actor, reports, done.changes)
    return done


def _both(round_: Round, facts: RoundFacts) -> Conflict:
    """What was typed and what stands, where they differ."""
    mine = {"标题": facts.title, "截止日期": zh_date(facts.due_on), "填报说明": facts.guidance}
    theirs = {"标题": round_.title, "截止日期": zh_date(round_.due_on), "填报说明": round_.guidance}
    if round_.is_special:
        mine["填报内容"], theirs["填报内容"] = _listed(facts.questions), _listed(asked_of(round_))
    differing = [label for label in mine if mine[label] != theirs[label]]
    return Conflict(
        mine={label: mine[label] for label in differing}, theirs={label: theirs[label] for label in differing}
    )  # fmt: skip


def _listed(questions: Iterable[QuestionFacts]) -> str:
    return "\n".join(f"{number}.{one.text}（{_how(one)}）" for number, one in enumerate(questions, 1))


def has_begun(reports: list[Report]) -> bool:
    """Whether anybody has written or sent anything."""
    return any(report.hand_ids for report in reports)


def _reworded(round_: Round, facts: RoundFacts) -> list[str]:
    changes = []
    if facts.title != round_.title:
        changes.append(f"标题由“{round_.title}”改为“{facts.title}”")
    if facts.guidance != round_.guidance:
        changes.append(f"填报说明改为“{facts.guidance}”" if facts.guidance else "删去填报说明")
    round_.title, round_.guidance = facts.title, facts.guidance
    return changes


def _move(actor: Actor, round_: Round, reports: list[Report], facts: RoundFacts, *, begun: bool) -> list[str]:
    """Another day and another way of signing, while nobody has written; units with a day of their own keep it."""
    changes = []
    if facts.needs_sign_off != round_.needs_sign_off:
        _must_not_have_begun(begun, "审签要求不能再改。")
        round_.needs_sign_off = facts.needs_sign_off
        changes.append("改为单位领导审签后报送" if facts.needs_sign_off else "改为联络员填完即报送")
    due_on = moved_to_a_workday(actor, facts)
    if due_on != round_.due_on:
        _must_not_have_begun(begun, "截止日期请由主任办理全体延期。")
        changes.append(f"截止日期由{zh_date(round_.due_on)}改为{zh_date(due_on)}")
        _set_day(actor, round_, reports, due_on, facts.locks_on)
    return changes


def _set_day(actor: Actor, round_: Round, reports: list[Report], due_on: date, locks_on: date) -> None:
    if due_on < actor.on:
        raise RuleError("截止日期已经过去。", field="due_on")
    before, round_.due_on, round_.locks_on = round_.due_on, due_on, max(locks_on, due_on)
    for report in reports:
        report.due_on = due_on if report.due_on == before else report.due_on


def _ask(
    round_: Round, reports: list[Report], facts: RoundFacts, *, begun: bool
) -> tuple[list[str], list[audit.Audited]]:
    """Set the questions; returns what changed and the rows that went."""
    before, after = list(asked_of(round_)), list(facts.questions)
    if before == after:
        return [], []
    if begun:
        _must_only_reword(before, after)
    answers = _drop_answers(round_, reports, len(after))
    gone = set_questions(round_, after)
    for question in round_.questions[len(before) :]:
        for report in reports:
            report.question_answers.append(QuestionAnswer(question=question, text="", file_name=""))
    return _said(before, after), [*gone, *answers]


def _drop_answers(round_: Round, reports: list[Report], left: int) -> list[audit.Audited]:
    """The empty places of questions that go."""
    going = {question.id for question in round_.questions[left:]}
    dropped: list[audit.Audited] = []
    for report in reports if going else []:
        for answer in [one for one in report.question_answers if one.question_id in going]:
            report.question_answers.remove(answer)
            dropped.append(answer)
    db.session.flush()
    return dropped


def _must_only_reword(before: list[QuestionFacts], after: list[QuestionFacts]) -> None:
    """What somebody may have answered keeps its kind and its choices."""
    begun = "已有单位开始填报，"
    if len(before) != len(after):
        raise RuleError(f"{begun}填报内容不能增加或删除，只能修改文字。", field="questions")
    for number, (old, new) in enumerate(zip(before, after, strict=True), 1):
        if old.kind is not new.kind:
            raise RuleError(f"{begun}第{number}项的方式不能修改。", field="questions")
        if not set(old.options) <= set(new.options):
            raise RuleError(f"{begun}第{number}项的选项只能增加。", field="questions")
        if new.is_required and not old.is_required:
            raise RuleError(f"{begun}第{number}项不能改为必填。", field="questions")


def _said(before: list[QuestionFacts], after: list[QuestionFacts]) -> list[str]:
    changes = []
    for number, (old, new) in enumerate(zip(before, after, strict=False), 1):
        if old.text != new.text:
            changes.append(f"第{number}项由“{old.text}”改为“{new.text}”")
        elif old != new:
            changes.append(f"第{number}项“{new.text}”{_asked_how(new)}")
    changes += [f"增加第{n}项“{one.text}”" for n, one in enumerate(after[len(before) :], len(before) + 1)]
    changes += [f"删除第{n}项“{one.text}”" for n, one in enumerate(before[len(after) :], len(after) + 1)]
    return changes


def _asked_how(facts: QuestionFacts) -> str:
    return f"改为填写{_how(facts)}"


def _how(facts: QuestionFacts) -> str:
    how = {QuestionKind.CHOICE: "、".join(facts.options), QuestionKind.NUMBER: facts.measure}.get(facts.kind, "")
    said = facts.kind.label + (f"（{how}）" if how else "")
    return f"{said}，{'必填' if facts.is_required else '选填'}"


def _must_not_have_begun(begun: bool, instead: str) -> None:
    if begun:
        raise RuleError(f"已有单位开始填报，{instead}", field="due_on")


def _tell(actor: Actor, reports: list[Report], changes: list[str]) -> int:
    asked = [report for report in reports if report.state is not ReportState.EXEMPTED]
    people = telling.people_of([report.unit_id for report in asked], actor.on)
    return sum(
        telling.tell_unit(
            actor, report, "amended", occasion=telling.occasion_of(actor), people=people.get(report.unit_id, []),
            changes=changes,
        )
        for report in asked
    )  # fmt: skip
