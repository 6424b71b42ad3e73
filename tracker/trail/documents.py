"""The trail as a table to take along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.core.audit import AuditEntry
from tracker.core.filters import zh_datetime
from tracker.documents import xlsx
from tracker.documents.blocks import CellValue, Column, Table
from tracker.trail.wording import Called, changes_of, kind_word

MOST = 5_000
"""Rows of one table: more is narrowed by dates first."""


def trail_table(entries: Sequence[AuditEntry], said: Sequence[tuple[str, str, str]], on: date) -> bytes:
    """Entries as they are filtered, with their place in the chain and their hash, so that each can be proved."""
    columns = [
        Column("序号", 1, align="center"), Column("时间", 2), Column("人员", 3), Column("事项", 1.4), Column("对象", 3),
        Column("内容", 6), Column("理由", 3), Column("改动", 5), Column("来源地址", 2), Column("校验值", 4),
        Column("核验", 2),
    ]  # fmt: skip
    called: Called = {}
    rows: list[list[CellValue]] = [
        [
            entry.seq, zh_datetime(entry.at), entry.actor_name, kind_word(entry.event.partition(".")[0]),
            entry.object_label, entry.sentence, entry.reason or "", _changes(entry, called), entry.address or "",
            entry.hash, entry.proof.label,
        ]
        for entry in entries
    ]  # fmt: skip
    filters = "；".join(f"{label}：{text}" for label, text, _ in said)
    return xlsx.workbook([xlsx.Sheet("操作记录", Table(columns, rows), filters=filters, made_on=on, title="操作记录")])


def _changes(entry: AuditEntry, called: Called) -> str:
    return "\n".join(f"{one.where}{one.field}：{one.before} → {one.after}" for one in changes_of(entry, called))
