"""A stamp proves that words are as this installation wrote them: an HMAC (SM3 where the machine has it) over their
hash, by a key that lies outside the database (S28).

The hash chain tells that entries follow each other; whoever writes into the database can compute a chain anew, but no
stamp. Stamps are never renewed: the trail is only added to. So the keys that made them are kept, also when a field key
is retired (`retired_keys` beside the field keys): they still prove, and seal nothing any more.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256, SM3, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC
from flask import current_app

from tracker.core import sealing
from tracker.core.db import Labelled

LONGEST = 100
"""Of a column that holds one."""
_HASHES: dict[str, type[HashAlgorithm]] = {"sm3": SM3, "sha256": SHA256}


class Proof(Labelled):
    """What a stamp says of the words it stands beside."""

    GENUINE = "genuine", "与写入时一致", "ok"
    MISSING = "missing", "没有密钥校验码", "wait"
    FORGED = "forged", "与写入时不一致", "late"
    KEYLESS = "keyless", "生成校验码的密钥或算法不在本系统中，不能核验", "warn"


def stamp(words: str) -> str:
    """The stamp of words, by the newest key: `sm3.1f2e3d4c.…`, the hash, which key it was, and the code."""
    secret = sealing.secrets_in_use()[0]
    name = _usual()
    return f"{name}.{sealing.key_name(secret)}.{_mac(secret, name, words).finalize().hex()}"


def prove(given: str | None, words: str) -> Proof:
    """Whether the stamp is one of this installation's, and of these words."""
    if not given:
        return Proof.MISSING
    name, _, rest = given.partition(".")
    key, _, code = rest.partition(".")
    secret = next((one for one in _known() if sealing.key_name(one) == key), None)
    if secret is None:
        return Proof.KEYLESS
    try:
        _mac(secret, name, words).verify(bytes.fromhex(code))
    except UnsupportedAlgorithm:
        return Proof.KEYLESS
    except (InvalidSignature, KeyError, ValueError):
        return Proof.FORGED
    return Proof.GENUINE


def _known() -> tuple[str, ...]:
    return (*sealing.secrets_in_use(), *current_app.config["SETTINGS"].retired_keys)


def _mac(secret: str, name: str, words: str) -> HMAC:
    mac = HMAC(sealing.derived(secret, b"gangmu stamps", 32), _HASHES[name]())
    mac.update(words.encode())
    return mac


@lru_cache(maxsize=1)
def _usual() -> str:
    """SM3, which 密评 asks for, unless this machine's OpenSSL was built without it."""
    try:
        HMAC(bytes(32), SM3())
    except UnsupportedAlgorithm:
        return "sha256"
    return "sm3"
