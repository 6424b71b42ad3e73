"""Lists page by page: every row is on one page, whatever they are sorted by."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from tracker.committees.models import Unit
from tracker.core.pages import sort

COLUMNS = {"kind": Unit.system, "position": Unit.position}


def test_rows_alike_in_what_they_are_sorted_by_stand_by_their_numbers(app: Flask) -> None:
    with app.test_request_context("/?sort=-kind"):
        assert str(sort(select(Unit), COLUMNS, "position")).endswith("ORDER BY units.system DESC, units.id")
    with app.test_request_context("/?sort=nonsense"):
        assert str(sort(select(Unit), COLUMNS, "position")).endswith("ORDER BY units.position ASC, units.id")


def test_a_list_may_say_itself_what_decides_between_rows_alike(app: Flask) -> None:
    with app.test_request_context("/?sort=kind"):
        words = str(sort(select(Unit), COLUMNS, "position", Unit.full_name))
    assert words.endswith("ORDER BY units.system ASC, units.full_name")
