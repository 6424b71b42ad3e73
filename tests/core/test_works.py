"""Long work: ordered once, made once, taken over after a death, its progress visible, its result kept for a week."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests import cast as casting
from tests.cast import Cast
from tracker import create_app
from tracker.config import Settings
from tracker.core import clock, files, works
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.files import StoredFile
from tracker.core.works import LEASE, Made, Progress, Superseded, Work, WorkKind, WorkState

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=clock.SHANGHAI)
SECOND = timedelta(seconds=1)


def kind(make: Callable[[Mapping[str, Any], Progress], Made]) -> dict[str, WorkKind]:
    return {"paper": WorkKind("paper", make)}


def paper(arguments: Mapping[str, Any], _tell: Progress) -> Made:
    return Made(f"第{arguments['number']}号".encode(), f"第{arguments['number']}号.txt")


def ordered(cast: Cast, number: int = 1, who: str = "officer") -> Work:
    return works.order(replace(cast.actor(who), at=NOW), "paper", "年度报告", number=number)


def the(work_id: int) -> Work:
    db.session.expire_all()
    return db.session.get_one(Work, work_id)


def test_what_was_ordered_is_made_and_waits_for_whoever_ordered_it(cast: Cast) -> None:
    work_id = ordered(cast).id
    assert works.perform_next(kind(paper), NOW)
    work = the(work_id)
    assert (work.state, work.file_name, work.attempts) == (WorkState.DONE, "第1号.txt", 1)
    assert work.file is not None
    assert files.read(work.file).decode() == "第1号"
    assert not works.perform_next(kind(paper), NOW), "nothing is left to do"


def test_the_same_order_twice_is_one_order_while_the_first_is_not_over(cast: Cast) -> None:
    first = ordered(cast).id
    assert ordered(cast).id == first
    assert ordered(cast, number=2).id != first
    assert ordered(cast, who="head").id != first, "another person waits for a result of their own"
    while works.perform_next(kind(paper), NOW):
        pass
    assert ordered(cast).id != first, "what it is made from may have changed since"


def test_the_oldest_order_comes_first(cast: Cast) -> None:
    orders = [ordered(cast, number).id for number in (1, 2)]
    made: list[int] = []

    def noting(arguments: Mapping[str, Any], tell: Progress) -> Made:
        made.append(tell.id)
        return paper(arguments, tell)

    while works.perform_next(kind(noting), NOW):
        pass
    assert made == orders


def test_a_work_that_is_held_is_nobody_elses_until_the_lease_runs_out(cast: Cast) -> None:
    work_id = ordered(cast).id
    held = works.take_next(NOW)
    assert held is not None
    assert works.take_next(NOW + LEASE - SECOND) is None
    taken_over = works.take_next(NOW + LEASE)
    assert taken_over is not None
    assert taken_over[1].id == work_id
    with pytest.raises(Superseded):
        held[1](1, 2)
    taken_over[1](1, 2)
    assert (the(work_id).done, the(work_id).total) == (1, 2)


def test_progress_renews_the_lease(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ordered(cast)
    held = works.take_next(NOW)
    assert held is not None
    monkeypatch.setenv("TRACKER_CLOCK", (NOW + LEASE - SECOND).isoformat())
    held[1](3, 40)
    assert works.take_next(NOW + LEASE) is None


def test_progress_is_written_at_most_once_a_second(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    work_id = ordered(cast).id
    held = works.take_next(NOW)
    assert held is not None
    moments = iter([10.0, 10.4, 10.9, 11.0])
    monkeypatch.setattr(works.time, "monotonic", lambda: next(moments))
    shown = []
    for done in (1, 2, 3, 4):
        held[1](done, 9)
        shown.append(the(work_id).done)
    assert shown == [1, 1, 1, 4]


def test_who_was_overtaken_cannot_hand_over_a_result(cast: Cast) -> None:
    work_id = ordered(cast).id

    def overtaken(arguments: Mapping[str, Any], tell: Progress) -> Made:
        assert works.take_next(clock.now() + LEASE + SECOND) is not None
        return paper(arguments, tell)

    assert works.perform_next(kind(overtaken), clock.now())
    assert (the(work_id).state, the(work_id).file_id) == (WorkState.RUNNING, None)


def test_a_work_whose_makers_keep_dying_is_given_up_with_a_sentence(cast: Cast) -> None:
    work_id = ordered(cast).id
    at = NOW
    for _ in range(works.MOST_ATTEMPTS):
        assert works.take_next(at) is not None
        at += LEASE
    assert works.take_next(at) is None
    assert (the(work_id).state, the(work_id).message) == (WorkState.FAILED, works.BROKEN_OFF)


@pytest.mark.parametrize(
    ("error", "said"),
    [(RuleError("还没有审核通过的报告。"), "还没有审核通过的报告。"), (ZeroDivisionError(), works.TROUBLE)],
)
def test_a_failing_work_says_so_and_the_next_goes_on(cast: Cast, error: Exception, said: str) -> None:
    failing, next_one = ordered(cast, 1).id, ordered(cast, 2).id

    def make(arguments: Mapping[str, Any], tell: Progress) -> Made:
        if arguments["number"] == 1:
            raise error
        return paper(arguments, tell)

    while works.perform_next(kind(make), NOW):
        pass
    assert (the(failing).state, the(failing).message) == (WorkState.FAILED, said)
    assert the(next_one).state is WorkState.DONE


def test_results_are_forgotten_after_seven_days_and_shared_bytes_stay(cast: Cast) -> None:
    mine, shared = ordered(cast, 1).id, ordered(cast, 2).id
    while works.perform_next(kind(paper), NOW):
        pass
    own, other = the(mine).file, the(shared).file
    assert own is not None
    assert other is not None
    own_hash, other_hash = own.sha256, other.sha256
    ended = the(mine).finished_at
    assert ended is not None
    _point_at(cast, other_hash)
    assert works.expire(ended + timedelta(days=7)) == 0
    assert works.expire(clock.now() + timedelta(days=7, minutes=1)) == 2
    left = db.session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_([own_hash, other_hash]))).all()
    assert left == [other_hash]
    assert not files.path_of(own_hash).exists()
    assert files.path_of(other_hash).exists()


@command
def _point_at(cast: Cast, sha256: str) -> None:
    """Something else keeps the same bytes: a work that has not ended."""
    file = db.session.scalars(select(StoredFile).where(StoredFile.sha256 == sha256)).one()
    db.session.add(
        Work(
            kind="paper", title="", arguments={}, committee_id=cast.committee_id,
            user_id=cast.actor("head").user_id, state=WorkState.RUNNING, ordered_at=NOW, file_id=file.id,
        )
    )  # fmt: skip


def test_what_was_ordered_from_a_post_is_not_taken_out_from_another(cast: Cast) -> None:
    work_id = ordered(cast).id
    officer = cast.actor("officer")
    moved = replace(officer, post=replace(officer.post, id=cast.actor("liaison").post.id))
    assert [work.id for work in db.session.scalars(works.visible_works(officer))] == [work_id]
    assert db.session.scalars(works.visible_works(moved)).all() == []


# --- the pages --------------------------------------------------------------------------------------------------------

Client = Callable[[str], FlaskClient]


def test_the_page_follows_the_work_and_then_offers_its_result(cast: Cast, client: Client) -> None:
    work_id = ordered(cast).id
    held = works.take_next(clock.now())
    assert held is not None
    held[1](12, 40)
    browser = client("officer")
    page = browser.get(f"/works/{work_id}").get_data(as_text=True)
    assert f'data-progress="/works/{work_id}/progress"' in page
    assert "12 / 40" in page
    said = browser.get(f"/works/{work_id}/progress").json
    assert said == {"state": "running", "done": 12, "total": 40, "message": "", "url": None}
    assert browser.get(f"/works/{work_id}/file").status_code == 404

    works.perform_next(kind(paper), clock.now() + LEASE + SECOND)
    assert browser.get(f"/works/{work_id}/progress").json["url"] == f"/works/{work_id}"
    assert f'href="/works/{work_id}/file"' in browser.get(f"/works/{work_id}").get_data(as_text=True)
    assert browser.get(f"/works/{work_id}/file").get_data(as_text=True) == "第1号"


def test_what_the_maker_noticed_is_shown_beside_the_result(cast: Cast, client: Client) -> None:
    work_id = ordered(cast).id
    works.perform_next(kind(lambda _arguments, _tell: Made(b"1", "1.txt", "第1页有字没有可用字形。")), NOW)
    assert "第1页有字没有可用字形" in client("officer").get(f"/works/{work_id}").get_data(as_text=True)


def test_a_waiting_work_says_when_nobody_is_there_to_do_it(cast: Cast, client: Client) -> None:
    work_id = ordered(cast).id
    assert "没有运行" in client("officer").get(f"/works/{work_id}").get_data(as_text=True)
    assert "没有运行" in client("officer").get(f"/works/{work_id}/progress").json["message"]


@pytest.mark.parametrize("who", ["head", "liaison", "chair", "lower_officer"])
@pytest.mark.parametrize("page", ["", "/progress", "/file"])
def test_nobody_else_finds_it(cast: Cast, client: Client, who: str, page: str) -> None:
    work_id = ordered(cast).id
    works.perform_next(kind(paper), NOW)
    assert client(who).get(f"/works/{work_id}{page}").status_code == 404


# --- real processes ---------------------------------------------------------------------------------------------------

MAKER = """
import json, sys
from pathlib import Path
from tracker import create_app
from tracker.config import Settings
from tracker.core import clock, works
from tracker.core.works import Made, WorkKind

def make(arguments, tell):
    print("making", tell.id, tell.attempt, flush=True)
    tell(1, 2)
    if mode == "hang":
        print("half", flush=True)
        sys.stdin.read()
    return Made(str(tell.id).encode(), "paper.txt")

instance, url, mode = sys.argv[1:]
app = create_app(Settings(instance=Path(instance), database_url=url, secret_key="test"))
with app.app_context():
    print("ready", flush=True)
    sys.stdin.readline()
    while works.perform_next({"paper": WorkKind("paper", make)}, clock.now()):
        pass
"""


class Site:
    """A database of its own and processes that work on it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.url = folder, f"sqlite:///{folder / 'works.sqlite3'}"
        self.app = create_app(Settings(instance=folder, database_url=self.url, secret_key="test"))
        with self.app.app_context():
            db.create_all()
            self.cast = casting.build()

    def order(self, count: int) -> None:
        with self.app.app_context():
            for number in range(count):
                ordered(self.cast, number)

    def maker(self, mode: str, at: datetime) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", MAKER, str(self.folder), self.url, mode], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "TRACKER_CLOCK": at.isoformat()},
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def outcome(self) -> list[tuple[str, int, int]]:
        with self.app.app_context():
            rows = db.session.execute(
                select(Work.state, Work.attempts, func.count()).group_by(Work.state, Work.attempts)
            )
            return [(state.value, attempts, count) for state, attempts, count in rows]


def run_out(process: subprocess.Popen[str]) -> list[str]:
    said, _ = process.communicate("\n", timeout=300)
    return [line for line in said.splitlines() if line.startswith("making")]


@pytest.mark.process
def test_a_maker_killed_on_the_way_is_followed_by_another_after_its_lease(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.order(1)
    killed = site.maker("hang", NOW)
    assert killed.stdin is not None
    assert killed.stdout is not None
    killed.stdin.write("\n")
    killed.stdin.flush()
    assert killed.stdout.readline() == "making 1 1\n"
    assert killed.stdout.readline() == "half\n"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert run_out(site.maker("make", NOW + LEASE - SECOND)) == []
    assert site.outcome() == [("running", 1, 1)]
    assert run_out(site.maker("make", NOW + LEASE)) == ["making 1 2"]
    assert site.outcome() == [("done", 2, 1)]


@pytest.mark.process
def test_two_processes_make_everything_once(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.order(20)
    both = [site.maker("make", NOW) for _ in range(2)]
    for process in both:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=300)[0].splitlines() for process in both]
    assert sorted(line for lines in said for line in lines) == sorted(f"making {number} 1" for number in range(1, 21))
    assert site.outcome() == [("done", 1, 20)]
