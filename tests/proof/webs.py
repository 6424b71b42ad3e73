"""Gives birth to web processes quickly: the application is made once, each `start` on stdin forks a real one.

All of them listen on one socket that outlives them, so that who asks while one is dying waits for the next.
"""

from __future__ import annotations

import os
import signal
import socket
import sys

from werkzeug.serving import make_server

from tracker import create_app
from tracker.config import from_environment


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are taken away at once
    door = socket.create_server(("127.0.0.1", 0), backlog=128)
    app = create_app(from_environment())  # asks no database yet: nothing is shared with the children
    print(door.getsockname()[1], flush=True)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                port = door.getsockname()[1]
                make_server("127.0.0.1", port, app, threaded=True, fd=door.fileno()).serve_forever(poll_interval=0.05)
            finally:
                os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
