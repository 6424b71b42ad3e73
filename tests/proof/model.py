"""The model that random sequences of acts on one report are held against; written from the field, not from the code."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Connection, func, select

from tests.cast import Cast
from tests.makers.reports import write_report
from tests.makers.rounds import answer
from tracker.core import audit, clock
from tracker.core.access import Actor
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.reports import actions
from tracker.reports.actions.filling import Edit
from tracker.reports.actions.pieces import all_pieces, fields_of
from tracker.reports.actions.versions import digest
from tracker.reports.models import EntryState, Report, ReportVersion, RoundKind
from tracker.reports.queries import reports as queries

UNIT = ("liaison", "leader")
OFFICE = ("officer", "second_officer", "head")
EVERYBODY = (*UNIT, *OFFICE, "other_liaison", "other_leader", "chair", "sysadmin")
MINE = st.sampled_from(UNIT * 12 + EVERYBODY)
THEIRS = st.sampled_from(OFFICE * 8 + EVERYBODY)
HEADS = st.sampled_from(("head",) * 12 + EVERYBODY)
CONTACT = ("section:contact", "text")
STAGES = (
    "not_started", "draft", "awaiting_sign_off", "submitted", "returned", "accepted", "compiled", "late", "locked",
    "corrected",
)  # fmt: skip
OWED = {"not_started", "draft", "awaiting_sign_off"}
WRITABLE = ("not_started", "draft", "returned")
WITH_OFFICE = ("submitted", "accepted")
ANYTHING_GOES = 4
"""Every so many steps any act is tried in any state."""
ANY_STATE = {*OWED, "submitted", "returned", "accepted", "exempted"}

# The workflow as the field tells it (product.md §3), not as the code has it: act -> from which states, by whom.
FROM: dict[str, tuple[set[str], tuple[str, ...]]] = {
    "send": ({"draft", "returned"}, UNIT),
    "recall": ({"awaiting_sign_off"}, UNIT),
    "refuse": ({"awaiting_sign_off"}, ("leader",)),
    "sign": ({"awaiting_sign_off"}, ("leader",)),
    "paper": ({"draft", "returned", "awaiting_sign_off"}, UNIT),
    "unsigned": ({"draft", "returned"}, UNIT),
    "take_back": ({"submitted"}, UNIT),
    "return": ({"submitted"}, OFFICE),
    "accept": ({"submitted"}, OFFICE),
    "unaccept": ({"accepted"}, OFFICE),
    "correct": ({"accepted"}, OFFICE),
    "exempt": ({"not_started", "draft", "awaiting_sign_off", "returned"}, OFFICE),
    "unexempt": ({"exempted"}, OFFICE),
    "write": ({"not_started", "draft", "returned"}, UNIT),
    "claim": ({"submitted"}, OFFICE),
    "release": ({"submitted"}, OFFICE),
    "remark": ({"submitted"}, OFFICE),
    "scan": ({"submitted", "accepted"}, UNIT),
    "ask": (OWED, UNIT),
    "decide": (ANY_STATE, ("head",)),
    "extend": (ANY_STATE, ("head",)),
    "extend_all": (ANY_STATE, ("head",)),
    "ask_exemption": ({"not_started", "draft", "returned"}, UNIT),
    "spare": ({"not_started", "draft", "awaiting_sign_off", "returned"}, OFFICE),
    "no_spare": ({"not_started", "draft", "awaiting_sign_off", "returned"}, OFFICE),
    "withdraw_exemption": (ANY_STATE, UNIT),
    "recognise": (ANY_STATE - {"not_started"}, ("head",)),
    "substitute": (ANY_STATE, ("head",)),
    "except": (ANY_STATE, ("head",)),
    "end_exception": (ANY_STATE - {"submitted", "returned", "awaiting_sign_off"}, ("head",)),
    "goal": ({"submitted", "accepted"}, OFFICE),
    "answer": ({"submitted", "accepted"}, OFFICE),
    "share": ({"not_started", "draft", "returned"}, UNIT),
    "load": ({"not_started", "draft", "returned"}, UNIT),
    "read_word": ({"not_started", "draft", "returned"}, UNIT),
    "take_word": ({"not_started", "draft", "returned"}, UNIT),
    "take_parts": ({"not_started", "draft", "returned"}, UNIT),
    "revoke": (ANY_STATE, UNIT),
    "unlock": (ANY_STATE, ("head",)),
    "compile": ({"accepted"}, OFFICE),
    "reword": (ANY_STATE, OFFICE),
    "renew": ({"accepted"}, OFFICE),
    "top_up": (ANY_STATE, OFFICE),
    "drop_paper": (ANY_STATE, OFFICE),
}
JUDGING = {"return", "accept", "unaccept", "correct", "claim", "release", "remark", "goal"}
"""What the named substitute alone does once there is one (回避)."""
FAVOURS = {
    "exempt",
    "unexempt",
    "spare",
    "no_spare",
    "answer",
    "decide",
    "extend",
    "recognise",
    "except",
    "end_exception",
}
"""What the substitute may do as well."""
COMPILING = {"compile", "reword", "renew", "top_up", "drop_paper"}
"""Papers quote a year that was put away as well."""
PUT_AWAY = FROM.keys() - {"except", "unlock", "answer", "withdraw_exemption", "revoke"} - COMPILING
"""What a lock forbids, unless an exception holds."""

NAMED = FROM.keys() | {"close", "reopen", "lock", "section"}
_BY_FORM = {"load", "read_word", "take_word", "share", "section", "take_parts", "revoke"}
BEYOND: dict[RoundKind, set[str]] = {
    RoundKind.ANNUAL: {"unsigned"},
    RoundKind.HALF_YEAR: {"unsigned", "answer", "goal", *_BY_FORM, *COMPILING},
    RoundKind.SPECIAL: {"send", "recall", "refuse", "sign", "answer", "goal", *_BY_FORM, *COMPILING},
}
"""What a round of this kind does not ask for."""


Rule = Callable[..., Any]


def where(*states: str) -> Callable[[Rule], Rule]:
    """Choose this act where it may succeed, so that the sequences come far; every few steps also where it must be
    refused, for a refusal leaves no trace."""
    return precondition(lambda self: self.state in states or self.steps % ANYTHING_GOES == 0)


yearly = precondition(lambda self: self.town.kind is RoundKind.ANNUAL)
"""What only the yearly report knows; elsewhere it would be a step that does nothing."""


@dataclass
class Tally:
    """What the sequences did in all."""

    kind: RoundKind = RoundKind.ANNUAL
    runs: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    versions: int = 0
    entries: int = 0

    @property
    def never(self) -> list[str]:
        """The acts that a round of the kind knows and that were never done: nothing is proved of them."""
        return sorted(NAMED - BEYOND[self.kind] - self.done.keys())

    def __str__(self) -> str:
        acts = "，".join(f"{name} {count}" for name, count in sorted(self.done.items()))
        never = "，".join(self.never) or "none"
        return (
            f"{self.runs} sequences · {sum(self.done.values())} acts done ({acts}; never done: {never}) · "
            f"{sum(self.refused.values())} refused without a trace · {self.versions} versions verified · "
            f"{self.entries} entries in whole chains"
        )


@dataclass
class Town:
    """Where the sequences run: each begins from the same open round and is undone at its end."""

    cast: Cast
    connection: Connection
    report_id: int
    round_id: int
    kind: RoundKind
    begin: datetime


class Model(RuleBasedStateMachine):
    """One report's life in random hands: what it must be, after each act."""

    town: ClassVar[Town]
    tally: ClassVar[Tally] = Tally()

    def __init__(self) -> None:
        super().__init__()
        db.session.rollback()
        self.undo = self.town.connection.begin_nested()
        self.now = self.town.begin
        self.state, self.round = "not_started", "open"
        self.rectify = self.started = self.begun = False
        self.substitute: str | None = None
        self.excepted: date | None = None
        self.words: dict[tuple[str, str], str] = {}
        self.initial = self.read()
        self.first: tuple[datetime, str] | None = None
        self.submissions: list[dict[tuple[str, str], str]] = []
        self.entries = self.count_entries()
        self.changed = True
        self.steps = 0
        self.tally.runs += 1

    def teardown(self) -> None:
        assert list(audit.broken_links(self.town.cast.committee_id)) == []
        self.tally.entries += self.count_entries()
        db.session.rollback()
        self.undo.rollback()

    @property
    def report(self) -> Report:
        return db.session.get_one(Report, self.town.report_id)

    @property
    def is_special(self) -> bool:
        return self.town.kind is RoundKind.SPECIAL

    def actor(self, who: str) -> Actor:
        return self.town.cast.actor(who, at=self.now)

    # --- acting -------------------------------------------------------------------------------------------------------

    def act(self, name: str, who: str, door: Callable[[Actor], bool], deed: Callable[[Actor], object]) -> bool:
        """Somebody tries something through its door. True when it was done; what is refused has changed nothing."""
        self.now += timedelta(minutes=7)
        actor = self.actor(who)
        if not door(actor):
            self.tally.refused[name] += 1
            return False
        states, _ = FROM.get(name, (ANY_STATE, EVERYBODY))
        assert self.may(name, who), f"the door of {name} stands open for {who}"
        before = (self.read(), self.count_entries(), self.facts())
        try:
            deed(actor)
        except RuleError:
            db.session.rollback()
            assert (self.read(), self.count_entries(), self.facts()) == before, f"a refused {name} left something"
            self.tally.refused[name] += 1
            return False
        assert self.state in states, f"{name} was done in {self.state}"
        assert not (self.is_put_away() and name in PUT_AWAY), f"{name} was done under the lock"
        self.changed = True
        self.tally.done[name] += 1
        return True

    def may(self, name: str, who: str) -> bool:
        """Whether the field lets this person do it, once a substitute is named or not."""
        _, people = FROM.get(name, (ANY_STATE, EVERYBODY))
        if self.substitute is not None and name in JUDGING:
            return who == self.substitute
        return who in people or (who == self.substitute and name in FAVOURS)

    def is_put_away(self) -> bool:
        return self.round == "locked" and not (self.excepted is not None and self.now.date() <= self.excepted)

    def facts(self) -> tuple[Any, ...]:
        db.session.expire_all()
        report = self.report
        return (
            report.state.value, report.first_submitted_at, report.submitted_at, report.rectify_by, report.due_on,
            report.first_due_on, report.recognised_on, report.substitute_id, report.exception_until,
            len(queries.versions(report.id)), report.round.state.value, report.round.due_on,
        )  # fmt: skip

    def read(self) -> dict[tuple[str, str], str]:
        whole = queries.whole(self.town.report_id)
        own = {record: piece for record, piece in all_pieces(whole).items() if not record.startswith("answer:")}
        return {
            (record, name): value for record, piece in own.items() for name, value in fields_of(piece, record).items()
        }

    def count_entries(self) -> int:
        rows = select(func.count()).select_from(AuditEntry).where(AuditEntry.chain == self.town.cast.committee_id)
        return db.session.scalar(rows) or 0

    def recorded(self, who: str | None) -> None:
        """The act that was just done left an entry under its actor's name."""
        entry = db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.chain == self.town.cast.committee_id)
            .order_by(AuditEntry.seq.desc())
            .limit(1)
        ).one()
        assert self.count_entries() > self.entries
        assert entry.actor_id == (self.actor(who).user_id if who else None)

    # --- the model's own moves ----------------------------------------------------------------------------------------

    def fill(self, actor: Actor) -> None:
        """Everything that a report of the round's kind must say, and words in the lines that were emptied."""
        report = self.report
        for record, piece in all_pieces(queries.whole(report.id)).items():
            if record.startswith(("arrangement:", "request:")) and not fields_of(piece, record)["text"]:
                actions.save_piece(actor, report, Edit(record, {"text": "补写的一条。"}))
        if self.is_special:
            answer(actor, report, figure=f"{self.now:%d%H%M}")
        elif self.town.kind is RoundKind.HALF_YEAR:
            for piece in list(report.area_texts):
                actions.fill_states(actor, report, piece.area_id, EntryState.ON_SCHEDULE)
        else:
            write_report(actor, report)

    def wrote(self, fresh: dict[tuple[str, str], str]) -> None:
        self.words |= fresh
        self.started = True
        if self.state == "not_started":
            self.state = "draft"

    def sent(self) -> None:
        """Where nobody named a contact, the liaison's stands once it is sent."""
        if not self.words.get(CONTACT):
            self.words[CONTACT] = self.read()[CONTACT]

    def back(self, who: str) -> None:
        self.state = "returned" if self.rectify else "draft"
        self.recorded(who)

    def submitted(self, who: str) -> None:
        assert not self.is_put_away(), "submitted into a locked round"
        self.state, self.started, self.begun = "submitted", True, False
        self.sent()
        self.submissions.append(copy.deepcopy(self.read()))
        version = queries.latest_version(self.town.report_id)
        assert version is not None
        if self.first is None:
            self.first = (self.now, version.hash)
        self.recorded(who)

    @rule(days=st.integers(1, 12))
    def time_passes(self, days: int) -> None:
        if self.now < self.town.begin + timedelta(days=120):
            self.now += timedelta(days=days)

    # --- what always holds --------------------------------------------------------------------------------------------

    @invariant()
    def the_report_is_what_the_model_says(self) -> None:
        self.steps += 1
        if not self.changed:
            return
        db.session.expire_all()
        report = self.report
        assert report.state.value == self.state
        assert report.round.state.value == self.round
        assert (report.rectify_by is not None) == self.rectify
        assert report.due_on >= report.first_due_on, "an extension only ever gives time"
        said = self.read()
        for key, value in self.words.items():
            assert said.get(key) == value, f"{key} lost its words"
        for key, value in said.items():
            if key not in self.words and not key[0].startswith(("evidence:", "arrangement:", "request:")):
                assert value == self.initial.get(key, ""), f"{key} changed by itself"
        assert self.count_entries() >= self.entries
        self.entries = self.count_entries()
        self.every_submission_is_kept_word_for_word()
        self.changed = False

    def every_submission_is_kept_word_for_word(self) -> None:
        rows = select(ReportVersion).where(ReportVersion.report_id == self.town.report_id)
        kept = db.session.scalars(rows.order_by(ReportVersion.number)).all()
        assert [one.number for one in kept] == list(range(1, len(self.submissions) + 1))
        for version, words in zip(kept, self.submissions, strict=True):
            assert version.hash == digest(version)
            for area in version.content["areas"]:
                assert area["text"] == words[f"area:{area['text_id']}", "text"]
                for row in area["entries"]:
                    assert row["state"] == words[f"entry:{row['id']}", "state"]
            for name, text in version.content["overview"].items():
                assert text == words.get((f"section:{name}", "text"), "")
            for asked in version.content.get("questions", []):
                assert asked["text"] == words[f"question:{asked['id']}", "text"]
        self.tally.versions += len(kept)
        if self.first is not None:
            assert (self.report.first_submitted_at, kept[0].hash) == self.first


BEGIN = datetime(2025, 12, 2, 9, 0, tzinfo=clock.SHANGHAI)
"""The day after the yearly round of the makers has opened."""
