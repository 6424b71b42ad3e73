"""The chair's one page: seen as it would be today, made in one click, kept."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from tracker.core import files, pages
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.documents import charts, docx
from tracker.documents.handing import hand_out
from tracker.supervision import actions, policy
from tracker.supervision.documents import briefings as documents
from tracker.supervision.models import Briefing
from tracker.supervision.queries import briefings as queries
from tracker.supervision.views import bp
from tracker.supervision.views.papers import picture, served


@bp.get("/briefing")
@requires(can=policy.can_brief)
def briefing(actor: Actor) -> str:
    """What stands on the page if it is made now, and the pages made before."""
    facts = queries.facts(actor)
    _, _, shown = documents.fitted(facts, actor.committee)
    chart = documents.reports_chart(facts) if facts["reports"].get("expected") else None
    return render_template(
        "supervision/briefing.html", facts=facts, words=documents, chart=chart, shown=shown,
        chart_words=charts.words(chart) if chart else "",
        matters=documents.shown_matters(facts["matters"][:shown]),
        page=pages.paginate(queries.visible_briefings(actor).order_by(Briefing.id.desc())),
    )  # fmt: skip


@bp.post("/briefing")
@requires(can=policy.can_brief)
def make_briefing(actor: Actor) -> Answer:
    """One click; the files are made before the transaction."""
    facts = queries.facts(actor)
    document, made, _ = documents.fitted(facts, actor.committee)
    if made.missing_characters:
        raise RuleError(f"{made.complaint}请先更正有关任务或单位的文字。")  # no paper leaves with a 〓 in it
    blobs = files.put_bytes(made.content), files.put_bytes(docx.render(document))
    actions.make_briefing(actor, title=document.plain_title, facts=facts, pdf=blobs[0], docx=blobs[1])
    flash("呈阅件已生成，可以打印送阅。", "success")
    return redirect(url_for("supervision.briefing"))


@bp.get("/briefing/chart.svg")
@requires(can=policy.can_brief)
def briefing_chart(actor: Actor) -> Response:
    """The page's one picture, as of today."""
    facts = queries.facts(actor)
    if not facts["reports"].get("expected"):
        return Response(b"", mimetype="image/svg+xml")
    return picture(documents.reports_chart(facts))


@bp.get("/briefing/preview.<any(pdf, docx):form>")
@requires(can=policy.can_brief)
def preview_briefing(actor: Actor, form: str) -> Response:
    """As it would be today, kept nowhere."""
    document, _, _ = documents.fitted(queries.facts(actor), actor.committee)
    return hand_out(document, form, f"呈阅件{actor.on:%Y%m%d}")


@bp.get("/briefings/<int:briefing_id>/file.<any(pdf, docx):form>")
@requires(queries.visible_briefings, param="briefing_id")
def briefing_file(actor: Actor, briefing: Briefing, form: str) -> Response:
    """The stored file: the same bytes for ever."""
    stored = briefing.pdf if form == "pdf" else briefing.docx
    return served(stored, f"{queries.file_stem(briefing)}.{form}")
