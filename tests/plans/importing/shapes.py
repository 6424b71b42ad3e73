"""One plan of our own wording in the shapes in which plans come, with what a careful reader counts in it."""

from __future__ import annotations

import io
from pathlib import Path

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

import tracker.documents

FONT = Path(tracker.documents.__file__).parent / "fonts" / "song.ttf"
HAN = "一二三四五六七八九十"
Area = tuple[str, tuple[str, ...], tuple[str, ...]]

WOMEN: tuple[Area, ...] = (
    (
        "妇女与健康",
        (
            "孕妇学校开课率达到90%以上，农村孕产妇参加课程的比例不低于60%。",
            "乳腺检查和骨密度检查的覆盖率分别达到80%和55%以上。",
            "产后抑郁筛查率比2020年提高15个百分点。",
            "女职工较多的企业每三年组织一次体检，体检档案逐步完备。",
            "孕产妇死亡率控制在9/10万以内，城乡差距缩小。",
        ),
        (
            "办好孕妇学校。县级医院每月开课，乡镇卫生院每季度开课。为外来务工的孕妇开设周末班，课程免费。",
            "扩大检查覆盖面。把检查车开到集镇和工业园区。对行动不便的妇女上门服务，结果一周内告知本人。",
            "关注产后心理。产后访视增加情绪量表，筛出的产妇转介到心理门诊。培训社区医生掌握基本识别方法。",
            "建立女职工健康档案。指导企业按年度归档，督促补检漏检人员。档案随人员流动转移。",
        ),
    ),
    (
        "妇女与经济",
        (
            "女性创业担保贷款余额逐年增长，逾期率保持在2%—3%。",
            "家政服务员持证上岗率达到70%，投诉率下降到5‰以下。",
            "女性科技特派员占比达到三分之一。",
            "工业园区至少建成12个爱心托管点。",
        ),
        (
            "落实创业担保贷款。简化担保手续，推行信用乡村整村授信。对首次创业的妇女给予贴息。",
            "提升家政服务质量。制定星级评定办法，每年评定一次。建立从业人员信用记录，接受雇主查询。",
            "选派女科技特派员。优先选派懂果蔬栽培的女技术员驻村，每人联系两个合作社。",
        ),
    ),
    (
        "妇女与法律",
        (
            "妇女法律援助申请当日受理率达到100%。",
            "家庭暴力告诫书出具后的回访率均达到95%以上。",
        ),
        (
            "健全法律援助网络。在妇女之家设立工作站，律师每周值班。开通视频咨询，方便山区妇女。",
            "做实告诫回访。派出所会同村委会在七日内回访，回访情况录入台账。屡教不改的依法处理。",
        ),
    ),
)  # fmt: skip
"""11 goals with 14 numbers, 9 measures."""

CHILDREN: tuple[Area, ...] = (
    (
        "儿童与安全",
        (
            "护学岗覆盖全部小学，上下学时段在岗率达到98%。",
            "儿童溺水死亡率较2020年下降20%。",
            "12345热线受理的儿童用品投诉办结率保持在97%左右。",
        ),
        (
            "设好护学岗。校门口两侧各设一岗，雨雪天增加人手。志愿者排班表提前一周公布。",
            "管住野外水域。在河湾、水塘立警示牌，配齐救生圈。暑期组织巡河，劝离独自下水的儿童。",
            "查处不合格用品。每学期抽检文具和玩具，结果向社会公布。",
        ),
    ),
    (
        "儿童与家庭",
        (
            "90%的城市社区和80%的行政村建立家长课堂。",
            "3岁以下婴幼儿每千人口托位数达到4.6个。",
        ),
        (
            "开好家长课堂。每月一讲，讲义上墙。邀请教师、医生和民警轮流主讲。",
            "增加托位供给。利用闲置校舍改建托育点，减免水电费用。用人单位可以自办托班。",
        ),
    ),
)  # fmt: skip
"""5 goals with 7 numbers, 5 measures."""

WOMEN_TARGETS = [
    (">=", 90, "%"), (">=", 60, "%"), (">=", 80, "%"), (">=", 55, "%"), ("increase", 15, "个百分点"),
    ("<=", 9, "1/10万"), (">=", 2, "%"), ("<=", 3, "%"), (">=", 70, "%"), ("<=", 5, "‰"), (">=", "1/3", ""),
    (">=", 12, "个"), (">=", 100, "%"), (">=", 95, "%"),
]  # fmt: skip
CHILDREN_TARGETS = [
    (">=", 98, "%"), ("decrease", 20, "%"), ("~", 97, "%"), (">=", 90, "%"), (">=", 80, "%"), (">=", 4.6, "个"),
]  # fmt: skip


def printed(
    areas: tuple[Area, ...], title: str, *, goals: str = "主要目标：", measures: str = "策略措施：", first: bool = True
) -> list[str]:
    """The plan as lines. Without `first` the heading of the first area and its 主要目标 are lost."""
    rows = [title, "一、指导思想", "坚持以人民为中心，回应家庭的期盼，让发展成果更多惠及每个家庭。", "二、发展领域"]
    for number, (name, texts, does) in enumerate(areas):
        if number or first:
            rows += [f"（{HAN[number]}）{name}", goals]
        rows += [f"{n}. {text}" for n, text in enumerate(texts, start=1)]
        rows += [measures, *(f"{n}. {text}" for n, text in enumerate(does, start=1))]
    return [*rows, "三、组织实施", "（一）加强组织领导。每年听取一次汇报，研究解决难题。"]


def wrapped(rows: list[str], width: int) -> list[str]:
    """The same in lines of a width, as text copied out of a page."""
    return [row[at : at + width] for row in rows for at in range(0, max(1, len(row)), width)]


def with_pages(rows: list[str], lines: int, header: str) -> list[str]:
    """A running head and a page number after every so many lines, wherever that falls."""
    made: list[str] = []
    for number, row in enumerate(rows):
        if number and number % lines == 0:
            made += [f"- {number // lines} -", header]
        made.append(row)
    return made


def pdf(rows: list[str], *, columns: int, header: str) -> bytes:
    """A PDF set in columns, with a running head and page numbers."""
    pdfmetrics.registerFont(TTFont("Shapes", str(FONT)))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    wide, high = A4
    across, size, top, bottom = (wide - 100) / columns, 10, high - 80, 70
    fits = int((across - 16) / size)
    lines = wrapped(rows, fits)
    per_column = int((top - bottom) / 16)
    pages = [lines[at : at + per_column * columns] for at in range(0, len(lines), per_column * columns)]
    for page, content in enumerate(pages, start=1):
        canvas.setFont("Shapes", 9)
        canvas.drawCentredString(wide / 2, high - 40, header)
        canvas.drawCentredString(wide / 2, 36, f"— {page} —")
        canvas.setFont("Shapes", size)
        for place, line in enumerate(content):
            column, row = divmod(place, per_column)
            canvas.drawString(50 + column * across, top - row * 16, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


_LISTS = """
<w:abstractNum {ns} w:abstractNumId="90">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%1）"/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
</w:abstractNum>
"""


def word(areas: tuple[Area, ...], title: str) -> bytes:
    """A Word file whose numbers Word counts, with marks of its journey in the text."""
    document = docx.Document()
    part = document.part.numbering_part.element
    part.insert(0, parse_xml(_LISTS.format(ns=nsdecls("w"))))
    lists = iter(range(901, 999))

    def numbered(text: str, number: int, level: int) -> None:
        paragraph = document.add_paragraph(text)
        properties = paragraph._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
        )

    def begin() -> int:
        number = next(lists)
        part.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="90"/>'
                '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
            )
        )
        return number

    document.add_paragraph(f"**{title}**")
    document.add_paragraph("一、指导思想")
    document.add_paragraph("坚持以人民为中心，回应家庭的期盼。")
    document.add_paragraph("二、发展领域_Toc80231")
    heads = begin()
    for name, goals, measures in areas:
        numbered(f"{name}[]{{#_Toc512}}", heads, 0)
        for heading, texts in (("**主要目标**", goals), ("策略措施", measures)):
            document.add_paragraph(heading)
            own = begin()
            for place, text in enumerate(texts):
                numbered(text if place else f"{text}未定义书签", own, 1)
    document.add_paragraph("三、组织实施")
    document.add_paragraph("加强组织领导，每年听取一次汇报。")
    return _saved(document)


def table(areas: tuple[Area, ...], title: str) -> bytes:
    """A plan given as one Word table: area, goals, measures; the area's cell spans its rows."""
    document = docx.Document()
    document.add_paragraph(title)
    grid = document.add_table(rows=1, cols=3)
    for cell, words in zip(grid.rows[0].cells, ("发展领域", "主要目标", "策略措施"), strict=True):
        cell.text = words
    for name, goals, measures in areas:
        cells = grid.add_row().cells
        cells[0].text = name
        for cell, texts in ((cells[1], goals), (cells[2], measures)):
            cell.text = f"1. {texts[0]}"
            for number, text in enumerate(texts[1:], start=2):
                cell.add_paragraph(f"{number}. {text}")
    assert grid._tbl.find(qn("w:tr")) is not None
    return _saved(document)


def programme() -> list[str]:
    """A work programme: chapters, sections and numbered measures, no goals."""
    rows = ["青河县妇女儿童事业三年行动方案（2024—2026年）", "第一章 总则", "为做好妇女儿童工作，制定本方案。"]
    for chapter, (name, _, measures) in enumerate(WOMEN[:2], start=2):
        rows += [f"第{HAN[chapter - 1]}章 {name}", "第一节 重点任务"]
        rows += [f"{n}. {text}" for n, text in enumerate(measures, start=1)]
    return [*rows, "第四章 保障措施", "各单位要加强领导，落实责任。"]


def _saved(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
