"""Later days for answers: the unit asks, the head decides or gives one unasked; the same for notices and matters."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect
from werkzeug.wrappers import Response as Answer

from tracker.core import pages
from tracker.core.access import Actor, VisibleTo, requires
from tracker.core.errors import RuleError
from tracker.core.forms import Form
from tracker.supervision import actions, policy
from tracker.supervision.forms import AskExtensionForm, DecideExtensionForm, ExtendForm
from tracker.supervision.models import AnswerExtension, Matter, Notice
from tracker.supervision.queries import extensions as queries
from tracker.supervision.queries.matters import visible_matters
from tracker.supervision.queries.notices import visible_notices
from tracker.supervision.views import bp, notice_pages
from tracker.supervision.views import matters as matter_pages

Show = Callable[..., str]


def _doors_of(name: str, visible: VisibleTo, show: Show) -> None:
    """The two doors of a notice, or of a matter: the unit asks for a later day, the head gives one unasked."""

    @bp.post(f"/{name}s/<int:{name}_id>/extension", endpoint=f"ask_{name}_extension")
    @requires(visible, policy.is_addressed, param=f"{name}_id")
    def ask(actor: Actor, row: Notice | Matter) -> str | Answer:
        return _ask(actor, row, show)

    @bp.post(f"/{name}s/<int:{name}_id>/extend", endpoint=f"extend_{name}")
    @requires(visible, policy.of_head, param=f"{name}_id")
    def extend(actor: Actor, row: Notice | Matter) -> str | Answer:
        return _extend(actor, row, show)


_doors_of("notice", visible_notices, notice_pages.show)
_doors_of("matter", visible_matters, matter_pages.show)


@bp.post("/answer-extensions/<int:extension_id>")
@requires(queries.visible_extensions, policy.of_head, param="extension_id")
def decide_answer_extension(actor: Actor, extension: AnswerExtension) -> str | Answer:
    """The head grants it, to the day asked for or another, or refuses it with a reason."""
    row, form = extension.subject, DecideExtensionForm()

    def act() -> None:
        note = form.note.data or ""
        if form.decision.data == "grant":
            actions.grant_extension(actor, extension, form.until.data or extension.wanted_until, note)
            return
        try:
            actions.refuse_extension(actor, extension, note)
        except RuleError as error:
            raise RuleError(error.sentence, field="note" if error.field == "reason" else error.field) from error

    return _taken(row, form, act, "已批复，并告知单位。") or _show_of(row)(actor, row, decide_form=form)


def _ask(actor: Actor, row: Notice | Matter, show: Show) -> str | Answer:
    form = AskExtensionForm()

    def act() -> None:
        actions.ask_extension(actor, row, form.wanted_until.data or actor.on, form.reason.data or "")

    return _taken(row, form, act, "延期申请已提交，批复前期限不变。") or show(actor, row, ask_form=form)


def _extend(actor: Actor, row: Notice | Matter, show: Show) -> str | Answer:
    form = ExtendForm()

    def act() -> None:
        actions.extend_answer(actor, row, form.until.data or actor.on, form.reason.data or "")

    return _taken(row, form, act, "已延期，并告知单位。") or show(actor, row, extend_form=form)


def _taken(row: Notice | Matter, form: Form, act: Callable[[], None], said: str) -> Answer | None:
    """Back to the page when the form was taken; None where it has to be shown again."""
    if not form.validate_on_submit():
        return None
    try:
        act()
    except RuleError as error:
        form.take(error)
        return None
    flash(said, "success")
    return redirect(pages.rooted(row.path))


def _show_of(row: Notice | Matter) -> Show:
    return notice_pages.show if isinstance(row, Notice) else matter_pages.show
