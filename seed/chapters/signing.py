"""When the people of the demo were last here: shortly before the last thing they did. A few have never come."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select

from tracker.accounts import actions as accounts
from tracker.accounts.models import Holding
from tracker.accounts.passwords import token_hash
from tracker.core import calendar
from tracker.core.audit import AuditEntry
from tracker.core.db import db

from ..stage import Stage, moment

AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0"
ONE_IN = 25
"""So many come for one who never has."""
ROUND = 60
"""Days within which they came who did nothing that is kept."""


def tell(stage: Stage) -> None:
    said = select(AuditEntry.actor_id, func.max(AuditEntry.at)).group_by(AuditEntry.actor_id)
    last: dict[int, datetime] = {number: at for number, at in db.session.execute(said) if number is not None}
    days, yesterday = calendar.current(), moment(stage.today - timedelta(days=1), 16)
    held = db.session.execute(select(Holding.id, Holding.user_id).order_by(Holding.id)).all()
    for number, (holding_id, user_id) in enumerate(held):
        acted = last.get(user_id)
        if acted is None and number % ONE_IN == ONE_IN - 1:
            continue
        quiet = moment(days.last_workday(stage.today - timedelta(days=2 + number * 7 % ROUND)), 9)
        came = min(max(acted - timedelta(minutes=10), quiet), yesterday) if acted is not None else quiet
        accounts.admit(
            None, holding_id, token_hash=token_hash(secrets.token_urlsafe(16)), at=came,
            address=f"10.18.{number % 40}.{number % 200 + 20}", agent=AGENT,
        )  # fmt: skip
