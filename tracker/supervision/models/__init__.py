"""The tables of the room: lights, notices, circulars and briefings."""

from tracker.supervision.models.briefings import Briefing
from tracker.supervision.models.circulars import Circular, CircularKind, CircularState
from tracker.supervision.models.lights import Light, LightChange, Reason
from tracker.supervision.models.notices import (
    LADDER,
    LIVING,
    OWED,
    ItemState,
    Notice,
    NoticeEvidence,
    NoticeItem,
    NoticeKind,
    NoticeReply,
    NoticeState,
    Verdict,
    frozen_words,
)
from tracker.supervision.models.numbering import NumberSeries, Series

__all__ = [
    "LADDER",
    "LIVING",
    "OWED",
    "Briefing",
    "Circular",
    "CircularKind",
    "CircularState",
    "ItemState",
    "Light",
    "LightChange",
    "Notice",
    "NoticeEvidence",
    "NoticeItem",
    "NoticeKind",
    "NoticeReply",
    "NoticeState",
    "NumberSeries",
    "Reason",
    "Series",
    "Verdict",
    "frozen_words",
]
