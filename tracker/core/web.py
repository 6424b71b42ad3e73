"""What every answer carries: a request id, safe headers, and a page in Chinese when something goes wrong."""

from __future__ import annotations

import logging
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, flash, g, jsonify, redirect, request
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.pages import safe_next

log = logging.getLogger(__name__)
csrf = CSRFProtect()

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


def resource_dir(name: str) -> Path:
    """templates, migrations or seed: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parent.parent
    bundled = package / "_bundled" / name
    return bundled if bundled.is_dir() else package.parent / name


LARGEST_NUMBER = 2**31 - 1


class RowNumber(IntegerConverter):
    """A number in an address is a row's: one that no database column could hold is not found, and no crash."""

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(url_map, *args, **{"max": LARGEST_NUMBER, **kwargs})


class Json(DefaultJSONProvider):
    """What nests deeper than anything a page sends is no JSON, and no crash. Answers are in plain characters: who asks
    /healthz by hand reads the sentence."""

    ensure_ascii = False

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        words = super().dumps(obj, **kwargs)
        try:
            words.encode()
        except UnicodeEncodeError:  # half a character that somebody sent is given back as it came
            return super().dumps(obj, **{**kwargs, "ensure_ascii": True})
        return words

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deep") from error


class Cookies(SecureCookieSessionInterface):
    """The cookie goes to this house and to nothing beside it: under a path of a host its path is the house's own."""

    def get_cookie_path(self, app: Flask) -> str:
        return request.script_root or super().get_cookie_path(app)


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber
    app.json = Json(app)
    app.session_interface = Cookies()
    csrf.init_app(app)
    proxies = app.config["SETTINGS"].trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies, x_prefix=proxies
        )
    app.before_request(_name_request)
    app.before_request(_must_be_readable)
    app.before_request(_keep_to_tls)
    app.before_request(_wait_for_upgrade)
    app.after_request(_guard_answer)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(RuleError, _rule_error)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(ProgrammingError, _busy)
    app.register_error_handler(PoolTimeout, _busy)
    app.register_error_handler(Exception, _crash)


def wants_json() -> bool:
    """Whether a script asked (autosave, progress) and not a person."""
    return "X-Background" in request.headers or request.accept_mimetypes.best == "application/json"


SHORTEST_WORDS, MOST_WORDS = 4, 200
SECRETS = frozenset({"password", "current", "new", "again", "secret"})
"""The fields in which passwords and keys are typed: also one of Chinese words is given back to nobody."""


def typed_words() -> list[str]:
    """The words of a form that could not be taken, to be given back to whoever typed them: nowhere else are they any
    more.

    What is no sentence of a person (numbers, choices, tokens, passwords) is left out.
    """
    typed = [value.strip() for name, value in request.form.items(multi=True) if name not in SECRETS]
    return [value for value in typed if len(value) >= SHORTEST_WORDS and not value.isascii()][:MOST_WORDS]


def _name_request() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if re.fullmatch(r"[A-Za-z0-9-]{8,40}", given) else secrets.token_hex(8)


def _must_be_readable() -> None:
    """Nothing has a NUL in its address; PostgreSQL cannot even be asked for it."""
    if "\x00" in request.path:
        abort(404)


def _keep_to_tls() -> Any:
    """Where the site is an https one, whoever came through the proxy without TLS is sent there (S9). What a monitor
    asks of this machine directly goes through no proxy."""
    settings = current_app.config["SETTINGS"]
    if not settings.base_url.startswith("https://") or request.headers.get("X-Forwarded-Proto") != "http":
        return None
    if not settings.trusted_proxies:
        return None
    if request.method not in {"GET", "HEAD"}:
        return answer(403, "请通过 https 地址访问本系统。")
    path = request.full_path.rstrip("?") if request.query_string else request.path
    return redirect(settings.base_url + path, code=308)


ALWAYS = ("/healthz", "/metrics", "/static/", "/bootstrap/")
"""What is answered although the database waits for its upgrade."""


def _wait_for_upgrade(*, at_once: bool = False) -> Any:
    """While the database is of another version than the program nothing is read or written (see core/structure)."""
    watch = current_app.extensions.get("tracker.structure")
    if watch is None or request.path.startswith(ALWAYS):
        return None
    found = watch.look(at_once=at_once)
    if found.value == "current":
        return None
    page, status = answer(503, _UPGRADING.get(found.value, "系统正在升级。"), is_upgrading=True)
    return page, status, {"Retry-After": "30"}


_UPGRADING = {"empty": "系统还没有安装完成。"}


def _guard_answer(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint not in {"static", "bootstrap.static"}:
        response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def answer(status: int, message: str, **words: Any) -> tuple[Response | str, int]:
    """The page of trouble. It is rendered past the frame of the other pages, which asks the database who is there:
    the database may be what is away."""
    _let_go()
    if wants_json():
        return jsonify(message=message, request_id=g.get("request_id"), **words), status
    known = status if (resource_dir("templates") / "errors" / f"{status}.html").exists() else 500
    known = 400 if known == 500 and status < 500 else known
    page = current_app.jinja_env.get_template(f"errors/{known}.html").render(
        message=message, request_id=g.get("request_id"), site_name=current_app.config["SETTINGS"].site_name,
        home_url=request.script_root + "/", **words,
    )  # fmt: skip
    return page, status


def _let_go() -> None:
    """End the transaction that failed; a connection that is lost has ended it already."""
    try:
        db.session.rollback()
    except SQLAlchemyError:
        log.warning("the transaction could not be rolled back: the connection is lost")


def _http_error(error: HTTPException) -> Any:
    if isinstance(error, CSRFError):
        return _stale_form()
    if error.code is None or error.code < 400:
        return error
    return answer(error.code, _SENTENCES.get(error.code, "请求无法处理。"))


def _stale_form() -> Any:
    """A form whose token is another session's: somebody signed in anew on another page, or the browser was closed. The
    words are given back, unless another site sent them: it would make this page say what it likes."""
    message = "页面停留太久，或者在别的页面重新登录过，安全校验已过期。"
    if wants_json():
        return answer(400, f"{message}请刷新页面。")
    is_ours = urlsplit(request.referrer or "").netloc == request.host
    return answer(400, message, words=typed_words() if is_ours else [])


def _rule_error(error: RuleError) -> Any:
    """A rule that a view did not catch: back to the page it came from, with the sentence on top."""
    if isinstance(error, Conflict):
        return answer(409, error.sentence, mine=error.mine, theirs=error.theirs)
    if wants_json() or request.method == "GET":
        return answer(400, error.sentence)
    _let_go()
    flash(error.sentence, "error")
    return redirect(_came_from())


def _came_from() -> str:
    """The page of this site that the form stood on; the start page when the browser does not say."""
    referrer = request.referrer or ""
    root = request.host_url.rstrip("/")
    path = referrer.removeprefix(root) if referrer.startswith(root + "/") else ""
    return safe_next(path) or request.script_root + "/"


def _busy(error: OperationalError | ProgrammingError | PoolTimeout) -> Any:
    _let_go()
    if waiting := _wait_for_upgrade(at_once=True):
        return waiting
    if isinstance(error, ProgrammingError):
        return _crash(error)
    log.warning("database busy or away: %s", error)
    what = "这一页暂时打不开" if request.method in ("GET", "HEAD") else "刚才的操作没有完成"
    return answer(503, f"系统正忙，{what}。请稍候再试一次。")


def _crash(error: Exception) -> Any:
    log.exception("request %s failed", g.get("request_id"))
    return answer(500, "系统出现问题，刚才的操作没有完成。请把下面的编号告诉管理员。")


_SENTENCES = {
    400: "提交的内容不完整或格式不对。",
    403: "您当前的岗位没有办理这件事的权限。",
    404: "没有找到您要的内容。",
    405: "这个地址不能这样打开。",
    413: "提交的内容或文件太大。",
    429: "操作过于频繁，请稍后再试。",
}
