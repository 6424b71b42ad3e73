"""What was asked for is refused, with a reason: a change of liaison, a link into an administrator's account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect

from tracker.core.forms import ReasonForm


def refused(refuse: Callable[[str], None], said: str, onward: str, page: Callable[[ReasonForm], str]) -> Any:
    """Refuse for the reason that was typed, say so and go on; without a reason the page again."""
    form = ReasonForm()
    if form.validate_on_submit():
        refuse(form.reason.data or "")
        flash(said, "success")
        return redirect(onward)
    return page(form)
