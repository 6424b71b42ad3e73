"""Plans and imports that an actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tracker.committees import queries as committees
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.files import StoredFile
from tracker.core.pages import Waiting
from tracker.plans.asking import AskedName, Said, asked_names
from tracker.plans.importing.sheet import SourceLine
from tracker.plans.linking import Link, links_in
from tracker.plans.models import AmendedItem, Amendment, Area, Goal, GoalLink, ImportDraft, ImportState, Measure, Plan


def visible_plans(actor: Actor) -> Select[Plan]:
    """The plans of the actor's own committee: published papers, for office, chair and units, not administrators."""
    rows = select(Plan).order_by(Plan.first_year.desc(), Plan.kind, Plan.id)
    if actor.is_unit or actor.sees_committee:
        return rows.where(Plan.committee_id == actor.committee_id)
    return rows.where(false())


def visible_areas(actor: Actor) -> Select[Area]:
    """The areas of the visible plans."""
    return select(Area).where(Area.plan_id.in_(_plan_ids(actor)))


def visible_goals(actor: Actor) -> Select[Goal]:
    """The goals of the visible plans."""
    return select(Goal).join(Goal.area).where(Area.plan_id.in_(_plan_ids(actor)))


def visible_measures(actor: Actor) -> Select[Measure]:
    """The measures of the visible plans."""
    return select(Measure).join(Measure.area).where(Area.plan_id.in_(_plan_ids(actor)))


def _plan_ids(actor: Actor) -> Select[int]:
    return visible_plans(actor).with_only_columns(Plan.id).order_by(None)


def visible_drafts(actor: Actor) -> Select[ImportDraft]:
    """The imports of the actor's own office."""
    rows = select(ImportDraft).order_by(ImportDraft.id.desc())
    if actor.is_office or actor.is_system:
        return rows.where(ImportDraft.committee_id == actor.committee_id)
    return rows.where(false())


def imported_from(committee_id: int | None, fingerprint: str) -> list[Plan]:
    """The plans of a committee that came from this very file."""
    return list(
        db.session.scalars(
            select(Plan)
            .where(Plan.committee_id == committee_id, Plan.fingerprint == fingerprint)
            .order_by(Plan.ordinal)
        )
    )


def same_subject(committee_id: int | None, kind: str, period: tuple[int, int] | None) -> list[Plan]:
    """The plans of a committee for the same subject and years: what a revised document may be a revision of."""
    if period is None:
        return []
    return list(
        db.session.scalars(
            select(Plan)
            .where(
                Plan.committee_id == committee_id,
                Plan.kind == kind,
                Plan.first_year == period[0],
                Plan.last_year == period[1],
            )
            .order_by(Plan.id)
        )
    )


def open_draft_of(committee_id: int | None, source_id: int) -> ImportDraft | None:
    """An import of this very file that somebody has begun and not finished."""
    return db.session.scalar(
        select(ImportDraft)
        .where(
            ImportDraft.committee_id == committee_id,
            ImportDraft.source_id == source_id,
            ImportDraft.state == ImportState.CHECKING,
        )
        .limit(1)
    )


def unfinished(actor: Actor) -> list[ImportDraft]:
    """Imports that were begun or put away, the latest first."""
    rows = visible_drafts(actor).where(ImportDraft.state != ImportState.IMPORTED)
    return list(db.session.scalars(rows.limit(20)))


def superseded_by(committee_id: int | None, fingerprint: str) -> list[Amendment]:
    """The amendments that took the place of this very file: it was imported once and is no longer what stands."""
    return list(
        db.session.scalars(
            select(Amendment)
            .join(Amendment.plan)
            .join(StoredFile, StoredFile.id == Amendment.former_source_id)
            .where(Plan.committee_id == committee_id, StoredFile.sha256 == fingerprint)
            .order_by(Amendment.id)
            .options(contains_eager(Amendment.plan))
        )
    )


def visible_amendments(actor: Actor) -> Select[Amendment]:
    """What revised documents changed in the visible plans."""
    return select(Amendment).where(Amendment.plan_id.in_(_plan_ids(actor)))


def amendments_of(plan_id: int) -> list[Amendment]:
    """The amendments of a plan with all they changed, the latest first."""
    rows = select(Amendment).where(Amendment.plan_id == plan_id).order_by(Amendment.id.desc())
    return list(db.session.scalars(rows.options(selectinload(Amendment.items))))


def amended_times(plan_id: int) -> int:
    """How often a revised document came onto a plan."""
    return db.session.scalar(select(func.count()).select_from(Amendment).where(Amendment.plan_id == plan_id)) or 0


def former_words(area: Area) -> dict[str, list[AmendedItem]]:
    """What the goals and measures of an area said before, per anchor of the page, the oldest wording first."""
    goals, measures = [goal.id for goal in area.goals], [measure.id for measure in area.measures]
    rows = (
        select(AmendedItem)
        .where(or_(AmendedItem.goal_id.in_(goals), AmendedItem.measure_id.in_(measures)))
        .order_by(AmendedItem.amendment_id, AmendedItem.position)
        .options(joinedload(AmendedItem.amendment))
    )
    found: dict[str, list[AmendedItem]] = {}
    for item in db.session.scalars(rows):
        anchor = f"goal-{item.goal_id}" if item.goal_id else f"measure-{item.measure_id}"
        found.setdefault(anchor, []).append(item)
    return found


def plans_from(draft_id: int) -> list[Plan]:
    """What an import became."""
    return list(db.session.scalars(select(Plan).where(Plan.draft_id == draft_id).order_by(Plan.ordinal)))


def known_plans(draft: ImportDraft) -> list[Plan]:
    """The committee's plans, whole: what a document may be a revision of."""
    return list(
        db.session.scalars(
            select(Plan)
            .where(Plan.committee_id == draft.committee_id)
            .order_by(Plan.first_year.desc(), Plan.kind, Plan.id)
            .options(
                selectinload(Plan.areas).options(
                    selectinload(Area.goals).selectinload(Goal.targets), selectinload(Area.measures)
                )
            )
        )
    )


@dataclass(frozen=True)
class PlanRow:
    """A plan in a list, with how much is in it."""

    plan: Plan
    areas: int
    goals: int
    measures: int


def plan_rows(actor: Actor) -> list[PlanRow]:
    """The visible plans with their sizes, in one query."""
    of_plan = Area.plan_id == Plan.id
    areas = select(func.count()).select_from(Area).where(of_plan).scalar_subquery()
    goals = select(func.count()).select_from(Goal).join(Goal.area).where(of_plan, Goal.dropped_on.is_(None))
    measures = select(func.count()).select_from(Measure).join(Measure.area).where(of_plan, Measure.dropped_on.is_(None))
    rows = visible_plans(actor).add_columns(areas, goals.scalar_subquery(), measures.scalar_subquery())
    return [PlanRow(*row) for row in db.session.execute(rows)]


@dataclass(frozen=True)
class Found:
    """Where a word stands in a plan."""

    area: Area
    anchor: str
    label: str
    text: str


def found_in(plan: Plan, word: str) -> list[Found]:
    """The goals and measures of a plan that hold a word, in the plan's order."""
    goals = db.session.scalars(
        select(Goal)
        .join(Goal.area)
        .where(Area.plan_id == plan.id, Goal.dropped_on.is_(None), Goal.text.contains(word, autoescape=True))
        .options(contains_eager(Goal.area))
    )
    measures = db.session.scalars(
        select(Measure)
        .join(Measure.area)
        .where(
            Area.plan_id == plan.id,
            Measure.dropped_on.is_(None),
            or_(Measure.text.contains(word, autoescape=True), Measure.title.contains(word, autoescape=True)),
        )
        .options(contains_eager(Measure.area))
    )
    found = [
        *(
            (goal.area.position, 0, goal.position, Found(goal.area, f"goal-{goal.id}", f"目标{goal.number}", goal.text))
            for goal in goals
        ),
        *(
            (one.area.position, 1, one.position, Found(one.area, f"measure-{one.id}", f"措施{one.number}", one.text))
            for one in measures
        ),
    ]
    return [row[3] for row in sorted(found, key=lambda row: row[:3])]


def links_shown(plan: Plan, area: Area) -> dict[int, list[Link]]:
    """Per measure of an area the goals it serves; nothing where the committee does not use the feature."""
    if not plan.committee.settings.links_goals:
        return {}
    said = select(GoalLink).where(GoalLink.measure_id.in_([measure.id for measure in area.measures]))
    return links_in(area, db.session.scalars(said))


def lines_beside(plan: Plan, areas: list[Area], area: Area) -> list[SourceLine]:
    """The source of one area of a plan, each line with the goal or measure that begins there."""
    if plan.draft is None:
        return []
    names: dict[int, str] = {}
    first_lines: dict[int, int] = {}
    for one in areas:
        named = [(goal.source_line, f"目标{goal.number}") for goal in one.goals]
        named += [(measure.source_line, f"措施{measure.number}") for measure in one.measures]
        names.update({line: name for line, name in named if line is not None})
        starts = [line for line, _ in named if line is not None]
        if starts:
            first_lines[one.id] = min(starts)
    first = first_lines.get(area.id)
    if first is None:
        return []
    later = [line for line in first_lines.values() if line > first]
    last = min(later) - 1 if later else first + 200
    return [
        SourceLine(number, text.strip(), names.get(number, ""), True)
        for number, text in plan.draft.lines
        if first - 4 <= number <= last and text.strip()
    ]


def areas_of(plan_id: int) -> list[Area]:
    """The areas of a plan with goals, targets and measures, but those that a revised document left out."""
    return [area for area in all_areas_of(plan_id) if area.goals or area.measures]


def all_areas_of(plan_id: int) -> list[Area]:
    """All areas of a plan with goals, targets and measures: four queries whatever the plan's length."""
    return list(
        db.session.scalars(
            select(Area)
            .where(Area.plan_id == plan_id)
            .order_by(Area.position)
            .options(selectinload(Area.goals).selectinload(Goal.targets), selectinload(Area.measures))
        )
    )


def names_asked(actor: Actor, said: Iterable[Said]) -> list[AskedName]:
    """The names among those said that neither the committee's list nor the office knows what to do with."""
    by_name = committees.names_of_units(actor.committee_id, actor.on)
    return asked_names(said, by_name, committees.ignored_names(actor.committee_id))


def names_in_plan(plan: Plan) -> list[Said]:
    """Every name that the measures of a plan give a part to, with its place."""
    rows = db.session.scalars(
        select(Measure)
        .join(Measure.area)
        .where(Area.plan_id == plan.id, Measure.dropped_on.is_(None))
        .order_by(Area.position, Measure.position)
        .options(contains_eager(Measure.area))
    )
    return [Said(one["unit"], measure.audit_label()) for measure in rows for one in measure.responsible]


def waiting_for(actor: Actor) -> list[Waiting]:
    """Imports that were begun and neither written nor dropped."""
    if not actor.is_office:
        return []
    drafts = db.session.scalars(visible_drafts(actor).where(ImportDraft.state == ImportState.CHECKING).limit(10))
    return [
        Waiting("核对", f"导入《{draft.source_name}》", f"/plans/import/{draft.id}", note="读取后尚未写入")
        for draft in drafts
    ]
