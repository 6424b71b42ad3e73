"""The shape of what is typed about rounds and reports. The sheet itself is read piece by piece: see `edits_of`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import request
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, SelectMultipleField, widgets
from wtforms.validators import InputRequired, NumberRange

from tracker.core.errors import RuleError
from tracker.core.forms import (
    CHOOSE,
    REQUIRED,
    DayField,
    Form,
    LineField,
    Option,
    SeenVersion,
    TextField,
    clean_line,
    clean_text,
)
from tracker.reports.actions.filling import Edit
from tracker.reports.actions.pieces import FIELDS, is_number
from tracker.reports.actions.questions import MOST_QUESTIONS, QuestionFacts, options_of
from tracker.reports.models import GoalStatus, QuestionKind

LONGEST_REASON = 500


class RoundForm(Form):
    """When a year, or half of one, is reported on."""

    year = IntegerField("报告年度", [InputRequired("请填写年度。"), NumberRange(2000, 2100, "请填写四位年份。")])
    title = LineField("标题", [REQUIRED], longest=60)
    opens_on = DayField("开始报送", [REQUIRED], description="到这一天自动开始，并通知各单位。")
    due_on = DayField("截止日期", [REQUIRED])
    locks_on = DayField("锁定日期", [REQUIRED], description="到这一天，全部办结的年度自动锁定，不再改动。")
    plan_ids = SelectMultipleField(
        "涉及的规划", coerce=int, widget=widgets.ListWidget(prefix_label=False), option_widget=widgets.CheckboxInput()
    )
    guidance = TextField("填报说明", longest=2000, description="显示在每个单位的填报页上方，并写入通知。")


class SpecialForm(Form):
    """What is asked this once. The questions are rows of their own: see `questions_of`."""

    title = LineField("标题", [REQUIRED], longest=60, description="如“上半年托育服务情况”。")
    due_on = DayField("截止日期", [REQUIRED])
    needs_sign_off = BooleanField("需要单位领导审签", description="不勾选的，联络员填完即报送。")
    guidance = TextField("填报说明", longest=2000, description="选填。写明口径、统计时点和依据。")
    unit_ids = SelectMultipleField("报送单位", coerce=int)
    seen = HiddenField()
    """What stood there when the page was made, where the round runs already."""


class AmendForm(Form):
    """The words of a round that runs already."""

    seen = HiddenField()
    title = LineField("标题", [REQUIRED], longest=60)
    guidance = TextField("填报说明", longest=2000, description="显示在每个单位的填报页上方。")


class MoreUnitsForm(Form):
    unit_ids = SelectMultipleField("增加的单位", coerce=int)


class SubstituteForm(Form):
    """回避: who judges a report instead of the office."""

    user_id = SelectField("审核人", coerce=int)
    reason = TextField("理由", [REQUIRED], longest=500)


class RecogniseForm(Form):
    """认定更正: when a report did come in."""

    day = DayField("认定的报送日期", description="不填为取消认定。首次报送日期仍然保留。")
    reason = TextField("理由", [REQUIRED], longest=500, description="如“1月15日已通过机要交换送达”。")


class ExceptionForm(Form):
    """An exception to a lock: who answers for it, why, until when."""

    user_id = SelectField("责任人", coerce=int)
    until = DayField("截至", [REQUIRED])
    reason = TextField("理由", [REQUIRED], longest=500)


class UntilForm(Form):
    """A later day and why."""

    until = DayField("延至", [REQUIRED])
    reason = TextField("理由", [REQUIRED], longest=500)


class AskExtensionForm(Form):
    """What a unit asks for."""

    wanted_until = DayField("申请延至", [REQUIRED])
    reason = TextField("理由", [REQUIRED], longest=500)


class DecideExtensionForm(Form):
    """What the head decides."""

    decision = RadioField("批复", [CHOOSE], choices=[Option("grant", "同意"), Option("refuse", "不同意")])
    until = DayField("延至")
    note = TextField("批复意见", longest=500)


class PaperForm(Form):
    """A submission signed on paper or in OA."""

    signed_by = LineField("签发人", [REQUIRED], longest=60, description="在纸质件或公文系统上签发的单位领导姓名。")
    scan = FileField("盖章件", description="PDF、OFD或图片。可以现在上传，也可以报送后补传。")


class ScanForm(Form):
    scan = FileField("盖章件", [FileRequired("请选择文件。")], description="PDF、OFD或图片。")


class ReturnForm(Form):
    """Sending back."""

    reason = TextField("退回理由", [REQUIRED], longest=1000, description="写明需要补充完善的内容，单位会逐字看到。")
    rectify_by = DayField("修改期限", [REQUIRED])
    seen = SeenVersion()


class RemarkForm(Form):
    text = TextField("意见", [REQUIRED], longest=1000)


class AnswerForm(Form):
    version = SeenVersion()
    answer = TextField("答复", [REQUIRED], longest=2000)


class GoalForm(Form):
    confirmed = SelectField(
        "认定", choices=[Option("", "未认定"), *(Option(one.value, one.label) for one in GoalStatus)]
    )


def reason_typed() -> str:
    """The reason beside a button, cleaned. Raises RuleError when it is too long."""
    reason = clean_text(request.form.get("reason")) or ""
    if len(reason) > LONGEST_REASON:
        raise RuleError(f"理由请在{LONGEST_REASON}字以内，现在是{len(reason)}字。", field="reason")
    return reason


def words_of(field: Any) -> str:
    """A text field's words; nothing typed is nothing said."""
    said: str | None = field.data
    return said or ""


def day_of(field: Any) -> date:
    """The day of a required field that has been validated."""
    day: date = field.data
    return day


def edits_of(form: Mapping[str, str]) -> list[Edit]:
    """The pieces of a sheet as they came: `area:12:text`, with `area:12:v` (version seen) and `area:12:was`."""
    values: dict[str, dict[str, str]] = {}
    for name in form:
        record, _, field = name.rpartition(":")
        kind, _, key = record.partition(":")
        if key and key != "new" and field in FIELDS.get(kind, ()):
            values.setdefault(record, {})[field] = form[name]
    return [
        Edit(record, said, _number(form.get(f"{record}:v")), form.get(f"{record}:was"))
        for record, said in values.items()
    ]


def questions_of(form: Mapping[str, str]) -> tuple[QuestionFacts, ...]:
    """The questions as they were typed, row by row; empty rows are none."""
    found = []
    for row in range(MOST_QUESTIONS):
        text = clean_line(form.get(f"question-{row}-text")) or ""
        if not text:
            continue
        kind = form.get(f"question-{row}-kind", "")
        more = clean_line(form.get(f"question-{row}-more")) or ""
        found.append(QuestionFacts(
            text, QuestionKind(kind) if kind in set(QuestionKind) else QuestionKind.TEXT,
            options=options_of(more) if kind == QuestionKind.CHOICE else (),
            measure=more[:20] if kind == QuestionKind.NUMBER else "",
            is_required=form.get(f"question-{row}-need") is not None,
        ))  # fmt: skip
    return tuple(found)


def _number(text: str | None) -> int | None:
    return int(text) if text and is_number(text) else None


def kept(edits: Iterable[Edit], records: Iterable[str]) -> dict[str, str]:
    """What was typed at the places that could not be saved, to be shown again. What nobody touched is not shown as the
    page had it: a colleague may have written there since, and the next saving would undo it."""
    wanted = set(records)
    return {
        f"{edit.record}:{field}": value
        for edit in edits if edit.record in wanted and edit.is_touched
        for field, value in edit.values.items()
    }  # fmt: skip
