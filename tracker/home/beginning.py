"""What a new installation still has to do, in the order in which it is done. Each step is gone when it is done.

Once a round runs the beginning is over; units without a liaison or a leader are still said, for in them nobody hears
what is asked, or nobody can sign what is answered.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from tracker.core.access import OFFICE_ROLES, Actor, Role
from tracker.home import queries


@dataclass(frozen=True)
class Step:
    """One thing to do once, where it is done, and what is known of it."""

    title: str
    note: str
    url: str
    button: str
    is_done: bool


def steps_for(actor: Actor) -> list[Step]:
    """The steps of this post, done ones among them; empty when nothing is left to do."""
    steps: list[Step] = []
    if actor.is_office:
        steps = _office(actor)
    elif actor.role is Role.SYSADMIN:
        steps = _installing(actor)
    elif actor.role is Role.SECADMIN:
        steps = _granting(actor)
    return steps if any(not step.is_done for step in steps) else []


def _office(actor: Actor) -> list[Step]:
    manned = queries.manned(actor)
    done = queries.done_so_far(actor)
    steps = [
        _unit_step(manned.units),
        Step(
            "明确联络员",
            f"还有{manned.deaf}个单位没有联络员，通知和催报无人接收。" if manned.units
            else "录入单位以后，粘贴名单一次任命。",
            url_for("accounts.roster_import"), "导入", bool(manned.units) and not manned.deaf,
        ),
        Step(
            "明确分管领导",
            f"还有{manned.unsigned}个单位没有分管领导，报告不能在线审签，只能凭签章件报送。" if manned.units
            else "可与联络员在同一张名单中一次任命。",
            url_for("accounts.roster"), "查看名单", bool(manned.units) and not manned.unsigned,
        ),
        Step(
            "导入规划", "上传规划文件或者粘贴全文，核对读出的目标和措施后写入。", url_for("plans.import_upload"),
            "导入", done.plan is not None,
        ),
        Step(
            "分解任务并印发",
            f"已有{done.tasks}项任务，还没有印发。" if done.tasks else "按措施生成任务，安排单位，征求意见后印发。",
            url_for("tasks.breakdown", plan_id=done.plan) if done.plan else url_for("plans.index"), "分解", done.issued,
        ),
        Step(
            "安排报送", "安排第一次年度报告，到开始日自动通知各单位。", url_for("reports.new_round"),
            "安排", done.round,
        ),
    ]  # fmt: skip
    return [step for step in steps if not (done.round and step.is_done)]


def _installing(actor: Actor) -> list[Step]:
    waiting = queries.without_posts(actor)
    made = f"已建立{waiting}个账号，等待授予岗位。" if waiting else ""
    return [
        Step(
            "建立办公室人员账号",
            f"{made}建好后，由安全管理员在“账号”中授予岗位；同时担任两个岗位的，在右上角切换。",
            url_for("accounts.users"), "建立", queries.is_held(actor, OFFICE_ROLES),
        ),
        _unit_step(queries.manned(actor).units),
    ]  # fmt: skip


def _granting(actor: Actor) -> list[Step]:
    return [
        Step(f"授予{role.label}岗位", "在“账号”打开此人，点“授予岗位”。还没有账号的，请系统管理员先建立。",
             url_for("accounts.users"), "授予", queries.is_held(actor, [role]))
        for role in (Role.OFFICE_HEAD, Role.OFFICER)
    ]  # fmt: skip


def _unit_step(units: int) -> Step:
    return Step(
        "录入成员单位", "从名单表格复制粘贴，或者上传Excel，一次录入。", url_for("committees.units_import"), "批量导入",
        units > 0,
    )  # fmt: skip
