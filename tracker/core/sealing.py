"""What the house must be able to say again and nobody else may read stands sealed in the database: telephone numbers,
a robot's key, a gateway's password (S30, S31).

The keys live beside the database, never in it: `field_keys` of the instance, one to a line, the newest first. The
newest seals, all of them open, so that a key may be changed while old words are still read. Whoever has the database
alone reads nothing. The cipher is AES-GCM, or SM4-GCM where a site is asked for 国密.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app, g
from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

log = logging.getLogger(__name__)
NONCE, TAG = 12, 16
CIPHERS = {"aes": (algorithms.AES, 32), "sm4": (algorithms.SM4, 16)}
"""What may be chosen, with the length of its key in bytes."""


SEALED, SOMETIMES = "sealed", "sometimes"
"""Marks a column whose code seals by hand: `info={SEALED: True}`; SOMETIMES where plain words may stand beside."""


class BrokenSeal(Exception):
    """The words cannot be read: their key is not among the installation's, or the text was touched."""


def seal(words: str) -> str:
    """The words as they may stand in a table; the same words never look the same twice.

    `aes.1f2e3d4c.…`: the cipher, which key it was, and nonce, tag and words in base64.
    """
    settings = current_app.config["SETTINGS"]
    return _seal(words, settings.field_cipher, secrets_in_use()[0])


def unseal(sealed: str) -> str:
    """The words again. Raises BrokenSeal when no key of the installation opens them."""
    try:
        cipher, name, text = sealed.split(".", 2)
        secret = next(one for one in secrets_in_use() if key_name(one) == name)
        raw = base64.b64decode(text, validate=True)
        nonce, tag, body = raw[:NONCE], raw[NONCE : NONCE + TAG], raw[NONCE + TAG :]
        opener = Cipher(CIPHERS[cipher][0](_key(secret, cipher)), modes.GCM(nonce, tag)).decryptor()
        return (opener.update(body) + opener.finalize()).decode()
    except (InvalidTag, ValueError, KeyError, StopIteration) as error:
        raise BrokenSeal from error


def is_current(sealed: str) -> bool:
    """Whether the newest key and the chosen cipher sealed this: what is not is sealed anew when keys are changed."""
    cipher, _, rest = sealed.partition(".")
    wanted = current_app.config["SETTINGS"].field_cipher, key_name(secrets_in_use()[0])
    return (cipher, rest.partition(".")[0]) == wanted


def is_sealed(text: str) -> bool:
    """Whether this came from `seal`: rows written before there were seals are plain words."""
    parts = text.split(".")
    return len(parts) == 3 and parts[0] in CIPHERS and len(parts[1]) == 8


def key_name(secret: str) -> str:
    """By which a key is known without being shown."""
    return hashlib.sha256(f"name of {secret}".encode()).hexdigest()[:8]


class SealedText(TypeDecorator[str]):
    """A column of words that stand sealed in the database and are plain in the house. It cannot be searched by SQL."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else seal(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        if value is None or not is_sealed(str(value)):
            return None if value is None else str(value)
        try:
            return unseal(str(value))
        except BrokenSeal:
            _tell_once(str(value).split(".")[1])
            return None


def _tell_once(name: str) -> None:
    """A page may read a thousand such words: the log hears of a missing key once per request."""
    told: set[str] = g.setdefault("missing_field_keys", set())
    if name not in told:
        told.add(name)
        log.error("sealed columns cannot be read: their key %s is not among the field keys, or they were touched", name)


def _seal(words: str, cipher: str, secret: str) -> str:
    nonce = os.urandom(NONCE)
    sealer = Cipher(CIPHERS[cipher][0](_key(secret, cipher)), modes.GCM(nonce)).encryptor()
    body = sealer.update(words.encode()) + sealer.finalize()
    return f"{cipher}.{key_name(secret)}.{base64.b64encode(nonce + sealer.tag + body).decode('ascii')}"


def secrets_in_use() -> tuple[str, ...]:
    """The installation's field keys, the newest first."""
    settings = current_app.config["SETTINGS"]
    return settings.field_keys or (str(settings.secret_key),)


def _key(secret: str, cipher: str) -> bytes:
    return derived(secret, b"gangmu sealed words", CIPHERS[cipher][1])


@lru_cache(maxsize=64)
def derived(secret: str, purpose: bytes, length: int) -> bytes:
    """A key for one purpose only, out of a secret of the installation."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(secret.encode())
