"""Random sequences of every action by every role on one report, against a model that is written independently.

After each act: the state is the model's and was reached by an arrow of the model; every word that was acknowledged
stands where it was written; a refusal has changed nothing; the first submission's moment and words are what they were;
every version is there, numbered without a gap, and verifies; every act left its entry, and the chain of entries holds.

    python -m tests.proof.sequences [--runs 200] [--steps 40] [--postgresql]
"""

from __future__ import annotations

import argparse
import copy
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, func, select

from tests import cast as casting
from tests.cast import Cast
from tests.makers.reports import make_open_round, make_scan, report_of, write_report
from tests.postgres import fresh_database
from tests.undone import undone
from tracker import create_app
from tracker.config import Settings
from tracker.core import audit, clock
from tracker.core.access import Actor
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.reports import actions, policy
from tracker.reports.actions import sharing
from tracker.reports.actions.filling import Edit
from tracker.reports.actions.pieces import all_pieces, fields_of
from tracker.reports.actions.sharing import Choice
from tracker.reports.actions.versions import digest
from tracker.reports.models import (
    Extension,
    ExtensionState,
    PartDecision,
    RemarkPlace,
    Report,
    ReportVersion,
    Round,
    Share,
)
from tracker.reports.queries import reports as queries

UNIT = ("liaison", "leader")
OFFICE = ("officer", "second_officer", "head")
EVERYBODY = (*UNIT, *OFFICE, "other_liaison", "other_leader", "chair", "sysadmin")
BEGIN = datetime(2025, 12, 2, 9, 0, tzinfo=clock.SHANGHAI)
TEXTS = st.sampled_from(["", "按期推进。", "完成80%\n第二段", "困难：资金未到位", "=1+1", "<b>粗</b>", "长" * 400])
WHO = st.sampled_from(EVERYBODY)
MINE = st.sampled_from(UNIT * 12 + EVERYBODY)
THEIRS = st.sampled_from(OFFICE * 8 + EVERYBODY)
STAGES = ("not_started", "draft", "awaiting_sign_off", "submitted", "returned", "accepted")

# The workflow as the field tells it (product.md §3), not as the code has it: act -> from which states, by whom.
FROM: dict[str, tuple[set[str], tuple[str, ...]]] = {
    "send": ({"draft", "returned"}, UNIT),
    "recall": ({"awaiting_sign_off"}, UNIT),
    "refuse": ({"awaiting_sign_off"}, ("leader",)),
    "sign": ({"awaiting_sign_off"}, ("leader",)),
    "paper": ({"draft", "returned", "awaiting_sign_off"}, UNIT),
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
}
ANY_STATE = {"not_started", "draft", "awaiting_sign_off", "submitted", "returned", "accepted", "exempted"}


@dataclass
class Tally:
    """What the sequences did in all."""

    runs: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    versions: int = 0
    entries: int = 0

    def __str__(self) -> str:
        acts = "，".join(f"{name} {count}" for name, count in sorted(self.done.items()))
        return (
            f"{self.runs} sequences · {sum(self.done.values())} acts done ({acts}) · {sum(self.refused.values())} "
            f"refused without a trace · {self.versions} versions verified · {self.entries} entries in whole chains"
        )


@dataclass
class Town:
    """Where the sequences run: each begins from the same open round and is undone at its end."""

    cast: Cast
    connection: Connection
    report_id: int
    round_id: int


class Sequence(RuleBasedStateMachine):
    """One report's life in random hands."""

    town: ClassVar[Town]
    tally: ClassVar[Tally] = Tally()

    def __init__(self) -> None:
        super().__init__()
        db.session.rollback()
        self.undo = self.town.connection.begin_nested()
        self.now = BEGIN
        self.state, self.round = "not_started", "open"
        self.rectify = self.started = self.begun = False
        self.words: dict[tuple[str, str], str] = {}
        self.initial = self.read()
        self.first: tuple[datetime, str] | None = None
        self.submissions: list[dict[tuple[str, str], str]] = []
        self.entries = self.count_entries()
        self.changed = True
        self.tally.runs += 1

    def teardown(self) -> None:
        assert list(audit.broken_links(self.town.cast.committee_id)) == []
        self.tally.entries += self.count_entries()
        db.session.rollback()
        self.undo.rollback()

    @initialize(stage=st.sampled_from(STAGES))
    def begins_somewhere(self, stage: str) -> None:
        """Random steps from nothing seldom come far: the sequence begins at any stage, reached by its own acts."""
        way = STAGES.index(stage)
        if way >= 1:
            self.writes_everything("liaison")
        if way >= 2:
            self.sends("liaison")
        if way >= 3:
            self.submits("leader", False)
        if stage == "returned":
            self.returns("officer")
        if stage == "accepted":
            self.accepts("officer")
        assert self.state == stage

    # --- acting -------------------------------------------------------------------------------------------------------

    @property
    def report(self) -> Report:
        return db.session.get_one(Report, self.town.report_id)

    def actor(self, who: str) -> Actor:
        return self.town.cast.actor(who, at=self.now)

    def act(self, name: str, who: str, door: Callable[[Actor], bool], deed: Callable[[Actor], object]) -> bool:
        """Somebody tries something through its door. True when it was done; what is refused has changed nothing."""
        self.now += timedelta(minutes=7)
        actor = self.actor(who)
        if not door(actor):
            self.tally.refused[name] += 1
            return False
        states, people = FROM.get(name, (ANY_STATE, EVERYBODY))
        assert who in people, f"the door of {name} stands open for {who}"
        before = (self.read(), self.count_entries(), self.facts())
        try:
            deed(actor)
        except RuleError:
            db.session.rollback()
            assert (self.read(), self.count_entries(), self.facts()) == before, f"a refused {name} left something"
            self.tally.refused[name] += 1
            return False
        assert self.state in states, f"{name} was done in {self.state}"
        self.changed = True
        self.tally.done[name] += 1
        return True

    def facts(self) -> tuple[Any, ...]:
        db.session.expire_all()
        report = self.report
        return (
            report.state.value, report.first_submitted_at, report.submitted_at, report.rectify_by, report.due_on,
            len(queries.versions(report.id)), report.round.state.value,
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

    def wrote(self, fresh: dict[tuple[str, str], str]) -> None:
        self.words |= fresh
        self.started = True
        if self.state == "not_started":
            self.state = "draft"

    # --- the unit -----------------------------------------------------------------------------------------------------

    @rule(who=MINE, place=st.integers(0, 99), text=TEXTS, stale=st.booleans())
    def writes(self, who: str, place: int, text: str, stale: bool) -> None:
        pieces = all_pieces(queries.whole(self.town.report_id))
        places = [one for one in pieces if one.partition(":")[0] in {"section", "area", "arrangement", "request"}]
        record = places[place % len(places)]
        piece = pieces[record]
        old = fields_of(piece, record)["text"]
        seen = piece.version - 1 if stale else piece.version
        edit = Edit(record, {"text": text}, seen)
        done = self.act(
            "write", who, lambda actor: policy.can_write(actor, self.report),
            lambda actor: actions.save_piece(actor, self.report, edit),
        )  # fmt: skip
        if done:
            said = self.read()[record, "text"]
            assert said == (old if text == old else text)
            assert not (stale and text != old), "a stale page overwrote somebody's words"
            self.wrote({(record, "text"): said})

    @rule(
        who=MINE, place=st.integers(0, 99), state=st.sampled_from(["completed", "on_schedule", "slow", "no_task", ""])
    )
    def sets_a_state(self, who: str, place: int, state: str) -> None:
        entries = self.report.entries
        record = f"entry:{entries[place % len(entries)].id}"
        values = {"state": state, "note": "原因见综述" if state == "slow" else ""}
        done = self.act(
            "write", who, lambda actor: policy.can_write(actor, self.report),
            lambda actor: actions.save_piece(actor, self.report, Edit(record, values)),
        )  # fmt: skip
        if done:
            self.wrote({(record, name): value for name, value in values.items()})

    @rule(who=MINE)
    def writes_everything(self, who: str) -> None:
        done = self.act(
            "write", who, lambda actor: policy.can_write(actor, self.report),
            lambda actor: write_report(actor, self.report),
        )  # fmt: skip
        if done:
            self.wrote(self.read())

    @rule(who=MINE, add=st.booleans(), text=st.sampled_from(["新建驿站", "培训教师", "请协调场地"]))
    def adds_or_removes_a_line(self, who: str, add: bool, text: str) -> None:
        lines = self.report.arrangements
        number = lines[-1].id if lines else 0
        done = self.act(
            "write", who, lambda actor: policy.can_write(actor, self.report),
            lambda actor: actions.add_arrangement(actor, self.report, text) if add
            else actions.remove_arrangement(actor, self.report, number),
        )  # fmt: skip
        if done and not add:
            self.words = {key: value for key, value in self.words.items() if key[0] != f"arrangement:{number}"}
        if done:
            fresh = {key: value for key, value in self.read().items() if key[0].startswith("arrangement:")}
            self.wrote(fresh)

    @rule(who=MINE, remove=st.booleans())
    def files_a_paper(self, who: str, remove: bool) -> None:
        filed = [one for one in self.report.evidence if one.kind.value == "material"]
        door = "write"
        done = self.act(
            door, who, lambda actor: policy.can_write(actor, self.report),
            lambda actor: actions.remove(actor, filed[-1]) if remove and filed
            else actions.attach(actor, self.report, make_scan(), "方案.pdf"),
        )  # fmt: skip
        if done:
            self.words = {key: value for key, value in self.words.items() if not key[0].startswith("evidence:")}
            self.wrote({})

    @rule(who=MINE)
    def answers_the_remarks(self, who: str) -> None:
        asked = [one for one in self.report.remarks if one.is_sent and one.is_to_be_answered]
        if not asked:
            return
        record = f"remark:{asked[-1].id}"
        done = self.act(
            "write", who, lambda actor: policy.can_write(actor, self.report),
            lambda actor: actions.save_piece(actor, self.report, Edit(record, {"answer": "已补充。"})),
        )  # fmt: skip
        if done:
            self.wrote({(record, "answer"): "已补充。"})

    @rule(who=MINE, text=TEXTS, decision=st.sampled_from(list(PartDecision)))
    def lets_a_section_write(self, who: str, text: str, decision: PartDecision) -> None:
        """Given away, written by the link, taken over or left: the report changes only with the taking."""
        area = self.report.area_texts[0]
        record, version = f"area:{area.id}", area.version
        old = area.text
        made: list[Share] = []

        def give(actor: Actor) -> None:
            made.append(sharing.share(actor, self.report, "义教科", [record], actor.on + timedelta(days=5))[0])

        if not self.act("write", who, lambda actor: policy.can_write(actor, self.report), give):
            return
        self.wrote({})
        sharing.write_part(made[0], record, {"text": text}, self.now)
        assert self.read()[record, "text"] == old
        part = made[0].parts[0]
        choices = {part.id: Choice(decision, version)}
        assert sharing.take_parts(self.actor(who), made[0], choices) == []
        wanted = {"taken": text, "joined": "\n".join(filter(None, [old, text])), "left": old}[decision.value]
        self.wrote({(record, "text"): wanted if text != old else old})

    @rule(who=MINE)
    def sends(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_write(actor, self.report)  # noqa: E731
        if self.act("send", who, door, lambda actor: actions.send_for_sign_off(actor, self.report)):
            self.state = "awaiting_sign_off"
            self.recorded(who)

    @rule(who=MINE)
    def recalls(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_recall(actor, self.report)  # noqa: E731
        if self.act("recall", who, door, lambda actor: actions.recall(actor, self.report)):
            self.back(who)

    @rule(who=MINE)
    def refuses(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_sign(actor, self.report)  # noqa: E731
        if self.act("refuse", who, door, lambda actor: actions.refuse_sign_off(actor, self.report, "请核对数据。")):
            self.back(who)

    @rule(who=MINE, on_paper=st.booleans())
    def submits(self, who: str, on_paper: bool) -> None:
        if on_paper:
            done = self.act(
                "paper", who, lambda actor: policy.can_submit_on_paper(actor, self.report),
                lambda actor: actions.submit_on_paper(actor, self.report, "赵强", scan=make_scan(), scan_name="章.pdf"),
            )  # fmt: skip
        else:
            done = self.act(
                "sign", who, lambda actor: policy.can_sign(actor, self.report),
                lambda actor: actions.sign_off(actor, self.report),
            )  # fmt: skip
        if done:
            self.submitted(who)

    @rule(who=MINE)
    def goes_all_the_way(self, who: str) -> None:
        """Random steps seldom end in a submission: one that does."""
        self.writes_everything(who)
        self.writes(who, 0, f"第{self.now:%d%H%M}稿", False)
        self.submits(who, True)

    @rule(who=MINE)
    def takes_back(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_take_back(actor, self.report)  # noqa: E731
        if self.act("take_back", who, door, lambda actor: actions.take_back(actor, self.report)):
            assert not self.begun, "taken back although the review had begun"
            self.back(who)

    @rule(who=MINE)
    def adds_the_scan(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_add_scan(actor, self.report)  # noqa: E731
        self.act("scan", who, door, lambda actor: actions.add_scan(actor, self.report, make_scan(), "章.pdf"))

    @rule(who=MINE, days=st.integers(1, 20))
    def asks_for_time(self, who: str, days: int) -> None:
        until = self.report.due_on + timedelta(days=days)
        self.act(
            "ask", who, lambda actor: policy.can_ask_extension(actor, self.report),
            lambda actor: actions.request_extension(actor, self.report, until, "数据未出"),
        )  # fmt: skip

    # --- the office ---------------------------------------------------------------------------------------------------

    @rule(who=THEIRS, release=st.booleans())
    def claims(self, who: str, release: bool) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_review(actor, self.report)  # noqa: E731
        deed = actions.release if release else actions.claim
        if self.act("release" if release else "claim", who, door, lambda actor: deed(actor, self.report)):
            self.begun = not release

    @rule(who=THEIRS)
    def remarks(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_review(actor, self.report)  # noqa: E731
        place = self.report.area_texts[0].area_id
        if self.act(
            "remark", who, door,
            lambda actor: actions.add_remark(actor, self.report, RemarkPlace.AREA, place, "请补充数据来源。"),
        ):  # fmt: skip
            self.begun = True

    @rule(who=THEIRS)
    def returns(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_review(actor, self.report)  # noqa: E731
        if self.act("return", who, door, lambda actor: actions.return_report(actor, self.report, "请补充。")):
            self.state, self.rectify, self.begun = "returned", True, False
            self.recorded(who)

    @rule(who=THEIRS)
    def accepts(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_review(actor, self.report)  # noqa: E731
        if self.act("accept", who, door, lambda actor: actions.accept(actor, self.report)):
            self.state, self.rectify, self.begun = "accepted", False, False
            self.recorded(who)

    @rule(who=THEIRS, correct=st.booleans())
    def takes_the_acceptance_back(self, who: str, correct: bool) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_unaccept(actor, self.report)  # noqa: E731
        deed = actions.send_for_correction if correct else actions.unaccept
        if self.act("correct" if correct else "unaccept", who, door, lambda actor: deed(actor, self.report, "漏项")):
            self.state = "returned" if correct else "submitted"
            self.rectify = self.rectify or correct
            self.recorded(who)

    @rule(who=THEIRS)
    def exempts(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_exempt(actor, self.report)  # noqa: E731
        if self.act("exempt", who, door, lambda actor: actions.exempt(actor, self.report, "机构改革")):
            self.state = "exempted"
            self.recorded(who)

    @rule(who=THEIRS)
    def unexempts(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_unexempt(actor, self.report)  # noqa: E731
        if self.act("unexempt", who, door, lambda actor: actions.unexempt(actor, self.report, "本年有任务")):
            self.state = "returned" if self.rectify else "draft" if self.started else "not_started"
            self.recorded(who)

    @rule(who=THEIRS, grant=st.booleans())
    def decides_on_time(self, who: str, grant: bool) -> None:
        asked = db.session.scalar(select(Extension).where(Extension.state == ExtensionState.REQUESTED))
        if asked is None:
            return
        self.act(
            "decide", who, lambda actor: policy.can_decide_extension(actor, asked),
            lambda actor: actions.grant_extension(actor, asked, asked.wanted_until) if grant
            else actions.refuse_extension(actor, asked, "请按期报送"),
        )  # fmt: skip

    @rule(who=THEIRS, verb=st.sampled_from(["close", "reopen", "lock", "unlock"]))
    def runs_the_round(self, who: str, verb: str) -> None:
        round_ = db.session.get_one(Round, self.town.round_id)
        deeds: dict[str, Callable[[Actor], object]] = {
            "close": lambda actor: actions.close_round(actor, round_),
            "reopen": lambda actor: actions.reopen_round(actor, round_, "系统故障"),
            "lock": lambda actor: actions.lock_round(actor, round_),
            "unlock": lambda actor: actions.unlock_round(actor, round_, "补正"),
        }
        if self.act(verb, who, lambda actor: policy.can_run_round(actor, round_), deeds[verb]):
            arrows = {
                ("open", "close"): "closed", ("closed", "reopen"): "open", ("closed", "lock"): "locked",
                ("open", "lock"): "locked", ("locked", "unlock"): "closed",
            }  # fmt: skip
            self.round = arrows[self.round, verb]

    @rule(days=st.integers(1, 12))
    def time_passes(self, days: int) -> None:
        if self.now.date() < date(2026, 4, 1):
            self.now += timedelta(days=days)

    # --- the model's own moves ----------------------------------------------------------------------------------------

    def back(self, who: str) -> None:
        self.state = "returned" if self.rectify else "draft"
        self.recorded(who)

    def submitted(self, who: str) -> None:
        assert self.round != "locked", "submitted into a locked round"
        self.state, self.started, self.begun = "submitted", True, False
        self.submissions.append(copy.deepcopy(self.read()))
        version = queries.latest_version(self.town.report_id)
        assert version is not None
        if self.first is None:
            self.first = (self.now, version.hash)
        self.recorded(who)

    # --- what always holds --------------------------------------------------------------------------------------------

    @invariant()
    def the_report_is_what_the_model_says(self) -> None:
        if not self.changed:
            return
        db.session.expire_all()
        report = self.report
        assert report.state.value == self.state
        assert report.round.state.value == self.round
        assert (report.rectify_by is not None) == self.rectify
        said = self.read()
        for key, value in self.words.items():
            assert said.get(key) == value, f"{key} lost its words"
        for key, value in said.items():
            if key not in self.words and not key[0].startswith(("evidence:", "arrangement:")):
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
                assert text == words[f"section:{name}", "text"]
        self.tally.versions += len(kept)
        if self.first is not None:
            assert (self.report.first_submitted_at, kept[0].hash) == self.first


def prove(cast: Cast, connection: Connection, *, runs: int, steps: int, fixed: bool = False) -> Tally:
    """Run the sequences and say what they did. Raises with the shortest failing sequence."""
    round_ = make_open_round(cast)
    town = Town(cast, connection, report_of(round_, cast.unit("市教育局")).id, round_.id)
    machine = type("Sequence", (Sequence,), {"town": town, "tally": Tally()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs, stateful_step_count=steps, deadline=None, database=None, derandomize=fixed,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    tally: Tally = machine.tally
    return tally


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gangmu-proof-") as name:
        url = fresh_database("proof_sequences") if options.postgresql else f"sqlite:///{name}/sequences.sqlite3"
        app = create_app(Settings(instance=Path(name), database_url=url, secret_key="proof"))
        with app.app_context():
            db.create_all()
            cast = casting.build()
            db.session.remove()
        with undone(app) as connection:
            tally = prove(cast, connection, runs=options.runs, steps=options.steps)
    print("PostgreSQL" if options.postgresql else "SQLite", "·", tally)


if __name__ == "__main__":
    main()
