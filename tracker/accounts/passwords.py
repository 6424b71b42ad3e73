"""Passwords: hashed by argon2id, outside any transaction, because a hash takes as long as sixty queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# 19 MiB, two passes: what OWASP asks, at a sixth of the library's default cost.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")

FAILURES = 5
FAILURE_WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=30)
FAILURES_PER_ADDRESS = 50
"""Within FAILURE_WINDOW. High: a whole government may stand behind one address."""


def hashed(password: str) -> str:
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is right. An unknown user costs the same time as a known one."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(password_hash: str) -> bool:
    return _hasher.check_needs_rehash(password_hash)


def locked_until(tries: Iterable[tuple[datetime, bool]]) -> datetime | None:
    """Until when a name is locked, from its tries in order of time as (moment, succeeded) (S7).

    Five failures within 15 minutes, with no success between them, lock for 30 minutes from the fifth.
    """
    failures: list[datetime] = []
    until: datetime | None = None
    for moment, succeeded in tries:
        failures = [] if succeeded else [*failures, moment][-FAILURES:]
        if len(failures) == FAILURES and failures[-1] - failures[0] <= FAILURE_WINDOW:
            until, failures = moment + LOCK, []
    return until
