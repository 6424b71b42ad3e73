"""What a person may take away: everything that is kept about them (S36)."""

from __future__ import annotations

from datetime import date

from tracker.accounts.models import User, UserSession
from tracker.core.filters import zh_datetime
from tracker.documents.tables import Column, Table
from tracker.documents.xlsx import Sheet, workbook

PURPOSES = {
    "姓名": "署名、联系", "登录名": "登录", "工作电话": "办公室联系", "电子邮箱": "接收通知",
    "账号建立时间": "安全管理", "最近登录时间": "安全管理", "密码设置时间": "安全管理", "动态口令启用时间": "安全管理",
}  # fmt: skip


def personal_data(
    user: User, sessions: list[UserSession], factor_since: str, *, messages: int, entries: int, on: date
) -> bytes:
    """Account with the purpose of each word, posts, sign-ins, and how much stands elsewhere about this person."""
    values = {
        "姓名": user.name, "登录名": user.login, "工作电话": user.phone or "", "电子邮箱": user.email or "",
        "账号建立时间": zh_datetime(user.created_at), "最近登录时间": zh_datetime(user.last_signed_in_at),
        "密码设置时间": zh_datetime(user.password_set_at), "动态口令启用时间": factor_since,
    }  # fmt: skip
    account = [(name, words, PURPOSES[name]) for name, words in values.items()]
    account += [
        ("收到的消息", f"{messages}条", "在“消息”中查看"),
        ("以您的名义留下的操作记录", f"{entries}条", "依法留存，不能修改或删除"),
    ]
    posts = [
        (one.post.audit_label(), one.post.committee.body_name, one.starts_on, one.ends_on, one.confirmed_on)
        for one in user.holdings
    ]
    seen = [
        (zh_datetime(one.started_at), zh_datetime(one.ended_at), one.way.label, one.address, one.device)
        for one in sessions
    ]
    return workbook(
        [
            Sheet("账号", Table([Column("项目"), Column("内容", 2), Column("用途", 2)], account), made_on=on),
            Sheet(
                "岗位",
                Table(
                    [Column("岗位", 2), Column("机构", 2), Column("自"), Column("至"), Column("最近核对联系方式")],
                    posts,
                ),
                made_on=on,
            ),
            Sheet(
                "登录",
                Table(
                    [Column("登录时间"), Column("结束时间"), Column("方式"), Column("网络地址"), Column("设备")], seen
                ),
                made_on=on,
            ),
        ]
    )
