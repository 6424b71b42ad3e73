"""A year over HTTP, with real forms, tokens and files: from a plan document to a circular, and into the next year."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

import tracker
from tests.journeys.papers import SCAN
from tests.journeys.stage import Stage, staged
from tests.journeys.visitor import Visitor
from tracker.core import web

PLANS = Path(os.environ.get("PLANS_DIR") or Path(tracker.__file__).resolve().parents[2] / "shared" / "plans")
FIRST = "首次报送 2021年12月24日"


def documents() -> list[object]:
    """Our own plan always, a real one where it lies beside the project."""
    own = web.resource_dir("seed") / "content" / "plans" / "women.txt"
    real = sorted(PLANS.glob("001*.txt"))
    skip = pytest.mark.skipif(not real, reason="no real plans beside the project (PLANS_DIR)")
    return [
        pytest.param(own, 1, id="own"),
        pytest.param(real[0] if real else own, 2, id="real", marks=[skip]),
    ]  # fmt: skip


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as made:
        yield made


@pytest.mark.parametrize(("document", "plans"), documents())
def test_a_year_from_the_plan_to_the_circular(stage: Stage, document: Path, plans: int) -> None:
    stage.at("2021-09-06")
    plan = import_plan(stage.visitor("officer"), document, plans)
    tasks = break_down(stage.visitor("officer"), plan)
    consult(stage, plan)
    issue(stage, plan, tasks)
    stage.at("2021-12-01")
    round_ = open_round(stage.visitor("officer"))
    stage.at("2021-12-24")
    report_online(stage)
    report_on_paper(stage)
    send_back_and_correct(stage, round_)
    lights(stage.visitor("officer"))
    circular(stage)
    annual_report(stage.visitor("officer"), round_)
    next_year(stage)


# --- 2: the plan ------------------------------------------------------------------------------------------------------


def import_plan(officer: Visitor, document: Path, plans: int) -> str:
    """Upload, look, correct one goal, write; returns the address of the plan."""
    officer.follow("规划").follow("导入规划")
    officer.press("读取", file=(b"", "empty.txt")).reads("有 1 处需要改正")
    officer.press("读取", file=(document.read_bytes(), document.name))
    check = officer.path
    officer.reads("主要目标", "策略措施", "个领域")
    assert len(officer.links_to(r".*\?plan=\d+&area=\d+")) >= 5
    goal = next(form for form in officer.page.forms if ("list_of", "goals") in form.values)
    said = dict(goal.values)["text"]
    officer.press("保存", text=f"{said.rstrip('。')}，每年核对一次。", where="/correct")
    officer.reads("每年核对一次")
    officer.open(check).follow("写入规划").reads("要么全部写入，要么都不写入").press("写入规划")
    officer.reads("已导入", "每年核对一次")
    plan = officer.path.partition("?")[0]
    officer.open("/plans")
    assert len(officer.links_to(r"/plans/\d+")) == plans
    officer.follow("导入规划").press("读取", file=(document.read_bytes(), document.name))
    officer.reads("已导入，0处变化")
    return plan


# --- 3: tasks, consultation, issue ------------------------------------------------------------------------------------


def break_down(officer: Visitor, plan: str) -> int:
    """One task per measure; two leads by halves, a third unit in all, one unit singly. Returns how many tasks."""
    officer.open(f"{plan}/tasks").press("按措施生成任务").reads("下一步安排单位")
    boxes = re.findall(r'name="ids" value="(\d+)"', shown(officer))
    half = len(boxes) // 2
    for unit, ids in (("市教育局", boxes[:half]), ("市卫生健康委", boxes[half:])):
        officer.press("加入", ids=ids, role="lead", unit=choice(officer, unit)).reads(f"选中 {len(ids)} 项任务")
    officer.press("加入", ids=boxes, role="support", unit=choice(officer, "市妇联"))
    officer.open(f"/tasks/{boxes[0]}").press("安排", role="joint", unit=choice(officer, "市卫生健康委"))
    officer.reads("已安排市卫生健康委")
    officer.open(f"{plan}/tasks").reads_not("缺牵头单位")
    return len(boxes)


def consult(stage: Stage, plan: str) -> None:
    """Two weeks; one unit agrees, one has remarks, one is silent; the office takes the remark up."""
    officer = stage.visitor("officer")
    officer.open(f"{plan}/tasks").follow("征求意见").press("发出征求意见", due_on="2021年9月22日")
    officer.reads("0 / 3")
    consultation = officer.path
    stage.at("2021-09-15")
    liaison = stage.visitor("liaison").open("/").reads("征求意见")
    liaison.open(liaison.links_to(r"/consultation-answers/\d+")[0]).press("答复", agrees="yes").reads("无意见")
    other = stage.visitor("other_liaison").open("/")
    other.open(other.links_to(r"/consultation-answers/\d+")[0])
    line = other.fields(r"remark-\d+")[0]
    other.press("答复", agrees="no", **{line: "建议由市教育局牵头。"}).reads("有修改意见")
    stage.at("2021-09-23")
    officer = stage.visitor("officer").open(consultation).reads("建议由市教育局牵头。", "待处理 1 条")
    officer.press("不采纳").reads("不采纳需要说明理由")
    officer.press("采纳", reason="按意见调整。").reads("均已处理")
    officer.press("汇总意见").reads("等待办公室主任印发")


def issue(stage: Stage, plan: str, tasks: int) -> None:
    """The head issues; the table leaves as xlsx."""
    stage.at("2021-10-08")
    head = stage.visitor("head").open("/").reads("印发")
    head.open(f"{plan}/tasks").follow("征求意见情况").follow("印发").reads(f"{tasks} 项任务", "将通知").press("印发")
    head.reads(f"已印发 {tasks} 项任务")
    sheet = load_workbook(BytesIO(head.download("导出表格"))).worksheets[0]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert sum("市教育局" in cell for cell in cells) >= tasks // 2
    stage.visitor("liaison").open("/inbox").reads("任务")


# --- 4: the round -----------------------------------------------------------------------------------------------------


def open_round(officer: Visitor) -> str:
    officer.open("/rounds").follow("安排年度报告").press("保存", due_on="2022-1-14", guidance="数据截至填报日。")
    officer.reads("将通知 2 个单位", "另有 1 个单位没有联络员和分管领导，收不到通知：市妇联")
    round_ = officer.path
    officer.press("开始报送").reads("已开始报送，2个单位已收到通知", "市妇联没有联络员和分管领导")
    officer.open(f"{round_}/missing").reads("市教育局", "市卫生健康委", "市妇联")
    return round_


def fill(liaison: Visitor, unit: str) -> None:
    """Every field of the sheet, as it is asked for."""
    typed: dict[str, str | tuple[bytes, str]] = {}
    for kind in ("progress", "practice", "problems"):
        typed[f"section:{kind}:text"] = f"{unit}：{kind}。建立台账，按季度调度。".replace(kind, "全年情况")
    for name in liaison.fields(r"area:\d+:text"):
        typed[name] = f"{unit}推进本领域{name.split(':')[1]}项工作，覆盖12万人。"
    for name in liaison.fields(r"entry:\d+:state"):
        typed[name] = "on_schedule"
    for name in liaison.fields(r"entry:\d+:note")[:1]:
        typed[name] = "按计划推进。"
    for name in liaison.fields(r"goal:\d+:status")[:1]:
        typed |= {name: "reached", name.replace("status", "basis"): "统计年报。"}
    for name in liaison.fields(r"answer:\d+:outcome"):
        typed[name] = "done"
    typed["arrangement:new:text"], typed["arrangement:new:by_when"] = f"{unit}开展专项检查", "6月底前"
    typed["files"] = (SCAN, "台账.pdf")
    liaison.press("保存", where=liaison.path, **typed).reads("已填完整", "台账.pdf")


def report_online(stage: Stage) -> None:
    """The liaison of 市教育局 writes, the leader refuses once, then signs."""
    liaison = stage.visitor("liaison").open("/")
    liaison.open(liaison.links_to(r"/reports/\d+")[0]).reads("数据截至填报日。", "还差")
    sheet = liaison.path
    liaison.press("送领导审签").reads("还不能送审，已填内容都已保存")
    liaison.open(sheet)
    fill(liaison, "市教育局")
    liaison.press("送领导审签").reads("已送单位领导审签")
    leader = stage.visitor("leader").open("/")
    leader.open(leader.links_to(r"/reports/\d+")[0]).press("退回联络员", reason="请核对人数。")
    liaison.open(sheet).reads("请核对人数。").press("送领导审签")
    leader.open(sheet).press("审签报送").reads("已审签并报送", FIRST)
    assert "市教育局" in text_of(liaison.open(sheet).download("Word"))
    stage.visitor("other_liaison").open(sheet, status=404)


def report_on_paper(stage: Stage) -> None:
    """市卫生健康委 hands in the stamped scan."""
    liaison = stage.visitor("other_liaison").open("/reports")
    liaison.open(liaison.links_to(r"/reports/\d+")[0])
    fill(liaison, "市卫生健康委")
    liaison.press("已在纸上签章，凭签章件报送")
    liaison.press("报送", signed_by="孙立", scan=(b"MZ not a paper", "盖章.pdf")).reads("盖章.pdf：内容不是PDF文件")
    liaison.press("报送", signed_by="孙立", scan=(SCAN, "盖章件.pdf")).reads("已报送", "盖章件.pdf")


def send_back_and_correct(stage: Stage, round_: str) -> None:
    """Two remarks at two places, a reason; corrected, signed again, accepted; the first day stands."""
    officer = stage.visitor("officer").open(f"{round_}/queue")
    review = officer.links_to(r"/reports/\d+/review")[0]
    officer.open(review).press("开始审核")
    for kind in ("area", "entry"):
        place = re.findall(rf'value="({kind}:\d+)"', shown(officer))[0]
        press_at(officer, place, "请写明数据来源。")
    officer.follow("退回修改").reads("随退回发给单位的意见").press("退回修改", reason="数据不全。")
    stage.at("2021-12-27")
    who, leader = ("liaison", "leader")
    liaison = stage.visitor(who).open("/").reads("退回")
    sheet = review.removesuffix("/review")
    liaison.open(sheet).reads("数据不全。", "首次报送日期不变")
    liaison.press("送领导审签").reads("的意见还没有答复")
    answers = dict.fromkeys(liaison.fields(r"remark:\d+:answer"), "已补充。")
    assert len(answers) == 2
    text = liaison.fields(r"area:\d+:text")[0]
    liaison.press("送领导审签", **answers, **{text: "市教育局据统计年报，覆盖12.6万人。"}).reads("已送单位领导审签")
    stage.visitor(leader).open(sheet).press("审签报送").reads(FIRST)
    officer = stage.visitor("officer").open(review).reads("增加", "已补充。").press("审核通过")
    officer.open(review).reads("审核通过", FIRST)
    officer.open(f"{round_}/queue")
    for address in officer.links_to(r"/reports/\d+/review"):
        officer.open(address).press("审核通过")


def press_at(officer: Visitor, place: str, words: str) -> None:
    """Write a remark into the form that stands at one place of the report."""
    here = next(form for form in officer.page.forms if ("place", place) in form.values)
    officer.page.forms.remove(here)
    officer.page.forms.insert(0, here)
    officer.press("记下意见", text=words).reads(words)


# --- 6 to 8: lights, the circular, the committee's report, the next year ----------------------------------------------


def lights(officer: Visitor) -> None:
    officer.open("/lights").reads("市教育局", "市卫生健康委")
    officer.open("/lights?view=list").reads("正常", "按期推进")


def circular(stage: Stage) -> None:
    """Drafted from figures, previewed, signed by the head, issued; the stored PDF read back."""
    stage.at("2022-01-17")
    officer = stage.visitor("officer").open("/circulars").follow("起草通报").press("统计数据并起草")
    officer.reads("应报送单位", "按时报送")
    address = officer.path
    officer.press("保存", opening="现将全年情况通报如下。")
    assert "现将全年情况通报如下" in pages_of(officer.download("预览PDF"))
    officer.open(address).press("保存并送主任签发").reads("已送主任签发")
    stage.visitor("head").open(address).press("保存并签发").press("签发").reads("已签发，文号云妇儿工委〔2022〕1号")
    officer.open(address).follow("印发").press("印发").reads("已印发并通知各成员单位")
    first = officer.download("PDF")
    text = pages_of(first)
    assert "云妇儿工委〔2022〕1号" in text
    assert "市妇联" in text
    assert officer.open(address).download("PDF") == first
    assert "现将全年情况通报如下" in text_of(officer.open(address).download("Word"))
    stage.visitor("liaison").open("/inbox").reads("通报")


def annual_report(officer: Visitor, round_: str) -> None:
    """Every paragraph of the committee's own report names its source."""
    answer = officer.client.get(f"{round_}/report.docx")
    text = text_of(answer.get_data())
    assert "市教育局据统计年报，覆盖12.6万人" in text
    assert text.count("市卫生健康委") > 1


def next_year(stage: Stage) -> None:
    """Last year's arrangements come back as lines to answer."""
    stage.at("2022-12-01")
    officer = stage.visitor("officer").open("/rounds").follow("安排年度报告").press("保存")
    officer.press("开始报送")
    liaison = stage.visitor("liaison").open("/reports")
    liaison.open(liaison.links_to(r"/reports/\d+")[0]).reads("上年安排落实情况", "市教育局开展专项检查")
    assert len(liaison.fields(r"answer:\d+:outcome")) == 1
    fill(liaison, "市教育局（今年）")
    liaison.press("送领导审签").reads("已送单位领导审签")


# --- reading files ----------------------------------------------------------------------------------------------------


def shown(visitor: Visitor) -> str:
    assert visitor.response is not None
    return visitor.response.get_data(as_text=True)


def choice(officer: Visitor, unit: str) -> str:
    """The value of a unit in the page's list."""
    found = re.search(rf'<option value="(\d+)"[^>]*>\s*{unit}', shown(officer))
    assert found, f"{unit} is not offered on {officer.path}"
    return found[1]


def text_of(content: bytes) -> str:
    """All words of a DOCX, tables included."""
    body = Document(BytesIO(content)).element.body
    return "\n".join("".join(run.text or "" for run in line.iter() if run.tag.endswith("}t")) for line in body)


def pages_of(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).replace("\n", "")
