"""Shape and type of what is typed about accounts."""

from __future__ import annotations

from wtforms import HiddenField, IntegerField, PasswordField
from wtforms.validators import InputRequired, Length

from tracker.core.forms import REQUIRED, Form, LineField


class SignInForm(Form):
    login = LineField("登录名", [REQUIRED], longest=60)
    password = PasswordField("密码", [REQUIRED, Length(max=200, message="密码过长。")])


class SwitchForm(Form):
    """Which of one's own posts to act from, and where to go on."""

    post = IntegerField("岗位", [InputRequired("请选择岗位。")])
    next = HiddenField()
