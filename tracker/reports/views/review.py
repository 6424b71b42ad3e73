"""The office reads, asks, accepts or sends back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.core import calendar
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.pages import number_arg, row_number
from tracker.core.reading import reads
from tracker.reports import actions, policy
from tracker.reports.actions.pieces import is_number
from tracker.reports.forms import RemarkForm, ReturnForm, day_of, reason_typed, words_of
from tracker.reports.models import Remark, RemarkPlace, Report, ReportVersion, Round
from tracker.reports.queries import reports as queries
from tracker.reports.queries import review as review_queries
from tracker.reports.queries.exemptions import exemptions_asked, exemptions_of
from tracker.reports.queries.grid import late_words
from tracker.reports.queries.rounds import visible_rounds
from tracker.reports.views import bp


@bp.get("/rounds/<int:round_id>/queue")
@requires(visible_rounds, policy.can_see_round, param="round_id")
def queue(actor: Actor, round_: Round) -> str:
    """What waits for review, the longest first, and applications for a later day."""
    days = calendar.current()
    return render_template(
        "reports/queue.html", round=round_, rows=review_queries.queue(round_, actor.on, days),
        extensions=review_queries.extensions_asked(round_), exemptions=exemptions_asked(round_),
        tabs=review_queries.tab_counts(round_),
        limit=round_.committee.settings.review_workdays,
    )  # fmt: skip


@bp.get("/reports/<int:report_id>/review")
@requires(queries.visible_reports, lambda actor, report: actor.sees_committee, param="report_id")
@reads(own=policy.owns)
def review(actor: Actor, report: Report) -> str:
    """What was submitted, beside last year; of a draft its state only."""
    return review_page(actor, report)


def review_page(actor: Actor, report: Report, *, typed: dict[str, str] | None = None, error: str = "") -> str:
    versions = queries.versions(report.id)
    content = versions[0].content if versions else None
    compared = _compared(versions, report) if request.args.get("plain") is None else None
    whole = queries.whole(report.id)
    remarks: dict[tuple[RemarkPlace, int | None], list[Remark]] = {}
    for remark in whole.remarks:
        remarks.setdefault((remark.place, remark.place_id), []).append(remark)
    return render_template(
        "reports/review.html", report=whole, versions=versions, content=content,
        before=compared.content if compared else None, compared=compared,
        last=queries.last_year(whole), remarks=remarks, days=calendar.current(), typed=typed or {}, error=error,
        extensions=queries.extensions_of(report.id), exemptions=exemptions_of(report.id),
        filed_elsewhere=review_queries.filed_elsewhere(report.id),
        around=review_queries.neighbours(whole, actor), scans=_scans(whole),
        withdrawable={one.id for one in whole.evidence} if policy.runs(actor, whole) else set(),
        late=late_words(whole, actor.on, calendar.current()),
    )  # fmt: skip


def _compared(versions: list[ReportVersion], report: Report) -> ReportVersion | None:
    """What the newest submission is read against: the one of the address, else the one that was sent back (what the
    unit took back since was never read), else the one before."""
    wanted = number_arg("before") or report.returned_version
    older = versions[1:]
    return next((one for one in older if one.number == wanted), older[0] if older else None)


def _scans(report: Report) -> list[object]:
    return [one for one in report.evidence if one.kind is one.kind.STAMPED_SCAN]


@bp.post("/reports/<int:report_id>/claim")
@requires(queries.visible_reports, policy.can_review, param="report_id")
def claim(actor: Actor, report: Report) -> Answer:
    """Take it in hand; taking it over from somebody is a second, spoken decision."""
    actions.claim(actor, report, take_over=bool(request.form.get("take_over")))
    return redirect(url_for("reports.review", report_id=report.id))


@bp.post("/reports/<int:report_id>/release")
@requires(queries.visible_reports, policy.can_review, param="report_id")
def release(actor: Actor, report: Report) -> Answer:
    actions.release(actor, report)
    flash("已放回待审核。", "success")
    return redirect(url_for("reports.queue", round_id=report.round_id))


@bp.post("/reports/<int:report_id>/remarks")
@requires(queries.visible_reports, policy.can_review, param="report_id")
def add_remark(actor: Actor, report: Report) -> str | Answer:
    """Ask something at one place."""
    form = RemarkForm()
    place, _, key = request.form.get("place", "").partition(":")
    number = int(key) if is_number(key) else None
    if not form.validate_on_submit():
        return review_page(
            actor,
            report,
            error="请写明意见（1000字以内）。",
            typed={request.form.get("place", ""): words_of(form.text)},
        )
    try:
        actions.add_remark(actor, report, RemarkPlace(place), number, words_of(form.text))
    except ValueError:
        return review_page(actor, report, error="请在报告的某一处提意见。")
    except RuleError as error:
        typed = {request.form.get("place", ""): words_of(form.text)}
        return review_page(actor, report, error=error.sentence, typed=typed)
    anchor = {"area": f"part-{number}", "entry": f"entry-{number}", "question": f"question-{number}"}.get(place, place)
    return redirect(url_for("reports.review", report_id=report.id, _anchor=anchor))


@bp.post("/reports/<int:report_id>/remarks/<int:remark_id>/drop")
@requires(queries.visible_reports, policy.can_review, param="report_id")
def drop_remark(actor: Actor, report: Report, remark_id: int) -> Answer:
    """Take back what was not sent yet."""
    actions.drop_remark(actor, report, remark_id)
    return redirect(url_for("reports.review", report_id=report.id))


@bp.post("/reports/<int:report_id>/accept")
@requires(queries.visible_reports, policy.can_review, param="report_id")
def accept(actor: Actor, report: Report) -> Answer:
    """Accept, and go on to the next one on the pile."""
    following = review_queries.neighbours(report, actor).following
    name = report.unit.short_name
    done = actions.accept(actor, report, seen=row_number(request.form.get("seen")))
    said = f"{name}已审核通过" + (f"，{len(done)}项一次性任务随之办结" if done else "")
    flash(f"{said}。" + ("以下是下一份。" if following else ""), "success")
    if following:
        return redirect(url_for("reports.review", report_id=following))
    return redirect(url_for("reports.queue", round_id=report.round_id))


@bp.route("/reports/<int:report_id>/return", methods=["GET", "POST"])
@requires(queries.visible_reports, policy.can_review, param="report_id")
def return_report(actor: Actor, report: Report) -> str | Answer:
    """Send it back with a reason, a day and the remarks."""
    days = calendar.current()
    form = ReturnForm(
        rectify_by=days.add_workdays(actor.on, report.round.committee.settings.rectify_workdays), seen=report.version
    )
    following = review_queries.neighbours(report, actor).following
    if form.validate_on_submit():
        try:
            actions.return_report(actor, report, words_of(form.reason), day_of(form.rectify_by), seen=form.seen.data)
        except RuleError as error:
            form.take(RuleError(error.sentence, field=None if error.field == "seen" else error.field))
            form.seen.renew(report.version)
        else:
            more = "以下是下一份。" if following else ""
            flash(f"已退回{report.unit.short_name}修改，意见已发给单位。{more}", "success")
            if following:
                return redirect(url_for("reports.review", report_id=following))
            return redirect(url_for("reports.queue", round_id=report.round_id))
    whole = queries.whole(report.id)
    unsent = [remark for remark in whole.remarks if not remark.is_sent]
    return render_template("reports/return.html", form=form, report=whole, remarks=unsent)


@bp.post("/reports/<int:report_id>/unaccept")
@requires(queries.visible_reports, policy.can_unaccept, param="report_id")
def unaccept(actor: Actor, report: Report) -> str | Answer:
    """Take an acceptance back with a reason; refused, it stands where it was typed."""
    try:
        actions.unaccept(actor, report, reason_typed())
    except RuleError as error:
        return review_page(actor, report, error=error.sentence, typed={"unaccept": request.form.get("reason", "")})
    flash("已撤销审核，报告恢复为已报送。", "success")
    return redirect(url_for("reports.review", report_id=report.id))


@bp.route("/reports/<int:report_id>/correction", methods=["GET", "POST"])
@requires(queries.visible_reports, policy.can_unaccept, param="report_id")
def send_for_correction(actor: Actor, report: Report) -> str | Answer:
    """An accepted report goes back to be corrected (更正)."""
    days = calendar.current()
    form = ReturnForm(rectify_by=days.add_workdays(actor.on, report.round.committee.settings.rectify_workdays))
    if form.validate_on_submit():
        try:
            actions.send_for_correction(actor, report, words_of(form.reason), day_of(form.rectify_by))
        except RuleError as error:
            form.take(error)
        else:
            flash(f"已请{report.unit.short_name}更正，审核结论同时撤销。", "success")
            return redirect(url_for("reports.review", report_id=report.id))
    return render_template("reports/return.html", form=form, report=queries.whole(report.id), remarks=[], correcting=1)
