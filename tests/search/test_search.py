"""Everything is found by whoever may see it, and by nobody else, also while the index lags behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import docx
import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import select, update

from tests.cast import Cast
from tests.core.test_uploads import GOOD
from tests.counting import counted
from tests.makers.plans import make_plan
from tests.makers.reports import make_open_round, report_of, write_report
from tests.makers.tasks import tasks_of
from tests.reminders.test_remind import watch
from tests.supervision.letters import issue, make_draft, make_free, make_issued
from tracker.accounts import actions as accounts
from tracker.accounts import queries as account_queries
from tracker.accounts.models import Holding, Post, User
from tracker.core import clock, files
from tracker.core.access import Actor, Role
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.messages.models import Message
from tracker.plans.models import Measure, Plan
from tracker.reminders import actions as reminders
from tracker.reminders.models import Watch
from tracker.reports import actions as reports
from tracker.search import actions, queries
from tracker.search.models import FileText, SearchEntry, SearchKind
from tracker.search.queries import SearchFilter
from tracker.search.reading import SOURCES
from tracker.supervision import actions as supervision
from tracker.tasks import actions as tasks
from tracker.tasks.models import AssignmentRole

ON = date(2025, 12, 5)
Client = Callable[[str], FlaskClient]


def found(actor: Actor, query: str, **wanted: object) -> set[SearchKind]:
    return {entry.kind for entry in hits(actor, query, **wanted)}


def hits(actor: Actor, query: str, **wanted: object) -> list[SearchEntry]:
    rows = queries.search(actor, SearchFilter(query, **wanted))  # type: ignore[arg-type]
    return list(db.session.scalars(rows))


def word_file(text: str) -> files.Blob:
    paper, content = docx.Document(), BytesIO()
    paper.add_paragraph(text)
    paper.save(content)
    return files.put_bytes(content.getvalue())


def sheet_file(text: str) -> files.Blob:
    book, content = Workbook(), BytesIO()
    book.active["B2"] = text
    book.save(content)
    return files.put_bytes(content.getvalue())


def catch_up() -> None:
    actions.look_over(clock.now())


def test_entries_are_written_in_one_order_whatever_order_they_were_read_in(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three schedulers that start at the same moment fill them at the same moment: crosswise they would wait for each
    other on PostgreSQL."""
    source = SOURCES[SearchKind.MEASURE]
    monkeypatch.setitem(SOURCES, SearchKind.MEASURE, replace(source, read=lambda ids: [*source.read(ids)][::-1]))
    make_plan(cast)
    numbers = list(db.session.scalars(select(Measure.id)))
    assert actions.refresh(SearchKind.MEASURE, numbers) == len(numbers) > 1
    rows = select(SearchEntry.subject_id).where(SearchEntry.kind == SearchKind.MEASURE).order_by(SearchEntry.id)
    assert db.session.scalars(rows).all() == sorted(numbers)
    assert actions.refresh(SearchKind.MEASURE, numbers) == 0


def test_plans_goals_measures_and_tasks_are_found_by_office_and_unit(cast: Cast) -> None:
    make_open_round(cast)
    catch_up()
    measure = db.session.scalars(select(Measure)).first()
    assert measure is not None
    for who in ("officer", "head", "chair", "liaison"):
        assert {SearchKind.MEASURE, SearchKind.TASK} <= found(cast.actor(who), measure.title), who
        assert SearchKind.PLAN in found(cast.actor(who), "发展 规划")
        assert SearchKind.GOAL in found(cast.actor(who), "妇"), "one character is enough"
    assert hits(cast.actor("upper_officer"), "妇") == []
    assert hits(cast.actor("lower_officer"), "妇") == []
    for who in ("sysadmin", "secadmin", "auditor"):
        assert hits(cast.actor(who), "妇") == []


def test_a_task_is_found_by_the_units_that_have_a_part_in_it(cast: Cast) -> None:
    make_open_round(cast)
    catch_up()
    plan = db.session.scalars(select(Plan)).one()
    task = tasks_of(plan)[0]
    mine = [entry.subject_id for entry in hits(cast.actor("liaison"), task.title) if entry.kind is SearchKind.TASK]
    assert task.id in mine
    narrowed = hits(cast.actor("officer"), task.title, unit_id=cast.units["市法院"])
    assert not [entry for entry in narrowed if entry.kind is SearchKind.TASK], "the court has no part in it"
    assert hits(cast.actor("officer"), task.title, unit_id=cast.units["市教育局"])


def test_the_words_of_a_draft_report_are_the_units_own_until_it_submits(cast: Cast) -> None:
    round_ = make_open_round(cast)
    liaison, officer = cast.actor("liaison", on=ON), cast.actor("officer", on=ON)
    report = report_of(round_, cast.unit("市教育局"))
    write_report(liaison, report)
    catch_up()
    assert SearchKind.REPORT_TEXT in found(liaison, "建立台账")
    assert SearchKind.REPORT_TEXT not in found(officer, "建立台账")
    assert SearchKind.REPORT in found(officer, "市教育局2025年")
    assert hits(cast.actor("other_liaison"), "建立台账") == []
    reports.submit_on_paper(liaison, report, "赵强")
    assert SearchKind.REPORT_TEXT not in found(officer, "建立台账"), "not before it was read as submitted"
    actions.follow(clock.now())
    assert SearchKind.REPORT_TEXT in found(officer, "建立台账")
    assert hits(cast.actor("other_liaison"), "建立台账") == []
    reports.return_report(cast.actor("officer", on=ON), report, "请补充。")
    actions.follow(clock.now())
    assert SearchKind.REPORT_TEXT not in found(officer, "建立台账"), "it is the unit's again"


def test_a_report_is_found_once_by_its_title_with_its_words_where_they_may_be_read(cast: Cast) -> None:
    round_ = make_open_round(cast)
    liaison, officer = cast.actor("liaison", on=ON), cast.actor("officer", on=ON)
    report = report_of(round_, cast.unit("市教育局"))
    write_report(liaison, report)
    catch_up()
    mine = [one for one in hits(liaison, report.round.title) if one.unit_id == report.unit_id]
    assert [one.kind for one in mine] == [SearchKind.REPORT_TEXT]
    theirs = [one for one in hits(officer, report.round.title) if one.unit_id == report.unit_id]
    assert [one.kind for one in theirs] == [SearchKind.REPORT]


def test_what_was_said_on_the_telephone_is_found_by_the_office_alone(cast: Cast) -> None:
    number = watch(cast)
    row = db.session.get_one(Watch, number)
    catch_up()
    reminders.note_phone_call(cast.actor("officer"), row, "经电话，主任出差，答应周五补报")
    actions.follow(clock.now())
    for who in ("officer", "head"):
        [entry] = hits(cast.actor(who), "主任出差")
        assert (entry.title, entry.path) == ("市教育局：报送2025年年度报告", f"/reminders/phone?matter={number}")
        assert hits(cast.actor(who), "主任出差", group="phone", unit_id=cast.units["市教育局"])
    for who in ("liaison", "leader", "chair", "upper_officer", "lower_officer", "auditor"):
        assert hits(cast.actor(who), "主任出差") == [], who


def test_a_letter_is_found_by_its_unit_once_it_is_issued(cast: Cast) -> None:
    draft = make_draft(cast)
    catch_up()
    word = draft.items[0].subject[:6]
    assert SearchKind.NOTICE in found(cast.actor("officer"), word)
    assert SearchKind.NOTICE not in found(cast.actor("liaison"), word)
    issued = issue(cast, make_free(cast))
    word = issued.items[0].subject[:6]
    actions.follow(clock.now())
    mine = [entry.subject_id for entry in hits(cast.actor("liaison"), word) if entry.kind is SearchKind.NOTICE]
    assert mine == [issued.id]
    assert SearchKind.NOTICE not in found(cast.actor("other_liaison"), word)


def test_files_are_found_by_name_and_by_what_is_written_in_them(cast: Cast) -> None:
    round_ = make_open_round(cast)
    liaison = cast.actor("liaison", on=ON)
    report = report_of(round_, cast.unit("市教育局"))
    write_report(liaison, report)
    reports.attach(liaison, report, word_file("关于印发乡镇托育机构备案办法的通知"), "备案办法.docx")
    reports.attach(liaison, report, sheet_file("留守儿童关爱台账"), "台账.xlsx")
    reports.attach(liaison, report, files.put_bytes("全市学前教育毛入园率".encode("gb18030")), "说明.txt")
    catch_up()
    assert SearchKind.EVIDENCE in found(liaison, "备案办法.docx")
    assert hits(liaison, "托育机构备案") == [], "not read yet"
    assert actions.read_files(clock.now()) == 3
    assert actions.read_files(clock.now()) == 0
    for words in ("托育机构备案", "留守儿童关爱", "毛入园率"):
        assert found(liaison, words) == {SearchKind.EVIDENCE}, words
        assert hits(cast.actor("officer"), words) == [], "a draft's files are the unit's own"
        assert hits(cast.actor("other_liaison"), words) == []
    reports.submit_on_paper(liaison, report, "赵强")
    assert found(cast.actor("officer"), "托育机构备案") == {SearchKind.EVIDENCE}


def test_a_file_with_identity_numbers_or_marks_is_told_and_they_are_not_kept(cast: Cast) -> None:
    round_ = make_open_round(cast)
    liaison = cast.actor("liaison", on=ON)
    report = report_of(round_, cast.unit("市教育局"))
    reports.attach(liaison, report, word_file(f"学生名单 {GOOD}"), "学生名单.docx")
    reports.attach(liaison, report, word_file("工作总结"), "总结.docx")
    actions.read_files(clock.now())
    told = db.session.scalars(select(Message).where(Message.kind == "file.suspect")).all()
    assert {message.recipient_id for message in told} >= {liaison.user_id, cast.actor("officer").user_id}
    assert {message.title for message in told} == {"请核对附件“学生名单.docx”"}
    assert "疑似身份证号码1个" in told[0].body
    assert GOOD not in "".join(db.session.scalars(select(FileText.text)))
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "file.suspect")).one()
    assert "学生名单.docx" in entry.sentence
    assert GOOD not in entry.sentence


def test_a_reply_to_a_letter_and_its_files_are_found(cast: Cast) -> None:
    notice = make_issued(cast)
    blob = word_file("整改方案：十月底前完成妇幼保健院搬迁")
    supervision.reply(cast.actor("liaison", on=date(2026, 2, 2)), notice, "已倒排工期。", [(blob, "整改方案.docx")])
    catch_up()
    actions.read_files(clock.now())
    for who in ("liaison", "officer"):
        assert SearchKind.NOTICE_EVIDENCE in found(cast.actor(who), "妇幼保健院搬迁"), who
        assert SearchKind.NOTICE in found(cast.actor(who), "倒排工期")
    assert hits(cast.actor("other_liaison"), "妇幼保健院搬迁") == []


def test_what_was_found_on_the_spot_and_what_a_leader_wrote_is_found_by_whom_it_concerns(cast: Cast) -> None:
    officer, liaison, ours = cast.actor("officer", on=ON), cast.actor("liaison", on=ON), cast.unit("市教育局")
    check = supervision.plan_check(officer, supervision.CheckFacts("托幼机构实地督查", ON, ON), [(ours, ON)])
    words = supervision.MatterWords("晨检台账不完整", "三所园缺记录。", "补齐晨检台账。", ON + timedelta(days=20))
    supervision.announce_check(officer, check)
    matter = supervision.note_matter(officer, check, ours, words)
    given = supervision.record_instruction(
        officer, title="关于托育收费的批示", given_by="吴光", given_on=ON, text="请教育局牵头核实。"
    )
    catch_up()
    assert found(officer, "晨检台账", group="matter") == {SearchKind.MATTER}
    assert found(liaison, "晨检") == set(), "it was only noted"
    assert found(officer, "核实") == {SearchKind.INSTRUCTION}
    assert found(liaison, "托育收费") == set(), "an instruction is the office's"
    assert found(liaison, "实地督查") == {SearchKind.CHECK}
    supervision.feed_back(officer, check)
    blob = word_file("整改台账：晨检记录补齐至六月")
    supervision.answer_matter(liaison, matter, "已补录晨检。", [(blob, "补录.docx")])
    actions.follow(clock.now())
    assert found(liaison, "补录晨检") == {SearchKind.MATTER}
    actions.read_files(clock.now())
    for who, wanted in (("liaison", {SearchKind.MATTER_EVIDENCE}), ("officer", {SearchKind.MATTER_EVIDENCE})):
        assert found(cast.actor(who), "补齐至六月") == wanted, who
    assert hits(cast.actor("other_liaison"), "晨检") == []
    assert given.title


def test_what_a_unit_said_on_a_table_is_found_once_it_was_sent(cast: Cast) -> None:
    plan = make_plan(cast)
    officer, liaison = cast.actor("officer", on=ON), cast.actor("liaison", on=ON)
    tasks.break_down(officer, plan)
    tasks.assign_many(officer, tasks_of(plan), {AssignmentRole.LEAD: [cast.unit("市教育局")]})
    consultation = tasks.open_consultation(officer, plan, ON + timedelta(days=14))
    answer = next(one for one in consultation.answers if one.unit_id == cast.units["市教育局"])
    lead = tasks_of(plan)[0].lead
    assert lead is not None
    tasks.answer(liaison, answer, {lead.id: "建议由市民政局牵头琉璃瓦项目。"}, text="总体同意。")
    catch_up()
    for who in ("officer", "liaison"):
        assert found(cast.actor(who), "琉璃瓦") == {SearchKind.OPINION}, who
    assert hits(cast.actor("other_liaison"), "琉璃瓦") == []


def test_a_pdf_is_read_and_a_withdrawn_file_is_gone_at_once(cast: Cast) -> None:
    stream = BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(72, 700, "Kindergarten register 4711")
    canvas.save()
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=ON)
    evidence = reports.attach(liaison, report, files.put_bytes(stream.getvalue()), "名册.pdf")
    actions.read_files(clock.now())
    assert found(liaison, "register 4711") == {SearchKind.EVIDENCE}
    assert found(liaison, "４７１１", group="file", year=2025) == {SearchKind.EVIDENCE}
    assert found(liaison, "4711", year=2024) == set()
    reports.remove(liaison, evidence)
    assert found(liaison, "4711") == set()


def test_whoever_changes_to_another_unit_finds_that_units_things_at_once(cast: Cast) -> None:
    round_ = make_open_round(cast)
    write_report(cast.actor("liaison", on=ON), report_of(round_, cast.unit("市教育局")))
    catch_up()
    assert SearchKind.REPORT_TEXT in found(cast.actor("liaison", on=ON), "建立台账")
    person, on = cast.actor("liaison").user_id, date(2026, 1, 5)
    accounts.end_holding(
        cast.actor("officer", on=on), db.session.get_one(Holding, cast.holdings["liaison"]), last_day=on
    )
    post = db.session.scalars(
        select(Post).where(Post.unit_id == cast.units["市妇联"], Post.role == Role.LIAISON)
    ).first()
    maker = cast.system(on)
    post = post or accounts.create_post(maker, committee=cast.committee, role=Role.LIAISON, unit=cast.unit("市妇联"))
    holding = accounts.appoint(maker, post, db.session.get_one(User, person), starts_on=on)
    moved = account_queries.actor_for(holding, clock.now())
    assert SearchKind.REPORT_TEXT not in found(moved, "建立台账")
    assert hits(moved, "市教育局2025年") == []


def test_a_change_is_found_after_one_look_at_the_trail(cast: Cast) -> None:
    make_open_round(cast)
    catch_up()
    notice = make_free(cast)
    assert SearchKind.NOTICE not in found(cast.actor("officer"), notice.title)
    assert actions.follow(clock.now()) > 0
    assert SearchKind.NOTICE in found(cast.actor("officer"), notice.title)
    supervision.drop_notice(cast.actor("officer", on=ON), notice)
    assert SearchKind.NOTICE not in found(cast.actor("officer"), notice.title), "it is gone at once"
    actions.follow(clock.now())
    assert db.session.scalar(select(SearchEntry.id).where(SearchEntry.kind == SearchKind.NOTICE)) is None


def test_following_the_trail_forgets_what_is_settled_and_misses_nothing_late(cast: Cast) -> None:
    make_open_round(cast)
    now = clock.now()
    catch_up()
    assert actions.follow(now) == 0, "nothing to change"
    with counted() as quiet:
        actions.follow(now + timedelta(hours=2))
        actions.follow(now + timedelta(hours=3))
    assert len(quiet) <= 60
    last = db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert last, "entries stand"


def test_what_moved_on_is_not_shown_by_its_old_words(cast: Cast) -> None:
    """The index is as old as the version it read: a subject that moved on is not found until it is read anew."""
    make_open_round(cast)
    catch_up()
    task = tasks_of(db.session.scalars(select(Plan)).one())[0]
    db.session.execute(update(SearchEntry).where(SearchEntry.kind == SearchKind.TASK).values(version=99))
    db.session.commit()
    assert SearchKind.TASK not in found(cast.actor("officer"), task.title)
    assert actions.look_over(clock.now()) > 0
    assert SearchKind.TASK in found(cast.actor("officer"), task.title)


def test_signs_that_a_database_reads_as_patterns_are_only_signs(cast: Cast) -> None:
    make_open_round(cast)
    catch_up()
    for query in ("__", "妇_", "\\", "'", '"', "妇%女", "%妇"):
        assert hits(cast.actor("officer"), query) == [], query


def test_the_page_marks_filters_and_pages_what_it_found(cast: Cast, client: Client) -> None:
    make_open_round(cast)
    catch_up()
    office = client("officer")
    page = office.get("/search?q=妇女").text
    assert "<mark>妇女</mark>" in page
    assert 'action="/search"' in page, "the box stands in the header"
    assert "种类：任务" in office.get("/search?q=妇女&kind=task").text
    assert "没有找到" in office.get("/search?q=妇女&year=1999").text
    assert "请输入要查找的词" in office.get("/search").text
    assert office.get("/search?q=妇女&kind=nonsense&year=x&unit=9999999999&page=-1").status_code == 200
    assert "<script>" not in office.get("/search?q=<script>").text
    assert 'role="search" method="get" action' not in client("sysadmin").get("/").text


def test_a_search_costs_the_same_for_one_hit_and_for_many(cast: Cast, client: Client) -> None:
    make_open_round(cast)
    catch_up()
    office = client("officer")
    office.get("/search?q=妇女")
    with counted() as few:
        office.get("/search?q=2021—2030年妇女发展规划 第一")
    with counted() as many:
        office.get("/search?q=妇")
    assert len(few) == len(many)


@pytest.mark.parametrize("words", [b"PK\x03\x04 no archive", b"%PDF-1.4 broken", b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_stops_nothing(cast: Cast, words: bytes) -> None:
    round_ = make_open_round(cast)
    liaison = cast.actor("liaison", on=ON)
    place = files.path_of("f" * 64)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(words)
    blob = files.Blob("f" * 64, len(words), files.DOCX if words.startswith(b"PK") else files.PDF)
    reports.attach(liaison, report_of(round_, cast.unit("市教育局")), blob, "坏的.pdf")
    assert actions.read_files(clock.now()) == 1
    assert db.session.scalars(select(FileText.text)).one() == ""


def test_tasks_hold_their_names_in_the_trail(cast: Cast) -> None:
    """What `follow` relies on: an act on a task names the task or a part of it."""
    make_open_round(cast)
    task = tasks_of(db.session.scalars(select(Plan)).one())[0]
    tasks.suspend(cast.actor("head", on=ON), task, "工作需要。")
    named = db.session.scalars(select(AuditEntry.object_type).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert named in {"Task", "Assignment"}
