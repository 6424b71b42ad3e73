"""The verbs of the room."""

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
    sign,
)
from tracker.supervision.actions.lights import change_light, withdraw_light

__all__ = [
    "EDITABLE",
    "change_light",
    "draft_circular",
    "drop_circular",
    "edit_circular",
    "fingerprint",
    "issue",
    "recall",
    "record_download",
    "recount",
    "sign",
    "withdraw_light",
]
