"""Shape and type of what is typed about committees, units and days."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp, ValidationError

from tracker.committees.actions import NewName
from tracker.committees.duties import usual_duties
from tracker.committees.models import CommitteeSettings, Level, ReformKind, System
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
    options,
    phone_shape,
)


class NamesField(TextField):
    """Names, one a line."""

    @property
    def lines(self) -> list[str]:
        return [line for raw in (self.data or "").splitlines() if (line := clean_line(raw))]


class UnitForm(Form):
    full_name = LineField("单位全称", [REQUIRED], longest=100)
    short_name = LineField("单位简称", [REQUIRED], longest=50, description="表格和通报中使用，如“市教育局”。")
    system = SelectField("类别", choices=options(System), default=System.GOVERNMENT.value)
    position = IntegerField(
        "名单序号", [Optional(), NumberRange(1, 999, "序号为1至999的整数。")],
        description="在成员单位名单中的位置；不填则排在同类单位之后。",
    )  # fmt: skip
    is_member = BooleanField("成员单位", default=True)
    is_office = BooleanField("办公室所在单位", description="其报告由指定的其他人审核（回避）。")
    aliases = NamesField(
        "别名", longest=1000, description="规划文本中可能出现的其他叫法，一行一个，如“教育部门”。导入时据此认出单位。"
    )
    former_names = NamesField(
        "曾用名", longest=1000, description="机构改革前的名称，一行一个。更改全称时，原全称自动记入。"
    )
    duty_words = NamesField(
        "职责关键词", longest=3000,
        description="规划中与本单位职责有关的词，一行一个，如“宫颈癌筛查”。分解任务时据此提出建议；清空则用常见的。",
    )  # fmt: skip
    version = SeenVersion()

    def facts(self) -> dict[str, Any]:
        return {
            "full_name": self.full_name.data,
            "short_name": self.short_name.data,
            "system": System(self.system.data),
            "is_member": self.is_member.data,
            "is_office": self.is_office.data,
            "duties": self._own_duties(),
        }

    def _own_duties(self) -> list[str]:
        """What the office wrote itself; the usual keywords left as they were are not kept, so that they can grow."""
        lines = list(
            dict.fromkeys(word for line in self.duty_words.lines for word in re.split(r"[、，,\s]+", line) if word)
        )
        usual = list(usual_duties([self.full_name.data or "", self.short_name.data or ""]))
        return [] if lines == usual else lines


class CloseUnitForm(Form):
    last_day = DayField("名单中的最后一天", [REQUIRED])
    reason = LineField("依据或原因", [REQUIRED], longest=200)


class ReformForm(Form):
    """机构改革: what becomes of a unit, since when, by which document."""

    kind = RadioField("改革方式", [CHOOSE], choices=options(ReformKind), default=ReformKind.RENAMED.value)
    starts_on = DayField("生效日期", [REQUIRED], description="承接单位自这一天起承担，不能晚于明天。")
    document = LineField("依据的文件", [REQUIRED], longest=200)
    full_name = LineField("更名后全称", longest=100)
    short_name = LineField("更名后简称", longest=50)
    heirs = LineField("承接单位")

    def name(self) -> NewName | None:
        """The new names, when both were given."""
        if not (self.full_name.data and self.short_name.data):
            return None
        return NewName(self.full_name.data, self.short_name.data)


class NamesForm(Form):
    """The names of the body: data, never literals."""

    body_name = LineField("机构全称", [REQUIRED], longest=100)
    short_name = LineField("机构简称", [REQUIRED], longest=50, description="如“市妇儿工委”，用于列表和岗位名称。")
    office_name = LineField("办公室全称", [REQUIRED], longest=100)
    office_short_name = LineField("办公室简称", [REQUIRED], longest=50)
    chair_title = LineField("主要负责人职务", [REQUIRED], longest=50, description="如“主任”“总召集人”。")
    letterhead = LineField("发文机关标志", [REQUIRED], longest=100, description="公文首页红色大字，不含“文件”二字。")
    number_prefix = LineField("发文机关代字", [REQUIRED], longest=30, description="如“云妇儿工委”，发文字号由此开头。")
    version = SeenVersion()

    def names(self) -> dict[str, str]:
        fields = ("body_name", "short_name", "office_name", "office_short_name", "chair_title", "letterhead")
        return {name: self[name].data or "" for name in (*fields, "number_prefix")}


class CommitteeForm(Form):
    """A lower committee."""

    parent = SelectField("上级机构", coerce=int)
    level = SelectField("层级", choices=options(Level), default=Level.COUNTY.value)
    area_name = LineField("地区名称", [REQUIRED], longest=50, description="如“青禾县”。")
    area_code = LineField("行政区划代码", [REQUIRED, Regexp(r"^\d{6}$", message="行政区划代码是6位数字。")], longest=6)
    body_name = LineField("机构全称", longest=100, description="不填则为“地区名称＋妇女儿童工作委员会”。")


class MonthDayField(StringField):
    """A day of every year, typed as 12月1日 or 12-1, kept as 12-01."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = (clean_line("".join(valuelist)) or "").replace("月", "-").replace("日", "").replace("/", "-")
        match = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text)
        self.data = text
        if match:
            try:
                self.data = f"{date(2023, int(match[1]), int(match[2])):%m-%d}"
                return
            except ValueError:
                pass
        raise ValueError("请写成“12月1日”这样的日期。")

    def _value(self) -> str:
        match = re.fullmatch(r"(\d\d)-(\d\d)", self.data or "")
        return f"{int(match[1])}月{int(match[2])}日" if match else (self.data or "")


class OffsetsField(StringField):
    """Working days before (negative) and after a deadline, as numbers with commas."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = (clean_line("".join(valuelist)) or "").replace("，", ",").replace("、", ",").replace("−", "-")
        parts = [part.strip() for part in text.split(",") if part.strip()]
        self.data: Any = text
        if not all(re.fullmatch(r"[+-]?\d{1,2}", part) for part in parts):
            raise ValueError("请写成“-10，-3，1”这样的工作日数，负数为截止前，正数为逾期后。")
        self.data = tuple(sorted({int(part) for part in parts}))

    def _value(self) -> str:
        return "，".join(str(number) for number in self.data) if isinstance(self.data, tuple) else (self.data or "")


def workdays(label: str, description: str, longest: int = 60) -> IntegerField:
    """A number of working days."""
    checks = [InputRequired("请填写此项。"), NumberRange(1, longest, f"为1至{longest}之间的整数。")]
    return IntegerField(label, checks, description=description)


SLIP_CHOICES = [
    Option(value="0", label="24小时"),
    *(Option(value=str(days), label=f"{days}个工作日") for days in range(1, 8)),
]


class SettingsForm(Form):
    """How the committee works (product.md §5)."""

    annual_opens = MonthDayField("年度报告开始收报", description="每年这一天起，各单位可以报送当年的年度报告。")
    annual_due = MonthDayField("年度报告截止", description="早于开始收报日的，指次年。")
    annual_locks = MonthDayField("年度报告锁定", description="这一天之后不再接收补报；在截止日之后。")
    half_year_opens = MonthDayField("半年报告开始收报", description="每年这一天起，各单位可以报送半年进展。")
    half_year_due = MonthDayField("半年报告截止")
    review_workdays = workdays("审核期限（工作日）", "办公室收到报告后应在几个工作日内审核，超过的在工作台提示。")
    rectify_workdays = workdays("退回后补报期限（工作日）", "退回修改时默认给单位几个工作日。")
    consultation_workdays = workdays("征求意见期限（工作日）", "任务分解表征求意见时默认给单位几个工作日。")
    silence_is_consent = BooleanField("逾期不答复视为无意见")
    deadline_moves_forward = BooleanField("截止日遇休息日，提前到之前最后一个工作日")
    due_soon_days = workdays("临期提示（天）", "一次性任务到期前多少天起标为“需关注”。", 180)
    reminder_offsets = OffsetsField(
        "基本提醒（工作日）", description="负数为截止前第几个工作日，正数为逾期后第几个工作日；同一天的合并为一条。"
    )
    notice_reply_workdays = workdays("回复函件期限（工作日）", "提示函、催报单、督办函默认给单位几个工作日回复。")
    notice_supplement_workdays = workdays("补充回复期限（工作日）", "回复不完整、请单位补充时，默认给几个工作日。")
    finding_workdays = workdays("整改期限（工作日）", "实地督查发现的问题，默认给单位几个工作日整改。")
    instruction_workdays = workdays("交办期限（工作日）", "领导批示交办的事项，默认给单位几个工作日办理。")
    extension_workdays = workdays("批复延期期限（工作日）", "收到延期申请后几个工作日内批复，超过的提示办公室。")
    request_workdays = workdays("答复提请协调事项期限（工作日）", "收到报告后几个工作日内答复单位提请协调的事项。")
    contact_workdays = workdays("联络员核对期限（工作日）", "开始收报时，请联络员在几个工作日内核对姓名和电话。")
    office_phone = LineField(
        "办公室电话", [Optional(), phone_shape], longest=30,
        description="显示在“忘记密码”等不登录就能打开的页面上，供联络员联系；不填则不显示。",
    )  # fmt: skip
    slip_workdays = SelectField(
        "登录凭条有效期", coerce=int, default=0, choices=SLIP_CHOICES,
        description="用机要交换或者由人捎带的，按路上需要的时间选择；只用于打印的登录凭条，页面上显示和邮件发送的链接一律24小时。",
    )  # fmt: skip
    links_goals = BooleanField("目标与措施对应", description="在规划页上标明每条措施服务于本领域的哪几条目标。")

    version = SeenVersion()

    def validate_reminder_offsets(self, field: Any) -> None:
        if isinstance(field.data, tuple) and len(field.data) > 12:
            raise ValidationError("提醒最多12次。")

    def settings(self, before: CommitteeSettings) -> CommitteeSettings:
        """What is asked here over what is set elsewhere."""
        asked = {name: field.data for name, field in self._fields.items()}
        return CommitteeSettings.from_json({**before.to_json(), **asked, "office_phone": self.office_phone.data or ""})


class DayForm(Form):
    kind = RadioField(
        "这一天", [InputRequired("请选择。")],
        choices=[Option(value="work", label="工作日（含调休上班）"), Option(value="off", label="休息日")],
    )  # fmt: skip
    note = LineField("说明", longest=100, description="如“国庆节调休上班”“本市公休”。")


LONGEST_NOTICE = 20_000
"""Characters, typed or out of a file: many times the State Council's."""


class ArrangementForm(Form):
    year = IntegerField("年份", [InputRequired("请填写年份。"), NumberRange(1990, 2099, "年份为1990至2099。")])
    text = TextField("通知内容", longest=LONGEST_NOTICE, description="粘贴通知全文；也可以在下面选择通知的文件。")
    document = FileField("通知文件")
    step = HiddenField()
