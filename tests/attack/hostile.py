"""Everybody fills in every form that the house shows, with what nobody should ever send, and opens what is not theirs.

A crawler walks the pages of each member of the cast and gathers links and forms; hypothesis draws who sends which form
and what stands in it. Each input is undone. What is looked for: an answer of 500, a stack, words of somebody else's, a
script that would run.
"""

from __future__ import annotations

import logging
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import quote_plus, urlencode

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from tests.attack import marks
from tests.attack.crawling import Field, Form, offered
from tests.attack.odd import FILES, HUGE, SCRIPT, WORDS
from tests.cast import Cast
from tests.guards import abroad
from tests.guards.test_doors import DOORS, client_of, split
from tests.guards.world import World
from tracker.core.db import db

EVERYBODY = (*Cast.ROLES, *abroad.ROLES)
PAGES_OF_A_KIND = 3
STACK = ("Traceback (most recent", "sqlalchemy", "psycopg", 'File "/')
NAMES = [
    *(
        "q",
        "page",
        "year",
        "unit",
        "kind",
        "view",
        "state",
        "plan",
        "round",
        "area",
        "date",
        "since",
        "until",
        "object",
    ),
    *("committee", "next", "sort", "role", "level", "system", "ids", "on", "month", "key", "person", "event"),
]


@dataclass
class Toll:
    """What was sent and what it did."""

    sent: Counter[str] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)
    """Each kind of fault once, with the first input that led there."""

    @property
    def inputs(self) -> int:
        return sum(self.sent.values())


class Siege:
    """One world, everybody's pages and forms, and a connection on which everything is undone."""

    def __init__(
        self, app: Flask, world: World, connection: Connection, aloud: Callable[[str], object] = lambda _: None
    ) -> None:
        self.aloud = aloud
        self.app, self.world, self.connection = app, world, connection
        self.toll = Toll()
        self.pages: dict[str, list[str]] = defaultdict(list)
        self.forms: list[tuple[str, Form]] = []
        self._clients: dict[str, FlaskClient] = {}
        self._raised: list[str] = []

    # --- what is there ------------------------------------------------------------------------------------------------

    def look_round(self, roles: tuple[str, ...] = EVERYBODY, most: int = 5_000) -> None:
        """Walk from everybody's own pages and from every address of the doors' table, own and not; each as far as the
        others."""
        known = set()
        for who in roles:
            queue = ["/", *(self.world.address(split(line)[-1]) for line in DOORS if line.startswith("GET"))]
            met: Counter[str] = Counter()
            seen = set(queue)
            while queue and met.total() < most // len(roles):
                address = queue.pop(0)
                kind = self._kind(address)
                if kind is None or met[kind] >= PAGES_OF_A_KIND:
                    continue
                met[kind] += 1
                answer = self.send(who, "GET", address, what="pages and documents opened")
                if answer is None or answer.mimetype != "text/html" or answer.status_code >= 400:
                    continue
                self.pages[who].append(address)
                links, forms = offered(address, answer.text)
                queue += [link for link in links if link not in seen]
                seen |= set(links)
                for form in forms:
                    shape = (who, self._kind(form.action, form.method), tuple(one.name for one in form.fields))
                    if shape not in known:
                        known.add(shape)
                        self.forms.append((who, form))

    def _kind(self, address: str, method: str = "GET") -> str | None:
        """Which route an address leads to."""
        try:
            rule, _ = self.app.url_map.bind("localhost").match(
                address.partition("?")[0], method=method, return_rule=True
            )
        except (HTTPException, RequestRedirect):
            return None
        return None if rule.endpoint.endswith("static") else rule.rule

    # --- what is sent -------------------------------------------------------------------------------------------------

    def storm(self, inputs: int, number: int = 1) -> None:
        """So many inputs, drawn by hypothesis."""
        words = st.one_of(
            st.sampled_from(WORDS),
            st.text(max_size=30),
            st.sampled_from([str(one) for one in self.world.things.values()]),
        )
        numbers = st.one_of(
            st.sampled_from(["0", "1", "2147483647", "2147483648", HUGE, "-1", "²"]), words.filter(_is_line)
        )

        @seed(number)
        @settings(
            max_examples=inputs, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(st.data())
        def draw(data: st.DataObject) -> None:
            way = data.draw(st.sampled_from(["form", "form", "form", "form", "query", "json", "number"]))
            {"form": self._form, "query": self._query, "json": self._json, "number": self._number}[way](
                data, words, numbers
            )

        draw()

    def _form(self, data: Any, words: Any, _numbers: Any) -> None:
        """A form as it stood on somebody's page, in part as it was, sent by that person or by anybody."""
        owner, form = data.draw(st.sampled_from(self.forms))
        who = data.draw(st.sampled_from([owner, owner, *EVERYBODY]))
        pairs: list[tuple[str, str | bytes]] = []
        for one in form.fields:
            how = data.draw(st.integers(0, 9))
            if how == 0 or one.kind == "file":
                continue
            pairs.append((one.name, _as_it_was(one) if how < 5 else data.draw(words)))
            if how == 9:
                pairs.append((one.name, data.draw(words)))
        if data.draw(st.integers(0, 9)) == 0:
            pairs.append(
                (data.draw(st.sampled_from(["id", "state", "unit_id", "version", "next", "ids"])), data.draw(words))
            )
        uploads = [one.name for one in form.fields if one.kind == "file"]
        if form.method == "GET":
            self.send(who, "GET", f"{form.action.partition('?')[0]}?{_encoded(pairs)}", what="forms that ask")
        elif uploads:
            named: dict[str, Any] = {name: _decoded(value) for name, value in pairs}
            for name in uploads:
                file_name, content = data.draw(st.sampled_from(FILES))
                named[name] = (BytesIO(content), file_name)
            self.send(who, "POST", form.action, what="forms with files", data=named, content_type="multipart/form-data")
        else:
            self.send(
                who, "POST", form.action, what="forms", data=_encoded(pairs),
                content_type="application/x-www-form-urlencoded",
            )  # fmt: skip

    def _query(self, data: Any, words: Any, _numbers: Any) -> None:
        """A page with words behind its address that nobody would type."""
        who = data.draw(st.sampled_from(EVERYBODY))
        line = data.draw(st.sampled_from([line for line in DOORS if line.startswith("GET")]))
        names = st.sampled_from(NAMES)
        pairs = data.draw(
            st.lists(st.tuples(names, words.filter(lambda word: len(word) < 3000)), min_size=1, max_size=3)
        )
        address = self.world.address(split(line)[-1]).partition("?")[0]
        self.send(who, "GET", f"{address}?{_encoded(pairs)}", what="addresses with odd questions")

    def _json(self, data: Any, words: Any, _numbers: Any) -> None:
        """What scripts send: autosave and its like, with anything at all in it."""
        said = _json_of(words.filter(lambda word: isinstance(word, str)))
        keys = ("record", "field", "value", "version", "base", "tab", "text", "entries")
        who = data.draw(st.sampled_from(["liaison", "leader", "other_liaison", "officer", "stranger"]))
        line = data.draw(st.sampled_from([line for line in DOORS if line.startswith("POST")]))
        body = {name: data.draw(said) for name in keys if data.draw(st.booleans())}
        self.send(
            who, "POST", self.world.address(split(line)[-1]), what="what scripts send", json=body,
            headers={"Accept": "application/json", "X-Background": "1"},
        )  # fmt: skip

    def _number(self, data: Any, _words: Any, numbers: Any) -> None:
        """Every route with other numbers and names in its address."""
        rule = data.draw(st.sampled_from([
            rule for rule in self.app.url_map.iter_rules() if rule.arguments and not rule.endpoint.endswith("static")
        ]))  # fmt: skip
        who = data.draw(st.sampled_from(EVERYBODY))
        method = data.draw(st.sampled_from(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})))
        address = rule.rule
        for name in rule.arguments:
            value = str(data.draw(st.one_of(st.integers(1, 40).map(str), numbers)))
            for form in (f"<{name}>", f"<int:{name}>", f"<string:{name}>", f"<path:{name}>"):
                address = address.replace(form, quote_plus(value))
        self.send(who, method, address, what="addresses with other numbers")

    # --- what comes of it ---------------------------------------------------------------------------------------------

    def send(self, who: str, method: str, address: str, *, what: str, **words: Any) -> TestResponse | None:
        """One input, undone; what is wrong with its answer is written down."""
        self.toll.sent[what] += 1
        if self.toll.inputs % 1000 == 0:
            self.aloud(f"{self.toll.inputs} inputs, {len(self.toll.faults)} kinds of fault")
        db.session.rollback()
        undo = self.connection.begin_nested()
        try:
            with self._overheard():
                answer = self._client(who).open(address, method=method, **words)
                if answer.status_code in {301, 302, 303} and method == "POST":
                    answer = self._client(who).get(answer.location)
                answer.get_data()
        except Exception as error:  # whatever it is, it came out of the application
            self._fault(f"raised {type(error).__name__}", who, method, address, words, traceback.format_exc())
            return None
        finally:
            undo.rollback()
        self._judge(answer, who, method, address, words)
        return answer

    def _judge(self, answer: TestResponse, who: str, method: str, address: str, words: dict[str, Any]) -> None:
        self.toll.answers[answer.status_code] += 1
        place = self._kind(address, method) or address.partition("?")[0]
        if answer.status_code >= 500:
            why = self._raised[-1] if self._raised else ""
            self._fault(f"{answer.status_code} at {method} {place}", who, method, address, words, why)
        text = answer.get_data(as_text=True) if answer.mimetype in {"text/html", "application/json"} else ""
        if any(sign in text for sign in STACK):
            self._fault(f"a stack at {method} {place}", who, method, address, words, text[:500])
        if answer.mimetype == "text/html" and SCRIPT in text:
            self._fault(f"a script at {method} {place}", who, method, address, words, "")
        if "X-Injected" in answer.headers or "evil.example" in (answer.location or ""):
            self._fault(f"led astray at {method} {place}", who, method, address, words, str(answer.headers))
        if betrayed := marks.betrayed(who, answer):
            self._fault(f"{who} reads {betrayed} at {method} {place}", who, method, address, words, "")

    def _fault(self, kind: str, who: str, method: str, address: str, words: dict[str, Any], why: str) -> None:
        if kind not in self.toll.faults:
            self.toll.faults[kind] = f"{who} {method} {address} {str(words)[:600]}\n{why[-1500:]}"
            self.aloud(f"FAULT {kind}\n    {self.toll.faults[kind]}")

    def _client(self, who: str) -> FlaskClient:
        """A client as it was when it had just signed in: no input has a part in the next."""
        return client_of(self.app, self.world, who)

    @contextmanager
    def _overheard(self) -> Iterator[None]:
        """What the application writes into its log when something breaks."""
        self._raised.clear()
        listener = _Listener(self._raised)
        log = logging.getLogger("tracker.core.web")
        log.addHandler(listener)
        try:
            yield
        finally:
            log.removeHandler(listener)


class _Listener(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(
            record.getMessage() + ("".join(traceback.format_exception(*record.exc_info)) if record.exc_info else "")
        )


def _json_of(words: Any) -> Any:
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words)
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=4,
    )


def _as_it_was(one: Field) -> str:
    return one.value or (one.choices[-1] if one.choices else "on" if one.kind in {"checkbox", "radio"} else "")


def _encoded(pairs: list[tuple[str, str | bytes]]) -> str:
    return urlencode(
        [(name, value if isinstance(value, bytes) else value.encode("utf-8", "replace")) for name, value in pairs]
    )


def _decoded(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value.encode("utf-8", "replace").decode()


def _is_line(word: str | bytes) -> bool:
    return isinstance(word, str) and 0 < len(word) < 60 and "/" not in word and word.isprintable()
