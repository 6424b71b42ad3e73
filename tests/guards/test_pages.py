"""Every page as those who may open it see it: whole, in Chinese, and for the same number of queries with one row and
with fifty."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from flask import Flask
from jinja2 import Environment

import tracker
from tests.cast import Cast
from tests.counting import counted
from tests.guards import world as worlds
from tests.guards.saying import say_everything
from tests.guards.test_doors import ANYBODY, DOORS, client_of, split
from tests.guards.world import World
from tests.undone import undone
from tracker.accounts import actions as accounts
from tracker.accounts.models import User
from tracker.core import web
from tracker.core.db import Labelled, db
from tracker.reports import documents as report_documents

VIEWERS = ("liaison", "leader", "officer", "head", "chair", "sysadmin", "secadmin", "auditor")
"""One of each kind; the others of the cast see the same pages with other rows."""

ALSO = {
    "/lights?view=list": ("officer",),
    "/lights?view=list&support=1&light=yellow": ("officer",),
    "/lights?on=2026-01-05": ("officer",),
    "/lights?view=list&on=2026-01-05": ("officer",),
    "/matters?state=asked&source=check": ("officer",),
    "/checks/<planned check>": ("officer",),
    "/matters/<answered matter>": ("head",),
    "/matters/<closed matter>": ("officer",),
    "/inbox?show=unread": ("liaison",),
    "/users?role=officer&q=c": ("sysadmin",),
    "/roster/slips?all=1": ("officer",),
    "/units?system=government&member=1": ("officer",),
    "/rounds/<draft round>": ("officer",),
    "/rounds/<draft round>/missing": ("officer",),
    "/rounds/<round>?state=submitted&unit=市": ("officer",),
    "/reports/<report>": ("liaison",),
    "/reports/<returned report>": ("liaison",),
    "/reports/<half-year report>": ("liaison",),
    "/reports/<locked report>": ("liaison",),
    "/reports/<excepted report>/review": ("officer",),
    "/rounds/new?kind=half_year": ("officer",),
    "/rounds/new?kind=special": ("officer",),
    "/reports/<waiting report>": ("leader",),
    "/reports/<exempted report>": ("liaison",),
    "/reports/<returned report>/review": ("officer",),
    "/reports/<accepted report>/review": ("officer",),
    "/plans/import/<draft>?plan=0&area=0": ("officer",),
    "/plans/import/<draft>?tab=changes": ("officer",),
    "/plans/import/<draft>?tab=doubts": ("officer",),
    "/plans/import/<draft>?plan=0&tab=cover": ("officer",),
    "/plans/<plan>?q=水平": ("liaison",),
    "/plans/<plan>/tasks": ("officer",),
    "/plans/<fresh plan>/tasks": ("officer",),
    "/tasks?plan=<plan>&role=lead": ("liaison",),
    "/trail?q=导入": ("officer",),
    "/reminders/sent?mail=waiting": ("officer",),
    "/reminders/unreached?show=unread": ("officer",),
    "/reminders/rules/request.waiting": ("officer",),
    "/calendar?year=2026": ("officer",),
    "/calendar/<day>": ("upper_officer",),
    "/calendar/notice": ("upper_officer",),
}
"""Pages that look otherwise under another filter or in another state, and those that only the topmost committee has."""

PAPERS = (
    ".docx",
    ".pdf",
    ".xlsx",
    "/export",
    "/progress",
    "/file",
    "/source",
    "/evidence/<evidence>",
    "/thumbnail",
    "/healthz",
    "/metrics",
    "/day",
    "<sha256>",
    "/reports/<draft report>/missing",
    "/evidence/<notice evidence>",
    "/evidence/<matter evidence>",
    "/instructions/<instruction>/scan",
    "/reports/<special report>/answers/<given answer>",
    ".svg",
)
"""Answers that are no page."""


def tour() -> Iterator[tuple[str, str]]:
    """Every page with everybody who opens it."""
    for line, door in DOORS.items():
        *verbs, address = split(line)
        if "GET" not in verbs or address.endswith(PAPERS):
            continue
        if door.opens == ANYBODY:
            yield address, "stranger"
        else:
            yield from ((address, who) for who in VIEWERS if who in door.opens)
    for address, viewers in ALSO.items():
        yield from ((address, who) for who in viewers)


STOPS = list(tour())
LISTS = [(address, who) for address, who in STOPS if who not in {"leader", "stranger"}]


@dataclass
class Seen:
    """One visit: what came and what it cost."""

    status: int
    html: str
    queries: list[str]


@dataclass
class Tour:
    """All visits, in the world of one row and in that of fifty; the templates that were opened on the way."""

    small: dict[tuple[str, str], Seen] = field(default_factory=dict)
    large: dict[tuple[str, str], Seen] = field(default_factory=dict)
    templates: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def visits(app: Flask, _built: Cast) -> Tour:
    made = Tour()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_CLOCK", worlds.NOW)
        listen(app, patch, made.templates)
        with undone(app) as connection:
            for rows, first_year, seen in ((1, 2021, made.small), (50, 2001, made.large)):
                aside = connection.begin_nested()  # nothing of the one is in the other
                world = worlds.build(_built, rows=rows, first_year=first_year)
                worlds.sign_in(world)
                for stop in STOPS:
                    seen[stop] = visit(app, world, *stop)
                if rows == 1:
                    say_and_show_the_rest(app, world, patch)
                db.session.remove()
                aside.rollback()
    return made


def listen(app: Flask, patch: pytest.MonkeyPatch, templates: set[str]) -> None:
    """Note every template that is opened, included and imported ones too: all are forgotten first."""
    loader = app.jinja_env.loader
    assert loader is not None
    open_template = loader.get_source

    def get_source(environment: Environment, template: str) -> Any:
        templates.add(template)
        return open_template(environment, template)

    patch.setattr(loader, "get_source", get_source)
    patch.delitem(app.extensions, "tracker.wording", raising=False)
    assert app.jinja_env.cache is not None
    app.jinja_env.cache.clear()


def say_and_show_the_rest(app: Flask, world: World, patch: pytest.MonkeyPatch) -> None:
    """Pages that answer a post and not a get, or are for many only, and every message."""
    client_of(app, world, "sysadmin").post(world.address("/users/<user>/link"))
    client_of(app, world, "stranger").post("/checks/new", data={"points": "登录过期以后才提交的文字"})
    key = accounts.give_key(world.cast.actor("sysadmin"), db.session.get_one(User, world.things["user"]))
    assert client_of(app, world, "stranger").get(f"/invitation/{key}").status_code == 200
    client_of(app, world, "liaison").post(world.address("/shares/<share>/link"))
    assert client_of(app, world, "stranger").get("/parts/no-such-link").status_code == 404
    with patch.context() as many:
        many.setattr(report_documents, "FEW_REPORTS", 0)
        visit(app, world, "/rounds/<accepted round>/report.docx", "officer")
    say_everything(app, world)


def visit(app: Flask, world: World, address: str, who: str) -> Seen:
    client = client_of(app, world, who)
    db.session.rollback()
    db.session.expunge_all()  # a request begins with nothing in its hands
    with counted() as queries:
        response = client.get(world.address(address), follow_redirects=True)
    return Seen(response.status_code, response.get_data(as_text=True), queries)


@pytest.mark.parametrize(("address", "who"), LISTS, ids=lambda part: part)
def test_a_page_costs_the_same_with_one_row_and_with_fifty(visits: Tour, address: str, who: str) -> None:
    small, large = visits.small[address, who], visits.large[address, who]
    assert len(large.queries) <= len(small.queries), more_often(small.queries, large.queries)


def more_often(few: list[str], many: list[str]) -> str:
    """The statements that were said more often, for whoever has to mend it."""
    before, after = Counter(map(plain, few)), Counter(map(plain, many))
    return "\n".join(f"{before[one]} → {times}: {one[:300]}" for one, times in after.items() if times > before[one])


def plain(statement: str) -> str:
    """A statement on one line, whatever the length of its lists."""
    return re.sub(r"IN \([^()]*\)", "IN (…)", " ".join(statement.split()))


class Words(HTMLParser):
    """What a person reads on a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.heads: list[str] = []
        self.title = ""
        self.ids: Counter[str] = Counter()
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "h1":
            self.heads.append("")
        self.ids.update(value for name, value in attrs if name == "id" and value)
        if tag in {"script", "style", "title", "h1", "code"}:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if "title" in self._inside:
            self.title += data
        elif not {"script", "style", "code"} & set(self._inside):
            self.text.append(data)
        if "h1" in self._inside:
            self.heads[-1] += data


def english() -> set[str]:
    """The code words that must never be read: the values of every enum, and Python's own."""
    for module in walk_packages(tracker.__path__, "tracker."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    values = {member.value for enum in Labelled.__subclasses__() for member in enum}
    return {*values, "None", "True", "False", "Undefined"} - {"pdf", "docx", "xlsx"}


CODE = re.compile(rf"(?<![\w@./-])({'|'.join(sorted(english()))})(?![\w@./-])")


@pytest.mark.parametrize(("address", "who"), STOPS, ids=lambda part: part)
def test_a_page_is_whole_and_in_chinese(visits: Tour, address: str, who: str) -> None:
    for seen in (visits.small[address, who], visits.large[address, who]):
        assert seen.status in {200, 410}
        page = Words(seen.html)
        assert page.title.strip(" ·\n")
        assert [len(head.strip()) > 0 for head in page.heads] == [True]
        assert CODE.findall(" ".join(page.text)) == []
        assert [one for one, times in page.ids.items() if times > 1] == [], "a label leads to one of them only"
        assert 'lang="zh-CN"' in seen.html


ELSEWHERE = {
    "tasks/merge.html": "needs two ticked tasks: tests/tasks/test_shaping.py",
    "accounts/second_step.html": "stands between two steps: tests/accounts/test_factors.py",
    "accounts/recovery_codes.html": "answers a code: tests/accounts/test_factors.py",
    "accounts/installed.html": "needs a database without anybody: tests/accounts/test_officers.py",
    "accounts/enter.html": "needs a living link: tests/accounts/test_links.py",
    "accounts/users_stale_close.html": "answers a form: tests/accounts/test_leaving.py",
    "accounts/user_anonymise.html": "needs a closed account: tests/accounts/test_leaving.py",
    "committees/reform_check.html": "answers a form: tests/tasks/test_reform.py",
    "accounts/setup.html": "needs a database without anybody: tests/accounts/test_keys.py",
    "reports/_filed.html": "answers dropped files: tests/reports/test_filing.py",
    "macros/README.md": "is for people",
}


def test_every_template_is_rendered_by_some_test(visits: Tour) -> None:
    root = web.resource_dir("templates")
    there = {place.relative_to(root).as_posix() for place in root.rglob("*") if place.is_file()}
    assert there - visits.templates - set(ELSEWHERE) == set()
