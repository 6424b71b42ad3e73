"""A special round for the office: the answers in one table, taken out as xlsx, and further units asked."""

from __future__ import annotations

from flask import Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from tracker.committees.queries import choices_of, current_units
from tracker.core import calendar, files
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.exports import listed, record_export
from tracker.core.filters import zh_date
from tracker.core.forms import Option
from tracker.documents.xlsx import Sheet, workbook
from tracker.messages.flashing import flash_told
from tracker.reports import actions, documents, policy
from tracker.reports.actions.telling import people_of
from tracker.reports.forms import MoreUnitsForm
from tracker.reports.models import QuestionKind, ReportState, Round
from tracker.reports.queries import chasing
from tracker.reports.queries import grid as grids
from tracker.reports.queries import review as review_queries
from tracker.reports.queries import rounds as queries
from tracker.reports.queries.collected import collected, sums
from tracker.reports.views import bp
from tracker.reports.views.exports import missing_table_of
from tracker.reports.views.filtering import filtered_reports


def collected_page(actor: Actor, round_: Round) -> str:
    """Who said what, in one table; who is missing stands in it as well."""
    everybody = queries.reports_of(round_)
    reports, pairs = filtered_reports(actor, everybody)
    lines = collected(reports)
    counts = queries.counts([round_.id])[round_.id]
    return render_template(
        "reports/collected.html", round=round_, lines=lines, pairs=pairs, sums=sums(round_, lines),
        heads=[{"label": one.label, "num": one.kind is QuestionKind.NUMBER} for one in round_.questions],
        owing=len(chasing.owing(everybody)), returned=len(chasing.returned(everybody)),
        sent=counts.get(ReportState.SUBMITTED, 0) + counts.get(ReportState.ACCEPTED, 0),
        all=sum(counts.values()) - counts.get(ReportState.EXEMPTED, 0), days=calendar.current(),
        overdue=sum(report.is_overdue(actor.on) for report in everybody),
        tabs=review_queries.tab_counts(round_), state_choices=[(one.value, one.label) for one in grids.CellState],
    )  # fmt: skip


@bp.get("/rounds/<int:round_id>/collected.xlsx")
@requires(queries.visible_rounds, policy.can_see_round, param="round_id")
def collected_export(actor: Actor, round_: Round) -> Response:
    """The same table as it is filtered, and on a second sheet who is missing."""
    everybody = queries.reports_of(round_)
    reports, pairs = filtered_reports(actor, everybody)
    lines = collected(reports)
    said = "；".join(f"{label}：{text}" for label, text, _ in pairs)
    title = f"{round_.title}汇总表"
    sheets = [
        Sheet("汇总表", documents.collected_table(round_, lines, sums(round_, lines)), filters=said, made_on=actor.on,
              title=title),
        Sheet("未报送单位", missing_table_of(actor, everybody)[0], made_on=actor.on,
              title=f"{round_.title}未报送单位"),
    ]  # fmt: skip
    content = workbook(sheets)
    record_export(actor, listed(title, len(lines), pairs), round_)
    return files.download_bytes(content, f"{title}（{zh_date(actor.on)}）.xlsx", files.XLSX)


@bp.route("/rounds/<int:round_id>/units", methods=["GET", "POST"])
@requires(queries.visible_rounds, policy.can_ask_more, param="round_id")
def ask_more(actor: Actor, round_: Round) -> str | Answer:
    """Ask further units while the round runs."""
    standing = {report.unit_id for report in queries.reports_of(round_)}
    units = [unit for unit in current_units(actor.committee_id, actor.on) if unit.id not in standing]
    form = MoreUnitsForm()
    form.unit_ids.choices = [Option(unit.id, unit.short_name) for unit in units]
    if form.validate_on_submit():
        chosen = set(form.unit_ids.data or [])
        try:
            made = actions.ask_more_units(actor, round_, [unit for unit in units if unit.id in chosen])
        except RuleError as error:
            form.take(error)
        else:
            told = people_of([report.unit_id for report in made], actor.on)
            deaf = [one.unit.short_name for one in made if one.unit_id not in told]
            flash_told(f"已增加{len(made)}个单位", len(told), deaf)
            return redirect(url_for("reports.round", round_id=round_.id))
    return render_template("reports/more_units.html", form=form, round=round_, units=choices_of(units))
