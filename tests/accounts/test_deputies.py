"""代办: told and acting in the holder's place, from one day to another, and named as such."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import cast as casting
from tests.cast import Cast
from tests.reminders.test_remind import TEN_BEFORE, THREE_BEFORE, said, watch
from tracker.accounts import actions, queries
from tracker.accounts.models import Holding, Post, User
from tracker.core import clock
from tracker.core.access import Role
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.reminders.jobs import remind

Client = Callable[[str], FlaskClient]
FROM, TO = date(2025, 12, 29), date(2026, 1, 6)


def deputise(cast: Cast, who: str = "liaison", deputy: str = "leader") -> Holding:
    holding = db.session.get_one(Holding, cast.holdings[who])
    person = db.session.get_one(User, cast.actor(deputy).user_id)
    return actions.name_deputy(cast.actor(who, on=FROM), holding, person, starts_on=FROM, ends_on=TO)


def test_a_deputy_is_told_beside_the_holder_and_only_for_the_time(cast: Cast) -> None:
    deputise(cast)
    watch(cast)
    remind(TEN_BEFORE)
    remind(THREE_BEFORE)
    assert [kind for kind, name in said() if name == "王敏"] == ["report.due.-10", "report.due.-3"]
    told = {kind for kind, name in said() if name == "赵强"}
    assert told == {"report.due.-10"}


def test_a_deputy_acts_from_the_post_and_the_trail_says_so(cast: Cast, client: Client) -> None:
    holding = deputise(cast)
    actor = queries.actor_for(holding, cast.actor("leader", on=TO).at)
    assert (actor.post.title, actor.unit_id) == ("联络员（代）", cast.units["市教育局"])
    assert actor.named() == "赵强（市教育局联络员（代））"
    assert holding.is_current(TO)
    assert not holding.is_current(TO + timedelta(days=1))
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "post.deputy")).one()
    assert entry.sentence == "赵强代王敏办理市教育局联络员的工作，2025年12月29日至2026年1月6日"


def test_a_successor_takes_over_from_holder_and_deputy_at_once(cast: Cast) -> None:
    """The deputy's days have not begun: the deputy goes with the holder, once."""
    deputise(cast)
    officer = cast.actor("officer", on=FROM)
    actions.succeed(officer, cast.unit("市教育局"), Role.LIAISON, name="钱新", login=None, phone=None, email=None)
    rows = select(Holding).join(Holding.post).where(Post.unit_id == cast.units["市教育局"], Post.role == Role.LIAISON)
    assert [one.user.name for one in db.session.scalars(rows) if one.ends_on is None] == ["钱新"]
    ended = db.session.scalars(select(AuditEntry.sentence).where(AuditEntry.event == "post.leave")).all()
    assert len(ended) == len(set(ended)) == 2


def test_a_leaver_leaves_no_deputy_behind(cast: Cast) -> None:
    holding = deputise(cast)
    main = db.session.get_one(Holding, cast.holdings["liaison"])
    actions.end_holding(cast.actor("officer", on=FROM), main, last_day=date(2025, 12, 31))
    assert holding.ends_on == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("deputy", "starts_on", "ends_on", "sentence"),
    [
        ("liaison", FROM, TO, "不能由本人"),
        ("leader", FROM - timedelta(days=1), TO, "不能早于今天"),
        ("leader", TO, FROM, "早于开始日期"),
        ("leader", FROM, FROM + timedelta(days=200), "最长半年"),
        ("auditor", FROM, TO, "审计管理员不能"),
        ("sysadmin", FROM, TO, "不能由办理业务的人兼任"),
    ],
)
def test_a_deputy_that_cannot_be_is_refused(
    cast: Cast, deputy: str, starts_on: date, ends_on: date, sentence: str
) -> None:
    holding = db.session.get_one(Holding, cast.holdings["liaison"])
    person = db.session.get_one(User, cast.actor(deputy).user_id)
    with pytest.raises(RuleError, match=sentence):
        actions.name_deputy(cast.actor("liaison", on=FROM), holding, person, starts_on=starts_on, ends_on=ends_on)


def test_the_holder_names_a_colleague_and_takes_it_back(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-29T10:00:00")
    monkeypatch.setitem(cast.tokens, "liaison", casting.sign_in_row(cast.holdings["liaison"]))
    me = client("liaison")
    leader = cast.actor("leader").user_id
    assert "赵强" in me.get("/account/deputy").text
    stranger = me.post(
        "/account/deputy", data={"deputy": cast.actor("officer").user_id, "starts_on": FROM, "ends_on": TO}
    )
    assert stranger.status_code == 200, "somebody of another house is none to choose"
    me.post("/account/deputy", data={"deputy": leader, "starts_on": FROM.isoformat(), "ends_on": TO.isoformat()})
    [made] = queries.deputies_of(cast.actor("liaison").user_id, FROM)
    assert "赵强" in me.get("/account").text
    me.post(f"/account/deputies/{made.id}/end")
    assert queries.deputies_of(cast.actor("liaison").user_id, FROM) == []


def test_the_office_names_a_new_face_who_gets_a_link(cast: Cast, client: Client) -> None:
    today = clock.today()
    page = client("officer").post(
        f"/unit-holdings/{cast.holdings['liaison']}/deputy",
        data={"name": "钱文", "phone": "0871-1234567", "starts_on": today.isoformat(),
              "ends_on": (today + timedelta(days=5)).isoformat()},
    ).text  # fmt: skip
    assert "/invitation/" in page
    assert "钱文（代）" in client("officer").get("/roster").text
