"""Small pictures of what was filed: images and the first page of a PDF. Made when first looked at, kept by content."""

from __future__ import annotations

import io
import logging
import os
import tempfile
from pathlib import Path

from PIL import Image

from tracker.core import files, pdfium
from tracker.core.errors import RuleError
from tracker.core.files import StoredFile

log = logging.getLogger(__name__)
SIDE = 240
MOST_PIXELS = 60_000_000
LARGEST = 30 << 20
SHOWN = frozenset({files.PDF, files.PNG, files.JPEG})


def thumbnail(file: StoredFile) -> bytes | None:
    """A PNG of at most 240 × 240, or None where there is nothing to show. What was made once is not made again."""
    if file.media_type not in SHOWN or file.size > LARGEST:
        return None
    place = files.thumbnails() / file.sha256[:2] / f"{file.sha256}.png"
    if place.exists():
        return place.read_bytes() or None
    try:
        made = _drawn(files.read(file), file.media_type)
    except (RuleError, OSError, ValueError, pdfium.PdfTrouble, Image.DecompressionBombError) as error:
        log.info("no thumbnail of %s: %s", file.sha256[:12], error)
        made = b""
    _keep(place, made)
    return made or None


def _drawn(content: bytes, media_type: str) -> bytes:
    if media_type == files.PDF:
        return pdfium.picture(content, SIDE)
    picture = _opened(content)
    picture.thumbnail((SIDE, SIDE))
    target = io.BytesIO()
    picture.convert("RGB").save(target, "PNG", optimize=True)
    return target.getvalue()


def _opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
    if picture.width * picture.height > MOST_PIXELS:
        raise ValueError("too large to draw")
    picture.draft("RGB", (SIDE, SIDE))
    return picture


def _keep(place: Path, content: bytes) -> None:
    """Best effort: a full disk costs a picture, not a page."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as fresh:
            fresh.write(content)
        os.replace(fresh.name, place)
    except OSError:
        log.warning("a thumbnail could not be kept")
