"""A notice from the facts to its closing: the rules, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.cast import Cast
from tests.makers.reports import make_open_round, make_returned_report, make_submitted_report, report_of
from tests.supervision.letters import (
    DAY,
    LATE,
    REPLY_BY,
    assignment_of,
    issue,
    issue_signed,
    make_draft,
    make_free,
    make_issued,
    make_overdue,
    make_paper,
    make_replied,
)
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError, RuleErrors
from tracker.messages.models import Message
from tracker.reminders.models import Watch
from tracker.supervision import actions, documents, policy
from tracker.supervision.models import ItemState, Light, Notice, NoticeKind, NoticeState, Verdict
from tracker.supervision.queries import STILL_DUE, waiting_for
from tracker.supervision.queries import notices as queries
from tracker.supervision.workflow import NOTICE
from tracker.tasks.models import Assignment


def test_the_rule_proposes_late_reports_and_overdue_tasks_by_unit(cast: Cast) -> None:
    plan = make_overdue(cast)
    found = queries.proposals(cast.actor("officer", on=DAY))
    assert [(one.unit.short_name, one.kind, len(one.reports), len(one.rows)) for one in found] == [
        ("市教育局", NoticeKind.HINT, 0, 1),
        ("市教育局", NoticeKind.CHASE, 1, 0),
        ("市卫生健康委", NoticeKind.HINT, 0, 1),
        ("市卫生健康委", NoticeKind.CHASE, 1, 0),
        ("市妇联", NoticeKind.CHASE, 1, 0),
    ]
    assert found[0].rows[0].assignment.id == assignment_of(plan)


def test_nothing_is_proposed_before_a_report_is_late(cast: Cast) -> None:
    make_open_round(cast)
    assert queries.proposals(cast.actor("officer", on=date(2026, 1, 15))) == []


def test_a_draft_states_the_facts_and_their_dates(cast: Cast) -> None:
    notice = make_draft(cast)
    assert notice.kind is NoticeKind.HINT
    assert notice.reply_by == REPLY_BY
    item = notice.items[0]
    assert "由你单位牵头" in item.facts
    assert "办结期限为2025年11月30日，截至2026年1月21日尚未办结，已逾期37个工作日" in item.facts
    assert item.demand


def test_a_missing_report_is_chased_with_its_day(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市妇联"))
    notice = actions.draft_notices(cast.actor("officer", on=DAY), report_ids=[report.id])[0]
    assert notice.kind is NoticeKind.CHASE
    assert notice.title == "关于尽快报送2025年年度报告的催报单"
    assert (
        notice.items[0].facts == "2025年年度报告应于2026年1月15日前报送，截至2026年1月21日尚未收到，已逾期4个工作日。"
    )


def test_a_report_sent_back_is_asked_for_again(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_returned_report(cast, round_, cast.unit("市教育局"))
    late = cast.actor("officer", on=date(2026, 3, 2))
    notice = actions.draft_notices(late, report_ids=[report.id])[0]
    assert notice.title == "关于尽快重新报送2025年年度报告的催报单"
    assert "经审核退回修改" in notice.items[0].facts


def test_a_submitted_report_is_not_chased(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_submitted_report(cast, round_, cast.unit("市教育局"))
    with pytest.raises(RuleError, match="没有重复拟办"):
        actions.draft_notices(cast.actor("officer", on=DAY), report_ids=[report.id])


def test_pressing_twice_drafts_once(cast: Cast) -> None:
    plan = make_overdue(cast)
    officer = cast.actor("officer", on=DAY)
    assert len(actions.draft_notices(officer, assignment_ids=[assignment_of(plan)])) == 1
    with pytest.raises(RuleError, match="没有重复拟办"):
        actions.draft_notices(officer, assignment_ids=[assignment_of(plan)])
    assert assignment_of(plan) not in {row.assignment.id for one in queries.proposals(officer) for row in one.rows}


def test_a_finished_task_is_not_written_about(cast: Cast) -> None:
    plan = make_overdue(cast)
    actions.change_light(
        cast.actor("officer", on=DAY), db.session.get_one(Assignment, assignment_of(plan)), Light.DONE,
        "文件已印发。",
    )  # fmt: skip
    with pytest.raises(RuleError, match="没有重复拟办"):
        actions.draft_notices(cast.actor("officer", on=DAY), assignment_ids=[assignment_of(plan)])


def test_a_notice_lacking_its_parts_names_them_all_at_once(cast: Cast) -> None:
    notice = make_free(cast)
    words = documents.ItemWords("名单", "", "", number=notice.items[0].id)
    actions.edit_notice(
        cast.actor("officer", on=DAY), notice, seen_version=None, reply_by=REPLY_BY, items=[words], opening="",
    )  # fmt: skip
    with pytest.raises(RuleErrors) as caught:
        actions.sign_notice(cast.actor("head", on=DAY), notice)
    assert caught.value.sentences == ["还没有填写导语。", "事项1没有写明有关情况。", "事项1没有写明工作要求。"]


def test_items_are_added_and_taken_away_while_drafting(cast: Cast) -> None:
    notice = make_free(cast)
    first = notice.items[0].id
    actions.edit_notice(
        cast.actor("officer", on=DAY), notice, seen_version=notice.version, reply_by=REPLY_BY,
        items=[
            documents.ItemWords("", number=first, is_dropped=True),
            documents.ItemWords("补报名单", "尚未收到。", "请补报。"),
            documents.ItemWords(""),
        ],
    )  # fmt: skip
    assert [(item.position, item.subject) for item in notice.items] == [(1, "补报名单")]


def test_a_stale_page_overwrites_nothing(cast: Cast) -> None:
    notice = make_free(cast)
    seen = notice.version
    actions.edit_notice(
        cast.actor("officer", on=DAY), notice, seen_version=seen, reply_by=REPLY_BY, items=[], opening="第一稿。"
    )  # fmt: skip
    with pytest.raises(Conflict) as caught:
        actions.edit_notice(
            cast.actor("second_officer", on=DAY), notice, seen_version=seen, reply_by=REPLY_BY, items=[],
            opening="第二稿。",
        )  # fmt: skip
    assert (caught.value.mine, caught.value.theirs) == ({"opening": "第二稿。"}, {"opening": "第一稿。"})
    assert notice.opening == "第一稿。"


def test_letters_have_a_series_of_their_own_beside_the_circulars(cast: Cast) -> None:
    round_ = make_open_round(cast)
    officer, head = cast.actor("officer", on=DAY), cast.actor("head", on=DAY)
    circular = actions.draft_circular(officer, round_, cut_off_on=DAY)
    numbers = []
    for unit in ("市教育局", "市妇联"):
        notice = make_free(cast, unit)
        actions.sign_notice(head, notice)
        numbers.append(notice.number)
    actions.sign(head, circular)
    assert numbers == ["云妇儿工委办函〔2026〕1号", "云妇儿工委办函〔2026〕2号"]
    assert circular.number == "云妇儿工委〔2026〕1号"


def test_a_recalled_notice_keeps_its_number_and_is_not_thrown_away(cast: Cast) -> None:
    notice = make_free(cast)
    head = cast.actor("head", on=DAY)
    actions.sign_notice(head, notice)
    number = notice.number
    actions.recall(head, notice, "文字再核对。")
    assert notice.hash is None
    with pytest.raises(RuleError, match="不能删除"):
        actions.drop_notice(cast.actor("officer", on=DAY), notice)
    actions.sign_notice(head, notice)
    assert notice.number == number


def test_words_changed_while_the_files_were_made_are_not_issued(cast: Cast) -> None:
    notice = make_free(cast)
    head = cast.actor("head", on=DAY)
    actions.sign_notice(head, notice)
    old = notice.hash or ""
    actions.recall(head, notice, "文字再核对。")
    actions.edit_notice(head, notice, seen_version=None, reply_by=REPLY_BY, items=[], opening="改过的导语。")
    actions.sign_notice(head, notice)
    with pytest.raises(Conflict):
        actions.issue_notice(head, notice, pdf=make_paper(), docx=make_paper(), signed_hash=old)


def test_issuing_tells_the_unit_and_watches_the_day(cast: Cast) -> None:
    notice = make_issued(cast)
    told = select(func.count()).select_from(Message).where(Message.kind == "notice.issued")
    assert db.session.scalar(told) == 2  # the liaison and the leader
    watch = db.session.scalars(select(Watch).where(Watch.kind == "notice.reply")).one()
    assert (watch.unit_id, watch.due_on, watch.is_open) == (notice.unit_id, REPLY_BY, True)


def test_an_answer_settles_the_watch_and_silences_the_message(cast: Cast) -> None:
    notice = make_issued(cast)
    message = db.session.scalars(select(Message).where(Message.kind == "notice.issued")).first()
    assert message is not None
    assert STILL_DUE["Notice"](message)
    actions.reply(cast.actor("liaison", on=DAY), notice, "已办理。")
    assert not STILL_DUE["Notice"](message)
    assert not db.session.scalars(select(Watch).where(Watch.kind == "notice.reply")).one().is_open


def test_an_answer_in_time_leaves_no_mark(cast: Cast) -> None:
    assert make_replied(cast, on=REPLY_BY).late_workdays == 0


def test_lateness_stays_on_record_after_closing(cast: Cast) -> None:
    notice = make_replied(cast, on=LATE)
    actions.close_notice(cast.actor("second_officer", on=LATE), notice, [item.id for item in notice.items])
    assert notice.state is NoticeState.CLOSED
    assert notice.late_workdays == 2
    found = queries.visible_notices(cast.actor("officer", on=LATE)).where(
        queries.was_late(cast.actor("officer", on=LATE))
    )
    assert db.session.scalars(found).all() == [notice]


def test_an_answer_needs_words(cast: Cast) -> None:
    with pytest.raises(RuleError, match="办理情况"):
        actions.reply(cast.actor("liaison", on=DAY), make_issued(cast), "  ")


def test_nobody_closes_what_they_wrote_themselves(cast: Cast) -> None:
    notice = make_replied(cast)
    officer = cast.actor("officer", on=LATE)
    assert not policy.can_verify(officer, notice)
    with pytest.raises(RuleError, match="其他同志"):
        actions.close_notice(officer, notice, [item.id for item in notice.items])
    assert policy.can_verify(cast.actor("second_officer", on=LATE), notice)


def test_a_notice_is_closed_when_every_item_is(cast: Cast) -> None:
    notice = make_replied(cast)
    colleague = cast.actor("second_officer", on=LATE)
    with pytest.raises(RuleError, match="还有1项"):
        actions.close_notice(colleague, notice, [])
    actions.close_notice(colleague, notice, [item.id for item in notice.items], "情况属实。")
    assert [item.state for item in notice.items] == [ItemState.CLOSED]
    assert (notice.replies[0].verdict, notice.replies[0].opinion) == (Verdict.CLOSED, "情况属实。")


def test_sending_back_needs_a_reason_and_sets_a_new_day_beside_the_first(cast: Cast) -> None:
    notice = make_replied(cast)
    head, day = cast.actor("head", on=date(2026, 2, 4)), date(2026, 2, 12)
    with pytest.raises(RuleError, match="理由"):
        actions.send_back(head, notice, " ", day)
    actions.send_back(head, notice, "请补充方案文号。", day)
    assert (notice.state, notice.reply_by, notice.first_reply_by) == (NoticeState.SENT_BACK, day, REPLY_BY)
    assert [item.deadline for item in notice.items] == [day]  # none has a day of its own
    watch = db.session.scalars(select(Watch).where(Watch.kind == "notice.reply")).one()
    assert (watch.due_on, watch.is_open) == (day, True)
    actions.reply(cast.actor("leader", on=day), notice, "文号已补充。")
    assert notice.late_workdays == 0


def test_the_next_step_comes_after_the_day_has_passed(cast: Cast) -> None:
    notice = make_issued(cast)
    with pytest.raises(RuleError, match="还没有到"):
        actions.escalate(cast.actor("officer", on=REPLY_BY), notice, "未回复。")
    further = actions.escalate(cast.actor("officer", on=LATE), notice, "未回复。")
    assert (notice.state, further.kind, further.state) == (NoticeState.ESCALATED, NoticeKind.CHASE, NoticeState.DRAFT)
    assert [item.state for item in notice.items] == [ItemState.CARRIED]
    assert "至今未收到回复" in further.items[0].facts
    assert notice.number in further.opening  # type: ignore[operator]


def test_that_an_answer_does_not_do_is_said_by_whoever_may_verify_it(cast: Cast) -> None:
    notice = make_replied(cast)
    officer, colleague = cast.actor("officer", on=LATE), cast.actor("second_officer", on=LATE)
    assert not policy.can_escalate(officer, notice)
    with pytest.raises(RuleError, match="您本人起草"):
        actions.escalate(officer, notice, "没有附文件。")
    assert policy.can_escalate(colleague, notice)
    further = actions.escalate(colleague, notice, "没有附文件。")
    assert (notice.replies[-1].verdict, further.kind) == (Verdict.ESCALATED, NoticeKind.CHASE)


def test_the_third_step_is_the_last(cast: Cast) -> None:
    notice = issue(cast, make_free(cast, kind=NoticeKind.SUPERVISE))
    actor = cast.actor("officer", on=LATE)
    assert not policy.can_escalate(actor, notice)
    with pytest.raises(RuleError, match="最后一步"):
        actions.escalate(actor, notice, "未回复。")


def test_a_withdrawal_needs_a_reason_and_ends_the_waiting(cast: Cast) -> None:
    notice = make_issued(cast)
    with pytest.raises(RuleError, match="理由"):
        actions.withdraw_notice(cast.actor("head", on=DAY), notice, "")
    actions.withdraw_notice(cast.actor("head", on=DAY), notice, "任务已调整。")
    assert notice.withdrawal_reason == "任务已调整。"
    assert not db.session.scalars(select(Watch).where(Watch.kind == "notice.reply")).one().is_open
    assert not notice.is_owed
    assert db.session.scalars(queries.visible_notices(cast.actor("liaison", on=DAY))).all() == [notice]


@pytest.mark.parametrize("move", sorted(NOTICE.moves))
@pytest.mark.parametrize("state", list(NoticeState))
def test_the_table_alone_says_what_a_state_permits(cast: Cast, move: str, state: NoticeState) -> None:
    notice = Notice(title="函", kind=NoticeKind.HINT, state=state)
    if state in NOTICE.moves[move].sources:
        assert NOTICE.check(notice, move, "理由").action == move
    else:
        with pytest.raises(RuleError, match="不能"):
            NOTICE.check(notice, move, "理由")


@pytest.fixture
def addresses(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.mark.usefixtures("addresses")
def test_each_post_is_asked_for_its_own_part(cast: Cast) -> None:
    notice = make_free(cast)
    asked = {who: [one.verb for one in waiting_for(cast.actor(who, on=DAY))] for who in ("officer", "head", "liaison")}
    assert asked == {"officer": [], "head": [], "liaison": []}, "a draft is nobody's to sign before it was put forward"
    actions.submit_notice(cast.actor("officer", on=DAY), notice)
    assert [one.verb for one in waiting_for(cast.actor("head", on=DAY))] == ["签发"]
    actions.sign_notice(cast.actor("head", on=DAY), notice)
    assert [one.verb for one in waiting_for(cast.actor("officer", on=DAY))] == ["印发"]
    issue_signed(cast, notice)
    assert [one.verb for one in waiting_for(cast.actor("liaison", on=DAY))] == ["签收"]
    actions.acknowledge(cast.actor("liaison", on=DAY), notice)
    assert [one.verb for one in waiting_for(cast.actor("leader", on=DAY))] == ["回复"]
    assert waiting_for(cast.actor("other_liaison", on=DAY)) == []
    actions.reply(cast.actor("liaison", on=DAY), notice, "已报送。")
    assert [one.verb for one in waiting_for(cast.actor("head", on=DAY))] == ["核验"]
