"""The moves of a round, a report and an extension (product.md §3)."""

from __future__ import annotations

from tracker.core.workflow import Move, Workflow
from tracker.reports.models import ExtensionState as X
from tracker.reports.models import ReportState as R
from tracker.reports.models import RequestState as E
from tracker.reports.models import RoundState as O

ROUND = Workflow(
    "round",
    O,
    [
        Move("open", "开始报送", frozenset({O.PLANNED}), O.OPEN),
        Move("close", "截止报送", frozenset({O.OPEN}), O.CLOSED),
        Move("reopen", "重新开放", frozenset({O.CLOSED}), O.OPEN, needs_reason=True),
        Move("lock", "锁定", frozenset({O.CLOSED}), O.LOCKED),
        Move("unlock", "解除锁定", frozenset({O.LOCKED}), O.CLOSED, needs_reason=True),
    ],
)

# A report under rectification goes back to 退回修改 wherever a fresh one goes back to 填报中, or it would no longer be
# chased (promise 2); those moves come in pairs.
REPORT = Workflow(
    "report",
    R,
    [
        Move("start", "开始填报", frozenset({R.NOT_STARTED}), R.DRAFT),
        Move("send_for_sign_off", "送领导审签", frozenset({R.DRAFT, R.RETURNED}), R.AWAITING_SIGN_OFF),
        Move("recall", "撤回送审", frozenset({R.AWAITING_SIGN_OFF}), R.DRAFT),
        Move("recall_rectified", "撤回送审", frozenset({R.AWAITING_SIGN_OFF}), R.RETURNED),
        Move("refuse_sign_off", "退回联络员", frozenset({R.AWAITING_SIGN_OFF}), R.DRAFT, needs_reason=True),
        Move("refuse_rectified", "退回联络员", frozenset({R.AWAITING_SIGN_OFF}), R.RETURNED, needs_reason=True),
        Move("submit", "审签报送", frozenset({R.AWAITING_SIGN_OFF}), R.SUBMITTED),
        Move("submit_on_paper", "凭签章件报送", frozenset({R.DRAFT, R.RETURNED, R.AWAITING_SIGN_OFF}), R.SUBMITTED),
        Move("submit_unsigned", "报送", frozenset({R.DRAFT, R.RETURNED}), R.SUBMITTED),
        Move("take_back", "撤回报送", frozenset({R.SUBMITTED}), R.DRAFT),
        Move("take_back_rectified", "撤回报送", frozenset({R.SUBMITTED}), R.RETURNED),
        Move("return", "退回修改", frozenset({R.SUBMITTED}), R.RETURNED, needs_reason=True),
        Move("accept", "审核通过", frozenset({R.SUBMITTED}), R.ACCEPTED),
        Move("unaccept", "撤销审核", frozenset({R.ACCEPTED}), R.SUBMITTED, needs_reason=True),
        Move(
            "exempt",
            "免报",
            frozenset({R.NOT_STARTED, R.DRAFT, R.AWAITING_SIGN_OFF, R.RETURNED}),
            R.EXEMPTED,
            needs_reason=True,
        ),
        Move("unexempt", "取消免报", frozenset({R.EXEMPTED}), R.NOT_STARTED, needs_reason=True),
        Move("unexempt_started", "取消免报", frozenset({R.EXEMPTED}), R.DRAFT, needs_reason=True),
        Move("unexempt_returned", "取消免报", frozenset({R.EXEMPTED}), R.RETURNED, needs_reason=True),
    ],
)

EXTENSION = Workflow(
    "extension",
    X,
    [
        Move("grant", "同意延期", frozenset({X.REQUESTED}), X.GRANTED),
        Move("refuse", "不同意延期", frozenset({X.REQUESTED}), X.REFUSED, needs_reason=True),
    ],
)

EXEMPTION = Workflow(
    "exemption",
    E,
    [
        Move("grant", "同意免报", frozenset({E.REQUESTED}), E.GRANTED),
        Move("refuse", "不同意免报", frozenset({E.REQUESTED}), E.REFUSED, needs_reason=True),
        Move("withdraw", "撤回免报申请", frozenset({E.REQUESTED}), E.WITHDRAWN),
    ],
)
