"""A house of its own for a journey: a database file, a clock that the story moves, the cast with passwords."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask

from tests import cast as casting
from tests.cast import Cast
from tests.journeys.visitor import Visitor
from tracker import create_app
from tracker.accounts import passwords
from tracker.accounts.models import User
from tracker.config import Settings
from tracker.core import clock
from tracker.core.commands import command
from tracker.core.db import db

PASSWORD = "Yunchuan#2026"
BEGINNING = "2021-09-01T09:00:00"


@dataclass
class Stage:
    """The running house. `at` moves the day: everybody signs in anew, as on any morning."""

    app: Flask
    cast: Cast
    hands: Path
    visitors: dict[str, Visitor] = field(default_factory=dict)

    def at(self, moment: str) -> None:
        self.hands.write_text(moment if "T" in moment else f"{moment}T09:00:00", encoding="ascii")
        self.visitors.clear()

    def visitor(self, who: str) -> Visitor:
        """A member of the cast, signed in through the page."""
        if who not in self.visitors:
            visitor = Visitor(self.app)
            visitor.open("/sign-in").press("登录", login=casting.PEOPLE[who][0], password=PASSWORD)
            visitor.reads("工作台")
            self.visitors[who] = visitor
        return self.visitors[who]


@contextmanager
def staged(folder: Path, **settings: object) -> Iterator[Stage]:
    """Build the house in a folder and take it down again."""
    with pytest.MonkeyPatch.context() as patch:
        hands = folder / "clock"
        hands.write_text(BEGINNING, encoding="ascii")
        patch.setenv("TRACKER_CLOCK", f"@{hands}")
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", cheap)
        kept = Settings(
            instance=folder, database_url=f"sqlite:///{folder / 'journey.sqlite3'}", secret_key="journey",
            password_days=0, **settings,  # type: ignore[arg-type]
        )  # fmt: skip
        app = create_app(kept)
        app.config["TESTING"] = False
        with app.app_context():
            db.create_all()
            cast = casting.build()
            _give_passwords(cheap.hash(PASSWORD))
        yield Stage(app, cast, hands)
        with app.app_context():
            db.engine.dispose()


@command
def _give_passwords(password_hash: str) -> None:
    db.session.query(User).update({"password_hash": password_hash, "password_set_at": clock.now()})
