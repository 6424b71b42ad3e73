"""Circulars: narrowed, compared with the one before, corrected, spread; figures lead to the rows behind them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.makers.reports import make_accepted_report, make_open_round, make_submitted_report
from tests.makers.tasks import tasks_of
from tests.supervision.letters import make_overdue
from tracker.core import files
from tracker.core.db import db
from tracker.messages.models import Message
from tracker.plans.models import Area
from tracker.reports import actions as reports
from tracker.reports.models import Round
from tracker.supervision import actions, documents, jobs
from tracker.supervision.models import Circular, CircularState, Light
from tracker.supervision.queries import STILL_DUE, lights
from tracker.supervision.queries import circulars as queries
from tracker.supervision.queries import figures as figure_queries
from tracker.supervision.queries.figures import Scope

Client = Callable[[str], FlaskClient]
DAY = date(2026, 1, 21)
LATER = date(2026, 2, 20)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-21T10:00:00+08:00")


def the_round() -> Round:
    return db.session.scalars(select(Round).order_by(Round.id)).one()


def issue(cast: Cast, circular: Circular, on: date = DAY) -> Circular:
    actions.sign(cast.actor("head", on=on), circular)
    paper = files.put_bytes(b"%PDF-1.4 paper")
    actions.issue(cast.actor("officer", on=on), circular, pdf=paper, docx=paper, xlsx=paper,
                  signed_hash=circular.hash or "")  # fmt: skip
    return circular


def draft(cast: Cast, on: date = DAY, **more: object) -> Circular:
    return actions.draft_circular(cast.actor("officer", on=on), the_round(), cut_off_on=on, **more)  # type: ignore[arg-type]


def test_a_cut_off_in_the_past_counts_what_stood_then(cast: Cast) -> None:
    make_submitted_report(cast, make_open_round(cast), cast.unit("市教育局"), on=date(2025, 12, 21))
    officer = cast.actor("officer", on=DAY)
    before = actions.draft_circular(officer, the_round(), cut_off_on=date(2025, 12, 20)).figures
    after = actions.draft_circular(officer, the_round(), cut_off_on=date(2025, 12, 21)).figures
    assert (before["reports"]["on_time"], after["reports"]["on_time"]) == (0, 1)
    assert before["assignments"]["normal"] == 0
    assert after["assignments"]["normal"] == after["units"][0]["total"]


def test_a_report_sent_on_the_saturday_after_its_day_is_one_working_day_late(cast: Cast) -> None:
    round_, monday = make_open_round(cast, 2026), date(2027, 1, 18)
    assert round_.due_on == date(2027, 1, 15)
    make_submitted_report(cast, round_, cast.unit("市教育局"), on=date(2027, 1, 16))
    counted = figure_queries.count_figures(cast.actor("officer", on=monday), round_, monday)
    assert "迟报1个工作日" in {line["report_words"] for line in counted["units"]}


def test_a_narrowed_circular_counts_and_names_only_its_areas_and_units(cast: Cast) -> None:
    make_open_round(cast)
    area, unit = db.session.scalars(select(Area).order_by(Area.id)).first(), cast.unit("市教育局")
    assert area is not None
    circular = draft(cast, scope=Scope((area.id,), (unit.id,)))
    assert {row["area_id"] for row in circular.figures["rows"]} == {area.id}
    assert [line["name"] for line in circular.figures["units"]] == ["市教育局"]
    assert circular.figures["reports"]["expected"] == 1
    assert f"（范围：{area.name}；市教育局）" in circular.opening


def test_every_figure_counts_exactly_the_rows_behind_it(cast: Cast) -> None:
    make_overdue(cast)
    figures = draft(cast).figures
    for line in figures["units"]:
        for light in Light:
            assert line[light.value] == len(
                figure_queries.rows_behind(figures, unit_id=line["unit_id"], lights=[light.value])
            )
    for line in figures["areas"]:
        assert line["total"] == len(figure_queries.rows_behind(figures, area_id=line["area_id"]))
    groups = [sum(figures["assignments"][name] for name in names) for names, _ in documents.LIGHT_WORDS]
    assert sum(figure_queries.shares(groups)) == 100


def test_the_rows_behind_a_figure_stay_as_they_were(cast: Cast, client: Client) -> None:
    make_overdue(cast)
    number = issue(cast, draft(cast)).id
    mine = db.session.get_one(Circular, number).figures["items"][0]
    change = db.session.get_one(Circular, number)
    assignment = lights.visible_assignments(cast.actor("officer", on=DAY))
    row = next(one for one in db.session.scalars(assignment) if one.id == mine["assignment_id"])
    actions.change_light(cast.actor("officer", on=DAY), row, Light.DONE, "已办结。")
    page = client("officer").get(f"/circulars/{number}/figures?light=overdue").get_data(as_text=True)
    assert mine["title"] in page
    assert "办结期限已过" in page
    assert change.figures["items"][0]["light"] == "overdue"
    drawn = client("officer").get(f"/circulars/{number}/chart-1.svg")
    assert drawn.mimetype == "image/svg+xml"
    assert client("liaison").get(f"/circulars/{number}/figures").status_code == 403


def test_what_the_last_circular_named_is_said_to_be_better_or_named_again(cast: Cast) -> None:
    first_task = tasks_of(make_overdue(cast))[0]
    actor = cast.actor("officer", on=DAY)
    slow = next(row for row in first_task.living if row.unit_id == cast.units["市卫生健康委"])
    actions.change_light(actor, slow, Light.ATTENTION, "进度偏慢。")
    first = issue(cast, draft(cast))
    actions.change_light(cast.actor("second_officer", on=LATER), slow, Light.NORMAL, "进度已赶上。")
    since = draft(cast, LATER).figures["since"]
    assert (since["number"], since["named"]) == (first.number, 2)
    assert since["improved"] == [slow.id]
    assert len(since["repeated"]) == 1
    again = draft(cast, LATER)
    assert f"上次通报（{first.number}）指出的2项中，1项已经改善" in again.good
    assert "这次重复出现的1项：市教育局" in again.problems


def test_a_correction_is_a_new_circular_that_names_the_one_it_replaces(cast: Cast, client: Client) -> None:
    make_open_round(cast)
    wrong = issue(cast, draft(cast))
    number, printed = wrong.id, wrong.number
    assert client("officer").post(f"/circulars/{number}/correct").status_code == 302
    fresh = db.session.scalars(select(Circular).where(Circular.corrects_id == number)).one()
    assert printed is not None
    assert f"（{printed}）以本通报为准" in fresh.opening
    assert "本通报已被更正" not in client("liaison").get(f"/circulars/{number}").get_data(as_text=True)
    issue(cast, db.session.get_one(Circular, fresh.id))
    assert "本通报已被更正" in client("liaison").get(f"/circulars/{number}").get_data(as_text=True)


def test_the_office_sees_which_unit_has_read_it(cast: Cast, client: Client) -> None:
    make_open_round(cast)
    number = issue(cast, draft(cast)).id
    assert ">已阅读<" not in client("officer").get(f"/circulars/{number}/spread").get_data(as_text=True)
    client("liaison").get(f"/circulars/{number}/file.pdf")
    found = queries.spread(db.session.get_one(Circular, number))
    read = {one.unit.short_name: one.read_at is not None for one in found}
    assert read == {"市教育局": True, "市卫生健康委": False}
    assert client("liaison").get(f"/circulars/{number}/spread").status_code == 403


def test_the_sheets_hold_the_frozen_figures_and_the_file_is_kept(cast: Cast, client: Client) -> None:
    make_overdue(cast)
    number = draft(cast).id
    book = openpyxl.load_workbook(BytesIO(client("officer").get(f"/circulars/{number}/preview.xlsx").data))
    assert book.sheetnames == ["各单位", "各领域", "需关注和逾期", "全部任务"]
    actions.sign(cast.actor("head", on=DAY), db.session.get_one(Circular, number))
    assert client("officer").post(f"/circulars/{number}/issue").status_code == 302
    stored = db.session.get_one(Circular, number).xlsx
    assert stored is not None
    sent = client("liaison").get(f"/circulars/{number}/file.xlsx").data
    assert sent == files.read(stored)
    # No unit reads in it what others reported of tasks that the paper does not name.
    assert openpyxl.load_workbook(BytesIO(sent)).sheetnames == ["各单位", "各领域", "需关注和逾期"]
    assert client("liaison").get(f"/circulars/{number}/preview.xlsx").status_code == 403
    whole = client("officer").get(f"/circulars/{number}/preview.xlsx").data
    assert openpyxl.load_workbook(BytesIO(whole)).sheetnames[-1] == "全部任务"


def test_where_the_stamped_text_differs_from_the_draft_it_is_said(cast: Cast) -> None:
    make_open_round(cast)
    circular = draft(cast)
    text = "\n".join(getattr(circular, name) for name in ("title", "opening", "overall", "good", "problems", "demands"))
    assert documents.differences(circular, text) == []
    assert documents.differences(circular, text.replace("应报送单位", "应报送\n— 1 —\n单位")) == []  # over the page
    found = documents.differences(circular, text.replace("应报送单位", "应报送单位1"))
    assert len(found) == 1
    assert found[0].startswith("总体情况中的数字或文字与草稿不一致，草稿为：")


def test_a_registered_scan_asks_for_a_check_by_eye_and_pasted_words_are_compared(cast: Cast, client: Client) -> None:
    make_open_round(cast)
    for typed, said in (("", "签章件读不出文字"), ("别的正文。", "标题中的")):
        number = draft(cast).id
        form = {
            "number": f"云妇儿工委〔2026〕{number}号", "signer": "吴光", "issued_on": "2026-01-20",
            "final": (BytesIO(b"%PDF-1.4 stamped"), "通报.pdf"), "final_text": typed,
        }  # fmt: skip
        assert client("officer").post(f"/circulars/{number}/register", data=form).status_code == 302
        assert said in client("officer").get(f"/circulars/{number}").get_data(as_text=True)
        assert said not in client("liaison").get(f"/circulars/{number}").get_data(as_text=True)


def test_drafts_come_by_themselves_in_season_and_after_the_lock_each_once(cast: Cast) -> None:
    round_ = make_open_round(cast)
    for unit in ("市教育局", "市卫生健康委"):
        make_accepted_report(cast, round_, cast.unit(unit), on=date(2025, 12, 21))
    assert jobs.draft_circulars(date(2026, 1, 20)) == 0
    assert jobs.draft_circulars(date(2026, 2, 2)) == 1
    assert jobs.draft_circulars(date(2026, 2, 3)) == 0
    drafted = db.session.scalars(select(Circular)).one()
    told = db.session.scalars(select(Message).where(Message.kind == "circular.proposed")).all()
    assert len(told) == 3
    assert all(STILL_DUE[one.subject_type](one) for one in told)
    actions.drop_circular(cast.actor("officer", on=date(2026, 2, 4)), drafted)
    assert not any(STILL_DUE[one.subject_type](one) for one in told)
    assert jobs.draft_circulars(date(2026, 2, 5)) == 0
    reports.close_round(cast.actor("officer", on=date(2026, 2, 10)), the_round())
    reports.lock_round(cast.actor("officer", on=date(2026, 2, 15)), the_round())
    assert jobs.draft_circulars(date(2026, 2, 16)) == 1
    assert jobs.draft_circulars(date(2026, 2, 16)) == 0
    assert db.session.scalars(select(Circular)).one().state is CircularState.DRAFT


def test_a_draft_that_came_by_itself_stands_on_the_desk_until_it_is_put_forward(cast: Cast, client: Client) -> None:
    make_open_round(cast)
    mine = draft(cast)
    assert f'href="/circulars/{mine.id}"' not in client("officer").get("/").text
    actions.drop_circular(cast.actor("officer", on=DAY), mine)
    jobs.draft_circulars(date(2026, 2, 2))
    drafted = db.session.scalars(select(Circular)).one()
    desk = client("officer").get("/").text
    assert f'href="/circulars/{drafted.id}"' in desk
    assert "系统按期起草，不需要的可以删除" in desk
    actions.submit_circular(cast.actor("officer", on=date(2026, 2, 3)), drafted)
    assert f'href="/circulars/{drafted.id}"' not in client("officer").get("/").text


def test_a_drafts_scope_is_changed_and_what_was_written_is_kept_and_marked(cast: Cast, client: Client) -> None:
    make_submitted_report(cast, make_open_round(cast), cast.unit("市教育局"))
    circular, ours = draft(cast), cast.unit("市教育局")
    officer, whole = cast.actor("officer", on=DAY), len(circular.figures["units"])
    proposed = circular.overall
    actions.edit_circular(officer, circular, problems=f"{circular.problems}另有一些情况。")
    actions.recount(officer, circular, cut_off_on=DAY, scope=Scope(units=(ours.id,)))
    assert [line["name"] for line in circular.figures["units"]] == ["市教育局"]
    assert whole > 1
    assert "市教育局" in circular.title
    assert circular.overall != proposed, "as it was proposed it follows the figures"
    assert circular.problems.endswith("另有一些情况。")
    assert circular.to_check == ["problems"]
    page = client("officer").get(f"/circulars/{circular.id}").text
    assert "存在问题（按新数据拟）" in page
    actions.edit_circular(officer, db.session.get_one(Circular, circular.id), problems="已核对。")
    assert db.session.get_one(Circular, circular.id).to_check == []


def test_every_figure_of_the_proposed_words_leads_to_its_rows(cast: Cast, client: Client) -> None:
    make_overdue(cast)
    circular = draft(cast)
    runs = [
        run for name, _ in documents.SECTIONS for run in documents.linked(circular.figures, getattr(circular, name))
    ]
    leads = [run for run in runs if run.where is not None]
    assert not any(run.counted is not None for run in leads), "the words say what was counted"
    unlinked = "".join(run.text for run in runs if run.where is None)
    assert not re.search(r"(?<![第0-9])[0-9]+(?:项|个)", unlinked), unlinked
    for run in leads:
        number = int(re.match(r"[0-9]+", run.text)[0])  # type: ignore[index]
        where = dict(run.where or {})
        if "report" in where:
            assert len(figure_queries.units_behind(circular.figures, where["report"])) == number
        else:
            wanted = {**where, "lights": where.get("light", "").split(",") if where.get("light") else []}
            assert len(figure_queries.rows_behind(circular.figures, **wanted)) == number
    page = client("officer").get(f"/circulars/{circular.id}").text
    assert f"/circulars/{circular.id}/figures?report=missing" in page
    wrong = documents.linked(circular.figures, "应报送单位99个，")[1]
    assert wrong.counted == circular.figures["reports"]["expected"]
