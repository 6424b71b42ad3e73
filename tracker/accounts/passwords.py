"""Passwords: hashed by argon2id, outside any transaction, because a hash takes as long as sixty queries."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# 19 MiB, two passes: what OWASP asks, at a sixth of the library's default cost.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")

LONGEST = 128
FAILURES = 5
FAILURE_WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=30)
COUNTED = LOCK + FAILURE_WINDOW
"""How long a try may still lock a name; afterwards it counts for nothing and is forgotten."""
FAILURES_PER_ADDRESS = 50
"""Within FAILURE_WINDOW. High: a whole government may stand behind one address."""


@dataclass(frozen=True)
class PasswordPolicy:
    """What a password must be. 等级保护 asks for classes of characters and for change; ASVS forbids both."""

    shortest: int
    classes: int
    """Of 大写, 小写, 数字, 特殊; 0 = not asked."""
    login_run: int
    """As many characters in a row of the login name make a password too close to it."""
    remembered: int
    max_days: int
    """0 = never too old."""

    def in_words(self) -> str:
        """The rules as the form states them."""
        parts = [f"{self.shortest}至{LONGEST}个字符"]
        if self.classes:
            parts.append(f"含大写字母、小写字母、数字、特殊字符中的至少{self.classes}种")
        parts.append(f"不含登录名中连续{self.login_run}个字符")
        if self.remembered:
            parts.append(f"不与最近{self.remembered}次用过的相同")
        return "，".join(parts) + "。"


PROFILES = {
    "djbh": PasswordPolicy(shortest=8, classes=3, login_run=3, remembered=5, max_days=90),
    "asvs": PasswordPolicy(shortest=12, classes=0, login_run=3, remembered=0, max_days=0),
}


def policy_in_force(profile: str, days: int | None) -> PasswordPolicy:
    """The profile of the settings, with the age that the settings may give."""
    policy = PROFILES[profile]
    return policy if days is None else replace(policy, max_days=days)


def troubles(password: str, login: str, policy: PasswordPolicy) -> list[str]:
    """Why a password is refused, every reason as a sentence (S2, S3); empty when it may be used."""
    found = []
    if len(password) < policy.shortest:
        found.append(f"密码至少{policy.shortest}个字符。")
    if len(password) > LONGEST:
        found.append(f"密码请在{LONGEST}个字符以内。")
    if _classes(password) < policy.classes:
        found.append(f"密码要含大写字母、小写字母、数字、特殊字符中的至少{policy.classes}种。")
    if _holds_run(password.casefold(), login.casefold(), policy.login_run):
        found.append(f"密码不能含登录名中连续{policy.login_run}个字符。")
    if password.casefold() in _common():
        found.append("这是常见密码，容易被猜到，请换一个。")
    return found


def is_remembered(password: str, former_hashes: Iterable[str]) -> bool:
    """Whether it is one of the last ones (S4). A hash each: call it outside any transaction."""
    return any(matches(former, password) for former in former_hashes)


def is_too_old(set_at: datetime | None, at: datetime, policy: PasswordPolicy) -> bool:
    """Whether a password set then must be changed by now (S5)."""
    return bool(policy.max_days) and set_at is not None and at - set_at >= timedelta(days=policy.max_days)


def hashed(password: str) -> str:
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is right. An unknown user costs the same time as a known one."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def token_hash(secret: str) -> str:
    """What the database keeps of a session's token, a link's key, a recovery code or a name typed at the door: long
    and random ones need no slow hash, and a name is kept for less than an hour's counting only."""
    return hashlib.sha256(secret.encode()).hexdigest()


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


def _classes(password: str) -> int:
    kinds = (string.ascii_uppercase, string.ascii_lowercase, string.digits)
    named = sum(any(char in kind for char in password) for kind in kinds)
    return named + any(all(char not in kind for kind in kinds) for char in password)


def _holds_run(password: str, login: str, length: int) -> bool:
    return any(login[start : start + length] in password for start in range(len(login) - length + 1))


@cache
def _common() -> frozenset[str]:
    lines = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").split()
    return frozenset(line.casefold() for line in lines)
