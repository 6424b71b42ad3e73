"""The page of what was found."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from tracker.core.access import Actor, requires
from tracker.core.pages import number_arg, paginate, text_arg
from tracker.search import queries, words
from tracker.search.models import SearchEntry
from tracker.search.policy import can_search
from tracker.search.queries import GROUPS, SearchFilter

bp = Blueprint("search", __name__)
PER_PAGE = 20


@dataclass(frozen=True)
class Hit:
    """An entry as the page shows it."""

    entry: SearchEntry
    title: list[words.Piece]
    text: list[words.Piece]


@bp.get("/search")
@requires(can=can_search)
def index(actor: Actor) -> str:
    wanted = SearchFilter(text_arg("q", words.LONGEST), text_arg("kind"), number_arg("year"), number_arg("unit"))
    page = paginate(queries.search(actor, wanted), per_page=PER_PAGE)
    hits = [Hit(one, words.marked(one.title, wanted.terms), words.excerpt(one.text, wanted.terms)) for one in page.rows]
    units = queries.units_to_choose(actor)
    return render_template(
        "search/index.html", wanted=wanted, page=page, hits=hits, kinds=[(key, GROUPS[key][0]) for key in GROUPS],
        years=[(year, f"{year}年") for year in queries.years_found(actor)], units=units,
        said=_said(wanted, dict(units)),
    )  # fmt: skip


def _said(wanted: SearchFilter, units: dict[int, str]) -> list[tuple[str, str, str]]:
    said = [
        ("种类", GROUPS[wanted.group][0] if wanted.group in GROUPS else "", "kind"),
        ("年份", f"{wanted.year}年" if wanted.year else "", "year"),
        ("单位", units.get(wanted.unit_id or 0, ""), "unit"),
    ]
    return [part for part in said if part[1]]
