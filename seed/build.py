"""The demo: a made-up city committee, two plans, one finished year, one open round. Built through the actions, dated
relative to the day it is built."""

from __future__ import annotations

import logging
import time
from datetime import date

from .bulk import ONE, Scale, multiply
from .chapters import circular, inspection, notices, people, plans, reminders, reports, rounds, signing
from .chapters.people import PASSWORD
from .content.people import PEOPLE
from .content.units import CITY
from .stage import Stage

log = logging.getLogger(__name__)

SHOWN = ("officer", "office_head", "chair", "sysadmin", "secadmin", "auditor")


def build_demo(on: date, committees: int = 1, years: int = 1) -> None:
    """Build the whole demo as of a day, and copy it up to that scale. The database must be migrated and empty."""
    build(on, Scale.asked(committees, years))


def build(on: date, scale: Scale) -> None:
    """The demo at any scale, as benchmarks want it."""
    stage = Stage(on)
    for name, chapter in (
        ("单位和人员", people.tell),
        ("规划和任务", plans.tell),
        ("上年度报告", reports.tell_finished_year),
        ("通报", circular.tell),
        ("提示函", notices.tell),
        ("半年报告", rounds.tell_half_year),
        ("已读消息", reminders.tell_finished_year),
        ("本年度报告", reports.tell_open_round),
        ("实地督查和批示", inspection.tell),
        ("专项报送", rounds.tell_special_round),
        ("提醒", reminders.tell_open_round),
        ("登录", signing.tell),
    ):
        began = time.monotonic()
        chapter(stage)
        log.info("演示数据：%s（%.1f 秒）", name, time.monotonic() - began)
    if scale != ONE:
        began = time.monotonic()
        multiply(stage.committee_id, scale)
        log.info(
            "演示数据：放大到%d个机构、%d个年度（%.1f 秒）", scale.committees, scale.years, time.monotonic() - began
        )


def accounts() -> list[tuple[str, str, str]]:
    """(login, password, who) of the accounts worth trying, for the terminal and the sign-in page of the demo."""
    shown = [one for one in PEOPLE if one.committee == CITY and (one.role in SHOWN or one.unit == "市教育局")]
    return [(one.login, PASSWORD, f"{one.unit or ''}{one.job} {one.name}") for one in shown]
