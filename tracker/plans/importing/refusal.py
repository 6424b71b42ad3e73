"""The one error of reading: a document that cannot be read, with a sentence for the person who gave it."""

from __future__ import annotations

MOST_LINES = 20_000
"""Lines or paragraphs of one document; the longest plans have some three thousand."""
TOO_MANY_LINES = f"文件超过 {MOST_LINES} 行，不像一份规划，请只上传规划正文。"


LONGEST_LINE = 10_000
"""Characters of one line or paragraph; the longest paragraphs of plans have some two thousand. What looks for words in
a line may take as long as the square of its length."""


class UnreadableDocument(ValueError):
    """The document cannot be read; the message says why and what to do, in Chinese."""


class NotAPlan(UnreadableDocument):
    """The document can be read but holds no plan."""
