"""Every paper that is made on a page tells what it could not print; every table that leaves says what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import update

from tests.cast import Cast
from tests.guards import world as worlds
from tests.guards.test_doors import DOORS, client_of, split
from tests.guards.world import World
from tests.undone import undone
from tracker.committees.models import Committee, Unit
from tracker.core.db import db
from tracker.documents import face
from tracker.documents.blocks import Voice
from tracker.plans.models import Plan
from tracker.supervision.models import Circular, Instruction

RARE = "\U00030edd"
"""𰻝, which no bundled face has."""
FORMULA = '=HYPERLINK("http://127.0.0.1","市教育局")'
"""What a spreadsheet must show as these characters and not follow."""

FROZEN = {
    "/circulars/<circular>/file.pdf",
    "/notices/<notice>/file.pdf",
    "/briefings/<briefing>/file.pdf",
}
"""Served as they were stored: what has no face was refused before they were made."""
TO_FILL_IN = {
    "/reports/<draft report>/form.xlsx",
    "/shares/<share>/form.xlsx",
    "/consultation-answers/<answer>/list.xlsx",
    "/units/import/sheet.xlsx",
    "/roster/import/sheet.xlsx",
    "/forms/<form reading>/errors.xlsx",
}
"""Sheets that come back: nothing was filtered for them, and a 说明 sheet says what they are."""
UNFILTERED = {"/account/data.xlsx", "/consultations/<consultation>/remarks.xlsx"}
"""No lists that anybody could narrow: nothing is said of a filter there."""
THEIRS = {"/table-uploads/<table>/errors.xlsx", "/consultation-answers/<answer>/tables/<list>/errors.xlsx"}
"""Somebody's own sheet with its errors marked, otherwise as it came."""
GETS = {split(line)[-1]: door for line, door in DOORS.items() if "GET" in split(line)}
PAPERS = sorted(line for line in GETS if line.endswith((".pdf", ".docx")) and line not in FROZEN)
TABLES = sorted(line for line in GETS if line.endswith((".xlsx", "/export")) and line not in THEIRS)


@pytest.fixture(scope="module")
def world(app: Flask, _built: Cast) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_CLOCK", worlds.NOW)
        with undone(app):
            built = worlds.build(_built)
            worlds.sign_in(built)
            spoil()
            yield built


def spoil() -> None:
    """Names with a character that no face has, and a unit whose name looks like a formula."""
    session = db.session
    session.execute(update(Committee).values(office_name=Committee.office_name + RARE))
    session.execute(update(Plan).values(title=Plan.title + RARE))
    session.execute(update(Unit).values(full_name=FORMULA + Unit.full_name + RARE))
    session.execute(update(Circular).values(title=Circular.title + RARE))
    session.execute(update(Instruction).values(pdf_id=None))
    session.commit()
    session.expire_all()


def fetched(app: Flask, world: World, address: str) -> tuple[bytes, list[tuple[str, str]]]:
    """What came, and what will be told on the next page."""
    who = next(one for one in ("liaison", "officer", "sysadmin", "auditor") if one in GETS[address].opens)
    client = client_of(app, world, who)
    answer = client.get(world.address(address))
    assert answer.status_code == 200, address
    with client.session_transaction() as cookie:
        return answer.data, cookie.get("_flashes", [])


def test_no_face_has_the_character() -> None:
    assert face.current()[Voice.BODY].setter_of(RARE) is None


@pytest.mark.parametrize("address", PAPERS)
def test_a_paper_tells_on_the_next_page_what_it_could_not_print(app: Flask, world: World, address: str) -> None:
    _, told = fetched(app, world, address)
    assert [kind for kind, _ in told] == ["warning"]
    assert f"“{RARE}”（U+30EDD）没有可用字形" in told[0][1]


@pytest.mark.parametrize("address", TABLES)
def test_a_table_is_frozen_filtered_dated_and_holds_no_formula(app: Flask, world: World, address: str) -> None:
    content, _ = fetched(app, world, address)
    book = load_workbook(BytesIO(content))
    pages = [page for page in book.worksheets if page.sheet_state == "visible" and page.title != "说明"]
    assert pages
    for page in pages:
        assert page.freeze_panes, page.title
        assert page.auto_filter.ref, page.title
        assert formulas(page) == []
        if address not in TO_FILL_IN:
            assert "导出日期：2026年1月8日" in preface(page)
            assert ("筛选条件：" in preface(pages[0])) is (address not in UNFILTERED)
    if address in TO_FILL_IN:
        assert "说明" in book.sheetnames


def preface(page: Worksheet) -> str:
    return " ".join(str(cell.value or "") for row in page.iter_rows(max_row=3) for cell in row)


def formulas(page: Worksheet) -> list[str]:
    """Cells a spreadsheet would reckon, or would when they are typed again."""
    cells = [cell for row in page.iter_rows() for cell in row if str(cell.value or "")[:1] in ("=", "+", "@")]
    return [cell.coordinate for cell in cells if cell.data_type == "f" or not cell.quotePrefix]


def test_a_table_with_such_a_name_keeps_it_as_words(app: Flask, world: World) -> None:
    content, _ = fetched(app, world, "/rounds/<round>/missing.xlsx")
    page = load_workbook(BytesIO(content)).active
    assert isinstance(page, Worksheet)
    assert any(str(cell.value or "").startswith(FORMULA) for row in page.iter_rows() for cell in row)
