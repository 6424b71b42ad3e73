"""PDFs of others, read and drawn in a process of their own (`pdfchild`): one that asks for too much, or breaks the
library, takes nothing else with it. What the house made itself it draws here, one thread at a time."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from pathlib import Path

from tracker.core import pdfchild

log = logging.getLogger(__name__)

one_at_a_time = threading.Lock()
"""PDFium works for one thread at a time: whoever draws with it in this process holds this lock meanwhile."""
PATIENCE = 60.0
"""Seconds, on a machine that is busy; of the processor it gets fewer."""
_at_once = threading.BoundedSemaphore(2)
"""A page of many thumbnails starts no crowd."""


class PdfTrouble(Exception):
    """There is nothing to be had of it."""


class Broken(PdfTrouble):
    """It is no PDF that can be opened."""


class Locked(PdfTrouble):
    """It has a password."""


class Long(PdfTrouble):
    """It has more pages than asked for: so many."""

    def __init__(self, pages: int) -> None:
        super().__init__(str(pages))
        self.pages = pages


class Heavy(PdfTrouble):
    """It asked for more memory or time than any report needs."""


def texts(content: bytes, most_pages: int, longest: int, *, is_exact: bool = False) -> list[str]:
    """The words of its pages, up to so many pages and characters; `is_exact` as they stand in the file, and none of a
    longer one. Raises PdfTrouble."""
    pages: list[str] = json.loads(_run(content, "exact" if is_exact else "text", most_pages, longest))
    return pages


def picture(content: bytes, side: int) -> bytes:
    """A PNG of its first page within a square of this side. Raises PdfTrouble."""
    return _run(content, "picture", side, 0)


def _run(content: bytes, verb: str, first: int, second: int) -> bytes:
    """Isolated (-I): nothing of the folder it lies in or of the surroundings is loaded with it."""
    command = [sys.executable, "-I", str(Path(pdfchild.__file__)), verb, str(first), str(second)]
    try:
        with _at_once:
            done = subprocess.run(command, input=content, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired as error:
        raise Heavy from error
    if done.returncode == pdfchild.LONG:
        raise Long(int(done.stdout))
    if done.returncode in {pdfchild.BROKEN, pdfchild.LOCKED}:
        raise Broken if done.returncode == pdfchild.BROKEN else Locked
    if done.returncode:
        log.warning("a PDF of %d bytes asked for too much: ended with %d", len(content), done.returncode)
        raise Heavy
    return done.stdout
