"""Shapes of what the office types about lights and circulars."""

from __future__ import annotations

from wtforms import SelectField

from tracker.core.forms import CHOOSE, REQUIRED, DayField, Form, LineField, SeenVersion, TextField, options
from tracker.supervision.models import CircularKind, Light


class LightForm(Form):
    """An officer's own light, with the reason."""

    light = SelectField("调整为", [CHOOSE], choices=options(Light))
    reason = TextField("理由", [REQUIRED], longest=500, description="写明依据的事实，单位能看到。")


class NewCircularForm(Form):
    """Which round, which kind, counted up to which day."""

    round_id = SelectField("通报哪一轮报告", [CHOOSE], coerce=int)
    kind = SelectField(
        "文种", [CHOOSE], choices=options(CircularKind),
        description="列入年度督查计划的用督查通报，其他用进展情况通报。",
    )  # fmt: skip
    cut_off_on = DayField("数据截止日期", [REQUIRED])


class CircularForm(Form):
    """The texts of a draft."""

    version = SeenVersion()
    title = LineField("标题", [REQUIRED], longest=200)
    addressee = LineField("主送机关", [REQUIRED], longest=500)
    opening = TextField("导语", [REQUIRED], longest=1000)
    overall = TextField("总体情况", [REQUIRED], longest=3000)
    good = TextField("好的方面", longest=3000)
    problems = TextField("存在问题", longest=5000, description="点到单位和具体事项，写事实，不评价。")
    demands = TextField("下步要求", [REQUIRED], longest=3000)
    copy_to = LineField("抄送", longest=500)


class RecountForm(Form):
    """Count the figures of a draft anew."""

    cut_off_on = DayField("数据截止日期", [REQUIRED])
