"""The moves of circulars, notices and their items, field checks, instructions and their matters (product.md §3)."""

from __future__ import annotations

from tracker.core.workflow import Move, Workflow
from tracker.supervision.models import AWAITED, OWED, UNISSUED, ItemState
from tracker.supervision.models import CheckState as K
from tracker.supervision.models import CircularState as C
from tracker.supervision.models import InstructionState as I
from tracker.supervision.models import MatterState as M
from tracker.supervision.models import NoticeState as N

WAITING_EXTENSION = "extension.waiting"
"""The deadline by which the office answers who asks for a later day; the same kind as for reports."""

# The office writes, puts a paper before the head, may take it back; the head signs it, writes in it or gives it back
# with a word. A head who wrote it signs without being asked.
CIRCULAR = Workflow(
    "circular",
    C,
    [
        Move("submit", "送签", frozenset({C.DRAFT}), C.SUBMITTED),
        Move("take_back", "取回修改", frozenset({C.SUBMITTED}), C.DRAFT),
        Move("sign", "签发", frozenset({C.DRAFT, C.SUBMITTED}), C.SIGNED),
        Move("recall", "退回起草", frozenset({C.SUBMITTED, C.SIGNED}), C.DRAFT, needs_reason=True),
        Move("issue", "印发", frozenset({C.SIGNED}), C.ISSUED),
        Move("register", "登记印发", frozenset({C.DRAFT, C.SUBMITTED}), C.ISSUED),
    ],
)

# Nothing is called answered, closed or passed on before it was issued. A draft that has a number or follows another
# notice is withdrawn with a reason and never thrown away, so that every number and every step stays accounted for.
NOTICE = Workflow(
    "notice",
    N,
    [
        Move("submit", "送签", frozenset({N.DRAFT}), N.SUBMITTED),
        Move("take_back", "取回修改", frozenset({N.SUBMITTED}), N.DRAFT),
        Move("sign", "签发", frozenset({N.DRAFT, N.SUBMITTED}), N.SIGNED),
        Move("recall", "退回起草", frozenset({N.SUBMITTED, N.SIGNED}), N.DRAFT, needs_reason=True),
        Move("issue", "印发", frozenset({N.SIGNED}), N.ISSUED),
        Move("register", "登记印发", frozenset({N.DRAFT, N.SUBMITTED}), N.ISSUED),
        Move("acknowledge", "签收", frozenset({N.ISSUED}), N.ACKNOWLEDGED),
        Move("reply", "回复", OWED, N.REPLIED),
        Move("close", "办结销号", frozenset({N.REPLIED}), N.CLOSED),
        Move("send_back", "退回补充", frozenset({N.REPLIED}), N.SENT_BACK, needs_reason=True),
        Move("escalate", "转下一步", OWED | {N.REPLIED}, N.ESCALATED, needs_reason=True),
        Move("withdraw", "撤回", OWED | UNISSUED | {N.REPLIED}, N.WITHDRAWN, needs_reason=True),
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

CHECK = Workflow(
    "check",
    K,
    [
        Move("announce", "通知单位", frozenset({K.PLANNED}), K.ANNOUNCED),
        Move("feed_back", "反馈问题", frozenset({K.ANNOUNCED}), K.RECTIFYING),
        Move("close", "办结", frozenset({K.ANNOUNCED, K.RECTIFYING}), K.CLOSED),
        Move("reopen", "回头看后继续整改", frozenset({K.CLOSED}), K.RECTIFYING),
        Move("cancel", "取消", frozenset({K.PLANNED, K.ANNOUNCED}), K.CANCELLED, needs_reason=True),
    ],
)

INSTRUCTION = Workflow(
    "instruction",
    I,
    [
        Move("assign", "交办", frozenset({I.RECEIVED}), I.UNDER_WAY),
        Move("close", "报告结果并办结", frozenset({I.UNDER_WAY}), I.CLOSED),
        Move("withdraw", "撤销", frozenset({I.RECEIVED, I.UNDER_WAY}), I.WITHDRAWN, needs_reason=True),
    ],
)

# A finding and an item of an instruction are answered and closed in one way; only what was looked at again comes back.
MATTER = Workflow(
    "matter",
    M,
    [
        Move("send", "下达", frozenset({M.NOTED}), M.ASKED),
        Move("answer", "回复", AWAITED, M.ANSWERED),
        Move("close", "办结销号", frozenset({M.ANSWERED}), M.CLOSED),
        Move("send_back", "退回补充", frozenset({M.ANSWERED}), M.SENT_BACK, needs_reason=True),
        Move("reopen", "继续整改", frozenset({M.CLOSED}), M.SENT_BACK, needs_reason=True),
        Move("drop", "撤销", AWAITED | {M.ANSWERED}, M.DROPPED, needs_reason=True),
    ],
)
