"""Settings from the environment (`TRACKER_*`); no logic beyond reading them. Times are in minutes or hours as named."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

MEGABYTE = 1 << 20
FIELD_KEYS = "field_keys"
RETIRED_KEYS = "retired_keys"
"""Field keys that seal nothing any more and still prove what they stamped; beside the field keys."""


@dataclass(frozen=True)
class Settings:
    """Every setting there is. `from_environment` is the only way they come in outside tests."""

    instance: Path
    database_url: str
    secret_key: str
    demo: bool = False
    site_name: str = "纲目"
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    secure_cookies: bool = False
    trusted_proxies: int = 0
    max_upload_mb: int = 50
    session_idle: timedelta = timedelta(minutes=30)
    session_longest: timedelta = timedelta(hours=12)
    password_profile: str = "djbh"
    password_days: int | None = None
    """After how many days a password must be changed; 0 = never, None = as the profile says."""
    admin_profile: str = "basic"
    """`djbh`: 三员 are three persons, and each signs in with a second factor (S10, S15)."""
    admin_networks: tuple[str, ...] = ()
    """From where administrators may work; none = from anywhere (S25)."""
    stale_days: int = 90
    """After how many unused days an account is listed as stale (S13)."""
    sso_name: str = "统一身份认证"
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_claim: str = "preferred_username"
    """Which word of the provider's is the login name here."""
    cas_url: str = ""
    gateway_header: str = ""
    """The header in which a trusted gateway names who has signed in there."""
    gateway_from: tuple[str, ...] = ()
    smtp_host: str | None = None
    smtp_port: int = 25
    smtp_user: str | None = None
    smtp_password: str | None = field(default=None, repr=False)
    smtp_security: str = "none"
    mail_from: str = "gangmu@localhost"
    fonts_dir: Path | None = None
    backup_dir: Path | None = None
    """Where copies are kept; None = `backups` beside the data."""
    backup_days: int = 1
    """Every how many days a copy is made; 0 = never by itself."""
    backup_drill_days: int = 30
    """Every how many days a restore is tried; 0 = never by itself."""
    backup_keep: int = 14
    backup_key_file: Path | None = None
    scan_command: str = ""
    """What checks an upload for viruses: the file's path is added; exit code 0 is clean, 1 infected."""
    scan_socket: str = ""
    """clamd's socket: a path, or host:port."""
    metrics_token: str = field(default="", repr=False)
    metrics_from: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses that may read the figures without the token."""
    log_dir: Path | None = None
    """Where the processes write their logs; None = to stderr, which systemd keeps."""
    slow_ms: int = 1000
    """From how many milliseconds on a request or a query is written down as slow."""
    posts_per_minute: int = 0
    """How often one account may send something within a minute, and ten times as often one address; 0 = no limit. An
    installation has 240, see below."""
    field_keys: tuple[str, ...] = field(default=(), repr=False)
    """Keys of what stands sealed in the database, the newest first; without any the secret key serves."""
    retired_keys: tuple[str, ...] = field(default=(), repr=False)
    """Keys that open nothing any more and still prove what they stamped."""
    field_cipher: str = "aes"

    @property
    def copies_dir(self) -> Path:
        """The folder of the copies."""
        return self.backup_dir or self.instance / "backups"

    def flask(self) -> dict[str, Any]:
        """The settings as Flask and its extensions want them."""
        return {
            "SETTINGS": self,
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            # A database that went away and came back is noticed before a request fails on a dead connection.
            "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": True},
            "FILES_DIR": str(self.instance / "files"),
            "MAX_CONTENT_LENGTH": (self.max_upload_mb + 2) * MEGABYTE,
            # A multipart form over 500 kB of text would answer 413: sixty rows and ten area texts may be more.
            "MAX_FORM_MEMORY_SIZE": 8 * MEGABYTE,
            "MAX_FORM_PARTS": 5000,
            "SESSION_COOKIE_NAME": "gangmu",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.secure_cookies,
            "WTF_CSRF_TIME_LIMIT": None,
            # Flask-WTF would look for Flask-Babel and, finding none, drop WTForms' own Chinese texts.
            "WTF_I18N_ENABLED": False,
            "BOOTSTRAP_SERVE_LOCAL": True,
        }


def from_environment(env: Mapping[str, str] | None = None) -> Settings:
    """Read `TRACKER_*`. Raises ValueError with a sentence for a setting that makes no sense."""
    env = os.environ if env is None else env
    instance = Path(env.get("TRACKER_INSTANCE", "instance")).resolve()
    instance.mkdir(parents=True, exist_ok=True)
    port = _number(env, "TRACKER_PORT", 8000)
    host = env.get("TRACKER_HOST", "127.0.0.1")
    fonts = env.get("TRACKER_FONTS_DIR")
    return Settings(
        instance=instance,
        database_url=database_url(env.get("TRACKER_DATABASE_URL") or f"sqlite:///{instance / 'gangmu.sqlite3'}"),
        secret_key=env.get("TRACKER_SECRET_KEY") or kept_secret(instance / "secret_key"),
        demo=_flag(env, "TRACKER_DEMO") or (instance / "demo").exists(),
        site_name=env.get("TRACKER_SITE_NAME", "纲目"),
        base_url=env.get("TRACKER_BASE_URL", f"http://{host}:{port}").rstrip("/"),
        host=host,
        port=port,
        workers=_number(env, "TRACKER_WORKERS", 2),
        secure_cookies=_flag(env, "TRACKER_SECURE_COOKIES") or env.get("TRACKER_BASE_URL", "").startswith("https://"),
        trusted_proxies=_number(env, "TRACKER_TRUSTED_PROXIES", 0),
        max_upload_mb=_number(env, "TRACKER_MAX_UPLOAD_MB", 50),
        session_idle=timedelta(minutes=_number(env, "TRACKER_SESSION_IDLE_MINUTES", 30)),
        session_longest=timedelta(hours=_number(env, "TRACKER_SESSION_HOURS", 12)),
        password_profile=_one_of(env, "TRACKER_PASSWORD_PROFILE", ("djbh", "asvs")),
        password_days=_number(env, "TRACKER_PASSWORD_DAYS", 0) if env.get("TRACKER_PASSWORD_DAYS") else None,
        admin_profile=_one_of(env, "TRACKER_ADMIN_PROFILE", ("basic", "djbh")),
        admin_networks=_networks(env, "TRACKER_ADMIN_NETWORKS"),
        stale_days=max(1, _number(env, "TRACKER_STALE_DAYS", 90)),
        **_single_sign_on(env),
        smtp_host=env.get("TRACKER_SMTP_HOST"),
        smtp_port=_number(env, "TRACKER_SMTP_PORT", 25),
        smtp_user=env.get("TRACKER_SMTP_USER"),
        smtp_password=env.get("TRACKER_SMTP_PASSWORD"),
        smtp_security=env.get("TRACKER_SMTP_SECURITY", "none"),
        mail_from=env.get("TRACKER_MAIL_FROM", "gangmu@localhost"),
        fonts_dir=Path(fonts) if fonts else None,
        backup_dir=_path(env, "TRACKER_BACKUP_DIR"),
        backup_days=_number(env, "TRACKER_BACKUP_DAYS", 1),
        backup_drill_days=_number(env, "TRACKER_BACKUP_DRILL_DAYS", 30),
        backup_keep=max(1, _number(env, "TRACKER_BACKUP_KEEP", 14)),
        backup_key_file=_path(env, "TRACKER_BACKUP_KEY_FILE"),
        scan_command=env.get("TRACKER_SCAN_COMMAND", ""),
        scan_socket=env.get("TRACKER_SCAN_SOCKET", ""),
        metrics_token=env.get("TRACKER_METRICS_TOKEN", ""),
        metrics_from=tuple(env.get("TRACKER_METRICS_FROM", "127.0.0.1,::1").replace(" ", "").split(",")),
        log_dir=_path(env, "TRACKER_LOG_DIR"),
        slow_ms=_number(env, "TRACKER_SLOW_MS", 1000),
        posts_per_minute=_number(env, "TRACKER_POSTS_PER_MINUTE", 240),
        field_keys=kept_keys(keys_file(env)),
        retired_keys=retired_keys(keys_file(env)),
        field_cipher=_one_of(env, "TRACKER_FIELD_CIPHER", ("aes", "sm4")),
    )


def keys_file(env: Mapping[str, str] | None = None) -> Path:
    """Where the field keys are kept, whether or not they are there yet."""
    env = os.environ if env is None else env
    return _path(env, "TRACKER_FIELD_KEYS_FILE") or Path(env.get("TRACKER_INSTANCE", "instance")).resolve() / FIELD_KEYS


def _single_sign_on(env: Mapping[str, str]) -> dict[str, Any]:
    """Other doors: a provider of OIDC, a CAS, a gateway. Raises ValueError where half of one is set."""
    issuer, client = env.get("TRACKER_OIDC_ISSUER", "").rstrip("/"), env.get("TRACKER_OIDC_CLIENT_ID", "")
    if bool(issuer) != bool(client):
        raise ValueError("TRACKER_OIDC_ISSUER 和 TRACKER_OIDC_CLIENT_ID 应同时设置。")
    header, peers = env.get("TRACKER_GATEWAY_HEADER", ""), _networks(env, "TRACKER_GATEWAY_FROM")
    if bool(header) != bool(peers):
        raise ValueError("TRACKER_GATEWAY_HEADER 和 TRACKER_GATEWAY_FROM 应同时设置，否则任何人都能冒用请求头。")
    return {
        "sso_name": env.get("TRACKER_SSO_NAME") or "统一身份认证",
        "oidc_issuer": issuer,
        "oidc_client_id": client,
        "oidc_client_secret": env.get("TRACKER_OIDC_CLIENT_SECRET", ""),
        "oidc_claim": env.get("TRACKER_OIDC_CLAIM") or "preferred_username",
        "cas_url": _web_address(env, "TRACKER_CAS_URL"),
        "gateway_header": header,
        "gateway_from": peers,
    }


def database_url(url: str) -> str:
    """Name the driver: a bare postgresql:// means different drivers in different SQLAlchemy versions."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def kept_secret(place: Path) -> str:
    """The secret key, made once and kept, readable by its owner only; two processes starting at once agree on one."""
    if not place.exists():
        fresh = place.with_name(f".{place.name}.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(fresh, place)  # atomic, and refuses to overwrite
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return place.read_text(encoding="ascii").strip()


def kept_keys(place: Path) -> tuple[str, ...]:
    """The field keys, the newest first; the first is made and kept like the secret key."""
    keys = [line.strip() for line in kept_secret(place).splitlines()]
    return tuple(key for key in keys if key)


def new_key(place: Path) -> None:
    """Put a new key before the old ones: it seals from the next start on, the old ones still open."""
    _keep(place, [secrets.token_hex(32), *kept_keys(place)])


def only_first_key(place: Path) -> None:
    """Let the old keys open nothing any more. They are kept for one thing: to prove what they stamped."""
    first, *old = kept_keys(place)
    _keep(place.with_name(RETIRED_KEYS), dict.fromkeys([*old, *retired_keys(place)]))
    _keep(place, [first])


def _keep(place: Path, keys: Iterable[str]) -> None:
    """Write a file of keys whole or not at all, readable by its owner only: a key that is lost opens and proves nothing
    any more."""
    fresh = place.with_name(f".{place.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.writelines(f"{one}\n" for one in keys)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(place)


def retired_keys(place: Path) -> tuple[str, ...]:
    """The keys that were retired from that file, the latest first."""
    kept = place.with_name(RETIRED_KEYS)
    return tuple(kept.read_text(encoding="ascii").split()) if kept.exists() else ()


def _flag(env: Mapping[str, str], name: str) -> bool:
    return env.get(name, "").lower() in {"1", "true", "yes", "on"}


def _one_of(env: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    text = env.get(name) or known[0]
    if text not in known:
        raise ValueError(f"{name} 应为 {'、'.join(known)} 之一，现在是“{text}”。")
    return text


def _networks(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Addresses and networks, by commas: 10.1.0.0/16, 192.168.3.7."""
    words = tuple(word for word in env.get(name, "").replace(" ", "").split(",") if word)
    for word in words:
        try:
            ip_network(word)
        except ValueError as error:
            raise ValueError(f"{name} 中的“{word}”不是网络地址，应写成 10.1.0.0/16 或 10.1.2.3。") from error
    return words


def _web_address(env: Mapping[str, str], name: str) -> str:
    text = env.get(name, "").rstrip("/")
    if text and not text.startswith(("https://", "http://")):
        raise ValueError(f"{name} 应以 https:// 开头，现在是“{text}”。")
    return text


def _path(env: Mapping[str, str], name: str) -> Path | None:
    return Path(env[name]).resolve() if env.get(name) else None


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "")
    if not text:
        return default
    try:
        return int(text)
    except ValueError as error:
        raise ValueError(f"{name} 应为整数，现在是“{text}”。") from error
