"""Two people at one thing in the same moment, each in a session of their own: nothing is done twice, nothing lost."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import func, select

from tests import cast as casting
from tests.accounts.conftest import give_factor
from tests.alignment.test_journey import OWN, UPPER
from tests.alignment.test_journey import make_plan as plan_of
from tests.cast import Cast
from tests.makers.plans import make_plan
from tests.makers.reports import make_open_round, make_submitted_report, report_of
from tests.makers.rounds import ASKED_ON, answer, make_special_round
from tests.makers.tasks import make_assigned_tasks, tasks_of
from tracker import create_app
from tracker.accounts import actions as accounts
from tracker.accounts.models import Holding, Post, Proposal, User
from tracker.alignment import actions as alignment
from tracker.alignment import queries as comparing
from tracker.alignment.models import Comparison
from tracker.committees import actions as committees
from tracker.committees.actions import NewName
from tracker.committees.models import Committee, ReformKind, Succession, Unit
from tracker.config import Settings
from tracker.core import audit, clock
from tracker.core.access import Role
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages import actions as messages
from tracker.messages.models import Message
from tracker.plans.models import Plan
from tracker.reports import actions
from tracker.reports.actions import sharing, signing
from tracker.reports.models import Report, ReportState, ReportVersion, Round, Share
from tracker.supervision import actions as supervision
from tracker.supervision.actions.matters import MatterWords
from tracker.supervision.actions.numbering import next_serial
from tracker.supervision.models import CheckFacts, FieldCheck, ItemWords, NoticeItem, NoticeKind, Series
from tracker.tasks import actions as tasks
from tracker.tasks.models import AssignmentRole, AssignmentState, Task, TaskState

ON = date(2025, 12, 22)
Act = Callable[[], object]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Cast]]:
    """A town of its own, in a file or on PostgreSQL when the suite runs there; what a race leaves stays in it."""
    place: Path = tmp_path_factory.mktemp("races")
    url = f"sqlite:///{place / 'races.sqlite3'}"
    if os.environ.get("TEST_DATABASE") == "postgresql":
        from tests.postgres import fresh_database  # noqa: PLC0415 - the server package is heavy

        url = fresh_database("attack_races")
    app = create_app(Settings(instance=place, database_url=url, secret_key="test"))
    with app.app_context():
        db.create_all()
        cast = casting.build()
        db.session.remove()
        yield app, cast
        for chain in db.session.scalars(select(audit.AuditHead.chain)).all():
            assert list(audit.broken_links(chain)) == []
        db.session.remove()
        db.engine.dispose()


def at_once(app: Flask, *acts: Act) -> list[str]:
    """Everybody presses at the same moment; returns what was refused, each with a sentence."""
    start, refused, broken = threading.Barrier(len(acts)), [], []
    db.session.remove()

    def run(act: Act) -> None:
        with app.app_context():
            db.session.scalar(select(func.count(User.id)))  # the connection stands
            start.wait(timeout=30)
            try:
                act()
            except RuleError as error:
                refused.append(error.sentence)
            except Exception as error:
                broken.append(repr(error))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert broken == []
    return refused


def row(model: Any, number: int) -> Any:
    return db.session.get_one(model, number)


def test_two_officers_claim_and_judge_one_report(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    number = make_submitted_report(cast, make_open_round(cast), cast.unit("市教育局")).id
    one, two = cast.actor("officer", on=ON), cast.actor("second_officer", on=ON)
    refused = at_once(
        app, lambda: actions.claim(one, row(Report, number)), lambda: actions.claim(two, row(Report, number))
    )
    report = row(Report, number)
    assert len(refused) == 1
    holder, other = (one, two) if report.reviewer_id == one.user_id else (two, one)
    refused = at_once(
        app, lambda: actions.accept(holder, row(Report, number)),
        lambda: actions.return_report(holder, row(Report, number), "请补充。"),
        lambda: actions.claim(other, row(Report, number), take_over=True),
    )  # fmt: skip
    assert refused
    assert row(Report, number).state in {ReportState.ACCEPTED, ReportState.RETURNED, ReportState.SUBMITTED}


@pytest.mark.skipif(os.environ.get("TEST_DATABASE") != "postgresql", reason="SQLite has one writer at a time")
def test_two_who_tell_the_same_people_crosswise_do_not_wait_for_each_other(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    halfway = threading.Barrier(2)

    def tells(subject: int, *names: str) -> Act:
        @command
        def act() -> None:
            for name in names:
                messages.tell(
                    [row(Holding, cast.holdings[name]).user], committee_id=cast.committee_id, kind="report.due.-3",
                    subject_type="Thing", subject_id=subject, occasion="2026-03-04", title="请报送", body="请报送。",
                    path="/", at=clock.now(),
                )  # fmt: skip
                if name == names[0]:
                    halfway.wait(timeout=30)

        return act

    assert at_once(app, tells(1, "officer", "liaison"), tells(2, "liaison", "officer")) == []
    rows = select(Message.recipient_id).where(Message.subject_type == "Thing")
    assert sorted(Counter(db.session.scalars(rows)).values()) == [2, 2]


def test_what_came_back_meanwhile_is_not_accepted_any_more(town: tuple[Flask, Cast]) -> None:
    _, cast = town
    report = make_submitted_report(cast, make_open_round(cast, 2027), cast.unit("市教育局"))
    officer = cast.actor("officer", on=date(2027, 12, 22))
    actions.return_report(officer, report, "请补充。")
    with pytest.raises(RuleError):
        actions.accept(officer, report)
    assert row(Report, report.id).rectify_by is not None


def test_a_special_round_is_sent_once_however_often_one_presses(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    number = report_of(make_special_round(cast), cast.unit("市教育局")).id
    liaison = cast.actor("liaison", on=ASKED_ON)
    answer(liaison, row(Report, number))
    refused = at_once(app, *[lambda: signing.submit_unsigned(liaison, row(Report, number))] * 3)
    assert len(refused) == 2
    assert db.session.scalar(select(func.count(ReportVersion.id)).where(ReportVersion.report_id == number)) == 1


def test_two_colleagues_at_one_link_do_not_overwrite_each_other(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    round_ = make_open_round(cast, 2026)
    report = report_of(round_, cast.unit("市教育局"))
    on = date(2026, 12, 10)
    liaison = cast.actor("liaison", on=on)
    record = f"entry:{report.entries[0].id}"
    share, _ = sharing.share(liaison, report, "义教科", [record], on + timedelta(days=5))
    number = share.id

    def write(words: str) -> Act:
        return lambda: sharing.write_part(row(Share, number), record, {"note": words}, liaison.at, 1)

    refused = at_once(app, write("甲写的"), write("乙写的"))
    assert len(refused) == 1
    assert row(Share, number).parts[0].words["note"] in {"甲写的", "乙写的"}


def test_numbers_have_no_gap_and_no_double(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    taken: list[int] = []

    @command
    def take() -> None:
        taken.append(next_serial(cast.committee_id, Series.NOTICE, 2031))

    assert at_once(app, *[take] * 6) == []
    assert sorted(taken) == [1, 2, 3, 4, 5, 6]


def test_what_a_person_confirmed_is_kept_when_compared_anew_at_that_moment(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    upper, own = plan_of(cast, UPPER, "upper_officer"), plan_of(cast, OWN)
    officer, second = cast.actor("officer"), cast.actor("second_officer")
    made = alignment.compare(officer, own, alignment.upper_of(upper))
    number = made.id

    def state() -> tuple[int, Counter[Any]]:
        pairs = comparing.pairs_of(number)
        return len(pairs), Counter(
            [("u", one.kind, one.upper_index) for one in pairs if one.upper_index is not None]
            + [("g", one.goal_id) for one in pairs if one.goal_id]
            + [("m", one.measure_id) for one in pairs if one.measure_id]
        )

    before, _ = state()
    for _turn in range(3):
        refused = at_once(
            app, lambda: alignment.confirm(officer, row(Comparison, number), comparing.pairs_of(number)),
            lambda: alignment.compare_again(second, row(Comparison, number)),
            lambda: alignment.compare_again(officer, row(Comparison, number)),
        )  # fmt: skip
        count, places = state()
        assert max(places.values()) == 1, (refused, count, before)
        assert count == before


def test_a_unit_is_reformed_once(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    number, into = cast.units["市法院"], cast.units["市委宣传部"]
    one, two = cast.actor("officer", on=ON), cast.actor("head", on=ON)

    def rename() -> object:
        name = NewName("云川市审判局", "市审判局")
        return committees.reform_unit(
            one, row(Unit, number), ReformKind.RENAMED, starts_on=ON, document="甲", name=name
        )

    def merge() -> object:
        unit, heir = row(Unit, number), row(Unit, into)
        return committees.reform_unit(two, unit, ReformKind.MERGED, starts_on=ON, document="乙", heirs=[heir])

    assert len(at_once(app, rename, merge)) == 1
    assert db.session.scalar(select(func.count()).select_from(Succession).where(Succession.unit_id == number)) == 1


def test_tasks_are_merged_or_issued_and_not_both(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    plan = make_assigned_tasks(cast, make_plan(cast, kind="children"))
    number, ids = plan.id, [one.id for one in tasks_of(plan)[:2]]
    officer, head = cast.actor("officer", on=date(2021, 9, 8)), cast.actor("head", on=date(2021, 9, 8))

    def merge() -> object:
        rows = [row(Task, one) for one in ids]
        return tasks.merge_tasks(officer, rows, rows[0])

    at_once(app, merge, lambda: tasks.issue(head, row(Plan, number)))
    states = {one.state for one in tasks_of(row(Plan, number))}
    assert states in ({TaskState.ISSUED}, {TaskState.DRAFT})


def test_no_unit_is_left_with_a_draft_part_in_an_issued_task(town: tuple[Flask, Cast]) -> None:
    """Half of the units would never hear of their part, and nobody could take it away again."""
    app, cast = town
    make_open_round(cast, 2028)
    number, on = db.session.scalars(select(Task.plan_id)).first(), date(2028, 9, 8)
    officer, head = cast.actor("officer", on=on), cast.actor("head", on=on)
    plan, item = row(Plan, number), tasks_of(row(Plan, number))[0].measure
    ids, unit = [], cast.units["市法院"]
    for title in ("甲", "乙", "丙"):
        task = tasks.add_task(officer, plan, item, title=title)
        tasks.assign(officer, task, cast.unit("市教育局"), AssignmentRole.LEAD)
        ids.append(task.id)

    def place() -> None:
        for one in ids:
            tasks.assign(officer, row(Task, one), row(Unit, unit), AssignmentRole.SUPPORT)

    at_once(app, place, lambda: tasks.issue(head, row(Plan, number)))
    parts = [part.state for one in ids for part in row(Task, one).assignments]
    assert set(parts) == {AssignmentState.ISSUED}


def test_no_unit_is_asked_by_a_round_that_is_being_called_off(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    officer, unit = cast.actor("officer", on=ASKED_ON), cast.units["市法院"]
    for turn in range(4):
        number = make_special_round(cast, title=f"第{turn}次专项").id
        at_once(
            app, lambda number=number: actions.ask_more_units(officer, row(Round, number), [row(Unit, unit)]),
            lambda number=number: actions.call_off(officer, row(Round, number), "误发。"),
        )  # fmt: skip
        states = set(db.session.scalars(select(Report.state).where(Report.round_id == number)))
        assert states == {ReportState.EXEMPTED}


def test_nothing_is_noted_on_a_check_that_is_being_closed(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    officer, unit = cast.actor("officer", on=ON), cast.units["市教育局"]
    words = MatterWords("台账不完整", "", "请补齐。", ON + timedelta(days=9))
    for turn in range(4):
        facts = CheckFacts(f"第{turn}次督查", ON, ON)
        number = supervision.plan_check(officer, facts, [(cast.unit("市教育局"), ON)]).id
        supervision.announce_check(officer, row(FieldCheck, number))

        def note(number: int = number) -> object:
            return supervision.note_matter(officer, row(FieldCheck, number), row(Unit, unit), words)

        refused = at_once(app, note, lambda number=number: supervision.close_check(officer, row(FieldCheck, number)))
        check = row(FieldCheck, number)
        assert len(refused) == 1
        assert check.is_over != bool(check.matters)


def test_a_unit_that_joins_a_check_while_it_is_announced_is_told_of_it(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    officer, joining = cast.actor("officer", on=ON), cast.units["市卫生健康委"]
    for turn in range(4):
        facts = CheckFacts(f"第{turn}次巡查", ON, ON)
        number = supervision.plan_check(officer, facts, [(cast.unit("市教育局"), ON)]).id

        def join(number: int = number) -> object:
            return supervision.add_visit(officer, row(FieldCheck, number), row(Unit, joining), ON)

        at_once(app, join, lambda number=number: supervision.announce_check(officer, row(FieldCheck, number)))
        told = select(Message.unit_id).where(Message.kind == "check.announced", Message.subject_id == number)
        assert {visit.unit_id for visit in row(FieldCheck, number).visits} == set(db.session.scalars(told))


def test_one_is_named_deputy_once(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    holding, person = cast.holdings["other_liaison"], cast.actor("other_leader").user_id or 0
    office = cast.actor("officer", on=ON)

    def name() -> object:
        until = ON + timedelta(days=3)
        return accounts.name_deputy(office, row(Holding, holding), row(User, person), starts_on=ON, ends_on=until)

    assert len(at_once(app, name, name)) == 1


def test_a_units_post_is_handed_on_once(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    number = cast.units["市教育局"]

    def succeed(who: str, name: str) -> Act:
        actor = cast.actor(who, on=ON)
        facts = {"login": None, "phone": None, "email": None}
        return lambda: accounts.succeed(actor, row(Unit, number), Role.LIAISON, name=name, **facts)

    at_once(app, succeed("officer", "孙新"), succeed("head", "钱新"))
    post = db.session.scalars(select(Post).where(Post.unit_id == number, Post.role == Role.LIAISON)).one()
    assert len([one for one in post.holdings if one.is_current(ON)]) == 1


def test_a_post_is_granted_once(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    person, administrator = cast.actor("other_liaison").user_id or 0, cast.actor("secadmin", on=ON)

    def grant() -> object:
        committee = row(Committee, cast.committee_id)
        return accounts.grant(administrator, row(User, person), committee=committee, role=Role.OFFICER, starts_on=ON)

    assert len(at_once(app, grant, grant)) == 1


def test_of_two_administrators_who_close_each_other_one_is_left(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    sysadmin, secadmin = cast.actor("sysadmin", on=ON), cast.actor("secadmin", on=ON)
    other = accounts.create_user(sysadmin, login="xitong2", name="郝二")
    accounts.grant(secadmin, other, committee=row(Committee, cast.committee_id), role=Role.SYSADMIN, starts_on=ON)
    numbers = [sysadmin.user_id or 0, other.id]
    refused = at_once(app, *[lambda n=n: accounts.disable(sysadmin, row(User, n), reason="离任") for n in numbers])
    assert len(refused) == 1
    assert sorted(row(User, number).is_active for number in numbers) == [False, True]


def test_a_link_comes_in_once_however_many_press(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    holding = db.session.get_one(Holding, cast.holdings["other_liaison"])
    key = accounts.give_sign_in_link(cast.actor("officer"), holding) or ""
    came: list[tuple[int, int]] = []
    refused = at_once(app, *[lambda: came.append(accounts.use_sign_in_link(key, at=clock.now()))] * 4)
    assert (len(came), len(refused)) == (1, 3)


def test_a_code_of_the_telephone_is_right_once_however_many_type_it(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    user_id, at = db.session.get_one(Holding, cast.holdings["other_leader"]).user_id, clock.now()
    seed = give_factor(db.session.get_one(User, user_id).login)
    found: list[bool] = []
    code = pyotp.TOTP(seed).at(at)
    at_once(app, *[lambda: found.append(accounts.prove_code(user_id, code, at=at))] * 4)
    assert sorted(found) == [False, False, False, True]


def test_the_same_form_sent_twice_at_once_is_one(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    officer = cast.actor("officer", on=ON)
    unit_id = cast.unit("市教育局").id

    def plan() -> None:
        supervision.plan_check(officer, CheckFacts("同时拟定的督查", ON, ON), [(row(Unit, unit_id), ON)])

    def write() -> None:
        words = ItemWords("同时起草的函", "尚未收到。", "请报送。")
        supervision.draft_notice(officer, row(Unit, unit_id), NoticeKind.HINT, words)

    assert at_once(app, plan, write, plan, write) == []
    checks = select(func.count()).select_from(FieldCheck).where(FieldCheck.title == "同时拟定的督查")
    items = select(func.count()).select_from(NoticeItem).where(NoticeItem.subject == "同时起草的函")
    assert (db.session.scalar(checks), db.session.scalar(items)) == (1, 1)


def test_a_change_of_liaison_is_confirmed_or_taken_back_and_not_both(town: tuple[Flask, Cast]) -> None:
    app, cast = town
    unit = cast.actor("other_leader", on=ON)
    facts = {"name": "周更", "login": None, "phone": None, "email": None}
    assert len(at_once(app, *[lambda: accounts.propose(unit, Role.LIAISON, **facts)] * 3)) == 2
    made = db.session.scalars(select(Proposal.id).where(Proposal.unit_id == unit.unit_id)).one()
    refused = at_once(
        app,
        lambda: accounts.confirm_proposal(cast.actor("officer", on=ON), row(Proposal, made)),
        lambda: accounts.withdraw_proposal(unit, row(Proposal, made)),
    )
    assert refused == ["这次变更已经办理过了。"]
