"""Blocks → PDF, set as GB/T 9704-2012 asks: ``render(document)``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tracker.documents import assembly, face
from tracker.documents import gongwen as g
from tracker.documents.blocks import Document, Form, Paragraph, RenderedFile
from tracker.documents.composer import FEW_PAGES, Composer
from tracker.documents.press import Press

_TIGHTER = (23, 24, 25)  # lines on a page, tried one after the other
_HAIR = 1e-3


def render(
    document: Document, *, tagged: bool = True, progress: Callable[[int, int], None] | None = None
) -> RenderedFile:
    """Set ``document``. The same document under the same faces gives the same bytes.

    ``progress`` is told after each page how much is set and how much there is, in paragraphs and table rows.
    Characters no face has are printed as 〓 and reported.
    """
    composer = _composed(document, tagged, progress)
    if composer.is_stranded:
        composer = _tightened(document, tagged, composer)
    press = composer.press
    faces_used = press.faces_used
    properties = assembly.Properties(
        document.plain_title, document.author_name, document.subject, document.keywords, document.date
    )
    content = press.finish(properties)
    return RenderedFile(content, faces_used, tuple(press.missing), press.pages)


def _composed(
    document: Document, tagged: bool, progress: Callable[[int, int], None] | None = None, line: float = 0.0,
    spare: float = 0.0,
) -> Composer:  # fmt: skip
    composer = Composer(
        Press(face.current(), tagged, area_of(document)), document, progress, line or _usual_line(document), spare
    )
    composer.compose()
    return composer


def area_of(document: Document) -> g.Area:
    """Where the text of a paper stands."""
    if document.form is Form.CHENGYUE:
        return g.READING
    return g.LANDSCAPE if document.landscape else g.PORTRAIT


def _usual_line(document: Document) -> float:
    return g.READING_LINE if document.form is Form.CHENGYUE else g.LINE


def _tightened(document: Document, tagged: bool, loose: Composer) -> Composer:
    """Lines a little closer where that brings signature and 版记 back to the text (7.3.5.5, 5.2.3); else as it was.

    Tried on the paper without its annexes, which may be long and change nothing of it.
    """
    trial = document
    if document.annexes:
        trial = replace(document, annexes=(), attachments=document.attachment_names, imprint=None)
    pages = _composed(trial, tagged=False).press.pages
    for lines in _TIGHTER:
        line = g.TEXT_HEIGHT / lines - _HAIR
        if _composed(trial, tagged=False, line=line).press.pages < pages:
            return _composed(document, tagged, line=line)
    return loose


@dataclass(frozen=True, slots=True)
class Layout:
    """What only whoever sets the pages knows, for the twin that leaves them to Word."""

    filled: float = 0.0
    """How tall the twin may make ``Opinions`` that fill their page."""
    addressees_moved: str = ""
    """主送机关, where page 1 has no room for them."""
    line: float = g.LINE
    """The distance of lines at which the twin, too, takes no more pages than this."""


_SPARE_LINES = (1.5, 1)  # what Word, which breaks lines by rules of its own, may need more
_READING_LINES = (24, 26, 28, 30, 32)  # lines on a page that is kept one, tried one after the other
_SPARE_FILLED = 2 * g.LINE
_SPARE_HEAD = g.LINE / 2  # what Word may set lower below the head of a paper for reading


def layout(document: Document) -> Layout:
    """Of the paper without its annexes, which change nothing of it."""
    alone = replace(document, annexes=(), attachments=document.attachment_names)
    if document.form is Form.CHENGYUE:
        return _one_page_twin(alone)
    loose = _composed(alone, tagged=False)
    line = g.LINE
    if document.signature:
        body = replace(alone, imprint=None) if document.annexes else alone
        line = _line_of_twin(body)
    return Layout(max(loose.filled - _SPARE_FILLED, 0.0), loose.addressees_moved, line)


def _one_page_twin(document: Document) -> Layout:
    """The widest distance of lines at which every paragraph may take a line more in Word and the page stays one; what
    is left then is for handwriting."""
    paragraphs = sum(isinstance(block, Paragraph) for block in document.body)
    for lines in _READING_LINES:
        pitch = g.TEXT_HEIGHT / lines - _HAIR
        made = _composed(document, tagged=False, line=pitch)
        left = made.filled - paragraphs * pitch - _SPARE_HEAD
        if made.press.pages == 1 and (left >= g.LEAST_OPINIONS or not made.filled):
            break
    return Layout(max(left, 0.0), made.addressees_moved, pitch)


def _line_of_twin(body: Document) -> float:
    """The widest distance of lines at which the paper has a line to spare for the twin on as many pages. A long paper,
    and one that cannot, stays as it is."""
    composer = _composed(body, tagged=False)
    is_stranded = composer.is_stranded
    pages = (_tightened(body, False, composer) if is_stranded else composer).press.pages
    if pages >= FEW_PAGES:
        return g.LINE
    pitches = (g.LINE, *(g.TEXT_HEIGHT / lines - _HAIR for lines in _TIGHTER))
    for spare in _SPARE_LINES:
        for pitch in pitches:
            if _composed(body, tagged=False, line=pitch, spare=spare * g.LINE).press.pages <= pages:
                return pitch
    return pitches[-1] if is_stranded else g.LINE
