"""Stamps: who can write into the database but has no key is found out, on reading and by `tracker verify` (S28)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from tests.cast import Cast
from tests.makers.reports import make_accepted_report, make_open_round
from tests.tampering import break_the_lock
from tracker.committees import actions as committees
from tracker.config import from_environment, kept_keys, new_key, only_first_key
from tracker.core import audit, stamps
from tracker.core.audit import GENESIS, AuditEntry, AuditHead
from tracker.core.db import db
from tracker.core.stamps import Proof
from tracker.reports.actions import versions
from tracker.reports.models import Report, ReportVersion
from tracker.reports.queries.proof import broken_approvals, broken_versions, proof_of, unstamped_versions
from tracker.trail import queries
from tracker.trail.actions import take_as_unstamped

Clients = Callable[[str], FlaskClient]


@pytest.fixture
def entries(cast: Cast) -> list[AuditEntry]:
    for day in (3, 4, 5):
        committees.set_day(cast.actor("officer"), date(2026, 3, day), is_workday=False, note="公休")
    rows = select(AuditEntry).where(AuditEntry.chain == cast.committee_id).order_by(AuditEntry.seq)
    return list(db.session.scalars(rows))


@pytest.fixture
def keys(app: Flask) -> Iterator[Callable[..., None]]:
    """`keys("new", "old", retired=("older",))` for the length of a test."""
    before = app.config["SETTINGS"]

    def use(*names: str, retired: tuple[str, ...] = ()) -> None:
        app.config["SETTINGS"] = replace(before, field_keys=names, retired_keys=retired)

    yield use
    app.config["SETTINGS"] = before


def chain_anew(chain: int) -> None:
    """What a criminal with the database but without the key can do: every hash computed anew, so that all fits."""
    previous = GENESIS
    for entry in db.session.scalars(select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.seq)):
        columns = {column.key: getattr(entry, column.key) for column in AuditEntry.__table__.columns}
        copy = AuditEntry(**{**columns, "previous_hash": previous})
        previous = copy.digest()
        words = {"previous": copy.previous_hash, "hash": previous, "id": entry.id}
        db.session.execute(
            text("UPDATE audit_entries SET previous_hash = :previous, hash = :hash WHERE id = :id"), words
        )
    db.session.execute(
        text("UPDATE audit_heads SET hash = :hash WHERE chain = :chain"), {"hash": previous, "chain": chain}
    )
    db.session.expunge_all()


def forge(entry: AuditEntry) -> None:
    break_the_lock()
    db.session.execute(text("UPDATE audit_entries SET sentence = '无事' WHERE id = :id"), {"id": entry.id})
    db.session.expire_all()
    chain_anew(entry.chain)
    db.session.commit()


def test_every_entry_and_the_head_of_its_chain_carry_a_stamp_by_sm3(entries: list[AuditEntry]) -> None:
    assert {entry.proof for entry in entries} == {Proof.GENUINE}
    assert {(entry.stamp or "").partition(".")[0] for entry in entries} == {"sm3"}
    assert db.session.get_one(AuditHead, entries[0].chain).stamp
    assert queries.unstamped() == []


def test_a_chain_computed_anew_fits_and_its_stamps_do_not(
    cast: Cast, entries: list[AuditEntry], client: Clients
) -> None:
    number, chain = entries[1].id, entries[1].chain
    forge(entries[1])
    found = [sentence for _, sentence in audit.broken_links(chain)]
    assert not any("改动" in one or "衔接" in one for one in found)
    assert any("密钥校验码不符" in one for one in found)
    assert "与写入时不一致" in client("auditor").get(f"/trail/{number}").text
    assert "与写入时不一致" in client("auditor").get("/trail?q=无事").text


def test_the_last_entry_cut_off_and_the_head_moved_back_is_missed_all_the_same(entries: list[AuditEntry]) -> None:
    break_the_lock()
    *_, before, last = entries
    chain = last.chain
    db.session.execute(text("DELETE FROM audit_entries WHERE id = :id"), {"id": last.id})
    words = {"seq": before.seq, "hash": before.hash, "chain": chain}
    db.session.execute(text("UPDATE audit_heads SET seq = :seq, hash = :hash WHERE chain = :chain"), words)
    db.session.expire_all()
    assert [sentence for _, sentence in audit.broken_links(chain)] == [
        "末尾标志的密钥校验码不符，可能是在系统之外写入的"
    ]


def test_a_stamp_taken_away_from_the_middle_is_missed_and_old_entries_are_said_to_be_old(
    entries: list[AuditEntry],
) -> None:
    break_the_lock()
    chain, numbers = entries[0].chain, [entry.seq for entry in entries]
    bare = text("UPDATE audit_entries SET stamp = NULL WHERE chain = :chain AND seq <= :seq")
    db.session.execute(bare, {"chain": chain, "seq": numbers[0]})
    db.session.expire_all()
    assert len(list(audit.broken_links(chain))) == numbers[0], "nobody said that these are from before"
    head = db.session.get_one(AuditHead, chain)
    head.unstamped, head.stamp = numbers[0], None
    head.stamp = stamps.stamp(audit.to_stamp(head))
    db.session.flush()
    assert list(audit.broken_links(chain)) == []
    assert queries.unstamped() == [
        f"市妇儿工委的操作记录：较早的{numbers[0]}条写入时还没有密钥校验码，只按前后衔接核验。"
    ]
    one = text("UPDATE audit_entries SET stamp = NULL WHERE chain = :chain AND seq = :seq")
    db.session.execute(one, {"chain": chain, "seq": numbers[1] + 1})
    db.session.expire_all()
    assert [sentence for _, sentence in audit.broken_links(chain)] == [
        f"第{numbers[1] + 1}条记录缺少密钥校验码，可能是在系统之外写入的"
    ]


def test_whoever_takes_every_stamp_away_and_computes_the_chain_anew_is_found(entries: list[AuditEntry]) -> None:
    """Without the key nobody can say that the entries are from before there were stamps."""
    forge(entries[1])
    for table in ("audit_entries", "audit_heads"):
        db.session.execute(text(f"UPDATE {table} SET stamp = NULL"))
    db.session.execute(text("UPDATE audit_heads SET unstamped = seq"))
    db.session.expire_all()
    found = queries.verify()
    assert any(f"第1至{entries[-1].seq}条记录缺少密钥校验码" in one for one in found)
    assert any("末尾标志缺少密钥校验码" in one for one in found)


def test_what_stood_there_when_stamps_came_in_is_said_to_be_old(entries: list[AuditEntry]) -> None:
    break_the_lock()
    for table in ("audit_entries", "audit_heads"):
        db.session.execute(text(f"UPDATE {table} SET stamp = NULL"))
    db.session.commit()
    take_as_unstamped()
    assert queries.verify() == []
    assert any(f"较早的{entries[-1].seq}条" in one for one in queries.unstamped())


def test_a_retired_key_still_proves_and_a_lost_one_is_said_to_be_lost(
    cast: Cast, keys: Callable[..., None], entries: list[AuditEntry]
) -> None:
    keys("old")
    old = stamps.stamp("词句")
    keys("new", "old")
    assert stamps.prove(old, "词句") is Proof.GENUINE
    keys("new", retired=("old",))
    assert stamps.prove(old, "词句") is Proof.GENUINE
    assert stamps.prove(old, "别的词句") is Proof.FORGED
    keys("new")
    assert stamps.prove(old, "词句") is Proof.KEYLESS
    assert stamps.prove("sm3.no", "词句") is Proof.KEYLESS
    assert stamps.prove(None, "词句") is Proof.MISSING
    assert "不能核验" in "".join(queries.verify())


def test_a_key_that_is_dropped_opens_no_more_and_lies_beside_for_proof(tmp_path: Path) -> None:
    first = from_environment({"TRACKER_INSTANCE": str(tmp_path)}).field_keys
    for _ in range(2):
        new_key(tmp_path / "field_keys")
        only_first_key(tmp_path / "field_keys")
    settings = from_environment({"TRACKER_INSTANCE": str(tmp_path)})
    assert (len(settings.field_keys), len(settings.retired_keys)) == (1, 2)
    assert settings.retired_keys[-1:] == first
    assert (tmp_path / "retired_keys").stat().st_mode & 0o777 == 0o600


@pytest.fixture
def report(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Report:
    """An accepted report."""
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T14:32")
    return make_accepted_report(cast, make_open_round(cast), cast.unit("市教育局"))


def change(report: Report, column: str, value: str) -> ReportVersion:
    """The version, written over in the database."""
    number = db.session.scalars(select(ReportVersion.id).filter_by(report_id=report.id)).one()
    db.session.execute(
        text(f"UPDATE report_versions SET {column} = :value WHERE id = :id"), {"value": value, "id": number}
    )
    db.session.commit()
    return db.session.get_one(ReportVersion, number)


def test_a_submission_carries_a_stamp_and_says_so_on_its_page(cast: Cast, report: Report, client: Clients) -> None:
    version = db.session.scalars(select(ReportVersion).filter_by(report_id=report.id)).one()
    assert proof_of(version) is Proof.GENUINE
    assert [*broken_versions(), *broken_approvals(), *unstamped_versions()] == []
    page = client("officer").get(f"/reports/{report.id}/versions/1").text
    assert "与写入时一致" in page
    assert "不能确认是原件" not in page


def test_a_submission_whose_hash_was_computed_anew_is_shown_as_no_original(
    cast: Cast, report: Report, client: Clients
) -> None:
    version = change(report, "signed_by", "他人")
    assert proof_of(version) is Proof.FORGED
    version = change(report, "hash", versions.digest(version))
    assert proof_of(version) is Proof.FORGED
    assert "密钥校验码不能确认" in "".join(broken_versions())
    assert "不能确认是原件" in client("officer").get(f"/reports/{report.id}/versions/1").text


def test_an_approval_written_past_the_house_is_named(cast: Cast, report: Report, client: Clients) -> None:
    address = f"/reports/{report.id}/versions/1"
    assert "审核通过的记录与写入时一致" in client("officer").get(address).text
    moved = {"at": report.state_since - timedelta(hours=1), "id": report.id}
    db.session.execute(Report.__table__.update().where(Report.id == moved["id"]).values(state_since=moved["at"]))  # type: ignore[attr-defined]
    db.session.commit()
    assert "审核通过的状态不能确认" in client("officer").get(address).text
    assert [one.endswith("显示为审核通过，没有相应的审核记录。") for one in broken_approvals()] == [True]


def test_a_machine_without_the_algorithm_says_so_and_does_not_crash(
    cast: Cast, keys: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys("new")
    words = stamps.stamp("甲")

    def unknown(*_: object) -> NoReturn:
        raise UnsupportedAlgorithm("no SM3 here")

    monkeypatch.setattr(stamps, "HMAC", unknown)
    assert stamps.prove(words, "甲") is Proof.KEYLESS


def test_keys_are_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "field_keys"
    first = kept_keys(place)
    new_key(place)
    before = kept_keys(place)

    def crash(_: int) -> NoReturn:
        raise OSError("the disk is full")

    monkeypatch.setattr("tracker.config.os.fsync", crash)
    with pytest.raises(OSError, match="full"):
        only_first_key(place)
    assert (kept_keys(place), before[1:]) == (before, first)
