"""kill -9 of the web process at random moments while scripted liaisons save, upload and submit.

Afterwards every answer that a liaison received holds: each acknowledged save stands (or a later one of the same
person), each acknowledged upload is there with its bytes, each acknowledged submission is a version that verifies; no
report is half submitted, no row lacks its bytes, the trail is whole, and what bytes lie about unreferenced are swept.

    python -m tests.proof.kills [--kills 200] [--liaisons 20] [--postgresql]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests import cast as casting
from tests.cast import Cast
from tests.makers.plans import make_plan
from tests.makers.reports import make_open_round, report_of, write_report
from tests.makers.tasks import tasks_of
from tests.postgres import fresh_database
from tracker.accounts import actions as accounts
from tracker.accounts import queries as people
from tracker.accounts.models import Holding
from tracker.app import create_app
from tracker.committees import actions as committees
from tracker.committees.models import System
from tracker.config import Settings
from tracker.core import clock, files, sweeping
from tracker.core.access import Role
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.files import StoredFile
from tracker.reports.actions.evidence import is_pointed_at
from tracker.reports.models import Report, ReportState, ReportVersion
from tracker.reports.queries import reports as queries
from tracker.reports.queries.proof import broken_versions
from tracker.tasks import actions as tasks
from tracker.tasks.models import AssignmentRole
from tracker.trail import queries as trail

ROOT = Path(__file__).resolve().parents[2]
MOMENT = datetime(2025, 12, 10, 14, 32, tzinfo=clock.SHANGHAI)
FIELDS = ("section:progress", "section:practice", "section:problems", "section:ahead", "area")


@dataclass
class Counts:
    """What happened and what was found."""

    kills: int = 0
    done: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    swept: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills · acknowledged {dict(self.done)} · cut off {dict(self.cut)} · {self.swept} "
            f"unreferenced files swept · {len(self.faults)} faults"
        )


@dataclass
class Liaison:
    """One scripted liaison: what they were told, and what they tried without hearing an answer."""

    unit: str
    report_id: int
    area: str
    cookie: str
    written: dict[str, str]
    """What stood in the report when the work began, by record."""
    base: str = ""
    token: str = ""
    chance: random.Random = field(default_factory=random.Random)
    said: dict[str, list[str]] = field(default_factory=dict)
    """By record: the last acknowledged text, then every later one without an answer."""
    uploads: list[str] = field(default_factory=list)
    submitted: int = 0
    unsure: int = 0
    done: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)

    def live(self, over: threading.Event) -> None:
        while not over.is_set():
            act = self.chance.choices([self.save, self.upload, self.submit], [12, 3, 2])[0]
            try:
                act()
            except (OSError, HTTPException):
                self.cut[act.__name__] += 1
                self.token = ""

    def save(self) -> None:
        record = self.chance.choice(FIELDS)
        record = self.area if record == "area" else record
        text = f"{self.unit} {uuid.uuid4().hex}"
        tried = self.said.setdefault(record, [self.written[record]])
        tried.append(text)
        body = json.dumps({"record": record, "field": "text", "value": text}).encode()
        status, _ = self.ask("autosave", body, "application/json")
        if status == 200:
            self.said[record] = [text]
            self.done["save"] += 1
        elif status == 422:
            tried.remove(text)
            self.take_back()

    def upload(self) -> None:
        name = f"{uuid.uuid4().hex}.pdf"
        mark = uuid.uuid4().hex
        parts = [("csrf_token", None, self.csrf().encode()), ("do", None, b"upload"), ("files", name, _pdf(name))]
        body = b"".join(_part(mark, *one) for one in parts) + f"--{mark}--\r\n".encode()
        status, _ = self.ask("", body, f"multipart/form-data; boundary={mark}")
        if status == 302:
            self.uploads.append(name)
            self.done["upload"] += 1

    def submit(self) -> None:
        self.unsure += 1
        body = urllib.parse.urlencode({"csrf_token": self.csrf(), "signed_by": "赵强"}).encode()
        status, _ = self.ask("paper", body)
        if status != 302:
            self.unsure -= 1
            return
        self.unsure -= 1
        self.submitted += 1
        self.done["submit"] += 1
        self.take_back()

    def take_back(self) -> None:
        self.ask("take-back", urllib.parse.urlencode({"csrf_token": self.csrf()}).encode())

    def csrf(self) -> str:
        if not self.token:
            _, page = self.ask("", None)
            found = re.search(r'name="csrf-token" content="([^"]+)"', page)
            if found is None:
                raise OSError("the page did not come whole")
            self.token = found[1]
        return self.token

    def ask(self, path: str, body: bytes | None, kind: str = "application/x-www-form-urlencoded") -> tuple[int, str]:
        headers = {"Cookie": f"gangmu={self.cookie}", "Referer": self.base}
        if body is not None:
            headers |= {"Content-Type": kind, "X-CSRFToken": self.csrf()}
        address = f"{self.base}/reports/{self.report_id}" + (f"/{path}" if path else "")
        wanted = urllib.request.Request(address, data=body, headers=headers)
        try:
            with _opener.open(wanted, timeout=10) as answer:
                self.remember(answer.headers)
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            self.remember(answer.headers)
            text = answer.read().decode()
            if answer.code >= 500 and answer.code != 503:
                self.odd.append(f"{answer.code} at {path or 'sheet'}")
            return answer.code, text

    def remember(self, headers: Any) -> None:
        for line in headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            if name == "gangmu":
                self.cookie = value


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Stay)


def prove(folder: Path, url: str, *, liaisons: int, kills: int, seed: int = 1) -> Counts:
    """Let the liaisons work, kill the web under their hands, look what stands."""
    os.environ["TRACKER_CLOCK"] = MOMENT.isoformat()
    (folder / "field_keys").write_text("proof\n", encoding="ascii")
    app = create_app(_settings(folder, url))
    with app.app_context():
        db.create_all()
        crowd = _crowd(app, liaisons)
        db.session.remove()
        db.engine.dispose()
    counts = _work_under_fire(folder, url, crowd, kills, seed)
    for one in crowd:
        counts.done += one.done
        counts.cut += one.cut
        counts.faults += one.odd
    with app.app_context():
        _look(crowd, counts)
        db.session.remove()
        db.engine.dispose()
    os.environ.pop("TRACKER_CLOCK", None)
    return counts


def _work_under_fire(folder: Path, url: str, crowd: list[Liaison], kills: int, seed: int) -> Counts:
    counts, chance = Counts(), random.Random(seed)
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "TRACKER_INSTANCE": str(folder), "TRACKER_DATABASE_URL": url,
        "TRACKER_SECRET_KEY": "proof",
    }  # fmt: skip
    with (folder / "webs.log").open("ab") as log:
        nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.proof.webs"], cwd=ROOT, env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    base = f"http://127.0.0.1:{int(nursery.stdout.readline())}"

    def start() -> int:
        nursery.stdin.write("start\n")  # type: ignore[union-attr]
        nursery.stdin.flush()  # type: ignore[union-attr]
        return int(nursery.stdout.readline())  # type: ignore[union-attr]

    living, over = start(), threading.Event()
    for number, one in enumerate(crowd):
        one.base, one.chance = base, random.Random(seed * 1000 + number)
    threads = [threading.Thread(target=one.live, args=(over,)) for one in crowd]
    for thread in threads:
        thread.start()
    try:
        for _ in range(kills):
            _until_it_answers(crowd)
            time.sleep(chance.uniform(0.05, 0.6))
            os.kill(living, signal.SIGKILL)
            counts.kills += 1
            living = start()
        _until_it_answers(crowd)
    finally:
        over.set()  # who waits for an answer still gets it
        for thread in threads:
            thread.join(timeout=300)
        os.kill(living, signal.SIGKILL)
        nursery.stdin.close()
        nursery.wait(timeout=120)
    return counts


def _until_it_answers(crowd: list[Liaison]) -> None:
    """Somebody was served since: the process is at work and not just being born."""
    before, end = sum(one.done.total() for one in crowd), time.monotonic() + 300
    while sum(one.done.total() for one in crowd) == before:
        assert time.monotonic() < end, "nobody was served for five minutes"
        time.sleep(0.02)


def _look(crowd: list[Liaison], counts: Counts) -> None:
    for one in crowd:
        whole = queries.whole(one.report_id)
        now = _texts(one.report_id)
        for record, possible in one.said.items():
            if now[record] not in possible:
                counts.faults.append(f"{one.unit} {record}: an acknowledged save is lost")
        names = {file.name for file in whole.evidence}
        counts.faults += [f"{one.unit}: the upload {name} is lost" for name in one.uploads if name not in names]
        counts.faults += _half(whole, one)
    counts.faults += [*trail.verify(), *broken_versions()]
    referenced = set(db.session.scalars(select(StoredFile.sha256)))
    later = datetime.fromtimestamp(time.time() + 60, clock.SHANGHAI)
    counts.swept = sweeping.sweep(later)
    lying = {place.name for place in files.root().rglob("*") if place.is_file()}
    if lying != referenced:
        counts.faults.append(f"{len(lying ^ referenced)} files and rows do not belong together")
    counts.faults += [
        f"the stored file {file.id} belongs to nothing"
        for file in db.session.scalars(select(StoredFile))
        if not is_pointed_at(file)
    ]


def _half(report: Report, one: Liaison) -> list[str]:
    """Whether a submission is there in part only."""
    kept = db.session.scalars(
        select(ReportVersion).where(ReportVersion.report_id == report.id).order_by(ReportVersion.number)
    ).all()
    acts = set(
        db.session.scalars(
            select(AuditEntry.id).where(
                AuditEntry.event == "report.submit_on_paper", AuditEntry.object_type == "Report",
                AuditEntry.object_id == report.id,
            )
        )
    )  # fmt: skip
    faults = []
    if not one.submitted <= len(kept) <= one.submitted + one.unsure:
        faults.append(f"{one.unit}: {one.submitted} submissions acknowledged, {len(kept)} kept")
    if len(acts) != len(kept):
        faults.append(f"{one.unit}: {len(kept)} versions, {len(acts)} entries of submitting")
    if (report.first_submitted_at is not None) != bool(kept):
        faults.append(f"{one.unit}: the first submission is there in part only")
    if report.state is ReportState.SUBMITTED and (not kept or kept[-1].submitted_at != report.submitted_at):
        faults.append(f"{one.unit}: submitted without its version")
    return faults


# --- the crowd --------------------------------------------------------------------------------------------------------


def _settings(folder: Path, url: str) -> Settings:
    return Settings(instance=folder, database_url=url, secret_key="proof")


def _crowd(app: Flask, size: int) -> list[Liaison]:
    """Units with a liaison each, every one answering for every task, their reports written and nearly ready."""
    cast = casting.build()
    maker = cast.system(casting.SINCE)
    units, holdings = [], {}
    for number in range(1, size + 1):
        unit = committees.create_unit(
            maker, cast.committee, full_name=f"云川市第{number}局", short_name=f"市{number}局",
            system=System.GOVERNMENT, position=100 + number, is_member=True, is_office=False,
        )  # fmt: skip
        user = accounts.create_user(
            maker, login=f"l{number}", name=f"人员{number}", email=f"l{number}@example.org", must_change_password=False
        )
        post = accounts.create_post(maker, committee=cast.committee, role=Role.LIAISON, unit=unit)
        holdings[unit.id] = accounts.appoint(maker, post, user, starts_on=casting.SINCE).id
        units.append(unit)
    on = date(2021, 10, 8)
    plan = make_plan(cast, areas=1, measures=2)
    officer = cast.actor("officer", on=on)
    tasks.break_down(officer, plan)
    tasks.assign_many(officer, tasks_of(plan), {AssignmentRole.LEAD: units[:1], AssignmentRole.JOINT: units[1:]})
    tasks.issue(cast.actor("head", on=on), plan)
    round_ = make_open_round(cast, plan=plan)
    return [_liaison(app, cast, report_of(round_, unit), holdings[unit.id]) for unit in units]


def _liaison(app: Flask, cast: Cast, report: Report, holding_id: int) -> Liaison:
    holding = db.session.get_one(Holding, holding_id)
    write_report(people.actor_for(holding, MOMENT - timedelta(hours=1)), report)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = casting.sign_in_row(holding_id)
        cookie["_fresh"] = True
    found = client.get_cookie("gangmu")
    assert found is not None
    area = queries.whole(report.id).area_texts[0]
    return Liaison(report.unit.short_name, report.id, f"area:{area.id}", found.value, _texts(report.id))


def _texts(report_id: int) -> dict[str, str]:
    whole = queries.whole(report_id)
    found = {f"section:{piece.kind.value}": piece.text for piece in whole.sections}
    return found | {f"area:{piece.id}": piece.text for piece in whole.area_texts}


def _pdf(name: str) -> bytes:
    return b"%PDF-1.4\n% " + name.encode() + b"\n" + b"0" * 200_000 + b"\n%%EOF\n"


def _part(mark: str, name: str, filename: str | None, content: bytes) -> bytes:
    named = f'; filename="{filename}"' if filename else ""
    head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--liaisons", type=int, default=20)
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gangmu-proof-") as name:
        url = fresh_database("proof_kills") if options.postgresql else f"sqlite:///{name}/kills.sqlite3"
        counts = prove(Path(name), url, liaisons=options.liaisons, kills=options.kills)
    print("PostgreSQL" if options.postgresql else "SQLite", "·", counts)
    for fault in counts.faults:
        print("  fault:", fault)
    raise SystemExit(1 if counts.faults else 0)


if __name__ == "__main__":
    main()
