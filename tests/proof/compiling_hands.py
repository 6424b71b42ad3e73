"""What the office makes of accepted reports, at random: papers put together, edited, brought up to date, thrown away.

The model knows which submission each passage quotes; whether the source has been withdrawn, corrected or sent again
follows from the sequence alone.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.proof.model import THEIRS, Model, where, yearly
from tracker.core.db import db
from tracker.reports import actions, policy
from tracker.reports.actions import PassageEdit
from tracker.reports.models import Compilation, CompilationKind, Passage, Round
from tracker.reports.queries import compilations, reports


class CompilingHands(Model):
    """Officers and whoever tries in their stead, with one paper at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.paper_id: int | None = None
        self.quoted: dict[int, int] = {}
        self.reworded: dict[int, str] = {}

    @property
    def paper(self) -> Compilation:
        assert self.paper_id is not None
        return compilations.whole(self.paper_id)

    @yearly
    @where("accepted")
    @rule(who=THEIRS, kind=st.sampled_from(CompilationKind))
    def compiles(self, who: str, kind: CompilationKind) -> None:
        round_ = db.session.get_one(Round, self.town.round_id)
        made: list[Compilation] = []
        if not self.is_special and self.act(
            "compile", who, lambda actor: policy.can_compile(actor, round_),
            lambda actor: made.append(actions.assemble(actor, round_, kind)),
        ):  # fmt: skip
            self.paper_id = made[0].id
            self.quoted = {one.id: len(self.submissions) for one in made[0].passages if one.report_id}
            self.reworded = {}
            assert self.quoted, "an accepted report is quoted"
            self.recorded(who)

    @yearly
    @rule(who=THEIRS, place=st.integers(0, 30), out=st.booleans())
    def rewords_a_passage(self, who: str, place: int, out: bool) -> None:
        if not self.quoted:
            return
        number = sorted(self.quoted)[place % len(self.quoted)]
        words = f"办公室{self.now:%d%H%M}改写。"
        edit = PassageEdit(number, words, out)
        if self._on_paper("reword", who, lambda actor: actions.save_passage(actor, self.paper, edit)):
            self.reworded[number] = words

    @yearly
    @where("accepted")
    @rule(who=THEIRS, place=st.integers(0, 30))
    def renews_a_passage(self, who: str, place: int) -> None:
        if not self.quoted:
            return
        number = sorted(self.quoted)[place % len(self.quoted)]
        if self._on_paper("renew", who, lambda actor: actions.renew(actor, db.session.get_one(Passage, number))):
            assert self.quoted[number] < len(self.submissions), "there was nothing new"
            self.quoted[number] = len(self.submissions)
            self.reworded.pop(number, None)

    @yearly
    @rule(who=THEIRS, drop=st.booleans())
    def tops_up_or_drops(self, who: str, drop: bool) -> None:
        if self.paper_id is None:
            return
        deed = actions.drop_compilation if drop else actions.top_up
        if self._on_paper("drop_paper" if drop else "top_up", who, lambda actor: deed(actor, self.paper)) and drop:
            self.paper_id, self.quoted, self.reworded = None, {}, {}

    def _on_paper(self, name: str, who: str, deed: object) -> bool:
        return self.act(name, who, lambda actor: policy.can_compile(actor, self.paper.round), deed)  # type: ignore[arg-type]

    @invariant()
    def every_passage_knows_its_source(self) -> None:
        if not self.quoted:
            return
        passages = {one.id: one for one in self.paper.passages if one.report_id}
        assert passages.keys() == self.quoted.keys(), "a passage came or went by itself"
        standings = compilations.standings(passages.values())
        for number, passage in passages.items():
            quoted = self._submitted(passage.source, self.quoted[number])
            assert passage.was == quoted, "what is quoted is what was submitted"
            assert passage.text == self.reworded.get(number, quoted), "the office's words stand"
            assert standings[number].freshness.value == self._expected(passage.source, number, quoted)

    def _expected(self, source: str, number: int, quoted: str) -> str:
        if self.state != "accepted":
            return "withdrawn"
        if self.quoted[number] == len(self.submissions):
            return "fresh"
        return "renewed" if self._submitted(source, len(self.submissions)) == quoted else "changed"

    def _submitted(self, source: str, number: int) -> str:
        """The words of one submission at a place, from what the sequence itself saw being sent."""
        said = self.submissions[number - 1]
        if source == "arrangements":
            lines = sorted({record for record, _ in said if record.startswith("arrangement:")}, key=_line)
            return "\n".join(
                said[line, "text"] + (f"（{said[line, 'by_when']}）" if said[line, "by_when"] else "") for line in lines
            )
        if source.startswith("area:"):
            content = reports.versions(self.town.report_id)[-number].content
            area = next(one for one in content["areas"] if f"area:{one['id']}" == source)
            return said[f"area:{area['text_id']}", "text"]
        return said[source, "text"]


def _line(record: str) -> int:
    return int(record.partition(":")[2])
