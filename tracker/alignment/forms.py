"""Shape of what is chosen to be compared."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import SelectField
from wtforms.validators import ValidationError

from tracker.core.forms import CHOOSE, Form
from tracker.core.pages import row_number


def _number(value: object) -> int | None:
    return row_number(str(value)) if value else None


class CompareForm(Form):
    """Our plan and the plan above: one of this house, or a file."""

    plan = SelectField("本级规划", [CHOOSE], coerce=_number)
    upper = SelectField("上级规划", coerce=_number)
    file = FileField("上级规划文件")

    def validate_upper(self, field: Any) -> None:
        has_file = bool(self.file.data and self.file.data.filename)
        if not field.data and not has_file:
            raise ValidationError("请选择上级规划，或者上传上级规划文件。")


class JoinForm(Form):
    """The counterpart that a person chooses for an item that stands alone."""

    other = SelectField("对应的条目", [CHOOSE], coerce=_number)
