"""One deadline: what was said about it, what was promised on the telephone; chased by hand, or left in peace."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.core import calendar
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.forms import EmptyForm
from tracker.reminders import actions, policy, queries
from tracker.reminders.forms import PauseForm, PhoneNoteForm
from tracker.reminders.models import Watch
from tracker.reminders.queries.rules import rules_of
from tracker.reminders.views import bp


@bp.get("/reminders/<int:watch_id>")
@requires(queries.known_watches, policy.can_keep_watch, param="watch_id")
def deadline(actor: Actor, watch: Watch) -> str | Response:
    """One deadline; what is settled leads to the matter itself."""
    return _page(actor, watch) if watch.is_open else _over(watch)


@bp.post("/reminders/<int:watch_id>/phone")
@requires(queries.known_watches, policy.can_keep_watch, param="watch_id")
def note_phone(actor: Actor, watch: Watch) -> str | Response:
    """“经电话，答应周五报”, and when to ask again."""
    form = PhoneNoteForm()
    if form.validate_on_submit():
        try:
            actions.note_phone_call(
                actor, watch, form.text.data or "", follow_up_on=form.follow_up_on.data, silent=form.silent.data
            )
        except RuleError as error:
            form.take(error)
        else:
            if not watch.is_open:
                flash("这件事已经办理，电话已记下。", "success")
                return redirect(url_for("reminders.phone_calls", matter=watch.id))
            flash("已记下。" + ("到回访日期列入工作台。" if form.follow_up_on.data else ""), "success")
            return _back(watch)
    return _page(actor, watch, phone_form=form)


@bp.post("/reminders/<int:watch_id>/followed")
@requires(queries.known_watches, policy.can_keep_watch, param="watch_id")
def followed(actor: Actor, watch: Watch) -> Response:
    """The office has asked again."""
    actions.tick_off(actor, watch)
    flash("已回访。", "success")
    return redirect(url_for("reminders.phone_calls")) if request.form.get("back") == "list" else _back(watch)


@bp.post("/reminders/<int:watch_id>/pause")
@requires(queries.known_watches, policy.can_keep_watch, param="watch_id")
def pause_deadline(actor: Actor, watch: Watch) -> str | Response:
    if not watch.is_open:
        return _over(watch)
    form = PauseForm()
    if form.validate_on_submit() and form.until.data:
        try:
            actions.pause_watch(actor, watch, until=form.until.data, reason=form.reason.data or "")
        except RuleError as error:
            form.take(error)
        else:
            flash("已暂停这一项的自动提醒。", "success")
            return _back(watch)
    return _page(actor, watch, pause_form=form)


@bp.post("/reminders/<int:watch_id>/resume")
@requires(queries.known_watches, policy.can_keep_watch, param="watch_id")
def resume_deadline(actor: Actor, watch: Watch) -> Response:
    actions.resume_watch(actor, watch)
    flash("已恢复自动提醒。", "success")
    return _back(watch)


@bp.route("/reminders/<int:watch_id>/nudge", methods=["GET", "POST"])
@requires(queries.known_watches, policy.can_nudge, param="watch_id")
def nudge(actor: Actor, watch: Watch) -> str | Response:
    """Chase by hand: first what will be said and to whom, then the saying."""
    if not watch.is_open:
        return _over(watch)
    form = EmptyForm()
    if form.validate_on_submit():
        try:
            told = actions.nudge(actor, watch)
        except RuleError as error:
            flash(error.sentence, "warning")
        else:
            flash(f"已催报，通知{told}人。", "success")
        return redirect(url_for("reminders.deadlines"))
    people, title, body = actions.preview(actor, watch)
    said = queries.ledger_of_watches([watch]).get(watch.id)
    return render_template(
        "reminders/nudge.html", watch=watch, people=people, subject=title, body=body, said=said,
        phone_note=queries.latest_notes([watch]).get(watch.id),
    )  # fmt: skip


def _page(actor: Actor, watch: Watch, **forms: Any) -> str:
    rule = rules_of([watch.committee_id])[watch.committee_id, watch.kind]
    given = {"phone_form": PhoneNoteForm(formdata=None), "pause_form": PauseForm(formdata=None), **forms}
    return render_template(
        "reminders/deadline.html", watch=watch, said=queries.history_of(watch), rule=rule,
        ledger=queries.ledger_of_watches([watch]).get(watch.id), on=actor.on,
        left=calendar.current().workdays_until(actor.on, watch.due_on),
        may_nudge=policy.can_nudge(actor, watch), **given,
    )  # fmt: skip


def _over(watch: Watch) -> Response:
    flash(f"“{watch.title}”已经办理，不再提醒和催报。", "info")
    return redirect(request.script_root + watch.path)


def _back(watch: Watch) -> Response:
    return redirect(url_for("reminders.deadline", watch_id=watch.id))
