"""回避: whoever wrote, signed or asked stands aside, from whatever post they act."""

from __future__ import annotations

from collections.abc import Collection

from tracker.accounts.models import User
from tracker.accounts.queries import holders_of_office
from tracker.core.access import OFFICE_ROLES, Actor, Role
from tracker.core.errors import RuleError
from tracker.reports.models import Report
from tracker.reports.models.office import Substituted


def clean_hands(actor: Actor, report: Report, asked_by_id: int | None = None) -> None:
    """Nobody gives themselves time, or spares themselves a report, or answers themselves for the committee."""
    if actor.user_id is not None and actor.user_id in {*report.hand_ids, asked_by_id}:
        raise RuleError("这份报告由您填写、审签或者提出申请，请由其他人员办理（回避）。")


def four_eyes(actor: Actor, report: Report) -> None:
    """Who may judge: nobody who wrote or signed; of the unit that houses the office only the named substitute."""
    if actor.user_id in report.hand_ids:
        raise RuleError("这份报告由您填写或审签，请由其他人员审核（回避）。")
    if report.lacks_substitute():
        raise RuleError(f"{report.unit.short_name}是办公室所在单位，请先由主任指定审核人（回避）。")
    if report.substitute_id not in {None, actor.user_id}:
        name = report.substitute.name if report.substitute else ""
        raise RuleError(f"这份报告已指定{name}审核（回避），请由其办理。")
    if report.is_put_away(actor.on):
        raise RuleError(f"{report.round.title}已锁定。")


def put_in_place(row: Substituted, person: User | None, reason: str, *, hands: Collection[int | None]) -> None:
    """This person alone judges the row; None lets the office judge it again. Nobody is named whose hand is in it."""
    if not reason.strip():
        raise RuleError("请说明理由。", field="reason")
    if person is not None and person.id in hands:
        raise RuleError(f"{person.name}参与起草、填写或签批，请指定其他人员。", field="user_id")
    row.substitute_id, row.substitute_reason = person.id if person else None, reason.strip()


def add_hand(report: Report, user_id: int | None) -> bool:
    """Remember that somebody wrote or signed; True when that is new."""
    if user_id is None or user_id in report.hand_ids:
        return False
    report.hand_ids = [*report.hand_ids, user_id]
    return True


def colleagues_named(actor: Actor, report: Report, name: str) -> list[User]:
    """People of the committee's office and chair who bear the name of whoever signed on paper: where the office is
    itself a unit, its head often signs there. Two of one name both stand aside."""
    people = holders_of_office(report.round.committee_id, [*OFFICE_ROLES, Role.CHAIR], actor.on)
    return [one for one in people if one.name == name]
