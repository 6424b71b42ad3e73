"""A real web server on this machine that keeps what is posted to it and answers as told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Who asked went away before the end of the answer, as it may."""


class Gateway:
    """`answers` holds (status, body) for the next requests; when it is empty, what `judge` says of path and
    body, else 200 and an errcode of nought."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, str]] = []
        self.judge: Callable[[str, bytes], str] = lambda _path, _body: '{"errcode":0,"code":0}'
        self._server = _Quiet(("127.0.0.1", 0), self._taker())
        self.port: int = self._server.server_address[1]

    @property
    def url(self) -> str:
        return self.at("/notify")

    def at(self, place: str) -> str:
        """The address of a place on this server."""
        return f"http://127.0.0.1:{self.port}{place}"

    def body(self, place: int = -1) -> dict[str, Any]:
        """What a post said."""
        found: dict[str, Any] = json.loads(self.posts[place][2])
        return found

    def __enter__(self) -> Gateway:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _taker(self) -> type[BaseHTTPRequestHandler]:
        gateway = self

        class Taker(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.posts.append((self.path, dict(self.headers), body))
                status, words = gateway.answers.pop(0) if gateway.answers else (200, gateway.judge(self.path, body))
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", words)
                self.end_headers()
                self.wfile.write(words.encode())

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Taker
