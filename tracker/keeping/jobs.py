"""A copy every night, a drill every month, as the settings say."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import current_app

from tracker.config import Settings
from tracker.core import clock
from tracker.core.errors import RuleError
from tracker.core.jobs import Job
from tracker.keeping import copying, queries
from tracker.keeping.models import KeepingOutcome


def back_up(on: date) -> int:
    """Make the copy that is due, and let the oldest go. Raises RuleError when it failed: the job is tried again."""
    settings = _settings()
    last = queries.last_scheduled_copy()
    if not _is_due(on, last.began_at if last else None, settings.backup_days):
        return 0
    actor = copying.scheduled(on)
    copying.make_copy(
        actor, settings, settings.copies_dir, copying.key_from(settings.backup_key_file), is_scheduled=True
    )
    copying.prune(settings.copies_dir, settings.backup_keep)
    return 1


def try_restoring(on: date) -> int:
    """Try to restore the latest copy when that is due. Raises RuleError when something was found."""
    settings = _settings()
    last = queries.last_drill()
    if not _is_due(on, last.began_at if last else None, settings.backup_drill_days):
        return 0
    archive = next(
        (place for copy in queries.good_copies() if (place := settings.copies_dir / copy.name).exists()), None
    )
    if archive is None:
        return 0  # the page says so in red
    actor = copying.scheduled(on)
    drill = copying.make_drill(actor, settings, archive, copying.key_from(settings.backup_key_file))
    if drill.outcome is KeepingOutcome.FAILED:
        raise RuleError(drill.trouble)
    return 1


def _is_due(on: date, last: datetime | None, every: int) -> bool:
    return every > 0 and (last is None or clock.shanghai_date(last) + timedelta(days=every) <= on)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


JOBS: tuple[Job, ...] = (
    Job("back_up", "备份数据库和文件", back_up, {"hour": "1", "minute": "30"}),
    Job("try_restoring", "恢复演练", try_restoring, {"hour": "4", "minute": "30"}),
)
