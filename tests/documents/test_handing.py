"""A paper handed out says on the next page what it could not print."""

from __future__ import annotations

import pytest
from flask import Flask, get_flashed_messages

from tests.documents.papers import circular
from tracker.documents.blocks import Paragraph
from tracker.documents.handing import hand_out


@pytest.mark.parametrize(("kind", "shown"), [("pdf", "inline"), ("docx", "attachment")])
def test_a_missing_character_is_told_and_the_file_comes_all_the_same(kind: str, shown: str) -> None:
    app = Flask(__name__)
    app.secret_key = "of this test"
    with app.test_request_context():
        given = hand_out(circular(body=[Paragraph("请\U0002f000同志阅。")], annexes=[]), kind, "关于有关情况的通报")
        assert given.headers["Content-Disposition"].startswith(shown)
        (told,) = get_flashed_messages(category_filter=["warning"])
        assert told.startswith("关于有关情况的通报：")
        assert "“\U0002f000”（U+2F000）没有可用字形" in told


def test_a_whole_paper_is_handed_out_without_a_word() -> None:
    app = Flask(__name__)
    app.secret_key = "of this test"
    with app.test_request_context():
        hand_out(circular(annexes=[]), "pdf", "通报")
        assert get_flashed_messages() == []
