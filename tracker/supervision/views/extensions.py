"""Later days for answers: the unit asks, the head decides or gives one unasked; the same for notices and matters."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect
from werkzeug.wrappers import Response as Answer

from tracker.core import pages
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.supervision import actions, policy
from tracker.supervision.forms import AskExtensionForm, DecideExtensionForm, ExtendForm
from tracker.supervision.models import AnswerExtension, Matter, Notice
from tracker.supervision.queries import extensions as queries
from tracker.supervision.queries.matters import visible_matters
from tracker.supervision.queries.notices import visible_notices
from tracker.supervision.views import bp, notice_pages
from tracker.supervision.views import matters as matter_pages

Show = Callable[..., str]


@bp.post("/notices/<int:notice_id>/extension")
@requires(visible_notices, policy.is_addressed, param="notice_id")
def ask_notice_extension(actor: Actor, notice: Notice) -> str | Answer:
    """The unit asks for a later day to reply."""
    return _ask(actor, notice, notice_pages.show)


@bp.post("/matters/<int:matter_id>/extension")
@requires(visible_matters, policy.is_addressed, param="matter_id")
def ask_matter_extension(actor: Actor, matter: Matter) -> str | Answer:
    """The unit asks for a later day to put right, or to see to, what it was given."""
    return _ask(actor, matter, matter_pages.show)


@bp.post("/notices/<int:notice_id>/extend")
@requires(visible_notices, policy.of_head, param="notice_id")
def extend_notice(actor: Actor, notice: Notice) -> str | Answer:
    return _extend(actor, notice, notice_pages.show)


@bp.post("/matters/<int:matter_id>/extend")
@requires(visible_matters, policy.of_head, param="matter_id")
def extend_matter(actor: Actor, matter: Matter) -> str | Answer:
    return _extend(actor, matter, matter_pages.show)


@bp.post("/answer-extensions/<int:extension_id>")
@requires(queries.visible_extensions, policy.of_head, param="extension_id")
def decide_answer_extension(actor: Actor, extension: AnswerExtension) -> str | Answer:
    """The head grants it, to the day asked for or another, or refuses it with a reason."""
    row, form = extension.subject, DecideExtensionForm()
    if form.validate_on_submit():
        note = form.note.data or ""
        try:
            if form.decision.data == "grant":
                actions.grant_extension(actor, extension, form.until.data or extension.wanted_until, note)
            else:
                actions.refuse_extension(actor, extension, note)
        except RuleError as error:
            form.take(RuleError(error.sentence, field="note" if error.field == "reason" else error.field))
        else:
            flash("已批复，并告知单位。", "success")
            return redirect(pages.rooted(row.path))
    return _show_of(row)(actor, row, decide_form=form)


def _ask(actor: Actor, row: Notice | Matter, show: Show) -> str | Answer:
    form = AskExtensionForm()
    if form.validate_on_submit():
        try:
            actions.ask_extension(actor, row, form.wanted_until.data or actor.on, form.reason.data or "")
        except RuleError as error:
            form.take(error)
        else:
            flash("延期申请已提交，批复前期限不变。", "success")
            return redirect(pages.rooted(row.path))
    return show(actor, row, ask_form=form)


def _extend(actor: Actor, row: Notice | Matter, show: Show) -> str | Answer:
    form = ExtendForm()
    if form.validate_on_submit():
        try:
            actions.extend_answer(actor, row, form.until.data or actor.on, form.reason.data or "")
        except RuleError as error:
            form.take(error)
        else:
            flash("已延期，并告知单位。", "success")
            return redirect(pages.rooted(row.path))
    return show(actor, row, extend_form=form)


def _show_of(row: Notice | Matter) -> Show:
    return notice_pages.show if isinstance(row, Notice) else matter_pages.show
