"""What happens to accounts, posts, passwords, keys and sessions. Passwords arrive here already hashed."""

from tracker.accounts.actions.keys import (
    DEAD_KEY,
    KEY_LIVES,
    change_password,
    give_key,
    install,
    prepare_installation,
    redeem,
)
from tracker.accounts.actions.people import (
    appoint,
    change_contact,
    create_post,
    create_user,
    disable,
    enable,
)
from tracker.accounts.actions.posts import end_holding, grant, put_in_charge, succeed
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
    "KEY_LIVES",
    "Attempt",
    "admit",
    "appoint",
    "begin_attempt",
    "change_contact",
    "change_password",
    "create_post",
    "create_user",
    "disable",
    "enable",
    "end_holding",
    "end_other_sessions",
    "end_own_session",
    "end_session",
    "give_key",
    "grant",
    "install",
    "prepare_installation",
    "put_in_charge",
    "redeem",
    "refuse",
    "sign_out",
    "start_session",
    "succeed",
    "switch_post",
    "touch_session",
]
