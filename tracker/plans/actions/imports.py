"""An upload on its way to becoming plans: kept as read, corrected, written whole or dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.core import audit, files
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError, RuleErrors
from tracker.core.files import Blob
from tracker.plans import policy, queries
from tracker.plans.actions.revisions import revise
from tracker.plans.importing import Reading, UnreadableDocument, read_pasted, read_plans
from tracker.plans.importing.apply import area_rows, faults_of, fill_plan
from tracker.plans.importing.changes import Change, changes_between
from tracker.plans.importing.corrections import Correction, RemovePlan
from tracker.plans.importing.draft import Doubt, PlanDraft
from tracker.plans.importing.stored import Settled, content_of, doubts_of, plans_of, replaced_by, settled_of
from tracker.plans.models import ImportDraft, ImportState, Plan
from tracker.plans.workflow import IMPORT

LARGEST_FILE = 50 << 20


@dataclass(frozen=True)
class Imported:
    """What an import came to. `changed` is 0 when the very same file was imported before (promise 10)."""

    plans: list[Plan]
    changed: int
    differences: tuple[Change, ...] = ()
    """What a revised document would change: shown first, written when somebody has confirmed it."""

    @property
    def sentence(self) -> str:
        names = "".join(plan.audit_label() for plan in self.plans)
        if self.differences:
            return f"{names}已在系统中，这份文件有{len(self.differences)}处不同，尚未写入。"
        return f"{names}已导入，{self.changed}处变化。"


def already(actor: Actor, fingerprint: str) -> Imported | None:
    """What became of this very file when it was imported before; None for a file that is new here.

    Raises RuleError when a revised document has taken its place since: nobody goes back by importing an old file.
    """
    done = queries.imported_from(actor.committee_id, fingerprint)
    if done:
        return Imported(done, 0)
    gone = queries.superseded_by(actor.committee_id, fingerprint)
    if gone:
        last = gone[-1]
        raise RuleError(
            f"这份文件此前已导入{last.plan.audit_label()}，后由《{last.source_name}》调整，没有变化。", field="file"
        )  # fmt: skip
    return None


def read(content: bytes, filename: str) -> Reading:
    """Read a document, outside any transaction. Raises RuleError with the reader's sentence when it cannot be read."""
    try:
        return read_plans(content, filename)
    except UnreadableDocument as error:
        raise RuleError(str(error), field="file") from error


def read_text(text: str) -> Reading:
    """Read a text that was pasted into the page."""
    try:
        return read_pasted(text)
    except UnreadableDocument as error:
        raise RuleError(str(error), field="text") from error


@command
def start_import(actor: Actor, blob: Blob, filename: str, reading: Reading) -> ImportDraft:
    """Keep an uploaded document as read, to be corrected; the same file being checked already is taken up again.

    A plan of the same kind and years that the committee has already is proposed to be revised instead of doubled.
    """
    if not policy.can_import(actor):
        raise RuleError("只有办公室可以导入规划。")
    source = files.stored(blob, actor.at)
    begun = queries.open_draft_of(actor.committee_id, source.id)
    if begun is not None:
        return begun
    draft = ImportDraft(
        committee_id=actor.committee_id, user_id=actor.user_id, source=source,
        source_name=files.safe_name(filename), state=ImportState.CHECKING, state_since=actor.at,
        content=content_of(reading.plans, _without_names(reading), [_likely(actor, plan) for plan in reading.plans]),
        created_at=actor.at, lines=[[line.number, line.text] for line in reading.lines],
    )  # fmt: skip
    db.session.add(draft)
    audit.record(actor, "import.start", draft, f"上传并读取《{draft.source_name}》")
    return draft


@command
def correct(actor: Actor, draft: ImportDraft, correction: Correction, *, version: int | None = None) -> str:
    """Put one thing right; returns what was changed in a sentence, empty when nothing was.

    Raises Conflict when a colleague corrected the same import after the page was opened.
    """
    _check_open(actor, draft, version)
    plans = plans_of(draft)
    sentence, changed = correction.sentence(plans), correction.apply(plans)
    if changed == plans:
        return ""
    replaces = replaced_by(draft)
    if isinstance(correction, RemovePlan):
        replaces.pop(correction.plan)
    draft.content = content_of(changed, doubts_of(draft), replaces, settled_of(draft))
    audit.record(actor, "import.correct", draft, f"{draft.audit_label()}：{sentence}")
    return sentence


@command
def settle_doubts(actor: Actor, draft: ImportDraft, chosen: Iterable[int], *, is_settled: bool) -> int:
    """The office has compared these doubts (by their places in the list) with the source, or takes that back.

    Ticks of two people come together: neither is told to begin again. Returns how many changed.
    """
    _check_open(actor, draft, None)
    doubts, kept = doubts_of(draft), {(one.line, one.message): one for one in settled_of(draft)}
    before = len(kept)
    for place in chosen:
        if not 0 <= place < len(doubts):
            raise RuleError("这一处疑点刚才已有变化，请刷新页面核对。")
        key = (doubts[place].line, doubts[place].message)
        if is_settled:
            kept.setdefault(key, Settled(*key, by=actor.named(), at=actor.at.isoformat()))
        else:
            kept.pop(key, None)
    changed = abs(len(kept) - before)
    if changed:
        draft.content = content_of(plans_of(draft), doubts, replaced_by(draft), kept.values())
        words = f"{draft.audit_label()}：{'核对' if is_settled else '撤回核对'}疑点{changed}处"
        audit.record(actor, "import.settle", draft, words)
    return changed


@command
def write_as(actor: Actor, draft: ImportDraft, plan: int, target_id: int | None, *, version: int | None = None) -> None:
    """Decide whether a plan of the import becomes a new one or revises one that is there."""
    _check_open(actor, draft, version)
    target = db.session.get(Plan, target_id) if target_id else None
    if target_id and (target is None or target.committee_id != draft.committee_id):
        raise RuleError("没有找到要更新的规划。")
    replaces = replaced_by(draft)
    if not 0 <= plan < len(replaces) or replaces[plan] == target_id:
        return
    if target_id in replaces:
        raise RuleError("两个规划不能更新同一个已有规划。")
    replaces[plan] = target_id
    draft.content = content_of(plans_of(draft), doubts_of(draft), replaces, settled_of(draft))
    words = f"用来更新{target.audit_label()}" if target else "作为新规划导入"
    audit.record(actor, "import.target", draft, f"{draft.audit_label()}：{words}")


@command
def drop_import(actor: Actor, draft: ImportDraft) -> None:
    """Put an import away; what was corrected in it is kept and can be taken up again."""
    _check_office(actor, draft)
    IMPORT.apply(draft, "drop", actor)


@command
def take_up_import(actor: Actor, draft: ImportDraft) -> None:
    """Go on with an import that had been put away."""
    _check_office(actor, draft)
    IMPORT.apply(draft, "take_up", actor)


@command
def import_reading(actor: Actor, draft: ImportDraft, *, version: int | None = None) -> list[Plan]:
    """Write all plans of an import, or none of them.

    Raises RuleErrors with every reason at once when something in it cannot become a plan.
    """
    _check_office(actor, draft)
    IMPORT.check(draft, "apply")
    _check_version(draft, version)
    plans, replaces = plans_of(draft), replaced_by(draft)
    faults = faults_of(plans)
    if faults:
        raise RuleErrors(faults)
    done = already(actor, draft.source.sha256)
    if done and None in replaces:
        raise RuleError(done.sentence)
    IMPORT.apply(draft, "apply", actor, sentence=f"导入《{draft.source_name}》，共{len(plans)}个规划")
    return [
        _written(actor, draft, plan, ordinal, target)
        for ordinal, (plan, target) in enumerate(zip(plans, replaces, strict=True), start=1)
    ]


def import_file(actor: Actor, content: bytes, filename: str, *, confirmed: bool = False) -> Imported:
    """Read a file and import it at once, for the command line. The same file twice changes nothing (promise 10).

    A revised document of a plan that is there shows its differences and waits until it comes `confirmed`.
    Raises RuleError with a sentence when it cannot be read or is no plan, RuleErrors when it needs correcting first.
    """
    blob = files.put_upload(content, max_bytes=LARGEST_FILE)
    done = already(actor, blob.sha256)
    if done:
        return done
    reading = read(content, filename)
    faults = faults_of(reading.plans)
    if faults:
        raise RuleErrors(faults)
    draft = start_import(actor, blob, filename, reading)
    targets = [db.session.get(Plan, number) if number else None for number in replaced_by(draft)]
    changes = [
        change
        for plan, target in zip(reading.plans, targets, strict=True)
        if target is not None
        for change in changes_between(target, queries.all_areas_of(target.id), plan)
    ]
    if changes and not confirmed:
        return Imported([target for target in targets if target], 0, tuple(changes))
    plans = import_reading(actor, draft)
    new = [plan for plan, target in zip(plans, targets, strict=True) if target is None]
    return Imported(plans, len(changes) + sum(len(a.goals) + len(a.measures) for plan in new for a in plan.areas))


def _without_names(reading: Reading) -> list[Doubt]:
    """The doubts but those about names of units: the committee's own list is asked about those, once per name."""
    return [doubt for doubt in reading.doubts if not doubt.name]


def _likely(actor: Actor, plan: PlanDraft) -> int | None:
    """The committee's own plan of the same kind, years and place, when there is exactly one."""
    found = [
        one
        for one in queries.same_subject(actor.committee_id, plan.kind, plan.period)
        if one.title == plan.title or (plan.region and one.region == plan.region)
    ]
    return found[0].id if len(found) == 1 and plan.kind != "other" else None


def _written(actor: Actor, draft: ImportDraft, reading: PlanDraft, ordinal: int, target_id: int | None) -> Plan:
    target = db.session.get(Plan, target_id) if target_id else None
    if target is not None:
        revise(actor, target, reading, draft, ordinal)
        return target
    plan = Plan(
        committee_id=draft.committee_id, source=draft.source, source_name=draft.source_name, draft=draft,
        fingerprint=draft.source.sha256, ordinal=ordinal, imported_at=actor.at,
    )  # fmt: skip
    fill_plan(plan, reading)
    plan.areas = area_rows(reading)
    db.session.add(plan)
    goals = sum(len(area.goals) for area in reading.areas)
    measures = sum(len(area.measures) for area in reading.areas)
    words = f"导入{plan.audit_label()}：{len(reading.areas)}个领域、{goals}条目标、{measures}条措施"
    audit.record(actor, "plan.import", plan, words)
    return plan


def _check_office(actor: Actor, draft: ImportDraft) -> None:
    if not policy.can_correct(actor, draft):
        raise RuleError("只有办公室可以导入规划。")


def _check_open(actor: Actor, draft: ImportDraft, version: int | None) -> None:
    _check_office(actor, draft)
    if not policy.is_open(draft):
        raise RuleError(f"{draft.audit_label()}{draft.state.label}，不能再改。")
    _check_version(draft, version)


def _check_version(draft: ImportDraft, version: int | None) -> None:
    if version is not None and version != draft.version:
        raise Conflict("刚才有人改过这份导入，您这一次没有保存。请核对下面的最新内容后再改。")
