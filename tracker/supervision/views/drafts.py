"""What a unit is still writing, saved while it types. The contract with the page is in templates/macros/README.md."""

from __future__ import annotations

from flask import Response, jsonify, request

from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.filters import zh_time
from tracker.core.forms import clean_text
from tracker.supervision import actions, policy
from tracker.supervision.models import Matter, Notice
from tracker.supervision.queries.matters import visible_matters
from tracker.supervision.queries.notices import visible_notices
from tracker.supervision.views import bp

LONGEST = 20_000
"""More than any answer may be, so that the form says what is too long and nothing typed is lost before."""


@bp.post("/notices/<int:notice_id>/draft-reply")
@requires(visible_notices, policy.is_addressed, param="notice_id")
def keep_reply(actor: Actor, notice: Notice) -> Response | tuple[Response, int]:
    return _keep(actor, notice)


@bp.post("/matters/<int:matter_id>/draft-answer")
@requires(visible_matters, policy.is_addressed, param="matter_id")
def keep_answer(actor: Actor, matter: Matter) -> Response | tuple[Response, int]:
    return _keep(actor, matter)


def _keep(actor: Actor, row: Notice | Matter) -> Response | tuple[Response, int]:
    try:
        said = request.get_json(silent=True)
    except RecursionError:  # nested beyond reading is no field of ours
        said = None
    if not isinstance(said, dict) or said.get("field") != "text":
        return jsonify(message="提交的内容不完整。"), 422
    seen, text = said.get("version"), (clean_text(str(said.get("value") or "")) or "")[:LONGEST]
    try:
        draft = actions.keep_draft(actor, row, text, seen_version=seen if isinstance(seen, int) else None)
    except Conflict:
        db.session.refresh(row)
        now = row.draft
        if now is None:
            return jsonify(message="单位已有人回复，请刷新页面核对。"), 422
        return jsonify(version=now.version, value=now.text, by=now.written_by, at=zh_time(now.written_at)), 409
    except RuleError as error:
        return jsonify(message=error.sentence), 422
    return jsonify(version=draft.version, saved_at=zh_time(actor.at))
