"""Every action in every state by every role: what the tables say is what happens, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.cast import Cast
from tests.makers.reports import (
    make_accepted_report,
    make_open_round,
    make_returned_report,
    make_submitted_report,
    report_of,
    write_report,
)
from tracker.accounts.models import Holding, User
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.reports import actions, policy
from tracker.reports.models import Report, ReportState, Round, SectionKind
from tracker.reports.workflow import REPORT

S = ReportState
ON = date(2026, 1, 6)
OWN, LEADER, OFFICE, HEAD = {"liaison", "leader"}, {"leader"}, {"officer", "second_officer", "head"}, {"head"}

# predicate -> who may, in which states; everybody else and every other state is refused
MAY: dict[str, tuple[set[str], set[ReportState]]] = {
    "can_write": (OWN, {S.NOT_STARTED, S.DRAFT, S.RETURNED}),
    "can_recall": (OWN, {S.AWAITING_SIGN_OFF}),
    "can_sign": (LEADER, {S.AWAITING_SIGN_OFF}),
    "can_submit_on_paper": (OWN, {S.DRAFT, S.RETURNED, S.AWAITING_SIGN_OFF}),
    "can_add_scan": (OWN, {S.SUBMITTED, S.ACCEPTED}),
    "can_take_back": (OWN, {S.SUBMITTED}),
    "can_ask_extension": (OWN, {S.NOT_STARTED, S.DRAFT, S.AWAITING_SIGN_OFF}),
    "can_review": (OFFICE, {S.SUBMITTED}),
    "can_unaccept": (OFFICE, {S.ACCEPTED}),
    "can_exempt": (OFFICE, {S.NOT_STARTED, S.DRAFT, S.AWAITING_SIGN_OFF, S.RETURNED}),
    "can_unexempt": (OFFICE, {S.EXEMPTED}),
    "can_extend": (HEAD, {S.NOT_STARTED, S.DRAFT, S.AWAITING_SIGN_OFF}),
    "can_answer_requests": (OFFICE, {S.SUBMITTED, S.ACCEPTED}),
    "can_confirm_goals": (OFFICE, {S.SUBMITTED, S.ACCEPTED}),
}

PEOPLE = [who for who in Cast.ROLES if who != "stranger"]


def make_in_state(cast: Cast, round_: Round, state: ReportState) -> Report:
    """A report that came into the state by the actions."""
    unit = cast.unit("市教育局")
    if state is S.SUBMITTED:
        return make_submitted_report(cast, round_, unit)
    if state is S.RETURNED:
        return make_returned_report(cast, round_, unit)
    if state is S.ACCEPTED:
        return make_accepted_report(cast, round_, unit)
    report, liaison = report_of(round_, unit), cast.actor("liaison", on=date(2025, 12, 20))
    if state is S.EXEMPTED:
        actions.exempt(cast.actor("officer", on=date(2025, 12, 20)), report, "机构改革")
    if state in {S.DRAFT, S.AWAITING_SIGN_OFF}:
        write_report(liaison, report)
    if state is S.AWAITING_SIGN_OFF:
        actions.send_for_sign_off(liaison, report)
    return report


@pytest.mark.parametrize("state", list(ReportState))
def test_who_may_do_what_in_each_state(cast: Cast, state: ReportState) -> None:
    report = make_in_state(cast, make_open_round(cast), state)
    assert report.state is state
    found = {
        (name, who) for name in MAY for who in PEOPLE if getattr(policy, name)(cast.actor(who, on=ON), report)
    }  # fmt: skip
    expected = {(name, who) for name, (people, states) in MAY.items() if state in states for who in people}
    assert found == expected


@pytest.mark.parametrize("state", list(ReportState))
def test_each_move_is_made_from_its_states_and_refused_with_a_sentence_from_all_others(
    cast: Cast, state: ReportState
) -> None:
    report = make_in_state(cast, make_open_round(cast), state)
    for move in REPORT.moves.values():
        if state in move.sources:
            assert REPORT.check(report, move.action, "理由") is move
        else:
            with pytest.raises(RuleError, match=f"现在是“{state.label}”，不能{move.verb}"):
                REPORT.check(report, move.action, "理由")


POSTS = {
    "/sign": ("can_sign", {}),
    "/refuse": ("can_sign", {"reason": "再核"}),
    "/recall": ("can_recall", {}),
    "/take-back": ("can_take_back", {}),
    "/claim": ("can_review", {}),
    "/accept": ("can_review", {}),
    "/return": ("can_review", {"reason": "请补充", "rectify_by": "2026-01-20"}),
    "/unaccept": ("can_unaccept", {"reason": "有误"}),
    "/exempt": ("can_exempt", {"reason": "机构改革"}),
    "/unexempt": ("can_unexempt", {"reason": "恢复"}),
    "/extend": ("can_extend", {"until": "2026-01-30", "reason": "经电话同意"}),
}


@pytest.mark.parametrize("state", [S.NOT_STARTED, S.AWAITING_SIGN_OFF, S.SUBMITTED, S.ACCEPTED])
def test_a_forced_request_is_refused_where_the_button_is_not_shown_and_changes_nothing(
    cast: Cast,
    client: Callable[[str], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
    state: ReportState,
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-06T10:00")
    report_id = make_in_state(cast, make_open_round(cast), state).id
    for path, (name, form) in POSTS.items():
        people, states = MAY[name]
        for who in ("liaison", "leader", "officer", "head", "chair", "other_liaison", "upper_officer"):
            if state in states and who in people:
                continue
            answer = client(who).post(f"/reports/{report_id}{path}", data=form)
            assert answer.status_code in {403, 404}, (path, who, answer.status_code)
            assert db.session.get_one(Report, report_id).state is state


def test_a_second_press_of_a_button_does_it_once(
    cast: Cast, client: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-06T10:00")
    round_ = make_open_round(cast)
    report_id = make_in_state(cast, round_, S.AWAITING_SIGN_OFF).id
    leader = client("leader")
    assert leader.post(f"/reports/{report_id}/sign").status_code == 302
    assert leader.post(f"/reports/{report_id}/sign").status_code == 403
    assert len(db.session.get_one(Report, report_id).versions) == 1


def test_who_may_be_called_is_the_liaison_unless_the_unit_says_otherwise(
    cast: Cast, client: Callable[[str], FlaskClient]
) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=date(2025, 12, 10))
    db.session.execute(update(User).where(User.id == liaison.user_id).values(phone="0871-6543210"))
    db.session.commit()
    write_report(liaison, report)
    assert "王敏 0871-6543210" in client("liaison").get(f"/reports/{report.id}").text
    actions.send_for_sign_off(liaison, report)
    assert report.section(SectionKind.CONTACT) == "王敏 0871-6543210"
    actions.recall(liaison, report)
    actions.save_piece(liaison, report, actions.Edit("section:contact", {"text": "办公室 12345"}))
    actions.send_for_sign_off(liaison, report)
    assert report.section(SectionKind.CONTACT) == "办公室 12345"


def test_nothing_is_sent_to_a_leader_who_is_not_there(cast: Cast, client: Callable[[str], FlaskClient]) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=date(2025, 12, 10))
    write_report(liaison, report)
    gone = update(Holding).where(Holding.id == cast.holdings["leader"]).values(ends_on=date(2025, 12, 1))
    db.session.execute(gone)
    db.session.commit()
    ask = client("liaison")
    before = ask.get(f"/reports/{report.id}").text
    assert "本单位没有登记分管领导，不能在线审签" in before, "said before anybody presses the button"
    assert "送领导审签</button>" not in before
    on_paper = ask.post(f"/reports/{report.id}", data={"do": "paper"})
    assert on_paper.headers["Location"] == f"/reports/{report.id}/paper"
    page = ask.post(f"/reports/{report.id}", data={"do": "send"}).text
    assert "没有登记分管领导，送审后无人审签" in page
    assert "领导签批后凭签章件报送" in page
    assert db.session.get_one(Report, report.id).state is ReportState.DRAFT


def test_the_way_on_paper_from_a_report_nobody_began_is_no_closed_door(
    cast: Cast, client: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T14:32")
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    page = client("liaison").post(f"/reports/{report.id}", data={"do": "paper"}, follow_redirects=True)
    assert (page.status_code, page.request.path) == (200, f"/reports/{report.id}/paper")
    sent = client("liaison").post(f"/reports/{report.id}/paper", data={"signed_by": "赵强"}).text
    assert "还不能报送，请先补齐" in sent


def test_what_a_leader_wrote_against_signing_is_not_lost_when_it_is_too_long(
    cast: Cast, client: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T14:32")
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    write_report(cast.actor("liaison"), report)
    actions.send_for_sign_off(cast.actor("liaison"), report)
    words = "请补充数据来源。" * 80
    page = client("leader").post(f"/reports/{report.id}/refuse", data={"reason": words}).text
    assert words in page
    assert "理由请在500字以内" in page
    assert db.session.get_one(Report, report.id).state is ReportState.AWAITING_SIGN_OFF
