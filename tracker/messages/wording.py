"""What a message says stands in a template, never in code: first line the subject, the rest the body."""

from __future__ import annotations

import re

from flask import current_app
from jinja2 import Environment, StrictUndefined


def render(name: str, **words: object) -> tuple[str, str]:
    """The title and body of a message; "reports/returned" is templates/reports/messages/returned.txt.

    Raises jinja2.UndefinedError when a word that the template needs is missing: better no message than one with a gap.
    """
    room, kind = name.split("/", 1)
    text = _environment().get_template(f"{room}/messages/{kind}.txt").render(words)
    title, _, body = text.strip().partition("\n")
    return title.strip(), re.sub(r"\n{3,}", "\n\n", body).strip()


def _environment() -> Environment:
    """The application's own templates and filters, without the frame of a page and strict about missing words."""
    kept: Environment | None = current_app.extensions.get("tracker.wording")
    if kept is None:
        kept = current_app.jinja_env.overlay(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        current_app.extensions["tracker.wording"] = kept
    return kept
