"""Shape and type of what is typed about rules, telephone calls, channels and contacts."""

from __future__ import annotations

from typing import Any

import wtforms
from wtforms import BooleanField, FieldList, FormField, IntegerField, PasswordField, SelectField, TimeField
from wtforms import SelectMultipleField as SelectMultiple
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.core.db import Labelled
from tracker.core.forms import (
    CHOOSE,
    REQUIRED,
    DayField,
    Form,
    LineField,
    SeenVersion,
    TextField,
    email_shape,
    options,
    phone_shape,
)
from tracker.messages.actions import OutletFacts
from tracker.messages.hours import USUAL, Hours
from tracker.messages.models import Channel
from tracker.reminders.kinds import FURTHEST, MOST_STEPS, Act, Level, Step, To
from tracker.reminders.saying import PLACES, Part

CHANNELS = [channel for channel in Channel if channel is not Channel.MAIL]


class Side(Labelled):
    """On which side of the due date a step stands."""

    BEFORE = "before", "提前"
    DAY = "day", "当天"
    AFTER = "after", "逾期"


class StepForm(wtforms.Form):
    """One step of a ladder; without a number of days, or on the day itself without anybody to tell, it is none."""

    class Meta:
        locales = ["zh_CN"]

    side = SelectField("时间", choices=options(Side), default=Side.BEFORE.value)
    days = IntegerField("工作日", [Optional(), NumberRange(0, FURTHEST, f"请填写0至{FURTHEST}的整数。")])
    to = SelectMultiple("对象", choices=options(To), option_widget=CheckboxInput(), widget=ListWidget())
    level = SelectField("级别", choices=options(Level), default=Level.NORMAL.value)
    act = SelectField("做什么", choices=options(Act), default=Act.SAY.value)

    @staticmethod
    def filled(step: Step) -> dict[str, Any]:
        """A step as its row shows it."""
        side = Side.BEFORE if step.offset < 0 else Side.AFTER if step.offset else Side.DAY
        return {**step.to_json(), "side": side.value, "days": abs(step.offset) or None}

    def step(self) -> Step | None:
        on_the_day = self.side.data == Side.DAY
        if self.days.data is None and not (on_the_day and self.to.data):
            return None
        days = 0 if on_the_day else self.days.data or 0
        offset = -days if self.side.data == Side.BEFORE else days
        posts = tuple(To(one) for one in self.to.data or ())
        return Step(offset, posts, Level(self.level.data), Act(self.act.data))


class RuleForm(Form):
    """How one kind of deadline is reminded of."""

    is_on = BooleanField("自动提醒")
    steps = FieldList(FormField(StepForm), min_entries=MOST_STEPS, max_entries=MOST_STEPS)
    before = TextField(Part.BEFORE.label, longest=1500)
    day = TextField(Part.DAY.label, longest=1500)
    after = TextField(Part.AFTER.label, longest=1500)
    version = SeenVersion()

    PLACES = "、".join(f"{{{place}}}" for place in PLACES)

    def ladder(self) -> list[Step]:
        return [step for one in self.steps if (step := one.form.step()) is not None]

    def words(self, usual: dict[str, str]) -> dict[str, str]:
        """Only what departs from the usual words is kept, so that these may still be improved."""
        typed = {part.value: self[part.value].data or "" for part in Part}
        return {part: text for part, text in typed.items() if text and text != usual[part].strip()}


class PauseForm(Form):
    until = DayField("暂停至", [REQUIRED], description="包括这一天；之后还没有到的提醒照常发出，暂停期间的不补发。")
    reason = LineField("理由", [REQUIRED], longest=200)


class PhoneNoteForm(Form):
    text = TextField("沟通情况", [REQUIRED], longest=500, description="如“经电话，答应周五报送”。")
    follow_up_on = DayField("回访日期", [Optional()], description="到这一天列入办公室的工作台；已经办理的自动取消。")
    silent = BooleanField("回访之前不再自动提醒")


class HoursForm(Form):
    """When mail and the other channels leave."""

    is_limited = BooleanField("只在规定时间发送", description="站内消息不受此限，一律即时送达。")
    opens = TimeField("开始", [InputRequired("请填写此项。")])
    closes = TimeField("结束", [InputRequired("请填写此项。")])
    on_days_off = BooleanField("休息日也发送")
    urgent_any_time = BooleanField("紧急事项不受时间限制", description="如退回修改、函件、手工催报。")
    version = SeenVersion()

    def hours(self) -> Hours:
        return Hours(
            bool(self.is_limited.data), self.opens.data or USUAL.opens, self.closes.data or USUAL.closes,
            bool(self.on_days_off.data),
            bool(self.urgent_any_time.data),
        )  # fmt: skip


class OutletForm(Form):
    """A channel of the committee; what is secret goes in and is never shown again."""

    channel = SelectField("渠道", [CHOOSE], choices=options(CHANNELS))
    name = LineField("名称", [REQUIRED], longest=50, description="如“联络员工作群”“市政务短信平台”。")
    address = LineField(
        "地址",
        longest=500,
        description="群机器人的填其设置中的完整地址（Webhook）；网关的填接收通知的地址，可以是内网地址。",
    )
    secret = PasswordField(
        "密钥", [Optional()],
        description="网关必填，用于对方核对来源；钉钉机器人选了“加签”、飞书机器人选了“签名校验”的填其密钥；企业微信不填。",
    )  # fmt: skip
    urgent_only = BooleanField("只发紧急事项", description="短信按条计费的可以选上；只对网关有效。")
    is_on = BooleanField("启用", default=True)
    version = SeenVersion()

    def facts(self) -> OutletFacts:
        return OutletFacts(
            self.name.data or "", self.address.data or "", (self.secret.data or "").strip(), bool(self.is_on.data),
            bool(self.urgent_only.data),
        )  # fmt: skip


class ConfirmForm(Form):
    """The liaison's own contact."""

    phone = LineField("工作电话", [REQUIRED, phone_shape], longest=20)
    email = LineField(
        "电子邮箱", [email_shape], longest=200, description="接收提醒、退回等通知；不填则只在系统内收到消息。"
    )  # fmt: skip
