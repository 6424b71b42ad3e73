"""机构改革 (promise 13): open work moves to the successor, closed work keeps the old name, both are named."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.makers.reports import (
    make_accepted_report,
    make_open_round,
    make_scan,
    make_submitted_report,
    report_of,
    write_report,
)
from tests.makers.tasks import answer_of, make_consultation, make_issued_tasks, tasks_of
from tracker.committees import actions as committees
from tracker.committees.actions import NewName
from tracker.committees.models import ReformKind, Unit
from tracker.committees.reform import Reform
from tracker.core import clock
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Message
from tracker.plans.models import Plan
from tracker.reminders import queries as reminders
from tracker.reminders.models import Watch
from tracker.reports import actions as reporting
from tracker.reports.models import Report, ReportState
from tracker.reports.queries.reports import latest_version, versions
from tracker.supervision import actions as supervision
from tracker.supervision.models import ItemWords, Notice, NoticeKind
from tracker.tasks import actions
from tracker.tasks.models import AssignmentRole, AssignmentState, Outcome, Shape, Task

Client = Callable[[str], FlaskClient]
DAY = date(2027, 1, 1)
PAPER = "市委办〔2026〕88号"


def officer_on(cast: Cast, day: date = DAY) -> Actor:
    return cast.actor("officer", on=day)


def renamed(cast: Cast, short_name: str = "市教育局") -> Reform:
    return committees.reform_unit(
        officer_on(cast), cast.unit(short_name), ReformKind.RENAMED, starts_on=DAY, document=PAPER,
        name=NewName("云川市教育和体育局", "市教体局"),
    )  # fmt: skip


def parts(task: Task) -> dict[str, tuple[str, str]]:
    return {one.unit.short_name: (one.role.label, one.state.label) for one in task.assignments}


def finished_task(cast: Cast, plan: Plan) -> Task:
    """A one-off task that was done under the old name."""
    officer, head = cast.actor("officer", on=date(2021, 11, 1)), cast.actor("head", on=date(2021, 11, 1))
    task = actions.add_task(
        officer, plan, plan.areas[0].measures[0], title="印发方案", outcome=Outcome.DOCUMENT, shape=Shape.LED,
        is_yearly=False, due_on=date(2022, 12, 31),
    )  # fmt: skip
    actions.assign(officer, task, cast.unit("市教育局"), AssignmentRole.LEAD)
    actions.issue(head, plan)
    actions.complete(head, task)
    return task


def test_a_renamed_unit_hands_its_open_work_and_people_to_its_new_name(cast: Cast) -> None:
    plan = make_issued_tasks(cast)
    done = finished_task(cast, plan)
    number = plan.id
    reform = renamed(cast)
    heir, old = reform.heirs[0], cast.unit("市教育局")
    assert old.valid_to == date(2026, 12, 31)
    assert old.reform_note == "2027年起由市教体局承接"
    assert heir.reform_note == "原市教育局"
    assert heir.position == old.position + 1
    open_tasks = [task for task in tasks_of(db.session.get_one(Plan, number)) if task.id != done.id]
    for task in open_tasks:
        said = parts(task)
        role = said["市教育局"][0]
        assert said["市教育局"] == (role, "已移交")
        assert said["市教体局"] == (role, "已印发")
    assert parts(done) == {"市教育局": ("牵头", "已印发")}, "what is closed keeps the old name"
    told = db.session.scalars(select(Message).where(Message.kind == "tasks.succeeded")).all()
    assert {message.unit_id for message in told} == {heir.id}
    assert "6项任务由你单位承接" in told[0].body
    assert len(told) == 2, "liaison and leader went along"


def test_an_open_report_goes_along_with_its_draft_and_the_old_units_reminders_stop(cast: Cast) -> None:
    make_issued_tasks(cast, on=date(2026, 10, 8))
    round_ = make_open_round(cast, 2026)
    report = report_of(round_, cast.unit("市教育局"))
    write_report(cast.actor("liaison", on=date(2026, 12, 10)), report)
    before, written = report.id, [one.text for one in report.area_texts]
    watch = db.session.scalars(select(Watch).where(Watch.subject_type == "Report", Watch.subject_id == before)).one()
    heir = renamed(cast).heirs[0]
    db.session.expire_all()
    moved = db.session.get_one(Report, before)
    assert moved.unit.short_name == "市教体局"
    assert [one.text for one in moved.area_texts] == written
    assert all(one.assignment.unit_id == heir.id for one in moved.entries)
    assert watch.unit_id == heir.id
    assert watch.settled_at is None
    assert not db.session.scalars(
        select(Watch).where(Watch.unit_id == cast.units["市教育局"], Watch.settled_at.is_(None))
    ).all()
    old = db.session.scalars(select(Message).where(Message.kind == "report.opened")).first()
    assert old is not None
    assert not reminders.recipient_stays(old, date(2027, 1, 2)), "who held a post of the old unit hears nothing more"


def test_a_merged_unit_that_meets_a_reporting_one_is_excused_and_its_words_go_along(cast: Cast) -> None:
    make_issued_tasks(cast, on=date(2026, 10, 8))
    round_ = make_open_round(cast, 2026)
    for who, name in (("liaison", "市教育局"), ("other_liaison", "市卫生健康委")):
        write_report(cast.actor(who, on=date(2026, 12, 10)), report_of(round_, cast.unit(name)))
    old = report_of(round_, cast.unit("市教育局"))
    words = old.area_texts[0].text
    committees.reform_unit(
        officer_on(cast), cast.unit("市教育局"), ReformKind.MERGED, starts_on=DAY, document=PAPER,
        heirs=[cast.unit("市卫生健康委")],
    )  # fmt: skip
    db.session.expire_all()
    assert old.state is ReportState.EXEMPTED
    assert "并入市卫生健康委" in old.exemption_reason
    assert old.area_texts[0].text == words, "what was typed stays readable"
    theirs = report_of(round_, cast.unit("市卫生健康委"))
    assert f"【原市教育局】{words}" in theirs.area_texts[0].text
    task = tasks_of(db.session.scalars(select(Plan)).one())[0]
    assert parts(task)["市卫生健康委"] == ("牵头", "已印发"), "the weightier of both roles"


@pytest.mark.parametrize("make", [make_submitted_report, make_accepted_report])
def test_a_successors_report_that_was_sent_comes_back_for_what_it_takes_over(
    cast: Cast, make: Callable[..., Report]
) -> None:
    make_issued_tasks(cast, on=date(2026, 10, 8))
    round_ = make_open_round(cast, 2026)
    heir = cast.unit("市卫生健康委")
    theirs = make(cast, round_, heir)
    signed = latest_version(theirs.id)
    assert signed is not None
    words, first = signed.content["areas"][0]["text"], theirs.first_submitted_at
    old, liaison = report_of(round_, cast.unit("市教育局")), cast.actor("liaison", on=date(2026, 12, 10))
    write_report(liaison, old)
    reporting.add_request(liaison, old, "请协调一处场地。")
    reporting.attach(liaison, old, make_scan(), "开展活动情况.pdf")
    lines, mine = len(theirs.arrangements), len(theirs.entries)
    committees.reform_unit(
        officer_on(cast), cast.unit("市教育局"), ReformKind.MERGED, starts_on=DAY, document=PAPER, heirs=[heir]
    )
    db.session.expire_all()
    assert theirs.state is ReportState.RETURNED
    assert theirs.rectify_by is not None
    assert "请补充承接的任务和内容" in theirs.return_reason
    assert theirs.first_submitted_at == first, "on time stays on time"
    assert [one.number for one in versions(theirs.id)] == [1], "what was signed stands"
    assert theirs.area_texts[0].text.startswith(words)
    assert f"【原市教育局】{old.area_texts[0].text}" in theirs.area_texts[0].text
    assert len(theirs.entries) >= mine
    assert len(theirs.arrangements) == lines + len(old.arrangements)
    assert [one.text for one in theirs.requests] == ["请协调一处场地。"]
    assert [one.name for one in theirs.evidence] == ["开展活动情况.pdf"]
    waiting = db.session.scalars(select(Watch).where(Watch.settled_at.is_(None), Watch.unit_id == heir.id)).all()
    assert "report.rectify" in {one.kind for one in waiting}, "and is asked for until it comes"


def test_once_a_round_is_closed_what_a_successor_reported_is_left_alone(cast: Cast) -> None:
    make_issued_tasks(cast, on=date(2026, 10, 8))
    round_ = make_open_round(cast, 2026)
    heir = cast.unit("市卫生健康委")
    theirs, old = make_accepted_report(cast, round_, heir), report_of(round_, cast.unit("市教育局"))
    write_report(cast.actor("liaison", on=date(2026, 12, 10)), old)
    reporting.close_round(officer_on(cast, date(2027, 1, 20)), round_)
    committees.reform_unit(
        officer_on(cast, date(2027, 1, 25)), cast.unit("市教育局"), ReformKind.MERGED, starts_on=date(2027, 1, 25),
        document=PAPER, heirs=[heir],
    )  # fmt: skip
    db.session.expire_all()
    assert (theirs.state, old.state) == (ReportState.ACCEPTED, ReportState.EXEMPTED)
    assert "【原市教育局】" not in theirs.area_texts[0].text
    assert old.area_texts[0].text, "and what was typed stays readable"


def test_after_a_split_each_task_goes_where_the_office_says(cast: Cast, client: Client) -> None:
    plan = make_issued_tasks(cast)
    first, second = (task.id for task in tasks_of(plan)[:2])
    number, court, civil = cast.units["市教育局"], cast.units["市法院"], cast.units["市民政局"]
    form = {
        "kind": "split", "starts_on": "2026-01-01", "document": PAPER, "heirs": [str(court), str(civil)],
    }  # fmt: skip
    page = client("officer").post(f"/units/{number}/reform", data={**form, "step": "check"}).text
    assert f'name="share-task:{first}"' in page
    assert "拆分为市法院、市民政局" in page
    done = client("officer").post(
        f"/units/{number}/reform",
        data={**form, "step": "confirm", "rest": str(civil), f"share-task:{first}": str(court)},
    )  # fmt: skip
    assert done.status_code == 302
    assert parts(db.session.get_one(Task, first))["市法院"] == ("牵头", "已印发")
    assert "市民政局" in parts(db.session.get_one(Task, second))
    assert "市法院" not in parts(db.session.get_one(Task, second))
    page = client("officer").get(f"/units/{number}").text
    assert "职责由" in page
    assert re.search(r"2026年1月1日，拆分，部分职责由<a[^>]*>市法院</a>承接", page)


def test_a_unit_that_is_being_asked_leaves_the_answer_to_its_successor(cast: Cast) -> None:
    consultation = make_consultation(cast)
    before = {one.unit.short_name for one in consultation.answers}
    assert "市教育局" in before
    committees.reform_unit(
        cast.actor("officer", on=date(2021, 9, 15)), cast.unit("市教育局"), ReformKind.RENAMED,
        starts_on=date(2021, 9, 15), document=PAPER, name=NewName("云川市教育和体育局", "市教体局"),
    )  # fmt: skip
    db.session.expire_all()
    assert {one.unit.short_name for one in consultation.answers} == (before - {"市教育局"}) | {"市教体局"}
    heir = next(one.unit for one in consultation.answers if one.unit.short_name == "市教体局")
    task = tasks_of(consultation.plan)[0]
    part = next(one for one in task.living if one.unit_id == heir.id)
    assert part.state is AssignmentState.CONSULTING
    answer = answer_of(consultation, heir.id)
    actions.answer(cast.actor("officer", on=date(2021, 9, 16)), answer, {}, agrees=True)
    assert part.state is AssignmentState.AGREED


def test_an_open_notice_is_the_successors_to_answer(cast: Cast) -> None:
    plan = make_issued_tasks(cast, on=date(2026, 10, 8))
    part = tasks_of(plan)[0].lead
    assert part is not None
    officer = cast.actor("officer", on=date(2026, 12, 1))
    word = ItemWords("任务逾期", "至今未报送进展。", "请补报。", assignment_id=part.id)
    notice = supervision.draft_notice(officer, cast.unit("市教育局"), NoticeKind.HINT, word)
    number = notice.id
    heir = renamed(cast).heirs[0]
    db.session.expire_all()
    notice = db.session.get_one(Notice, number)
    assert notice.unit_id == heir.id
    assert all(item.assignment is None or item.assignment.unit_id == heir.id for item in notice.items)


def test_who_goes_along_stays_signed_in_under_the_new_name(cast: Cast, client: Client) -> None:
    make_issued_tasks(cast)
    number, today = cast.units["市教育局"], clock.today()
    form = {
        "kind": "renamed", "starts_on": today.isoformat(), "document": PAPER, "full_name": "云川市教育和体育局",
        "short_name": "市教体局", "step": "confirm",
    }  # fmt: skip
    page = client("officer").post(f"/units/{number}/reform", data=form, follow_redirects=True).text
    assert "更名为本单位" in page
    page = client("liaison").get("/tasks")
    assert page.status_code == 200
    assert "市教体局" in page.text
    assert "没有符合条件" not in page.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starts_on": date(2027, 1, 3)}, "请到生效之日再办理"),
        ({"kind": ReformKind.SPLIT, "heirs": ["市法院"]}, "至少要有两个"),
        ({"kind": ReformKind.MERGED}, "请选择一个并入的单位"),
        ({"kind": ReformKind.MERGED, "heirs": ["市教育局"]}, "另外的、仍在名单中的"),
        ({"kind": ReformKind.RENAMED}, "全称和简称"),
        ({"document": " ", "kind": ReformKind.MERGED, "heirs": ["市法院"]}, "依据的文件"),
    ],
)
def test_what_is_missing_for_a_reform_is_said(cast: Cast, changes: dict[str, object], words: str) -> None:
    heirs = [cast.unit(str(name)) for name in changes.get("heirs", [])]  # type: ignore[attr-defined]
    given = {"kind": ReformKind.RENAMED, "starts_on": DAY, "document": PAPER, **changes, "heirs": heirs}
    kind = given.pop("kind")
    with pytest.raises(RuleError, match=words):
        committees.reform_unit(officer_on(cast), cast.unit("市教育局"), kind, **given)  # type: ignore[arg-type]


def test_a_unit_with_open_work_is_not_simply_closed(cast: Cast) -> None:
    make_issued_tasks(cast)
    with pytest.raises(RuleError, match="任务6项"):
        committees.close_unit(officer_on(cast), cast.unit("市教育局"), last_day=date(2026, 12, 31), reason="撤销")


def test_a_reformed_unit_is_not_put_back(cast: Cast) -> None:
    renamed(cast)
    with pytest.raises(RuleError, match="不能恢复"):
        committees.reopen_unit(officer_on(cast), cast.unit("市教育局"))
    assert db.session.scalars(select(Unit).where(Unit.short_name == "市教体局")).one().valid_from == DAY
