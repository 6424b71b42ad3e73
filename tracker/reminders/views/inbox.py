"""What was said to me."""

from __future__ import annotations

import logging

from flask import current_app, flash, redirect, render_template, request, url_for
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from tracker.core.access import Actor, current_actor, requires
from tracker.core.db import impatient
from tracker.core.pages import paginate, safe_next, text_arg
from tracker.messages import actions, queries
from tracker.messages.models import Message
from tracker.reminders import policy
from tracker.reminders.views import bp

log = logging.getLogger(__name__)
SHOWN = 200


@bp.after_app_request
def read_by_opening(response: Response) -> Response:
    """Whoever was shown the page that a message leads to, by whatever way, has read the message; a page that was
    refused or broke was not shown. Best effort: where the database is busy, the next time does."""
    view = current_app.view_functions.get(request.endpoint or "")
    is_door = getattr(view, "__door__", "") == "requires"
    if response.status_code == SHOWN and request.method == "GET" and is_door and "X-Background" not in request.headers:
        _mark_read()
    return response


def _mark_read() -> None:
    actor = current_actor()
    found = queries.unread_leading_to(actor.user_id, request.path) if actor is not None else []
    if actor is not None and found:
        try:
            with impatient():
                actions.mark_opened(actor, found)
        except OperationalError:
            log.info("messages stay unread: the database is busy")


@bp.get("/inbox")
@requires()
def inbox(actor: Actor) -> str:
    """Own messages, the unread ones first."""
    rows = queries.inbox(actor, unread_only=request.args.get("show") == "unread", words=text_arg("q"))
    return render_template(
        "reminders/inbox.html", page=paginate(rows), unread=queries.unread_count(actor.user_id),
        may_follow=policy.can_follow(actor),
    )  # fmt: skip


@bp.post("/inbox/<int:message_id>/open")
@requires(queries.visible_messages, param="message_id")
def open_message(actor: Actor, message: Message) -> Response:
    """Read, and led to where it is acted on."""
    actions.mark_read(actor, message)
    if message.unit_id is not None and message.unit_id != actor.unit_id:
        flash("这条消息发给您的另一个岗位。如打不开，请先在右上角切换岗位。", "info")
    path = safe_next(message.path) or "/"
    return redirect(request.script_root + path)


@bp.post("/inbox/read")
@requires()
def read_all(actor: Actor) -> Response:
    """Everything counts as read."""
    done = actions.mark_all_read(actor)
    flash(f"已将{done}条消息标为已读。" if done else "没有未读消息。", "success")
    return redirect(url_for("reminders.inbox"))
