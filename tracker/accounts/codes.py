"""动态口令: codes of six digits that change every half minute (RFC 6238), their picture for a telephone, and the codes
for the day the telephone is lost."""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyotp
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

STEP = 30
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No i, l, o, 0, 1: these codes are copied from paper."""
_QUIET = 4


def new_seed() -> str:
    return pyotp.random_base32()


def address(seed: str, login: str, issuer: str) -> str:
    """What a telephone's app reads: otpauth://totp/…"""
    return pyotp.TOTP(seed).provisioning_uri(name=login, issuer_name=issuer)


def right_step(seed: str, code: str, at: datetime, after: int) -> int | None:
    """The half minute whose code this is, one to either side allowed for clocks that differ; None for a wrong code and
    for one not later than `after`: a code is accepted once."""
    now, clock = int(at.timestamp()) // STEP, pyotp.TOTP(seed)
    steps = (step for step in (now, now - 1, now + 1) if step > after)
    return next((step for step in steps if hmac.compare_digest(clock.generate_otp(step), code)), None)


def new_recovery_codes() -> list[str]:
    """Ten codes of sixteen letters, 79 bits each: no guessing, and no searching through their hashes either."""
    return [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY_CODES)
    ]


def new_key() -> str:
    """The key of a one-time link: as long as a recovery code, for it is copied from paper as well."""
    return "".join(secrets.choice(_LETTERS) for _ in range(16))


def in_fours(code: str) -> str:
    """As it is written down: abcd-efgh-jkmn-pqrs."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def as_typed(code: str) -> str:
    """A code as people type it: blanks, dashes, capitals and digits of full width do not matter."""
    typed = unicodedata.normalize("NFKC", code).lower()
    return "".join(char for char in typed if char.isascii() and char.isalnum())


@dataclass(frozen=True)
class Picture:
    """A QR code as one path of an SVG, in units of one dot."""

    size: int
    path: str


def picture(words: str) -> Picture:
    """The words as a QR code; runs of dark dots are drawn as one."""
    code: Any = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(words)
    code.make()
    count: int = code.getModuleCount()
    parts = []
    for row in range(count):
        column = 0
        while column < count:
            start = column
            while column < count and code.isDark(row, column):
                column += 1
            if column > start:
                parts.append(f"M{start + _QUIET} {row + _QUIET}h{column - start}v1h-{column - start}z")
            column += 1
    return Picture(count + 2 * _QUIET, "".join(parts))
