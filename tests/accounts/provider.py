"""A provider of OpenID Connect and a CAS on this machine: real HTTP, real keys, real signatures."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tracker.core import clock

CAS_SUCCESS = (
    "<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'><cas:authenticationSuccess>"
    "<cas:user>{user}</cas:user></cas:authenticationSuccess></cas:serviceResponse>"
)
CAS_FAILURE = (
    "<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'>"
    "<cas:authenticationFailure code='INVALID_TICKET'>no</cas:authenticationFailure></cas:serviceResponse>"
)


class Provider:
    """`user` is who signs in there; `claims` change what it says; `key` is what it signs by, `shown` what it shows."""

    client_id, client_secret = "gangmu", "a secret of the client"

    def __init__(self) -> None:
        self.user = "wangmin"
        self.claims: dict[str, Any] = {}
        self.shown = self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.codes: dict[str, dict[str, str]] = {}
        self.tickets: dict[str, str] = {}
        self.cas_answer: str | None = None
        provider = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.say(provider.get(urlsplit(self.path).path, query_of(self.path)))

            def do_POST(self) -> None:
                said = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.say(provider.token(query_of("?" + said), self.headers.get("Authorization", "")))

            def say(self, answer: tuple[int, str, str]) -> None:
                status, media, text = answer
                self.send_response(status)
                self.send_header("Location" if status == 302 else "Content-Type", text if status == 302 else media)
                self.end_headers()
                self.wfile.write(b"" if status == 302 else text.encode())

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Provider:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def get(self, path: str, query: dict[str, str]) -> tuple[int, str, str]:
        if path == "/.well-known/openid-configuration":
            return as_json(
                {
                    "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
                    "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/keys",
                    "id_token_signing_alg_values_supported": ["RS256"], "response_types_supported": ["code"],
                }
            )  # fmt: skip
        if path == "/keys":
            return as_json({"keys": [self.shown.as_dict(private=False)]})
        if path == "/authorize":
            code = secrets.token_urlsafe(8)
            self.codes[code] = query
            return 302, "", f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        if path == "/cas/login":
            ticket = f"ST-{secrets.token_urlsafe(8)}"
            self.tickets[ticket] = query["service"]
            return 302, "", f"{query['service']}&{urlencode({'ticket': ticket})}"
        if path == "/cas/serviceValidate":
            known = self.tickets.pop(query["ticket"], None) == query["service"]
            text = CAS_SUCCESS.format(user=self.user) if known else CAS_FAILURE
            return 200, "application/xml", self.cas_answer or text
        return 404, "text/plain", ""

    def token(self, said: dict[str, str], authorization: str) -> tuple[int, str, str]:
        """The code against an ID token: client, code, address and PKCE must agree."""
        asked = self.codes.pop(said.get("code", ""), None)
        client = "Basic " + base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        digest = hashlib.sha256(said.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or authorization != client
            or asked.get("code_challenge_method") != "S256"
            or asked.get("code_challenge") != proof
            or asked["redirect_uri"] != said["redirect_uri"]
        ):
            return 400, "application/json", json.dumps({"error": "invalid_grant"})
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.url, "aud": self.client_id, "sub": "4711", "iat": now, "exp": now + 60,
            "nonce": asked["nonce"], "preferred_username": self.user, **self.claims,
        }  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return as_json({"access_token": "unused", "token_type": "Bearer", "id_token": signed})


def as_json(words: object) -> tuple[int, str, str]:
    return 200, "application/json", json.dumps(words)


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
