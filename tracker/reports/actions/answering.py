"""What an answer to a question may say. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from tracker.core.errors import RuleError
from tracker.reports.models import QuestionAnswer, QuestionKind

LONGEST = 2000
_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")


def taken(answer: QuestionAnswer, text: str) -> str:
    """What was typed, as its question takes it. Raises RuleError for a figure that is none and a choice not offered."""
    question = answer.question
    if question.kind is QuestionKind.FILE:
        raise RuleError("这一项请上传文件。", field="text")
    if question.kind is QuestionKind.CHOICE and text and text not in question.options:
        raise RuleError("请从列出的选项中选择。", field="text")
    if question.kind is QuestionKind.NUMBER and text:
        return _figure(text)
    if len(text) > LONGEST:
        raise RuleError(f"请在{LONGEST}字以内，现在是{len(text)}字。", field="text")
    return text


def _figure(text: str) -> str:
    """12，345 → 12345; what is no number is told at once, because figures are added up. No powers of ten: 1e999999999
    is short, and a thousand million digits written out."""
    plain = text.translate(str.maketrans("０１２３４５６７８９．－", "0123456789.-")).replace(",", "").replace("，", "")
    if not _PLAIN.fullmatch(plain.strip()):
        raise RuleError("请填写数字，没有的填0；需要说明的写在后面的文字项中。", field="text")
    if len(plain) > 18:
        raise RuleError("请填写数字。", field="text")
    return f"{Decimal(plain.strip()):f}"
