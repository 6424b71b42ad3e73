"""中期调整: a revised document onto a plan that is there. Differences first, then the office; every word is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.cast import Cast
from tests.counting import counted
from tests.makers.plans import make_import, make_plan, plan_draft
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.plans import actions, queries
from tracker.plans.importing.changes import Change, changes_between
from tracker.plans.importing.draft import GoalDraft, MeasureDraft, PlanDraft
from tracker.plans.models import AmendedItem, Amendment, ChangeKind, Goal, Measure, Plan
from tracker.plans.similarity import Step

Client = Callable[[str], FlaskClient]
LATER = date(2026, 3, 2)

GOALS = ("村级活动室开放率达到80%以上。", "女性夜校每季度开班。", "家政服务员持证上岗率达到60%。")
MEASURES = (
    "延长活动室开放时间。周末照常开放。",
    "在工业园区设夜校教学点。课程由学员点选。",
    "清理楼道杂物。每月一次。",
)


def draft_of(goals: tuple[str, ...] = GOALS, measures: tuple[str, ...] = MEASURES, **cover: object) -> PlanDraft:
    """A plan of two areas whose first has these texts."""
    whole = plan_draft(measures=2, goals=2)
    first = replace(
        whole.areas[0],
        goals=tuple(GoalDraft(n, text, 10 + n, 10 + n) for n, text in enumerate(goals, start=1)),
        measures=tuple(
            MeasureDraft(n, text.split("。")[0], text, 30 + n, 30 + n) for n, text in enumerate(measures, start=1)
        ),
    )
    return replace(whole, areas=(first, whole.areas[1]), **cover)  # type: ignore[arg-type]


def written(cast: Cast, draft: PlanDraft | None = None, *, on: date = date(2021, 9, 1)) -> Plan:
    made = make_import(cast, draft or draft_of(), on=on)
    return actions.import_reading(cast.actor("officer", on=on), made)[0]


def differences(plan: Plan, new: PlanDraft) -> list[Change]:
    return changes_between(plan, queries.all_areas_of(plan.id), new)


def said(changes: list[Change]) -> list[tuple[str, str]]:
    return [(change.kind.value, change.what) for change in changes]


def test_the_same_words_are_no_change(cast: Cast) -> None:
    assert differences(written(cast), draft_of()) == []


def test_a_reworded_goal_says_where_its_figure_went(cast: Cast) -> None:
    new = draft_of(goals=("村级活动室常年开放率达到70%以上。", *GOALS[1:]))
    (change,) = differences(written(cast), new)
    assert (change.kind, change.what) == (ChangeKind.REWORDED, "目标1")
    assert [pair.step for pair in change.figures] == [Step.LOWER]
    assert ("added", "常年") in change.pieces


def test_what_was_put_between_renumbers_those_behind_and_rewords_nothing(cast: Cast) -> None:
    new = draft_of(measures=(MEASURES[0], "增设母婴室。每个集镇一处。", *MEASURES[1:]))
    assert said(differences(written(cast), new)) == [
        ("added", "措施2"), ("renumbered", "措施3"), ("renumbered", "措施4"),
    ]  # fmt: skip


def test_a_measure_that_went_to_another_area_is_moved_and_not_lost(cast: Cast) -> None:
    plan = written(cast)
    new = draft_of(measures=MEASURES[:2])
    second = new.areas[1]
    gone = MeasureDraft(3, "清理楼道杂物", MEASURES[2], 60, 60)
    new = replace(new, areas=(new.areas[0], replace(second, measures=(*second.measures, gone))))
    (change,) = differences(plan, new)
    assert (change.kind, change.area) == (ChangeKind.MOVED, second.name)
    measure = db.session.scalars(select(Measure).where(Measure.title == "清理楼道杂物")).one()
    revise(cast, new)
    assert db.session.get_one(Measure, measure.id).area.name == second.name
    assert db.session.scalar(select(func.count()).select_from(Measure)) == 5


def revise(cast: Cast, new: PlanDraft, *, on: date = LATER) -> Plan:
    return actions.import_reading(cast.actor("officer", on=on), make_import(cast, new, on=on))[0]


def test_the_former_words_document_and_day_are_kept_for_ever(client: Client, cast: Cast) -> None:
    plan = written(cast)
    former_source = plan.source_id
    new = draft_of(
        goals=("村级活动室常年开放率达到90%以上。", *GOALS[1:]), measures=MEASURES[:2],
        document_number="云政发〔2026〕2号", issued_on="2026-02-20",
    )  # fmt: skip
    assert revise(cast, new).id == plan.id
    amendment = db.session.scalars(select(Amendment)).one()
    assert (amendment.former_number, amendment.former_issued_on) == ("云政发〔2021〕8号", date(2021, 8, 20))
    assert (amendment.document_number, amendment.made_on) == ("云政发〔2026〕2号", LATER)
    assert amendment.former_source_id == former_source != plan.source_id
    kept = {item.what: (item.kind, item.before) for item in amendment.items}
    assert kept["目标1"] == (ChangeKind.REWORDED, GOALS[0])
    assert kept["措施3"] == (ChangeKind.DROPPED, MEASURES[2])
    page = client("liaison").get(f"/plans/{plan.id}/amendments").text
    assert "云政发〔2021〕8号" in page
    assert "改写" in page
    shown = client("liaison").get(f"/plans/{plan.id}").text
    assert "2026年3月2日调整过" in shown
    assert "调整时<a" not in shown
    assert GOALS[0] in shown
    file = client("liaison").get(f"/plans/amendments/{amendment.id}/source")
    assert file.status_code == 200
    assert client("sysadmin").get(f"/plans/amendments/{amendment.id}/source").status_code == 404


def test_the_revised_document_twice_changes_nothing(cast: Cast) -> None:
    written(cast)
    new = draft_of(goals=(*GOALS, "托育机构覆盖八成街道。"))
    revise(cast, new)
    first = db.session.scalar(select(func.count()).select_from(AmendedItem))
    fingerprint = make_import(cast, new, on=LATER).source.sha256
    done = actions.already(cast.actor("officer", on=LATER), fingerprint)
    assert done is not None
    assert done.sentence.endswith("0处变化。")
    assert db.session.scalar(select(func.count()).select_from(AmendedItem)) == first


def test_the_document_before_the_revision_does_not_come_back(client: Client, cast: Cast) -> None:
    plan = written(cast)
    fingerprint = plan.fingerprint
    revise(cast, draft_of(goals=(*GOALS, "托育机构覆盖八成街道。")))
    with pytest.raises(RuleError, match="没有变化"):
        actions.already(cast.actor("officer", on=LATER), fingerprint)


def test_another_file_with_the_same_words_changes_nothing(cast: Cast) -> None:
    plan = written(cast)
    before = plan.fingerprint
    lines = replace(draft_of(), confidence=0.5)
    assert revise(cast, lines).id == plan.id
    assert db.session.get_one(Plan, plan.id).fingerprint == before
    assert not db.session.scalars(select(Amendment)).all()


def test_an_area_that_was_left_out_is_no_longer_shown_and_its_rows_stay(client: Client, cast: Cast) -> None:
    plan = written(cast)
    whole = draft_of()
    revise(cast, replace(whole, areas=whole.areas[:1]))
    assert [area.name for area in queries.areas_of(plan.id)] == ["妇女与健康"]
    assert "妇女与教育" not in client("officer").get(f"/plans/{plan.id}").text.split("原文")[0]
    assert db.session.scalar(select(func.count()).select_from(Goal)) == 5


def test_the_command_line_shows_the_differences_and_writes_them_only_when_confirmed(cast: Cast) -> None:
    officer = cast.actor("officer")
    text = "云川市妇女发展规划（2021—2030年）\n\n一、发展领域\n\n（一）妇女与健康\n\n主要目标：\n\n1.{}\n2.{}\n\n"
    text += "策略措施：\n\n1.{}\n2.{}\n"
    actions.import_file(officer, text.format(*GOALS[:2], *MEASURES[:2]).encode(), "规划.txt")
    revised = text.format(GOALS[0].replace("80", "85"), GOALS[1], *MEASURES[:2]).encode()
    shown = actions.import_file(officer, revised, "修订.txt")
    assert [change.what for change in shown.differences] == ["目标1"]
    assert "尚未写入" in shown.sentence
    assert db.session.scalars(select(Goal).order_by(Goal.id)).first().text == GOALS[0]  # type: ignore[union-attr]
    done = actions.import_file(officer, revised, "修订.txt", confirmed=True)
    assert (done.changed, done.differences) == (1, ())
    assert "85%" in db.session.scalars(select(Goal).order_by(Goal.id)).first().text  # type: ignore[union-attr]


def test_the_page_of_amendments_costs_the_same_whatever_changed(client: Client, cast: Cast) -> None:
    few, many = make_plan(cast), make_plan(cast, kind="children", goals=12)
    revise(cast, plan_draft(goals=1))
    revise(cast, plan_draft(kind="children", goals=1))
    officer = client("officer")
    officer.get("/plans")  # what the first visit of a process looks up once is no cost of this page
    with counted() as one:
        officer.get(f"/plans/{few.id}/amendments")
    with counted() as other:
        officer.get(f"/plans/{many.id}/amendments")
    assert len(one) == len(other)
