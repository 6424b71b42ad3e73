"""An answer and its settling that cross, on a PostgreSQL of its own: SQLite has one writer and cannot show it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from tests import cast as casting
from tests.cast import Cast
from tests.makers.tasks import make_consultation
from tests.postgres import fresh_database
from tracker import create_app
from tracker.config import Settings
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.tasks import actions
from tracker.tasks.models import Consultation, ConsultationAnswer, ConsultationState

ON = date(2021, 9, 13)
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[tuple[Flask, Cast, str]]:
    url = fresh_database("crossing")
    app = create_app(Settings(instance=tmp_path, database_url=url, secret_key="test"))
    with app.app_context():
        db.create_all()
        cast = casting.build()
        db.session.remove()
        yield app, cast, url.replace("postgresql+psycopg://", "postgresql://")
        db.session.remove()
        db.engine.dispose()


def _while_held(app: Flask, address: str, number: int, change: str, act: Callable[[], None]) -> list[str]:
    """Somebody holds the consultation and changes it while `act` comes; returns the sentences of its refusal."""
    refused: list[str] = []

    def come() -> None:
        with app.app_context():
            try:
                act()
            except RuleError as error:
                refused.append(error.sentence)
            finally:
                db.session.remove()

    comer = threading.Thread(target=come)
    with psycopg.connect(address) as other, psycopg.connect(address, autocommit=True) as watch:
        other.execute("SELECT id FROM consultations WHERE id = %s FOR UPDATE", [number])
        other.execute(change)  # type: ignore[call-overload, unused-ignore]
        comer.start()
        while comer.is_alive() and not (watch.execute(WAITING).fetchone() or [0])[0]:
            comer.join(timeout=0.02)
        other.commit()
    comer.join(timeout=30)
    return refused


def _asked(cast: Cast) -> tuple[int, int]:
    consultation = make_consultation(cast)
    numbers = consultation.id, consultation.answers[0].id
    db.session.remove()
    return numbers


def test_an_answer_that_crosses_the_settling_is_refused(town: tuple[Flask, Cast, str]) -> None:
    app, cast, address = town
    number, answer_id = _asked(cast)

    def answer() -> None:
        row = db.session.get_one(ConsultationAnswer, answer_id)
        actions.answer(cast.actor("officer", on=ON), row, {}, text="请把时限改到年底")

    change = "UPDATE consultations SET state = 'settled', version = version + 1"
    refused = _while_held(app, address, number, change, answer)
    assert len(refused) == 1
    assert "已汇总" in refused[0]
    assert db.session.get_one(ConsultationAnswer, answer_id).text == ""


def test_a_settling_that_crosses_an_answer_sees_its_remark(town: tuple[Flask, Cast, str]) -> None:
    app, cast, address = town
    number, answer_id = _asked(cast)

    def settle() -> None:
        actions.settle(cast.actor("officer", on=date(2021, 12, 1)), db.session.get_one(Consultation, number))

    change = (
        "UPDATE consultation_answers SET kind = 'contested', text = '请把时限改到年底', version = version + 1"
        f" WHERE id = {answer_id}"
    )
    refused = _while_held(app, address, number, change, settle)
    assert len(refused) == 1
    assert "没有处理" in refused[0]
    assert db.session.scalar(select(Consultation.state)) is ConsultationState.OPEN
