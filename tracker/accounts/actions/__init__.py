"""What happens to accounts, posts, passwords, keys and sessions. Passwords arrive here already hashed."""

from tracker.accounts.actions.people import appoint, create_post, create_user
from tracker.accounts.actions.signing import (
    Attempt,
    admit,
    begin_attempt,
    end_session,
    refuse,
    sign_out,
    start_session,
    switch_post,
    touch_session,
)

__all__ = [
    "Attempt",
    "admit",
    "appoint",
    "begin_attempt",
    "create_post",
    "create_user",
    "end_session",
    "refuse",
    "sign_out",
    "start_session",
    "switch_post",
    "touch_session",
]
