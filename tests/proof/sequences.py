"""Random sequences of every action by every role on one report, against a model that is written independently.

After each act: the state is the model's and was reached by an arrow of the model; every word that was acknowledged
stands where it was written; a refusal has changed nothing; the first submission's moment and words are what they were;
every version is there, numbered without a gap, and verifies; every act left its entry, and the chain of entries holds.
The three kinds of rounds each have their own sequences; the acts stand in unit_hands.py, paper_hands.py,
office_hands.py and compiling_hands.py. How often each act was done is printed; one that never was is a failure.

    python -m tests.proof.sequences [--runs 200] [--steps 40] [--postgresql]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test
from sqlalchemy import Connection

from tests import cast as casting
from tests.cast import Cast
from tests.makers.reports import make_open_round, report_of
from tests.makers.rounds import make_half_year_round, make_special_round
from tests.postgres import fresh_database
from tests.proof.compiling_hands import CompilingHands
from tests.proof.model import BEGIN, HEADS, MINE, OWED, STAGES, THEIRS, WITH_OFFICE, WRITABLE, Tally, Town, where
from tests.proof.office_hands import OfficeHands
from tests.proof.paper_hands import DECISIONS, WORDS, PaperHands
from tests.proof.unit_hands import UnitHands
from tests.undone import undone
from tracker import create_app
from tracker.config import Settings
from tracker.core import clock
from tracker.core.db import db
from tracker.reports.actions import reading
from tracker.reports.models import CompilationKind, GoalStatus, PartDecision, Round, RoundKind

SHARES = {RoundKind.ANNUAL: 1, RoundKind.HALF_YEAR: 2, RoundKind.SPECIAL: 2}
"""The yearly report is walked most; the short kinds half as often."""
MADE: dict[RoundKind, tuple[Callable[[Cast], Round], datetime]] = {
    RoundKind.ANNUAL: (make_open_round, BEGIN),
    RoundKind.HALF_YEAR: (make_half_year_round, datetime(2025, 6, 16, 9, 0, tzinfo=clock.SHANGHAI)),
    RoundKind.SPECIAL: (make_special_round, datetime(2026, 3, 3, 9, 0, tzinfo=clock.SHANGHAI)),
}
PAPERED = "papered"
"""Being written, and what was written elsewhere has come in by its three ways."""


class Sequence(UnitHands, PaperHands, OfficeHands, CompilingHands):
    """One report's life in random hands."""

    @initialize(
        stage=st.sampled_from((*STAGES, "corrected", *("draft", PAPERED) * 4)),
        place=st.integers(0, 99),
        decision=DECISIONS,
    )
    def begins_somewhere(self, stage: str, place: int, decision: PartDecision) -> None:
        """Random steps from nothing seldom come far: the sequence begins at any stage, reached by its own acts; often
        where the unit writes, for there most can be done."""
        papered, stage = stage == PAPERED, "draft" if stage == PAPERED else stage
        way = STAGES.index(stage)
        if stage == "late":
            self.now = self.town.begin + timedelta(days=50)
        if way >= 1:
            self.writes_everything("liaison")
        if way >= 2 and not self.is_special:
            self.sends("liaison")
        if way >= 3:
            self.sends_unsigned("liaison") if self.is_special else self.submits("leader", False)
        if stage == "returned":
            self.returns("officer")
        if stage in {"accepted", "compiled", "locked", "corrected"}:
            self.accepts("officer")
        if stage in {"compiled", "corrected"}:
            self.compiles("officer", CompilationKind.ANNUAL)
        if stage == "corrected":
            self.is_corrected("officer", way, "建成校医室40个。")
            self.renews_a_passage("officer", place)
        if stage == "locked":
            self.runs_the_round("officer", "lock")
        if papered:
            self.everything_comes_home("leader", place, "新建校医室30个。", reading.JOIN, decision)
        reached = {"late": "submitted", "compiled": "accepted", "corrected": "accepted", "locked": "accepted"}.get(
            stage, stage
        )
        assert self.state == (reached if not (self.is_special and way == 2) else "draft")
        assert self.round == ("locked" if stage == "locked" else "open")

    @where(*WITH_OFFICE)
    @rule(who=THEIRS, place=st.integers(0, 30), text=WORDS)
    def a_quoted_source_is_corrected_and_taken_over(self, who: str, place: int, text: str) -> None:
        """Random steps never bring what a paper quotes back, say something else there, send and accept it again, and
        then ask what the paper makes of it: a walk that does."""
        if self.state == "submitted":
            self.accepts("officer")
        if not self.quoted:
            self.compiles("officer", CompilationKind.SUMMARY)
        if self.quoted:
            self.is_corrected("officer", place, text)
            self.renews_a_passage(who, place)

    @where(*OWED)
    @rule(days=st.integers(1, 20), grant=st.booleans())
    def time_is_asked_for_and_decided(self, days: int, grant: bool) -> None:
        """As above: what random steps seldom bring together."""
        self.asks_for_time("liaison", days)
        self.decides_on_time("head", grant)

    @where("submitted")
    @rule(who=THEIRS)
    def a_report_is_claimed_and_let_go(self, who: str) -> None:
        self.claims(who, release=False)
        self.claims(who, release=True)

    @rule(who=HEADS)
    def the_round_is_locked_for_a_while(self, who: str) -> None:
        self.runs_the_round("officer", "lock")
        self.runs_the_round(who, "unlock")
        self.runs_the_round("officer", "reopen")

    @where(*WRITABLE)
    @rule(who=HEADS, status=st.sampled_from(GoalStatus))
    def a_wish_is_put_sent_and_answered(self, who: str, status: GoalStatus) -> None:
        self.asks_the_committee("liaison", True)
        self.goes_all_the_way("liaison")
        self.answers_a_request(who)
        self.confirms_a_goal(who, status)

    @where(*WRITABLE)
    @rule(who=THEIRS)
    def sparing_is_asked_for_and_decided(self, who: str) -> None:
        """Thought better of; refused; granted, and taken back."""
        self.asks_to_be_spared("liaison", False)
        self.asks_to_be_spared("liaison", True)
        for grant in (False, True):
            self.asks_to_be_spared("liaison", False)
            self.decides_on_an_exemption(who, grant)
        if self.state == "exempted":
            self.unexempts(who)

    @where("not_started", "draft")
    @rule(who=HEADS, days=st.integers(0, 3), clear=st.booleans())
    def a_report_comes_late_and_its_day_is_recognised(self, who: str, days: int, clear: bool) -> None:
        late = datetime.combine(self.report.due_on + timedelta(days=3), time(9), clock.SHANGHAI)
        self.now = max(self.now, late)
        self.goes_all_the_way("liaison")
        self.recognises_a_day(who, days, False)
        if clear:
            self.recognises_a_day(who, days, True)

    @where("draft")
    @rule(who=MINE)
    def the_leader_has_it_and_does_not_sign(self, who: str) -> None:
        self.writes_everything("liaison")
        self.sends("liaison")
        self.recalls(who)
        self.sends("liaison")
        self.refuses("leader")

    @where("submitted")
    @rule(who=THEIRS)
    def it_is_accepted_for_a_moment(self, who: str) -> None:
        self.accepts(who)
        self.takes_the_acceptance_back(who, False)

    @where("submitted")
    @rule(who=THEIRS)
    def it_goes_back_with_a_remark(self, who: str) -> None:
        self.remarks(who)
        self.returns(who)
        self.answers_the_remarks("liaison")

    @where("submitted")
    @rule(who=MINE)
    def it_is_taken_back_and_sent_again_as_it_was(self, who: str) -> None:
        """Nobody asked for a change, so nobody asks why there is none; and what was taken back can be sent again."""
        if self.state != "submitted":
            return
        number = len(self.submissions)
        self.takes_back(who)
        if self.state != "draft":
            return
        self.sends_unsigned("liaison") if self.is_special else self.submits("liaison", True)
        assert len(self.submissions) == number + 1, "what was taken back could not be sent again"

    @where(*OWED, "accepted", "exempted")
    @rule(days=st.integers(0, 9), more=st.integers(1, 9))
    def time_is_given_and_an_exception_made(self, days: int, more: int) -> None:
        self.gives_time("head", more, True)
        self.gives_time("head", more, False)
        self.now += timedelta(days=more + 1)
        self.runs_the_round("officer", "close")
        self.runs_the_round("officer", "lock")
        self.makes_an_exception_to_the_lock("head", days, False)
        self.makes_an_exception_to_the_lock("head", days, True)
        self.runs_the_round("head", "unlock")
        self.runs_the_round("officer", "reopen")

    def is_corrected(self, who: str, place: int, text: str) -> None:
        """An accepted report goes back, says something else at one place, and is accepted again."""
        judge = self.substitute or who
        self.takes_the_acceptance_back(judge, correct=True)
        for _ in self.report.remarks:
            self.answers_the_remarks("liaison")
        self.writes("liaison", place, text, stale=False)
        self.goes_all_the_way("liaison")
        self.accepts(judge)


def prove(
    cast: Cast, connection: Connection, *, runs: int, steps: int, kind: RoundKind = RoundKind.ANNUAL,
    fixed: bool = False,
) -> Tally:  # fmt: skip
    """Run the sequences and say what they did. Raises with the shortest failing sequence."""
    town_before = connection.begin_nested()
    make, begin = MADE[kind]
    round_ = make(cast)
    town = Town(cast, connection, report_of(round_, cast.unit("市教育局")).id, round_.id, kind, begin)
    machine = type("Sequence", (Sequence,), {"town": town, "tally": Tally(kind)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs, stateful_step_count=steps, deadline=None, database=None, derandomize=fixed,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    db.session.rollback()
    town_before.rollback()
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
        never: list[str] = []
        with undone(app) as connection:
            for kind, share in SHARES.items():
                tally = prove(cast, connection, runs=options.runs // share, steps=options.steps, kind=kind)
                print("PostgreSQL" if options.postgresql else "SQLite", "·", kind.label, "·", tally, flush=True)
                never += [f"{kind.label}：{name}" for name in tally.never]
    if never:
        sys.exit(f"never done, so nothing is proved of it: {'，'.join(never)}")


if __name__ == "__main__":
    main()
