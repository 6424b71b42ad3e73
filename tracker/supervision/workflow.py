"""The moves of a circular (product.md §3)."""

from __future__ import annotations

from tracker.core.workflow import Move, Workflow
from tracker.supervision.models import CircularState as C

CIRCULAR = Workflow(
    "circular",
    C,
    [
        Move("sign", "签发", frozenset({C.DRAFT}), C.SIGNED),
        Move("recall", "退回起草", frozenset({C.SIGNED}), C.DRAFT, needs_reason=True),
        Move("issue", "印发", frozenset({C.SIGNED}), C.ISSUED),
    ],
)
