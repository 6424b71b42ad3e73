"""What the code on a paper says: where anybody who holds it can ask whether it is ours."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

from flask import current_app

from tracker.documents.blocks import QR


def code_of(number: str | None, serial: str, digest: str | None) -> QR | None:
    """The page that verifies the paper, with its number and its hash; nothing before it is signed.

    `serial` is the number in short (2026-3): a code of Chinese words would be too dense to print small. A site whose
    address only its own machine knows prints number and hash, to be read out to the office.
    """
    if not digest:
        return None
    base = current_app.config["SETTINGS"].base_url
    if _is_of_this_machine(urlsplit(base).hostname or ""):
        return QR(f"{number} sha256:{digest}")
    return QR(f"{base}/verify/{digest}?{urlencode({'no': serial})}")


def _is_of_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in {"", "localhost"}
