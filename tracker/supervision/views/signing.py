"""A paper on its way to the head: put forward with the form that was saved, taken back by the office."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.core import pages
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleErrors
from tracker.supervision import actions, policy
from tracker.supervision.models import Circular, Notice
from tracker.supervision.queries.circulars import visible_circulars
from tracker.supervision.queries.notices import visible_notices
from tracker.supervision.views import bp

TAKEN_BACK = "已取回，修改后重新送签。"


def saved(
    actor: Actor, paper: Notice | Circular, submit: Callable[[Actor, Any], None], sign_page: str, **where: Any
) -> Answer:  # fmt: skip
    """After the form was taken: to the page again, or, where its other button was pressed, on to the signature. What
    still lacks is said all at once."""
    wanted = request.form.get("do")
    if wanted == "sign":
        return redirect(url_for(sign_page, **where))
    try:
        if wanted == "submit":
            submit(actor, paper)
    except RuleErrors as error:
        flash(f"已保存，还不能送签：{''.join(error.sentences)}", "error")
    else:
        flash("已送主任签发。" if wanted == "submit" else "已保存。", "success")
    return redirect(pages.rooted(paper.path))


def given_back(paper: Notice | Circular) -> str:
    """What is said when the head has given it back."""
    return f"已退回起草，文号{paper.number}保留。" if paper.number else "已退回起草，起草人在工作台看到理由。"


@bp.post("/notices/<int:notice_id>/take-back")
@requires(visible_notices, policy.can_take_back_notice, param="notice_id")
def take_back_notice(actor: Actor, notice: Notice) -> Answer:
    actions.take_back(actor, notice)
    flash(TAKEN_BACK, "success")
    return redirect(url_for("supervision.notice", notice_id=notice.id))


@bp.post("/circulars/<int:circular_id>/take-back")
@requires(visible_circulars, policy.can_take_back, param="circular_id")
def take_back_circular(actor: Actor, circular: Circular) -> Answer:
    actions.take_back(actor, circular)
    flash(TAKEN_BACK, "success")
    return redirect(url_for("supervision.circular", circular_id=circular.id))
