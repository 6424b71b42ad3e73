"""Whoever takes out a list leaves an entry that says which and how narrowed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.makers.tasks import make_issued_tasks
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.exports import listed


def _exports() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.event == "export.make")))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/tasks.xlsx?role=lead", "导出任务清单，共"),
        ("/plans/{plan}/tasks.xlsx", "导出任务分解表，共"),
        ("/lights/export", "导出任务状态清单，共"),
        ("/reminders/sent/export", "导出发送记录，共"),
        ("/reminders/list.docx?q=教育", "导出催办清单，共0条（查找：教育）"),
    ],
)
def test_a_list_taken_out_leaves_one_entry(
    cast: Cast, client: Callable[[str], FlaskClient], address: str, said: str
) -> None:
    plan = make_issued_tasks(cast)
    assert client("officer").get(address.format(plan=plan.id)).status_code == 200
    (entry,) = _exports()
    assert entry.sentence.startswith(said)
    assert entry.actor_id == cast.actor("officer").user_id


def test_the_sentence_names_the_filters() -> None:
    assert listed("任务清单", 3, [("单位", "市教育局", "unit"), ("领域", "健康", "area")]) == (
        "导出任务清单，共3条（单位：市教育局；领域：健康）"
    )
