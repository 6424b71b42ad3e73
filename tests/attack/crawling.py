"""What a page offers: where its links lead, which forms stand on it, and their fields as a browser would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

SILENT = frozenset({"submit", "button", "image", "reset"})


@dataclass
class Field:
    """One field of a form: its name, what it holds, what it may hold."""

    name: str
    kind: str = "text"
    value: str = ""
    choices: list[str] = field(default_factory=list)


@dataclass
class Form:
    """One form of a page."""

    action: str
    method: str
    has_files: bool = False
    fields: list[Field] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._open: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in words:
            self.links.append(self._within(words["href"]))
        elif tag == "form":
            has_files = "multipart" in words.get("enctype", "")
            self._form = Form(self._within(words.get("action", "")), words.get("method", "get").upper(), has_files)
            self.forms.append(self._form)
        elif tag in {"input", "textarea", "select", "button"} and words.get("name"):
            self._add(tag, words)
        elif tag == "option" and self._open is not None:
            self._open.choices.append(words.get("value", ""))
            if "selected" in words:
                self._open.value = words.get("value", "")

    def _add(self, tag: str, words: dict[str, str]) -> None:
        form = self._form
        if "form" in words and self.forms:
            form = self.forms[-1]  # a field outside its form: which one matters little here
        if form is None:
            return
        kind = words.get("type", "text") if tag == "input" else tag
        one = Field(words["name"], kind, words.get("value", ""))
        if tag == "button":
            one.choices.append(one.value)
        if kind not in SILENT:
            form.fields.append(one)
            self._open = one if tag in {"select", "textarea"} else None

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._open.kind == "textarea":
            self._open.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag in {"select", "textarea"}:
            self._open = None

    def _within(self, target: str) -> str:
        """The address within this site; nothing for another."""
        whole = urlsplit(urljoin(f"http://localhost{self.address}", target))
        if whole.netloc != "localhost":
            return ""
        return whole.path + (f"?{whole.query}" if whole.query else "")


def offered(address: str, page: str) -> tuple[list[str], list[Form]]:
    """The links and forms of a page."""
    reader = _Reader(address)
    reader.feed(page)
    return [link for link in reader.links if link], [form for form in reader.forms if form.action]
