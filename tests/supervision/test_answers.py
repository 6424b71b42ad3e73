"""Later days for answers, words that survive a refusal, and forms sent twice: the same for notices and matters."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.cast import Cast
from tests.makers.reports import make_open_round
from tests.reports.test_aside import houses_the_office
from tests.supervision.letters import (
    DAY,
    LATE,
    REPLY_BY,
    again,
    issue,
    make_draft,
    make_free,
    make_issued,
    make_paper,
    make_replied,
)
from tests.supervision.test_lights import judged
from tests.supervision.test_matters import DUE, answer, make_check, make_instruction, make_sent
from tracker.accounts.models import User
from tracker.core.audit import AuditEntry
from tracker.core.clock import SHANGHAI
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Message
from tracker.reminders.models import Watch
from tracker.reports.models import ExtensionState
from tracker.supervision import actions, policy
from tracker.supervision.models import (
    AnswerDraft,
    AnswerExtension,
    FieldCheck,
    Instruction,
    Light,
    LightChange,
    LightNote,
    LookBack,
    Matter,
    MatterAnswer,
    Notice,
)
from tracker.supervision.queries import lights, waiting_for
from tracker.supervision.queries.aside import may_be_named

Client = Callable[[str], FlaskClient]
LATER = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-21T10:00:00+08:00")


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def asked(cast: Cast, row: Notice | Matter) -> AnswerExtension:
    return actions.ask_extension(cast.actor("liaison", on=DAY), row, LATER, "需要会商。")


# --- later days -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [make_issued, make_sent])
def test_a_unit_asks_for_a_later_day_and_the_head_grants_it(cast: Cast, make: Callable[[Cast], Any]) -> None:
    row = make(cast)
    first = row.answer_by
    extension = asked(cast, row)
    assert row.answer_by == first
    head = cast.actor("head", on=DAY)
    assert [one.verb for one in waiting_for(head) if "延期" in one.subject] == ["批复"]
    waits = db.session.scalars(select(Watch).where(Watch.kind == "extension.waiting")).one()
    assert waits.unit_id is None
    assert waits.is_open
    actions.grant_extension(head, extension, LATER, "同意。")
    assert row.answer_by == LATER
    assert (extension.was_due_on, extension.is_after_the_fact) == (first, False)
    owed = db.session.scalars(select(Watch).where(Watch.unit_id.is_not(None), Watch.settled_at.is_(None))).all()
    assert LATER in {one.due_on for one in owed}
    assert not waits.is_open
    said = db.session.scalars(select(Message.title).where(Message.kind == "answer.extended")).first()
    assert said is not None
    assert said.endswith("延至2026年3月2日")


def test_a_refused_request_leaves_the_day_and_another_may_follow(cast: Cast) -> None:
    notice = make_issued(cast)
    extension = asked(cast, notice)
    with pytest.raises(RuleError, match="等待批复"):
        actions.ask_extension(cast.actor("leader", on=DAY), notice, LATER, "另有理由。")
    with pytest.raises(RuleError, match="需要说明理由"):
        actions.refuse_extension(cast.actor("head", on=DAY), extension, " ")
    actions.refuse_extension(cast.actor("head", on=DAY), extension, "请按期回复。")
    assert (extension.state, notice.reply_by) == (ExtensionState.REFUSED, REPLY_BY)
    assert asked(cast, again(notice)).is_pending


def test_an_answer_overtakes_a_request_that_nobody_decided(cast: Cast) -> None:
    notice = make_issued(cast)
    extension = asked(cast, notice)
    actions.reply(cast.actor("liaison", on=DAY), notice, "已办理。")
    assert not extension.is_pending
    assert not db.session.scalars(select(Watch).where(Watch.kind == "extension.waiting")).one().is_open
    with pytest.raises(RuleError, match="不需要延期"):
        actions.grant_extension(cast.actor("head", on=DAY), extension, LATER)


def test_the_head_gives_a_later_day_after_the_fact_and_the_old_one_stays_in_sight(cast: Cast, client: Client) -> None:
    matter = make_sent(cast)
    extension = actions.extend_answer(cast.actor("head", on=LATE), matter, LATER, "经电话同意。")
    assert extension.is_after_the_fact
    assert (matter.due_on, matter.first_due_on) == (LATER, DUE)
    answer(cast, matter, on=date(2026, 2, 27))
    assert matter.late_workdays == 0
    assert "补办延期至2026年3月2日（原期限2026年2月10日）" in client("liaison").get(f"/matters/{matter.id}").text


def test_whoever_asked_does_not_decide(cast: Cast) -> None:
    extension = asked(cast, make_issued(cast))
    head = cast.actor("head", on=DAY)
    assert policy.can_decide_extension(head, extension)
    extension.asked_by_id = head.user_id
    assert not policy.can_decide_extension(head, extension)
    db.session.rollback()


def test_both_sides_do_it_on_the_page(cast: Cast, client: Client) -> None:
    number = make_sent(cast).id
    form = {"wanted_until": "2026-02-09", "reason": "需要会商。"}
    page = client("liaison").post(f"/matters/{number}/extension", data=form).text
    assert "新的日期应当晚于现在的期限2026年2月10日" in page
    assert "需要会商。" in page
    form["wanted_until"] = "2026-03-02"
    assert client("liaison").post(f"/matters/{number}/extension", data=form).status_code == 302
    extension = db.session.scalars(select(AnswerExtension)).one().id
    refused = client("head").post(f"/answer-extensions/{extension}", data={"decision": "refuse"}).text
    assert "不同意延期需要说明理由" in refused
    decided = {"decision": "grant", "until": "2026-02-27"}
    assert client("head").post(f"/answer-extensions/{extension}", data=decided).status_code == 302
    assert db.session.get_one(Matter, number).due_on == date(2026, 2, 27)
    assert "延期至2026年2月27日" in client("liaison").get(f"/matters/{number}").text


def test_the_same_later_day_given_twice_is_told_twice(cast: Cast) -> None:
    notice, head = make_issued(cast), cast.actor("head", on=DAY)
    actions.extend_answer(head, notice, LATER, "同意。")
    actions.reply(cast.actor("liaison", on=DAY), notice, "已办理。")
    actions.send_back(cast.actor("second_officer", on=DAY), notice, "请补充。", date(2026, 2, 5))
    actions.extend_answer(head, notice, LATER, "仍按原定日期。")
    told = db.session.scalars(select(Message.recipient_id).where(Message.kind == "answer.extended")).all()
    assert told.count(cast.actor("liaison").user_id or 0) == 2


# --- lateness ---------------------------------------------------------------------------------------------------------


def test_what_is_given_up_after_its_day_stays_late_on_record(cast: Cast, client: Client) -> None:
    withdrawn, carried, dropped = make_issued(cast), issue(cast, make_free(cast)), make_sent(cast)
    head = cast.actor("head", on=LATE)
    actions.withdraw_notice(head, withdrawn, "报告已报送。")
    actions.escalate(cast.actor("officer", on=LATE), carried, "逾期未回复。")
    actions.drop_matter(head, dropped, "并入其他事项。")
    assert [one.late_workdays for one in (withdrawn, carried, dropped)] == [2, 2, 3]
    assert "逾期2个工作日未回复" in client("officer").get("/notices?late=1").text


# --- words survive ----------------------------------------------------------------------------------------------------


def test_words_that_come_after_somebody_elses_act_are_given_back(cast: Cast, client: Client) -> None:
    notice = make_draft(cast)
    number, item = notice.id, notice.items[0].id
    actions.sign_notice(cast.actor("head", on=DAY), notice)
    form = {
        "title": "改过的标题", "opening": "改过的导语。", "reply_by": "2026-03-02",
        f"item-{item}-subject": "改过的事项", f"item-{item}-facts": "改过的事实。",
    }  # fmt: skip
    page = client("officer").post(f"/notices/{number}", data=form).text
    assert "没有提交成功" in page
    assert all(words in page for words in ("改过的标题", "改过的导语。", "改过的事项", "改过的事实。"))
    assert "已由林华于2026年1月21日 10:00签发，不能修改" in page


@pytest.mark.parametrize(
    ("path", "form", "who", "words"),
    [
        ("/matters/{matter}/answer", {"text": "第二个人写的办理情况"}, "leader", "第二个人写的办理情况"),
        ("/matters/{matter}/drop", {"reason": "很长的撤销理由"}, "head", ""),
        ("/matters/{matter}/extension", {"wanted_until": "2026-03-02", "reason": "申请理由"}, "liaison", "申请理由"),
        ("/matters/{matter}/edit", {"subject": "题", "demand": "新要求", "due_on": "2026-03-02"}, "officer", "新要求"),
        ("/matters/{matter}/look-back", {"looked_on": "2026-01-20", "has_held": 1, "note": "回访"}, "officer", "回访"),
        ("/checks/{check}/cancel", {"reason": "取消的理由"}, "officer", "取消的理由"),
        ("/checks/{check}/summary", {"summary": "总体情况的文字", "version": "1"}, "officer", "总体情况的文字"),
        ("/instructions/{instruction}/result", {"result": "结果的文字", "version": "999"}, "officer", "结果的文字"),
    ],
)  # fmt: skip
def test_every_form_keeps_what_was_typed(
    cast: Cast, client: Client, path: str, form: dict[str, object], who: str, words: str
) -> None:
    matter = make_sent(cast)
    answer(cast, matter, on=DAY)
    places = {"matter": matter.id, "check": matter.check_id, "instruction": make_instruction(cast).id}
    answered = client(who).post(path.format(**places), data=form)
    assert answered.status_code == (200 if words else 302)
    assert words in answered.text


def test_two_who_write_what_they_saw_are_shown_both_texts(cast: Cast, client: Client) -> None:
    check, unit = make_check(cast), cast.units["市教育局"]
    path = f"/checks/{check.id}/visits/{unit}"
    form = {"seen": "", "visit_on": "2026-01-14", "situation": "先写的情况"}
    assert client("officer").post(path, data=form).status_code == 302
    page = client("second_officer").post(path, data={**form, "situation": "后写的情况"}).text
    assert "先写的情况" in page
    assert "后写的情况" in page
    form = {"seen": "先写的情况", "visit_on": "2026-01-14", "situation": "合并的情况"}
    assert client("second_officer").post(path, data=form).status_code == 302


# --- twice ------------------------------------------------------------------------------------------------------------


def test_a_form_sent_twice_makes_one(cast: Cast, client: Client) -> None:
    """Double click, back button: every form of the room that writes something new."""
    matter, notice = make_sent(cast), make_replied(cast, on=DAY)
    mine = lights.rows_of(cast.actor("officer", on=DAY), [notice.items[0].assignment_id or 0])[0].assignment.id
    given = actions.record_instruction(
        cast.actor("officer", on=DAY), title="批示", given_by="吴光", given_on=DAY, text="请抓紧。"
    )
    places = {
        "matter": matter.id, "check": matter.check_id, "light": mine, "unit": cast.units["市教育局"],
        "instruction": given.id,
    }  # fmt: skip
    words = {"subject": "台账", "facts": "缺。", "demand": "补。", "due_on": "2026-03-02"}
    free = {"unit_id": places["unit"], "kind": "hint", **words}
    plan = {"title": "专项督查", "starts_on": "2026-02-02", "ends_on": "2026-02-03", "units": [places["unit"]]}
    told = {"title": "关于培训的批示", "given_by": "吴光", "given_on": "2026-01-20", "text": "请办。"}
    for who, path, form, model in (
        ("liaison", "/lights/{light}/note", {"text": "正在会商。"}, LightNote),
        ("officer", "/lights/{light}", {"light": "attention", "reason": "进度偏慢。"}, LightChange),
        ("officer", "/notices/new", free, Notice),
        ("officer", "/checks/new", plan, FieldCheck),
        ("officer", "/checks/{check}/matters/new", {**words, "units": [places["unit"]]}, Matter),
        ("officer", "/instructions/new", told, Instruction),
        ("officer", "/instructions/{instruction}/matters/new", {**words, "units": [places["unit"]]}, Matter),
        ("liaison", "/matters/{matter}/extension", {"wanted_until": "2026-03-02", "reason": "会商。"}, AnswerExtension),
        ("liaison", "/matters/{matter}/answer", {"text": "已补齐。"}, MatterAnswer),
    ):
        before = count(model)
        for _ in range(2):
            assert client(who).post(path.format(**places), data=form).status_code == 302, path
        assert count(model) == before + 1, path


def test_a_file_that_comes_with_words_sent_before_is_not_thrown_away_unsaid(cast: Cast, client: Client) -> None:
    number = make_sent(cast).id
    for form in ({"text": "已补齐。"}, {"text": "已补齐。"}):
        assert client("liaison").post(f"/matters/{number}/answer", data=form).status_code == 302
    more = {"text": "已补齐。", "evidence": (io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "照片.pdf")}
    page = client("liaison").post(f"/matters/{number}/answer", data=more, content_type="multipart/form-data")
    assert page.status_code == 200
    assert "没有提交成功" in page.text


def test_looking_back_twice_in_the_same_words_is_one_look(cast: Cast) -> None:
    matter = make_sent(cast)
    answer(cast, matter)
    actions.close_matter(cast.actor("head", on=date(2026, 2, 3)), matter)
    later = cast.actor("officer", on=date(2026, 4, 2))
    for _ in range(2):
        actions.look_back(later, matter, looked_on=date(2026, 4, 1), has_held=True, note="仍在坚持。")
    assert count(LookBack) == 1


# --- four eyes --------------------------------------------------------------------------------------------------------


def test_nobody_lifts_a_warning_of_their_own_writing(cast: Cast, client: Client) -> None:
    make_open_round(cast)
    number = judged(cast, "市教育局", DAY)[0].assignment.id
    client("officer").post(f"/lights/{number}", data={"light": "attention", "reason": "现场未见开展。"})
    page = client("officer").post(f"/lights/{number}", data={"light": "normal", "reason": "改回来。"}).text
    assert "是您本人调整的" in page
    assert "改回来。" in page
    graver = client("officer").post(f"/lights/{number}", data={"light": "overdue", "reason": "期限已过。"})
    assert graver.status_code == 302
    client("officer").post(f"/lights/{number}/withdraw")
    assert lights.current_change(number) is not None
    lifted = client("second_officer").post(f"/lights/{number}", data={"light": "normal", "reason": "已核实。"})
    assert lifted.status_code == 302


def test_nobody_lightens_a_light_that_rests_on_their_own_words(cast: Cast) -> None:
    make_open_round(cast)
    row = judged(cast, "市教育局", DAY)[0]
    head, liaison = cast.actor("head", on=DAY), cast.actor("liaison", on=DAY)
    actions.change_light(head, row.assignment, Light.OVERDUE, "现场未见开展。")
    actions.explain_light(liaison, row.assignment, "正在会商。")
    theirs = replace(cast.actor("officer", on=DAY), user=liaison.user)
    with pytest.raises(RuleError, match="您本人填写"):
        actions.change_light(theirs, row.assignment, Light.NORMAL, "已开展。")
    actions.change_light(cast.actor("officer", on=DAY), row.assignment, Light.NORMAL, "已核实。")


def test_whoever_signed_in_oa_does_not_close_it_here(cast: Cast) -> None:
    notice = make_draft(cast)
    head = cast.actor("head", on=DAY)
    actions.register_notice(
        cast.actor("officer", on=DAY), notice, number="云妇儿工委办函〔2026〕7号", signer=head.user.name, issued_on=DAY,
        final=make_paper(), final_name="签章件.pdf",
    )  # fmt: skip
    actions.reply(cast.actor("liaison", on=DAY), notice, "已办理。")
    with pytest.raises(RuleError, match="由您本人签发"):
        actions.close_notice(head, notice, [item.id for item in notice.items])
    actions.close_notice(cast.actor("second_officer", on=DAY), notice, [item.id for item in notice.items])


def test_what_the_units_house_answers_waits_for_a_named_verifier(cast: Cast, app: Flask) -> None:
    """回避, as for reports: the head names somebody, who alone verifies."""
    later = date(2026, 2, 3)
    matter, notice = make_sent(cast), make_replied(cast)
    answer(cast, matter)
    head, chair = cast.actor("head", on=later), cast.actor("chair", on=later)
    assert policy.may_verify(cast.actor("second_officer", on=later), notice)
    houses_the_office(cast, notice.unit.short_name)
    for row in (matter, notice):
        assert not any(policy.may_verify(cast.actor(who, on=later), row) for who in ("head", "second_officer", "chair"))
        assert policy.can_name_verifier(head, row)
        assert chair.user_id in {one.id for one in may_be_named(head, row)}
        with app.test_request_context():
            assert "指定" in {one.verb for one in waiting_for(head)}
        person = db.session.get_one(User, chair.user_id)
        actions.name_verifier(head, row, person, "办公室所在单位的事项。")
        assert policy.may_verify(chair, row)
        assert not policy.may_verify(cast.actor("second_officer", on=later), row)
        with app.test_request_context():
            assert row.audit_label() in "".join(one.subject for one in waiting_for(chair))
    drafter = db.session.get_one(User, notice.drafted_by_id)
    with pytest.raises(RuleError, match="参与起草"):
        actions.name_verifier(head, notice, drafter, "人手不够。")


def test_what_a_unit_types_is_kept_until_it_answers(cast: Cast, client: Client) -> None:
    notice = make_issued(cast)
    number, colleague = notice.id, client("leader")
    said = {"field": "text", "record": "", "value": "已召开协调会。", "version": 0}
    saved = client("liaison").post(f"/notices/{number}/draft-reply", json=said)
    assert saved.status_code == 200
    assert "已召开协调会。" in colleague.get(f"/notices/{number}").text
    assert "已召开协调会。" not in client("officer").get(f"/notices/{number}").text
    stale = colleague.post(f"/notices/{number}/draft-reply", json={**said, "value": "另一段话。"})
    assert (stale.status_code, stale.json["value"]) == (409, "已召开协调会。")  # type: ignore[index]
    assert client("other_liaison").post(f"/notices/{number}/draft-reply", json=said).status_code == 404
    fresh = db.session.get_one(Notice, number, populate_existing=True)
    assert fresh.is_owed, "a draft silences nothing"
    actions.extend_answer(cast.actor("head", on=DAY), fresh, LATER, "经电话同意。")
    assert "已召开协调会。" in client("liaison").get(f"/notices/{number}").text, "a later day keeps what was typed"
    fresh = db.session.get_one(Notice, number, populate_existing=True)
    actions.reply(cast.actor("liaison", on=DAY), fresh, "已召开协调会，已办结。")
    assert db.session.scalars(select(AnswerDraft)).all() == []
    entries = db.session.scalars(select(AuditEntry.event).where(AuditEntry.event == "notice.write")).all()
    assert len(entries) == 1


def test_lighter_and_graver_lights() -> None:
    assert policy.is_lighter(Light.NORMAL, Light.ATTENTION)
    assert not policy.is_lighter(Light.OVERDUE, Light.ATTENTION)


def test_of_an_answer_that_is_not_sent_the_trail_tells_no_word(cast: Cast) -> None:
    notice = make_issued(cast)
    for hour, text in ((10, "第一稿的文字"), (11, "第二稿的文字")):  # another sitting: another entry
        writer = cast.actor("liaison", at=datetime(2026, 1, 21, hour, tzinfo=SHANGHAI))
        actions.keep_draft(writer, notice, text, seen_version=notice.draft.version if notice.draft else 0)
    told = db.session.scalars(select(AuditEntry.changes).where(AuditEntry.event == "notice.write")).all()
    assert len(told) == 2
    assert "稿的文字" not in str(told)
