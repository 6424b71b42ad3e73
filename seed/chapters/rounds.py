"""The other two kinds of round: half a year of the year now reported on, put away; and a question of this week."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from tracker.core import calendar
from tracker.core.db import db
from tracker.reports import actions
from tracker.reports.actions import Edit, QuestionFacts, RoundFacts
from tracker.reports.models import EntryState, QuestionKind, Report, Round, RoundKind
from tracker.reports.queries import reports as queries
from tracker.reports.queries import rounds

from ..stage import Stage
from .reports import accept, open_year

BEHIND = {"市生态环境局": "部分点位改造受汛期影响，计划三季度完成。", "市文化和旅游局": "场馆改造尚在招标。"}
"""By unit: why one of its tasks is slow in the half-year report."""
MISSED = "市体育局"
ASKED = (
    "市教育局", "市民政局", "市卫生健康委", "市总工会", "市妇联", "市发展改革委", "市财政局", "市人力资源社会保障局",
)  # fmt: skip
ANSWERS = {
    "市教育局": ("有", "86", "托班主要设在公办幼儿园，暑期开放。"),
    "市民政局": ("有", "12", "依托社区养老托育综合体。"),
    "市卫生健康委": ("有", "143", "备案机构中普惠性占六成。"),
    "市总工会": ("有", "9", "主要为企业办托。"),
}


def tell_half_year(stage: Stage) -> None:
    """States of half a year, accepted in July; one unit did not report."""
    year = open_year(stage.today)
    opens, due = date(year, 6, 15), calendar.current().last_workday(date(year, 6, 30))
    if due + timedelta(days=20) >= stage.today:
        return
    plans = rounds.plans_of_year(stage.committee_id, year)
    facts = RoundFacts(
        year, f"{year}年半年报告", opens, due, due + timedelta(days=31), "只填任务进展；进展较慢、未启动的说明原因。",
        tuple(plan.id for plan in plans), RoundKind.HALF_YEAR,
    )  # fmt: skip
    round_ = actions.plan_round(stage.officer(opens - timedelta(days=5)), facts)
    actions.open_round(stage.officer(opens, 9), round_)
    for report in list(rounds.reports_of(db.session.get_one(Round, round_.id))):
        if report.unit.short_name != MISSED:
            _report_half_year(stage, report.id, report.unit.short_name, due)
    actions.close_round(stage.officer(due + timedelta(days=15)), db.session.get_one(Round, round_.id))


def _report_half_year(stage: Stage, report_id: int, unit: str, due: date) -> None:
    day = calendar.current().add_workdays(due, -(report_id % 8))
    liaison = stage.liaison(unit, day)
    whole = queries.whole(report_id)
    edits = [Edit(f"entry:{one.id}", {"state": EntryState.ON_SCHEDULE.value}) for one in whole.entries]
    own = next((entry for entry in whole.entries if entry.is_required()), None)
    if unit in BEHIND and own is not None:
        edits.append(Edit(f"entry:{own.id}", {"state": EntryState.SLOW.value, "note": BEHIND[unit]}))
    actions.save_sheet(liaison, whole, edits)
    actions.send_for_sign_off(stage.liaison(unit, day, 11), db.session.get_one(Report, report_id))
    actions.sign_off(stage.leader(unit, day), db.session.get_one(Report, report_id))
    later = calendar.current().add_workdays(due, 5)
    accept(stage, report_id, later)


def tell_special_round(stage: Stage) -> None:
    """“省里明天要数”: asked three days ago, due the day after tomorrow, half of them answered."""
    asked_on, due = stage.today - timedelta(days=3), calendar.current().add_workdays(stage.today, 2)
    questions = (
        QuestionFacts("是否有专人负责托育工作", QuestionKind.CHOICE, ("有", "没有")),
        QuestionFacts("现有托育机构", QuestionKind.NUMBER, measure="家"),
        QuestionFacts("主要情况和存在的问题"),
        QuestionFacts("机构名单", QuestionKind.FILE, is_required=False),
    )
    facts = RoundFacts(
        asked_on.year, "托育服务情况", asked_on, due, due + timedelta(days=60), "数据截至上月末。",
        kind=RoundKind.SPECIAL, unit_ids=tuple(stage.unit_ids[name] for name in ASKED), questions=questions,
        needs_sign_off=False,
    )  # fmt: skip
    round_ = actions.plan_round(stage.officer(asked_on), facts)
    actions.open_round(stage.officer(asked_on, 10, 20), round_)
    for unit, said in ANSWERS.items():
        _answer(stage, round_.id, unit, said)


def _answer(stage: Stage, round_id: int, unit: str, said: tuple[str, ...]) -> None:
    rows = select(Report.id).where(Report.round_id == round_id, Report.unit_id == stage.unit_ids[unit])
    report_id = db.session.scalars(rows).one()
    day = stage.today - timedelta(days=1)
    answers = sorted(queries.whole(report_id).question_answers, key=lambda one: one.question.position)
    for number, text in zip([one.id for one in answers], said, strict=False):
        report = db.session.get_one(Report, report_id)
        actions.save_piece(stage.liaison(unit, day), report, Edit(f"question:{number}", {"text": text}))
    actions.submit_unsigned(stage.liaison(unit, day, 11), db.session.get_one(Report, report_id))
