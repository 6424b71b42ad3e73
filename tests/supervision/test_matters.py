"""Field checks and instructions: what is found or told becomes a matter of one unit, answered, verified, closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from tests.cast import Cast
from tests.supervision.letters import make_paper
from tracker.committees import actions as committees
from tracker.committees.models import ReformKind
from tracker.core import calendar, files
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.messages.models import Message
from tracker.reminders.models import Watch
from tracker.supervision import actions
from tracker.supervision.actions import CheckFacts, MatterWords
from tracker.supervision.documents import checks as documents
from tracker.supervision.models import (
    CheckState,
    FieldCheck,
    Instruction,
    InstructionState,
    Matter,
    MatterAnswer,
    MatterState,
)

Client = Callable[[str], FlaskClient]
DAY = date(2026, 1, 21)
DUE = date(2026, 2, 10)
LATE = date(2026, 2, 12)
WORDS = MatterWords("台账不完整", "抽查的12份个案有4份没有回访记录。", "补齐回访记录，完善台账。", DUE)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-21T10:00:00+08:00")


def make_check(cast: Cast, *units: str) -> FieldCheck:
    facts = CheckFacts(
        "重点任务实地督查", date(2026, 1, 14), date(2026, 1, 16), basis="年度督查计划", team="林华、陈静",
        points="儿童之家运行情况", look_back_on=date(2026, 4, 1),
    )  # fmt: skip
    officer = cast.actor("officer", on=date(2026, 1, 5))
    visits = [(cast.unit(name), facts.starts_on) for name in units or ("市教育局", "市卫生健康委")]
    check = actions.plan_check(officer, facts, visits)
    actions.announce_check(officer, check)
    return check


def make_finding(cast: Cast, check: FieldCheck, unit: str = "市教育局") -> Matter:
    return actions.note_matter(cast.actor("officer", on=DAY), check, cast.unit(unit), WORDS)


def make_sent(cast: Cast) -> Matter:
    check = make_check(cast)
    matter = make_finding(cast, check)
    actions.feed_back(cast.actor("officer", on=DAY), check)
    return matter


def make_instruction(cast: Cast, *units: str) -> Instruction:
    officer = cast.actor("officer", on=DAY)
    instruction = actions.record_instruction(
        officer, title="加快儿童之家建设", given_by="吴光主任", given_on=DAY, text="请教育、卫健部门抓紧。"
    )
    wanted = [cast.unit(name) for name in units or ("市教育局", "市卫生健康委")]
    actions.note_matters(officer, instruction, wanted, WORDS)
    actions.assign_instruction(officer, instruction)
    return instruction


def answer(cast: Cast, matter: Matter, *, on: date = date(2026, 2, 2)) -> None:
    who = "liaison" if matter.unit_id == cast.units["市教育局"] else "other_liaison"
    actions.answer_matter(cast.actor(who, on=on), matter, "已补齐并建立台账。", [(make_paper(), "台账.pdf")])


def told(kind: str) -> list[str]:
    return list(db.session.scalars(select(Message.title).where(Message.kind == kind)))


def test_a_unit_is_told_its_day_and_sees_its_own_findings_only_once_they_are_sent(cast: Cast, client: Client) -> None:
    check = make_check(cast)
    number, mine = check.id, make_finding(cast, check).id
    theirs = make_finding(cast, db.session.get_one(FieldCheck, number), "市卫生健康委").id
    assert told("check.announced")[0] == "1月14日到您单位实地督查：重点任务实地督查"
    assert client("liaison").get(f"/matters/{mine}").status_code == 404
    assert "台账不完整" not in client("liaison").get(f"/checks/{number}").get_data(as_text=True)
    actions.feed_back(cast.actor("officer", on=DAY), db.session.get_one(FieldCheck, number))
    assert client("liaison").get(f"/matters/{mine}").status_code == 200
    assert client("liaison").get(f"/matters/{theirs}").status_code == 404
    page = client("liaison").get(f"/checks/{number}").get_data(as_text=True)
    assert "台账不完整" in page
    assert "市卫生健康委" not in page
    assert client("liaison").get(f"/checks/{number}/paper.pdf").status_code == 403


def test_a_planned_check_is_nobodys_business_outside_the_office(cast: Cast, client: Client) -> None:
    facts = CheckFacts("突击检查", DAY, DAY)
    number = actions.plan_check(cast.actor("officer", on=DAY), facts, [(cast.unit("市教育局"), DAY)]).id
    assert client("liaison").get(f"/checks/{number}").status_code == 404


def test_a_finding_is_answered_with_evidence_verified_by_another_hand_and_closed(cast: Cast, client: Client) -> None:
    matter = make_sent(cast)
    watch = db.session.scalars(select(Watch).where(Watch.kind == "matter.answer")).one()
    assert (watch.due_on, watch.unit_id) == (DUE, cast.units["市教育局"])
    number = matter.id
    form = {"text": "已补齐。", "evidence": (BytesIO(b"%PDF-1.4 x"), "台账.pdf")}
    assert client("liaison").post(f"/matters/{number}/answer", data=form).status_code == 302
    assert not db.session.get_one(Watch, watch.id).is_open
    assert client("officer").post(f"/matters/{number}/verify", data={"decision": "close"}).status_code == 403
    assert client("second_officer").post(f"/matters/{number}/verify", data={"decision": "close"}).status_code == 302
    matter = db.session.get_one(Matter, number)
    assert (matter.state, matter.closed_on, matter.closed_by) == (MatterState.CLOSED, DAY, "周洁")
    actions.close_check(cast.actor("officer", on=DAY), matter.check)
    assert matter.check.state is CheckState.CLOSED


def test_a_late_answer_stays_late_and_sending_back_sets_a_new_day(cast: Cast) -> None:
    matter = make_sent(cast)
    assert documents.lateness(matter, LATE, calendar.current()) == "逾期2个工作日未回复"
    answer(cast, matter, on=LATE)
    assert matter.late_workdays == 2
    with pytest.raises(RuleError, match="请由其他同志核验"):
        actions.close_matter(cast.actor("officer", on=LATE), matter)
    actions.send_back_matter(cast.actor("head", on=LATE), matter, "缺回访记录。", date(2026, 3, 2))
    assert (matter.due_on, matter.first_due_on, matter.state) == (date(2026, 3, 2), DUE, MatterState.SENT_BACK)
    answer(cast, matter, on=date(2026, 2, 27))
    assert matter.late_workdays == 2
    assert documents.lateness(matter, date(2026, 2, 27), calendar.current()) == "逾期2个工作日回复"


def test_what_has_not_held_is_open_again_and_the_check_with_it(cast: Cast) -> None:
    matter = make_sent(cast)
    answer(cast, matter)
    head, later = cast.actor("head", on=date(2026, 2, 3)), cast.actor("officer", on=date(2026, 4, 2))
    actions.close_matter(head, matter)
    actions.close_check(head, matter.check)
    actions.look_back(later, matter, looked_on=date(2026, 4, 1), has_held=True, note="")
    assert matter.state is MatterState.CLOSED
    with pytest.raises(RuleError, match="请写明情况"):
        actions.look_back(later, matter, looked_on=date(2026, 4, 1), has_held=False, note=" ")
    db.session.refresh(matter)
    actions.look_back(
        later, matter, looked_on=date(2026, 4, 1), has_held=False, note="新个案没有回访。", due_on=date(2026, 4, 20)
    )
    assert (matter.state, matter.closed_on, matter.check.state) == (MatterState.SENT_BACK, None, CheckState.RECTIFYING)


def test_a_check_with_open_findings_is_not_closed_and_one_with_findings_not_cancelled(cast: Cast) -> None:
    matter, head = make_sent(cast), cast.actor("head", on=DAY)
    with pytest.raises(RuleError, match="还有1个问题没有销号"):
        actions.close_check(head, matter.check)
    with pytest.raises(RuleError, match="不能取消"):
        actions.cancel_check(head, matter.check, "改期")


def test_a_cancelled_check_is_told_to_whom_it_was_announced(cast: Cast) -> None:
    check = make_check(cast, "市教育局")
    actions.cancel_check(cast.actor("head", on=DAY), check, "与上级督查合并进行。")
    assert told("check.cancelled") == ["实地督查“重点任务实地督查”取消"] * 2


def test_the_papers_of_a_check_name_units_findings_and_what_became_of_them(cast: Cast, client: Client) -> None:
    matter = make_sent(cast)
    answer(cast, matter)
    number = matter.check_id
    pages = PdfReader(BytesIO(client("officer").get(f"/checks/{number}/paper.pdf").data)).pages
    said = "".join("".join(page.extract_text().split()) for page in pages)
    for words in (
        "重点任务实地督查情况",
        "根据年度督查计划，2026年1月14日",
        "共发现问题1个，涉及1个单位",
        "附件",
        "整改清单",
        "已补齐并建立台账",
        "林华、陈静",
    ):
        assert words in said
    sheet = openpyxl.load_workbook(BytesIO(client("officer").get(f"/checks/{number}/paper.xlsx").data)).active
    assert any("台账不完整" in [cell.value for cell in row] for row in sheet.iter_rows())
    register = openpyxl.load_workbook(BytesIO(client("liaison").get("/matters/export").data)).active
    assert any("台账不完整" in [cell.value for cell in row] for row in register.iter_rows())


def test_a_finding_that_a_reform_hands_on_stays_on_its_check(cast: Cast, client: Client) -> None:
    check = make_check(cast, "市教育局")
    check.visits[0].situation = "看了两处驿站。"
    make_finding(cast, check)
    officer, heir = cast.actor("officer", on=DAY), cast.unit("市卫生健康委")
    actions.feed_back(officer, check)
    committees.reform_unit(
        officer, cast.unit("市教育局"), ReformKind.MERGED, starts_on=DAY, document="机构改革方案", heirs=[heir]
    )  # fmt: skip
    for who in ("officer", "other_liaison"):
        page = client(who).get(f"/checks/{check.id}").text
        assert "台账不完整" in page
        assert "移出" not in page
    said = str(documents.check_document(db.session.get_one(FieldCheck, check.id), DAY, calendar.current()).body)
    assert "市卫生健康委（承接）" in said
    assert "没有发现需要整改的问题" not in said


def test_a_result_changed_while_its_sheet_was_made_does_not_go_back_unseen(cast: Cast) -> None:
    instruction = make_instruction(cast, "市教育局")
    officer, head = cast.actor("officer", on=DAY), cast.actor("head", on=DAY)
    answer(cast, instruction.matters[0])
    actions.close_matter(head, instruction.matters[0])
    actions.write_result(officer, instruction, "台账已建立。")
    seen = instruction.version
    actions.write_result(head, instruction, "台账已建立，覆盖全市。")
    with pytest.raises(Conflict, match="在生成报告单期间有变动"):
        actions.close_instruction(head, instruction, pdf=make_paper(), seen_version=seen)
    actions.close_instruction(head, instruction, pdf=make_paper(), seen_version=instruction.version)
    assert instruction.state is InstructionState.CLOSED


def test_an_instruction_becomes_items_and_its_result_goes_back_on_one_sheet(cast: Cast, client: Client) -> None:
    instruction = make_instruction(cast)
    number = instruction.id
    assert len(told("matter.sent")) == 4
    for matter in list(db.session.get_one(Instruction, number).matters):
        answer(cast, matter)
        actions.close_matter(cast.actor("head", on=date(2026, 2, 3)), matter)
    refused = client("officer").post(f"/instructions/{number}/close", follow_redirects=True).get_data(as_text=True)
    assert "请先填写办理结果" in refused
    client("officer").post(f"/instructions/{number}/result", data={"result": "两个单位均已补齐台账。"})
    assert client("officer").post(f"/instructions/{number}/close").status_code == 302
    instruction = db.session.get_one(Instruction, number)
    assert instruction.state is InstructionState.CLOSED
    assert told("instruction.closed") == ["批示“加快儿童之家建设”的办理结果"]
    assert instruction.pdf is not None
    reader = PdfReader(BytesIO(files.read(instruction.pdf)))
    assert len(reader.pages) == 1
    said = "".join(reader.pages[0].extract_text().split())
    for words in ("请教育、卫健部门抓紧", "两个单位均已补齐台账", "市教育局", "市卫生健康委", "领导批示"):
        assert words in said
    assert client("chair").get(f"/instructions/{number}/sheet.pdf").data == files.read(instruction.pdf)
    assert client("chair").get(f"/instructions/{number}/sheet.docx").mimetype.endswith("wordprocessingml.document")


def test_a_long_sheet_is_still_one_page(cast: Cast) -> None:
    instruction = make_instruction(cast, *list(cast.units)[:6])
    for matter in instruction.matters:
        matter.answers.append(_long_answer(matter))
    assert documents.fitted_sheet(instruction, DAY).pages == 1


def test_the_chair_writes_an_instruction_and_the_office_is_told(cast: Cast, client: Client) -> None:
    form = {"title": "关于妇幼健康服务的批示", "given_by": "吴光主任", "given_on": "2026-01-21", "text": "请研究。"}
    assert client("chair").post("/instructions/new", data=form).status_code == 302
    assert told("instruction.given") == ["吴光主任批示：关于妇幼健康服务的批示"] * 3
    page = client("officer").post("/instructions/new", data={**form, "text": ""}).get_data(as_text=True)
    assert "请填写批示内容，或者上传批示件扫描" in page
    scan = {**form, "text": "", "scan": (BytesIO(b"%PDF-1.4 scan"), "批示件.pdf")}
    assert client("officer").post("/instructions/new", data=scan).status_code == 302
    number = db.session.scalars(select(Instruction.id).order_by(Instruction.id.desc())).first()
    assert client("chair").get(f"/instructions/{number}/scan").data == b"%PDF-1.4 scan"
    assert client("liaison").get(f"/instructions/{number}").status_code == 404


def test_a_withdrawn_instruction_asks_nothing_more(cast: Cast) -> None:
    instruction = make_instruction(cast, "市教育局")
    actions.withdraw_instruction(cast.actor("head", on=DAY), instruction, "事项已由市政府统筹。")
    assert {matter.state for matter in instruction.matters} == {MatterState.DROPPED}
    assert not any(watch.is_open for watch in db.session.scalars(select(Watch).where(Watch.kind == "matter.answer")))


def _long_answer(matter: Matter) -> MatterAnswer:
    return MatterAnswer(
        text="逐校核对，分批安装，专人保管，每月检查。" * 30, answered_at=matter.state_since, answered_by="王敏",
        due_on=matter.due_on, late_workdays=0, opinion="",
    )  # fmt: skip
