"""Goals and measures tied to one another by the office (optional)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.plans import policy
from tracker.plans.models import Area, GoalLink


@command
def link_goals(actor: Actor, area: Area, pairs: Iterable[tuple[int, int]], *, is_linked: bool) -> int:
    """Say of (goal, measure) pairs of one area that they belong together or do not; returns how many changed.

    Raises RuleError where the committee does not use the feature, or for what is not of this area.
    """
    if not policy.can_keep(actor, area.plan):
        raise RuleError("只有办公室可以确认目标与措施的对应。")
    if not area.plan.committee.settings.links_goals:
        raise RuleError("“目标与措施对应”没有启用，可在设置中打开。")
    goals, measures = {one.id: one for one in area.goals}, {one.id: one for one in area.measures}
    wanted = list(dict.fromkeys(pairs))
    if any(goal not in goals or measure not in measures for goal, measure in wanted):
        raise RuleError("选定的目标或措施不在这个领域中，请刷新页面后再试。")
    rows = select(GoalLink).where(GoalLink.measure_id.in_(measures), GoalLink.goal_id.in_(goals))
    known = {(one.goal_id, one.measure_id): one for one in db.session.scalars(rows)}
    touched = []
    for goal_id, measure_id in wanted:
        row = known.get((goal_id, measure_id))
        if row is None:
            row = GoalLink(goal=goals[goal_id], measure=measures[measure_id], is_linked=is_linked)
            db.session.add(row)
        elif row.is_linked is is_linked:
            continue
        row.is_linked = is_linked
        touched.append(row)
    if touched:
        words = (
            f"{area.plan.audit_label()}{area.name}：{'确认' if is_linked else '取消'}{len(touched)}处目标与措施的对应"
        )
        db.session.flush()
        audit.record(actor, "plan.link", area.plan, words, covers=touched)
    return len(touched)
