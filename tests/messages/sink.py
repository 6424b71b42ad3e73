"""A real SMTP server on this machine that keeps what it is given, and can be told to refuse."""

from __future__ import annotations

import asyncio
import random
import socket
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller

REFUSED = "451 4.3.0 try again later"


class Sink:
    """`refuse` refuses every letter; `refuse_after_taking` n times keeps the letter and says no all the same;
    `failing` is the share of letters refused by chance, half of them after taking; each answer takes `slow` seconds.
    """

    def __init__(self, *, failing: float = 0.0, slow: float = 0.0, seed: int = 0) -> None:
        self.mails: list[EmailMessage] = []
        self.refuse = False
        self.refuse_after_taking = 0
        self.refusals: Counter[str] = Counter()
        """How often each letter, by number, was refused."""
        self.refused_after_taking: Counter[str] = Counter()
        """How often of these it was kept and refused all the same."""
        self._failing, self._slow = failing, slow
        self._chance = random.Random(seed)
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> Sink:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        draw = self._chance.random()
        mail = cast(EmailMessage, message_from_bytes(envelope.content, policy=policy.default))
        number = mail["Message-ID"]
        if self.refuse or draw < self._failing / 2:
            self.refusals[number] += 1
            return REFUSED
        self.mails.append(mail)
        await asyncio.sleep(self._slow)  # time to be killed between the taking and the answer
        if self.refuse_after_taking > 0 or draw < self._failing:
            self.refuse_after_taking = max(0, self.refuse_after_taking - 1)
            self.refusals[number] += 1
            self.refused_after_taking[number] += 1
            return REFUSED
        return "250 OK"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number
