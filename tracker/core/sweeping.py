"""What a killed process may leave in the store: bytes that no row points at. They are swept away after a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from tracker.core import files
from tracker.core.db import db
from tracker.core.files import StoredFile

AGE = timedelta(days=1)
"""Younger bytes may belong to a request that is still on its way to its row."""


def sweep(before: datetime) -> int:
    """Remove what lay in the store unreferenced since `before`; returns how many. Storing the same bytes again makes
    them young again, so nothing that is being filed is swept."""
    swept = 0
    for folder in sorted(place for place in files.root().glob("*") if place.is_dir()):
        places = {place.name: place for place in folder.iterdir() if place.is_file()}
        rows = select(StoredFile.sha256).where(StoredFile.sha256.in_(places))
        known = set(db.session.scalars(rows)) if places else set()
        swept += sum(_remove(place, before) for name, place in places.items() if name not in known)
    swept += sum(_remove(place, before) for place in _orphaned_pictures())
    db.session.rollback()
    return swept + sum(_remove(place, before) for place in _half_written())


def _orphaned_pictures() -> list[Path]:
    """Thumbnails of what is in the store no more: what was taken away for good leaves no picture behind."""
    places = [place for place in files.thumbnails().rglob("*") if place.is_file()]
    return [place for place in places if not files.path_of(place.stem).exists()]


def _half_written() -> Iterator[Path]:
    return files.root().glob("incoming-*")


def _remove(place: Path, before: datetime) -> bool:
    try:
        if place.stat().st_mtime >= before.timestamp():
            return False
        place.unlink()
    except FileNotFoundError:
        return False
    return True
