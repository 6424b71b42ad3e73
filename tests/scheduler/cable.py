"""A cable between a scheduler and its PostgreSQL that can be pulled out and put in again."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit


class Cable:
    """Listens on a port of this machine and hands everything on to the server's own address."""

    def __init__(self, database_url: str) -> None:
        parts = urlsplit(database_url)
        folder = parse_qs(parts.query).get("host", [""])[0]
        self._server: str | tuple[str, int] = (
            f"{folder}/.s.PGSQL.{parts.port or 5432}" if folder else (parts.hostname or "", parts.port or 5432)
        )
        self._pairs: list[socket.socket] = []
        self._listener = self._listen(0)
        self.port: int = self._listener.getsockname()[1]
        user = parts.username or "postgres"
        secret = f":{parts.password}" if parts.password else ""
        self.url = f"postgresql+psycopg://{user}{secret}@127.0.0.1:{self.port}{parts.path}?connect_timeout=2"

    def pull(self) -> None:
        """Every connection breaks, and nobody answers any more."""
        self._listener.close()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=0.2):
            """Wakes the thread that accepts, where closing alone did not."""
        for one in self._pairs:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._pairs.clear()

    def put_in(self) -> None:
        self._listener = self._listen(self.port)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            if listener is not self._listener or listener.fileno() < 0:
                near.close()
                return
            far = self._reach()
            self._pairs += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_hand_on, args=(one, other), daemon=True).start()

    def _reach(self) -> socket.socket:
        if isinstance(self._server, str):
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._server)
            return far
        return socket.create_connection(self._server)


def _hand_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while said := one.recv(65536):
            other.sendall(said)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
