"""What a paper keeps while it goes to the head for signature and back."""

from __future__ import annotations

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column


class PutForward:
    """送主任签发: who put it before the head, and why the head gave it back."""

    submitted_by: Mapped[str | None] = mapped_column(String(200))
    return_reason: Mapped[str] = mapped_column(Text, default="")
    """Stays until it is put forward anew."""
