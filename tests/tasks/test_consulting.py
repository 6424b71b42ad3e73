"""The consultation: opened, answered, settled, issued, amended."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.makers.plans import make_plan
from tests.makers.tasks import answer_of, make_assigned_tasks, make_consultation, make_issued_tasks, tasks_of
from tracker.core import audit
from tracker.core.audit import AuditEntry
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError, RuleErrors
from tracker.messages.models import Message
from tracker.reminders.models import Watch
from tracker.tasks import actions, queries
from tracker.tasks.models import (
    AnswerKind,
    AssignmentState,
    Consultation,
    ConsultationAnswer,
    ConsultationState,
    Outcome,
    RemarkDecision,
    Shape,
    TaskState,
)

Client = Callable[[str], FlaskClient]
DAY, DUE, LATER = date(2021, 9, 13), date(2021, 9, 27), date(2021, 9, 28)


def own_answer(consultation: Consultation, cast: Cast, unit: str = "市教育局") -> ConsultationAnswer:
    return answer_of(consultation, cast.units[unit])


def own_parts(consultation: Consultation, cast: Cast, unit: str = "市教育局") -> list[int]:
    return [line.part.id for line in queries.answer_sheet(own_answer(consultation, cast, unit)).lines]


def told(cast: Cast, who: str, kind: str) -> list[str]:
    user = cast.actor(who).user_id
    return list(db.session.scalars(select(Message.title).where(Message.recipient_id == user, Message.kind == kind)))


def settled(cast: Cast) -> Consultation:
    consultation = make_consultation(cast)
    actions.settle(cast.actor("officer", on=LATER), consultation)
    return consultation


def test_every_unit_in_the_table_is_asked_once(cast: Cast) -> None:
    consultation = make_consultation(cast)
    assert [one.unit.short_name for one in consultation.answers] == ["市教育局", "市卫生健康委", "市妇联"]
    assert {task.state for task in tasks_of(consultation.plan)} == {TaskState.CONSULTING}
    assert told(cast, "liaison", "consultation.opened") == ["请就妇女规划任务分解表提出意见"]
    assert told(cast, "leader", "consultation.opened") != []
    watches = db.session.scalars(select(Watch).where(Watch.kind == "consultation.due")).all()
    assert {(watch.due_on, watch.settled_at) for watch in watches} == {(DUE, None)}


def test_gaps_block_asking_with_one_sentence_each(client: Client, cast: Cast) -> None:
    plan = make_plan(cast)
    actions.break_down(cast.actor("officer"), plan)
    with pytest.raises(RuleErrors) as error:
        actions.open_consultation(cast.actor("officer", on=DAY), plan, DUE)
    assert len(error.value.sentences) == 6
    assert "任务1-1“做好妇女与健康第1项工作”没有牵头单位。" in error.value.sentences
    assert "还有 6 项任务缺单位" in client("officer").get(f"/plans/{plan.id}/consult").text


def test_the_day_must_lie_ahead_and_two_askings_do_not_overlap(cast: Cast) -> None:
    plan = make_assigned_tasks(cast)
    with pytest.raises(RuleError, match="今天之后"):
        actions.open_consultation(cast.actor("officer", on=DAY), plan, DAY)
    actions.open_consultation(cast.actor("officer", on=DAY), plan, DUE)
    with pytest.raises(RuleError, match="已在征求意见"):
        actions.open_consultation(cast.actor("officer", on=DAY), plan, DUE)


def test_opening_over_http_shows_how_many_are_told(client: Client, cast: Cast) -> None:
    plan = make_assigned_tasks(cast)
    officer = client("officer")
    assert re.search(r"将通知 3 个单位的 \d 人，就 6 项任务征求意见", officer.get(f"/plans/{plan.id}/consult").text)
    for _ in range(2):
        officer.post(f"/plans/{plan.id}/consult", data={"due_on": "2099年1月5日"})
    assert db.session.query(Consultation).count() == 1


def test_a_unit_sees_its_list_and_nobody_elses(client: Client, cast: Cast) -> None:
    consultation = make_consultation(cast)
    mine, other = own_answer(consultation, cast).id, own_answer(consultation, cast, "市卫生健康委").id
    liaison = client("liaison")
    assert "共 6 项任务，牵头 3 项，责任 3 项" in liaison.get(f"/consultation-answers/{mine}").text
    assert liaison.get(f"/consultation-answers/{other}").status_code == 404
    assert liaison.get(f"/consultations/{consultation.id}").status_code == 404
    assert client("upper_officer").get(f"/consultation-answers/{mine}").status_code == 404


def test_the_leader_reads_and_the_liaison_answers(client: Client, cast: Cast) -> None:
    consultation = make_consultation(cast)
    number = own_answer(consultation, cast).id
    assert client("leader").get(f"/consultation-answers/{number}").status_code == 200
    assert client("leader").post(f"/consultation-answers/{number}", data={"agrees": "yes"}).status_code == 403
    with pytest.raises(RuleError, match="联络员"):
        actions.answer(cast.actor("leader"), own_answer(consultation, cast), {})


def test_the_office_enters_what_a_unit_sent_on_paper(client: Client, cast: Cast) -> None:
    consultation = make_consultation(cast)
    mine = own_answer(consultation, cast, "市妇联")
    number, part = mine.id, own_parts(consultation, cast, "市妇联")[0]
    officer = client("officer")
    assert "单位以书面方式答复的，在这里代录" in officer.get(f"/consultation-answers/{number}").text
    officer.post(f"/consultation-answers/{number}", data={"agrees": "no", f"remark-{part}": "见来函。"})
    assert own_answer(consultation, cast, "市妇联").is_from_paper
    assert "书面，代录" in officer.get(f"/consultations/{consultation.id}").text
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "consultation.answer")).one()
    assert entry.sentence == "市妇联代录书面答复：有修改意见（1条）"
    assert client("chair").post(f"/consultation-answers/{number}", data={"agrees": "yes"}).status_code == 403


def test_no_remark_agrees_to_the_whole_list_and_silences_the_reminder(client: Client, cast: Cast) -> None:
    consultation = make_consultation(cast)
    mine = own_answer(consultation, cast)
    number, seen = mine.id, mine.version
    client("liaison").post(f"/consultation-answers/{number}", data={"agrees": "yes", "version": seen})
    assert own_answer(consultation, cast).kind is AnswerKind.AGREED
    states = {line.part.state for line in queries.answer_sheet(own_answer(consultation, cast)).lines}
    assert states == {AssignmentState.AGREED}
    watch = db.session.scalars(select(Watch).where(Watch.subject_id == number, Watch.kind == "consultation.due")).one()
    assert watch.settled_at is not None


def test_remarks_stand_at_their_lines_and_may_be_changed_until_settling(client: Client, cast: Cast) -> None:
    consultation = make_consultation(cast)
    mine, part = own_answer(consultation, cast), own_parts(consultation, cast)[0]
    number = mine.id
    given = {"agrees": "no", f"remark-{part}": "建议由市卫生健康委牵头。", "version": mine.version}
    client("liaison").post(f"/consultation-answers/{number}", data=given)
    assert [remark.text for remark in own_answer(consultation, cast).remarks] == ["建议由市卫生健康委牵头。"]
    states = [line.part.state for line in queries.answer_sheet(own_answer(consultation, cast)).lines]
    assert states.count(AssignmentState.CONTESTED) == 1
    again = {"agrees": "yes", "version": own_answer(consultation, cast).version}
    client("liaison").post(f"/consultation-answers/{number}", data=again)
    assert own_answer(consultation, cast).remarks == []
    assert own_answer(consultation, cast).kind is AnswerKind.AGREED


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"agrees": "yes", "text": "表名建议修改。"}, "清空所写的意见"),
        ({"agrees": "no"}, "请在相应任务下写明意见"),
        ({}, "请选择“无意见”或“有修改意见”"),
    ],
)
def test_a_contradiction_is_said_and_what_was_typed_stays(
    client: Client, cast: Cast, given: dict[str, str], said: str
) -> None:
    consultation = make_consultation(cast)
    number = own_answer(consultation, cast).id
    page = client("liaison").post(f"/consultation-answers/{number}", data=given)
    assert page.status_code == 200
    assert said in page.text
    assert given.get("text", "") in page.text
    assert own_answer(consultation, cast).kind is AnswerKind.PENDING


def test_two_colleagues_of_one_unit_are_told_of_each_other(client: Client, cast: Cast) -> None:
    consultation = make_consultation(cast)
    mine, part = own_answer(consultation, cast), own_parts(consultation, cast)[0]
    number, seen = mine.id, mine.version
    given = {"agrees": "no", "version": seen}
    client("liaison").post(f"/consultation-answers/{number}", data={**given, f"remark-{part}": "先写的意见。"})
    answer = client("liaison").post(f"/consultation-answers/{number}", data={**given, f"remark-{part}": "后写的意见。"})
    assert answer.status_code == 409
    assert "先写的意见。" in answer.text
    assert "后写的意见。" in answer.text


def test_a_remark_at_another_units_line_is_refused(cast: Cast) -> None:
    consultation = make_consultation(cast)
    theirs = own_parts(consultation, cast, "市卫生健康委")[0]
    with pytest.raises(RuleError, match="不在本单位清单"):
        actions.answer(cast.actor("liaison", on=DAY), own_answer(consultation, cast), {theirs: "越界"})


def test_declining_a_remark_needs_a_reason_that_the_unit_reads(client: Client, cast: Cast) -> None:
    consultation = make_consultation(cast)
    part = own_parts(consultation, cast)[0]
    actions.answer(cast.actor("liaison", on=DAY), own_answer(consultation, cast), {part: "建议不承担。"})
    remark, number = own_answer(consultation, cast).remarks[0], own_answer(consultation, cast).id
    officer, url = client("officer"), f"/consultations/{consultation.id}/decide"
    key = f"remark:{remark.id}"
    assert "不采纳需要说明理由" in officer.post(url, data={"key": key, "decision": "declined"}).text
    officer.post(url, data={"key": key, "decision": "declined", "reason": "职责明确。"})
    assert own_answer(consultation, cast).remarks[0].decision is RemarkDecision.DECLINED
    actions.settle(cast.actor("officer", on=LATER), consultation)
    assert "职责明确。" in client("liaison").get(f"/consultation-answers/{number}").text


def test_a_changed_remark_is_decided_anew(cast: Cast) -> None:
    consultation, liaison = make_consultation(cast), cast.actor("liaison", on=DAY)
    part = own_parts(consultation, cast)[0]
    actions.answer(liaison, own_answer(consultation, cast), {part: "甲意见"}, text="整体意见")
    officer = cast.actor("officer", on=DAY)
    actions.decide_remark(officer, own_answer(consultation, cast).remarks[0], RemarkDecision.ADOPTED, "")
    actions.decide_remark(officer, own_answer(consultation, cast), RemarkDecision.ADOPTED, "")
    assert own_answer(consultation, cast).undecided == 0
    actions.answer(liaison, own_answer(consultation, cast), {part: "乙意见"}, text="整体意见")
    assert own_answer(consultation, cast).undecided == 1


def test_settling_waits_for_every_remark_and_for_the_day(cast: Cast) -> None:
    consultation = make_consultation(cast)
    part = own_parts(consultation, cast)[0]
    actions.answer(cast.actor("liaison", on=DAY), own_answer(consultation, cast), {part: "建议不承担。"})
    with pytest.raises(RuleErrors) as error:
        actions.settle(cast.actor("officer", on=DUE), consultation)
    assert "市教育局还有1条意见没有处理。" in error.value.sentences
    assert "期限未到" in str(error.value)


def test_silence_is_consent_after_the_day_by_default(cast: Cast) -> None:
    consultation = settled(cast)
    assert consultation.state is ConsultationState.SETTLED
    assert {one.kind for one in consultation.answers} == {AnswerKind.SILENT}
    assert db.session.scalars(select(Watch).where(Watch.settled_at.is_(None))).all() == []


def test_where_silence_is_no_consent_every_answer_is_waited_for(cast: Cast) -> None:
    plan = make_assigned_tasks(cast)

    @command
    def set_and_open() -> Consultation:
        plan.committee.stored_settings = {"silence_is_consent": False}
        audit.record(cast.actor("officer"), "committee.settings", plan.committee, "改设置")
        return actions.open_consultation(cast.actor("officer", on=DAY), plan, DUE)

    consultation = set_and_open()
    with pytest.raises(RuleErrors, match="市妇联尚未答复"):
        actions.settle(cast.actor("officer", on=LATER), consultation)


def test_an_answer_after_settling_is_too_late(cast: Cast) -> None:
    consultation = settled(cast)
    with pytest.raises(RuleError, match="已汇总"):
        actions.answer(cast.actor("liaison", on=LATER), own_answer(consultation, cast), {})


def test_asking_goes_on_with_more_time(client: Client, cast: Cast) -> None:
    consultation = settled(cast)
    client("officer").post(f"/consultations/{consultation.id}/due", data={"due_on": "2099-01-05"})
    assert consultation.state is ConsultationState.OPEN
    assert {one.kind for one in consultation.answers} == {AnswerKind.PENDING}
    assert told(cast, "liaison", "consultation.moved") != []


def test_a_table_called_back_is_a_draft_again_and_unseen(client: Client, cast: Cast) -> None:
    consultation = make_consultation(cast)
    number, task = own_answer(consultation, cast).id, tasks_of(consultation.plan)[0].id
    client("officer").post(f"/consultations/{consultation.id}/withdraw", data={"reason": "另行研究"})
    assert consultation.state is ConsultationState.WITHDRAWN
    assert {one.state for task in tasks_of(consultation.plan) for one in task.assignments} == {AssignmentState.DRAFT}
    assert client("liaison").get(f"/consultation-answers/{number}").status_code == 404
    assert client("liaison").get(f"/tasks/{task}").status_code == 404


def test_only_the_head_issues(client: Client, cast: Cast) -> None:
    consultation = settled(cast)
    url = f"/consultations/{consultation.id}/issue"
    assert client("officer").post(url).status_code == 403
    assert client("liaison").post(url).status_code == 404
    with pytest.raises(RuleError, match="主任"):
        actions.issue(cast.actor("officer", on=LATER), consultation)
    page = client("head").get(url).text
    assert "将通知 2 个单位的 4 人。另有 1 个单位没有联络员和分管领导，收不到通知：市妇联。" in page
    client("head").post(url)
    assert {task.state for task in tasks_of(consultation.plan)} == {TaskState.ISSUED}


def test_issuing_stamps_the_day_and_tells_each_unit_its_share_once(client: Client, cast: Cast) -> None:
    consultation = settled(cast)
    actions.issue(cast.actor("head", on=date(2021, 10, 8)), consultation)
    parts = [one for task in tasks_of(consultation.plan) for one in task.living]
    assert {(one.state, one.issued_on) for one in parts} == {(AssignmentState.ISSUED, date(2021, 10, 8))}
    assert told(cast, "liaison", "tasks.issued") == ["妇女规划任务分解表已印发，本单位共6项"]
    again = client("head").post(f"/consultations/{consultation.id}/issue", follow_redirects=True)
    assert "没有待印发的任务" in again.text
    assert len(told(cast, "liaison", "tasks.issued")) == 1


def test_an_open_asking_is_not_issued_over(cast: Cast) -> None:
    consultation = make_consultation(cast)
    with pytest.raises(RuleError, match="不能印发"):
        actions.issue(cast.actor("head", on=DAY), consultation)
    with pytest.raises(RuleError, match="正在征求意见"):
        actions.issue(cast.actor("head", on=DAY), consultation.plan)


def test_a_message_is_not_sent_when_the_unit_has_answered_meanwhile(cast: Cast) -> None:
    consultation = make_consultation(cast)
    message = db.session.scalars(
        select(Message).where(
            Message.subject_type == "ConsultationAnswer", Message.recipient_id == cast.actor("liaison").user_id
        )
    ).one()
    assert queries.STILL_DUE["ConsultationAnswer"](message)
    actions.answer(cast.actor("liaison", on=DAY), own_answer(consultation, cast), {})
    assert not queries.STILL_DUE["ConsultationAnswer"](message)


def test_the_desk_says_who_is_waited_for(cast: Cast) -> None:
    consultation = make_consultation(cast)
    assert [one.verb for one in queries.waiting_for(cast.actor("liaison", on=DAY))] == ["答复"]
    assert queries.waiting_for(cast.actor("officer", on=DAY)) == []
    assert queries.waiting_for(cast.actor("officer", on=LATER))[0].note == "3个单位未答复"
    actions.settle(cast.actor("officer", on=LATER), consultation)
    assert queries.waiting_for(cast.actor("liaison", on=LATER)) == []
    assert [one.verb for one in queries.waiting_for(cast.actor("head", on=LATER))] == ["印发"]
    assert queries.waiting_for(cast.actor("officer", on=LATER)) == []


def test_a_part_is_moved_with_a_reason_and_both_units_are_told(client: Client, cast: Cast) -> None:
    plan = make_issued_tasks(cast)
    part = tasks_of(plan)[0].living[0]
    url = f"/assignments/{part.id}/move"
    head = client("head")
    assert "请填写此项" in head.post(url, data={"unit": cast.units["市民政局"]}).text
    head.post(url, data={"unit": cast.units["市民政局"], "reason": "机构职责调整"})
    task = tasks_of(plan)[0]
    assert [(one.unit.short_name, one.state) for one in task.assignments if one.role.value == "lead"] == [
        ("市教育局", AssignmentState.MOVED), ("市民政局", AssignmentState.ISSUED)
    ]  # fmt: skip
    assert told(cast, "liaison", "tasks.part_taken") == ["分工调整：不再承担任务“做好妇女与健康第1项工作”"]
    assert client("officer").get(url).status_code == 403
    assert client("liaison").get(url).status_code == 403


def test_a_lead_is_not_withdrawn_but_a_support_is(cast: Cast) -> None:
    plan, head = make_issued_tasks(cast), cast.actor("head")
    task = tasks_of(plan)[0]
    with pytest.raises(RuleError, match="移交"):
        actions.withdraw(head, task.living[0], "理由")
    actions.withdraw(head, tasks_of(plan)[0].living[2], "不再需要")
    assert [one.unit.short_name for one in tasks_of(plan)[0].living] == ["市教育局", "市卫生健康委"]


def test_a_unit_is_added_after_issue(client: Client, cast: Cast) -> None:
    plan = make_issued_tasks(cast)
    number = tasks_of(plan)[0].id
    given = {"unit": cast.units["市法院"], "role": "support", "reason": "工作需要"}
    for _ in range(2):
        client("head").post(f"/tasks/{number}/add-unit", data=given)
    assert [one.unit.short_name for one in tasks_of(plan)[0].living].count("市法院") == 1


@pytest.mark.parametrize(("what", "state"), [("suspend", TaskState.SUSPENDED), ("cancel", TaskState.CANCELLED)])
def test_a_task_rests_or_ends_with_a_reason(client: Client, cast: Cast, what: str, state: TaskState) -> None:
    plan = make_issued_tasks(cast)
    number = tasks_of(plan)[0].id
    client("head").post(f"/tasks/{number}/{what}", data={"reason": ""})
    assert tasks_of(plan)[0].state is TaskState.ISSUED
    client("head").post(f"/tasks/{number}/{what}", data={"reason": "中期调整"})
    assert tasks_of(plan)[0].state is state
    assert number not in {one.task_id for one in queries.issued_assignments(cast.committee_id, date(2022, 1, 1))}


def test_a_finished_one_off_task_is_reopened_with_a_reason(cast: Cast) -> None:
    plan = make_plan(cast)
    officer = cast.actor("officer")
    actions.break_down(officer, plan)
    task = tasks_of(plan)[0]
    actions.edit_task(
        officer, task, title="出台办法", content="出台办法。", outcome=Outcome.DOCUMENT, shape=Shape.LED,
        is_yearly=False, due_on=date(2023, 12, 31),
    )  # fmt: skip
    make_issued_tasks(cast, plan)
    actions.complete(cast.actor("officer", on=date(2023, 5, 5)), tasks_of(plan)[0])
    assert (tasks_of(plan)[0].state, tasks_of(plan)[0].completed_on) == (TaskState.COMPLETED, date(2023, 5, 5))
    actions.reopen(cast.actor("head"), tasks_of(plan)[0], "核查发现未出台")
    assert (tasks_of(plan)[0].state, tasks_of(plan)[0].completed_on) == (TaskState.ISSUED, None)
    with pytest.raises(RuleError, match="逐年"):
        actions.complete(officer, tasks_of(plan)[1])


def test_stale_answers_conflict(cast: Cast) -> None:
    consultation = make_consultation(cast)
    with pytest.raises(Conflict):
        actions.answer(cast.actor("liaison", on=DAY), own_answer(consultation, cast), {}, version=99)


def test_of_two_who_decide_one_remark_the_second_is_told_what_the_first_said(cast: Cast) -> None:
    consultation = make_consultation(cast)
    part = own_parts(consultation, cast)[0]
    actions.answer(cast.actor("liaison", on=DAY), own_answer(consultation, cast), {part: "建议不承担。"})
    remark = own_answer(consultation, cast).remarks[0]
    seen = remark.version
    actions.decide_remark(cast.actor("officer", on=DAY), remark, RemarkDecision.ADOPTED, "", version=seen)
    with pytest.raises(Conflict) as caught:
        actions.decide_remark(
            cast.actor("second_officer", on=DAY), remark, RemarkDecision.DECLINED, "已有安排。", version=seen
        )
    assert caught.value.theirs["处理"] == "采纳"
    assert remark.decision is RemarkDecision.ADOPTED
