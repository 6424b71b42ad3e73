"""One HTTP request outwards on a short lead: http(s) only, no turning aside, little read, little time.

A gateway of the place stands inside the government's network, so private addresses are what is meant; only addresses
that no gateway has (link-local and the few others where clouds keep their keys) are never spoken to. The words of an
error never quote the address: a robot's address is its key.
"""

from __future__ import annotations

import io
import ipaddress
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 10.0
"""Seconds until a connection stands, and again for the whole answer; a batch stays far below the lease."""
LONGEST_ANSWER = 4096


class Away(Exception):
    """The other side could not be reached, or did not answer in time: no use in trying it again in this batch."""


@dataclass(frozen=True)
class Answer:
    """What came back; of the words only the beginning."""

    status: int
    words: str


def post(address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Post once and read the beginning of the answer, whatever its status. Raises Away when there is none in time."""
    if urlsplit(address).scheme not in {"http", "https"}:
        raise Away("地址不是 http 或 https")
    request = urllib.request.Request(address, data=body, headers=dict(headers))
    try:
        return _ask(request)
    except OSError as error:
        raise Away(_reason(error)) from error
    except (HTTPException, ValueError) as error:
        raise Away(type(error).__name__) from error


def _ask(request: urllib.request.Request) -> Answer:
    try:
        answer = _OPENER.open(request, timeout=PATIENCE)
    except urllib.error.HTTPError as error:  # an answer as good as any: its status is for the caller to judge
        answer = error
    with answer:
        return Answer(answer.status, answer.read(LONGEST_ANSWER).decode("utf-8", "replace").strip())


def _reason(error: OSError) -> str:
    reason = getattr(error, "reason", error)
    return "没有及时答复" if isinstance(reason, TimeoutError) else str(reason)


class _Timed(io.RawIOBase):
    """Reads from a connection until a moment: a server that sends a byte now and then holds nobody up."""

    def __init__(self, raw: Any, connection: socket.socket) -> None:
        self._raw, self._connection = raw, connection
        self._end = time.monotonic() + PATIENCE

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        self.fp = io.BufferedReader(_Timed(self.fp.detach(), sock))


class _Plain(HTTPConnection):
    response_class = _Response

    def connect(self) -> None:
        super().connect()
        _check_peer(self.sock)


class _Secure(HTTPSConnection):
    response_class = _Response

    def connect(self) -> None:
        super().connect()
        _check_peer(self.sock)


def _check_peer(connection: socket.socket) -> None:
    """Asked of the connection itself, so that a name that leads there is found as well."""
    if is_barred(connection.getpeername()[0].partition("%")[0]):
        connection.close()
        raise OSError("不允许的地址")


CLOUD_KEYS = (ipaddress.ip_address("100.100.100.200"), ipaddress.ip_address("fd00:ec2::254"))
"""Where 阿里云 and others keep them, besides the link-local ones."""
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


def is_barred(text: str) -> bool:
    """Whether no gateway can be at this address, in whatever way it is written as one of IPv6."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        within = address.ipv4_mapped or address.sixtofour
        if address in TRANSLATED:
            within = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        address = within or address
    return address.is_link_local or address.is_multicast or address.is_unspecified or address in CLOUD_KEYS


class _PlainHandler(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_Plain, req)


class _SecureHandler(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_Secure, req, context=ssl.create_default_context())


def _opener() -> urllib.request.OpenerDirector:
    """Only what is named here: nothing follows a redirect, nothing opens a file."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(), _PlainHandler(), _SecureHandler(), urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):  # fmt: skip
        opener.add_handler(handler)
    return opener


_OPENER = _opener()
