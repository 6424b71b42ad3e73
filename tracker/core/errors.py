"""The sentences a person reads when something cannot be done."""

from __future__ import annotations

from collections.abc import Mapping


class RuleError(Exception):
    """A rule of the field forbids the action. The message is a full Chinese sentence, shown as it stands.

    `field` names the form field the sentence belongs to, when there is one.
    """

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class RuleErrors(RuleError):
    """Several reasons at once: twenty bad rows give twenty sentences, never one at a time."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("；".join(sentences))
        self.sentences = sentences


class Conflict(RuleError):
    """Somebody else changed the row first. Carries both texts, so that neither is lost.

    `mine` and `theirs` map a field's label to its text, or its name where its form puts it in words (core/forms).
    """

    def __init__(
        self,
        sentence: str = "刚才有人修改过，请核对后再保存。",
        *,
        mine: Mapping[str, str] | None = None,
        theirs: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.mine = dict(mine or {})
        self.theirs = dict(theirs or {})
