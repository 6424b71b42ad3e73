"""回避: the unit that houses the office. Who wrote, who signed, who asked, and who of them may judge or favour it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.makers.reports import make_open_round, make_submitted_report, report_of, write_report
from tracker.accounts import actions as accounts
from tracker.accounts.models import Holding, User
from tracker.accounts.queries import actor_for
from tracker.committees import actions as committees
from tracker.core import clock
from tracker.core.access import Actor, Role
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Message
from tracker.reports import actions, policy
from tracker.reports.actions import exemptions
from tracker.reports.models import Extension, Report, ReportState, Round, RoundState
from tracker.reports.queries import waiting_for

Client = Callable[[str], FlaskClient]
SENT, NEXT, LATE = date(2025, 12, 20), date(2025, 12, 23), date(2026, 2, 16)
PEOPLE = ("officer", "head", "second_officer", "chair")
"""陈静 writes the report as the unit's liaison, 林华 signs it as its leader, 周洁 and 吴光 have no hand in it."""


def seat(cast: Cast, who: str, role: Role, at: datetime) -> Actor:
    """Somebody of the office speaks for 市妇联, which houses it."""
    sysadmin = cast.actor("sysadmin", on=date(2025, 12, 1))
    user = db.session.get_one(Holding, cast.holdings[who]).user
    post = accounts.create_post(sysadmin, committee=cast.committee, role=role, unit=cast.unit("市妇联"))
    return actor_for(accounts.appoint(sysadmin, post, user, starts_on=date(2025, 12, 1)), at)


def houses_the_office(cast: Cast, name: str) -> None:
    unit = cast.unit(name)
    facts = {"full_name": unit.full_name, "short_name": unit.short_name, "is_office": True}
    committees.change_unit(
        cast.actor("officer", on=date(2025, 11, 1)), unit, facts, aliases=[], former_names=[], position=None,
        seen=unit.version,
    )  # fmt: skip


@pytest.fixture
def round_(cast: Cast) -> Round:
    houses_the_office(cast, "市妇联")
    return make_open_round(cast)


@pytest.fixture
def hands(cast: Cast, round_: Round) -> tuple[Actor, Actor]:
    at = datetime(2025, 12, 20, 10, tzinfo=clock.SHANGHAI)
    return seat(cast, "officer", Role.LIAISON, at), seat(cast, "head", Role.UNIT_LEADER, at)


@pytest.fixture
def own(cast: Cast, round_: Round, hands: tuple[Actor, Actor]) -> Report:
    """The office's own unit has reported: written by its officer, signed by its head."""
    report, (writer, signer) = report_of(round_, cast.unit("市妇联")), hands
    write_report(writer, report)
    actions.add_request(writer, report, "请协调场地。")
    actions.send_for_sign_off(writer, report)
    actions.sign_off(signer, report)
    return report


def may(cast: Cast, name: str, subject: object, *, on: date = NEXT) -> set[str]:
    return {who for who in PEOPLE if getattr(policy, name)(cast.actor(who, on=on), subject)}


TABLE: dict[str, tuple[set[str], set[str]]] = {
    # act: who may while nobody was named, who may once the chair was
    "can_review": (set(), {"chair"}),
    "can_confirm_goals": (set(), {"chair"}),
    "can_answer_requests": ({"second_officer"}, {"second_officer", "chair"}),
    "can_name_substitute": ({"head"}, {"head"}),
}


def test_who_wrote_or_signed_for_the_offices_own_unit_judges_nothing_and_the_substitute_does(
    cast: Cast, own: Report
) -> None:
    assert {name: may(cast, name, own) for name in TABLE} == {name: before for name, (before, _) in TABLE.items()}
    for who in ("officer", "head", "second_officer"):
        for act in (actions.claim, actions.accept, lambda actor, one: actions.return_report(actor, one, "请补充。")):
            with pytest.raises(RuleError, match="回避"):
                act(cast.actor(who, on=NEXT), own)
    actions.name_substitute(cast.actor("head", on=NEXT), own, chair_of(cast), "办公室设在本单位。")
    assert {name: may(cast, name, own) for name in TABLE} == {name: after for name, (_, after) in TABLE.items()}
    actions.accept(cast.actor("chair", on=NEXT), own)
    assert own.state is ReportState.ACCEPTED
    assert may(cast, "can_unaccept", own) == {"chair"}


def test_nobody_gives_time_to_spares_or_opens_again_what_is_of_their_own_hand(cast: Cast, round_: Round) -> None:
    at = datetime(2026, 1, 20, 10, tzinfo=clock.SHANGHAI)
    writer, signer = seat(cast, "officer", Role.LIAISON, at), seat(cast, "head", Role.UNIT_LEADER, at)
    report = report_of(round_, cast.unit("市妇联"))
    write_report(writer, report)
    assert may(cast, "can_exempt", report, on=LATE) == {"head", "second_officer"}
    with pytest.raises(RuleError, match="回避"):
        actions.exempt(cast.actor("officer", on=LATE), report, "任务已移交")
    actions.send_for_sign_off(writer, report)
    actions.sign_off(signer, report)
    assert report.was_late()
    for name in ("can_extend", "can_recognise"):
        assert may(cast, name, report, on=LATE) == set(), "the head signed it"
    for act in (
        lambda head: actions.extend(head, report, date(2026, 1, 30), "经电话同意"),
        lambda head: actions.recognise(head, report, date(2026, 1, 15), "已送达"),
    ):
        with pytest.raises(RuleError, match="回避"):
            act(cast.actor("head", on=LATE))
    actions.name_substitute(cast.actor("head", on=LATE), report, chair_of(cast), "办公室设在本单位。")
    assert may(cast, "can_extend", report, on=LATE) == may(cast, "can_recognise", report, on=LATE) == {"chair"}
    actions.accept(cast.actor("chair", on=LATE), report)
    actions.lock_round(cast.actor("officer", on=LATE), round_)
    assert round_.state is RoundState.LOCKED
    assert may(cast, "can_except", report, on=LATE) == {"chair"}


def test_whoever_asked_does_not_decide(cast: Cast, round_: Round, hands: tuple[Actor, Actor]) -> None:
    _, signer = hands
    report = report_of(round_, cast.unit("市妇联"))
    time = actions.request_extension(signer, report, date(2026, 1, 30), "数据未出")
    spare = exemptions.request_exemption(signer, report, "任务已移交")
    assert may(cast, "can_decide_extension", time) == set()
    assert may(cast, "can_decide_exemption", spare) == {"officer", "second_officer"}
    head = cast.actor("head", on=NEXT)
    for act in (
        lambda: actions.grant_extension(head, time, time.wanted_until),
        lambda: actions.refuse_extension(head, time, "不行"),
        lambda: exemptions.grant_exemption(head, spare),
        lambda: exemptions.refuse_exemption(head, spare, "不行"),
    ):
        with pytest.raises(RuleError, match="回避"):
            act()
    actions.name_substitute(head, report, chair_of(cast), "办公室设在本单位。")
    actions.grant_extension(cast.actor("chair", on=NEXT), db.session.get_one(Extension, time.id), time.wanted_until)
    assert report.due_on == date(2026, 1, 30)


def test_a_name_signed_on_paper_counts_as_a_signature(cast: Cast, round_: Round) -> None:
    """The office's head signs for her unit on paper: the liaison types the name, and the head stands aside."""
    writer = cast.actor("liaison", on=SENT)
    report = report_of(round_, cast.unit("市教育局"))
    write_report(writer, report)
    actions.submit_on_paper(writer, report, "林华")
    assert may(cast, "can_review", report) == {"officer", "second_officer"}


def test_the_head_finds_it_on_the_desk_and_the_substitute_is_told(cast: Cast, own: Report, client: Client) -> None:
    def asked(who: str) -> set[tuple[str, str]]:
        return {(one.verb, one.subject) for one in waiting_for(cast.actor(who, on=NEXT))}

    wanted = ("指定", "市妇联2025年年度报告的审核人")
    assert wanted in asked("head")
    assert wanted not in asked("officer")
    assert asked("chair") == set()
    actions.name_substitute(cast.actor("head", on=NEXT), own, chair_of(cast), "办公室设在本单位。")
    assert wanted not in asked("head")
    assert asked("chair") == {("审核", "市妇联2025年年度报告")}
    told = db.session.scalars(select(Message.recipient_id).where(Message.kind == "report.substitute")).all()
    assert told == [chair_of(cast).id]


def test_an_ordinary_unit_is_judged_by_the_whole_office(cast: Cast, round_: Round) -> None:
    report = make_submitted_report(cast, round_, cast.unit("市教育局"))
    assert may(cast, "can_review", report) == {"officer", "second_officer", "head"}


def chair_of(cast: Cast) -> User:
    return db.session.get_one(User, cast.actor("chair", on=NEXT).user_id)
