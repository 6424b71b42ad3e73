"""What the papers say."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from docx import Document as read_docx

from tests.cast import Cast
from tests.makers.reports import (
    make_accepted_report,
    make_open_round,
    make_planned_round,
    make_submitted_report,
    report_of,
)
from tracker.documents import docx
from tracker.documents.blocks import Form
from tracker.reports import actions, documents
from tracker.reports.actions.versions import content_of
from tracker.reports.models import SectionKind
from tracker.reports.queries import reports as queries
from tracker.reports.queries.differences import differences
from tracker.reports.queries.review import accepted_sources


def words_of(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in read_docx(BytesIO(content)).paragraphs if paragraph.text.strip()]


def test_a_units_report_has_its_four_parts_its_addressee_and_its_table(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_submitted_report(cast, round_, cast.unit("市教育局"))
    version = queries.versions(report.id)[0]
    paper = documents.unit_report(queries.whole(report.id), version.content, on=date(2026, 1, 9), form=Form.BAOGAO,
                                  signers="赵强")  # fmt: skip
    said = words_of(docx.render(paper))
    text = "\n".join(said)
    for part in ("目标任务完成情况", "主要做法和成效", "存在的困难和问题", "2026年工作安排"):
        assert part in text
    assert any(line.startswith("云川市妇女儿童工作委员会：") for line in said)
    assert "继续抓好各项任务落实，12月底前完成。" in text
    assert "2025年任务进展情况表" in text


def test_a_draft_has_no_heading_over_nothing_and_its_numbers_close_up(cast: Cast) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=date(2025, 12, 8))
    actions.save_overview(liaison, report, {SectionKind.PROBLEMS: "力量不足。"})
    actions.add_request(liaison, report, "请协调编制。")
    whole = queries.whole(report.id)
    paper = documents.unit_report(whole, content_of(whole, []), on=date(2025, 12, 8), draft=True)
    headings = [line for line in words_of(docx.render(paper)) if line[1:2] == "、"]
    assert headings == ["一、存在的困难和问题", "二、提请协调事项"]


def test_the_committees_report_goes_area_by_area_and_each_paragraph_names_its_unit(cast: Cast) -> None:
    round_ = make_open_round(cast)
    for unit in ("市教育局", "市卫生健康委"):
        make_accepted_report(cast, round_, cast.unit(unit))
    sources = [documents.Source(unit, content) for unit, content in accepted_sources(round_)]
    paper = documents.committee_report(round_, cast.committee, sources, on=date(2026, 2, 2))
    said = words_of(docx.render(paper))
    place = next(n for n, line in enumerate(said) if line.endswith("妇女与健康"))
    assert said[place + 1 : place + 3] == [
        "市教育局2025年推进妇女与健康各项工作。（市教育局）",
        "市卫生健康委2025年推进妇女与健康各项工作。（市卫生健康委）",
    ]
    assert any("共报告任务进展12项：按期推进12项" in line for line in said)
    sources[0].content["areas"][0]["text"] = "建成校医室30个"
    paper = documents.committee_report(round_, cast.committee, sources, on=date(2026, 2, 2))
    assert "建成校医室30个。（市教育局）" in words_of(docx.render(paper)), "a line without a mark at its end gets one"


def test_only_accepted_reports_are_quoted(cast: Cast) -> None:
    round_ = make_open_round(cast)
    make_submitted_report(cast, round_, cast.unit("市教育局"))
    assert accepted_sources(round_) == []


def test_differences_compare_figures_whole_and_draw_neighbours_together() -> None:
    assert differences("覆盖12万人", "覆盖120万人") == [
        ("same", "覆盖"), ("gone", "12"), ("added", "120"), ("same", "万人"),
    ]  # fmt: skip
    assert differences("一样", "一样") == [("same", "一样")]
    assert differences("", "新写") == [("added", "新写")]
    pieces = differences("建立台账，按季度调度。", "健全清单，每月调度。")
    assert "".join(text for kind, text in pieces if kind != "gone") == "健全清单，每月调度。"
    assert "".join(text for kind, text in pieces if kind != "added") == "建立台账，按季度调度。"


def test_the_notice_says_what_by_when_and_lists_the_units_with_their_tasks(cast: Cast) -> None:
    round_ = make_planned_round(cast)
    asked = [documents.Asked("云川市教育局", 6, ("妇女与健康", "妇女与教育"))]
    content = docx.render(documents.round_notice(round_, cast.committee, asked, on=date(2025, 11, 21)))
    text = "\n".join(words_of(content))
    assert "关于报送2025年年度报告的通知" in text
    assert "请于2026年1月15日（星期四）前报送" in text
    cells = [cell.text for table in read_docx(BytesIO(content)).tables for row in table.rows for cell in row.cells]
    assert "云川市教育局" in cells
