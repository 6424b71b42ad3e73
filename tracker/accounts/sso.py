"""Other doors: a provider of OpenID Connect, a CAS, a gateway that names who has signed in there. Each opens only when
the settings say so; each says a login name and nothing more, and nobody gets an account by it."""

from __future__ import annotations

import hmac
import importlib
import secrets
from dataclasses import dataclass
from http.client import HTTPException
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from flask import Flask, current_app, request
from flask import session as cookie
from werkzeug.wrappers import Response

from tracker.config import Settings
from tracker.core.errors import RuleError

FAILED = "{name}没有完成，请再试一次。仍不能登录的，可以用登录名和密码登录，或者联系系统管理员。"
CAS_SPACE = "{http://www.yale.edu/tp/cas}"
STATE = "cas_state"
PATIENCE = 10
"""Seconds that another server may take."""
LARGEST_ANSWER = 100_000
EXTENSION = "tracker.oidc"
BROKEN = (OSError, ValueError, KeyError, TypeError)
"""A server that does not answer, or answers something else."""


@dataclass(frozen=True)
class Door:
    """Another way in, as the sign-in page offers it."""

    label: str
    endpoint: str


@dataclass(frozen=True)
class _Provider:
    """The client of an OIDC provider, and what it raises when it does not agree."""

    client: Any
    troubles: tuple[type[Exception], ...]


def init_app(app: Flask) -> None:
    """Meet the provider, where there is one. Raises RuntimeError when the extra `sso` is not installed."""
    settings: Settings = app.config["SETTINGS"]
    if not settings.oidc_issuer:
        return
    try:
        flask_client = importlib.import_module("authlib.integrations.flask_client")
        jose = importlib.import_module("joserfc.errors")
        base = importlib.import_module("authlib.common.errors")
    except ImportError as error:
        raise RuntimeError("已设置 TRACKER_OIDC_ISSUER，但没有安装 sso 组件。") from error
    client = flask_client.OAuth(app).register(
        name="sso",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret or None,
        server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", "default_timeout": PATIENCE},
    )
    app.extensions[EXTENSION] = _Provider(client, (base.AuthlibBaseError, jose.JoseError, *BROKEN))


def doors() -> list[Door]:
    """The other ways in that are open here."""
    settings = _settings()
    ways = [(settings.oidc_issuer, "accounts.oidc"), (settings.cas_url, "accounts.cas")]
    return [Door(settings.sso_name, endpoint) for address, endpoint in ways if address]


def oidc_redirect(back: str) -> Response:
    """To the provider: code flow with PKCE, state and nonce. Raises RuleError when it cannot be reached."""
    provider: _Provider = current_app.extensions[EXTENSION]
    try:
        answer: Response = provider.client.authorize_redirect(back)
    except provider.troubles as error:
        raise _failed() from error
    return answer


def oidc_login() -> str:
    """The login name that the provider vouches for: its answer's signature, issuer, audience, time and nonce proved.

    Raises RuleError otherwise.
    """
    provider: _Provider = current_app.extensions[EXTENSION]
    try:
        token = provider.client.authorize_access_token()
    except provider.troubles as error:
        raise _failed() from error
    return _name((token.get("userinfo") or {}).get(_settings().oidc_claim))


def cas_address(back: str) -> str:
    """To the CAS. A state of our own comes back with the ticket: a ticket of somebody else's browser opens nothing."""
    cookie[STATE] = secrets.token_urlsafe(16)
    return f"{_settings().cas_url}/login?{urlencode({'service': _service(back)})}"


def cas_login(back: str) -> str:
    """The login name that a ticket stands for, asked of the CAS itself. Raises RuleError for one it does not know."""
    kept, given = str(cookie.get(STATE, "")), request.args.get("state", "")
    ticket = request.args.get("ticket", "")
    if not kept or not ticket or not hmac.compare_digest(kept.encode(), given.encode()):
        raise _failed()
    query = urlencode({"service": _service(back), "ticket": ticket})
    cookie.pop(STATE)  # once
    try:
        with urlopen(f"{_settings().cas_url}/serviceValidate?{query}", timeout=PATIENCE) as answer:
            user = fromstring(answer.read(LARGEST_ANSWER)).find(f"{CAS_SPACE}authenticationSuccess/{CAS_SPACE}user")
    except (OSError, HTTPException, ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise _failed() from error
    return _name(user.text if user is not None else None)


def gateway_login() -> str | None:
    """Whom the trusted gateway names; None without one, and for a header that came from anywhere else."""
    settings = _settings()
    if not settings.gateway_header:
        return None
    name = request.headers.get(settings.gateway_header, "").strip()
    peer = request.environ.get("werkzeug.proxy_fix.orig", {}).get("REMOTE_ADDR") or request.environ.get("REMOTE_ADDR")
    return name if name and is_within(peer, settings.gateway_from) else None


def is_within(address: str | None, networks: tuple[str, ...]) -> bool:
    """Whether an address lies in one of the networks; a name or nothing lies in none."""
    try:
        where = ip_address(address or "")
    except ValueError:
        return False
    where = getattr(where, "ipv4_mapped", None) or where
    return any(where in ip_network(one) for one in networks)


def _service(back: str) -> str:
    return f"{back}?{urlencode({'state': cookie[STATE]})}"


def _name(found: object) -> str:
    if not isinstance(found, str) or not found.strip():
        raise _failed()
    return found.strip()


def _failed() -> RuleError:
    return RuleError(FAILED.format(name=_settings().sso_name))


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
