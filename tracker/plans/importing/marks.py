"""The signs a line carries: list numbers, headings, residues of other formats, how it ends."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN = "零〇一二三四五六七八九十百"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


class Ending(IntEnum):
    """How a line ends: a finished sentence, without a stop, or plainly in the middle of something."""

    DONE = 0
    OPEN = 1
    CUT = 2


@dataclass(frozen=True)
class Mark:
    """A number at the beginning of a line: its form, its value, how it is printed and what follows it."""

    form: str
    value: int
    printed: str
    rest: str
    weak: bool = False
    """The dot after the number is missing, so it may be an ordinary number of the sentence."""


def han_number(text: str) -> int:
    """一 → 1, 十二 → 12, 二十 → 20, 一百零三 → 103; digits are taken as they are."""
    if text.isdigit():
        return int(text)
    total, current = 0, 0
    for character in text:
        if character == "百":
            total, current = total + max(current, 1) * 100, 0
        elif character == "十":
            total, current = total + max(current, 1) * 10, 0
        else:
            current = _DIGITS[character]
    return total + current


_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("chapter", re.compile(r"^第\s*([" + _HAN + r"\d]{1,4})\s*[章篇编部]\s*")),
    ("section", re.compile(r"^第\s*([" + _HAN + r"\d]{1,4})\s*[节条]\s*")),
    ("field", re.compile(r"^(?:发展)?领域\s*([一二三四五六七八九十\d]{1,2})\s*[:：、.．]?\s*")),
    ("bracket", re.compile(r"^[（(〔]\s*([一二三四五六七八九十]{1,3})\s*[)）〕]\s*[、.．]?\s*")),
    ("han", re.compile(r"^([一二三四五六七八九十]{1,3})\s*[、.．,，]\s*")),
    ("paren", re.compile(r"^[（(]\s*(\d{1,2})\s*[)）]\s*[、.．]?\s*")),
    ("half", re.compile(r"^(\d{1,2})\s*[)）]\s*")),
    ("dotted", re.compile(r"^\d{1,2}\s*[.．]\s*(\d{1,2})\s*(?:[.．、]\s*|\s+|(?=[\u4e00-\u9fff“《]))")),
    ("digit", re.compile(r"^(\d{1,3})\s*[.．、,，。]\s*")),
)
_WEAK = re.compile(r"^(\d{1,2})\s*(?=[\u4e00-\u9fff“《])")
_COUNTED = "岁个月年日名所人万亿种次项类级大家周天时分倍里点座处位张条款章节以至到多余成"


def marks_of(text: str) -> tuple[Mark, ...]:
    """Every way in which the beginning of a line can be read as a number."""
    if text[:1] in _CIRCLED and text[:1]:
        return (Mark("circle", _CIRCLED.index(text[0]) + 1, text[0], text[1:].lstrip("、. ")),)
    plain = _plain_head(text)
    found = []
    for form, pattern in _MARKS:
        match = pattern.match(plain)
        if match:
            rest = text[match.end() :]
            found.append(Mark(form, han_number(match.group(1)), plain[: match.end()].strip(), rest))
    if not found:
        match = _WEAK.match(plain)
        if match and text[match.end() : match.end() + 1] not in _COUNTED:
            found.append(Mark("digit", int(match.group(1)), match.group(1), text[match.end() :], weak=True))
    return tuple(found)


def _plain_head(text: str) -> str:
    """The first signs with full-width digits made plain, character by character so that places stay the same."""
    head = "".join(unicodedata.normalize("NFKC", c) if c.isdigit() and len(c) == 1 else c for c in text[:12])
    return head + text[12:] if len(head) == min(12, len(text)) else text


_RESIDUES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\ufeff\u200b-\u200f\u2028\u2029\u2060\u00ad\ufffe\ufffc]|[\x00-\x08\x0b\x0c\x0e-\x1f]"), ""),
    (re.compile(r"[\u00a0\u3000\u2002-\u200a\x0b]"), " "),
    (
        re.compile(
            r"</?(?:a|b|i|u|p|br|hr|em|strong|span|div|font|sup|sub|h[1-6]|li|ul|ol|td|tr)\b[^<>]{0,200}/?>", re.I
        ),
        "",
    ),
    (re.compile(r"<!--(?:(?!<!--).)*?-->"), ""),
    (re.compile(r"\{\s*(?:HYPERLINK|PAGEREF|REF|TOC|SEQ|PAGE|NUMPAGES)\b[^{}]*\}", re.I), ""),
    (re.compile(r"\b(?:HYPERLINK|PAGEREF)\s+(?:\\l\s+)?\"?_?[A-Za-z]*\d*\"?(?:\s*\\[a-z])*", re.I), ""),
    (re.compile(r"\[\]\{[^{}]*\}"), ""),
    (re.compile(r"\[([^\[\]]*)\]\{[^{}]*\}"), r"\1"),
    (re.compile(r"!?\[([^\[\]]*)\]\((?:#|https?:|bookmark|_)[^()\s]*\)"), r"\1"),
    (re.compile(r"\{(?:#|\.)[^{}]*\}"), ""),
    (re.compile(r"(?:\[|\b)?_(?:Toc|Ref|Hlk|GoBack|bookmark)\w*\]?"), ""),
    (re.compile(r"(?:错误[!！]\s*)?未定义书签[。.]?|Error! Bookmark not defined\.?", re.I), ""),
    (re.compile(r"(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"\*\*|~~"), ""),
    (re.compile(r"\\([.\\`*_{}\[\]()#+\-!~>&|\"'、。])"), r"\1"),
)
_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s*(.*?)\s*#*$")
_BULLET = re.compile(
    r"^\s*(?:[-*+–—](?:\s+|(?=\d{1,2}[.．、](?!\d))|(?=[\u4e00-\u9fff（(]))|[•●○■□◆◇▪▶➢➤·∙✓]\s*)(?=\S)"
)
_QUOTE = re.compile(r"^\s*>+\s?")
_BLANKS = re.compile(r"(\s{50})\s+")
"""No line of a plan holds so many; every pattern that allows for blanks would go through them again and again."""


def cleaned(text: str) -> tuple[str, str]:
    """The words of a line without the residues of its journey, and the style those residues betray."""
    style = ""
    if "&" in text:
        text = html.unescape(text)
    text = _QUOTE.sub("", _BLANKS.sub(r"\1", text))
    heading = _HEADING.match(text)
    if heading:
        style, text = f"heading{len(heading.group(1))}", heading.group(2)
    elif re.match(r"^\s*(?:[-*+]\s+)?(?:\*\*|__)\S", text) and re.search(r"(?:\*\*|__)[。：:]?\s*$", text):
        style = "bold"
    text = without_residues(text)
    text = _BULLET.sub("", text, count=1)
    return text.strip(), style


def without_residues(text: str) -> str:
    """A text without the marks of other formats: fields, bookmarks, anchors, tags, emphasis."""
    for pattern, replacement in _RESIDUES:
        text = pattern.sub(replacement, text)
    return text


_STOPS = "。！？；!?;…"
_CLOSERS = "”’）)」』】》〉\"'"
_CUT_ENDS = "、，,（(《“‘〈—-～~/·和及与或的地在对将把被向从以为是及其至"


def ending_of(text: str) -> Ending:
    """Whether a line ends a sentence; closing quotes and brackets after the stop belong to it."""
    bare = text.rstrip()
    inner = bare.rstrip(_CLOSERS)
    if not inner or inner[-1] in _STOPS or bare[-1:] in _STOPS or bare[-1:] in "：:":
        return Ending.DONE
    if bare[-1] in _CUT_ENDS or (bare[-1] in "0123456789.．" and not re.fullmatch(r"\d{1,3}[.．、]?", bare)):
        return Ending.CUT
    opened = sum(bare.count(c) for c in "（(《“") - sum(bare.count(c) for c in "）)》”")
    return Ending.CUT if opened > 0 else Ending.OPEN


def joined(parts: list[str]) -> str:
    """Lines of one item made one text again: no space between Chinese, one between two Latin words.

    A decimal number that was torn apart ("5." and "3‰") becomes one number again.
    """
    text = ""
    for part in parts:
        part = part.strip()
        if text and part and _latin(text[-1]) and _latin(part[0]):
            text += " "
        text += part
    if re.search(r"[{}*_\[\]]", text):
        text = without_residues(text).strip()
    return re.sub(r"(?<=\d[.．]) (?=\d+\s*[%％‰])", "", text)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def squeezed(text: str) -> str:
    """A text for comparing: no spaces, half-width signs."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
