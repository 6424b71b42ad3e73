"""One transaction per verb, and a trail that cannot be forgotten."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from tests.cast import Cast
from tests.tampering import break_the_lock
from tracker.committees.models import Unit
from tracker.core import audit
from tracker.core.audit import AuditEntry, MissingEntry
from tracker.core.commands import at_end, command, savepoint
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError


@command
def rename(unit: Unit, name: str, *, actor: object = None) -> None:
    unit.short_name = name
    if actor is not None:
        audit.record(actor, "unit.rename", unit, f"更名为{name}")  # type: ignore[arg-type]


def test_a_change_with_its_entry_is_kept(cast: Cast) -> None:
    rename(cast.unit("市教育局"), "市教体局", actor=cast.actor("officer"))
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert cast.unit("市教育局").short_name == "市教体局"
    assert entry.changes == {"short_name": ["市教育局", "市教体局"]}
    assert entry.actor_name == "陈静（办公室工作人员）"


def test_a_change_without_an_entry_fails_and_is_rolled_back(cast: Cast) -> None:
    with pytest.raises(MissingEntry):
        rename(cast.unit("市教育局"), "市教体局")
    assert cast.unit("市教育局").short_name == "市教育局"


def test_an_exception_rolls_all_of_it_back(cast: Cast) -> None:
    @command
    def fails() -> None:
        rename(cast.unit("市教育局"), "市教体局", actor=cast.actor("officer"))
        raise RuleError("不行。")

    with pytest.raises(RuleError):
        fails()
    assert cast.unit("市教育局").short_name == "市教育局"


def test_a_failing_row_of_a_batch_leaves_the_others(cast: Cast) -> None:
    @command
    def batch() -> None:
        for name in ("市教育局", "市民政局"):
            try:
                with savepoint():
                    rename(cast.unit(name), f"{name}新", actor=cast.actor("officer"))
                    if name == "市教育局":
                        raise RuleError("不行。")
            except RuleError:
                continue

    batch()
    assert cast.unit("市教育局").short_name == "市教育局"
    assert cast.unit("市民政局").short_name == "市民政局新"


@pytest.mark.usefixtures("cast")
def test_what_is_left_for_the_end_is_written_at_once_without_what_failed() -> None:
    written: list[list[str]] = []

    @command
    def batch() -> None:
        at_end(written.append, "first")
        for fails in (True, False):
            with suppress(RuleError), savepoint():
                at_end(written.append, "failed" if fails else "second")
                if fails:
                    raise RuleError("不行。")
        assert written == []

    batch()
    assert written == [["first", "second"]]


def test_the_second_of_two_writers_is_told(cast: Cast) -> None:
    @command
    def overtaken() -> None:
        unit = cast.unit("市教育局")
        db.session.execute(text("UPDATE units SET version = version + 1 WHERE id = :id"), {"id": unit.id})
        rename(unit, "市教体局", actor=cast.actor("officer"))

    with pytest.raises(Conflict, match="刚才有人修改过"):
        overtaken()


def test_the_second_of_two_who_write_the_same_is_told(cast: Cast) -> None:
    first = cast.unit("市教育局")

    @command
    def doubled() -> None:
        second = Unit(committee_id=first.committee_id, full_name=first.full_name, short_name="教育局", position=9)
        second.system = first.system
        db.session.add(second)
        audit.record(cast.actor("officer"), "unit.create", second, "新增")

    with pytest.raises(Conflict, match="同样的内容"):
        doubled()


def test_a_row_that_breaks_another_rule_of_the_database_stays_a_fault(cast: Cast) -> None:
    @command
    def upside_down() -> None:
        unit = cast.unit("市教育局")
        unit.valid_from, unit.valid_to = date(2026, 1, 2), date(2026, 1, 1)
        audit.record(cast.actor("officer"), "unit.close", unit, "停用")

    with pytest.raises(IntegrityError):
        upside_down()


def test_the_chain_of_entries_holds_and_tampering_is_found(cast: Cast) -> None:
    rename(cast.unit("市教育局"), "市教体局", actor=cast.actor("officer"))
    rename(cast.unit("市教育局"), "市教育局", actor=cast.actor("head"))
    assert list(audit.broken_links(cast.committee_id)) == []
    break_the_lock()
    db.session.execute(
        text("UPDATE audit_entries SET sentence = '无事' WHERE chain = :chain AND seq = 1"),
        {"chain": cast.committee_id},
    )
    db.session.expire_all()
    assert "内容被改动" in next(iter(audit.broken_links(cast.committee_id)))[1]


def test_entries_are_never_changed_through_the_session(cast: Cast) -> None:
    rename(cast.unit("市教育局"), "市教体局", actor=cast.actor("officer"))

    @command
    def forge() -> None:
        entry = db.session.scalars(select(AuditEntry)).first()
        assert entry is not None
        entry.sentence = "改写"

    with pytest.raises(MissingEntry):
        forge()
