"""What comes into the report by other ways than its page: an Excel form, a finished Word report, a section's link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.proof.model import MINE, WRITABLE, Model, where, yearly
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.plans.importing.draft import Line as WordLine
from tracker.reports import policy
from tracker.reports.actions import offline, reading, sharing
from tracker.reports.actions.pieces import all_pieces, fields_of
from tracker.reports.actions.sharing import Choice
from tracker.reports.actions.splitting import passages_of
from tracker.reports.models import PartDecision, RoundKind, Share, WordReading
from tracker.reports.queries import reports as queries
from tracker.reports.queries.offline import CHOICE, FIELDS, TEXT
from tracker.reports.queries.sheet import sheet

WORDS = st.sampled_from(["新建校医室30个。", "完成80%\n第二段", "=1+1", "困难：资金未到位", "长" * 400])
HOWS = st.sampled_from([reading.REPLACE, reading.JOIN])
DECISIONS = st.sampled_from(list(PartDecision))
NAMES = [one.name for one in FIELDS]


@dataclass
class Lent:
    """A link as the model knows it: what it opens, until when, what was written behind it and not looked at."""

    share_id: int
    record: str
    until: date
    revoked: bool = False
    waits: str | None = None


class PaperHands(Model):
    """The liaison with a form, a Word file and a section; each taken at one time and brought back at another."""

    def __init__(self) -> None:
        super().__init__()
        self.form: list[dict[str, str]] = []
        self.reading: int | None = None
        self.lent: list[Lent] = []

    @property
    def is_annual(self) -> bool:
        return self.town.kind is RoundKind.ANNUAL

    def writes_here(self, actor: Actor) -> bool:
        return policy.can_write(actor, self.report)

    # --- the Excel form -----------------------------------------------------------------------------------------------

    @yearly
    @rule()
    def takes_the_form_home(self) -> None:
        if self.is_annual:
            lines = offline.lines_of(sheet(self.town.report_id))
            self.form = [dict(zip(NAMES, one.cells(), strict=True)) for one in lines]

    @yearly
    @where(*WRITABLE)
    @rule(who=MINE, place=st.integers(0, 99), text=WORDS, wrong=st.booleans())
    def brings_the_form_back(self, who: str, place: int, text: str, wrong: bool) -> None:
        """One long text and a new line were written in it, perhaps one state that there is none such. What nobody
        touched stays; what somebody wrote since stays and is named; loading it again changes nothing."""
        if not self.form:
            self.takes_the_form_home()
        if not self.form:
            return
        rows = [dict(one) for one in self.form]
        long = [row for row in rows if record_of(row).startswith(("section:", "area:"))]
        written = long[place % len(long)]
        written[TEXT] = text
        record = record_of(written)
        next(row for row in rows if record_of(row) == "arrangement:new")[TEXT] = "新建驿站"
        if wrong:
            next(row for row in rows if record_of(row).startswith("entry:"))[CHOICE] = "差不多"
        before, seen = self.read(), int(mark_of(written)[2])
        version = all_pieces(queries.whole(self.town.report_id))[record].version
        troubles: list[offline.RowTrouble] = []

        def load(actor: Actor) -> None:
            troubles.extend(offline.load_sheet(actor, self.report, list(enumerate(rows, 2))))

        if not self.act("load", who, self.writes_here, load):
            return
        after = self.read()
        is_stale = version != seen and before[record, "text"] != text
        assert after[record, "text"] == (before[record, "text"] if is_stale else text)
        named = {one.number for one in troubles}
        assert (rows.index(written) + 2 in named) == is_stale
        others = {key: value for key, value in after.items() if key != (record, "text") and key in before}
        assert others == {key: before[key] for key in others}, "a row that nobody touched has changed"
        fresh = {key: value for key, value in after.items() if key[0].startswith("arrangement:")}
        assert "新建驿站" in fresh.values()
        self.wrote(fresh | {(record, "text"): after[record, "text"]})
        again = offline.load_sheet(self.actor(who), self.report, list(enumerate(rows, 2)))
        assert len(again) == len(troubles)
        assert self.read() == after, "the same form twice"

    # --- a finished Word report ---------------------------------------------------------------------------------------

    @yearly
    @where(*WRITABLE)
    @rule(who=MINE, text=WORDS)
    def uploads_a_word_report(self, who: str, text: str) -> None:
        if not self.is_annual:
            return
        area = self.report.area_texts[0].area.name
        said = [
            "一、目标任务完成情况",
            "总体按期推进。",
            f"（一）{area}",
            *text.splitlines(),
            "二、下一步工作安排",
            "1.新建驿站。",
        ]
        lines = [WordLine(number, line) for number, line in enumerate(said, 1)]
        before, made = self.read(), []

        def read(actor: Actor) -> None:
            passages = passages_of(lines, reading.area_names(self.report), self.report.unit.short_name)
            made.append(reading.keep_reading(actor, self.report, "报告.docx", passages))

        if self.act("read_word", who, self.writes_here, read):
            assert self.read() == before, "reading alone changes nothing"
            self.reading = made[0].id
            self.wrote({})
            self.recorded(who)

    @yearly
    @where(*WRITABLE)
    @rule(who=MINE, how=HOWS, stale=st.booleans(), blind=st.booleans())
    def takes_the_words_over(self, who: str, how: str, stale: bool, blind: bool) -> None:
        """Stale: somebody wrote there since the page was shown. Blind: what would be replaced was not shown."""
        if self.reading is None:
            self.uploads_a_word_report(who, "新建校医室30个。")
        if self.reading is None:
            return
        kept = db.session.get_one(WordReading, self.reading)
        target = f"area:{self.report.area_texts[0].id}"
        number, passage = next((at, one) for at, one in enumerate(kept.passages) if one["target"] == target)
        piece = all_pieces(queries.whole(self.town.report_id))[target]
        old, was_done = fields_of(piece, target)["text"], passage["done"]
        wish = reading.Wish(
            number, passage["text"], target, how, "" if blind else target, {target: piece.version - stale}
        )
        told: list[tuple[int, int]] = []

        def take(actor: Actor) -> None:
            count, troubles = reading.take_word(actor, kept, [wish])
            told.append((count, len(troubles)))

        if not self.act("take_word", who, self.writes_here, take):
            return
        refused = stale or (how == reading.REPLACE and blind and bool(old))
        assert told == [(0, 0) if was_done else (0, 1) if refused else (1, 0)]
        wanted = "\n".join(filter(None, ["" if how == reading.REPLACE else old, passage["text"]]))
        said = old if was_done or refused else wanted
        assert self.read()[target, "text"] == said
        self.wrote({(target, "text"): said})

    # --- a section behind a link --------------------------------------------------------------------------------------

    @yearly
    @where(*WRITABLE)
    @rule(who=MINE, place=st.integers(0, 99), days=st.integers(0, 9))
    def hands_a_place_out(self, who: str, place: int, days: int) -> None:
        if not self.is_annual:
            return
        records = [f"area:{one.id}" for one in self.report.area_texts]
        record, made = records[place % len(records)], []

        def give(actor: Actor) -> None:
            until = actor.on + timedelta(days=days)
            made.append(sharing.share(actor, self.report, "义教科", [record], until)[0])

        before = self.read()
        if self.act("share", who, self.writes_here, give):
            assert self.read() == before
            self.lent.append(Lent(made[0].id, record, made[0].expires_on))
            self.wrote({})
            self.recorded(who)

    @yearly
    @where(*WRITABLE)
    @rule(text=WORDS, back=st.booleans())
    def the_section_writes(self, text: str, back: bool) -> None:
        """Behind the link, without an account: refused once it is called back or over, or the report has left."""
        if not self.lent:
            self.hands_a_place_out("liaison", len(text), 5)
        if not self.lent:
            return
        lent = self.lent[-1]
        shared = db.session.get_one(Share, lent.share_id)

        def write() -> None:
            sharing.name_writer(shared, "刘芳", self.now)
            sharing.write_part(shared, lent.record, {"text": text}, self.now)
            if back:
                sharing.hand_back(shared, self.now)

        before = self.read()
        if self.outside("section", write):
            assert not lent.revoked
            assert self.now.date() <= lent.until
            assert self.state in {"not_started", "draft", "returned"}
            assert not self.is_put_away()
            assert self.read() == before, "the report changes only when the liaison takes it over"
            part = db.session.get_one(Share, lent.share_id).parts[0]
            assert (part.words["text"], part.author) == (text, "刘芳")
            lent.waits = text if part.decision is None else None

    @yearly
    @rule(who=MINE)
    def calls_the_link_back(self, who: str) -> None:
        """What came back by it stays."""
        if not self.lent:
            self.hands_a_place_out("leader", 0, 3)
        if not self.lent:
            return
        lent = self.lent[-1]
        shared = db.session.get_one(Share, lent.share_id)
        door: Callable[[Actor], bool] = lambda actor: policy.owns(actor, self.report)  # noqa: E731
        if self.act("revoke", who, door, lambda actor: sharing.revoke(actor, shared)):
            lent.revoked = True
            assert not shared.is_open(self.now.date())
            if lent.waits is not None:
                assert shared.parts[0].words["text"] == lent.waits

    @yearly
    @where(*WRITABLE)
    @rule(who=MINE, decision=DECISIONS, stale=st.booleans())
    def takes_the_sections_words_over(self, who: str, decision: PartDecision, stale: bool) -> None:
        if not any(one.waits is not None for one in self.lent):
            self.the_section_writes("建成校医室12个。", True)
        waiting = [one for one in self.lent if one.waits is not None]
        if not waiting:
            return
        lent = waiting[-1]
        shared = db.session.get_one(Share, lent.share_id)
        piece = all_pieces(queries.whole(self.town.report_id))[lent.record]
        old = fields_of(piece, lent.record)["text"]
        choices = {shared.parts[0].id: Choice(decision, piece.version - stale)}
        troubles: list[object] = []

        def take(actor: Actor) -> None:
            troubles.extend(sharing.take_parts(actor, shared, choices))

        if not self.act("take_parts", who, self.writes_here, take):
            return
        text = lent.waits or ""
        wanted = {"taken": text, "joined": "\n".join(filter(None, [old, text])), "left": old}[decision.value]
        is_stale = stale and wanted != old
        assert len(troubles) == is_stale
        said = old if is_stale else wanted
        assert self.read()[lent.record, "text"] == said
        lent.waits = text if is_stale else None
        self.wrote({(lent.record, "text"): said})

    @yearly
    @where(*WRITABLE)
    @rule(who=MINE, place=st.integers(0, 99), text=WORDS, how=HOWS, decision=DECISIONS)
    def everything_comes_home(self, who: str, place: int, text: str, how: str, decision: PartDecision) -> None:
        """While the unit writes: the form, the Word report and the section's words in one morning."""
        self.brings_the_form_back(who, place, text, wrong=False)
        self.uploads_a_word_report(who, text)
        self.takes_the_words_over(who, how, stale=False, blind=False)
        self.the_section_writes(text, back=True)
        self.takes_the_sections_words_over(who, decision, stale=False)

    def outside(self, name: str, deed: Callable[[], object]) -> bool:
        """Somebody without an account tries something. True when it was done; what is refused has changed nothing."""
        self.now += timedelta(minutes=7)
        before = (self.read(), self.count_entries(), self.facts())
        try:
            deed()
        except RuleError:
            db.session.rollback()
            assert (self.read(), self.facts()) == (before[0], before[2]), f"a refused {name} left something"
            self.tally.refused[name] += 1
            return False
        self.changed = True
        self.tally.done[name] += 1
        return True


def mark_of(row: Mapping[str, str]) -> list[str]:
    return row[NAMES[0]].split("|")


def record_of(row: Mapping[str, str]) -> str:
    return mark_of(row)[1]
