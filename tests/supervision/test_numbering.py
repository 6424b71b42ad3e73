"""Numbers when two people sign at the same moment, on a database of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests import cast as casting
from tests.cast import Cast
from tests.supervision.letters import DAY, make_free, make_paper
from tracker import create_app
from tracker.config import Settings
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.supervision import actions
from tracker.supervision.models import Notice, NumberSeries

PAPERS = 6


@pytest.fixture
def town(tmp_path: Path) -> Iterator[tuple[Flask, Cast]]:
    """A town of its own in a file, or on PostgreSQL when the suite runs there."""
    url = f"sqlite:///{tmp_path / 'numbers.sqlite3'}"
    if os.environ.get("TEST_DATABASE") == "postgresql":
        from tests.postgres import fresh_database  # noqa: PLC0415 - the server package is heavy

        url = fresh_database("numbers")
    app = create_app(Settings(instance=tmp_path, database_url=url, secret_key="test"))
    with app.app_context():
        db.create_all()
        cast = casting.build()
        db.session.remove()
        yield app, cast
        db.session.remove()
        db.engine.dispose()


def _sign(actor: Actor, notice: Notice) -> None:
    actions.sign_notice(actor, notice)


def _register(actor: Actor, notice: Notice) -> None:
    """Under one and the same number of OA."""
    actions.register_notice(
        actor, notice, number="云妇儿工委办函〔2026〕8号", signer="林华", issued_on=DAY, final=make_paper(),
        final_name="签章件.pdf",
    )  # fmt: skip


def _at_once(
    app: Flask, acts: list[tuple[Cast, str, int]], does: Callable[[Actor, Notice], None] = _sign
) -> list[str]:  # fmt: skip
    """Everybody does it at the same moment, each in a session of their own; returns what was refused."""
    start, refused = threading.Barrier(len(acts)), []

    def act(cast: Cast, who: str, number: int) -> None:
        with app.app_context():
            notice, actor = db.session.get_one(Notice, number), cast.actor(who, on=DAY)
            start.wait(timeout=30)
            try:
                does(actor, notice)
            except RuleError as error:
                refused.append(error.sentence)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=act, args=one) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return refused


def test_two_who_sign_at_once_get_two_numbers_without_a_gap(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    made = [make_free(cast, subject=f"报送第{place}份名单").id for place in range(PAPERS)]
    db.session.remove()
    assert _at_once(app, [(cast, "head", number) for number in made]) == []
    found = db.session.scalars(select(Notice.number_serial).order_by(Notice.number_serial)).all()
    assert list(found) == list(range(1, PAPERS + 1))
    assert db.session.scalars(select(NumberSeries.last_serial)).all() == [PAPERS]


def test_one_paper_signed_twice_at_once_takes_one_number(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    number = make_free(cast).id
    db.session.remove()
    refused = _at_once(app, [(cast, "head", number), (cast, "head", number)])
    assert len(refused) == 1
    assert db.session.scalars(select(Notice.number_serial)).all() == [1]
    assert db.session.scalars(select(NumberSeries.last_serial)).all() == [1]


def test_two_letters_registered_at_once_under_one_number_of_oa_are_one(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    made = [make_free(cast, subject=f"报送第{place}份名单").id for place in range(2)]
    db.session.remove()
    refused = _at_once(app, [(cast, "officer", made[0]), (cast, "second_officer", made[1])], _register)
    assert refused == ["文号云妇儿工委办函〔2026〕8号已经用于另一份函件，请核对。"]
    assert db.session.scalars(select(Notice.number).where(Notice.number.is_not(None))).all() == [
        "云妇儿工委办函〔2026〕8号"
    ]  # fmt: skip
