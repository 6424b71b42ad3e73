"""What can be found, as it was read last. Who may see it is asked of its own room each time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Base, Labelled, Row, UtcDateTime, choice


class SearchKind(Labelled):
    """What an entry stands for; the label is what the list calls it."""

    PLAN = "plan", "规划"
    GOAL = "goal", "目标"
    MEASURE = "measure", "措施"
    TASK = "task", "任务"
    OPINION = "opinion", "反馈意见"
    REPORT = "report", "报告"
    REPORT_TEXT = "report_text", "报告正文"
    NOTICE = "notice", "函件"
    CIRCULAR = "circular", "通报"
    MATTER = "matter", "督查事项"
    CHECK = "check", "实地督查"
    INSTRUCTION = "instruction", "批示"
    EVIDENCE = "evidence", "附件"
    NOTICE_EVIDENCE = "notice_evidence", "回复附件"
    MATTER_EVIDENCE = "matter_evidence", "办理附件"
    PHONE_NOTE = "phone_note", "电话沟通"


class SearchEntry(Row):
    """One thing that can be found.

    `version` is the subject's when it was read: once the subject has moved on, the entry finds nothing until it is read
    anew, so that words nobody may see any more are never shown.
    """

    __tablename__ = "search_entries"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        Index("ix_search_entries_committee_kind", "committee_id", "kind"),
    )

    kind: Mapped[SearchKind] = mapped_column(choice(SearchKind))
    subject_id: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    """0 where the subject has none."""
    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id", ondelete="CASCADE"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id", ondelete="CASCADE"))
    first_year: Mapped[int | None] = mapped_column(Integer)
    last_year: Mapped[int | None] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(300))
    place: Mapped[str] = mapped_column(String(300), default="")
    """Where it belongs, in words: 云川市妇女发展规划 · 妇女与健康."""
    path: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    search_text: Mapped[str] = mapped_column(Text)
    """Title, place and text, normalised."""
    title_length: Mapped[int] = mapped_column(Integer)
    """Of the normalised title, which `search_text` begins with."""


class FileText(Row):
    """The text of a stored file, read in the background, once for the same bytes."""

    __tablename__ = "file_texts"

    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id", ondelete="CASCADE"), unique=True)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(Text)
    """Empty for a picture, a scan, and what could not be read."""


class SearchProgress(Base):
    """How far the trail has been followed: the one row of its table."""

    __tablename__ = "search_progress"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    settled_entry_id: Mapped[int] = mapped_column(Integer)
    """The last entry older than a sitting: what it and those before it name has been read for good."""
    looked_at: Mapped[datetime] = mapped_column(UtcDateTime)
