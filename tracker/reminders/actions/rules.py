"""The rules by which a committee reminds: its ladder, and each kind of deadline where it departs from the ladder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from tracker.committees.actions import change_settings
from tracker.committees.models import Committee
from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.filters import zh_date
from tracker.reminders import saying
from tracker.reminders.actions.watching import replan
from tracker.reminders.kinds import FURTHEST, KINDS, MOST_STEPS, OFFICE_POSTS, UNIT_POSTS, Act, Step, To, in_order
from tracker.reminders.models import ReminderRule
from tracker.reminders.queries.rules import stored_rule


@command
def choose_ladder(actor: Actor, *, fuller: bool) -> None:
    """Switch the committee's ladder between the four usual reminders and the fuller ones, in one choice."""
    committee = db.session.get_one(Committee, actor.committee_id)
    change_settings(actor, committee, replace(committee.settings, fuller_ladder=fuller))


@command
def change_rule(
    actor: Actor, kind: str, *, is_on: bool, steps: Iterable[Step], words: Mapping[str, str], seen: int | None
) -> None:
    """Set the steps and the words of one kind of deadline; running deadlines follow at once.

    Raises RuleError for a step that tells nobody or stands twice, and Conflict when somebody else saved first.
    """
    ordered = check_steps(kind, steps)
    check_words(words)
    rule = _rule(actor, kind, seen)
    rule.is_on, rule.steps = is_on, [step.to_json() for step in ordered]
    rule.words = {part: text for part, text in words.items() if text.strip()}
    _save(actor, rule, f"修改“{KINDS[kind].label}”的提醒规则")


@command
def reset_rule(actor: Actor, kind: str) -> None:
    """Follow the committee's ladder and the usual words again."""
    rule = stored_rule(actor.committee_id, kind)
    if rule is None:
        return
    rule.is_on, rule.steps, rule.words = True, None, {}
    _save(actor, rule, f"“{KINDS[kind].label}”恢复通用的提醒规则")


@command
def pause_rule(actor: Actor, kind: str, *, until: date, reason: str) -> None:
    """Say nothing about one kind of deadline up to a day; what falls into the pause is not made up for."""
    if until < actor.on:
        raise RuleError("暂停的最后一天不能早于今天。", field="until")
    rule = _rule(actor, kind, None)
    rule.paused_until, rule.pause_reason = until, reason
    _save(actor, rule, f"暂停“{KINDS[kind].label}”的提醒，至{zh_date(until)}", reason)


@command
def resume_rule(actor: Actor, kind: str) -> None:
    """End the pause."""
    rule = stored_rule(actor.committee_id, kind)
    if rule is not None and rule.paused_until is not None:
        rule.paused_until, rule.pause_reason = None, ""
        _save(actor, rule, f"恢复“{KINDS[kind].label}”的提醒")


def check_steps(kind: str, steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps in order. Raises RuleError when they make no ladder."""
    ordered = in_order(steps)
    if len(ordered) > MOST_STEPS:
        raise RuleError(f"提醒最多{MOST_STEPS}步。", field="steps")
    if len({step.offset for step in ordered}) < len(ordered):
        raise RuleError("同一天只能有一步，请合并对象。", field="steps")
    for step in ordered:
        if abs(step.offset) > FURTHEST:
            raise RuleError(f"提醒应在截止前后{FURTHEST}个工作日之内。", field="steps")
        _check_posts(kind, step)
    return ordered


def check_words(words: Mapping[str, str]) -> None:
    """Raises RuleError when something stands in braces that nothing can be put in for."""
    for text in words.values():
        if unknown := saying.unknown_places(text):
            raise RuleError(f"用语中的“{{{unknown[0]}}}”无法替换，可以使用的有：{_places()}。", field="words")


def _check_posts(kind: str, step: Step) -> None:
    if not step.to:
        raise RuleError(f"“{step.when}”没有选择对象。", field="steps")
    if not KINDS[kind].of_unit and (set(step.to) & {*UNIT_POSTS, To.GROUP} or step.act is not Act.SAY):
        raise RuleError("这是办公室自己的期限，只能提醒办公室。", field="steps")
    if step.act is not Act.SAY and not set(step.to) & set(OFFICE_POSTS):
        raise RuleError(f"“{step.act.label}”是给办公室的提示，请选择办公室的岗位。", field="steps")
    if step.act is not Act.SAY and step.offset <= 0:
        raise RuleError(f"“{step.act.label}”应在逾期之后。", field="steps")
    if To.GROUP in step.to and not set(step.to) & set(UNIT_POSTS):
        raise RuleError("发到工作群的，请同时选择联络员或分管领导。", field="steps")


def _rule(actor: Actor, kind: str, seen: int | None) -> ReminderRule:
    rule = stored_rule(actor.committee_id, kind)
    if rule is None:
        rule = ReminderRule(committee_id=actor.committee_id, kind=kind, is_on=True, steps=None, words={})
        db.session.add(rule)
    elif seen is not None and seen != rule.version:
        raise Conflict()
    return rule


def _save(actor: Actor, rule: ReminderRule, sentence: str, reason: str | None = None) -> None:
    if rule in db.session.new or db.session.is_modified(rule):
        audit.record(actor, "reminder.rule", rule, sentence, reason=reason, label=KINDS[rule.kind].label)
    db.session.flush()
    replan(actor.on, actor.committee_id)


def _places() -> str:
    return "、".join(f"{{{place}}}" for place in saying.PLACES)
