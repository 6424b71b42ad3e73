"""The committee's papers: put together from accepted texts, then edited; every paragraph keeps its source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, inspect
from sqlalchemy.orm.attributes import set_committed_value

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.forms import clean_text
from tracker.reports.actions.holding import hold_paper, hold_round
from tracker.reports.actions.pieces import fingerprint
from tracker.reports.models import Compilation, CompilationKind, EntryState, Passage, Round
from tracker.reports.models.compilations import OVERALL
from tracker.reports.queries import compilations as queries
from tracker.reports.queries.compilations import Freshness, Source, words_at

LIMITS = {CompilationKind.ANNUAL: 8000, CompilationKind.SUMMARY: 5000}
"""How long such papers may be; the office may set another limit."""
LONGEST_PASSAGE = 20_000
TWICE = timedelta(seconds=30)
"""Within so much time the same person asked once."""
NOTHING = {"", "无", "无。"}


@command
def assemble(actor: Actor, round_: Round, kind: CompilationKind) -> Compilation:
    """Put a paper together from everything accepted by now, area by area. Raises RuleError when nothing is. Pressed
    twice, the paper of the first press is given."""
    hold_round(round_)
    just_made = queries.made_since(round_, kind, actor.user_id, actor.at - TWICE)
    if just_made is not None:
        return just_made
    sources = queries.accepted(round_)
    if not sources:
        raise RuleError("还没有审核通过的报告，不能汇总。")
    committee = round_.committee
    title = {
        CompilationKind.ANNUAL: f"{committee.body_name}{round_.year}年规划实施情况报告",
        CompilationKind.SUMMARY: f"{committee.body_name}{round_.year}年工作总结和{round_.year + 1}年工作计划",
    }[kind]
    made = Compilation(
        round=round_, kind=kind, title=title, longest=LIMITS[kind], made_at=actor.at, made_by_id=actor.user_id
    )
    counted = overall(sources)
    opening = Passage(chapter="总体情况", heading="", text=counted, was=counted, source=OVERALL, is_left_out=False)
    made.passages = [opening]
    for draft in _drafts(round_, kind, sources):
        made.passages.append(draft)
    _number(made)
    db.session.add(made)
    said = f"汇总{made.audit_label()}，引用{len(sources)}个单位的报告"
    audit.record(actor, "compilation.make", made, said, covers=made.passages)
    return made


@dataclass(frozen=True)
class PassageEdit:
    """What somebody wants one passage to say; `seen` is the version they looked at, `was` what their page showed."""

    id: int
    text: str
    is_left_out: bool
    seen: int | None = None
    was: str | None = None


def shown(text: str, is_left_out: bool) -> str:
    """A few characters that stand for a passage as a page showed it: what nobody touched there is no edit."""
    return fingerprint({"text": text, "out": "1" if is_left_out else ""})


@command
def edit_compilation(
    actor: Actor, compilation: Compilation, *, title: str | None, longest: int | None, edits: Iterable[PassageEdit]
) -> list[str]:
    """Save the page: what can be saved is; None leaves title or limit alone. Returns a sentence for each passage that
    somebody else changed meanwhile."""
    hold_paper(compilation)
    by_id = {one.id: one for one in compilation.passages}
    troubles, changed = [], []
    compilation.title, compilation.longest = title or compilation.title, longest or compilation.longest
    for edit in edits:
        passage = by_id.get(edit.id)
        if passage is None or edit.was == shown(edit.text, edit.is_left_out) or not _differs(passage, edit):
            continue
        if edit.seen is not None and edit.seen != passage.version:
            troubles.append(f"第{passage.position}段刚才有人修改过，您的修改没有保存，仍在本页，请核对两份内容。")
            continue
        passage.text, passage.is_left_out = _words(edit.text), edit.is_left_out
        changed.append(passage)
    _record_edit(actor, compilation, changed)
    return troubles


@command
def save_passage(actor: Actor, compilation: Compilation, edit: PassageEdit) -> Passage:
    """One passage by autosave. Raises Conflict when somebody else changed it meanwhile."""
    hold_paper(compilation)
    passage = next((one for one in compilation.passages if one.id == edit.id), None)
    if passage is None:
        raise RuleError("这一段已被删除，请刷新页面。")
    if _differs(passage, edit):
        if edit.seen is not None and edit.seen != passage.version:
            raise Conflict()
        passage.text, passage.is_left_out = _words(edit.text), edit.is_left_out
        _record_edit(actor, compilation, [passage])
    return passage


def _record_edit(actor: Actor, compilation: Compilation, changed: list[Passage]) -> None:
    if changed or db.session.is_modified(compilation):
        audit.record_sitting(actor, "compilation.edit", compilation, f"修改{compilation.audit_label()}")
        audit.cover(compilation, *changed)


@command
def add_passage(actor: Actor, compilation: Compilation, after: Passage, text: str) -> Passage:
    """A paragraph of the office's own, under the same headings."""
    hold_paper(compilation)
    words = _words(text)
    if not words:
        raise RuleError("请写明内容。", field="text")
    place = compilation.passages.index(after)
    own = Passage(chapter=after.chapter, heading=after.heading, text=words, was="", source="", is_left_out=False)
    compilation.passages.insert(place + 1, own)
    _number(compilation)
    audit.record(actor, "compilation.edit", compilation, f"{compilation.audit_label()}增加一段", covers=[own])
    return own


@command
def renew(actor: Actor, passage: Passage) -> None:
    """Take over what the corrected source says now; the office's own changes to this passage go."""
    hold_paper(passage.compilation)
    standing = queries.standings([passage]).get(passage.id)
    if standing is None or standing.freshness not in {Freshness.CHANGED, Freshness.RENEWED}:
        raise RuleError("这一段的来源没有新的内容。")
    passage.text, passage.was, passage.version_number = standing.now, standing.now, standing.number
    audit.record(
        actor, "compilation.renew", passage.compilation,
        f"{passage.compilation.audit_label()}{passage.audit_label()}按更正后的来源更新", covers=[passage],
    )  # fmt: skip


@command
def top_up(actor: Actor, compilation: Compilation) -> int:
    """Add what was accepted since the paper was put together; returns how many units came in."""
    hold_paper(compilation)
    known = queries.quoted_reports(compilation)
    sources = queries.accepted(compilation.round)
    fresh = [one for one in sources if one.report.id not in known]
    drafts = _drafts(compilation.round, compilation.kind, fresh)
    counted = next((one for one in compilation.passages if one.is_counted), None)
    for draft in drafts:
        compilation.passages.insert(_place_of(compilation, draft), draft)
    _number(compilation)
    if fresh:
        changed = [*drafts]
        if counted is not None:  # what the office has written there itself stays
            counted.text = counted.was = overall(sources)
            changed.append(counted)
        said = f"{compilation.audit_label()}补充{len(fresh)}个单位的内容"
        audit.record(actor, "compilation.edit", compilation, said, covers=changed)
    return len(fresh)


@command
def drop_compilation(actor: Actor, compilation: Compilation) -> None:
    """Throw the paper away; the reports stay as they are."""
    hold_paper(compilation)
    said = f"删除{compilation.audit_label()}"
    audit.record(actor, "compilation.drop", compilation, said, covers=compilation.passages)
    db.session.delete(compilation)


def overall(sources: Iterable[Source]) -> str:
    """Rows counted over all reports, in the words of the states."""
    counted: dict[EntryState, int] = dict.fromkeys(EntryState, 0)
    units = 0
    for source in sources:
        units += 1
        for area in source.version.content["areas"]:
            for row in area["entries"]:
                if row["state"] and row["role"] != "support":
                    counted[EntryState(row["state"])] += 1
    total = sum(counted.values())
    parts = "，".join(f"{state.label}{count}项" for state, count in counted.items() if count)
    return f"共有{units}个单位报告实施情况" + (f"，涉及任务进展{total}项：{parts}。" if total else "。")


def _drafts(round_: Round, kind: CompilationKind, sources: Iterable[Source]) -> list[Passage]:
    """The paragraphs of a paper in its order: chapter by chapter, area by area, unit by unit."""
    sources = list(sources)
    practice, problems = ("主要做法和成效", "section:practice"), ("存在的困难和问题", "section:problems")
    ahead = (f"{round_.year + 1}年工作{'计划' if kind is CompilationKind.SUMMARY else '安排'}", "arrangements")
    made: list[Passage] = []
    if kind is CompilationKind.SUMMARY:
        made += _chapter(sources, *practice)
    made += _areas(sources)
    if kind is CompilationKind.ANNUAL:
        made += _chapter(sources, *practice)
    return [*made, *_chapter(sources, *problems), *_chapter(sources, *ahead)]


def _areas(sources: list[Source]) -> list[Passage]:
    found: dict[tuple[int, int], tuple[str, str]] = {}
    for one in sources:
        for area in one.version.content["areas"]:
            found[(area["plan_id"], area["id"])] = (area["plan"], area["name"])
    return [
        passage
        for (_, area_id), (plan, name) in sorted(found.items())
        for passage in _chapter(sources, f"{plan}实施情况", f"area:{area_id}", heading=name)
    ]


def _chapter(sources: list[Source], chapter: str, source: str, *, heading: str = "") -> list[Passage]:
    return [
        Passage(
            chapter=chapter, heading=heading, text=words, was=words, source=source, is_left_out=False,
            report=one.report, version_number=one.version.number,
        )
        for one in sources
        if (words := words_at(one.version.content, source)).strip() not in NOTHING
    ]  # fmt: skip


def _place_of(compilation: Compilation, draft: Passage) -> int:
    """Behind the last passage under the same headings, else of the same chapter, else at the end."""
    standing = list(enumerate(compilation.passages))
    exact = [n for n, one in standing if (one.chapter, one.heading) == (draft.chapter, draft.heading)]
    near = [n for n, one in standing if one.chapter == draft.chapter]
    return max(exact or near or [len(compilation.passages) - 1]) + 1


def _number(compilation: Compilation) -> None:
    """Their places, one after another. A passage that only moves is not changed: whoever writes in it is not told of a
    conflict because a colleague added one above."""
    moved = []
    for place, one in enumerate(compilation.passages, 1):
        if not inspect(one).has_identity:
            one.position = place
        elif one.position != place:
            moved.append({"number": one.id, "place": place})
            set_committed_value(one, "position", place)
    if moved:
        table = Passage.__table__
        rows = table.update().where(table.c.id == bindparam("number")).values(position=bindparam("place"))  # type: ignore[attr-defined]
        db.session.connection().execute(rows, moved)


def _differs(passage: Passage, edit: PassageEdit) -> bool:
    return _words(edit.text) != passage.text or edit.is_left_out != passage.is_left_out


def _words(text: str) -> str:
    words = clean_text(text) or ""
    if len(words) > LONGEST_PASSAGE:
        raise RuleError(f"一段请在{LONGEST_PASSAGE}字以内。")
    return words
