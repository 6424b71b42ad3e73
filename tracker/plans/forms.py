"""Shape of what is typed about plans and imports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from tracker.core.errors import RuleError
from tracker.core.forms import REQUIRED, DayField, Form, LineField, Option, SeenVersion, TextField, clean_line, options
from tracker.core.pages import row_number
from tracker.plans.importing import corrections as c
from tracker.plans.models import PlanKind

KINDS = options(PlanKind)
YEAR = NumberRange(1990, 2100, "年份应在1990至2100之间。")


class UploadForm(Form):
    """A document, as a file or pasted."""

    file = FileField("规划文件")
    text = TextAreaField("或者把规划全文粘贴在这里", [Optional()])

    def validate_file(self, field: Any) -> None:
        if not (field.data and field.data.filename) and not (self.text.data or "").strip():
            raise ValidationError("请选择规划文件，或者把全文粘贴到下面。")


class WriteForm(Form):
    """The last button of an import."""

    version = SeenVersion()


def _plan_number(value: str | None) -> int | None:
    """The plan chosen, or none for a new one. Nonsense decides nothing."""
    number = row_number(value)
    if value and number is None:
        raise ValueError
    return number


class TargetForm(Form):
    """Whether a plan of the import is new or revises one."""

    version = SeenVersion()
    plan = IntegerField("规划", [InputRequired()])
    target = SelectField("写入方式", validate_choice=False, coerce=_plan_number)


class NameForm(Form):
    """What an unknown name is: a unit of the list, no unit, or to be asked about again."""

    name = LineField("名称", [REQUIRED], longest=100)
    do = SelectField("认作", choices=[Option(value=word, label=word) for word in ("unit", "ignore", "mind")])


class PlanForm(Form):
    """The cover of a plan that is there."""

    version = SeenVersion()
    title = LineField("标题", [REQUIRED])
    kind = SelectField("类别", choices=KINDS)
    region = LineField("地区", longest=50)
    first_year = IntegerField("起始年份", [InputRequired("请填写起始年份。"), YEAR])
    last_year = IntegerField("终止年份", [InputRequired("请填写终止年份。"), YEAR])
    document_number = LineField("文号", longest=60)
    issued_on = DayField("印发日期", [Optional()])


class GoalForm(Form):
    version = SeenVersion()
    number = LineField("编号", [REQUIRED], longest=20)
    text = TextField("目标", [REQUIRED], longest=3000)


class MeasureForm(Form):
    version = SeenVersion()
    number = LineField("编号", [REQUIRED], longest=20)
    title = LineField("小标题", [REQUIRED])
    text = TextField("措施", [REQUIRED], longest=8000)


class CorrectionForm(Form):
    """One correction of an import: what to do, where, and the words for it."""

    do = HiddenField(validators=[InputRequired()])
    version = SeenVersion()
    plan = IntegerField("规划", [InputRequired()])
    area = IntegerField("领域", [Optional()])
    list_of = StringField("目标或措施", [Optional()])
    index = IntegerField("位置", [Optional()])
    to_area = IntegerField("移到领域", [Optional()])
    no = IntegerField("编号", [Optional(), NumberRange(1, 999, "编号应在1至999之间。")])
    title = LineField("小标题或标题", longest=200)
    text = TextField("文字", longest=20_000)
    name = LineField("领域名称", longest=100)
    kind = SelectField("类别", choices=KINDS, validate_choice=False)
    region = LineField("地区", longest=50)
    first_year = IntegerField("起始年份", [Optional(), YEAR])
    last_year = IntegerField("终止年份", [Optional(), YEAR])
    document_number = LineField("文号", longest=60)
    issued_on = DayField("印发日期", [Optional()])

    def correction(self) -> c.Correction:
        """The correction asked for. Raises RuleError when the page asked for something there is not."""
        make = _MAKERS.get(self.do.data or "")
        if make is None:
            raise RuleError("没有读懂要做的修改，请刷新页面后再试。")
        return make(self)

    def place(self) -> c.Place:
        return c.Place(self.which(), self._area(), self._list(), -1 if self.index.data is None else self.index.data)

    def which(self) -> int:
        """The plan of the import; nonsense is no place."""
        return -1 if self.plan.data is None else self.plan.data

    def is_at(self, kind: str, index: int) -> bool:
        """Whether this is about the given item, so that the page can keep what was typed there."""
        return bool(self.list_of.data == kind and self.index.data == index)

    def _area(self) -> int:
        return -1 if self.area.data is None else int(self.area.data)

    def _list(self) -> str:
        return self.list_of.data or c.GOALS

    def _named(self) -> str:
        name = clean_line(self.name.data) or ""
        if not name:
            raise RuleError("请填写领域名称。", field="name")
        return name

    def _words(self) -> str:
        text = (self.text.data or "").strip()
        if not text:
            raise RuleError("文字不能为空。要去掉这一条，请点“删去”。", field="text")
        return text


def _edit(form: CorrectionForm) -> c.Correction:
    if form.no.data is None:
        raise RuleError("请填写编号。", field="no")
    return c.EditItem(form.place(), form.no.data, form.title.data or "", form._words())


def _cover(form: CorrectionForm) -> c.Correction:
    issued_on = form.issued_on.data
    return c.EditPlan(
        form.which(), form.title.data or "", form.kind.data or "", form.region.data or "", form.first_year.data,
        form.last_year.data, form.document_number.data or None, issued_on.isoformat() if issued_on else None,
    )  # fmt: skip


def _other_list(form: CorrectionForm) -> c.Correction:
    other = c.MEASURES if form._list() == c.GOALS else c.GOALS
    return c.MoveItem(form.place(), form._area(), other)


def _other_area(form: CorrectionForm) -> c.Correction:
    if form.to_area.data is None:
        raise RuleError("请选择要移到的领域。", field="to_area")
    return c.MoveItem(form.place(), form.to_area.data, form._list())


_MAKERS: dict[str, Callable[[CorrectionForm], c.Correction]] = {
    "cover": _cover,
    "remove_plan": lambda f: c.RemovePlan(f.which()),
    "rename_area": lambda f: c.RenameArea(f.which(), f._area(), f._named()),
    "merge_area": lambda f: c.MergeArea(f.which(), f._area()),
    "start_area": lambda f: c.StartArea(f.place(), f._named()),
    "renumber": lambda f: c.Renumber(f.which(), f._area(), f._list()),
    "edit": _edit,
    "add": lambda f: c.AddItem(
        f.which(), f._area(), f._list(), -1 if f.index.data is None else f.index.data, f.title.data or "", f._words()
    ),
    "remove": lambda f: c.RemoveItem(f.place()),
    "up": lambda f: c.ShiftItem(f.place(), -1),
    "down": lambda f: c.ShiftItem(f.place(), 1),
    "other_list": _other_list,
    "other_area": _other_area,
    "split": lambda f: c.SplitItem(f.place(), f._words()),
    "merge": lambda f: c.MergeItem(f.place()),
}
