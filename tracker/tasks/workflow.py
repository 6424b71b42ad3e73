"""The moves of a task, an assignment and a consultation (product.md §3)."""

from __future__ import annotations

from tracker.core.workflow import Move, Workflow
from tracker.tasks.models import AssignmentState as A
from tracker.tasks.models import ConsultationState as C
from tracker.tasks.models import TaskState as T

TASK = Workflow(
    "task",
    T,
    [
        Move("consult", "征求意见", frozenset({T.DRAFT}), T.CONSULTING),
        Move("recall", "退回拟定", frozenset({T.CONSULTING}), T.DRAFT),
        Move("issue", "印发", frozenset({T.DRAFT, T.CONSULTING}), T.ISSUED),
        Move("complete", "办结", frozenset({T.ISSUED}), T.COMPLETED),
        Move("reopen", "恢复办理", frozenset({T.COMPLETED, T.SUSPENDED}), T.ISSUED, needs_reason=True),
        Move("suspend", "暂缓", frozenset({T.ISSUED}), T.SUSPENDED, needs_reason=True),
        Move("cancel", "撤销", frozenset({T.ISSUED, T.SUSPENDED}), T.CANCELLED, needs_reason=True),
    ],
)

ASSIGNMENT = Workflow(
    "assignment",
    A,
    [
        Move("consult", "征求意见", frozenset({A.DRAFT}), A.CONSULTING),
        Move("recall", "退回拟定", frozenset({A.CONSULTING, A.AGREED, A.CONTESTED}), A.DRAFT),
        Move("ask_again", "再次征求意见", frozenset({A.AGREED, A.CONTESTED}), A.CONSULTING),
        Move("agree", "答复无意见", frozenset({A.CONSULTING, A.CONTESTED}), A.AGREED),
        Move("contest", "提出修改意见", frozenset({A.CONSULTING, A.AGREED}), A.CONTESTED),
        Move("issue", "印发", frozenset({A.DRAFT, A.CONSULTING, A.AGREED, A.CONTESTED}), A.ISSUED),
        Move("move", "移交", frozenset({A.ISSUED}), A.MOVED, needs_reason=True),
        Move(
            "withdraw", "收回", frozenset({A.CONSULTING, A.AGREED, A.CONTESTED, A.ISSUED}), A.WITHDRAWN,
            needs_reason=True,
        ),
    ],
)  # fmt: skip

CONSULTATION = Workflow(
    "consultation",
    C,
    [
        Move("settle", "汇总意见", frozenset({C.OPEN}), C.SETTLED),
        Move("resume", "继续征求意见", frozenset({C.SETTLED}), C.OPEN),
        Move("continue", "转入下一轮", frozenset({C.SETTLED}), C.CONTINUED),
        Move("issue", "印发", frozenset({C.SETTLED}), C.ISSUED),
        Move("withdraw", "撤回", frozenset({C.OPEN, C.SETTLED}), C.WITHDRAWN, needs_reason=True),
    ],
)
