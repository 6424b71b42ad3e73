"""An entry's hash says the same whatever the zone its moment was said in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests.cast import Cast
from tracker.accounts.models import User
from tracker.core import audit, clock
from tracker.core.audit import AuditEntry
from tracker.core.commands import command
from tracker.core.db import db


@pytest.mark.parametrize("zone", [UTC, clock.SHANGHAI])
def test_a_moment_said_in_another_zone_gives_the_same_chain(cast: Cast, zone: object) -> None:
    actor = cast.actor("officer", at=datetime(2026, 3, 2, 9, tzinfo=zone))  # type: ignore[arg-type]
    speak(actor)
    db.session.expire_all()
    assert list(audit.broken_links(cast.committee_id)) == []


@command
def speak(actor: object) -> None:
    audit.record(actor, "unit.look", None, "看过名单")  # type: ignore[arg-type]


def test_the_chain_of_the_system_itself_holds(cast: Cast) -> None:
    assert db.session.scalar(select(AuditEntry.id).where(AuditEntry.chain == 0))
    assert list(audit.broken_links(0)) == []


def test_autosave_speaks_once_in_a_sitting_and_again_in_the_next(cast: Cast) -> None:
    for minute, hour in ((0, 9), (10, 9), (20, 9), (0, 11)):
        rename(cast, datetime(2026, 3, 2, hour, minute, tzinfo=UTC))
    said = db.session.scalars(select(AuditEntry.at).where(AuditEntry.event == "unit.type")).all()
    assert [at.hour for at in said] == [9, 11]


@command
def rename(cast: Cast, at: datetime) -> None:
    unit = cast.unit("市教育局")
    unit.short_name = f"{at:%H%M}"
    audit.record_sitting(cast.actor("officer", at=at), "unit.type", unit, "填写单位")


def test_a_secret_column_is_named_and_not_shown(cast: Cast) -> None:
    set_phone(cast, "138 1234 5678")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "user.test")).one()
    assert entry.changes == {"phone": ["（不显示）", "（不显示）"]}


@command
def set_phone(cast: Cast, phone: str) -> None:
    actor = cast.actor("officer")
    user = db.session.get_one(User, actor.user_id)
    user.phone = phone
    audit.record(actor, "user.test", user, "改电话")
