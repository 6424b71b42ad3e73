"""Every list of a round as a table to take away, and the whole round as an archive."""

from __future__ import annotations

from flask import Response, redirect, url_for
from werkzeug.wrappers import Response as Answer

from tracker.core import calendar, files, works
from tracker.core.access import Actor, requires
from tracker.core.exports import listed, record_export
from tracker.core.filters import zh_date
from tracker.documents.blocks import Table
from tracker.documents.xlsx import Sheet, workbook
from tracker.reports import documents, policy
from tracker.reports.actions.telling import people_of
from tracker.reports.models import Report, Round
from tracker.reports.queries import chasing
from tracker.reports.queries import review as review_queries
from tracker.reports.queries import rounds as queries
from tracker.reports.views import bp
from tracker.reports.views.filtering import Pairs, filtered_rounds


@bp.get("/rounds.xlsx")
@requires(can=policy.can_see_rounds)
def rounds_export(actor: Actor) -> Response:
    """Every round with how far it is."""
    rows, pairs = filtered_rounds(actor)
    table = documents.rounds_table(rows, queries.counts([one.id for one in rows]))
    return taken(actor, None, "各次报送情况", table, len(rows), pairs)


@bp.get("/rounds/<int:round_id>/missing.xlsx")
@requires(queries.visible_rounds, policy.can_see_round, param="round_id")
def missing_export(actor: Actor, round_: Round) -> Response:
    """Who has not reported, with whom to call."""
    table, count = missing_table_of(actor, queries.reports_of(round_))
    return taken(actor, round_, f"{round_.title}未报送单位", table, count)


def missing_table_of(actor: Actor, reports: list[Report]) -> tuple[Table, int]:
    """The list of who is missing as a table, and how many there are."""
    owed = chasing.owing(reports) + chasing.returned(reports)
    people = people_of([report.unit_id for report in owed], actor.on)
    said = {number: str(one.said) for number, one in chasing.chased(owed).items() if one.said}
    return documents.missing_table(owed, actor.on, calendar.current(), people, said), len(owed)


@bp.get("/rounds/<int:round_id>/queue.xlsx")
@requires(queries.visible_rounds, policy.can_see_round, param="round_id")
def queue_export(actor: Actor, round_: Round) -> Response:
    rows = review_queries.queue(round_, actor.on, calendar.current())
    table = documents.queue_table([(one.report, one.waited) for one in rows])
    return taken(actor, round_, f"{round_.title}待审核报告", table, len(rows))


@bp.post("/rounds/<int:round_id>/archive")
@requires(queries.visible_rounds, policy.can_run_round, param="round_id")
def archive(actor: Actor, round_: Round) -> Answer:
    """The round as one zip, made in the background."""
    name = f"{round_.title}归档"
    work = works.order(actor, documents.ARCHIVE, name, round_id=round_.id, on=actor.on.isoformat())
    record_export(actor, f"导出{name}", round_)
    return redirect(url_for("home.work", work_id=work.id))


def taken(
    actor: Actor, round_: Round | None, title: str, table: Table, count: int, pairs: Pairs | None = None
) -> Response:  # fmt: skip
    """A list as a table: its filter and the day stand on it, and that it left is an entry of the trail."""
    said = "；".join(f"{label}：{text}" for label, text, _ in pairs or [])
    content = workbook([Sheet("清单", table, filters=said, made_on=actor.on, title=title)])
    record_export(actor, listed(title, count, pairs or []), round_)
    return files.download_bytes(content, f"{title}（{zh_date(actor.on)}）.xlsx", files.XLSX)
