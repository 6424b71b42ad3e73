"""销号 ends a matter: what a letter closed is proposed again only on a ground that came after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.counting import counted
from tests.makers.reports import make_submitted_report
from tests.supervision.letters import (
    DAY,
    LATE,
    assignment_of,
    issue_with_any_paper,
    late_report,
    make_draft,
    make_overdue,
)
from tests.supervision.test_grounds import sent_report
from tests.supervision.test_matters import make_sent
from tracker.core.db import db
from tracker.reports import actions as reports
from tracker.reports.models import GoalStatus, SectionKind
from tracker.supervision import actions
from tracker.supervision.models import Light, Notice
from tracker.supervision.queries import notices as queries
from tracker.tasks import actions as tasks
from tracker.tasks.models import Assignment, Outcome, Shape, Task

Client = Callable[[str], FlaskClient]
ANSWERED = date(2026, 2, 2)
CLOSED = date(2026, 2, 4)
SPRING = date(2026, 4, 9)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-04-09T10:00:00+08:00")


def close(
    cast: Cast,
    notice: Notice,
    *,
    drafted: date = DAY,
    answered: date = ANSWERED,
    on: date = CLOSED,
    by: str = "liaison",
) -> Notice:
    """Issued, answered and closed (销号)."""
    issue_with_any_paper(cast, notice, on=drafted)
    actions.reply(cast.actor(by, on=answered), notice, "已办理。")
    actions.close_notice(cast.actor("second_officer", on=on), notice, [item.id for item in notice.items])
    return notice


def closed_task(cast: Cast) -> Assignment:
    plan = make_overdue(cast)
    close(cast, make_draft(cast, plan=plan))
    return db.session.get_one(Assignment, assignment_of(plan))


def looked_at(cast: Cast, on: date) -> tuple[list[str], list[str]]:
    """Of 市教育局: the grounds on which something closed is proposed, and what is left alone as closed."""
    found = queries.considered(cast.actor("officer", on=on))
    grounds = [
        closing.ground for one in found.proposed for lapse in one.lapses if (closing := found.closings.of(lapse))
    ]
    return grounds, [one.unit.short_name for one in found.ended for _ in one.lapses]


def amend(cast: Cast, task: Task, due_on: date, *, on: date) -> None:
    tasks.amend_task(
        cast.actor("head", on=on), task, reason="按市政府要求调整。", title=task.title, content=task.content,
        outcome=Outcome.DOCUMENT, shape=Shape.LED, is_yearly=False, due_on=due_on,
    )  # fmt: skip


def test_a_closed_task_is_let_alone_while_its_light_stays_overdue(cast: Cast, client: Client) -> None:
    assignment = closed_task(cast)
    for day in (CLOSED, LATE, SPRING):
        assert looked_at(cast, day) == ([], ["市教育局"])
    page = client("officer").get("/notices/propose").text
    _, _, ended = page.partition("已经销号、没有新情况的事项")
    assert "云妇儿工委办函〔2026〕1号</a>，2026年2月4日销号" in ended
    assert f'name="ids" value="{assignment.id}"' not in page
    assert actions.draft_notices(cast.actor("officer", on=SPRING), assignment_ids=[assignment.id])  # whoever wants may


def test_a_new_day_that_passed_after_the_closing_is_a_new_ground(cast: Cast, client: Client) -> None:
    assignment = closed_task(cast)
    amend(cast, assignment.task, date(2026, 3, 31), on=LATE)
    assert looked_at(cast, date(2026, 3, 31)) == ([], [])
    assert looked_at(cast, SPRING) == (["新的期限2026年3月31日已过"], [])
    page = client("officer").get("/notices/propose").text
    assert "2026年2月4日销号。销号后的新情况：新的期限2026年3月31日已过。" in page
    assert "已经销号、没有新情况的事项" not in page


def test_a_light_judged_anew_by_the_office_is_a_new_ground(cast: Cast) -> None:
    assignment = closed_task(cast)
    actions.change_light(cast.actor("officer", on=LATE), assignment, Light.OVERDUE, "回头看发现方案没有印发。")
    assert looked_at(cast, SPRING) == (["任务状态已于2026年2月13日重新调整"], [])


def test_a_task_taken_up_again_is_a_new_ground(cast: Cast) -> None:
    assignment = closed_task(cast)
    head = cast.actor("head", on=LATE)
    tasks.complete(head, assignment.task)
    tasks.reopen(head, assignment.task, "验收未通过。")
    assert looked_at(cast, SPRING) == (["任务已于2026年2月13日恢复办理"], [])


def test_a_later_report_that_does_not_call_it_done_is_a_new_ground(cast: Cast) -> None:
    closed_task(cast)
    round_ = queries.lights.round_in_force(cast.committee_id, LATE)
    assert round_ is not None
    make_submitted_report(cast, round_, cast.unit("市教育局"), on=LATE)
    assert looked_at(cast, SPRING) == (["2026年2月13日报送的报告没有填报“已完成”"], [])


def test_a_goal_is_asked_about_again_when_the_unit_says_so_again(cast: Cast) -> None:
    report = sent_report(cast, goal=GoalStatus.DIFFICULT)
    officer, statement = cast.actor("officer", on=DAY), report.goal_statements[0]
    close(cast, actions.draft_notices(officer, statement_ids=[statement.id])[0])
    ended = queries.considered(cast.actor("officer", on=SPRING)).ended
    assert [one.statements for one in ended] == [[statement]]
    reports.return_report(cast.actor("second_officer", on=LATE), report, "请补充依据。")
    liaison = cast.actor("liaison", on=date(2026, 2, 25))
    reports.save_overview(liaison, report, {SectionKind.PROBLEMS: "编制仍未落实。"})
    reports.submit_on_paper(liaison, report, "赵强")
    assert "2026年2月25日报送的报告仍填报“达标困难”" in looked_at(cast, SPRING)[0]


def test_a_finding_is_written_about_again_once_its_later_day_has_passed(cast: Cast) -> None:
    matter = make_sent(cast)
    written = date(2026, 2, 12)
    notice = actions.draft_notices(cast.actor("officer", on=written), matter_ids=[matter.id])[0]
    close(cast, notice, drafted=written, answered=date(2026, 2, 24), on=date(2026, 2, 25))
    assert looked_at(cast, date(2026, 2, 26)) == ([], ["市教育局"])
    actions.extend_answer(cast.actor("head", on=date(2026, 2, 26)), matter, date(2026, 3, 20), "县区汇总需要时间。")
    assert looked_at(cast, SPRING) == (["新的期限2026年3月20日已过"], [])


def test_a_missing_report_is_chased_again_once_a_later_day_has_passed(cast: Cast) -> None:
    report = late_report(cast)
    close(cast, actions.draft_notices(cast.actor("officer", on=DAY), report_ids=[report.id])[0])
    assert looked_at(cast, LATE) == ([], ["市教育局"])
    reports.extend(cast.actor("head", on=LATE), report, date(2026, 3, 20), "经电话同意。")
    assert looked_at(cast, SPRING) == (["新的期限2026年3月20日已过"], [])


def test_looking_for_closings_costs_the_same_for_one_and_for_two(cast: Cast) -> None:
    closed_task(cast)
    officer = cast.actor("officer", on=SPRING)

    def cost() -> int:
        db.session.expire_all()
        with counted() as asked:
            queries.considered(officer)
        return len(asked)

    once = cost()
    other = next(row for one in queries.considered(officer).proposed for row in one.rows)
    notice = actions.draft_notices(cast.actor("officer", on=DAY), assignment_ids=[other.assignment.id])[0]
    close(cast, notice, by="other_liaison")
    assert len(looked_at(cast, SPRING)[1]) == 2
    assert cost() == once
