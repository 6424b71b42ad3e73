"""Shapes of what is typed about lights, notices, field checks, instructions and circulars."""

from __future__ import annotations

from datetime import date

from flask_wtf.file import FileRequired
from wtforms import FileField, HiddenField, MultipleFileField, SelectField, SelectMultipleField
from wtforms.validators import Optional

from tracker.core.forms import (
    CHOOSE,
    REQUIRED,
    TO_CHOOSE,
    DayField,
    Form,
    LineField,
    Option,
    SeenVersion,
    TextField,
    clean_text,
    options,
)
from tracker.core.pages import row_number
from tracker.supervision.models import CircularKind, Light, Matter, Notice


class LightForm(Form):
    """An officer's own light, with the reason."""

    light = SelectField("调整为", [CHOOSE], choices=[TO_CHOOSE, *options(Light)])
    reason = TextField("理由", [REQUIRED], longest=500, description="写明依据的事实，单位能看到。")


class NewCircularForm(Form):
    """Which round, which kind, which period, counted up to which day."""

    round_id = SelectField("通报哪一轮报告", [CHOOSE], coerce=int)
    kind = SelectField(
        "文种", [CHOOSE], choices=options(CircularKind),
        description="列入年度督查计划的用督查通报，其他用进展情况通报。",
    )  # fmt: skip
    cut_off_on = DayField("数据截止日期", [REQUIRED])
    period_from = DayField("通报期间从", [Optional()])
    period_to = DayField("通报期间至", [Optional()], description="不填为这一轮报告的期间，如全年或上半年。")

    @property
    def period(self) -> tuple[date, date] | None:
        """As typed; a side left out is the other's year. None is the round's own."""
        first, last = self.period_from.data, self.period_to.data
        year = (first or last or date.max).year
        return (first or date(year, 1, 1), last or date(year, 12, 31)) if first or last else None


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
    final = FileField("签章件", [FileRequired("请上传签章件。")], description="盖章后的正式文件，PDF、OFD或扫描图片。")
    final_text = TextField(
        "印发的正文", longest=20000,
        description="签章件是扫描件的，可以粘贴印发的正文，系统据此核对文字和数字；能读出文字的PDF不用填。",
    )  # fmt: skip


class RecountForm(Form):
    """Count the figures of a draft anew."""

    cut_off_on = DayField("数据截止日期", [REQUIRED])
    period_from = DayField("通报期间从", [REQUIRED])
    period_to = DayField("通报期间至", [REQUIRED])


# --- notices ----------------------------------------------------------------------------------------------------------


class NewNoticeForm(Form):
    """A letter that no rule proposes: to whom, about what."""

    unit_id = SelectField("主送单位", [CHOOSE], choices=[], coerce=row_number, validate_choice=False)
    kind = SelectField(
        "文种", [CHOOSE], choices=[], description="一般从第一步开始，仍未办理的再转下一步。"
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


def reply_form(row: Notice | Matter) -> ReplyForm:
    """With what was saved while somebody was writing."""
    return ReplyForm(formdata=None, text=row.draft.text if row.draft else "")


class VerifyForm(Form):
    """What the office makes of the answer."""

    closed = SelectMultipleField("事项", coerce=int, validate_choice=False)
    decision = SelectField(
        "核验意见", [CHOOSE], choices=[TO_CHOOSE, Option("close", "全部办结，予以销号"),
                                   Option("send_back", "退回补充"), Option("escalate", "转下一步")],
    )  # fmt: skip
    opinion = TextField("说明", longest=500, description="退回补充和转下一步须写明理由，单位能看到。")
    reply_by = DayField("补充回复期限", description="退回补充时填写。")


class VerifierForm(Form):
    """回避: who verifies instead of the office."""

    user_id = SelectField("核验人", coerce=int)
    reason = TextField("理由", [REQUIRED], longest=500)


# --- field checks, instructions, matters ------------------------------------------------------------------------------


class CheckForm(Form):
    """The plan of a field check."""

    version = SeenVersion()
    title = LineField("督查名称", [REQUIRED], longest=200, description="如“2026年下半年重点任务实地督查”。")
    basis = TextField("依据", longest=1000, description="列入年度督查计划的写明计划名称。")
    starts_on = DayField("开始日期", [REQUIRED])
    ends_on = DayField("结束日期", [REQUIRED])
    team = TextField("督查组成员", longest=500, description="带队领导和成员，一行一人或用顿号隔开。")
    points = TextField("督查重点", longest=2000, description="一行一条，通知单位时一并告知。")
    look_back_on = DayField("计划回头看日期", [Optional()])


class SummaryForm(Form):
    """What the visits showed as a whole."""

    version = SeenVersion()
    summary = TextField("总体情况", longest=3000, description="写入督查情况报告。")


class AddVisitForm(Form):
    """One more unit, on its day."""

    unit_id = SelectField("单位", [CHOOSE], choices=[], coerce=row_number, validate_choice=False)
    visit_on = DayField("到单位日期", [REQUIRED])


class VisitForm(Form):
    """One unit's day, and what was seen there."""

    seen = HiddenField(filters=[clean_text])
    """What stood there when the page was made."""
    visit_on = DayField("到单位日期", [REQUIRED])
    situation = TextField("督查情况", longest=3000, description="看了哪里、查了什么、总体怎样；问题另行逐条记录。")


class MatterForm(Form):
    """A finding, or an item of an instruction."""

    version = SeenVersion()
    subject = LineField("事项", [REQUIRED], longest=300)
    facts = TextField("有关情况", longest=1000, description="写事实，不评价。")
    demand = TextField("要求", [REQUIRED], longest=1000)
    due_on = DayField("办理期限", [REQUIRED])


class InstructionForm(Form):
    """What a leader wrote."""

    title = LineField("事由", [REQUIRED], longest=200, description="如“关于加快儿童之家建设的批示”。")
    given_by = LineField("批示人", [REQUIRED], longest=100, description="姓名和职务。")
    given_on = DayField("批示日期", [REQUIRED])
    text = TextField("批示内容", longest=2000, description="已上传批示件扫描的，可以不填。")
    scan = FileField("批示件扫描", description="PDF、OFD或图片。")


class ResultForm(Form):
    """办理结果."""

    version = SeenVersion()
    result = TextField("办理结果", [REQUIRED], longest=1500, description="一两段话，报批示人。")


class AskExtensionForm(Form):
    """A later day that the unit asks for."""

    wanted_until = DayField("申请延至", [REQUIRED])
    reason = TextField("理由", [REQUIRED], longest=500)


class ExtendForm(Form):
    """A later day that the head gives unasked."""

    until = DayField("延至", [REQUIRED])
    reason = TextField("理由", [REQUIRED], longest=500, description="如“经电话同意”。单位能看到。")


class DecideExtensionForm(Form):
    """What the head makes of a later day asked for."""

    decision = SelectField("批复", [CHOOSE], choices=[TO_CHOOSE, Option("grant", "同意"), Option("refuse", "不同意")])
    until = DayField("延至", [Optional()], description="同意时填写，可以与申请的日期不同。")
    note = TextField("批复意见", longest=500, description="不同意的须写明理由，单位能看到。")


class DecisionForm(Form):
    """What the office makes of the answer to a matter."""

    decision = SelectField(
        "核验意见", [CHOOSE], choices=[TO_CHOOSE, Option("close", "办结，予以销号"), Option("send_back", "退回补充")]
    )  # fmt: skip
    opinion = TextField("说明", longest=500, description="退回补充须写明理由，单位能看到。")
    due_on = DayField("新的期限", [Optional()], description="退回补充时填写。")


class LookBackForm(Form):
    """回头看."""

    looked_on = DayField("回头看日期", [REQUIRED])
    has_held = SelectField(
        "结果", [CHOOSE], choices=[TO_CHOOSE, Option("1", "成效保持"), Option("0", "问题反弹，继续整改")]
    )  # fmt: skip
    note = TextField("情况", longest=500, description="问题反弹的须写明，单位能看到。")
    due_on = DayField("新的期限", [Optional()], description="继续整改时填写。")


class NoteForm(Form):
    """情况说明 beside a light."""

    text = TextField("情况说明", [REQUIRED], longest=500, description="办公室能看到，与状态标识一并显示。")
