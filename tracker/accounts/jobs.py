"""Links that go by mail: they leave at the scheduler's next look, so that whoever asks at the door learns nothing from
how long the answer took."""

from __future__ import annotations

import logging
from datetime import datetime
from smtplib import SMTPException

from flask import current_app, url_for

from tracker.accounts import actions, queries
from tracker.accounts.models import TokenPurpose
from tracker.core import clock
from tracker.messages import actions as messages
from tracker.messages import mail, wording

log = logging.getLogger(__name__)


def look(at: datetime) -> None:
    """What the doors do at each look of the scheduler."""
    if queries.is_anybody_calling():
        actions.answer_calls(at)
    if queries.is_any_try_past(at):
        actions.forget_tries(at)
    send_letters(at)


def send_letters(at: datetime) -> None:
    """Hand every waiting link to the mail server; one that it does not take waits for the next look."""
    if not messages.has_mail() or not queries.waiting_letters(at):
        return
    settings = current_app.config["SETTINGS"]
    with mail.Postbox(settings) as box:
        for letter in actions.take_letters(at):
            try:
                box.send(mail.compose(f"link:{letter.token_id}", letter.address, [words_of(letter)], settings, at))
            except (mail.Unreachable, SMTPException, OSError):
                log.warning("the link of token %s could not be mailed", letter.token_id)
                actions.put_back(letter)


def words_of(letter: actions.Letter) -> mail.Item:
    """What the letter says."""
    settings = current_app.config["SETTINGS"]
    with current_app.test_request_context():
        once = letter.purpose is TokenPurpose.SIGN_IN
        path = url_for("accounts.enter" if once else "accounts.invitation", key=letter.key)
    title, body = wording.render(
        "accounts/link_letter", person=letter.name, login=letter.login, once=once,
        until=clock.shanghai(letter.expires_at), site_name=settings.site_name,
    )  # fmt: skip
    return mail.Item(title, body, settings.base_url + path)
