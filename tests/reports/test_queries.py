"""Who sees which reports, and that pages cost the same however much there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.counting import counted
from tests.makers.plans import make_plan
from tests.makers.reports import make_accepted_report, make_open_round, make_submitted_report, report_of
from tests.makers.tasks import make_issued_tasks
from tracker.committees import actions as committees
from tracker.committees.models import System
from tracker.core.db import db
from tracker.reports import actions
from tracker.reports.models import Round
from tracker.reports.queries import visible_reports, waiting_for
from tracker.reports.queries.reports import whole
from tracker.tasks import actions as tasks
from tracker.tasks.models import AssignmentRole, Task

Client = Callable[[str], FlaskClient]


def cost(client: FlaskClient, path: str) -> int:
    client.get(path)
    with counted() as said:
        assert client.get(path).status_code == 200
    return len(said)


def make_more(cast: Cast, *, units: int, measures: int) -> None:
    """A second plan with `measures` rows for 市教育局 in each area, and further units that support."""
    plan = make_issued_tasks(cast, make_plan(cast, measures=measures, kind="children"))
    head = cast.actor("head", on=date(2021, 10, 9))
    first = db.session.scalars(select(Task.id).where(Task.plan_id == plan.id).order_by(Task.position)).first()
    for number in range(units):
        unit = committees.create_unit(
            head, cast.committee, full_name=f"云川市第{number}局", short_name=f"市{number}局",
            system=System.GOVERNMENT, position=20 + number, is_member=True, is_office=False,
        )  # fmt: skip
        tasks.add_unit(head, db.session.get_one(Task, first), unit, AssignmentRole.SUPPORT, "增加")


PATHS = {
    "liaison": ("/reports", "/reports/{report}"),
    "officer": ("/rounds", "/rounds/{round}", "/rounds/{round}/missing", "/rounds/{round}/queue"),
}


def test_pages_cost_the_same_with_few_and_with_many_rows(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_accepted_report(cast, make_open_round(cast, 2024), cast.unit("市教育局"))
    few = make_open_round(cast, 2025)
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T10:00")
    before = costs(cast, client, few)
    make_accepted_report(cast, few, cast.unit("市教育局"), on=date(2025, 12, 20))
    make_more(cast, units=12, measures=12)
    many = make_open_round(cast, 2026)
    assert len(whole(report_of(many, cast.unit("市教育局")).id).entries) == 30
    after = costs(cast, client, many)
    assert after == before
    assert max(after.values()) <= 27, "the sheet asks for last year once"


def costs(cast: Cast, client: Client, round_: Round) -> dict[tuple[str, str], int]:
    report, number = report_of(round_, cast.unit("市教育局")).id, round_.id
    return {
        (who, path): cost(client(who), path.format(report=report, round=number))
        for who, paths in PATHS.items()
        for path in paths
    }


def test_a_unit_sees_its_own_reports_the_committee_all_and_nobody_else_any(cast: Cast) -> None:
    make_open_round(cast)
    seen = {who: len(db.session.scalars(visible_reports(cast.actor(who))).all()) for who in cast.holdings}
    assert seen == {
        "liaison": 1, "leader": 1, "other_liaison": 1, "other_leader": 1, "officer": 3, "second_officer": 3,
        "head": 3, "chair": 3, "sysadmin": 0, "secadmin": 0, "auditor": 0, "upper_officer": 0, "lower_officer": 0,
    }  # fmt: skip


def test_the_desk_says_what_is_asked_and_stops_when_it_is_done(cast: Cast) -> None:
    round_ = make_open_round(cast)

    def asked(who: str) -> list[tuple[str, str]]:
        return [(one.verb, one.subject) for one in waiting_for(cast.actor(who, on=date(2025, 12, 23)))]

    assert asked("liaison") == [("填报", "2025年年度报告")]
    report = make_submitted_report(cast, round_, cast.unit("市教育局"))
    assert asked("liaison") == []
    assert asked("officer") == [("审核", "1份2025年年度报告")]
    actions.return_report(cast.actor("officer", on=date(2025, 12, 23)), report, "请补充。")
    assert asked("liaison") == [("修改", "2025年年度报告")]
    assert asked("officer") == []
    make_accepted_report(cast, round_, cast.unit("市卫生健康委"))
    assert asked("other_leader") == []
