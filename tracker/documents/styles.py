"""The paragraph styles of official papers, named by what they set."""

from __future__ import annotations

from dataclasses import replace

from tracker.documents import gongwen as g
from tracker.documents.blocks import Voice
from tracker.documents.flow import Alignment, Style
from tracker.documents.numbering import LEVEL_VOICES

BODY = Style(tracking=g.TRACKING, first_indent=2 * g.PITCH)
FLUSH = replace(BODY, first_indent=0.0)
TITLE = Style(Voice.TITLE, g.TITLE_SIZE, g.TITLE_LEADING, align="center", tag="H1", outline_level=0)
ANNEX_LABEL = replace(FLUSH, voice=Voice.BLACK, align="left", keep_with_next=True)
ANNEX_TITLE = TITLE
CAPTION = Style(Voice.BLACK, g.CAPTION_SIZE, g.CAPTION_LEADING, align="center", tag="Caption", keep_with_next=True)
UNIT = Style(Voice.BODY, g.NOTE_SIZE, g.NOTE_LEADING, align="right", tag="Caption", keep_with_next=True)
NOTE = Style(Voice.BODY, g.NOTE_SIZE, g.NOTE_LEADING, align="left", tag="Note")
IMPRINT = Style(Voice.BODY, g.IMPRINT_SIZE, g.IMPRINT_LEADING, left=g.IMPRINT_SIZE, right=g.IMPRINT_SIZE, align="left")


def heading(level: int) -> Style:
    """Levels 1–4: 黑, 楷, 仿宋, 仿宋, all two characters in; never left alone at a page's foot."""
    return replace(BODY, voice=LEVEL_VOICES[level], tag=f"H{level + 1}", keep_with_next=True, outline_level=level)


def hanging(label_width: float, indent: float = 2 * g.PITCH) -> Style:
    """``indent`` in, further lines beginning ``label_width`` after that: 附件：1.…, 出席：…"""
    return replace(BODY, left=indent + label_width, first_indent=-label_width)


def imprint_hanging(label_width: float) -> Style:
    return replace(IMPRINT, left=IMPRINT.left + label_width, first_indent=-label_width, align="justify")


def aligned(style: Style, align: Alignment) -> Style:
    return replace(style, align=align, first_indent=0.0)


def run_in(style: Style) -> Style:
    """A heading whose line goes on as body text: it may stand at a page's foot, and counts as a paragraph's start."""
    return replace(style, keep_with_next=False)
