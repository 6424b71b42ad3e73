"""The site's own virus check of what people upload: a command that is given the file, or clamd by its socket.

Nothing comes in unchecked where a check is set: one that does not answer refuses the file.
"""

from __future__ import annotations

import logging
import shlex
import socket
import struct
import subprocess
from pathlib import Path

from flask import current_app

from tracker.core.errors import RuleError

log = logging.getLogger(__name__)

PATIENCE = 60.0
PIECE = 1 << 16
INFECTED = "文件没有通过病毒检查，没有保存。请杀毒后再上传，或联系系统管理员。"
UNCHECKED = "病毒检查没有完成，文件没有保存。请稍后再试；仍不成功的，请联系系统管理员。"


def check(place: Path) -> None:
    """Raises RuleError for a file that the check refuses, and where the check itself fails."""
    settings = current_app.config["SETTINGS"]
    if settings.scan_command:
        _by_command(settings.scan_command, place)
    if settings.scan_socket:
        _by_clamd(settings.scan_socket, place)


def _by_command(command: str, place: Path) -> None:
    """Exit code 0 is clean, 1 is infected (as clamscan and most others have it), anything else no answer."""
    try:
        done = subprocess.run(
            [*shlex.split(command), str(place)], capture_output=True, timeout=PATIENCE, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        log.error("the virus check could not be run: %s", error)
        raise RuleError(UNCHECKED) from error
    if done.returncode == 1:
        log.warning("an upload was refused by the virus check: %s", done.stdout.decode(errors="replace")[:200])
        raise RuleError(INFECTED)
    if done.returncode != 0:
        log.error("the virus check ended with %s: %s", done.returncode, done.stderr.decode(errors="replace")[:200])
        raise RuleError(UNCHECKED)


def _by_clamd(address: str, place: Path) -> None:
    """INSTREAM, over a socket's path or host:port."""
    try:
        with _connected(address) as line, place.open("rb") as file:
            line.sendall(b"zINSTREAM\0")
            while piece := file.read(PIECE):
                line.sendall(struct.pack(">I", len(piece)) + piece)
            line.sendall(struct.pack(">I", 0))
            answer = line.makefile("rb").read(1000).rstrip(b"\0\n").decode(errors="replace")
    except OSError as error:
        log.error("clamd could not be asked: %s", error)
        raise RuleError(UNCHECKED) from error
    if answer.endswith("FOUND"):
        log.warning("an upload was refused by clamd: %s", answer[:200])
        raise RuleError(INFECTED)
    if not answer.endswith("OK"):
        log.error("clamd answered: %s", answer[:200])
        raise RuleError(UNCHECKED)


def _connected(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    if host and port.isdigit():
        return socket.create_connection((host, int(port)), timeout=PATIENCE)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(PATIENCE)
    line.connect(address)
    return line
