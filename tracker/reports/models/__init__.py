"""The tables of the room: a round, and a unit's report in it."""

from tracker.reports.models.compilations import Compilation, CompilationKind, Passage
from tracker.reports.models.extensions import Extension, ExtensionState
from tracker.reports.models.questions import Question, QuestionAnswer, QuestionKind, RoundUnit
from tracker.reports.models.reports import (
    AreaText,
    Arrangement,
    Entry,
    Evidence,
    GoalStatement,
    Remark,
    Report,
    ReportVersion,
    Request,
    Section,
)
from tracker.reports.models.requests import ExemptionRequest, RequestState
from tracker.reports.models.rounds import Round, RoundKind, RoundPlan, RoundState
from tracker.reports.models.sharing import PartDecision, Presence, Share, SharedPart, WordReading
from tracker.reports.models.words import (
    OVERVIEW,
    UNSENT,
    WITH_OFFICE,
    WRITABLE,
    ArrangementOutcome,
    EntryState,
    EvidenceKind,
    GoalStatus,
    RemarkPlace,
    ReportState,
    SectionKind,
    SignOff,
)

__all__ = [
    "OVERVIEW",
    "UNSENT",
    "WITH_OFFICE",
    "WRITABLE",
    "AreaText",
    "Arrangement",
    "ArrangementOutcome",
    "Compilation",
    "CompilationKind",
    "Entry",
    "EntryState",
    "Evidence",
    "EvidenceKind",
    "ExemptionRequest",
    "Extension",
    "ExtensionState",
    "GoalStatement",
    "GoalStatus",
    "PartDecision",
    "Passage",
    "Presence",
    "Question",
    "QuestionAnswer",
    "QuestionKind",
    "Remark",
    "RemarkPlace",
    "Report",
    "ReportState",
    "ReportVersion",
    "Request",
    "RequestState",
    "Round",
    "RoundKind",
    "RoundPlan",
    "RoundState",
    "RoundUnit",
    "Section",
    "SectionKind",
    "Share",
    "SharedPart",
    "SignOff",
    "WordReading",
]
