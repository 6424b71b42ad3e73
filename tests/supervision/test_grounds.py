"""What a notice rests on: each of its four sources, and where that has fallen away since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.counting import counted
from tests.makers.reports import make_submitted_report, report_of, write_report
from tests.supervision.letters import DAY, again, assignment_of, issue, make_draft, make_free, make_overdue
from tests.supervision.test_matters import answer, make_sent
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.plans.models import Goal, Plan
from tracker.reports import actions as reports
from tracker.reports.actions.lines import remove_line
from tracker.reports.models import GoalStatus, Report, Request, SectionKind
from tracker.supervision import actions
from tracker.supervision.models import ItemWords, Light, Notice, NoticeKind
from tracker.supervision.queries import grounds, lights
from tracker.supervision.queries import notices as queries
from tracker.tasks import actions as tasks

Client = Callable[[str], FlaskClient]
LATER = date(2026, 2, 12)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-21T10:00:00+08:00")


def fallen(cast: Cast, notice: Notice, *, on: date = DAY) -> list[str]:
    return list(grounds.fallen(cast.actor("officer", on=on), [again(notice)]).values())


def sent_report(cast: Cast, *, goal: GoalStatus | None = None, request: str = "", plan: Plan | None = None) -> Report:
    """市教育局 reports on paper, with a goal it calls difficult and a request, where asked."""
    plan = plan or make_overdue(cast)
    round_ = lights.round_in_force(cast.committee_id, DAY)
    assert round_ is not None
    report, liaison = report_of(round_, cast.unit("市教育局")), cast.actor("liaison", on=DAY)
    write_report(liaison, report)
    if goal:
        reports.save_goal(liaison, report, plan.areas[0].goals[0].id, goal, "教师编制不足。")
    if request:
        reports.add_request(liaison, report, request)
    reports.submit_on_paper(liaison, report, "赵强")
    return report


def test_a_light_is_a_source_and_falls_away_with_the_task(cast: Cast) -> None:
    plan = make_overdue(cast)
    notice = issue(cast, make_draft(cast, plan=plan))
    assert notice.items[0].light is Light.OVERDUE
    assert fallen(cast, notice) == []
    head = cast.actor("head", on=DAY)
    assignment = lights.rows_of(head, [assignment_of(plan)])[0].assignment
    actions.change_light(head, assignment, Light.NORMAL, "已印发方案。")
    assert fallen(cast, notice) == ["任务状态现为“正常”（人工调整）"]
    tasks.suspend(head, assignment.task, "等待上级部署。")
    assert fallen(cast, notice) == ["这项任务已不由该单位承担，或者已暂缓、撤销"]


def test_a_letter_about_a_task_at_ease_rests_on_the_offices_own_words(cast: Cast) -> None:
    plan = make_overdue(cast)
    head, mine = cast.actor("head", on=DAY), assignment_of(plan)
    actions.change_light(head, lights.rows_of(head, [mine])[0].assignment, Light.NORMAL, "已印发方案。")
    notice = actions.draft_notices(head, assignment_ids=[mine])[0]
    assert notice.items[0].light is Light.NORMAL
    assert fallen(cast, notice) == []


def test_a_goal_called_difficult_is_a_source_until_it_is_corrected(cast: Cast) -> None:
    report = sent_report(cast, goal=GoalStatus.DIFFICULT)
    officer = cast.actor("officer", on=DAY)
    found = [one for proposal in queries.proposals(officer) for one in proposal.statements]
    assert [one.status for one in found] == [GoalStatus.DIFFICULT]
    notice = actions.draft_notices(officer, statement_ids=[found[0].id])[0]
    assert notice.items[0].goal_id == found[0].goal_id
    assert "填报“达标困难”：教师编制不足" in notice.items[0].facts
    goal = db.session.get_one(Goal, found[0].goal_id)
    assert notice.title == f"关于落实“{goal.text.rstrip('。').split('，')[0]}”有关工作的提示函"
    assert f"（{goal.area.name}目标{goal.number}）" in notice.items[0].subject
    assert [one for proposal in queries.proposals(officer) for one in proposal.statements] == []
    reports.confirm_goal(officer, report.goal_statements[0], GoalStatus.EXPECTED)
    assert fallen(cast, notice) == ["该目标现为“预计可达标”"]


def test_a_request_is_a_source_until_it_is_answered(cast: Cast, client: Client) -> None:
    report = sent_report(cast, request="请协调解决农村学校心理教师编制。")
    request: Request = report.requests[0]
    assert "请协调解决农村学校心理教师编制" in client("officer").get("/notices/propose").text
    page = client("officer").get(f"/notices/new?request={request.id}").text
    assert "市教育局提请协调的事项" in page
    form = {
        "unit_id": cast.units["市卫生健康委"],
        "kind": "hint",
        "subject": "编制",
        "facts": "请协调。",
        "demand": "请研究。",
    }
    number = int(client("officer").post(f"/notices/new?request={request.id}", data=form).location.rpartition("/")[2])
    notice = db.session.get_one(Notice, number)
    assert notice.items[0].request_id == request.id
    assert fallen(cast, notice) == []
    reports.answer_request(cast.actor("officer", on=DAY), db.session.get_one(Request, request.id), "已协调。")
    assert fallen(cast, notice) == ["该提请协调事项已答复"]


def test_a_request_about_which_the_office_wrote_is_not_taken_away_under_its_letter(cast: Cast) -> None:
    report = sent_report(cast, request="请协调解决农村学校心理教师编制。")
    officer, number = cast.actor("officer", on=DAY), report.requests[0].id
    words = ItemWords("编制", "请协调。", "请研究。", request_id=number)
    actions.draft_notice(officer, cast.unit("市卫生健康委"), NoticeKind.HINT, words)
    reports.return_report(officer, db.session.get_one(Report, report.id), "请补充。")
    with pytest.raises(RuleError, match="已就这条事项发函"):
        remove_line(cast.actor("liaison", on=DAY), db.session.get_one(Report, report.id), "request", number)
    assert db.session.get(Request, number) is not None


def test_a_finding_is_a_source_until_it_is_answered(cast: Cast) -> None:
    matter = make_sent(cast)
    officer = cast.actor("officer", on=LATER)
    notice = actions.draft_notices(officer, matter_ids=[matter.id])[0]
    assert fallen(cast, notice, on=LATER) == []
    answer(cast, matter, on=LATER)
    assert fallen(cast, notice, on=LATER) == ["该整改事项现为“待核验”"]
    assert matter.late_workdays == 2


def test_a_report_that_came_in_is_the_reason_proposed_and_its_lateness_stays(cast: Cast, client: Client) -> None:
    make_overdue(cast)
    officer, round_ = cast.actor("officer", on=DAY), lights.round_in_force(cast.committee_id, DAY)
    assert round_ is not None
    late = report_of(round_, cast.unit("市教育局"))
    notice = issue(cast, actions.draft_notices(officer, report_ids=[late.id])[0])
    number = notice.id
    assert "所依据的情况已有变化" not in client("head").get(f"/notices/{number}").text
    make_submitted_report(cast, round_, cast.unit("市教育局"), on=DAY)
    page = client("head").get(f"/notices/{number}").text
    assert "所依据的情况已有变化" in page
    assert ">报告已于2026年1月21日报送。</textarea>" in page
    assert "所依据的情况已有变化" in client("officer").get("/notices").text
    assert "所依据的情况已有变化" not in client("liaison").get(f"/notices/{number}").text
    form = {"reason": "报告已于2026年1月21日报送。"}
    assert client("head").post(f"/notices/{number}/withdraw", data=form).status_code == 302
    assert db.session.get_one(Report, late.id).was_late()


def test_each_is_told_what_they_can_do_about_a_letter_whose_ground_has_fallen(cast: Cast, client: Client) -> None:
    plan = make_overdue(cast)
    notice, head = make_draft(cast, plan=plan), cast.actor("head", on=DAY)
    assignment = lights.rows_of(head, [assignment_of(plan)])[0].assignment
    actions.change_light(head, assignment, Light.NORMAL, "已印发方案。")
    actions.submit_notice(cast.actor("officer", on=DAY), notice)
    assert "还没有签发，可以取回修改。" in client("officer").get(notice.path).text
    actions.sign_notice(head, again(notice))
    assert "还没有印发，请主任退回起草修改，或者撤回。" in client("officer").get(notice.path).text
    assert "还没有印发，请核对后退回起草修改，或者撤回。" in client("head").get(notice.path).text


def test_a_light_changed_by_hand_is_marked_once_the_report_was_corrected(cast: Cast, client: Client) -> None:
    plan = make_overdue(cast)
    report = sent_report(cast, plan=plan)
    officer = cast.actor("officer", on=date(2026, 1, 22))
    row = next(one for one in lights.rows_of(officer, [assignment_of(plan)]))
    actions.change_light(officer, row.assignment, Light.ATTENTION, "进度偏慢。")
    assert lights.outdated(lights.rows_of(officer, [row.assignment.id])) == set()
    later = cast.actor("second_officer", on=date(2026, 1, 23))
    reports.return_report(later, db.session.get_one(Report, report.id), "请更正数据。")
    liaison = cast.actor("liaison", on=date(2026, 1, 26))
    mended = {SectionKind.PROBLEMS: "数据已更正，县区力量不足。"}
    reports.save_overview(liaison, db.session.get_one(Report, report.id), mended)
    reports.submit_on_paper(liaison, db.session.get_one(Report, report.id), "赵强")
    assert lights.outdated(lights.rows_of(officer.dated(date(2026, 1, 27)), [row.assignment.id])) == {row.assignment.id}


def test_the_register_asks_as_often_for_one_notice_as_for_many(cast: Cast) -> None:
    plan = make_overdue(cast)
    officer = cast.actor("officer", on=DAY)
    numbers = [make_draft(cast, plan=plan).id]

    def cost() -> int:
        db.session.expire_all()
        with counted() as asked:
            rows = queries.whole(queries.visible_notices(officer)).where(Notice.id.in_(numbers))
            grounds.fallen(officer, db.session.scalars(rows).unique().all())
        return len(asked)

    once = cost()
    numbers += [make_free(cast, subject=f"第{place}份名单").id for place in range(6)]
    assert cost() == once
