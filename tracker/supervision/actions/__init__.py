"""The verbs of the room."""

from tracker.supervision.actions.briefings import make_briefing
from tracker.supervision.actions.circulars import (
    EDITABLE,
    draft_circular,
    drop_circular,
    edit_circular,
    fingerprint,
    issue,
    recall,
    record_download,
    recount,
    register,
    sign,
)
from tracker.supervision.actions.lights import change_light, withdraw_light
from tracker.supervision.actions.notice_replies import acknowledge, close_notice, escalate, reply, send_back
from tracker.supervision.actions.notices import (
    draft_notice,
    draft_notices,
    drop_notice,
    edit_notice,
    issue_notice,
    recall_notice,
    record_notice_download,
    sign_notice,
    withdraw_notice,
)

__all__ = [
    "EDITABLE",
    "acknowledge",
    "change_light",
    "close_notice",
    "draft_circular",
    "draft_notice",
    "draft_notices",
    "drop_circular",
    "drop_notice",
    "edit_circular",
    "edit_notice",
    "escalate",
    "fingerprint",
    "issue",
    "issue_notice",
    "make_briefing",
    "recall",
    "recall_notice",
    "record_download",
    "record_notice_download",
    "recount",
    "register",
    "reply",
    "send_back",
    "sign",
    "sign_notice",
    "withdraw_light",
    "withdraw_notice",
]
