"""电话沟通: what was promised on the telephone, over all matters, so that nobody keeps it in a notebook."""

from __future__ import annotations

from flask import render_template, request

from tracker.core.access import Actor, requires
from tracker.core.pages import number_arg, paginate, text_arg
from tracker.reminders import policy
from tracker.reminders.queries import phone
from tracker.reminders.views import bp


@bp.get("/reminders/phone")
@requires(can=policy.can_follow)
def phone_calls(actor: Actor) -> str:
    """What is still waited for first; what is over stands apart. One matter is shown whole."""
    matter = number_arg("matter")
    show = "over" if request.args.get("show") == "over" else "open"
    words = text_arg("q")
    rows = phone.phone_notes(actor, is_open=show == "open", words=words, matter=matter)
    return render_template(
        "reminders/phone.html", page=paginate(rows), show=show, matter=matter, on=actor.on,
        waited_for=phone.open_count(actor),
        said=[("查找", words, "q")] if words else [],
    )  # fmt: skip
