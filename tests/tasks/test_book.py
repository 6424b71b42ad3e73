"""目标责任分解书 on paper: every task, its units, its head on every page, across the paper."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pypdf
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.plans import make_plan
from tests.makers.tasks import make_issued_tasks

Client = Callable[[str], FlaskClient]


def test_the_book_is_printed_across_the_page_with_its_head_on_every_page(cast: Cast, client: Client) -> None:
    plan = make_issued_tasks(cast, make_plan(cast, measures=40))
    answer = client("officer").get(f"/plans/{plan.id}/tasks/book.pdf")
    assert answer.content_type == "application/pdf"
    pages = pypdf.PdfReader(BytesIO(answer.data)).pages
    assert len(pages) > 1
    for page in pages:
        assert page.mediabox.width > page.mediabox.height
        assert "主要责任单位" in page.extract_text()
    assert "目标责任分解书" in pages[0].extract_text()
