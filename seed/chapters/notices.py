"""Two letters about slow tasks: one of the finished year, answered and closed; one that its unit has yet to answer."""

from __future__ import annotations

from datetime import date, timedelta

from tracker.core import calendar, files
from tracker.core.db import db
from tracker.documents import docx, pdf
from tracker.supervision import actions, documents
from tracker.supervision.models import ItemWords, Notice, NoticeKind, Reason
from tracker.supervision.queries import circulars
from tracker.supervision.queries import lights as queries
from tracker.tasks.models import Assignment

from ..content.evidence import bytes_of
from ..content.notices import ANSWER, CLOSED_UNIT, OPEN_UNIT, OPINION, PAPER, WAITING, WAITING_UNIT
from ..stage import Stage
from .writing import blob_of

AFTER_LOCK = timedelta(days=12)
SENT_AGO = timedelta(days=12)


def tell(stage: Stage) -> None:
    round_ = circulars.rounds_to_report_on(stage.officer(stage.today))[0]
    days = calendar.current()
    day = days.next_workday(round_.locks_on + AFTER_LOCK)
    year = round_.year + 1
    _close(stage, _issue(stage, CLOSED_UNIT, day), day, year)
    _issue(stage, OPEN_UNIT, days.last_workday(stage.today - SENT_AGO))
    _put_forward(stage)


def _put_forward(stage: Stage) -> None:
    """A letter that lies before the head today."""
    officer = stage.officer(calendar.current().last_workday(stage.today))
    words = ItemWords(*WAITING)
    notice = actions.draft_notice(officer, stage.unit(WAITING_UNIT), NoticeKind.HINT, words)
    actions.submit_notice(officer, db.session.get_one(Notice, notice.id))


def _issue(stage: Stage, unit: str, day: date) -> int:
    officer = stage.officer(day)
    number = actions.draft_notices(officer, assignment_ids=[_slow_task(stage, unit, day)])[0].id
    head = stage.head(day)
    notice = db.session.get_one(Notice, number)
    actions.sign_notice(head, notice)
    document = documents.letter(notice, issued_on=head.on)
    signed_hash = notice.hash or ""
    made = files.put_bytes(pdf.render(document).content), files.put_bytes(docx.render(document))
    actions.issue_notice(head, db.session.get_one(Notice, number), pdf=made[0], docx=made[1], signed_hash=signed_hash)
    return number


def _close(stage: Stage, number: int, day: date, year: int) -> None:
    days = calendar.current()
    answered, verified = days.add_workdays(day, 9), days.add_workdays(day, 11)
    actions.acknowledge(stage.liaison(CLOSED_UNIT, days.add_workdays(day, 1)), db.session.get_one(Notice, number))
    paper = blob_of(bytes_of(PAPER, year))
    actions.reply(
        stage.liaison(CLOSED_UNIT, answered), db.session.get_one(Notice, number), ANSWER, [(paper, PAPER.file_name)]
    )  # fmt: skip
    items = [item.id for item in db.session.get_one(Notice, number).items]
    actions.close_notice(stage.colleague(verified), db.session.get_one(Notice, number), items, OPINION)


def _slow_task(stage: Stage, unit: str, day: date) -> int:
    """The task that the unit itself called slow."""
    actor = stage.officer(day)
    round_ = queries.round_in_force(stage.committee_id, day)
    rows = queries.lights(actor, round_, day, due_soon_days=queries.due_soon_days(stage.committee_id))
    rows = queries.only_duties(rows).where(Assignment.unit_id == stage.unit_ids[unit])
    found = queries.read(db.session.execute(queries.in_order(rows)).all())
    return next(row.assignment.id for row in found if row.reason is Reason.SLOW)
