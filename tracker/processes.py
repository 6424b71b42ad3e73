"""`tracker run`: one process that keeps the web and the scheduler alive, and takes them down with it.

The supervisor holds the listening socket, so a restart of the web loses no connection and nobody takes its port.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

PR_SET_PDEATHSIG = 1
SHORT_LIFE = 5.0
"""A child that lives shorter than these seconds has not really started."""
MOST_FALSE_STARTS = 5
LONGEST_PAUSE = 30.0
PATIENCE = 25.0
"""Seconds a child may take to finish what it is doing."""
PORTS_TRIED = 20

Say = Callable[[str], None]


@dataclass
class Child:
    """One process to be kept alive."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    keep: Sequence[int] = ()
    """File descriptors it inherits."""
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    false_starts: int = 0
    not_before: float = 0.0


@dataclass
class Supervisor:
    """Starts its children, restarts who dies, and stops them all in order."""

    children: list[Child]
    say: Say
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self, ready: Callable[[], bool] | None = None, when_ready: Callable[[], None] | None = None) -> int:
        """Keep the children alive until SIGTERM or SIGINT; returns the exit code.

        `when_ready` is called once, as soon as `ready` says so. A child that fails at every start ends the whole.
        """
        signal.signal(signal.SIGTERM, self._asked_to_stop)
        signal.signal(signal.SIGINT, self._asked_to_stop)
        try:
            while not self._stop.is_set():
                for child in self.children:
                    self._keep_alive(child)
                if any(child.false_starts >= MOST_FALSE_STARTS for child in self.children):
                    self.say("多次启动失败，已停止。请查看上面的出错信息。")
                    return 1
                if when_ready is not None and (ready is None or ready()):
                    when_ready()
                    when_ready = None
                self._stop.wait(0.2)
        finally:
            self._take_down()
        return 0

    def _keep_alive(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.not_before:
                child.process, child.started = _start(child), now
            return
        if child.process.poll() is None:
            if now - child.started > SHORT_LIFE:
                child.false_starts = 0
            return
        lived = now - child.started
        child.false_starts = child.false_starts + 1 if lived < SHORT_LIFE else 0
        pause = min(LONGEST_PAUSE, 2.0**child.false_starts - 1)
        self.say(f"{child.name}进程已退出（{child.process.returncode}），正在重新启动。")
        child.process, child.not_before = None, now + pause

    def _take_down(self) -> None:
        living = [child.process for child in self.children if child.process is not None]
        for process in living:
            if process.poll() is None:
                process.terminate()
        end = time.monotonic() + PATIENCE
        for process in living:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _asked_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stop.set()


def listen(host: str, port: int, tries: int = PORTS_TRIED) -> socket.socket:
    """A listening socket on the port, or on one of the next when it is taken. Raises OSError when none is free."""
    for number in range(port, port + tries):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        taken = socket.socket(family, socket.SOCK_STREAM)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((host, number))
            taken.listen(128)
        except OSError:
            taken.close()
            if number == port + tries - 1:
                raise
        else:
            return taken
    raise OSError("no port to try")


def web_command(bind: str, workers: int) -> list[str]:
    """The web server: a few workers with threads; the application is loaded once and shared."""
    return [
        sys.executable, "-m", "gunicorn", "tracker.app:served()", "--bind", bind, "--workers", str(workers),
        "--worker-class", "gthread", "--threads", "8", "--preload", "--timeout", "120", "--graceful-timeout", "20",
        "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip


def scheduler_command() -> list[str]:
    return [sys.executable, "-m", "tracker.scheduler"]


def _start(child: Child) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        child.command,
        env=dict(child.environment),
        pass_fds=tuple(child.keep),
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops them in order
        preexec_fn=_die_with_parent(os.getpid()),
    )


def _die_with_parent(parent: int) -> Callable[[], None] | None:
    """A killed supervisor leaves nobody behind: the kernel tells its children."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)

    def ask_the_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask_the_kernel
