"""Where a report stands: its state, its days, and what follows from them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Integer
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from tracker.core.clock import shanghai_date
from tracker.core.db import UtcDateTime, choice
from tracker.reports.models.office import OfficeNotes
from tracker.reports.models.rounds import Round, RoundState
from tracker.reports.models.words import UNSENT, WRITABLE, ReportState


class Standing(OfficeNotes):
    """Columns of a report that say whether it is owed, came, came late, came back. The first submission's moment never
    changes, whatever is returned later (promise 1)."""

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    state: Mapped[ReportState] = mapped_column(choice(ReportState), default=ReportState.NOT_STARTED)
    due_on: Mapped[date] = mapped_column(Date)
    """The day in force; an extension moves it."""
    first_due_on: Mapped[date] = mapped_column(Date)
    """The day set when the report came into being; stays visible (promise 6)."""
    first_submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rectify_by: Mapped[date | None] = mapped_column(Date)
    returned_version: Mapped[int | None] = mapped_column(Integer)
    """The number of the submission that was sent back, until one is accepted: what comes again is held against it, not
    against what the unit itself took back since."""

    @declared_attr
    def round(cls) -> Mapped[Round]:
        return relationship(Round)

    @property
    def first_submitted_on(self) -> date | None:
        """The Shanghai day of the first submission."""
        return shanghai_date(self.first_submitted_at) if self.first_submitted_at else None

    def is_owed(self) -> bool:
        """Not with the office: a draft and a report taken back silence no alarm (promise 3)."""
        return self.state in UNSENT and not self.awaits_rectification()

    def is_overdue(self, on: date) -> bool:
        """Owed and past the day in force."""
        return self.is_owed() and on > self.due_on

    def was_late(self) -> bool:
        """First submitted after the day in force; extensions granted later and 认定更正 included."""
        day = self.recognised_on or self.first_submitted_on
        return day is not None and day > self.due_on

    def awaits_rectification(self) -> bool:
        """Returned and not yet submitted again, whatever the draft in between (promise 2)."""
        return self.rectify_by is not None and self.state in {
            ReportState.RETURNED,
            ReportState.AWAITING_SIGN_OFF,
        }

    def is_writable(self, on: date) -> bool:
        """Whether the unit may write: in an open round, or after its end under rectification or an extension."""
        return self.state in WRITABLE and self.may_still_be_sent(on)

    def may_still_be_sent(self, on: date) -> bool:
        """A closed round, and a locked one by exception, still takes what the office sent back, and what an extension
        allows."""
        if self.round.state is RoundState.CLOSED or (self.round.state is RoundState.LOCKED and self.is_excepted(on)):
            return self.awaits_rectification() or self.has_more_time(on)
        return self.round.state is RoundState.OPEN

    def has_more_time(self, on: date) -> bool:
        """An extension runs that day."""
        return self.due_on > self.first_due_on and on <= self.due_on

    def may_come_back(self, on: date) -> bool:
        """Whether its unit could send it again, were it taken back: nobody takes back for ever what was in time."""
        is_asked_for = self.rectify_by is not None and not self.is_put_away(on)
        return self.state is ReportState.SUBMITTED and (is_asked_for or self.may_still_be_sent(on))

    def is_put_away(self, on: date) -> bool:
        """Locked with its round, and no exception holds that day."""
        return self.round.state is RoundState.LOCKED and not self.is_excepted(on)
