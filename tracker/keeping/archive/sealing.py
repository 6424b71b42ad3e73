"""Encryption of a stream in pieces: AES-256-GCM, the key made by scrypt from what the key file or the person says.

Each piece carries its number and whether it is the last, so that a piece altered, exchanged, left out or cut off at
the end is noticed. Only one piece is in memory at a time.
"""

from __future__ import annotations

import io
import json
import os
import struct
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tracker.core.errors import RuleError

MAGIC = b"GMSEAL1\n"
PIECE = 1 << 20
TAG = 16
COST, BLOCKS, LANES = 2**15, 8, 1
MOST_COST = 2**20
WRONG = "备份打不开：密钥不对，或文件已损坏。"


class SealedWriter(io.RawIOBase):
    """What is written here reaches the sink encrypted. `close` writes the last piece: without it nothing is whole."""

    def __init__(self, sink: BinaryIO, key: bytes) -> None:
        salt, self._prefix = os.urandom(16), os.urandom(7)
        head = json.dumps({"salt": salt.hex(), "prefix": self._prefix.hex(), "n": COST, "r": BLOCKS, "p": LANES})
        self._head = head.encode()
        self._cipher = AESGCM(_derived(key, salt, COST, BLOCKS, LANES))
        self._sink, self._number, self._left = sink, 0, bytearray()
        sink.write(MAGIC + struct.pack(">I", len(self._head)) + self._head)

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        raw = bytes(memoryview(piece))  # type: ignore[arg-type]
        self._left += raw
        while len(self._left) > PIECE:
            self._seal(bytes(self._left[:PIECE]), is_last=False)
            del self._left[:PIECE]
        return len(raw)

    def finish(self) -> None:
        """Write the last piece."""
        self._seal(bytes(self._left), is_last=True)
        self._left.clear()

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._prefix, self._number, is_last), piece, self._head)
        self._sink.write(struct.pack(">I?", len(sealed), is_last) + sealed)
        self._number += 1


class SealedReader(io.RawIOBase):
    """The other way. Raises RuleError for a wrong key and for anything altered, missing or cut off."""

    def __init__(self, source: BinaryIO, key: bytes) -> None:
        if source.read(len(MAGIC)) != MAGIC:
            raise RuleError(WRONG)
        try:
            (length,) = struct.unpack(">I", source.read(4))
            self._head = source.read(min(length, 4096))
            said = json.loads(self._head)
            self._prefix = bytes.fromhex(said["prefix"])
            if said["n"] > MOST_COST:
                raise ValueError(said["n"])
            self._cipher = AESGCM(_derived(key, bytes.fromhex(said["salt"]), said["n"], said["r"], said["p"]))
        except (struct.error, ValueError, KeyError, TypeError) as error:
            raise RuleError(WRONG) from error
        self._source, self._number, self._open, self._over = source, 0, bytearray(), False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._open and not self._over:
            self._next()
        taken = self._open[: len(view)]
        view[: len(taken)] = taken
        del self._open[: len(taken)]
        return len(taken)

    def _next(self) -> None:
        head = self._source.read(5)
        if len(head) < 5:
            raise RuleError("备份不完整：文件在中途断开。")
        length, is_last = struct.unpack(">I?", head)
        if length > PIECE + TAG:
            raise RuleError(WRONG)
        try:
            piece = self._cipher.decrypt(
                _nonce(self._prefix, self._number, is_last), self._source.read(length), self._head
            )
        except InvalidTag as error:
            raise RuleError(WRONG) from error
        self._open += piece
        self._number += 1
        self._over = is_last


def is_sealed(place: BinaryIO) -> bool:
    """Whether a file is encrypted by us; leaves it at its beginning."""
    found = place.read(len(MAGIC)) == MAGIC
    place.seek(0)
    return found


def _derived(key: bytes, salt: bytes, cost: int, blocks: int, lanes: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost, r=blocks, p=lanes).derive(key)


def _nonce(prefix: bytes, number: int, is_last: bool) -> bytes:
    return prefix + struct.pack(">I?", number, is_last)
