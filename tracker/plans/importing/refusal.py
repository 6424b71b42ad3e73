"""The one error of reading: a document that cannot be read, with a sentence for the person who gave it."""

from __future__ import annotations


class UnreadableDocument(ValueError):
    """The document cannot be read; the message says why and what to do, in Chinese."""


class NotAPlan(UnreadableDocument):
    """The document can be read but holds no plan."""
