"""The moves of a circular and of a notice with its items (product.md §3)."""

from __future__ import annotations

from tracker.core.workflow import Move, Workflow
from tracker.supervision.models import OWED, ItemState
from tracker.supervision.models import CircularState as C
from tracker.supervision.models import NoticeState as N

CIRCULAR = Workflow(
    "circular",
    C,
    [
        Move("sign", "签发", frozenset({C.DRAFT}), C.SIGNED),
        Move("recall", "退回起草", frozenset({C.SIGNED}), C.DRAFT, needs_reason=True),
        Move("issue", "印发", frozenset({C.SIGNED}), C.ISSUED),
        Move("register", "登记印发", frozenset({C.DRAFT}), C.ISSUED),
    ],
)

# Nothing is called answered, closed or passed on before it was issued. A draft that has a number or follows another
# notice is withdrawn with a reason and never thrown away, so that every number and every step stays accounted for.
NOTICE = Workflow(
    "notice",
    N,
    [
        Move("sign", "签发", frozenset({N.DRAFT}), N.SIGNED),
        Move("recall", "退回起草", frozenset({N.SIGNED}), N.DRAFT, needs_reason=True),
        Move("issue", "印发", frozenset({N.SIGNED}), N.ISSUED),
        Move("acknowledge", "签收", frozenset({N.ISSUED}), N.ACKNOWLEDGED),
        Move("reply", "回复", OWED, N.REPLIED),
        Move("close", "办结销号", frozenset({N.REPLIED}), N.CLOSED),
        Move("send_back", "退回补充", frozenset({N.REPLIED}), N.SENT_BACK, needs_reason=True),
        Move("escalate", "转下一步", OWED | {N.REPLIED}, N.ESCALATED, needs_reason=True),
        Move("withdraw", "撤回", OWED | {N.DRAFT, N.SIGNED, N.REPLIED}, N.WITHDRAWN, needs_reason=True),
    ],
)

ITEM = Workflow(
    "notice_item",
    ItemState,
    [
        Move("close", "销号", frozenset({ItemState.OPEN}), ItemState.CLOSED),
        Move("carry", "转入下一步", frozenset({ItemState.OPEN}), ItemState.CARRIED),
    ],
)
