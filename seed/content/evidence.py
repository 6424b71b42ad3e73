"""Small files to attach: a readable one-page paper as PDF, and a picture. Both are the same bytes on every run."""

import struct
import zlib
from functools import cache
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from .shapes import EvidenceText, MeasureRef

_FONT = "STSong-Light"
_LEFT, _TOP, _LEADING, _PER_LINE = 72.0, 740.0, 26.0, 28

SIGNED_PAPER = EvidenceText(
    "市检察院",
    "open",
    None,
    "市检察院年度报告（签字盖章件）.pdf",
    "云检函〔{year}〕31号",
    "云川市人民检察院关于实施妇女儿童发展规划情况的报告",
    (
        "云川市妇女儿童工作委员会办公室：",
        "按照年度报告要求，现将我院实施两个规划的情况随文报送，正文与系统中填报的内容一致。",
        "特此报告。",
        "审签：孟怀安",
        "（盖章处）",
    ),
    3,
)

EVIDENCE: tuple[EvidenceText, ...] = (
    EvidenceText(
        "市公安局",
        "finished",
        MeasureRef("women", 7, 1),
        "家庭暴力联动处置流程（四部门会签）.pdf",
        "云公通〔{year}〕46号",
        "关于印发家庭暴力联动处置流程的通知",
        (
            "一、接警单位当日登记，当日告知受害人可以申请的保护措施。",
            "二、告诫书使用统一格式，三日内回访，回访记录抄送妇联。",
            "三、需要临时庇护的，由民政部门当日安排，妇联陪同转介。",
            "四、法院作出人身安全保护令后，当日送达派出所和村（居）委会。",
        ),
        340,
    ),
    EvidenceText(
        "市卫生健康委",
        "finished",
        MeasureRef("women", 1, 3),
        "两癌免费筛查年度统计表.pdf",
        "云卫妇幼函〔{year}〕19号",
        "宫颈癌和乳腺癌免费筛查情况统计表",
        (
            "筛查总人数：6.8万人",
            "宫颈癌筛查率：66%　乳腺癌筛查率：54%",
            "异常人员随访率：99%",
            "统计截止：年底　填报科室：妇幼健康科",
        ),
        320,
    ),
    EvidenceText(
        "市教育局",
        "finished",
        MeasureRef("children", 3, 1),
        "公办幼儿园新建改扩建完成清单.pdf",
        "云教基〔{year}〕52号",
        "公办幼儿园新建改扩建项目完成情况",
        ("项目总数：14个", "新增学位：3900个", "全部项目已在秋季学期投入使用。"),
        330,
    ),
    EvidenceText(
        "市妇联",
        "open",
        MeasureRef("women", 6, 1),
        "最美家庭揭晓现场.png",
        "",
        "最美家庭揭晓活动现场",
        (),
        40,
    ),
    SIGNED_PAPER,
)


def _wrapped(text: str) -> list[str]:
    return [text[at : at + _PER_LINE] for at in range(0, len(text), _PER_LINE)] or [""]


@cache
def paper(title: str, number: str, lines: tuple[str, ...]) -> bytes:
    """A one-page paper whose text can be found again. No seal is drawn: seals are only ever pressed by hand."""
    if _FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(title)
    canvas.setFont(_FONT, 18)
    canvas.drawCentredString(A4[0] / 2, _TOP + 40, title)
    canvas.setFont(_FONT, 14)
    canvas.drawCentredString(A4[0] / 2, _TOP + 10, number)
    y = _TOP - _LEADING
    for part in (part for line in lines for part in _wrapped(line)):
        canvas.drawString(_LEFT, y, part)
        y -= _LEADING
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@cache
def picture(width: int = 96, height: int = 64) -> bytes:
    """A small grey PNG, darker towards the bottom, standing for a photograph."""
    rows = b"".join(b"\x00" + bytes([220 - 120 * y // height]) * width for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    )


def number_in(evidence: EvidenceText, year: int) -> str:
    """The document number, with the year of its round."""
    return evidence.number.format(year=year)


def bytes_of(evidence: EvidenceText, year: int) -> bytes:
    """The file itself."""
    if evidence.file_name.endswith(".png"):
        return picture()
    return paper(evidence.title, number_in(evidence, year), evidence.lines)
