"""Telephone numbers stand sealed in the database; keys are changed with old words still readable (S30, S31)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from tests.cast import Cast
from tracker.accounts import actions
from tracker.accounts.models import Holding, User
from tracker.config import from_environment, kept_keys, new_key, only_first_key
from tracker.core import sealing
from tracker.core.db import db
from tracker.core.sealing import BrokenSeal

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PHONE = "13800001234"


@pytest.fixture
def with_keys(app: Flask) -> Iterator[list[str]]:
    """The installation's keys, to be changed by the test."""
    before = app.config["SETTINGS"]
    keys = ["a" * 64]

    yield keys
    app.config["SETTINGS"] = before


def use(app: Flask, *keys: str, cipher: str = "aes") -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], field_keys=keys, field_cipher=cipher)


def person(cast: Cast, post: str = "liaison") -> User:
    user = db.session.get_one(Holding, cast.holdings[post]).user
    actions.change_contact(cast.actor("sysadmin"), user, name=user.name, email=user.email, phone=PHONE)
    return user


def stored(user: User) -> str:
    return str(db.session.scalar(text("SELECT phone FROM users WHERE id = :id"), {"id": user.id}))


def test_a_telephone_number_is_sealed_in_the_database_and_plain_in_the_house(cast: Cast) -> None:
    user = person(cast)
    assert PHONE not in stored(user)
    assert sealing.is_sealed(stored(user))
    db.session.expire_all()
    assert (user.phone, user.masked_phone) == (PHONE, "138****1234")


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
def test_a_new_key_seals_and_the_old_one_still_opens(app: Flask, cast: Cast, with_keys: list[str], cipher: str) -> None:
    use(app, "old")
    user = person(cast)
    before = stored(user)
    use(app, "new", "old", cipher=cipher)
    db.session.expire_all()
    assert user.phone == PHONE
    assert actions.count_outdated() >= 1
    assert actions.seal_anew(AT) >= 1
    assert actions.count_outdated() == actions.seal_anew(AT) == 0
    use(app, "new", cipher=cipher)
    db.session.expire_all()
    assert user.phone == PHONE
    assert stored(user).startswith(f"{cipher}.")
    with pytest.raises(BrokenSeal):
        sealing.unseal(before)


def test_numbers_from_before_there_were_seals_are_read_and_then_sealed(cast: Cast) -> None:
    user = person(cast)
    db.session.execute(text("UPDATE users SET phone = :phone WHERE id = :id"), {"phone": PHONE, "id": user.id})
    db.session.commit()
    assert user.phone == PHONE
    assert actions.seal_anew(AT) >= 1
    assert PHONE not in stored(user)


def test_a_missing_key_hides_the_number_and_changes_nothing(app: Flask, cast: Cast, with_keys: list[str]) -> None:
    use(app, "old")
    user = person(cast)
    kept = stored(user)
    use(app, "another")
    db.session.expire_all()
    assert user.phone is None
    with pytest.raises(BrokenSeal):
        actions.seal_anew(AT)
    assert stored(user) == kept


def test_the_log_hears_of_a_missing_key_once_however_many_words_it_hides(
    app: Flask, cast: Cast, with_keys: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    use(app, "old")
    first, second = person(cast), person(cast, "leader")
    use(app, "another")
    db.session.expire_all()
    assert (first.phone, second.phone) == (None, None)
    assert len([line for line in caplog.messages if sealing.key_name("old") in line]) == 1


def test_whoever_touches_the_sealed_words_reads_nothing(cast: Cast) -> None:
    sealed = sealing.seal(PHONE)
    touched = sealed[:-2] + ("AA" if sealed[-2:] != "AA" else "BB")
    with pytest.raises(BrokenSeal):
        sealing.unseal(touched)
    assert sealing.seal(PHONE) != sealed


def test_the_keys_are_a_file_beside_the_database_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = from_environment({"TRACKER_INSTANCE": str(tmp_path)}).field_keys
    place = tmp_path / "field_keys"
    assert (len(first), place.stat().st_mode & 0o777) == (1, 0o600)
    new_key(place)
    assert kept_keys(place)[1:] == first
    only_first_key(place)
    assert (len(kept_keys(place)), place.stat().st_mode & 0o777) == (1, 0o600)
    assert kept_keys(place) != first
