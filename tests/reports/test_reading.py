"""A finished Word report is taken apart by its headings, checked, and taken over only where the liaison says so."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from docx import Document as Word
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.reports import make_open_round, report_of, write_report
from tracker.core.db import db
from tracker.documents import docx
from tracker.plans.importing.draft import Line
from tracker.plans.importing.reader import read_lines
from tracker.reports import actions, documents
from tracker.reports.actions.reading import area_names
from tracker.reports.actions.splitting import ARRANGEMENTS, REQUESTS, AreaName, passages_of, when_of
from tracker.reports.actions.versions import content_of
from tracker.reports.models import Report, SectionKind, WordReading
from tracker.reports.queries import reports as queries

Client = Callable[[str], FlaskClient]
AREAS = [
    AreaName("area:1", "妇女与健康", "妇女"),
    AreaName("area:2", "妇女与教育", "妇女"),
    AreaName("area:3", "儿童与健康", "儿童"),
]
PROGRESS, PROBLEMS, AHEAD = (f"section:{kind.value}" for kind in (
    SectionKind.PROGRESS, SectionKind.PROBLEMS, SectionKind.AHEAD))  # fmt: skip


def split(text: str) -> list[tuple[str, str]]:
    lines = [Line(number, line) for number, line in enumerate(text.splitlines(), 1)]
    return [(one.target, one.text) for one in passages_of(lines, AREAS, "云川市教育局")]


@pytest.mark.parametrize(
    ("line", "when"),
    [
        ("新建公办园9所，9月底前完成。", "9月底前"),
        ("出台实施意见，2027年6月30日前印发", "2027年6月30日前"),
        ("培训教师300人，上半年完成；", "上半年"),
        ("全市推开，年底前", "年底前"),
        ("托育中心2028年底前全部建成", "2028年底前"),
        ("县级全部设立，明年底前完成。", "明年底前"),
        ("三季度末建成驿站2处。", ""),
        ("每季度培训一次。", ""),
        ("6月起开展巡讲。", ""),
    ],
)
def test_a_line_of_the_arrangements_says_by_when_where_it_ends_with_it(line: str, when: str) -> None:
    assert when_of(line) == when


@pytest.fixture
def report(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T14:32")
    return report_of(make_open_round(cast), cast.unit("市教育局"))


def test_headings_say_where_the_passages_go_and_nothing_is_thrown_away() -> None:
    text = """云川市教育局2025年妇女儿童发展规划实施情况报告
市妇儿工委办：
现将有关情况报告如下。
一、目标任务完成情况
承担的任务总体按期推进。
（一）妇女与健康
开展体检1.2万人次。
（二）儿童健康工作。建成校医室30个。
二、存在的主要问题
一是经费不足。
三、2026年工作安排
继续抓好落实。
1.新建驿站2处，6月底前完成。
2.培训教师300人。
四、意见建议
1.请协调场地。
五、其他说明
另附图片三张。
（联系人：刘芳，电话：0871-1234567）
云川市教育局
2025年12月8日
附件：1.统计表
妇女接受教育情况"""
    found = split(text)
    assert ("area:1", "开展体检1.2万人次。") in found
    assert ("area:3", "建成校医室30个。") in found
    assert (PROGRESS, "承担的任务总体按期推进。") in found
    assert (PROBLEMS, "一是经费不足。") in found
    assert (AHEAD, "继续抓好落实。") in found
    assert (ARRANGEMENTS, "新建驿站2处，6月底前完成。\n培训教师300人。") in found
    assert (REQUESTS, "请协调场地。") in found
    assert ("section:contact", "刘芳，电话：0871-1234567") in found
    assert ("", "另附图片三张。") in found
    assert ("", "附件：1.统计表\n妇女接受教育情况") in found
    words = "".join(part for _, part in found)
    assert all(piece in words for piece in ("市妇儿工委办：", "2025年12月8日", "另附图片三张。"))


def test_a_shortened_area_name_is_read_under_its_plan_and_asked_about_where_there_is_none() -> None:
    under = split(
        "一、妇女发展规划实施情况\n（一）健康\n妇女的一段。\n二、儿童发展规划实施情况\n（一）健康\n儿童的一段。"
    )
    assert under == [("area:1", "妇女的一段。"), ("area:3", "儿童的一段。")]
    assert split("一、健康\n哪一个都可能。") == [("", "哪一个都可能。")]


def test_the_units_own_composed_report_is_split_into_exactly_what_was_written(cast: Cast, report: Report) -> None:
    write_report(cast.actor("liaison"), report)
    whole = queries.whole(report.id)
    paper = docx.render(documents.unit_report(whole, content_of(whole, []), on=cast.actor("liaison").on))
    found = passages_of(read_lines(paper, "报告.docx"), area_names(whole), whole.unit.full_name)
    said = {one.target: one.text for one in found if one.target}
    for piece in whole.area_texts:
        assert said[f"area:{piece.id}"] == piece.text
    for kind in (SectionKind.PROGRESS, SectionKind.PRACTICE, SectionKind.PROBLEMS):
        assert said[f"section:{kind.value}"] == whole.section(kind)


def test_a_word_report_is_shown_first_and_taken_over_without_touching_typed_text(
    cast: Cast, report: Report, client: Client
) -> None:
    number, area = report.id, report.area_texts[0]
    record, name = f"area:{area.id}", area.area.name
    actions.save_overview(cast.actor("liaison"), report, {SectionKind.PROBLEMS: "已经写好的困难。"})
    word = Word()
    for style, text in (
        ("Heading 1", "主要做法"), ("Normal", "办了三件实事。"), ("Heading 1", name), ("Normal", "本领域的一段。"),
        ("Heading 1", "存在的问题"), ("Normal", "文件里的困难。"), ("Heading 1", "题外话"), ("Normal", "放哪里好。"),
    ):  # fmt: skip
        word.add_paragraph(text, style=style)
    content = BytesIO()
    word.save(content)
    liaison = client("liaison")
    sent = {"word": (BytesIO(content.getvalue()), "报告.docx")}
    page = liaison.post(f"/reports/{number}/word", data=sent, follow_redirects=True)
    assert "没有归入的内容" in page.text
    assert "放哪里好。" in page.text
    assert queries.whole(number).section(SectionKind.PRACTICE) == ""
    reading = db.session.query(WordReading).one()
    where = f"/readings/{reading.id}"
    versions = {f"v:{one}": "1" for one in ("section:practice", record)} | {"v:section:problems": "2"}
    practice = "section:practice"
    first = {
        "p:0:text": "办了三件实事。", "p:0:to": practice, "p:0:how": "replace", "p:0:shown": practice,
        "p:1:text": "本领域的一段。", "p:1:to": record, "p:1:how": "replace", "p:1:shown": record,
        "p:2:text": "文件里的困难。", "p:2:to": "section:problems", "p:2:how": "", "p:2:shown": "section:problems",
        "p:3:text": "放哪里好。", "p:3:to": "section:problems", "p:3:how": "replace", "p:3:shown": "",
    }  # fmt: skip
    answer = liaison.post(where, data=versions | first)
    assert "已有文字，没有代替" in answer.text
    whole = queries.whole(number)
    assert whole.section(SectionKind.PRACTICE) == "办了三件实事。"
    assert whole.area_texts[0].text == "本领域的一段。"
    assert whole.section(SectionKind.PROBLEMS) == "已经写好的困难。"
    second = {"p:2:text": "文件里的困难。", "p:2:to": "section:problems", "p:2:how": "join", "p:2:shown": ""}
    liaison.post(where, data=versions | second)
    assert queries.whole(number).section(SectionKind.PROBLEMS) == "已经写好的困难。\n文件里的困难。"
    assert "放哪里好。" in liaison.get(where).text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "文件是空的"), (b"\x89PNG\r\n\x1a\n0000", ""), (b"PK\x03\x04broken", "已损坏")],
)
def test_a_file_that_is_no_report_is_refused_with_a_sentence(
    report: Report, client: Client, content: bytes, sentence: str
) -> None:
    answer = client("liaison").post(f"/reports/{report.id}/word", data={"word": (BytesIO(content), "报告.docx")})
    assert answer.status_code == 200
    assert "has-error" in answer.text
    assert sentence in answer.text
    assert "规划正文" not in answer.text
    assert db.session.query(WordReading).count() == 0


def test_headings_that_are_only_set_bold_are_known_by_the_words_of_the_field() -> None:
    text = """云川市教育局
关于报送2025年度规划实施情况的函
现将有关情况函告如下。
目标任务完成情况
各项任务按期推进。
妇女与教育
课程实现全覆盖，成效明显。
主要做法和成效
建立会商机制。
存在的困难和问题
心理教师仍有缺口
下一步工作安排
（一）扩学位。新建公办园9所。
（二）补教师。公开招聘41人。"""
    assert split(text)[1:] == [
        (PROGRESS, "各项任务按期推进。"),
        ("area:2", "课程实现全覆盖，成效明显。"),
        (f"section:{SectionKind.PRACTICE.value}", "建立会商机制。"),
        (PROBLEMS, "心理教师仍有缺口"),
        (ARRANGEMENTS, "扩学位。新建公办园9所。\n补教师。公开招聘41人。"),
    ]


def test_a_heading_that_may_be_two_areas_is_asked_about_and_not_swallowed() -> None:
    text = """关于规划实施情况的报告
一、工作开展情况
围绕规划做了以下工作。
（一）健康方面。建成校医室30个。
（二）教育方面。新增学位3300个。"""
    passages = passages_of([Line(n, one) for n, one in enumerate(text.splitlines(), 1)], AREAS, "云川市教育局")
    health = next(one for one in passages if one.heading == "健康方面")
    assert (health.target, health.lines) == ("", ["建成校医室30个。"])
    assert "妇女与健康" in health.why
    assert "儿童与健康" in health.why
    assert next(one for one in passages if one.heading == "教育方面").target == "area:2"
