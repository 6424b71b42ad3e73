"""What a person may take away: everything that is kept about them (S36); the sheet of liaisons to fill in, and the
slips with which they come in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from tracker.accounts import codes
from tracker.accounts.actions import Slip
from tracker.accounts.importing import COLUMNS
from tracker.accounts.importing import Column as PeopleColumn
from tracker.accounts.models import Holding, User, UserSession
from tracker.committees.models import Unit
from tracker.core.access import Role
from tracker.core.filters import zh_datetime
from tracker.documents.blocks import CellValue, Document, Form, RenderedFile
from tracker.documents.slips import SlipCard, sheet
from tracker.documents.tables import Column, Table
from tracker.documents.templates import Field, template
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


POSTS = (Role.UNIT_LEADER, Role.LIAISON)
NOTES = (
    "一行填一个人。表中已列出全部单位的分管领导和联络员两个岗位，填上姓名和电话即可；没有的留空。",
    "已经登记的人员和联系方式已填在表中，不改的不动。换了人的，直接改写姓名。",
    "登录名一般不填，系统按姓名拼音生成；此人已有账号的，填其登录名。电子邮箱用于接收通知，可以不填。",
    "导入前逐行核对，全部无误后才写入。",
)
HELP = {
    PeopleColumn.UNIT: "单位简称或全称，与单位名单一致。",
    PeopleColumn.PHONE: "数字和短横线，只填一个。",
    PeopleColumn.LOGIN: "3至40个字母或数字，以字母开头；一般不填。",
}
WIDTHS = {PeopleColumn.UNIT: 26.0, PeopleColumn.EMAIL: 26.0}


def people_sheet(units: Sequence[Unit], holders: Mapping[int, Mapping[Role, list[Holding]]], *, on: date) -> bytes:
    """The sheet to fill in: every unit with its two posts, and whoever holds them already."""
    choices = {
        PeopleColumn.UNIT: tuple(unit.short_name for unit in units),
        PeopleColumn.ROLE: tuple(role.label for role in POSTS),
    }
    fields = [
        Field(
            one.value, width=WIDTHS.get(one, 16.0), required=one in {PeopleColumn.UNIT, PeopleColumn.ROLE},
            choices=choices.get(one, ()), help=HELP.get(one, ""),
        )
        for one in COLUMNS
    ]  # fmt: skip
    rows = [
        [unit.short_name, role.label, *_known(holders.get(unit.id, {}).get(role, []))]
        for unit in units
        for role in POSTS
    ]
    return template("联络员和分管领导", fields, notes=NOTES, rows=rows, made_on=on)


def _known(held: Sequence[Holding]) -> list[str]:
    user = next((one.user for one in held if not one.is_deputy), None)
    return [user.name, user.phone or "", user.email or "", user.login] if user is not None else ["", "", "", ""]


def slip_card(slip: Slip, *, body_name: str, site: str, link: str) -> SlipCard:
    """One slip: who, which post, where to go, what to type, until when."""
    does = "登录一次，不需要密码。" if slip.is_sign_in else f"设置密码。登录名 {slip.login}"
    return SlipCard(
        heading=f"{body_name}　登录凭条",
        name=slip.name,
        lines=(slip.post, "用手机扫描二维码，或者用电脑打开", site, f"输入登录码，{does}"),
        code=codes.in_fours(slip.key),
        address=link,
        foot=f"{zh_datetime(slip.expires_at)}前有效，只能使用一次。请交本人，勿转他人。",
    )


def slip_sheet(cards: Sequence[SlipCard], *, author: str, on: date) -> RenderedFile:
    """Ten to a page, to be cut apart."""
    return sheet("登录凭条", cards, author=author, made_on=on)


ROSTER_COLUMNS = (
    Column("序号", 1, align="center"), Column("单位", 5), Column("联络员", 2.4), Column("电话", 3.4),
    Column("分管领导", 2.4), Column("电话", 3.4),
)  # fmt: skip


def roster_rows(
    units: Sequence[Unit], holders: Mapping[int, Mapping[Role, list[Holding]]], plain: Collection[int]
) -> list[list[CellValue]]:
    """A line for each unit in official order; numbers of units that are not in `plain` with their middle hidden."""
    rows: list[list[CellValue]] = []
    for number, unit in enumerate(units, 1):
        row: list[CellValue] = [number, unit.full_name]
        for role in (Role.LIAISON, Role.UNIT_LEADER):
            held = holders.get(unit.id, {}).get(role, [])
            row.append("、".join(one.user.name + ("（代）" if one.is_deputy else "") for one in held))
            numbers = (one.user.phone if unit.id in plain else one.user.masked_phone for one in held)
            row.append("、".join(phone for phone in numbers if phone))
        rows.append(row)
    return rows


def roster_paper(rows: Sequence[Sequence[CellValue]], body_name: str, office_name: str, *, on: date) -> Document:
    """成员单位及联络员名单, for paper."""
    table = Table(ROSTER_COLUMNS, rows)
    return Document(Form.PLAIN, f"{body_name}成员单位及联络员名单", on, [table], author=office_name, landscape=True)


def roster_book(
    rows: Sequence[Sequence[CellValue]], body_name: str, said: Sequence[tuple[str, str, str]], *, on: date
) -> bytes:
    """The same for a sheet, with what it was filtered by."""
    filters = "；".join(f"{label}：{text}" for label, text, _ in said)
    title = f"{body_name}成员单位及联络员名单"
    return workbook([Sheet("名单", Table(ROSTER_COLUMNS, rows), filters=filters, made_on=on, title=title)])


def users_book(
    users: Sequence[User], with_factors: Collection[int], said: Sequence[tuple[str, str, str]], *, on: date
) -> bytes:
    """The accounts: who, of which body, at which posts today, in use or not, since when."""
    columns = [
        Column("姓名", 1.4), Column("登录名", 1.6), Column("所属机构", 3), Column("岗位", 4), Column("状态", 1.2),
        Column("动态口令", 1.2), Column("建立于", 2), Column("最近登录", 2),
    ]  # fmt: skip
    rows = [
        [
            one.name, one.login, one.committee.body_name if one.committee else "",
            "、".join(held.post.audit_label() for held in one.holdings if held.is_current(on)), one.standing.label,
            "已启用" if one.id in with_factors else "", zh_datetime(one.created_at),
            zh_datetime(one.last_signed_in_at) or "从未登录",
        ]
        for one in users
    ]  # fmt: skip
    filters = "；".join(f"{label}：{text}" for label, text, _ in said)
    return workbook([Sheet("账号", Table(columns, rows), filters=filters, made_on=on, title="账号名单")])
