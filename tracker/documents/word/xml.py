"""Small pieces of WordprocessingML. Text goes through ``escape``; lengths are given in points."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tracker.documents.ink import clean

NAMESPACES = nsdecls("w", "r", "wp", "a")
BLACK = "000000"


def twips(points: float) -> int:
    return round(points * 20)


def half_points(points: float) -> int:
    return round(points * 2)


def element(xml: str) -> Any:
    """``xml`` with the namespaces declared on its first tag."""
    end = min(at for at in (xml.find(" "), xml.find(">"), xml.find("/>")) if at > 0)
    return parse_xml(f"{xml[:end]} {NAMESPACES}{xml[end:]}")


def fonts(east_asian: str, western: str) -> str:
    """All four scripts are named: with w:ascii alone Word takes another face for Chinese."""
    return (
        f'<w:rFonts w:ascii="{western}" w:hAnsi="{western}" w:eastAsia="{east_asian}" w:cs="{western}" '
        'w:hint="eastAsia"/>'
    )


def run(text: str, properties: str = "") -> str:
    """A run; line feeds become breaks."""
    inner = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(piece)}</w:t>' if piece else "" for piece in clean(text).split("\n")
    )
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{inner}</w:r>"


def paragraph(runs: str, style: str, properties: str = "") -> str:
    """``properties`` in schema order, after the style."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{runs}</w:p>'


def exact(points: float, before: float = 0.0, after: float = 0.0) -> str:
    return (
        f'<w:spacing w:before="{twips(before)}" w:after="{twips(after)}" w:line="{twips(points)}" w:lineRule="exact"/>'
    )


def indent(left: float = 0.0, right: float = 0.0, hanging: float = 0.0) -> str:
    hang = f'w:hanging="{twips(hanging)}"' if hanging else 'w:firstLine="0" w:firstLineChars="0"'
    return f'<w:ind w:left="{twips(left)}" w:right="{twips(right)}" {hang}/>'


def bottom_border(kind: str, eighths: int, color: str, gap: int = 1) -> str:
    return f'<w:pBdr><w:bottom w:val="{kind}" w:sz="{eighths}" w:space="{gap}" w:color="{color}"/></w:pBdr>'


def field(code: str, properties: str = "") -> str:
    made = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return (
        f'<w:r>{made}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{made}<w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        f'<w:r>{made}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{made}<w:t>1</w:t></w:r>'
        f'<w:r>{made}<w:fldChar w:fldCharType="end"/></w:r>'
    )
