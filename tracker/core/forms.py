"""Forms decide shape and type, nothing else. Error texts come in Chinese."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import Any

import wtforms
from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField as WtfDateField
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError

from tracker.core.db import Labelled
from tracker.core.errors import Conflict, RuleError, RuleErrors

REQUIRED = InputRequired("请填写此项。")
FIRST_YEAR, LAST_YEAR = 1949, 2100


CHOOSE_WORDS = "请选择。"


class Chosen(InputRequired):
    """Something of the list was chosen. What a select reads as nothing, a number that no row has, was not."""

    def __call__(self, form: Any, field: Any) -> None:
        super().__call__(form, field)
        if field.data is None:
            raise StopValidation(CHOOSE_WORDS)


CHOOSE = Chosen(CHOOSE_WORDS)
Option = wtforms.SelectChoice  # type: ignore[attr-defined] # the stubs are a version behind
"""One line of a select: `Option(value=…, label=…)`."""
TO_CHOOSE = Option("", "请选择")
"""The first line where nothing may be decided by not choosing."""


class Form(FlaskForm):  # type: ignore[misc]
    """The base of every form: Chinese errors, CSRF, and a place for the errors a rule finds."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ["zh_CN"]

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What a script sends as JSON is no form: Flask-WTF would hand its numbers and lists to fields of words."""
            if request and request.is_json and not request.form and not request.files:
                return formdata if isinstance(formdata, MultiDict) else None
            return super().wrap_formdata(form, formdata)

    def take(self, error: RuleError) -> None:
        """Show a rule's sentence where it belongs: at its field, or on top."""
        if isinstance(error, RuleErrors):
            self.form_errors.extend(error.sentences)
        elif error.field and error.field in self:
            field = self[error.field]
            field.errors = [*field.errors, error.sentence]
        else:
            self.form_errors.append(error.sentence)

    def in_words(self, conflict: Conflict) -> Conflict:
        """What two people wrote, where it differs, under the labels of the fields it was written in."""
        labels = {name: self[name].label.text if name in self else name for name in conflict.mine}
        differing = [name for name in labels if conflict.mine[name] != conflict.theirs.get(name)]
        return Conflict(
            conflict.sentence, mine={labels[name]: conflict.mine[name] for name in differing},
            theirs={labels[name]: conflict.theirs.get(name, "") for name in differing},
        )  # fmt: skip


def options(words: Iterable[Labelled]) -> list[Any]:
    """An enum, or some of its members, as a select offers them."""
    return [Option(value=word.value, label=word.label) for word in words]


class EmptyForm(Form):
    """A button: nothing but the CSRF token."""


def clean_line(value: str | None) -> str | None:
    """One line of text: NFC, outer blanks and control characters gone, every kind of blank an ordinary one."""
    if value is None:
        return None
    return "".join(_in_line(char) for char in unicodedata.normalize("NFC", value)).strip()


def clean_text(value: str | None) -> str | None:
    """A longer text: NFC, one kind of line end, no control characters; inner blank lines stay.

    The blanks with which a pasted paragraph is indented go: the papers indent by themselves.
    """
    return None if value is None else _of_lines(value).strip()


def clean_cells(value: str | None) -> str | None:
    """A table as the clipboard carries it, cleaned alike: the first cell of its first line may be empty, so the tab
    behind it stays."""
    return None if value is None else _of_lines(value).strip("\n")


def _of_lines(value: str) -> str:
    value = LINE_ENDS.sub("\n", unicodedata.normalize("NFC", value))
    kept = "".join(char if char in KEPT_IN_TEXT else _in_line(char) for char in value)
    return INDENT.sub("", kept)


KEPT_IN_TEXT = "\n\t\u3000"
LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")
INDENT = re.compile("^\u3000+", re.MULTILINE)
JOINERS = "\u200c\u200d"
"""Invisible, but some scripts are written with them; all other invisible marks (direction of writing, order of bytes)
only deceive."""


def _in_line(char: str) -> str:
    """What is kept of a character. Names are written with rare characters, newer than any table of printable ones, or
    of a place's own (private use): those stay."""
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    if category in {"Cc", "Cs", "Zl", "Zp"} or (category == "Cf" and char not in JOINERS):
        return ""
    return "" if ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF else char


class LineField(StringField):
    """One line of text, cleaned."""

    def __init__(self, label: str, validators: Any = None, *, longest: int = 200, **kwargs: Any) -> None:
        checks = [*(validators or [Optional()]), Length(max=longest, message=f"请在{longest}字以内。")]
        super().__init__(label, checks, filters=[clean_line], **kwargs)


class TextField(TextAreaField):
    """A longer text, cleaned."""

    def __init__(self, label: str, validators: Any = None, *, longest: int = 5000, **kwargs: Any) -> None:
        checks = [*(validators or [Optional()]), Length(max=longest, message=f"请在{longest}字以内。")]
        super().__init__(label, checks, filters=[clean_text], **kwargs)


class ReasonForm(Form):
    """A button that needs a reason."""

    reason = TextField("理由", [REQUIRED], longest=500)


class DayField(WtfDateField):
    """A day, typed as people type it: 2026-1-5, 2026/1/5, 2026.1.5, 2026年1月5日, 20260105."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = "".join(valuelist).strip()
        if not text:
            return
        self.raw_data = valuelist
        self.data = parse_day(text)
        if self.data is None:
            raise ValueError("不是有效的日期，请写成2026年1月5日或2026-1-5。")

    def _value(self) -> str:
        if self.raw_data and self.data is None:
            return " ".join(self.raw_data)
        return self.data.isoformat() if self.data else ""


def parse_day(text: str) -> date | None:
    """A day in any usual writing; None when there is no such day, or none in which this house has any business."""
    text = unicodedata.normalize("NFKC", text).strip()
    match = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", text) or re.fullmatch(
        r"(\d{4})(\d{2})(\d{2})", text
    )
    if not match:
        return None
    try:
        day = date(*(int(part) for part in match.groups()))
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def last_day_of(text: str) -> date | None:
    """The last day of a year or month as offices write it: 2027年底, 2027年12月底前, 2027年. None for anything else."""
    text = "".join(unicodedata.normalize("NFKC", text).split())
    match = re.fullmatch(r"(\d{4})年(?:(\d{1,2})月)?(?:底|末)?(?:之?前)?", text)
    if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR or not 1 <= int(match[2] or 12) <= 12:
        return None
    year, month = int(match[1]), int(match[2] or 12)
    return date(year, month, monthrange(year, month)[1])


class SeenVersion(IntegerField):
    """The version of the row that the page was made from; a stale page is told so, nothing is overwritten."""

    def __init__(self, label: str = "版本", **kwargs: Any) -> None:
        super().__init__(label, [Optional()], **kwargs)

    def renew(self, version: int) -> None:
        """The page shows both texts now: saving again is knowing. What was sent would else be sent once more."""
        self.data, self.raw_data = version, [str(version)]


PHONE_SHAPE = re.compile(r"[0-9+][0-9 \-]{5,19}")
EMAIL_SHAPE = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")


def phone_shape(_form: Any, field: Any) -> None:
    """A work phone or mobile number."""
    if field.data and not PHONE_SHAPE.fullmatch(field.data):
        raise ValidationError("电话号码只能是数字、空格和短横线。")


def email_shape(_form: Any, field: Any) -> None:
    """An address that mail could reach."""
    if field.data and not EMAIL_SHAPE.fullmatch(field.data):
        raise ValidationError("电子邮箱格式不对。")
