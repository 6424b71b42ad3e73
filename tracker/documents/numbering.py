"""Numbers of headings and annexes: 一、 （一） 1. （1） (GB/T 9704 7.3.3). Shared by PDF and DOCX."""

from __future__ import annotations

from tracker.documents.blocks import Voice

_DIGITS = "零一二三四五六七八九"
LEVEL_VOICES = {1: Voice.BLACK, 2: Voice.KAI, 3: Voice.BODY, 4: Voice.BODY}


def chinese_number(number: int) -> str:
    """1–99 as headings write them: 一 十 十一 二十 二十一."""
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


class HeadingNumbers:
    """Counts headings; a heading starts the levels below it anew."""

    def __init__(self) -> None:
        self._counts = [0, 0, 0, 0]

    def next(self, level: int) -> str:
        self._counts[level - 1] += 1
        self._counts[level:] = [0] * (4 - level)
        number = self._counts[level - 1]
        if level == 1:
            return f"{chinese_number(number)}、"
        if level == 2:
            return f"（{chinese_number(number)}）"
        return f"{number}." if level == 3 else f"（{number}）"


def annex_label(number: int, count: int) -> str:
    """附件, or 附件1 where there are several (7.3.7)."""
    return f"附件{number}" if count > 1 else "附件"
