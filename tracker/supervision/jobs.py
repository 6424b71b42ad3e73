"""What the scheduler's process does for supervision: drafts of circulars come by themselves."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from tracker.core.access import system_actor
from tracker.core.clock import SHANGHAI
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.jobs import Job
from tracker.core.works import Made, Progress, WorkKind
from tracker.reports.models import Round
from tracker.supervision import actions, documents
from tracker.supervision.models import Circular
from tracker.supervision.queries import circulars as queries

log = logging.getLogger(__name__)
MORNING = time(8)
HALF_YEARLY = (2, 7)
"""product.md §5: circulars in February and July, and on demand."""


def draft_circulars(on: date) -> int:
    """A draft in February and July about the round in force, and one after each round is locked; each once, whatever
    became of it."""
    drafted = 0
    for round_id, locked in queries.rounds_to_propose(on, in_season=on.month in HALF_YEARLY):
        round_ = db.session.get_one(Round, round_id)
        occasion = f"{round_.title}锁定后的通报" if locked else f"{on.year}年{on.month}月的通报（{round_.title}）"
        actor = system_actor(round_.committee.body(), on=on, at=datetime.combine(on, MORNING, SHANGHAI))
        try:
            drafted += actions.propose_circular(actor, round_, occasion) is not None
        except RuleError as error:
            db.session.rollback()
            log.warning("circular about round %s: %s", round_id, error.sentence)
    return drafted


def make_circular_files(arguments: Mapping[str, Any], tell: Progress) -> Made:
    """What issuing a long circular will store; nothing once it is not the circular that was signed."""
    circular = db.session.get_one(Circular, arguments["circular_id"])
    if circular.hash != arguments["hash"]:
        raise RuleError("通报在生成文件期间有变动，请重新印发。")
    name = f"{circular.number}印发文件.zip"
    return Made(documents.issue_files(circular, date.fromisoformat(arguments["on"]), tell), name)


JOBS: tuple[Job, ...] = (
    Job("draft_circulars", "按期起草通报", draft_circulars, {"hour": "6", "minute": "50"}),
)  # fmt: skip

WORKS: tuple[WorkKind, ...] = (WorkKind(queries.CIRCULAR_FILES, make_circular_files),)
