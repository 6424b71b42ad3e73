"""Whoever opens a file or takes it along leaves an entry, whatever page hands it out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.cast import Cast
from tests.makers.plans import make_plan
from tracker.core import exports
from tracker.core.audit import AuditEntry
from tracker.core.db import db

Clients = Callable[[str], FlaskClient]


def readings() -> int:
    rows = select(func.count()).select_from(AuditEntry).where(AuditEntry.event == "file.read")
    return db.session.scalar(rows) or 0


def test_a_file_that_is_opened_leaves_one_entry_per_person_and_sitting(cast: Cast, client: Clients) -> None:
    plan = make_plan(cast)
    address = f"/plans/{plan.id}/source"
    assert client("liaison").get(address).status_code == 200
    assert client("liaison").get(address).status_code == 200
    assert readings() == 1
    client("officer").get(address)
    assert readings() == 2
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert "打开或下载文件“规划.txt”" in last.sentence


def test_what_is_exported_with_an_entry_of_its_own_leaves_no_second_one(cast: Cast, client: Clients) -> None:
    make_plan(cast)
    assert client("officer").get("/tasks.xlsx").status_code == 200
    assert readings() == 0


def test_nothing_is_handed_out_where_the_trail_cannot_be_written(
    cast: Cast, client: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = make_plan(cast)

    def refuse(*_: object) -> None:
        raise OSError("the trail cannot be written")

    monkeypatch.setattr(exports, "record_reading", refuse)
    with pytest.raises(OSError, match="trail"):
        client("officer").get(f"/plans/{plan.id}/source")
