"""The circular about the finished year: drafted, edited, signed, issued."""

from __future__ import annotations

from datetime import date, timedelta

from tracker.core import files
from tracker.core.db import db
from tracker.documents import docx, pdf
from tracker.reports.models import Round
from tracker.supervision import actions, documents
from tracker.supervision.models import Circular
from tracker.supervision.queries import circulars as queries

from ..content.circular import first_circular
from ..content.shapes import CircularFigures
from ..stage import Stage


def tell(stage: Stage) -> None:
    officer = stage.officer(stage.today)
    round_ = queries.rounds_to_report_on(officer)[0]
    day = round_.locks_on + timedelta(days=3)
    number = actions.draft_circular(stage.officer(day), round_, cut_off_on=round_.locks_on).id
    _write(stage, number, day)
    actions.submit_circular(stage.officer(day, 16), db.session.get_one(Circular, number))
    actions.sign(stage.head(day + timedelta(days=1)), db.session.get_one(Circular, number))
    _issue(stage, number, day + timedelta(days=2))


def _write(stage: Stage, number: int, day: date) -> None:
    circular = db.session.get_one(Circular, number)
    text = first_circular(_figures(circular))
    _, good, problems, demands = ("\n".join(section.paragraphs) for section in text.sections)
    actions.edit_circular(
        stage.officer(day, 15), circular, title=text.title, addressee=text.addressees.rstrip("："),
        opening=text.opening, good=good, problems=problems, demands=demands, copy_to="，".join(text.copy_to) + "。",
    )  # fmt: skip


def _figures(circular: Circular) -> CircularFigures:
    figures = circular.figures
    reports, counted = figures["reports"], figures["assignments"]
    return CircularFigures(
        year=db.session.get_one(Round, circular.round_id).year, units=reports["expected"],
        reported=reports["on_time"] + reports["late"], on_time=reports["on_time"], late=reports["late"],
        tasks=len({item["title"] for item in figures["items"]}), assignments=counted["total"],
        completed=counted["done"], on_track=counted["normal"], slow=counted["attention"], overdue=counted["overdue"],
    )  # fmt: skip


def _issue(stage: Stage, number: int, day: date) -> None:
    circular = db.session.get_one(Circular, number)
    head = stage.officer(day)
    document = documents.circular_document(circular, issued_on=head.on)
    signed_hash = circular.hash or ""
    made = files.put_bytes(pdf.render(document).content), files.put_bytes(docx.render(document))
    actions.issue(head, circular, pdf=made[0], docx=made[1], signed_hash=signed_hash)
