"""The list of what was sent, as a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from tracker.core.filters import zh_datetime
from tracker.documents import xlsx
from tracker.documents.tables import Column, Table


def sent_sheet(rows: Sequence[Any], said: str, on: date) -> xlsx.Sheet:
    """What went to whom and how it arrived, with what was filtered and when."""
    table = Table(
        columns=[
            Column("序号", 1, align="center"),
            Column("时间", 2.5),
            Column("单位", 2),
            Column("姓名", 1.5),
            Column("事项", 6),
            Column("邮件", 1.5, align="center"),
            Column("阅读时间", 2.5),
        ],
        rows=[
            [place, zh_datetime(row.Message.queued_at), row.unit or "办公室", row.person, row.Message.title,
             row.mail_state.label if row.mail_state else "—", zh_datetime(row.Message.read_at)]
            for place, row in enumerate(rows, start=1)
        ],
    )  # fmt: skip
    return xlsx.Sheet("发送记录", table, filters=said or "全部", made_on=on, title="发送记录")
