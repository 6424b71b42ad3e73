"""回避: the head names who verifies an answer instead of the office."""

from __future__ import annotations

from flask import flash, redirect, render_template
from werkzeug.wrappers import Response as Answer

from tracker.core import pages
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.forms import Option
from tracker.supervision import actions, policy
from tracker.supervision.forms import VerifierForm
from tracker.supervision.models import Matter, Notice
from tracker.supervision.queries.aside import may_be_named
from tracker.supervision.queries.matters import visible_matters
from tracker.supervision.queries.notices import visible_notices
from tracker.supervision.views import bp

NOBODY = 0


@bp.route("/notices/<int:notice_id>/verifier", methods=["GET", "POST"])
@requires(visible_notices, policy.can_name_verifier, param="notice_id")
def name_notice_verifier(actor: Actor, notice: Notice) -> str | Answer:
    return _name(actor, notice)


@bp.route("/matters/<int:matter_id>/verifier", methods=["GET", "POST"])
@requires(visible_matters, policy.can_name_verifier, param="matter_id")
def name_matter_verifier(actor: Actor, matter: Matter) -> str | Answer:
    return _name(actor, matter)


def _name(actor: Actor, row: Notice | Matter) -> str | Answer:
    people = {one.id: one for one in may_be_named(actor, row)}
    form = VerifierForm(user_id=row.substitute_id or NOBODY, reason=row.substitute_reason)
    nobody = "暂不指定" if row.unit.is_office else "不指定，由办公室核验"
    form.user_id.choices = [Option(NOBODY, nobody), *(Option(one.id, one.name) for one in people.values())]
    if form.validate_on_submit():
        try:
            actions.name_verifier(actor, row, people.get(form.user_id.data), form.reason.data or "")
        except RuleError as error:
            form.take(error)
        else:
            flash("已记录指定的核验人。", "success")
            return redirect(pages.rooted(row.path))
    return render_template("supervision/verifier.html", form=form, row=row)
