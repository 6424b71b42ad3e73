"""Shape of what is typed about tasks, consultations and their amendments."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from tracker.core.forms import (
    REQUIRED,
    DayField,
    Form,
    LineField,
    Option,
    ReasonForm,
    SeenVersion,
    TextField,
    options,
)
from tracker.core.pages import row_number
from tracker.core.web import LARGEST_NUMBER
from tracker.tasks.models import AssignmentRole, Outcome, RemarkDecision, Shape

A_ROW = NumberRange(1, LARGEST_NUMBER, "请选择单位。")


class TaskForm(Form):
    """What a task says."""

    version = SeenVersion()
    item = LineField("依据的措施或目标", longest=40)
    """measure:12 or goal:7, when a task is made; the page has a select of its own for it."""
    title = LineField("任务名称", [REQUIRED])
    content = TextField("任务内容", [REQUIRED], longest=8000)
    outcome = SelectField("办结方式", choices=options(Outcome), default=Outcome.CONTINUOUS.value)
    shape = RadioField("负责方式", choices=options(Shape), default=Shape.LED.value)
    timing = RadioField(
        "时间", choices=[Option("yearly", "规划期内每年"), Option("once", "一次性，到期办结")], default="yearly"
    )  # fmt: skip
    starts_on = DayField("开始时间", [Optional()])
    due_on = DayField("完成时限", [Optional()], description="一次性任务必填。")

    def validate_due_on(self, field: Any) -> None:
        if self.timing.data == "once" and field.data is None and not field.errors:
            raise ValidationError("一次性任务要有完成时限。")


class AmendForm(TaskForm):
    """What an issued task says from now on, and why."""

    reason = TextField("调整理由", [REQUIRED], longest=500)


class SplitForm(Form):
    """The task that is taken out of another; its sentences come as ticks."""

    title = LineField("新任务名称", [REQUIRED])


class AssignForm(Form):
    """One unit, one part."""

    unit = IntegerField("单位", [InputRequired("请选择单位。"), A_ROW])
    role = SelectField("分工", choices=options(AssignmentRole))


class UnitReasonForm(ReasonForm):
    """Another unit for an issued part, with the reason."""

    unit = IntegerField("单位", [InputRequired("请选择单位。"), A_ROW])


class AddUnitForm(ReasonForm):
    """One more unit for an issued task, with the reason."""

    unit = IntegerField("单位", [InputRequired("请选择单位。"), A_ROW])
    role = SelectField("分工", choices=options([AssignmentRole.JOINT, AssignmentRole.SUPPORT]))


class DueForm(Form):
    """By when the units answer."""

    due_on = DayField("答复期限", [InputRequired("请填写答复期限。")])


class AnswerForm(Form):
    """A unit's one answer for its whole list. Remarks at lines come as remark-<assignment>."""

    version = SeenVersion()
    agrees = RadioField(
        "答复",
        choices=[Option("yes", "无意见"), Option("no", "有修改意见")],
        validate_choice=False,
        description="写了修改意见而没有选的，按“有修改意见”办理。",
    )
    text = TextField("对整张表的意见", longest=2000)

    def validate_agrees(self, field: Any) -> None:
        """Who wrote a remark and chose nothing has said that there is one."""
        if not field.data and (self.text.data or any(words.strip() for words in self.remarks().values())):
            field.data = "no"
        if field.data not in {"yes", "no"}:
            raise ValidationError("请选择“无意见”或“有修改意见”。")

    def remarks(self) -> dict[int, str]:
        """The remarks by assignment, as typed."""
        lines = ((name, text) for name, text in request.form.items() if name.startswith("remark-"))
        numbered = ((row_number(name.removeprefix("remark-")), text) for name, text in lines)
        return {number: text for number, text in numbered if number is not None}


class TableForm(Form):
    """A table to take in."""

    file = FileField("表格文件")

    def validate_file(self, field: Any) -> None:
        if not field.data or not field.data.filename:
            raise ValidationError("请选择文件。")


class WriteTableForm(Form):
    """What was shown is what is written."""

    seen = HiddenField()


class DecisionForm(Form):
    """采纳 or 不采纳."""

    decision = SelectField(
        "处理", choices=options(RemarkDecision), validators=[InputRequired("请选择。")]
    )  # fmt: skip
    reason = TextField("理由", longest=500)
    version = SeenVersion()
