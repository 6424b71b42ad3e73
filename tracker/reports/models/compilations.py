"""Papers of the committee put together from what the units reported: each paragraph knows where it comes from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.audit import Audited
from tracker.core.db import Labelled, Row, UtcDateTime, Versioned, choice
from tracker.reports.models.reports import Report
from tracker.reports.models.rounds import Round


class CompilationKind(Labelled):
    ANNUAL = "annual", "年度实施情况报告"
    SUMMARY = "summary", "年度工作总结和计划"


def bare_length(text: str) -> int:
    """How many characters a text has, blanks not counted."""
    return len("".join(text.split()))


OVERALL = "overall"
"""The source of the paragraph that counts what all reports say."""


class Compilation(Audited, Versioned, Row):
    """The committee's own report, or its summary and plan, of one round: assembled once, then edited."""

    __tablename__ = "compilations"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    kind: Mapped[CompilationKind] = mapped_column(choice(CompilationKind))
    title: Mapped[str] = mapped_column(String(200))
    longest: Mapped[int] = mapped_column(Integer, default=5000)
    """How many characters the paper may have."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    round: Mapped[Round] = relationship()
    passages: Mapped[list[Passage]] = relationship(
        back_populates="compilation", cascade="all, delete-orphan", order_by="Passage.position"
    )

    @property
    def kept(self) -> list[Passage]:
        """The passages that stand in the paper."""
        return [one for one in self.passages if not one.is_left_out]

    @property
    def length(self) -> int:
        """Characters of the paper, each heading once, blanks not counted."""
        under = {(one.chapter, one.heading) for one in self.kept}
        heads = [*{chapter for chapter, _ in under}, *(heading for _, heading in under)]
        return sum(bare_length(text) for text in [*(one.text for one in self.kept), *heads])

    def audit_label(self) -> str:
        return f"《{self.title}》"


class Passage(Audited, Versioned, Row):
    """One paragraph under its headings, with the report and the version it was taken from."""

    __tablename__ = "passages"
    __table_args__ = (Index("ix_passages_compilation_id_position", "compilation_id", "position"),)

    compilation_id: Mapped[int] = mapped_column(ForeignKey("compilations.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    chapter: Mapped[str] = mapped_column(String(200))
    heading: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    was: Mapped[str] = mapped_column(Text, default="")
    """The words as the source had them."""
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"), index=True)
    version_number: Mapped[int | None] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(100), default="")
    """The place in the source as the version names it: area:12, overview:practice, arrangement:7."""
    is_left_out: Mapped[bool] = mapped_column(Boolean, default=False)

    @property
    def length(self) -> int:
        return bare_length(self.text)

    @property
    def is_counted(self) -> bool:
        """Counted over all reports, and nobody has written anything else there since."""
        return self.source == OVERALL and self.text == self.was

    compilation: Mapped[Compilation] = relationship(back_populates="passages")
    report: Mapped[Report | None] = relationship()

    def audit_subject(self) -> Audited:
        return self.compilation

    def audit_label(self) -> str:
        return f"第{self.position}段"
