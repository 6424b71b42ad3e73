"""Stopped while somebody sends something or a long work is made: what was begun is finished, then the process goes."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from tests import cast as casting
from tests.makers.reports import make_open_round, report_of
from tests.proof.world import ROOT, until
from tracker import create_app
from tracker.config import Settings
from tracker.core import files, works
from tracker.core.db import db
from tracker.core.works import Work, WorkState
from tracker.keeping import schema
from tracker.reports.models import Evidence

pytestmark = pytest.mark.process
NOW = "2025-12-10T10:00:00"
PAPER = "托育机构备案办法。\n".encode() * 40_000
SECRET = "stopping"

SLOW_WORK = """
import sys
from pathlib import Path
from tracker import rooms, scheduler
from tracker.core.works import Made, WorkKind

def make(arguments, tell):
    here, go = Path(arguments["here"]), Path(arguments["go"])
    here.touch()
    while not go.exists():
        tell(1, 2)
    return Made(b"made to its end", "paper.txt")

rooms.JOBS = ()  # yesterday's copies and drills are none of this
rooms.WORKS["slow"] = WorkKind("slow", make)
scheduler.main(["--every", "0.2"])
"""


@dataclass
class House:
    """A small installation, the liaison's report in it and the cookie of her session."""

    settings: Settings
    environment: dict[str, str]
    report: int = 0
    cookie: str = ""
    evidence: int = 0


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("TRACKER_CLOCK", NOW)
    settings = Settings(instance=tmp_path, database_url=f"sqlite:///{tmp_path / 'gangmu.sqlite3'}", secret_key=SECRET)
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "TRACKER_INSTANCE": str(tmp_path), "TRACKER_SECRET_KEY": SECRET,
        "TRACKER_PORT": str(free_port()), "TRACKER_WORKERS": "1",
    }  # fmt: skip
    made = House(settings, environment)
    app = create_app(settings)
    with app.app_context():
        db.create_all()
        cast = casting.build()
        made.report = report_of(make_open_round(cast), cast.unit("市教育局")).id
        session = {"_user_id": casting.sign_in_row(cast.holdings["liaison"]), "_fresh": True}
        signed = app.session_interface.get_signing_serializer(app).dumps(session)  # type: ignore[attr-defined]
        made.cookie = f"{app.config['SESSION_COOKIE_NAME']}={signed}"
        works.order(cast.actor("officer"), "slow", "慢的文件", here=str(tmp_path / "here"), go=str(tmp_path / "go"))
        db.session.remove()
        db.engine.dispose()
    return made


def free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@contextmanager
def served(house: House) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = int(house.environment["TRACKER_PORT"])
    web = subprocess.Popen([sys.executable, "-m", "tracker.cli", "web"], cwd=ROOT, env=house.environment)
    try:
        until(lambda: answers(port) or web.poll() is not None, "the web answers")
        assert web.poll() is None, "the web did not start"
        yield web, port
    finally:
        web.kill()
        web.wait()


def form_of(house: House, port: int) -> tuple[str, dict[str, str]]:
    """The token of the report's page, and the cookies with which the form is sent."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/reports/{house.report}", headers={"Cookie": house.cookie})
    with opener.open(asked, timeout=120) as page:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())
    assert found is not None
    return found[1], {one.name: one.value or "" for one in jar}


def multipart(token: str) -> bytes:
    parts = [
        f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (("csrf_token", token), ("do", "upload"))
    ]
    head = '--cut\r\nContent-Disposition: form-data; name="files"; filename="备案办法.txt"\r\n\r\n'.encode()
    return b"".join([*parts, head, PAPER, b"\r\n--cut--\r\n"])


def test_an_upload_that_was_begun_is_kept_before_the_web_stops(house: House) -> None:
    with served(house) as (web, port):
        token, cookies = form_of(house, port)
        body = multipart(token)
        words = "; ".join(f"{name}={value}" for name, value in cookies.items()) or house.cookie
        head = (
            f"POST /reports/{house.report} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {words}\r\n"
            f"Content-Length: {len(body)}\r\nContent-Type: multipart/form-data; boundary=cut\r\n"
            "Connection: close\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", port), timeout=120) as line:
            line.sendall(head.encode() + body[: len(body) // 2])
            assert answers(port), "a second request goes through: the first is being read"
            web.send_signal(signal.SIGTERM)
            line.sendall(body[len(body) // 2 :])
            answer = line.makefile("rb").readline()
        assert answer.startswith(b"HTTP/1.1 302"), answer
        assert web.wait(120) == 0
    with create_app(house.settings).app_context():
        kept = db.session.scalars(select(Evidence)).one()
        assert kept.name == "备案办法.txt"
        assert files.read(kept.file) == PAPER
        db.session.remove()
        db.engine.dispose()


def test_a_work_under_way_is_made_to_its_end_before_the_scheduler_stops(house: House) -> None:
    scheduler = subprocess.Popen([sys.executable, "-c", SLOW_WORK], cwd=ROOT, env=house.environment)
    try:
        until(lambda: (house.settings.instance / "here").exists(), "the work is begun")
        scheduler.send_signal(signal.SIGTERM)
        (house.settings.instance / "go").touch()
        assert scheduler.wait(120) == 0
    finally:
        scheduler.kill()
        scheduler.wait()
    with schema.bare_app(house.settings).app_context():
        work = db.session.scalars(select(Work)).one()
        assert (work.state, work.attempts, work.file_name) == (WorkState.DONE, 1, "paper.txt")
        db.session.remove()
        db.engine.dispose()
