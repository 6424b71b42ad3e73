"""Plans come in whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tracker.core import audit, files
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError, RuleErrors
from tracker.core.files import Blob
from tracker.plans import policy, queries
from tracker.plans.importing import NotAPlan, Reading, UnreadableDocument, dump, load, read_plans
from tracker.plans.importing.apply import area_rows, faults_of, fill_plan
from tracker.plans.importing.draft import Doubt, PlanDraft
from tracker.plans.models import ImportDraft, ImportState, Plan
from tracker.plans.workflow import IMPORT

LARGEST_FILE = 50 << 20


@dataclass(frozen=True)
class Imported:
    """What an import came to. `changed` is 0 when the very same file was imported before."""

    plans: list[Plan]
    changed: int

    @property
    def sentence(self) -> str:
        names = "、".join(plan.audit_label() for plan in self.plans)
        return f"{names}已导入，{self.changed}处变化。"


@command
def start_import(actor: Actor, blob: Blob, filename: str, reading: Reading) -> ImportDraft:
    """Keep an uploaded document as read, to be corrected; the same file being checked already is taken up again.

    Reading takes place before, outside the transaction.
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
        content=content_of(reading.plans, reading.doubts), created_at=actor.at,
        lines=[[line.number, line.text] for line in reading.lines],
    )  # fmt: skip
    db.session.add(draft)
    audit.record(actor, "import.start", draft, f"上传并读取《{draft.source_name}》")
    return draft


@command
def import_reading(actor: Actor, draft: ImportDraft) -> list[Plan]:
    """Write all plans of a draft, or none of them.

    Raises RuleErrors with every reason at once when something in it cannot become a plan.
    """
    if not policy.can_correct(actor, draft):
        raise RuleError("只有办公室可以导入规划。")
    drafts = plans_of(draft)
    faults = faults_of(drafts)
    if faults:
        raise RuleErrors(faults)
    IMPORT.apply(draft, "apply", actor, sentence=f"导入《{draft.source_name}》，共{len(drafts)}个规划")
    return [_new_plan(actor, draft, reading, ordinal) for ordinal, reading in enumerate(drafts, start=1)]


def import_file(actor: Actor, content: bytes, filename: str) -> Imported:
    """Read a file and import it at once, for the command line. The same file twice changes nothing (promise 10).

    Raises RuleError with a sentence when it cannot be read or is no plan.
    """
    blob = files.put_bytes(content, max_bytes=LARGEST_FILE)
    done = queries.imported_from(actor.committee_id, blob.sha256)
    if done:
        return Imported(done, 0)
    draft = start_import(actor, blob, filename, read(content, filename))
    plans = import_reading(actor, draft)
    return Imported(plans, sum(len(area.goals) + len(area.measures) for plan in plans for area in plan.areas))


def read(content: bytes, filename: str) -> Reading:
    """Read a document. Raises RuleError with the reader's sentence when it cannot be read."""
    try:
        reading = read_plans(content, filename)
    except (UnreadableDocument, NotAPlan) as error:
        raise RuleError(str(error), field="file") from error
    return reading


def content_of(plans: tuple[PlanDraft, ...], doubts: tuple[Doubt, ...]) -> dict[str, object]:
    """What an import keeps of a reading."""
    return {"plans": dump(plans), "doubts": dump(doubts)}


def plans_of(draft: ImportDraft) -> tuple[PlanDraft, ...]:
    """The plans of an import as corrected so far."""
    return tuple(load(PlanDraft, plan) for plan in draft.content["plans"])


def doubts_of(draft: ImportDraft) -> tuple[Doubt, ...]:
    return tuple(load(Doubt, doubt) for doubt in draft.content["doubts"])


def _new_plan(actor: Actor, draft: ImportDraft, reading: PlanDraft, ordinal: int) -> Plan:
    plan = Plan(
        committee_id=actor.committee_id, source=draft.source, source_name=draft.source_name, draft=draft,
        fingerprint=draft.source.sha256, ordinal=ordinal, imported_at=actor.at,
    )  # fmt: skip
    fill_plan(plan, replace(reading, title=reading.title.strip()))
    plan.areas = area_rows(reading)
    db.session.add(plan)
    goals = sum(len(area.goals) for area in reading.areas)
    measures = sum(len(area.measures) for area in reading.areas)
    audit.record(
        actor, "plan.import", plan,
        f"导入{plan.audit_label()}：{len(reading.areas)}个领域、{goals}条目标、{measures}条措施",
    )  # fmt: skip
    return plan
