"""What changed between two submissions, in words."""

from __future__ import annotations

from tracker.core.differences import Piece, differences

__all__ = ["Piece", "differences"]
