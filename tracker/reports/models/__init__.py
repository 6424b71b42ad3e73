"""The tables of the room: a round, and a unit's report in it."""

from tracker.reports.models.compilations import Compilation, CompilationKind, Passage
from tracker.reports.models.extensions import Extension, ExtensionState
from tracker.reports.models.reports import Report
from tracker.reports.models.requests import ExemptionRequest, RequestState
from tracker.reports.models.rounds import Question, QuestionKind, Round, RoundKind, RoundPlan, RoundState, RoundUnit
from tracker.reports.models.sharing import PartDecision, Presence, Share, SharedPart, WordReading
from tracker.reports.models.submission import Evidence, Remark, ReportVersion
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
from tracker.reports.models.writing import (
    AreaText,
    Arrangement,
    Entry,
    GoalStatement,
    QuestionAnswer,
    Request,
    Section,
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
