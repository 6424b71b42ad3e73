"""Lists: filtered, sorted and paged in the database, with everything in the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from flask import current_app, request
from sqlalchemy import Select, func, select

from tracker.core.db import db
from tracker.core.forms import clean_line

T = TypeVar("T")
PER_PAGE = 50


@dataclass(frozen=True)
class Listing(Generic[T]):
    """One page of a list, and how much there is."""

    rows: list[T]
    total: int
    page: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        return (self.page - 1) * self.per_page + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.page * self.per_page, self.total)


def page_number() -> int:
    """The page asked for; nonsense is page 1."""
    number = request.args.get("page", 1, type=int)
    return number if 1 <= number <= 1_000_000 else 1


def paginate(rows: Select[Any], *, per_page: int = PER_PAGE, scalars: bool = True) -> Listing[Any]:
    """Run a select as one page: two queries whatever the size."""
    page = page_number()
    total = db.session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
    page = min(page, max(1, -(-total // per_page)))
    wanted = rows.limit(per_page).offset((page - 1) * per_page)
    found = db.session.scalars(wanted).unique().all() if scalars else db.session.execute(wanted).all()
    return Listing(list(found), total, page, per_page)


def sort(rows: Select[Any], columns: Mapping[str, Any], default: str, *then: Any) -> Select[Any]:
    """Order by the address's `sort` (a name of `columns`, with `-` for descending); nonsense is the default. Rows alike
    in it stand by `then`, or by their numbers: else one could be on two pages, and another on none."""
    wanted = request.args.get("sort", default)
    name = wanted.removeprefix("-")
    if name not in columns:
        wanted, name = default, default.removeprefix("-")
    column = columns[name]
    then = then or (rows.column_descriptions[0]["entity"].id,)
    return rows.order_by(column.desc() if wanted.startswith("-") else column.asc(), *then)


def text_arg(name: str, longest: int = 50) -> str:
    """A text of the address, cleaned as one line: characters that no database takes never reach one."""
    return (clean_line(request.args.get(name)) or "")[:longest]


def row_number(text: str | None) -> int | None:
    """A row's number as it stands in an address or a form: up to nine plain digits; anything else is no number."""
    return int(text) if text and len(text) <= 9 and text.isascii() and text.isdigit() else None


def number_arg(name: str) -> int | None:
    """A row's number of the address; nonsense is none."""
    return row_number(request.args.get(name))


def row_numbers(texts: Iterable[str]) -> list[int]:
    """The rows' numbers among these texts."""
    return [number for number in map(row_number, texts) if number is not None]


def safe_next(target: str | None) -> str | None:
    """Where a form leads back to, script root and all: only within this site.

    Browsers drop tabs and line ends, so that `/<tab>/elsewhere` would be `//elsewhere`: no blank and no control
    character stands in a way back.
    """
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    return None if any(char < "\x21" or char == "\x7f" for char in target) else target


def configured_elsewhere() -> str | None:
    """The address the site is set up for, where it is not the one this page was opened at: links to a wrong one are
    dead on arrival, and nobody would know."""
    configured = str(current_app.config["SETTINGS"].base_url)
    return configured if configured != request.host_url.rstrip("/") + request.script_root else None


def whole_address(path: str) -> str:
    """What `url_for` gives, as a link to hand on or to print: to the site as it is set up, whatever host this request
    named."""
    return str(current_app.config["SETTINGS"].base_url) + path.removeprefix(request.script_root)


def rooted(path: str) -> str:
    """A path within the application as an address: behind the prefix under which a site may put the house."""
    root = request.script_root
    return path if path.startswith(f"{root}/") else root + path


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for the actor on the 工作台: verb, object, deadline, where it is done."""

    verb: str
    subject: str
    url: str
    """An address, or a path within the application as a message keeps it: pages show it `| rooted`."""
    due_on: date | None = None
    note: str = ""
    """A few words on why: 退回修改, 第2次报送 …"""
    count: int = 1
