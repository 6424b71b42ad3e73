"""Stopped while somebody sends something: what was begun is answered, and only then the process goes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.proof.world import ROOT

pytestmark = pytest.mark.process
BODY = b"login=nobody&password=" + b"x" * 2000


def free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def test_a_request_that_was_begun_is_answered_before_the_web_stops(tmp_path: Path) -> None:
    port = free_port()
    settings = {**os.environ, "TRACKER_INSTANCE": str(tmp_path), "TRACKER_PORT": str(port), "TRACKER_WORKERS": "1"}
    subprocess.run([sys.executable, "-m", "tracker.cli", "migrate"], cwd=ROOT, env=settings, check=True)
    web = subprocess.Popen([sys.executable, "-m", "tracker.cli", "web"], cwd=ROOT, env=settings)
    try:
        while not answers(port):
            assert web.poll() is None, "the web did not start"
        with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
            head = f"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: {len(BODY)}\r\nConnection: close\r\n"
            line.sendall(head.encode() + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n" + BODY[:100])
            assert answers(port), "a second request goes through: the first is being read"
            web.send_signal(signal.SIGTERM)
            line.sendall(BODY[100:])
            answer = line.makefile("rb").readline()
        assert answer.startswith(b"HTTP/1.1 400"), (
            "told that its form carries no token: the application itself answered"
        )
        assert web.wait(30) == 0
    finally:
        web.kill()
        web.wait()
