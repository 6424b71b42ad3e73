"""Copies and drills as the schedule and the command line have them made: the long part, outside any transaction."""

from __future__ import annotations

import logging
import re
from datetime import date, datetime, time
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from tracker.config import Settings
from tracker.core import clock, jobs
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.keeping import actions, restoring, schema
from tracker.keeping.archive import whole
from tracker.keeping.models import Copy, Drill, KeepingOutcome

log = logging.getLogger(__name__)
SUFFIX = ".gmb"
SCHEDULED = re.compile(r"gangmu-\d{8}-\d{6}\.gmb\Z")
SHORTEST_KEY = 16


def key_from(place: Path | None) -> bytes | None:
    """What a key file holds. Raises RuleError for one that is missing or too short to protect anything."""
    if place is None:
        return None
    try:
        key = place.read_bytes().strip()
    except OSError as error:
        raise RuleError(f"密钥文件 {place} 无法读取：{error.strerror}。") from error
    if len(key) < SHORTEST_KEY:
        raise RuleError(f"密钥文件 {place} 太短，至少要有{SHORTEST_KEY}个字符。可以用 openssl rand -hex 32 生成。")
    return key


def source_of(settings: Settings) -> whole.Source:
    """This installation, to be copied."""
    revision = schema.revision()
    if revision is None:
        raise RuleError("数据库中还没有内容，不需要备份。")
    return whole.Source(db.engine, revision, settings.instance / "files", settings.instance, jobs.still_here)


def copy_before_upgrade(settings: Settings) -> Path:
    """An archive of a server's database before its structure changes; the files are not touched by that."""
    written = copy_to(settings, settings.copies_dir, key_from(settings.backup_key_file), "upgrade", with_files=False)
    for old in sorted(settings.copies_dir.glob(f"gangmu-*-upgrade{SUFFIX}"))[: -schema.COPIES_KEPT]:
        old.unlink(missing_ok=True)
        old.with_name(f"{old.name}.sha256").unlink(missing_ok=True)
    return written.place


def copy_to(
    settings: Settings, folder: Path, key: bytes | None, kind: str = "", *, with_files: bool = True
) -> whole.Written:
    """One archive of everything, in a folder that only its owner reads."""
    moment = clock.now()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise RuleError(f"备份目录 {folder} 无法建立：{error.strerror}。") from error
    end = f"-{kind}" if kind else ""
    target = folder / f"gangmu-{clock.shanghai(moment):%Y%m%d-%H%M%S}{end}{SUFFIX}"
    return whole.write(source_of(settings), target, at=moment, key=key, with_files=with_files)


def make_copy(actor: Actor, settings: Settings, folder: Path, key: bytes | None, *, is_scheduled: bool) -> Copy:
    """Copy everything and write it down. Raises RuleError when it failed; that is written down and told as well."""
    try:
        written = copy_to(settings, folder, key, "" if is_scheduled else "manual")
    except (RuleError, SQLAlchemyError) as error:
        sentence = error.sentence if isinstance(error, RuleError) else str(error).splitlines()[0]
        failed = Copy(
            began_at=actor.at, ended_at=clock.now(), outcome=KeepingOutcome.FAILED, is_scheduled=is_scheduled,
            trouble=sentence,
        )  # fmt: skip
        actions.record_copy(actor, failed)
        raise RuleError(sentence) from error
    broken = written.contents.broken
    copy = Copy(
        began_at=actor.at, ended_at=clock.now(), outcome=KeepingOutcome.DONE, name=written.place.name,
        size=written.size, sha256=written.sha256, row_count=written.contents.rows, file_count=written.contents.files,
        is_sealed=key is not None, is_scheduled=is_scheduled,
        trouble=f"有{len(broken)}个文件在备份前已缺失或损坏，请执行 tracker verify 查看" if broken else "",
    )  # fmt: skip
    actions.record_copy(actor, copy)
    return copy


def make_drill(actor: Actor, settings: Settings, archive: Path, key: bytes | None) -> Drill:
    """Try to restore an archive and write down what was found; look at the outcome."""
    drill = Drill(began_at=actor.at, ended_at=actor.at, outcome=KeepingOutcome.FAILED, name=archive.name)
    try:
        proof = restoring.drill(archive, key, settings)
    except (RuleError, SQLAlchemyError, OSError) as error:
        drill.trouble = error.sentence if isinstance(error, RuleError) else str(error).splitlines()[0]
    else:
        contents = proof.contents
        drill.place, drill.table_count = proof.place, len(contents.manifest["tables"])
        drill.row_count, drill.file_count = contents.rows, contents.files
        drill.outcome = KeepingOutcome.FAILED if proof.findings else KeepingOutcome.DONE
        drill.trouble = "；".join(proof.findings[:20])
    drill.ended_at = clock.now()
    actions.record_drill(actor, drill)
    return drill


def prune(folder: Path, keep: int) -> list[str]:
    """Take away the oldest scheduled copies beyond so many, and what a killed copy has left for a day."""
    archives = sorted(place for place in folder.glob(f"gangmu-*{SUFFIX}") if SCHEDULED.match(place.name))
    for place in archives[:-keep]:
        place.unlink(missing_ok=True)
        place.with_name(f"{place.name}.sha256").unlink(missing_ok=True)
    for partial in folder.glob(f".gangmu-*{SUFFIX}.partial"):
        if clock.now().timestamp() - partial.stat().st_mtime > 24 * 3600:
            partial.unlink(missing_ok=True)
    return [place.name for place in archives[:-keep]]


NIGHT = time(1, 30)


def scheduled(on: date) -> Actor:
    """Who copies by the schedule, now; a day that is tried out is acted on at its usual hour. A copy made at once by a
    server started just past midnight did not begin at half past one: whatever came after it would be older."""
    now = clock.now()
    at = now if clock.shanghai_date(now) == on else datetime.combine(on, NIGHT, clock.SHANGHAI)
    return actions.keeper(actions.SCHEDULE, at)
