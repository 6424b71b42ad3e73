"""What is said when the database or a file refuses a command: a sentence, never a traceback."""

from __future__ import annotations

from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError

from tracker.config import from_environment
from tracker.core import structure
from tracker.core.structure import Standing
from tracker.keeping import schema


def sentence_for(error: Exception) -> str | None:
    """Why a file or the database did not do what a command asked; None for what is no trouble of theirs."""
    if isinstance(error, OSError) and error.filename:
        return f"文件 {error.filename} 无法读写：{error.strerror}。"
    if not isinstance(error, OperationalError | ProgrammingError):
        return None
    return _difference() or f"数据库无法使用：{str(error.orig).splitlines()[0]}"


def _difference() -> str:
    """What is to be done where database and program are of different versions."""
    try:
        with schema.bare_app(from_environment()).app_context():
            found = structure.standing()
    except SQLAlchemyError:
        return ""
    return "" if found is Standing.CURRENT else found.label
