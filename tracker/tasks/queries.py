from collections.abc import Callable

from tracker.messages.models import Message

STILL_DUE: dict[str, Callable[[Message], bool]] = {}
