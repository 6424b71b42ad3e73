"""A finished year, from opening to lock; and the open round a week before its due date, with reports in every state."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.core import calendar
from tracker.core.db import db
from tracker.reports import actions
from tracker.reports.actions import exemptions, sharing
from tracker.reports.actions.rounds import RoundFacts
from tracker.reports.models import Remark, RemarkPlace, Report, Request, Round
from tracker.reports.queries import reports as queries
from tracker.reports.queries import rounds

from ..content.evidence import SIGNED_PAPER, bytes_of
from ..content.people import UNIT_PEOPLE
from ..content.remarks import EXTENSION_REQUEST, REFUSAL_BY_LEADER, RESUBMISSION_NOTE, RETURNS
from ..content.reports import EXEMPTION_REASON, FINISHED_LATE, OPEN_COURSES, report_of
from ..content.shapes import AreaRef, Course, ReturnText, Term
from ..content.sharing import ASKS_TO_BE_SPARED, GIVEN, SHARES_OF, SPARING_REASON
from ..content.units import CITY
from ..stage import Stage, moment
from .writing import blob_of, place_of, write

GUIDANCE = "正文写全年情况，数据截至填报日的请注明；困难和问题写到具体事项；下一年工作安排写明做什么、何时完成。"
ASKS_FOR_TIME = "市住房城乡建设局"
CORRECTION = "以上托管班均为暑期班，签订率按已建立工会的企业计算。"
REFUSED = "市生态环境局"
ASIDE = "办公室设在本单位，按规定回避，由未参与填报的同志审核。"


def open_year(today: date) -> int:
    """The year that the open round reports on: from summer on this year, before that the last."""
    return today.year if today.month >= 6 else today.year - 1


def tell_finished_year(stage: Stage) -> None:
    year = open_year(stage.today) - 1
    opens, due, locks = date(year, 12, 1), date(year + 1, 1, 15), date(year + 1, 2, 15)
    round_ = _open(stage, year, opens, due, locks)
    returned = {one.unit: one for one in RETURNS if one.term == "finished"}
    for place, report_id in enumerate(_reports(round_)):
        unit = db.session.get_one(Report, report_id).unit.short_name
        day = _submission_day(unit, due, place)
        write(stage.liaison(unit, day - timedelta(days=2)), report_id, "finished")
        _sign(stage, report_id, unit, day)
        if unit in returned:
            day = _return_and_correct(stage, report_id, returned[unit], day)
        accept(stage, report_id, calendar.current().add_workdays(day, 2 + place % 5))
        _answer_requests(stage, report_id, day + timedelta(days=10))
    actions.close_round(stage.officer(date(year + 1, 2, 6)), db.session.get_one(Round, round_.id))
    actions.lock_round(stage.officer(locks), db.session.get_one(Round, round_.id))


def tell_open_round(stage: Stage) -> None:
    opens, due = stage.today - timedelta(days=25), stage.today + timedelta(days=7)
    due = calendar.current().last_workday(due)
    round_ = _open(stage, open_year(stage.today), opens, due, due + timedelta(days=30))
    for place, report_id in enumerate(_reports(round_)):
        unit = db.session.get_one(Report, report_id).unit.short_name
        _follow(stage, report_id, unit, OPEN_COURSES[unit], opens + timedelta(days=9 + place % 9))
    report = _report_of(round_.id, stage.unit_ids[ASKS_FOR_TIME])
    actions.request_extension(
        stage.liaison(ASKS_FOR_TIME, stage.today, 9), report, calendar.current().add_workdays(due, 3), EXTENSION_REQUEST
    )
    spared = _report_of(round_.id, stage.unit_ids[ASKS_TO_BE_SPARED])
    exemptions.request_exemption(stage.liaison(ASKS_TO_BE_SPARED, stage.today, 9), spared, SPARING_REASON)
    _give_away(stage, _report_of(round_.id, stage.unit_ids[SHARES_OF]).id)


def _give_away(stage: Stage, report_id: int) -> None:
    """分送科室: one section has written and waits to be looked at, a county body has not begun."""
    for given in GIVEN:
        report = queries.whole(report_id)
        rows = [one.id for one in report.entries if one.assignment.task.area.name == given.area]
        records = [f"entry:{number}" for number in rows]
        liaison = stage.liaison(SHARES_OF, stage.today - timedelta(days=2), 9)
        until = stage.today + timedelta(days=5)
        shared, _ = sharing.share(liaison, report, given.section, records, until, given.note)
        if not given.written:
            continue
        at = moment(stage.today - timedelta(days=1), 15, 20)
        sharing.name_writer(shared, given.author, at)
        for record, (state, line) in zip(records, given.written, strict=False):
            sharing.write_part(shared, record, {"state": state, "note": line}, at)
        sharing.hand_back(shared, at)


def _open(stage: Stage, year: int, opens: date, due: date, locks: date) -> Round:
    plans = rounds.plans_of_year(stage.committee_id, year)
    facts = RoundFacts(year, f"{year}年年度报告", opens, due, locks, GUIDANCE, tuple(plan.id for plan in plans))
    round_ = actions.plan_round(stage.officer(opens - timedelta(days=7)), facts)
    actions.open_round(stage.officer(opens, 9), round_)
    return round_


def _reports(round_: Round) -> list[int]:
    return [report.id for report in rounds.reports_of(round_)]


def _report_of(round_id: int, unit_id: int) -> Report:
    return db.session.scalars(select(Report).where(Report.round_id == round_id, Report.unit_id == unit_id)).one()


def _submission_day(unit: str, due: date, place: int) -> date:
    """Spread over the last three weeks; the late ones after the due date."""
    days = calendar.current()
    if unit in FINISHED_LATE:
        return days.add_workdays(due, FINISHED_LATE[unit])
    return days.add_workdays(due, -(place % 12))


def _sign(stage: Stage, report_id: int, unit: str, day: date) -> None:
    actions.send_for_sign_off(stage.liaison(unit, day, 9, 30), db.session.get_one(Report, report_id))
    actions.sign_off(stage.leader(unit, day), db.session.get_one(Report, report_id))


def _sign_on_paper(stage: Stage, report_id: int, unit: str, day: date) -> None:
    report = db.session.get_one(Report, report_id)
    leader = next(one.name for one in UNIT_PEOPLE if (one.committee, one.unit, one.role) == (CITY, unit, "unit_leader"))
    scan = blob_of(bytes_of(SIGNED_PAPER, report.round.year))
    actions.submit_on_paper(
        stage.liaison(unit, day, 11), report, leader, scan=scan, scan_name=SIGNED_PAPER.file_name
    )  # fmt: skip


def accept(stage: Stage, report_id: int, day: date) -> None:
    """By the officer; the report of the unit that houses the office by the colleague whom the head names."""
    by = stage.officer
    if db.session.get_one(Report, report_id).lacks_substitute():
        person = db.session.get_one(User, stage.colleague(day).user_id)
        actions.name_substitute(stage.head(day, 8), db.session.get_one(Report, report_id), person, ASIDE)
        by = stage.colleague
    actions.claim(by(day, 9), db.session.get_one(Report, report_id))
    actions.accept(by(day, 10), db.session.get_one(Report, report_id))


def _return(stage: Stage, report_id: int, said: ReturnText, day: date) -> None:
    actions.claim(stage.officer(day, 9), db.session.get_one(Report, report_id))
    for remark in said.remarks:
        report = queries.whole(report_id)
        kind = RemarkPlace.AREA if isinstance(remark.at, AreaRef) else RemarkPlace.ENTRY
        actions.add_remark(stage.officer(day), report, kind, place_of(report, remark.at), remark.text)
    by = calendar.current().add_workdays(day, said.rectify_in_workdays)
    actions.return_report(stage.officer(day, 11), db.session.get_one(Report, report_id), said.reason, by)


def _return_and_correct(stage: Stage, report_id: int, said: ReturnText, day: date) -> date:
    """The finished year's one return: answered, corrected, submitted again; the first day stands."""
    days = calendar.current()
    _return(stage, report_id, said, days.add_workdays(day, 2))
    again = days.add_workdays(day, 5)
    for number in db.session.scalars(select(Remark.id).where(Remark.report_id == report_id)).all():
        liaison = stage.liaison(said.unit, again)
        actions.answer_remark(
            liaison, db.session.get_one(Report, report_id), db.session.get_one(Remark, number), RESUBMISSION_NOTE
        )
    report = queries.whole(report_id)
    for remark in said.remarks:
        if isinstance(remark.at, AreaRef):
            area_id = place_of(report, remark.at)
            text = next(one.text for one in report.area_texts if one.area_id == area_id)
            actions.save_area_text(stage.liaison(said.unit, again), report, area_id, f"{text}{CORRECTION}")
    _sign(stage, report_id, said.unit, again)
    return again


def _answer_requests(stage: Stage, report_id: int, day: date) -> None:
    answers = {
        f"{one.title}：{one.text}": one.answer
        for one in report_of(db.session.get_one(Report, report_id).unit.short_name, "finished").requests
    }
    for number in db.session.scalars(select(Request.id).where(Request.report_id == report_id)).all():
        request = db.session.get_one(Request, number)
        if answers.get(request.text):
            actions.answer_request(stage.officer(day), request, answers[request.text])


def _follow(stage: Stage, report_id: int, unit: str, course: Course, day: date) -> None:
    """Bring an open report as far as its course says."""
    term: Term = "open"
    if course == "exempted":
        actions.exempt(stage.officer(day), db.session.get_one(Report, report_id), EXEMPTION_REASON)
    if course in {"not_started", "exempted"}:
        return
    whole = course != "draft" or unit == REFUSED
    write(stage.liaison(unit, day), report_id, term, part=1.0 if whole else 0.6)
    if course == "draft":
        if unit == REFUSED:
            actions.send_for_sign_off(stage.liaison(unit, day, 11), db.session.get_one(Report, report_id))
            actions.refuse_sign_off(stage.leader(unit, day), db.session.get_one(Report, report_id), REFUSAL_BY_LEADER)
        return
    if course == "awaiting_sign_off":
        actions.send_for_sign_off(stage.liaison(unit, day, 11), db.session.get_one(Report, report_id))
        return
    if unit == SIGNED_PAPER.unit:
        _sign_on_paper(stage, report_id, unit, day)
    else:
        _sign(stage, report_id, unit, day)
    _review(stage, report_id, unit, course, day)


def _review(stage: Stage, report_id: int, unit: str, course: Course, day: date) -> None:
    later = min(calendar.current().add_workdays(day, 2), stage.today)
    if course == "accepted":
        accept(stage, report_id, later)
    elif course == "returned":
        said = next(one for one in RETURNS if one.term == "open" and one.unit == unit)
        _return(stage, report_id, said, later)
