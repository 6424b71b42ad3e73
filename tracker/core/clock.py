"""The one reader of the wall clock.

Everything that decides takes `on: date` or `at: datetime`; only the edges (a request, a job's slot, the CLI) ask here.
`TRACKER_CLOCK` lets real processes live in another time: an ISO moment stands still, `@FILE` is read anew at each call,
so that several processes can be led through a simulated year together.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    setting = os.environ.get("TRACKER_CLOCK")
    if not setting:
        return datetime.now(UTC)
    text = Path(setting[1:]).read_text(encoding="ascii").strip() if setting.startswith("@") else setting
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=SHANGHAI)
    return moment.astimezone(UTC)


def today() -> date:
    """The present day in Asia/Shanghai: deadlines are days there, wherever the machine stands."""
    return shanghai_date(now())


def shanghai(moment: datetime) -> datetime:
    """An aware moment as Shanghai wall time."""
    if moment.tzinfo is None:
        raise ValueError("a naive moment has no place on a calendar")
    return moment.astimezone(SHANGHAI)


def shanghai_date(moment: datetime) -> date:
    """The Shanghai day a moment falls on."""
    return shanghai(moment).date()
