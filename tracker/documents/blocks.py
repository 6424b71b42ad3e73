"""What a document is made of. Rooms build these in their ``documents.py``; ``pdf``, ``docx`` and ``xlsx`` set them.

Everything is a frozen value. Lists may be given anywhere a sequence is wanted; they are kept as tuples. Text is plain
text, never markup: nothing has to be escaped and nothing can be injected. ``\\n`` in a title or a cell breaks the line.

    from datetime import date
    from tracker.documents import pdf
    from tracker.documents.blocks import (
        Annex, Column, Document, Form, Heading, Imprint, Letterhead, Paragraph, QR, Signature, State, Table,
    )

    circular = Document(
        form=Form.TONGBAO,
        title="关于2026年度妇女发展规划实施情况的通报",
        date=date(2027, 2, 20),
        letterhead=Letterhead("清河市妇女儿童工作委员会办公室", number="清妇儿工委办〔2027〕3号"),
        addressees=["各县（市、区）人民政府", "市妇儿工委各成员单位"],
        body=[
            Paragraph("现将2026年度实施情况通报如下。"),
            Heading("总体情况"),                          # becomes 一、总体情况: numbers are given here, not typed
            Paragraph("应报送单位38个，按时报送35个。", lead="一是报送率提高。"),
            Heading("分领域情况", level=2),               # （一） in 楷体
        ],
        signature=Signature("清河市妇女儿童工作委员会办公室"),
        annexes=[
            Annex("任务进展情况表", landscape=True, body=[
                Table(
                    columns=[Column("序号", 1, align="center"), Column("任务", 6), Column("进展", 2, align="center")],
                    rows=[[1, "扩大免费筛查范围", State.red("逾期")], [2, "建设儿童之家", State.green("已完成")]],
                ),
            ]),
        ],
        imprint=Imprint(copy_to="市委办公室，市人大常委会办公室。", issuer="清河市妇儿工委办公室"),
        qr=QR("清妇儿工委办〔2027〕3号 sha256:…"),
    )
    rendered = pdf.render(circular)          # .content, .pages, .faces_used, .missing_characters

What each form shows (``gongwen`` holds the measures):

    TONGBAO   文件格式: red name + 文件, 发文字号, red rule, title, addressees … page numbers
    BAOGAO    上行文: 发文字号 left, 签发人 right (``Letterhead.signers`` is required)
    HAN DUBAN 信函格式: red name, double rules, 发文字号 right, no number on page 1
    JIYAO     ``Letterhead.name`` is the whole masthead (××会议纪要); no addressee, no seal; use ``Attendance``
    JIANBAO   masthead, 第N期 (``Letterhead.issue``), issuer left and date right
    CHENGYUE  呈阅件, meant for one page, with ``Opinions`` for handwriting
    PLAIN     no head at all: lists, tables, a unit's draft
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from enum import StrEnum
from typing import Literal, TypeAlias

from tracker.documents.pictures import Chart, Series, SeriesTone, Target
from tracker.documents.tables import Align, CellValue, Column, HeadCell, State, Table, Tone, cell_text
from tracker.documents.values import DocumentError, chinese_date, chinese_weekday, keep_tuples

__all__ = [
    "QR",
    "Align",
    "Annex",
    "Attendance",
    "Block",
    "CellValue",
    "Chart",
    "Column",
    "Document",
    "DocumentError",
    "Form",
    "Gap",
    "HeadCell",
    "Heading",
    "Imprint",
    "Letterhead",
    "MissingCharacter",
    "Opinions",
    "PageBreak",
    "Paragraph",
    "RenderedFile",
    "Series",
    "SeriesTone",
    "Signature",
    "Span",
    "State",
    "Table",
    "Target",
    "Tone",
    "Voice",
    "amount",
    "cell_text",
    "chinese_date",
    "chinese_weekday",
]  # fmt: skip


class Form(StrEnum):
    """The kinds of paper; the value is the word used on the command line."""

    TONGBAO = "tongbao"
    HAN = "han"
    DUBAN = "duban"
    BAOGAO = "baogao"
    JIYAO = "jiyao"
    JIANBAO = "jianbao"
    CHENGYUE = "chengyue"
    PLAIN = "plain"

    @property
    def label(self) -> str:
        return _FORM_LABELS[self]


_FORM_LABELS = {
    Form.TONGBAO: "通报",
    Form.HAN: "函",
    Form.DUBAN: "督办函",
    Form.BAOGAO: "报告",
    Form.JIYAO: "纪要",
    Form.JIANBAO: "简报",
    Form.CHENGYUE: "呈阅件",
    Form.PLAIN: "普通件",
}


# ------------------------------------------------------------------ text


class Voice(StrEnum):
    """The typefaces of official papers, by role; the value names the file in ``fonts``."""

    BODY = "fang"  # 仿宋
    BLACK = "hei"  # 黑体
    KAI = "kai"  # 楷体
    TITLE = "biao"  # 小标宋
    SONG = "song"  # 宋体, also what stands in for a character another face lacks


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a paragraph in a voice of its own."""

    text: str
    voice: Voice = Voice.BODY


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Body text, first line two characters in. ``lead`` is set in 楷体 before it (一是……). ``text`` may be spans."""

    text: str | tuple[Span, ...] | list[Span]
    lead: str = ""
    align: Literal["justify", "left", "center", "right"] = "justify"
    indent: bool = True

    def __post_init__(self) -> None:
        keep_tuples(self)

    @property
    def spans(self) -> tuple[Span, ...]:
        text = (Span(self.text),) if isinstance(self.text, str) else tuple(self.text)
        return (Span(self.lead, Voice.KAI), *text) if self.lead else text

    @property
    def plain(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Heading:
    """一、 （一） 1. （1） by ``level`` 1–4; the number is counted, not typed. ``text`` has no number.

    ``run_in`` continues the heading's line with body text, as levels 2 to 4 often do.
    """

    text: str
    level: int = 1
    run_in: str = ""
    numbered: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.level <= 4:
            raise DocumentError(f"标题层次只有四级，不能是第{self.level}级")


@dataclass(frozen=True, slots=True)
class Attendance:
    """出席／请假／列席 of 纪要: the label in 黑体, the names hanging after the colon. A list keeps each name whole."""

    label: str
    names: str | tuple[str, ...] | list[str]

    def __post_init__(self) -> None:
        keep_tuples(self)

    @property
    def all_names(self) -> tuple[str, ...]:
        return (self.names,) if isinstance(self.names, str) else tuple(self.names)


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty lines."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The next block starts a new page."""


@dataclass(frozen=True, slots=True)
class Opinions:
    """A ruled space for handwriting: 领导批示, 拟办意见. ``fill`` takes what is left of the page."""

    label: str
    lines: int = 3
    fill: bool = False


Block: TypeAlias = Paragraph | Heading | Attendance | Table | Chart | Gap | PageBreak | Opinions


# ------------------------------------------------------------------ the parts around the body


@dataclass(frozen=True, slots=True)
class Letterhead:
    """版头. ``name`` without 文件; ``number`` is the 发文字号; ``signers`` only for 上行文; ``issue`` is N of 第N期."""

    name: str
    number: str = ""
    signers: tuple[str, ...] | list[str] = ()
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""
    issue: int | None = None
    issuer: str = ""

    def __post_init__(self) -> None:
        keep_tuples(self)


@dataclass(frozen=True, slots=True)
class Signature:
    """署名 and 成文日期. ``sealed`` leaves room for the seal of every name; the seal itself is never drawn."""

    names: str | tuple[str, ...] | list[str]
    date: Date | None = None
    sealed: bool = True

    def __post_init__(self) -> None:
        keep_tuples(self)

    @property
    def all_names(self) -> tuple[str, ...]:
        return (self.names,) if isinstance(self.names, str) else tuple(self.names)


@dataclass(frozen=True, slots=True)
class Annex:
    """附件: a new page, its number counted, its title on the third line. ``landscape`` for wide tables."""

    title: str
    body: tuple[Block, ...] | list[Block]
    landscape: bool = False

    def __post_init__(self) -> None:
        keep_tuples(self)


@dataclass(frozen=True, slots=True)
class Imprint:
    """版记: 抄送, 印发机关, 印发日期 (the document's date unless given)."""

    issuer: str = ""
    copy_to: str = ""
    date: Date | None = None


@dataclass(frozen=True, slots=True)
class QR:
    """A code on the first page: the number and the hash of the frozen content."""

    content: str
    caption: str = "扫码核验"


@dataclass(frozen=True, slots=True)
class Document:
    """One paper. ``date`` is the 成文日期 and the only time a file knows: the same document gives the same bytes.

    ``attachments`` names what 附件 lists; by default the annexes' titles. ``watermark`` (草稿) lies under every page.
    """

    form: Form
    title: str
    date: Date
    body: tuple[Block, ...] | list[Block] = ()
    letterhead: Letterhead | None = None
    addressees: str | tuple[str, ...] | list[str] = ()
    attachments: tuple[str, ...] | list[str] | None = None
    signature: Signature | None = None
    note: str = ""
    annexes: tuple[Annex, ...] | list[Annex] = ()
    imprint: Imprint | None = None
    qr: QR | None = None
    watermark: str = ""
    author: str = ""
    subject: str = ""
    keywords: tuple[str, ...] | list[str] = ()
    landscape: bool = False

    def __post_init__(self) -> None:
        keep_tuples(self)
        if not self.title.strip():
            raise DocumentError("文件没有标题")
        if self.form is not Form.PLAIN and self.letterhead is None:
            raise DocumentError(f"{self.form.label}必须有版头（Letterhead）")
        if self.form is Form.BAOGAO and not (self.letterhead and self.letterhead.signers):
            raise DocumentError("报告是上行文，必须写明签发人")
        if self.landscape and self.form is not Form.PLAIN:
            raise DocumentError("只有普通件可以整份横排；其他文种请把宽表放进横排附件")

    @property
    def plain_title(self) -> str:
        """The title in one line, for file names, outlines and properties."""
        return "".join(self.title.split("\n"))

    @property
    def addressed_to(self) -> str:
        """主送机关 with its full-width colon, or nothing."""
        given = self.addressees if isinstance(self.addressees, str) else "，".join(self.addressees)
        return given if not given or given.endswith("：") else f"{given}："

    @property
    def attachment_names(self) -> tuple[str, ...]:
        if self.attachments is not None:
            return tuple(self.attachments)
        return tuple("".join(annex.title.split("\n")) for annex in self.annexes)

    @property
    def author_name(self) -> str:
        if self.author:
            return self.author
        if self.signature:
            return "、".join(self.signature.all_names)
        return self.letterhead.name if self.letterhead else ""


def amount(document: Document) -> int:
    """How much there is to set, for showing progress: every row of a table counts as much as a paragraph."""
    blocks = [*document.body, *(block for annex in document.annexes for block in annex.body)]
    return sum(len(block.rows) if isinstance(block, Table) else 1 for block in blocks)


_TOLD = 5  # places named one by one: a complaint is a sentence on a page


@dataclass(frozen=True, slots=True)
class MissingCharacter:
    """A character no face has; it is printed as 〓. ``near`` are the words around it, ``page`` where it stands."""

    character: str
    near: str
    page: int = 0

    def __str__(self) -> str:
        place = f"第{self.page}页" if self.page else ""
        return f"{place}“{self.near}”中的“{self.character}”（U+{ord(self.character):04X}）没有可用字形"


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A finished file and what has to be told about it."""

    content: bytes
    faces_used: tuple[str, ...]
    missing_characters: tuple[MissingCharacter, ...]
    pages: int

    @property
    def complaint(self) -> str:
        """What to tell whoever asked for the file: the characters printed as 〓, or nothing. Many are counted."""
        told = "；".join(map(str, self.missing_characters[:_TOLD]))
        if (more := len(self.missing_characters) - _TOLD) > 0:
            told += f"；另有{more}处"
        return f"{told}。请改用其他写法，或请系统管理员添加字体后重新生成。" if told else ""
