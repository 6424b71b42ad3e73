"""`tracker run` for real: both children kept alive, another port when its own is taken, nobody left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.messages.sink import free_port
from tests.proof.world import ROOT, until
from tracker.processes import listen

pytestmark = pytest.mark.process


class Running:
    """A supervisor in a process of its own, and what it says."""

    def __init__(self, instance: Path, port: int) -> None:
        self.said = instance / "said"
        environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "TRACKER_INSTANCE": str(instance), "TRACKER_PORT": str(port),
            "TRACKER_WORKERS": "1",
        }  # fmt: skip
        environment.pop("TRACKER_BASE_URL", None)
        with self.said.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tracker.cli", "run"], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def text(self) -> str:
        return self.said.read_text(encoding="utf-8")

    def children(self) -> dict[str, int]:
        """The supervisor's children by what they are."""
        numbers = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii").split()
        found = {}
        for number in numbers:
            try:
                words = Path(f"/proc/{number}/cmdline").read_bytes().decode().split("\0")
            except (FileNotFoundError, ProcessLookupError):  # buried since the list was read
                continue
            for name in ("gunicorn", "tracker.scheduler"):
                if name in words:
                    found[name] = int(number)
        return found


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def running(tmp_path: Path, port: int) -> Iterator[Running]:
    run = Running(tmp_path, port)
    yield run
    if run.process.poll() is None:
        run.process.kill()
    run.process.wait()


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[2] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def health(port: int) -> dict[str, bool]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return dict(json.load(answer))
    except OSError:
        return {}


def test_both_are_kept_alive_and_go_in_order(running: Running, port: int) -> None:
    until(lambda: f"已启动：http://127.0.0.1:{port}" in running.text(), "the web answers")
    until(lambda: set(running.children()) == {"gunicorn", "tracker.scheduler"}, "both are started")
    before = running.children()
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(set(running.children().values()) - set(before.values())) == 2, "both are started again")
    until(lambda: health(port).get("database", False), "the web answers again on the same port")
    until(lambda: health(port).get("scheduler", False), "the scheduler has shown a sign of life")
    after = running.children()
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(timeout=120) == 0
    assert all(is_gone(pid) for pid in after.values())


def test_a_killed_supervisor_leaves_nobody_behind(running: Running) -> None:
    until(lambda: len(running.children()) == 2, "both are started")
    children = running.children()
    running.process.kill()
    until(lambda: all(is_gone(pid) for pid in children.values()), "the kernel has told the children")


def test_another_port_is_taken_when_its_own_is_not_free() -> None:
    with listen("127.0.0.1", free_port()) as first:
        number = first.getsockname()[1]
        with listen("127.0.0.1", number) as second:
            assert second.getsockname()[1] > number
        with pytest.raises(OSError, match="in use"):
            listen("127.0.0.1", number, tries=1)
