"""What was typed survives a refusal: at its form while the page still has it, else for copying on top of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect
from werkzeug.wrappers import Response as Answer

from tracker.core.errors import RuleError
from tracker.core.forms import Form, LineField, ReasonForm, TextField

Words = Sequence[tuple[str, str]]
"""(label, text)"""


@dataclass(frozen=True)
class Unsent:
    """Words that came too late for their form, and why they were not taken."""

    sentences: list[str]
    words: Words


def unsent(forms: Mapping[str, Form], offered: Mapping[str, bool], more: Words = ()) -> Unsent | None:
    """What came for a form that its page no longer has, because somebody else was faster."""
    form = next((form for name, form in forms.items() if not offered.get(name)), None)
    if form is None:
        return None
    typed = [(one.label.text, one.data) for one in form if isinstance(one, LineField | TextField) and one.data]
    wrong = [f"{one.label.text}：{error}" for one in form for error in one.errors]
    return Unsent([*form.form_errors, *wrong], [*typed, *more])


def reasoned(act: Callable[[str], tuple[str, str]], again: Callable[[ReasonForm], str]) -> str | Answer:
    """A button that needs a reason. `act` says what was done and where to go; refused, the page comes `again`."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            said, url = act(form.reason.data or "")
        except RuleError as error:
            form.take(error)
        else:
            flash(said, "success")
            return redirect(url)
    return again(form)
