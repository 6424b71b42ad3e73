"""Shapes of what is typed about lights, notices and circulars."""

from __future__ import annotations

from wtforms import FileField, MultipleFileField, SelectField, SelectMultipleField

from tracker.core.forms import CHOOSE, REQUIRED, DayField, Form, LineField, Option, SeenVersion, TextField, options
from tracker.supervision.models import CircularKind, Light, NoticeKind


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


class RegisterForm(Form):
    """登记印发: what OA gave, and the stamped file."""

    number = LineField("文号", [REQUIRED], longest=60, description="以签章件上的发文字号为准。")
    signer = LineField("签发人", [REQUIRED], longest=100)
    issued_on = DayField("印发日期", [REQUIRED])
    final = FileField("签章件", description="盖章后的正式文件，PDF、OFD或扫描图片。")


class RecountForm(Form):
    """Count the figures of a draft anew."""

    cut_off_on = DayField("数据截止日期", [REQUIRED])


# --- notices ----------------------------------------------------------------------------------------------------------


class NewNoticeForm(Form):
    """A letter that no rule proposes: to whom, about what."""

    unit_id = SelectField("主送单位", [CHOOSE], coerce=int)
    kind = SelectField(
        "文种", [CHOOSE], choices=options(NoticeKind), description="一般先发提示函，仍未办理的再催报、督办。"
    )  # fmt: skip
    subject = LineField("事项", [REQUIRED], longest=300)
    facts = TextField("有关情况", [REQUIRED], longest=1000, description="写事实：应当何时做到什么，现在怎样。")
    demand = TextField("工作要求", [REQUIRED], longest=1000)


class NoticeForm(Form):
    """The words of a draft; its items stand in rows of their own."""

    version = SeenVersion()
    title = LineField("标题", [REQUIRED], longest=200)
    opening = TextField("导语", [REQUIRED], longest=1000)
    closing = TextField("结语", longest=1000, description="“请于某日前将办理情况书面报送我办”一句按回复期限自动写入。")
    reply_by = DayField("回复期限", [REQUIRED])


class ReplyForm(Form):
    """What the unit answers."""

    text = TextField(
        "办理情况", [REQUIRED], longest=3000,
        description="逐项写明做了什么、进展到哪一步、何时办结；没有办结的写明原因和措施。",
    )  # fmt: skip
    evidence = MultipleFileField("佐证材料")


class VerifyForm(Form):
    """What the office makes of the answer."""

    closed = SelectMultipleField("事项", coerce=int, validate_choice=False)
    decision = SelectField(
        "核验意见", [CHOOSE], choices=[Option("close", "全部办结，予以销号"), Option("send_back", "退回补充"),
                                   Option("escalate", "转下一步")],
    )  # fmt: skip
    opinion = TextField("说明", longest=500, description="退回补充和转下一步须写明理由，单位能看到。")
    reply_by = DayField("补充回复期限", description="退回补充时填写。")
