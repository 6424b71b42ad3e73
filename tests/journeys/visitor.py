"""Somebody at a browser without script: pages are read, links followed, forms filled in and sent as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

VOID = {"input", "br", "hr", "img", "link", "meta", "wbr", "source", "col"}
Value = str | tuple[bytes, str] | list[Any]


@dataclass
class Button:
    """What one presses: its words, what it sends, where to."""

    words: str = ""
    name: str = ""
    value: str = ""
    action: str | None = None


@dataclass
class PageForm:
    """A form as the page has it, with the values that stand in it."""

    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    buttons: list[Button] = field(default_factory=list)


class Reader(HTMLParser):
    """The forms, links and words of a page. Buttons outside their form (`form="sheet"`) count as inside."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.links: list[tuple[str, str]] = []
        self.text: list[str] = []
        self._named: dict[str, PageForm] = {}
        self._open: PageForm | None = None
        self._button: Button | None = None
        self._link: list[str] | None = None
        self._area: tuple[PageForm | None, str, list[str]] | None = None
        self._select: tuple[PageForm | None, str, bool] | None = None
        self._options: list[tuple[str, bool]] = []
        self._quiet = 0
        self._late: list[tuple[str, Button]] = []
        self.feed(html)
        for name, button in self._late:
            self._named[name].buttons.append(button)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag in {"script", "style"}:
            self._quiet += 1
        elif tag == "form":
            self._open = PageForm(has.get("action") or "", (has.get("method") or "get").lower())
            self.forms.append(self._open)
            if has.get("id"):
                self._named[str(has["id"])] = self._open
        elif tag == "button":
            self._press(has)
        elif tag == "a" and has.get("href"):
            self._link = [str(has["href"]), ""]
        else:
            self._control(tag, has)

    def _press(self, has: dict[str, str | None]) -> None:
        self._button = Button("", has.get("name") or "", has.get("value") or "", has.get("formaction"))
        owner = has.get("form")
        if owner:
            self._late.append((owner, self._button))
        elif self._open is not None:
            self._open.buttons.append(self._button)

    def _control(self, tag: str, has: dict[str, str | None]) -> None:
        form = self._named.get(has.get("form") or "", self._open)
        name = has.get("name") or ""
        if tag == "input" and form is not None and name:
            form.fields.add(name)
            kind = has.get("type") or "text"
            if kind == "file" or (kind in {"checkbox", "radio"} and "checked" not in has):
                return
            form.values.append((name, has.get("value") or ("on" if kind == "checkbox" else "")))
        elif tag == "textarea":
            self._area = (form, name, [])
        elif tag == "select":
            self._select, self._options = (form, name, "multiple" in has), []
        elif tag == "option" and self._select:
            self._options.append((has.get("value") or "", "selected" in has))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._quiet -= 1
        elif tag == "form":
            self._open = None
        elif tag == "button":
            self._button = None
        elif tag == "a" and self._link:
            self.links.append((self._link[0], self._link[1].strip()))
            self._link = None
        elif tag == "textarea" and self._area:
            form, name, words = self._area
            if form is not None and name:
                form.fields.add(name)
                form.values.append((name, "".join(words).removeprefix("\n")))
            self._area = None
        elif tag == "select" and self._select:
            self._chosen()

    def _chosen(self) -> None:
        assert self._select is not None
        form, name, several = self._select
        chosen = [value for value, selected in self._options if selected]
        if not chosen and not several and self._options:
            chosen = [self._options[0][0]]
        if form is not None and name:
            form.fields.add(name)
            form.values += [(name, value) for value in chosen]
        self._select = None

    def handle_data(self, data: str) -> None:
        if self._quiet:
            return
        if self._area:
            self._area[2].append(data)
        if self._button:
            self._button.words += data.strip()
        if self._link:
            self._link[1] += data
        self.text.append(data)


class Visitor:
    """One person's browser. `page` is what is on the screen."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.path = "/"
        self.response: TestResponse | None = None
        self.page = Reader("")

    # --- going about --------------------------------------------------------------------------------------------------

    def open(self, path: str, status: int = 200) -> Visitor:
        return self._show(self.client.get(path, follow_redirects=True), status)

    def follow(self, words: str) -> Visitor:
        """Press a link by its words."""
        found = [href for href, said in self.page.links if words in said]
        assert found, f"no link “{words}” on {self.path}: {[said for _, said in self.page.links]}"
        return self.open(urljoin(self.path, found[0].partition("#")[0]))

    def press(self, words: str, /, *, status: int = 200, where: str = "", **values: Value) -> Visitor:
        """Press a button by its words, in the first form that has it (and whose address ends as told)."""
        form, button = self._find(words, where, values)
        send = dict_of(form.values)
        unknown = set(values) - form.fields
        assert not unknown, f"the form of “{words}” has no {unknown}, but {sorted(form.fields)}"
        send.update(values)
        if button.name:
            send[button.name] = button.value
        target = urljoin(self.path, button.action or form.action or self.path)
        if form.method == "get":
            return self._show(self.client.get(target, query_string=send, follow_redirects=True), status)
        data = {name: upload(value) for name, value in send.items()}
        headers = {"Referer": f"http://localhost{self.path}"}
        return self._show(self.client.post(target, data=data, headers=headers, follow_redirects=True), status)

    def download(self, words: str) -> bytes:
        """What a link gives as a file."""
        found = [href for href, said in self.page.links if words in said]
        assert found, f"no link “{words}” on {self.path}"
        answer = self.client.get(urljoin(self.path, found[0]))
        assert answer.status_code == 200, (found[0], answer.status_code)
        return answer.get_data()

    # --- reading ------------------------------------------------------------------------------------------------------

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.page.text))

    def reads(self, *sentences: str) -> Visitor:
        for sentence in sentences:
            assert sentence in self.words, f"“{sentence}” is not on {self.path}:\n{self.words[:3000]}"
        return self

    def reads_not(self, *sentences: str) -> Visitor:
        for sentence in sentences:
            assert sentence not in self.words, f"“{sentence}” is on {self.path}"
        return self

    def fields(self, pattern: str) -> list[str]:
        """The names of the page's fields that match."""
        return sorted({name for form in self.page.forms for name in form.fields if re.fullmatch(pattern, name)})

    def links_to(self, pattern: str) -> list[str]:
        """The addresses on the page that match, each once, in order."""
        found = (href.partition("#")[0] for href, _ in self.page.links)
        return list(dict.fromkeys(href for href in found if re.fullmatch(pattern, href)))

    # --- inside -------------------------------------------------------------------------------------------------------

    def _find(self, words: str, where: str, values: dict[str, Value]) -> tuple[PageForm, Button]:
        fits = [
            (form, button)
            for form in self.page.forms
            for button in form.buttons
            if button.words == words and (button.action or form.action or self.path).endswith(where)
        ]
        assert fits, f"no button “{words}” on {self.path}: {list(self._buttons())}\n{self.words[:1500]}"
        return next((pair for pair in fits if set(values) <= pair[0].fields), fits[0])

    def _buttons(self) -> Iterator[str]:
        return (button.words for form in self.page.forms for button in form.buttons)

    def _show(self, response: TestResponse, status: int) -> Visitor:
        html = response.get_data(as_text=True)
        self.response, self.page = response, Reader(html)
        asked = urlsplit(response.request.url)
        self.path = asked.path + (f"?{asked.query}" if asked.query else "")
        assert response.status_code == status, f"{response.status_code} at {self.path}: {self.words[:1500]}"
        return self


def dict_of(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """The values of a form; a name that comes several times is a list."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            before = found[name]
            found[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            found[name] = value
    return found


def upload(value: Value) -> Any:
    """Bytes with a name become a file, anew each time."""
    if isinstance(value, tuple):
        return BytesIO(value[0]), value[1]
    if isinstance(value, list):
        return [upload(one) for one in value]
    return value
