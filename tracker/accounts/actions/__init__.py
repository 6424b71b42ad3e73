"""What happens to accounts, posts, passwords, keys and sessions. Passwords arrive here already hashed."""

from tracker.accounts.actions.keys import (
    DEAD_KEY,
    change_password,
    give_key,
    install,
    prepare_installation,
    redeem,
)
from tracker.accounts.actions.people import appoint, change_contact, create_post, create_user
from tracker.accounts.actions.signing import (
    Attempt,
    admit,
    begin_attempt,
    end_other_sessions,
    end_own_session,
    end_session,
    refuse,
    sign_out,
    start_session,
    switch_post,
    touch_session,
)

__all__ = [
    "DEAD_KEY",
    "Attempt",
    "admit",
    "appoint",
    "begin_attempt",
    "change_contact",
    "change_password",
    "create_post",
    "create_user",
    "end_other_sessions",
    "end_own_session",
    "end_session",
    "give_key",
    "install",
    "prepare_installation",
    "redeem",
    "refuse",
    "sign_out",
    "start_session",
    "switch_post",
    "touch_session",
]
