"""Gives birth to scheduler processes quickly: the rooms are loaded once, each `start` on stdin forks a real process.

Killed children leave nothing behind; the pid of each is printed.
"""

from __future__ import annotations

import os
import signal
import sys

from tracker import rooms, scheduler
from tracker.core import db as database


def main() -> None:
    if wanted := os.environ.get("PROOF_JOBS"):
        rooms.JOBS = tuple(job for job in rooms.JOBS if job.name in wanted.split(","))
    database.PATIENCE = int(os.environ.get("PROOF_PATIENCE", database.PATIENCE))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are taken away at once
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                scheduler.main(["--every", line.split()[1]])
            finally:
                os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
