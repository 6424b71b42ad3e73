"""The forms about a later day for an answer, as the pages of notices and matters show them."""

from __future__ import annotations

from tracker.core import calendar
from tracker.core.access import Actor
from tracker.core.forms import Form
from tracker.supervision import policy
from tracker.supervision.forms import AskExtensionForm, DecideExtensionForm, ExtendForm
from tracker.supervision.models import Matter, Notice

USUAL_WORKDAYS = 5
"""How much later a day is proposed; whoever asks or gives types another."""


def later_forms(actor: Actor, row: Notice | Matter) -> dict[str, Form]:
    """Empty, with a day proposed."""
    until = calendar.current().add_workdays(max(actor.on, row.answer_by), USUAL_WORKDAYS)
    waiting = next((one for one in row.extensions if one.is_pending), None)
    return {
        "ask_form": AskExtensionForm(formdata=None, wanted_until=until),
        "extend_form": ExtendForm(formdata=None, until=until),
        "decide_form": DecideExtensionForm(formdata=None, until=waiting.wanted_until if waiting else None),
    }


def later_offered(actor: Actor, row: Notice | Matter) -> dict[str, bool]:
    """Which of them the page has for this post."""
    return {
        "ask_form": policy.can_ask_extension(actor, row),
        "extend_form": policy.can_extend_answer(actor, row),
        "decide_form": any(policy.can_decide_extension(actor, one) for one in row.extensions),
    }
