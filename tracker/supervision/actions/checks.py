"""Field checks planned, announced, their findings sent, closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.committees.models import Unit
from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.holding import hold
from tracker.supervision.actions.holding import hold_committee
from tracker.supervision.actions.matters import send_noted, still_open
from tracker.supervision.actions.telling import tell_unit
from tracker.supervision.models import CheckFacts, CheckState, FieldCheck, FieldVisit, Matter
from tracker.supervision.queries import matters as queries
from tracker.supervision.workflow import CHECK


@command
def plan_check(actor: Actor, facts: CheckFacts, visits: Sequence[tuple[Unit, date]]) -> FieldCheck:
    """Plan a field check: why, when, by whom, about what, and which unit on which day."""
    hold_committee(actor.committee_id)
    if same := queries.same_check(actor, facts, visits):
        return same  # the same form sent twice
    check = FieldCheck(committee_id=actor.committee_id, state_since=actor.at, cancellation_reason="")
    _take(check, facts)
    db.session.add(check)
    for unit, day in visits:
        _visit(check, unit, day)
    db.session.flush()
    audit.record(actor, "check.plan", check, f"拟定{check.audit_label()}")
    return check


@command
def edit_check(actor: Actor, check: FieldCheck, facts: CheckFacts, *, seen_version: int | None = None) -> None:
    """Change the plan, or write what the visits showed as a whole."""
    hold(check)
    _only_open(check, "修改")
    if seen_version is not None and seen_version != check.version:
        labels = {"basis": "依据", "team": "督查组成员", "points": "督查重点", "summary": "总体情况"}
        differing = [name for name in labels if getattr(facts, name) != getattr(check, name)]
        raise Conflict(
            mine={labels[name]: getattr(facts, name) for name in differing},
            theirs={labels[name]: getattr(check, name) for name in differing},
        )
    _take(check, facts)
    for visit in check.visits:
        _within(check, visit.visit_on)
    audit.record_sitting(actor, "check.edit", check, f"修改{check.audit_label()}")


@command
def add_visit(actor: Actor, check: FieldCheck, unit: Unit, visit_on: date) -> FieldVisit:
    """One more unit; asked for twice it stays as it is, with what was seen there."""
    visit = check.visit_of(unit.id)
    if visit is not None and visit.visit_on == visit_on:
        return visit
    return set_visit(actor, check, unit, visit_on, visit.situation if visit else "")


@command
def set_visit(
    actor: Actor, check: FieldCheck, unit: Unit, visit_on: date, situation: str = "", *, seen: str | None = None
) -> FieldVisit:  # fmt: skip
    """Put a unit into the plan, move its day, or write what was seen there; `seen` is what stood there when the page
    was made. Raises Conflict with both texts when somebody else wrote meanwhile."""
    hold(check)
    _only_open(check, "修改")
    _within(check, visit_on)
    visit = check.visit_of(unit.id)
    is_new = visit is None
    if visit is not None and seen is not None and visit.situation not in {seen, situation.strip()}:
        raise Conflict(mine={"督查情况": situation}, theirs={"督查情况": visit.situation})
    if visit is None:
        visit = _visit(check, unit, visit_on)
    visit.visit_on, visit.situation = visit_on, situation.strip()
    db.session.flush()
    audit.record(actor, "check.visit", check, f"安排{check.audit_label()}：{unit.short_name}", covers=[visit])
    if is_new and check.state is not CheckState.PLANNED:
        _announce_to(actor, check, visit)
    return visit


@command
def remove_visit(actor: Actor, check: FieldCheck, unit: Unit) -> None:
    """Take a unit out; where something was found there, it stays."""
    hold(check)
    _only_open(check, "修改")
    visit = check.visit_of(unit.id)
    if visit is None:
        raise RuleError(f"{unit.short_name}不在这次督查的单位中。")
    if any(matter.unit_id == unit.id for matter in check.matters):
        raise RuleError(f"已经记录{unit.short_name}的问题，不能移出。")
    check.visits.remove(visit)
    audit.record(actor, "check.visit", check, f"将{unit.short_name}移出{check.audit_label()}", covers=[visit])


@command
def announce_check(actor: Actor, check: FieldCheck) -> int:
    """Tell every unit its day, the team and the points; returns how many units."""
    hold(check)
    if not check.visits:
        raise RuleError("还没有安排督查单位。")
    CHECK.apply(check, "announce", actor)
    for visit in check.visits:
        _announce_to(actor, check, visit)
    return len(check.visits)


@command
def feed_back(actor: Actor, check: FieldCheck) -> list[Matter]:
    """反馈问题: every finding noted goes to its unit, which sees its own and nobody else's."""
    sent = send_noted(actor, check)
    sentence = f"反馈{check.audit_label()}发现的问题{len(sent)}个"
    if CHECK.allows(check, "close") and not CHECK.allows(check, "feed_back"):
        audit.record(actor, "check.feed_back", check, sentence)  # what was found later joins what is being put right
    else:
        CHECK.apply(check, "feed_back", actor, sentence=sentence)
    return sent


@command
def close_check(actor: Actor, check: FieldCheck) -> None:
    """办结: everything found was put right, or nothing was found."""
    hold(check)
    if left := still_open(check):
        raise RuleError(f"还有{len(left)}个问题没有销号，不能办结。")
    CHECK.apply(check, "close", actor)


@command
def cancel_check(actor: Actor, check: FieldCheck, reason: str) -> None:
    """It does not take place; units that were told are told so."""
    hold(check)
    was_announced = check.state is CheckState.ANNOUNCED
    if check.matters:
        raise RuleError("已经记录问题，不能取消；请反馈或者删除所记录的问题。")
    CHECK.check(check, "cancel", reason)
    check.cancellation_reason = reason.strip()
    CHECK.apply(check, "cancel", actor, reason=reason)
    for visit in check.visits if was_announced else []:
        tell_unit(
            actor, check, "check.cancelled", occasion=f"{visit.unit_id}", unit_id=visit.unit_id, check=check,
            unit=visit.unit, office=actor.committee.office_name,
        )  # fmt: skip


def _take(check: FieldCheck, facts: CheckFacts) -> None:
    if facts.ends_on < facts.starts_on:
        raise RuleError("结束日期不能早于开始日期。", field="ends_on")
    if facts.look_back_on is not None and facts.look_back_on <= facts.ends_on:
        raise RuleError("回头看应在督查结束之后。", field="look_back_on")
    check.title, check.basis, check.team, check.points = facts.title, facts.basis, facts.team, facts.points
    check.starts_on, check.ends_on, check.look_back_on = facts.starts_on, facts.ends_on, facts.look_back_on
    check.summary = facts.summary


def _visit(check: FieldCheck, unit: Unit, day: date) -> FieldVisit:
    _within(check, day)
    if check.visit_of(unit.id) is not None:
        raise RuleError(f"{unit.short_name}重复安排。")
    visit = FieldVisit(unit=unit, unit_id=unit.id, visit_on=day, situation="")
    check.visits.append(visit)
    return visit


def _within(check: FieldCheck, day: date) -> None:
    if not check.starts_on <= day <= check.ends_on:
        raise RuleError("到单位的日期应在督查起止日期之内。", field="visit_on")


def _announce_to(actor: Actor, check: FieldCheck, visit: FieldVisit) -> None:
    tell_unit(
        actor, check, "check.announced", occasion=f"{visit.unit_id}", unit_id=visit.unit_id, check=check, visit=visit,
        office=actor.committee.office_name,
    )  # fmt: skip


def _only_open(check: FieldCheck, verb: str) -> None:
    if check.is_over:
        raise RuleError(f"{check.audit_label()}{check.state.label}，不能{verb}。")
