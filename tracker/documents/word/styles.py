"""The styles of the DOCX twin. Users' machines have the official faces, so these are named first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tracker.documents import gongwen as g
from tracker.documents.blocks import Voice
from tracker.documents.word import xml

FACES = {
    Voice.BODY: "仿宋_GB2312",
    Voice.BLACK: "黑体",
    Voice.KAI: "楷体_GB2312",
    Voice.TITLE: "方正小标宋简体",
    Voice.SONG: "宋体",
}
WESTERN = {voice: "Times New Roman" if voice in (Voice.TITLE, Voice.SONG) else face for voice, face in FACES.items()}
_PITCH_SPACING = -5  # twentieths of a point: 28 characters of 16 pt in 156 mm
# No hanging marks and no extra room between Chinese and figures: both would break the grid of 28 characters.
_PLAIN = '<w:widowControl w:val="0"/><w:overflowPunct w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'


def voice_fonts(voice: Voice) -> str:
    return xml.fonts(FACES[voice], WESTERN[voice])


@dataclass(frozen=True, slots=True)
class _Style:
    identifier: str
    name: str
    voice: Voice
    size: float
    leading: float
    align: str = "both"
    first_chars: int = 0  # hundredths of a character
    keep_next: bool = False
    outline: int | None = None
    spacing: int = 0
    color: str = ""
    extra: str = ""

    def xml(self, *, snaps: bool) -> str:
        """``snaps``: whether its lines stand on the grid."""
        keep = "<w:keepNext/>" if self.keep_next else ""
        outline = f'<w:outlineLvl w:val="{self.outline}"/>' if self.outline is not None else ""
        indent = f'<w:ind w:firstLineChars="{self.first_chars}" w:firstLine="{round(self.first_chars * g.PITCH / 5)}"/>'
        grid = "" if snaps else '<w:snapToGrid w:val="0"/>'
        spacing = f'<w:spacing w:val="{self.spacing}"/>' if self.spacing else ""
        color = f'<w:color w:val="{self.color}"/>' if self.color else '<w:color w:val="000000"/>'
        size = xml.half_points(self.size)
        default = ' w:default="1"' if self.identifier == "Normal" else ""
        based = "" if default else '<w:basedOn w:val="Normal"/>'
        following = '<w:next w:val="Normal"/>' if self.outline is not None else ""
        return (
            f'<w:style w:type="paragraph"{default} w:styleId="{self.identifier}"><w:name w:val="{self.name}"/>'
            f"{based}{following}<w:qFormat/><w:pPr>{keep}{_PLAIN}{grid}{xml.exact(self.leading)}"
            f'{indent if self.first_chars else xml.indent()}<w:jc w:val="{self.align}"/>{outline}</w:pPr>'
            f'<w:rPr>{voice_fonts(self.voice)}<w:b w:val="0"/><w:bCs w:val="0"/><w:i w:val="0"/>{color}{spacing}'
            f'<w:kern w:val="0"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
            '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:style>'
        )


def _body(identifier: str, name: str, voice: Voice, **other: Any) -> _Style:
    return _Style(identifier, name, voice, g.BODY_SIZE, g.LINE, spacing=_PITCH_SPACING, **other)


_STYLES = (
    _body("Normal", "Normal", Voice.BODY, first_chars=200),
    _body("Flush", "公文顶格", Voice.BODY),
    _body("Head", "公文版头", Voice.BODY, align="left"),
    _body("Heading1", "heading 1", Voice.BLACK, first_chars=200, keep_next=True, outline=0),
    _body("Heading2", "heading 2", Voice.KAI, first_chars=200, keep_next=True, outline=1),
    _body("Heading3", "heading 3", Voice.BODY, first_chars=200, keep_next=True, outline=2),
    _body("Heading4", "heading 4", Voice.BODY, first_chars=200, keep_next=True, outline=3),
    _body("AnnexLabel", "公文附件标识", Voice.BLACK, align="left", keep_next=True),
    _Style("Title", "Title", Voice.TITLE, g.TITLE_SIZE, g.TITLE_LEADING, align="center", keep_next=True),
    _Style("AnnexTitle", "公文附件标题", Voice.TITLE, g.TITLE_SIZE, g.TITLE_LEADING, "center", 0, True, 0),
    _Style("Masthead", "发文机关标志", Voice.TITLE, g.MASTHEAD_SIZE, g.MASTHEAD_SIZE * 1.2, "center", color=g.RED),
    _Style("Caption", "caption", Voice.BLACK, g.CAPTION_SIZE, g.CAPTION_LEADING, "center", 0, True),
    _Style("TableUnit", "公文表单位", Voice.BODY, g.NOTE_SIZE, g.NOTE_LEADING, "right", 0, True),
    _Style("TableNote", "公文表注", Voice.BODY, g.NOTE_SIZE, g.NOTE_LEADING, "left"),
    _Style("TableHead", "公文表头", Voice.BLACK, g.TABLE_SIZE, g.TABLE_LEADING, "center"),
    _Style("TableText", "公文表文", Voice.BODY, g.TABLE_SIZE, g.TABLE_LEADING, "left"),
    _Style("TableHeadWide", "公文大字表头", Voice.BLACK, g.WIDE_TABLE_SIZE, g.WIDE_TABLE_LEADING, "center"),
    _Style("TableTextWide", "公文大字表文", Voice.BODY, g.WIDE_TABLE_SIZE, g.WIDE_TABLE_LEADING, "left"),
    _Style("OpinionLabel", "公文批示栏", Voice.BLACK, 14.0, 22.0, "center"),
    _Style("Imprint", "公文版记", Voice.BODY, g.IMPRINT_SIZE, g.IMPRINT_LEADING, "both"),
    _Style("Footer", "footer", Voice.SONG, g.NUMBER_SIZE, 18.0, "left"),
    _Style("Figure", "公文图", Voice.BODY, g.BODY_SIZE, g.BODY_SIZE, "center", 0, True),
    _Style("Small", "公文隔行", Voice.BODY, 1.0, 1.0),
)


def install(document: Any, line: float = g.LINE) -> None:
    """Give ``document`` these styles in place of the template's; body text stands ``line`` points apart."""
    styles = document.styles.element
    wanted = {style.identifier for style in _STYLES}
    for style in list(styles):
        identifier = style.get("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}styleId")
        is_character_or_table = identifier in ("DefaultParagraphFont", "TableNormal", "NoList")
        if style.tag.endswith("}style") and (identifier in wanted or not is_character_or_table):
            styles.remove(style)
    for style in _STYLES:
        is_body = style.leading == g.LINE
        styles.append(xml.element((replace(style, leading=line) if is_body else style).xml(snaps=is_body)))
