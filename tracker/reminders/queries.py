from tracker.messages.models import Message


def still_due(message: Message) -> bool:
    return True
