"""A round from plan to lock. What a report of each kind holds is said in `places`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from tracker.committees.models import Unit
from tracker.core import audit, calendar
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.filters import zh_date
from tracker.plans.models import Plan
from tracker.reports.actions import places, telling
from tracker.reports.actions.deadlines import exempt
from tracker.reports.actions.holding import hold_round
from tracker.reports.actions.questions import QuestionFacts, set_questions
from tracker.reports.models import WRITABLE, Report, ReportState, Round, RoundKind, RoundState
from tracker.reports.queries import rounds as queries
from tracker.reports.workflow import REPORT, ROUND


@dataclass(frozen=True)
class RoundFacts:
    """What the office decides about a round. Plans belong to the yearly kinds, units and questions to a special one."""

    year: int
    title: str
    opens_on: date
    due_on: date
    locks_on: date
    guidance: str
    plan_ids: tuple[int, ...] = ()
    kind: RoundKind = RoundKind.ANNUAL
    unit_ids: tuple[int, ...] = ()
    questions: tuple[QuestionFacts, ...] = ()
    needs_sign_off: bool = True


@command
def plan_round(actor: Actor, facts: RoundFacts) -> Round:
    """Set down a round; it opens by itself on its day, or when the office opens it."""
    _must_be_new(actor, facts)
    round_ = Round(committee_id=actor.committee_id, kind=facts.kind, state=RoundState.PLANNED, state_since=actor.at)
    _set_facts(actor, round_, facts)
    db.session.add(round_)
    audit.record(
        actor, "round.plan", round_, f"安排{round_.title}，{zh_date(round_.due_on)}前报送", covers=round_.questions
    )
    return round_


@command
def revise_round(actor: Actor, round_: Round, facts: RoundFacts) -> None:
    """Change a round that has not opened. An open one changes by extension only, with its old date in sight."""
    if round_.state is not RoundState.PLANNED:
        raise RuleError("已经开始报送，时间只能通过延期调整。")
    if facts.kind is not round_.kind:
        raise RuleError("报告的种类不能修改，请另行安排。")
    if facts.year != round_.year:
        _must_be_new(actor, facts)
    gone = _set_facts(actor, round_, facts)
    audit.record(
        actor, "round.revise", round_, f"修改{round_.title}的安排", covers=[*round_.questions, *gone]
    )  # fmt: skip


@command
def drop_round(actor: Actor, round_: Round) -> None:
    """Throw away a round that was planned by mistake; once it has opened it stays."""
    if round_.state is not RoundState.PLANNED:
        raise RuleError("已经开始报送，不能删除。")
    audit.record(actor, "round.drop", round_, f"删除{round_.title}的安排", covers=list(round_.questions))
    db.session.delete(round_)


@command
def open_round(actor: Actor, round_: Round) -> list[Report]:
    """Start a round: each unit that is asked has a report at once, and is told (product.md §5)."""
    if round_.due_on < actor.on:
        raise RuleError("截止日期已经过去，请先修改时间。")
    if round_.is_special:
        reports = _open_special(actor, round_)
    else:
        asked = queries.obligated(round_, actor.on)
        if not asked:
            raise RuleError("还没有已印发的任务，没有单位需要报送。请先印发任务分解表。")
        _begin(actor, round_)
        reports = places.make_reports(actor, round_, asked)
        telling.ask_contacts(actor, reports)
    places.announce(actor, reports)
    return reports


@command
def ask_more_units(actor: Actor, round_: Round, units: Iterable[Unit]) -> list[Report]:
    """A special round that runs asks further units; returns their reports."""
    hold_round(round_)
    if not round_.is_special or round_.state is not RoundState.OPEN:
        raise RuleError("只有正在报送的专项可以增加单位。")
    if actor.on > round_.due_on:
        raise RuleError("截止日期已过，请先办理全体延期，再增加单位。")
    standing = {report.unit_id for report in queries.reports_of(round_)}
    fresh = [unit for unit in units if unit.id not in standing]
    reports = places.make_special_reports(actor, round_, fresh)
    known = {unit.id for unit in round_.units}
    round_.units = [*round_.units, *(unit for unit in fresh if unit.id not in known)]
    for report in reports:
        audit.record(actor, "report.join", report, f"增加报送单位：{report.unit.short_name}（{round_.title}）")
    places.announce(actor, reports)
    return reports


@command
def join_late(actor: Actor, round_: Round) -> int:
    """Units and tasks issued after the opening join until the due date. Returns how many reports or rows came in."""
    hold_round(round_)
    if round_.state is not RoundState.OPEN or round_.is_special or actor.on > round_.due_on:
        return 0
    asked = queries.obligated(round_, actor.on)
    standing = {report.unit_id: report for report in queries.reports_of(round_)}
    fresh = places.make_reports(actor, round_, [one for one in asked if one.unit_id not in standing])
    for report in fresh:
        audit.record(actor, "report.join", report, f"新印发任务后加入{round_.title}：{report.unit.short_name}")
    places.announce(actor, fresh)
    grown = 0
    for unit_id, mine in groupby(asked, key=lambda one: one.unit_id):
        if unit_id in standing and standing[unit_id].state in WRITABLE:
            grown += places.grow(actor, standing[unit_id], list(mine))
    return len(fresh) + grown


@command
def close_round(actor: Actor, round_: Round) -> None:
    """End the filing: what was sent back or extended may still come in, nothing else."""
    hold_round(round_)
    ROUND.apply(round_, "close", actor)


@command
def call_off(actor: Actor, round_: Round, reason: str) -> int:
    """A special round asked by mistake, or wrongly: whoever has not answered need not, and is told why; what was sent
    stays. Returns how many units were spared."""
    hold_round(round_)
    ROUND.check(round_, "close")
    if not round_.is_special:
        raise RuleError("只有专项可以撤回。")
    if not reason.strip():
        raise RuleError("请说明理由。", field="reason")
    spared = [report for report in queries.reports_of(round_) if REPORT.allows(report, "exempt")]
    own = [report.unit.short_name for report in spared if actor.user_id in report.hand_ids]
    if own:
        raise RuleError(f"{'、'.join(own)}的答复由您填写或审签，请由其他人员撤回这个专项（回避）。")
    for report in spared:
        exempt(actor, report, f"{round_.title}撤回：{reason.strip()}")
    round_.called_off_reason = reason.strip()
    ROUND.apply(round_, "close", actor, reason=reason, sentence=f"撤回{round_.title}，{len(spared)}个单位免报")
    return len(spared)


@command
def reopen_round(actor: Actor, round_: Round, reason: str) -> None:
    """Take reports again. Who was spared when it was called off stays spared, until the office asks them again."""
    round_.called_off_reason = ""
    ROUND.apply(round_, "reopen", actor, reason=reason)


@command
def lock_round(actor: Actor, round_: Round) -> None:
    """Put the year away. What is still in motion forbids it: nothing may be caught half-way."""
    hold_round(round_)
    moving = [report for report in queries.reports_of(round_) if _in_motion(report, actor.on)]
    if moving:
        names = "、".join(report.unit.short_name for report in moving[:8]) + ("等" if len(moving) > 8 else "")
        raise RuleError(f"还有{len(moving)}份报告没有办结（{names}），不能锁定。")
    if round_.state is RoundState.OPEN:
        ROUND.apply(round_, "close", actor)
    ROUND.apply(round_, "lock", actor)


@command
def unlock_round(actor: Actor, round_: Round, reason: str) -> None:
    """Take the lock off the whole round, by who may issue, with a reason."""
    ROUND.apply(round_, "unlock", actor, reason=reason)


def moved_to_a_workday(actor: Actor, facts: RoundFacts) -> date:
    """The day that was asked for, or where it is a day off and the committee says so the last workday before it."""
    if not queries.settings_of(actor.committee_id).deadline_moves_forward:
        return facts.due_on
    earlier = calendar.current().last_workday(facts.due_on)
    return earlier if earlier >= max(facts.opens_on, actor.on) else facts.due_on


def _open_special(actor: Actor, round_: Round) -> list[Report]:
    units = [unit for unit in round_.units if unit.is_current(actor.on)]
    if not round_.questions:
        raise RuleError("还没有填写填报内容，请先修改安排。")
    if not units:
        raise RuleError("还没有选择报送单位，请先修改安排。")
    _begin(actor, round_)
    return places.make_special_reports(actor, round_, units)


def _begin(actor: Actor, round_: Round) -> None:
    round_.opens_on = min(round_.opens_on, actor.on)
    round_.first_due_on = round_.due_on
    ROUND.apply(round_, "open", actor, sentence=f"开始报送{round_.title}")


def _in_motion(report: Report, on: date) -> bool:
    """Answers to a special round are collected as they come; nobody has to accept them. Whoever was given a later day
    than that of the lock has it."""
    moving = {ReportState.RETURNED, ReportState.AWAITING_SIGN_OFF}
    if report.is_owed() and report.has_more_time(on):
        return True
    return report.state in (moving if report.round.is_special else moving | {ReportState.SUBMITTED})


def _must_be_new(actor: Actor, facts: RoundFacts) -> None:
    """One annual and one half-year round a year; special ones as many as the office needs."""
    if facts.kind is RoundKind.SPECIAL:
        return
    if queries.stands(actor.committee_id, facts.kind, facts.year):
        raise RuleError(f"{facts.year}年{facts.kind.label}报告已经建立，请直接修改。", field="year")


def _set_facts(actor: Actor, round_: Round, facts: RoundFacts) -> list[audit.Audited]:
    """Returns the questions that went, for the entry to cover. A deadline on a day off moves to the last workday before
    it, where the committee says so (product.md §5)."""
    due_on = moved_to_a_workday(actor, facts)
    if not facts.opens_on <= due_on:
        raise RuleError("截止日期不能早于开始日期。", field="due_on")
    if not due_on <= facts.locks_on:
        raise RuleError("锁定日期不能早于截止日期。", field="locks_on")
    if due_on < actor.on:
        raise RuleError("截止日期已经过去。", field="due_on")
    plans, units = (_chosen_plans(actor, facts), []) if not round_.is_special else ([], _chosen_units(actor, facts))
    round_.year, round_.title, round_.guidance = facts.year, facts.title, facts.guidance
    round_.opens_on, round_.due_on, round_.locks_on = facts.opens_on, due_on, facts.locks_on
    round_.first_due_on = due_on
    round_.needs_sign_off = facts.needs_sign_off or not round_.is_special
    round_.plans, round_.units = plans, units
    return set_questions(round_, facts.questions) if round_.is_special else []


def _chosen_units(actor: Actor, facts: RoundFacts) -> list[Unit]:
    units = queries.chosen_units(actor.committee_id, facts.unit_ids)
    if not units:
        raise RuleError("请至少选择一个单位。", field="unit_ids")
    return units


def _chosen_plans(actor: Actor, facts: RoundFacts) -> list[Plan]:
    plans = queries.chosen_plans(actor.committee_id, facts.plan_ids)
    if not plans:
        raise RuleError("请至少选择一个规划。", field="plan_ids")
    outside = [plan for plan in plans if not plan.covers(facts.year)]
    if outside:
        raise RuleError(f"{outside[0].audit_label()}不包含{facts.year}年。", field="plan_ids")
    return plans
