"""The whole list of liaisons and leaders at once: read in any of its shapes, judged row by row, written once, and let
in with printed slips."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import event, func, select

from tests.accounts.conftest import signed_in, user_of
from tests.cast import Cast
from tests.counting import counted
from tracker.accounts import actions, documents, queries
from tracker.accounts.actions import roster
from tracker.accounts.importing import PeopleJudgement, read_people
from tracker.accounts.models import LINKS, Holding, OneTimeToken, Post, User
from tracker.committees import actions as committees
from tracker.committees.actions import change_settings
from tracker.committees.models import System
from tracker.core import clock
from tracker.core.access import Role
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.filters import zh_datetime
from tracker.core.verdict import Verdict

Clients = Callable[[str], FlaskClient]
PEOPLE = """单位\t岗位\t姓名\t电话\t电子邮箱
市妇联\t联络员\t周敏\t0731-5551201\tzhoumin@example.cn
市妇联\t分管领导\t何芳\t
市统计局\t联络员\t高扬\t13800002222
"""


@pytest.fixture(autouse=True)
def units(cast: Cast) -> None:
    """Two units more, with nobody at their posts."""
    for name in ("云川市妇女联合会", "云川市统计局"):
        short = name.replace("云川市", "市").replace("妇女联合会", "妇联")
        if not any(unit.short_name == short for unit in queries.units_with_holders(cast.actor("officer"))[0]):
            committees.create_unit(
                cast.actor("officer"), cast.committee, full_name=name, short_name=short, system=System.GOVERNMENT,
                position=0,
            )  # fmt: skip


def judged(cast: Cast, text: str) -> PeopleJudgement:
    return queries.judged_people(cast.actor("officer"), text, "basic")


def holder(short_name: str, role: Role) -> User | None:
    found = select(Holding).join(Holding.post).where(Post.role == role, Holding.ends_on.is_(None))
    rows = db.session.scalars(found.where(Post.unit.has(short_name=short_name)))
    return next((one.user for one in rows), None)


def send(client: FlaskClient, text: str, seen: str = "") -> str:
    return client.post("/roster/import", data={"text": text, "seen": seen}).get_data(as_text=True)


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    "text",
    [
        "单位\t岗位\t姓名\t电话\n市妇联\t分管领导\t何芳\t139 0000 1111\n\t联络员\t周敏\t138 0000 2222",
        "各单位名单\n序号\t单位\t分管领导\t\t\t联络员\t\t\n\t\t姓名\t职务\t电话\t姓名\t职务\t电话\n"
        "1\t市妇联\t何芳\t副主席\t139 0000 1111\t周敏\t科长\t138 0000 2222",
        "单位名称\t分管领导\t联系电话\t联络员\t联系电话\n市妇联\t何芳\t139 0000 1111\t周敏\t138 0000 2222",
        "1、市妇联，分管领导，何芳，139 0000 1111\n2、市妇联，联络员，周敏，138 0000 2222",
        "电话\t姓名（必填）\t岗位\t单位（必填）\n139 0000 1111\t何芳\t委员\t市妇联\n"
        "138 0000 2222\t周敏\t联系人\t市妇联",
    ],
    ids=["a person a line", "two lines of heads", "a unit a line", "without heads", "in another order"],
)
def test_a_list_is_read_in_the_shapes_that_offices_keep(text: str) -> None:
    found = {(one.role, one.unit, one.name, one.phone) for one in read_people(text)}
    assert found == {
        (Role.UNIT_LEADER, "市妇联", "何芳", "139 0000 1111"), (Role.LIAISON, "市妇联", "周敏", "138 0000 2222"),
    }  # fmt: skip


def test_a_list_makes_accounts_and_posts_at_once_and_a_second_time_changes_nothing(cast: Cast, client: Clients) -> None:
    officer = client("officer")
    page = send(officer, PEOPLE)
    assert "任命 3 人次" in page
    assert holder("市妇联", Role.LIAISON) is None
    assert officer.post("/roster/import", data={"text": PEOPLE, "seen": seen_on(page)}).location == "/roster/slips"
    person = holder("市妇联", Role.LIAISON)
    assert person is not None
    assert (person.name, person.login, person.phone) == ("周敏", "zhoumin", "0731-5551201")
    assert holder("市统计局", Role.LIAISON) is not None
    before = db.session.scalar(select(func.count()).select_from(User))
    again = judged(cast, PEOPLE)
    assert ([len(part) for part in (again.new, again.changed, again.refused)], len(again.known)) == ([0, 0, 0], 3)
    assert "0 处变化" in send(officer, PEOPLE)
    assert db.session.scalar(select(func.count()).select_from(User)) == before
    assert db.session.scalars(select(AuditEntry.sentence).where(AuditEntry.event == "post.import")).all() == [
        "批量导入联络员和分管领导：任命3人次，修改联系方式0人"
    ]


def test_twenty_bad_rows_give_twenty_reasons_at_once_and_the_good_one_is_taken(cast: Cast, client: Clients) -> None:
    bad = [
        "没有的局\t联络员\t甲某\t", "市妇联\t秘书\t乙某\t", "市妇联\t联络员\t\t13800003333",
        "市妇联\t联络员\t丙某、丁某\t", "市妇联\t分管领导\t戊某\t电话不详",
    ]  # fmt: skip
    rows = ["单位\t岗位\t姓名\t电话", *bad * 4, "市统计局\t联络员\t高扬\t13800002222"]
    result = judged(cast, "\n".join(rows))
    assert len(result.refused) == 20
    assert all(one.faults for one in result.refused)
    page = send(client("officer"), "\n".join(rows))
    for reason in ("名单中没有“没有的局”", "岗位“秘书”不能识别", "没有写姓名", "一行填一个人", "格式不对"):
        assert reason in page
    client("officer").post("/roster/import", data={"text": "\n".join(rows), "seen": seen_on(page)})
    assert holder("市统计局", Role.LIAISON) is not None
    assert holder("市妇联", Role.UNIT_LEADER) is None


def test_somebody_else_at_the_post_follows_and_the_former_leaves(cast: Cast, client: Clients) -> None:
    text = "单位\t岗位\t姓名\t电话\n市教育局\t联络员\t新来人\t13700001111"
    result = judged(cast, text)
    assert [(one.before, one.after) for one in result.rows[0].changes] == [("王敏", "新来人")]
    assert result.rows[0].verdict is Verdict.DOUBTFUL, "whoever sits there is not sent away unseen"
    actions.take_people(cast.actor("officer"), result)
    person = holder("市教育局", Role.LIAISON)
    assert person is not None
    assert person.name == "新来人"
    assert not [one for one in user_of("wangmin").holdings if one.ends_on is None and one.post.role is Role.LIAISON]


@pytest.mark.parametrize(
    ("text", "unit", "verdict"),
    [
        ("单位名称\t简称\t联络员\n云川市妇女联合会\t市妇联\t\n\t市统计局\t郑谷雨", "市统计局", "good"),
        ("单位\t岗位\t姓名\t备注\n市妇联\t联络员\t周敏\t\n\t联络员\t郑谷雨\t市统计局", "市妇联", "refused"),
        ("单位\t简称\t联络员\n云川市妇女联合会\t市统计局\t郑谷雨", "市妇联", "refused"),
        ("单位\t岗位\t姓名\n市妇联\t联络员\t周敏\n\t分管领导\t郑谷雨", "市妇联", "doubtful"),
    ],
    ids=["the short name counts", "another unit in the line", "two names that differ", "an empty cell is told"],
)  # fmt: skip
def test_nobody_is_put_into_the_unit_of_the_line_above_unseen(cast: Cast, text: str, unit: str, verdict: str) -> None:
    last = judged(cast, text).rows[-1]
    assert (last.row.name, last.unit.short_name if last.unit else "", last.verdict.value) == ("郑谷雨", unit, verdict)


def test_a_new_telephone_is_a_change_and_an_empty_cell_is_none(cast: Cast) -> None:
    row = "单位\t岗位\t姓名\t电话\n市教育局\t联络员\t王敏\t"
    assert judged(cast, row).rows[0].changes == []
    result = judged(cast, row + "13711112222")
    assert [change.after for change in result.rows[0].changes] == ["13711112222"]
    actions.take_people(cast.actor("officer"), result)
    assert user_of("wangmin").phone == "13711112222"
    assert len(judged(cast, row + "13711112222").known) == 1


def test_one_person_at_two_posts_gets_one_account(cast: Cast) -> None:
    text = (
        "单位\t岗位\t姓名\t电话\n市妇联\t联络员\t周敏\t138001\n市统计局\t联络员\t周敏\t138001\n"
        "市妇联\t分管领导\t何芳\t139001"
    )
    result = judged(cast, text)
    assert [one.verdict for one in result.rows] == [Verdict.GOOD, Verdict.DOUBTFUL, Verdict.GOOD]
    assert len(actions.take_people(cast.actor("officer"), result)) == 2
    assert holder("市妇联", Role.LIAISON) is holder("市统计局", Role.LIAISON)
    assert len(judged(cast, text).known) == 3


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("市妇联\t联络员\t周敏\twangmin", "登录名“wangmin”已被使用"),
        ("市妇联\t联络员\t系统员\tsysadmin", "不能由办理业务的人兼任"),
        ("市妇联\t联络员\t周敏\t9x", "登录名为3至40个字母或数字"),
        ("市教育局\t联络员\t王敏\tsomebody", "设定后不能更改"),
    ],
)
def test_nobody_elses_account_is_taken_by_a_list(cast: Cast, row: str, reason: str) -> None:
    admin = db.session.get_one(Holding, cast.holdings["sysadmin"]).user
    row = row.replace("系统员\tsysadmin", f"{admin.name}\t{admin.login}")
    result = judged(cast, "单位\t岗位\t姓名\t登录名\n" + row)
    assert reason in "".join(result.rows[0].faults)
    assert actions.take_people(cast.actor("officer"), result) == []


def test_what_was_looked_at_is_what_is_written(cast: Cast, client: Clients) -> None:
    page = send(client("officer"), PEOPLE)
    other = send(client("officer"), PEOPLE.replace("高扬", "高杨"), seen_on(page))
    assert "内容与核对时不同，还没有写入" in other
    assert holder("市妇联", Role.LIAISON) is None


def test_the_sheet_lists_every_post_and_comes_back_unchanged(cast: Cast, client: Clients) -> None:
    content = client("officer").get("/roster/import/sheet.xlsx").data
    book = load_workbook(BytesIO(content))
    assert book.sheetnames[0] == "联络员和分管领导"
    assert "说明" in book.sheetnames
    sheet = book.worksheets[0]
    assert sheet.data_validations.dataValidation
    assert any("王敏" in [str(cell) for cell in row] for row in sheet.iter_rows(values_only=True))
    page = client("officer").post(
        "/roster/import", data={"document": (BytesIO(content), "名单.xlsx")}, content_type="multipart/form-data"
    )
    assert "0 处变化" in page.text
    assert "没有写姓名" not in page.text


def test_a_long_list_costs_the_same_queries_to_judge(cast: Cast) -> None:
    with counted() as few:
        judged(cast, PEOPLE)
    with counted() as many:
        judged(cast, PEOPLE + "\n".join(f"市妇联\t联络员\t某{number}\t1380000{number:04}" for number in range(60)))
    assert len(many) == len(few)


def slips_of(cast: Cast, *, sign_in: bool) -> list[actions.Slip]:
    rows = queries.slip_holders(cast.actor("officer"), everybody=False)
    people = list(db.session.scalars(rows).unique())
    with actions.making_slips(cast.actor("officer"), people, sign_in=sign_in) as slips:
        return slips


def test_the_slips_come_on_few_pages_each_with_its_code(cast: Cast, client: Clients) -> None:
    actions.take_people(cast.actor("officer"), judged(cast, PEOPLE))
    officer = client("officer")
    assert "周敏" in officer.get("/roster/slips").text
    numbers = [
        one.id for one in db.session.scalars(queries.slip_holders(cast.actor("officer"), everybody=False)).unique()
    ]
    answer = officer.post("/roster/slips?kind=first", data={"ids": numbers})
    assert answer.mimetype == "application/pdf"
    pages = PdfReader(BytesIO(answer.data)).pages
    words = "".join(page.extract_text() for page in pages)
    assert len(pages) == -(-len(numbers) // 10)
    assert len(re.findall(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", words)) == len(numbers)
    assert "24小时" not in words
    assert "前有效" in words


def test_a_code_typed_from_the_slip_leads_in_once(app: Flask, cast: Cast) -> None:
    actions.take_people(cast.actor("officer"), judged(cast, PEOPLE))
    slip = next(one for one in slips_of(cast, sign_in=True) if one.name == "周敏")
    browser = app.test_client()
    typed = " ".join(slip.key[at : at + 4].upper() for at in range(0, 16, 4))
    assert browser.post("/slip", data={"code": typed}).location == f"/enter/{slip.key}"
    assert not signed_in(browser)
    browser.post(f"/enter/{slip.key}")
    assert signed_in(browser)
    assert "不正确，或者已经用过" in app.test_client().post("/slip", data={"code": typed}).text


def test_a_wrong_and_an_outdated_code_say_the_same(app: Flask, cast: Cast) -> None:
    actions.take_people(cast.actor("officer"), judged(cast, PEOPLE))
    slip = slips_of(cast, sign_in=False)[0]
    wrong = app.test_client().post("/slip", data={"code": "abcd-efgh-jkmn-pqrs"}).text
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert "不正确，或者已经用过" in app.test_client().post("/slip", data={"code": slip.key}).text
    assert "不正确，或者已经用过" in wrong


@pytest.mark.parametrize(("days", "last"), [(0, ""), (1, "2026-11-23"), (5, "2026-11-27")])
def test_a_printed_slip_opens_for_as_many_working_days_as_the_office_set(
    app: Flask, cast: Cast, client: Clients, days: int, last: str
) -> None:
    """Printed on a Friday, and it travels: a link still dies within a day."""
    with time_machine.travel(datetime(2026, 11, 20, 16, 0, tzinfo=clock.SHANGHAI), tick=False):
        officer = cast.actor("officer", at=clock.now(), on=clock.today())
        change_settings(officer, cast.committee, replace(cast.committee.settings, slip_workdays=days))
        actions.take_people(officer, judged(cast, PEOPLE))
        page = client("officer").get("/roster/slips").text
        people = db.session.scalars(queries.slip_holders(officer, everybody=False)).unique()
        with actions.making_slips(officer, list(people), sign_in=False) as (slip, *_):
            pass
        link = actions.give_key(officer, user_of("wangmin"))
    end = datetime.fromisoformat(f"{last} 23:59:00+08:00") if days else datetime.fromisoformat("2026-11-21 16:00+08:00")
    assert slip.expires_at == end
    assert f"{zh_datetime(end)}前有效" in page
    assert f"{zh_datetime(end)}前有效" in documents.slip_card(slip, body_name="", site="", link="").foot
    said = select(AuditEntry.sentence).where(
        AuditEntry.sentence.contains(slip.login), AuditEntry.event.startswith("user.")
    )
    assert f"{zh_datetime(end)}前有效" in db.session.scalars(said.order_by(AuditEntry.id)).all()[-1]
    for moment, opens in ((end - timedelta(minutes=1), True), (end + timedelta(minutes=1), False)):
        with time_machine.travel(moment, tick=False):
            answer = app.test_client().post("/slip", data={"code": slip.key})
            assert (answer.location is not None) is opens
    with time_machine.travel(datetime(2026, 11, 21, 16, 1, tzinfo=clock.SHANGHAI), tick=False):
        assert queries.key_of(link, clock.now(), *LINKS) is None


def test_who_holds_two_posts_gets_a_slip_for_each_and_both_open(cast: Cast) -> None:
    text = "单位\t岗位\t姓名\t电话\n市妇联\t联络员\t周敏\t138001\n市统计局\t联络员\t周敏\t138001"
    actions.take_people(cast.actor("officer"), judged(cast, text))
    slips = [one for one in slips_of(cast, sign_in=True) if one.name == "周敏"]
    assert len(slips) == 2
    assert [actions.use_sign_in_link(one.key, at=clock.now())[0] for one in slips]
    assert len([one for one in slips_of(cast, sign_in=False) if one.name == "周敏"]) == 1


def test_new_slips_make_those_before_worthless(cast: Cast) -> None:
    actions.take_people(cast.actor("officer"), judged(cast, PEOPLE))
    first = {one.name: one.key for one in slips_of(cast, sign_in=True)}
    slips_of(cast, sign_in=True)
    with pytest.raises(RuleError, match="已经用过"):
        actions.use_sign_in_link(first["周敏"], at=clock.now())
    living = select(func.count()).select_from(OneTimeToken).where(OneTimeToken.used_at.is_(None))
    assert db.session.scalar(living.where(OneTimeToken.user_id == user_of("zhoumin").id)) == 1


def test_the_office_prints_no_slip_for_an_administrators_account(cast: Cast) -> None:
    holding = db.session.get_one(Holding, cast.holdings["liaison"])
    holding.user.committee_id = cast.committee_id
    other = db.session.get_one(Holding, cast.holdings["sysadmin"])
    with (
        pytest.raises(RuleError, match="系统管理员生成"),
        actions.making_slips(cast.actor("officer"), [other], sign_in=False),
    ):
        pass


@pytest.mark.parametrize("kind", ["docx", "pdf", "xlsx"])
def test_the_list_leaves_as_paper_with_numbers_as_the_reader_may_see_them(
    cast: Cast, client: Clients, kind: str
) -> None:
    person = user_of("wangmin")
    actions.change_contact(
        cast.actor("sysadmin"), person, name=person.name, email=None, phone="13812345678"
    )  # fmt: skip
    whole, masked = (client(who).get(f"/roster.{kind}") for who in ("officer", "other_liaison"))
    assert (whole.status_code, masked.status_code) == (200, 200)
    if kind == "xlsx":
        for answer, number in ((whole, "13812345678"), (masked, "138****5678")):
            cells = [str(cell) for row in load_workbook(BytesIO(answer.data)).active.values for cell in row]  # type: ignore[union-attr]
            assert number in cells
    if kind == "pdf":
        words = "".join(page.extract_text() for page in PdfReader(BytesIO(masked.data)).pages)
        assert ("138****5678" in words, "13812345678" in words) == (True, False)
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.event == "export.make")).all()) == 2


def test_whoever_makes_links_for_another_address_is_told(
    cast: Cast, client: Clients, settings: Callable[..., None]
) -> None:
    address = f"/unit-holdings/{cast.holdings['liaison']}/link"
    assert "链接使用的地址与您现在访问的不同" in client("officer").post(address).text
    for page in ("/roster/slips", "/settings", "/health"):
        assert "链接使用的地址与您现在访问的不同" in client("officer").get(page).text
    settings(base_url="http://localhost")
    page = client("officer").post(address).text
    assert "与您现在访问的不同" not in page
    assert "与您现在访问的不同" not in client("officer").get("/settings").text
    assert re.search(r"登录码 <strong><code[^>]*>[a-z2-9]{4}-", page)


def test_a_list_sent_twice_at_once_makes_nobody_twice(cast: Cast) -> None:
    first, second = judged(cast, PEOPLE), judged(cast, PEOPLE)
    actions.take_people(cast.actor("officer"), first)
    before = db.session.scalar(select(func.count()).select_from(User))
    assert actions.take_people(cast.actor("officer"), second) == []
    assert db.session.scalar(select(func.count()).select_from(User)) == before
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.event == "post.import")).all()) == 1


def test_a_list_that_became_wrong_meanwhile_is_written_not_at_all(cast: Cast) -> None:
    """Whoever came to a post after it was judged is not sent away by it."""
    text = "单位\t岗位\t姓名\t电话\n市教育局\t联络员\t{}\t13700001111"
    second = judged(cast, text.format("后来人") + "\n市妇联\t分管领导\t高扬\t13800002222")
    actions.take_people(cast.actor("officer"), judged(cast, text.format("先来人")))
    with pytest.raises(RuleError, match="刚才有变动"):
        actions.take_people(cast.actor("officer"), second)
    person = holder("市教育局", Role.LIAISON)
    assert person is not None
    assert person.name == "先来人"
    assert holder("市妇联", Role.UNIT_LEADER) is None


def _given_links(cast: Cast, logins: list[str]) -> dict[str, str]:
    return {login: actions.give_key(cast.actor("officer"), user_of(login)) for login in logins}


def test_a_long_sheet_is_made_in_batches_and_ends_what_was_before_when_it_is_whole(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two batches others may write: no batch holds the lock for the whole list."""
    actions.take_people(cast.actor("officer"), judged(cast, PEOPLE))
    former = _given_links(cast, ["zhoumin", "hefang", "gaoyang"])
    seen: list[int] = []
    whole = roster.give_key

    def giving(*args: Any, **words: Any) -> str:
        alive = [queries.key_of(key, clock.now(), *LINKS) for key in former.values()]
        assert all(alive), "what people have stays good until everything is made"
        seen.append(db.session.scalar(select(func.count()).select_from(OneTimeToken)) or 0)
        return whole(*args, **words)

    monkeypatch.setattr(roster, "SLIPS_AT_ONCE", 2)
    monkeypatch.setattr(roster, "give_key", giving)
    commits: list[object] = []
    event.listen(db.session(), "after_commit", commits.append)
    slips = slips_of(cast, sign_in=False)
    assert len(commits) == -(-len(slips) // 2) + 1
    assert {"zhoumin", "hefang", "gaoyang"} <= {one.login for one in slips}
    assert not any(queries.key_of(key, clock.now(), *LINKS) for key in former.values())
    assert all(queries.key_of(one.key, clock.now(), *LINKS) for one in slips)


def test_a_sheet_that_breaks_off_leaves_what_people_had_and_nothing_else(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.take_people(cast.actor("officer"), judged(cast, PEOPLE))
    former = _given_links(cast, ["zhoumin", "hefang", "gaoyang"])
    made: list[str] = []
    whole = roster.give_key

    def giving(*args: Any, **words: Any) -> str:
        if len(made) == 2:
            raise RuleError("中断")
        made.append(whole(*args, **words))
        return made[-1]

    monkeypatch.setattr(roster, "SLIPS_AT_ONCE", 1)
    monkeypatch.setattr(roster, "give_key", giving)
    with pytest.raises(RuleError, match="中断"):
        slips_of(cast, sign_in=False)
    assert all(queries.key_of(key, clock.now(), *LINKS) for key in former.values())
    assert not any(queries.key_of(key, clock.now(), *LINKS) for key in made)
    said = db.session.scalars(select(AuditEntry.sentence).where(AuditEntry.event == "user.slips_ended")).all()
    assert said == ["登录凭条没有做完，已生成的2份没有交给任何人，随即失效；以前的链接和凭条照常有效"]


def test_what_people_had_outlasts_a_sheet_that_cannot_be_set(
    cast: Cast, client: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.take_people(cast.actor("officer"), judged(cast, PEOPLE))
    former = _given_links(cast, ["zhoumin", "hefang", "gaoyang"])

    def breaking(*_: Any, **__: Any) -> None:
        raise RuleError("没有可用的字体。")

    monkeypatch.setattr(documents, "slip_sheet", breaking)
    assert "没有可用的字体" in client("officer").post("/roster/slips", data={"all": 1}, follow_redirects=True).text
    assert all(queries.key_of(key, clock.now(), *LINKS) for key in former.values())
    living = select(func.count()).select_from(OneTimeToken).where(OneTimeToken.used_at.is_(None))
    assert db.session.scalar(living) == len(former), "what was made for the sheet opens nothing"


@pytest.mark.parametrize("door", ["link", "sign-in-link"])
def test_what_is_printed_from_one_persons_page_is_a_slip_and_opens_as_long(
    cast: Cast, client: Clients, door: str
) -> None:
    """One rule: a link that is shown lives a day, paper as long as the office set."""
    officer = cast.actor("officer")
    change_settings(officer, cast.committee, replace(cast.committee.settings, slip_workdays=3))
    until = f"{zh_datetime(queries.slips_open_until(officer))}前有效"
    page = client("officer").post(f"/unit-holdings/{cast.holdings['liaison']}/{door}").text
    assert until in page
    assert "data-print" not in page, "two papers with two lives would be one too many"
    form = re.search(r'action="(/roster/slips[^"]*)".*?name="ids" value="(\d+)"', page, re.S)
    link = re.search(r"/(?:enter|invitation)/([a-z2-9]{16})", page)
    assert form is not None
    assert link is not None
    assert queries.key_of(link[1], clock.now(), *LINKS) is not None
    paper = client("officer").post(form[1].replace("&amp;", "&"), data={"ids": form[2]})
    words = "".join(one.extract_text() for one in PdfReader(BytesIO(paper.data)).pages).replace("\n", "")
    assert until in words
    assert queries.key_of(link[1], clock.now(), *LINKS) is None, "the paper counts from now on"
