"""Secrets that the house must be able to say again (a robot's key, a gateway's password) stand sealed in the database.

The key comes from the installation's own secret (`TRACKER_SECRET_KEY`): whoever has the database alone reads nothing.
"""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

NONCE = 12


class BrokenSeal(Exception):
    """The words cannot be read: the installation's secret is another one than when they were sealed."""


def seal(words: str) -> str:
    """The words as they may stand in a table; the same words never look the same twice."""
    nonce = os.urandom(NONCE)
    return base64.b64encode(nonce + AESGCM(_key()).encrypt(nonce, words.encode(), None)).decode("ascii")


def unseal(sealed: str) -> str:
    """The words again. Raises BrokenSeal when the installation's secret has changed or the text was touched."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return AESGCM(_key()).decrypt(raw[:NONCE], raw[NONCE:], None).decode()
    except (InvalidTag, ValueError) as error:
        raise BrokenSeal from error


def _key() -> bytes:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"gangmu sealed words").derive(secret)
