"""The tables of the room: lights, notices, field checks, instructions, circulars and briefings."""

from tracker.supervision.models.answers import AnswerDraft, AnswerExtension, Verdict
from tracker.supervision.models.briefings import Briefing
from tracker.supervision.models.checks import CheckFacts, CheckState, FieldCheck, FieldVisit, LookBack
from tracker.supervision.models.circulars import Circular, CircularKind, CircularSource, CircularState
from tracker.supervision.models.instructions import Instruction, InstructionState
from tracker.supervision.models.lights import Light, LightChange, LightNote, Reason
from tracker.supervision.models.matters import (
    AWAITED,
    OVER,
    Matter,
    MatterAnswer,
    MatterEvidence,
    MatterState,
)
from tracker.supervision.models.notices import (
    COLOURS,
    LADDER,
    LIVING,
    OWED,
    UNISSUED,
    ItemState,
    ItemWords,
    Notice,
    NoticeEvidence,
    NoticeItem,
    NoticeKind,
    NoticeReply,
    NoticeState,
    Step,
    frozen_words,
    steps_of,
)
from tracker.supervision.models.numbering import NumberSeries, Series

__all__ = [
    "AWAITED",
    "COLOURS",
    "LADDER",
    "LIVING",
    "OVER",
    "OWED",
    "UNISSUED",
    "AnswerDraft",
    "AnswerExtension",
    "Briefing",
    "CheckFacts",
    "CheckState",
    "Circular",
    "CircularKind",
    "CircularSource",
    "CircularState",
    "FieldCheck",
    "FieldVisit",
    "Instruction",
    "InstructionState",
    "ItemState",
    "ItemWords",
    "Light",
    "LightChange",
    "LightNote",
    "LookBack",
    "Matter",
    "MatterAnswer",
    "MatterEvidence",
    "MatterState",
    "Notice",
    "NoticeEvidence",
    "NoticeItem",
    "NoticeKind",
    "NoticeReply",
    "NoticeState",
    "NumberSeries",
    "Reason",
    "Series",
    "Step",
    "Verdict",
    "frozen_words",
    "steps_of",
]
