"""Reading a page as a browser without script would: which fields a form carries, and with what in them."""

from __future__ import annotations

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.inside = False
        self.values: dict[str, str] = {}
        self.select: str | None = None
        self.first: str | None = None
        self.area: str | None = None
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag == "form":
            self.inside = facts.get("id") == self.form_id
        if not self.inside:
            return
        name = facts.get("name") or ""
        if tag == "input" and name and facts.get("type") not in {"file", "submit", "radio", "checkbox"}:
            self.values[name] = facts.get("value") or ""
        elif tag == "select":
            self.select, self.first = name, None
        elif tag == "option" and self.select:
            value = facts.get("value") or ""
            self.first = value if self.first is None else self.first
            if "selected" in facts:
                self.values[self.select] = value
        elif tag == "textarea":
            self.area, self.text = name, []

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.select:
            self.values.setdefault(self.select, self.first or "")
            self.select = None
        elif tag == "textarea" and self.area is not None:
            # a browser drops the first line break of a textarea
            self.values[self.area] = "".join(self.text).removeprefix("\n")
            self.area = None


def sheet_form(page: str, form_id: str = "sheet") -> dict[str, str]:
    """What the form of the sheet would send if nobody touched it."""
    reader = _Fields(form_id)
    reader.feed(page)
    return reader.values


def fields_of_page(page: str) -> set[str]:
    return set(sheet_form(page))
