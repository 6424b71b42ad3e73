"""Shape and type of what is typed about accounts."""

from __future__ import annotations

from wtforms import HiddenField, IntegerField, PasswordField, SelectField
from wtforms.validators import EqualTo, InputRequired, Length, NumberRange, Optional, Regexp

from tracker.accounts.models import LOGIN_SHAPE
from tracker.accounts.policy import GRANTED_ROLES
from tracker.committees.models import Level
from tracker.core.access import Role
from tracker.core.forms import REQUIRED, DayField, Form, LineField, email_shape, options, phone_shape
from tracker.core.web import LARGEST_NUMBER

LOGIN = Regexp(rf"{LOGIN_SHAPE.pattern}\Z", message="登录名为3至40个字母或数字，以字母开头。")
SANE = Length(max=200, message="密码过长。")


class SignInForm(Form):
    login = LineField("登录名", [REQUIRED], longest=60)
    password = PasswordField("密码", [REQUIRED, SANE])


class CodeForm(Form):
    code = LineField("动态口令", [REQUIRED], longest=40)


class PasswordForm(Form):
    """What is asked again before something that matters."""

    password = PasswordField("当前密码", [REQUIRED, SANE])


class ProofForm(PasswordForm):
    """Password and code."""

    code = LineField("动态口令或恢复码", [REQUIRED], longest=40)


class SlipForm(Form):
    """The code of a slip, typed from paper."""

    code = LineField("登录码", [REQUIRED], longest=60, description="登录凭条上的16个字母和数字，短横线可以不填。")


class ForgottenForm(Form):
    login = LineField("登录名", [REQUIRED], longest=60)


class SwitchForm(Form):
    """Which of one's own posts to act from, and where to go on."""

    post = IntegerField("岗位", [InputRequired("请选择岗位。"), NumberRange(1, LARGEST_NUMBER)])
    next = HiddenField()


class NewPasswordForm(Form):
    new = PasswordField("新密码", [REQUIRED, SANE])
    again = PasswordField("再输入一次新密码", [REQUIRED, EqualTo("new", "两次输入的密码不一样。")])


class WeighedForm(Form):
    """A new password while its form is still being filled in, and whose it is to be."""

    new = PasswordField("新密码", [SANE])
    login = LineField("登录名", longest=60)


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField("当前密码", [REQUIRED, SANE])


class ContactForm(Form):
    name = LineField("姓名", [REQUIRED], longest=60)
    phone = LineField(
        "工作电话", [phone_shape], longest=20, description="用于办公室联系，单位名单中对其他单位隐去中间四位。"
    )
    email = LineField(
        "电子邮箱", [email_shape], longest=200, description="接收催报、退回等通知；不填则只在系统内收到消息。"
    )


class OwnContactForm(Form):
    phone = LineField("工作电话", [phone_shape], longest=20)
    email = LineField("电子邮箱", [email_shape], longest=200)


class SetupForm(NewPasswordForm):
    """The first committee and the first administrator."""

    level = SelectField("层级", choices=options(Level), default=Level.PREFECTURE.value)
    area_name = LineField("地区名称", [REQUIRED], longest=50, description="如“云川市”“青禾县”。")
    area_code = LineField("行政区划代码", [REQUIRED, Regexp(r"^\d{6}$", message="行政区划代码是6位数字。")], longest=6)
    body_name = LineField("机构全称", longest=100, description="不填则为“地区名称＋妇女儿童工作委员会”。")
    login = LineField("登录名", [REQUIRED, LOGIN], longest=40)
    name = LineField("姓名", [REQUIRED], longest=60)


class ThreeOfficersForm(SetupForm):
    """In profile djbh the other two are named at once."""

    secadmin_name = LineField("安全管理员姓名", [REQUIRED], longest=60)
    secadmin_login = LineField("安全管理员登录名", [REQUIRED, LOGIN], longest=40)
    auditor_name = LineField("审计管理员姓名", [REQUIRED], longest=60)
    auditor_login = LineField("审计管理员登录名", [REQUIRED, LOGIN], longest=40)


class UserForm(ContactForm):
    """A new account."""

    login = LineField(
        "登录名", [Optional(), LOGIN], longest=40, description="不填则按姓名拼音自动生成；设定后不能更改。"
    )
    committee = SelectField("所属机构", coerce=int)


class GrantForm(Form):
    """A post of a committee itself."""

    committee = SelectField("机构", coerce=int)
    role = SelectField("岗位", choices=options(GRANTED_ROLES))
    title = LineField("岗位名称", longest=50, description="本地的叫法，如“副主任”；不填则用岗位本来的名称。")
    starts_on = DayField("自", [REQUIRED])
    ends_on = DayField("至", [Optional()], description="不填则长期担任。")


class DeputyForm(Form):
    """Who does the work while one is away."""

    deputy = SelectField("代办人", coerce=int)
    starts_on = DayField("自", [REQUIRED])
    ends_on = DayField("至", [REQUIRED], description="包括这一天，过后自动结束。")


class UnitDeputyForm(ContactForm):
    """A deputy for a unit's post, named by the office; somebody new gets an account."""

    login = LineField(
        "登录名", [Optional(), LOGIN], longest=40,
        description="不填则按姓名拼音自动生成。此人已有账号的，填其登录名，沿用原密码。",
    )  # fmt: skip
    starts_on = DayField("自", [REQUIRED])
    ends_on = DayField("至", [REQUIRED], description="包括这一天，过后自动结束。")


class LastDayForm(Form):
    last_day = DayField("最后一天", [REQUIRED], description="这一天过后不再担任；要立即生效的，填昨天的日期。")


class InChargeForm(Form):
    until = DayField("主持工作至", [Optional()], description="这一天过后自动失效；不填则取消主持工作。")


class SuccessorForm(ContactForm):
    """The new holder of a unit's post."""

    login = LineField(
        "登录名", [Optional(), LOGIN], longest=40,
        description="不填则按姓名拼音自动生成。此人已有账号的，填其登录名，沿用原密码。",
    )  # fmt: skip


class ProposalForm(SuccessorForm):
    """Who comes next, named by the unit."""

    role = SelectField("变更的岗位", choices=options([Role.LIAISON, Role.UNIT_LEADER]))
