"""What people type is cleaned, read in any usual writing, and refused in Chinese sentences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from tests.cast import Cast
from tracker.core.db import Labelled
from tracker.core.errors import RuleError, RuleErrors
from tracker.core.forms import (
    REQUIRED,
    DayField,
    Form,
    LineField,
    TextField,
    clean_line,
    clean_text,
    email_shape,
    options,
    parse_day,
    phone_shape,
)

Make = Callable[..., "Sample"]


class Sample(Form):
    title = LineField("标题", [REQUIRED], longest=10)
    text = TextField("内容", longest=20)
    day = DayField("日期")
    phone = LineField("电话", [phone_shape], longest=20)
    mail = LineField("邮箱", [email_shape], longest=100)


@pytest.fixture
def make(app: Flask, cast: Cast) -> Make:
    def made(**typed: str) -> Sample:
        with app.test_request_context(method="POST"):
            form = Sample(MultiDict({"title": "题", "day": "2026-1-5", **typed}))
            form.validate()
            return form

    return made


@pytest.mark.parametrize(
    "text",
    [
        "2026-1-5",
        "2026-01-05",
        "2026/1/5",
        "2026.1.5",
        "2026年1月5日",
        "20260105",
        "２０２６年１月５日",
        " 2026-01-05 ",
    ],
)
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert parse_day(text) == date(2026, 1, 5)


@pytest.mark.parametrize("text", ["", "2026-02-30", "明天", "2026", "05/01/2026", "2026-13-01", "0000-01-01"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert parse_day(text) is None


def test_a_wrong_day_is_named_and_kept(make: Make) -> None:
    form = make(day="2026年2月30日")
    assert form.day.errors == ["不是有效的日期，请写成2026年1月5日或2026-1-5。"]
    assert form.day._value() == "2026年2月30日"


def test_errors_come_in_chinese(make: Make) -> None:
    form = make(title="", text="字" * 21, phone="找小王", mail="无")
    assert form.title.errors == ["请填写此项。"]
    assert form.text.errors == ["请在20字以内。"]
    assert form.phone.errors == ["电话号码只能是数字、空格和短横线。"]
    assert form.mail.errors == ["电子邮箱格式不对。"]


def test_blanks_alone_are_nothing(make: Make) -> None:
    assert make(title=" \t　 ").title.data == ""


@pytest.mark.parametrize(
    ("typed", "kept"), [(" 市教育局 ", "市教育局"), ("甲\x00乙\n", "甲乙"), ("e\u0301", "é"), (None, None)]
)
def test_a_line_is_cleaned(typed: str | None, kept: str | None) -> None:
    assert clean_line(typed) == kept


def test_a_text_keeps_its_lines_and_loses_its_control_characters() -> None:
    assert clean_text("一\r\n\r\n二\r三\x07 ") == "一\n\n二\n三"


def test_a_text_keeps_wide_blanks_within_and_loses_the_indent_of_its_paragraphs() -> None:
    assert clean_text("　　第一段　完\u2028　　第二段\u00a0完") == "第一段　完\n第二段 完"


@pytest.mark.parametrize("typed", ["甲\u202e乙", "甲\ufeff乙", "甲\ufffe乙", "甲\ud800乙", "甲\u200b乙"])
def test_marks_that_only_deceive_or_break_papers_are_dropped(typed: str) -> None:
    assert clean_line(typed) == clean_text(typed) == "甲乙"


@pytest.mark.parametrize("text", ["1948-12-31", "2101-01-01", "0001-01-01", "9999-12-31"])
def test_days_no_paper_speaks_of_are_none(text: str) -> None:
    assert parse_day(text) is None


def test_a_rules_sentence_stands_at_its_field_or_on_top(make: Make) -> None:
    form = make()
    form.take(RuleError("重名。", field="title"))
    form.take(RuleError("现在不能办理。"))
    form.take(RuleErrors(["第3行有误。", "第9行有误。"]))
    assert form.title.errors == ["重名。"]
    assert form.form_errors == ["现在不能办理。", "第3行有误。", "第9行有误。"]


def test_an_enum_is_offered_in_its_words() -> None:
    class Fruit(Labelled):
        APPLE = "apple", "苹果"
        PEAR = "pear", "梨"

    assert [(one.value, one.label) for one in options(Fruit)] == [("apple", "苹果"), ("pear", "梨")]
