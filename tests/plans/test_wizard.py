"""The import in a browser without a browser: upload, check, correct, write."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.cast import Cast
from tests.makers.plans import make_import, make_plan, plan_draft
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.plans import actions
from tracker.plans.importing.stored import doubts_of, open_doubts, plans_of
from tracker.plans.models import Area, Goal, ImportDraft, ImportState, Measure, Plan

Client = Callable[[str], FlaskClient]

OWN_PLAN = """云川市妇女发展规划（2021—2030年）

一、发展领域

（一）妇女与健康

主要目标：

1.妇女健康水平进一步提高，人均预期寿命达到82岁以上。
2.孕产妇死亡率下降到9/10万以下。
3.适龄妇女两癌筛查率达到80%以上。

策略措施：

1.完善妇女健康服务。健全市县乡三级服务网络。每个县办好一所妇幼保健院。
2.做好孕产期保健。为孕产妇提供全程服务。建立高危孕产妇专案管理制度。
3.推进两癌筛查。扩大筛查覆盖面。定期公布筛查结果。

（二）妇女与教育

主要目标：

1.女性平等接受各级各类教育，平均受教育年限达到12年。
2.女性接受职业教育的比例保持在45%左右。

策略措施：

1.保障女童接受义务教育。落实控辍保学责任。对困难家庭女童给予资助。
2.发展女性职业教育。开设适合当地产业的课程。鼓励企业接收女性学员实习。
"""


def plans_folder() -> Path:
    return Path(os.environ.get("PLANS_DIR", Path(__file__).resolve().parents[3] / "shared" / "plans"))


def upload(client: FlaskClient, content: bytes, name: str = "规划.txt", **kwargs: object):  # type: ignore[no-untyped-def]
    given = {"file": (BytesIO(content), name)}
    return client.post("/plans/import", data=given, content_type="multipart/form-data", **kwargs)


def only_draft() -> ImportDraft:
    return db.session.scalars(select(ImportDraft).order_by(ImportDraft.id.desc())).first()  # type: ignore[return-value]


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def correct(client: FlaskClient, draft: ImportDraft, **words: object):  # type: ignore[no-untyped-def]
    given = {"version": draft.version, "plan": 0, "area": 0, **words}
    return client.post(f"/plans/import/{draft.id}/correct", data=given)


def test_an_uploaded_plan_is_read_checked_and_written(client: Client, cast: Cast) -> None:
    officer = client("officer")
    answer = upload(officer, OWN_PLAN.encode())
    draft = only_draft()
    assert answer.location == f"/plans/import/{draft.id}"
    page = officer.get(answer.location).text
    assert "妇女与健康" in page
    assert "孕产妇死亡率下降到9/10万以下" in page
    assert 'id="L11"' in page
    assert count(Plan) == 0
    confirm = officer.get(f"/plans/import/{draft.id}/write").text
    assert "2 个领域、5 条目标、5 条措施" in confirm
    done = officer.post(f"/plans/import/{draft.id}/write", data={"version": draft.version}, follow_redirects=True)
    assert "已导入《云川市妇女发展规划（2021—2030年）》" in done.text
    assert (count(Plan), count(Area), count(Goal), count(Measure)) == (1, 2, 5, 5)


def test_pasted_text_is_read_as_a_file_is(client: Client, cast: Cast) -> None:
    answer = client("officer").post("/plans/import", data={"text": OWN_PLAN})
    assert answer.status_code == 302
    assert only_draft().source_name == "粘贴的文本.txt"


def test_the_same_file_twice_changes_nothing(client: Client, cast: Cast) -> None:
    officer = client("officer")
    upload(officer, OWN_PLAN.encode())
    draft = only_draft()
    officer.post(f"/plans/import/{draft.id}/write", data={"version": draft.version})
    again = upload(officer, OWN_PLAN.encode(), follow_redirects=True)
    assert "已导入，0处变化" in again.text
    assert (count(Plan), count(ImportDraft)) == (1, 1)


def test_the_same_file_being_checked_is_taken_up_again(client: Client, cast: Cast) -> None:
    officer = client("officer")
    first = upload(officer, OWN_PLAN.encode())
    second = upload(client("second_officer"), OWN_PLAN.encode())
    assert first.location == second.location
    assert count(ImportDraft) == 1


def test_pressing_write_twice_writes_once(client: Client, cast: Cast) -> None:
    draft = make_import(cast, plan_draft())
    officer, version = client("officer"), draft.version
    officer.post(f"/plans/import/{draft.id}/write", data={"version": version})
    again = officer.post(f"/plans/import/{draft.id}/write", data={"version": version}, follow_redirects=True)
    assert "没有重复写入" in again.text
    assert count(Plan) == 1


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "空.txt", "空的"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 200, "规划.txt", "图"),
        (bytes(range(256)) * 50, "规划.txt", "没有保存任何规划"),
        ("今天天气很好。\n".encode() * 40, "随笔.txt", "不像妇女或儿童发展规划"),
        (b"x" * (21 << 20), "很大.txt", "20 MB"),
        (OWN_PLAN.encode("big5", errors="ignore")[:3001] + b"\xff\xfe\x81", "乱码.txt", "没有保存任何规划"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_on_the_same_page(
    client: Client, cast: Cast, content: bytes, name: str, said: str
) -> None:
    answer = upload(client("officer"), content, name)
    assert answer.status_code == 200
    assert "处需要改正" in answer.text
    if said != "没有保存任何规划":
        assert said in answer.text
    assert (count(Plan), count(ImportDraft)) == (0, 0)


def test_nothing_chosen_is_said_at_the_field(client: Client, cast: Cast) -> None:
    assert "请选择规划文件" in client("officer").post("/plans/import", data={}).text


def test_an_item_is_edited_and_its_targets_are_read_anew(client: Client, cast: Cast) -> None:
    draft = make_import(cast, plan_draft())
    correct(client("officer"), draft, do="edit", list_of="goals", index=0, no=1, text="孕产妇死亡率下降到8/10万以下。")
    goal = plans_of(only_draft())[0].areas[0].goals[0]
    assert goal.text == "孕产妇死亡率下降到8/10万以下。"
    assert [(target.value, target.unit) for target in goal.targets] == [(8, "1/10万")]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ({"do": "remove", "index": 1}, ["1", "3"]),
        ({"do": "merge", "index": 1}, ["1", "2"]),
        ({"do": "split", "index": 0, "text": "甲。\n\n乙。"}, ["1", "2", "3", "4"]),
        ({"do": "add", "index": 2, "text": "补上的一条措施，另行安排。"}, ["1", "2", "3", "4"]),
        ({"do": "up", "index": 1}, ["1", "2", "3"]),
        ({"do": "other_list", "index": 0}, ["2", "3"]),
    ],
)
def test_the_list_is_put_right(client: Client, cast: Cast, words: dict[str, object], numbers: list[str]) -> None:
    draft = make_import(cast, plan_draft())
    answer = correct(client("officer"), draft, list_of="measures", **words)
    assert answer.status_code == 302
    assert [str(one.no) for one in plans_of(only_draft())[0].areas[0].measures] == numbers


def test_a_measure_moves_to_another_area_and_becomes_a_goal(client: Client, cast: Cast) -> None:
    draft = make_import(cast, plan_draft())
    correct(client("officer"), draft, do="other_area", list_of="measures", index=0, to_area=1)
    areas = plans_of(only_draft())[0].areas
    assert (len(areas[0].measures), len(areas[1].measures)) == (2, 4)
    correct(client("officer"), only_draft(), do="other_list", list_of="measures", index=0)
    areas = plans_of(only_draft())[0].areas
    assert (len(areas[0].goals), len(areas[0].measures)) == (3, 1)


def test_a_lost_heading_is_put_back_and_a_false_one_taken_away(client: Client, cast: Cast) -> None:
    draft = make_import(cast, plan_draft())
    correct(client("officer"), draft, do="start_area", list_of="measures", index=1, name="妇女与体育")
    plan = plans_of(only_draft())[0]
    assert [(area.name, area.ordinal, len(area.measures)) for area in plan.areas] == [
        ("妇女与健康", 1, 1), ("妇女与体育", 2, 2), ("妇女与教育", 3, 3)
    ]  # fmt: skip
    correct(client("officer"), only_draft(), do="merge_area", area=1)
    assert [len(area.measures) for area in plans_of(only_draft())[0].areas] == [3, 3]


def test_the_cover_is_put_right(client: Client, cast: Cast) -> None:
    draft = make_import(cast, plan_draft())
    correct(
        client("officer"), draft, do="cover", title="云川市妇女发展规划", kind="women", region="云川市",
        first_year="2021", last_year="2025", document_number="云政发〔2022〕1号", issued_on="2022年3月1日",
    )  # fmt: skip
    plan = plans_of(only_draft())[0]
    assert (plan.title, plan.period, plan.issued_on) == ("云川市妇女发展规划", (2021, 2025), "2022-03-01")


def test_a_wrong_date_is_said_and_nothing_typed_is_lost(client: Client, cast: Cast) -> None:
    draft = make_import(cast, plan_draft())
    answer = correct(
        client("officer"), draft, do="cover", title="新标题甲乙丙", kind="women", first_year="2021", last_year="2030",
        issued_on="2022年13月1日",
    )  # fmt: skip
    assert answer.status_code == 200
    assert "不是有效的日期" in answer.text
    assert "新标题甲乙丙" in answer.text
    assert "2022年13月1日" in answer.text


def test_the_second_of_two_correctors_is_told_and_shown_both_texts(client: Client, cast: Cast) -> None:
    draft = make_import(cast, plan_draft())
    seen = draft.version
    correct(client("officer"), draft, do="edit", list_of="goals", index=0, no=1, text="甲的文字。")
    answer = client("second_officer").post(
        f"/plans/import/{draft.id}/correct",
        data={
            "version": seen, "plan": 0, "area": 0, "do": "edit", "list_of": "goals", "index": 0, "no": 1,
            "text": "乙的文字。",
        },
    )  # fmt: skip
    assert answer.status_code == 409
    assert "刚才有人改过" in answer.text
    assert "甲的文字。" in answer.text
    assert "乙的文字。" in answer.text
    assert plans_of(only_draft())[0].areas[0].goals[0].text == "甲的文字。"


def test_each_correction_says_what_was_changed(client: Client, cast: Cast) -> None:
    draft = make_import(cast, plan_draft())
    number, area = draft.id, plans_of(draft)[0].areas[0].name
    address, given = (
        f"/plans/import/{number}/correct",
        {"do": "rename_area", "plan": 0, "area": 0, "name": "妇女与环境"},
    )
    saying = {**given, "version": draft.version}
    page = client("officer").post(address, data=saying, follow_redirects=True).get_data(as_text=True)
    assert f"已保存：领域“{area}”改名为“妇女与环境”。" in page
    saying["version"] = db.session.get_one(ImportDraft, number).version
    page = client("officer").post(address, data=saying, follow_redirects=True).get_data(as_text=True)
    assert "没有变化。" in page


def test_each_correction_leaves_a_sentence_in_the_trail(client: Client, cast: Cast) -> None:
    draft = make_import(cast, plan_draft())
    correct(client("officer"), draft, do="remove", list_of="goals", index=1)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "import.correct")).one()
    assert "删去妇女与健康目标2" in entry.sentence
    assert entry.changes["content"] == ["（不显示）", "（不显示）"]


def test_twenty_bad_rows_give_twenty_reasons_at_once_and_nothing_is_written(client: Client, cast: Cast) -> None:
    draft = make_import(cast, plan_draft(areas=2, goals=10, measures=3))
    officer = client("officer")
    for area in range(2):
        for index in range(10):
            now = only_draft()
            correct(officer, now, do="edit", area=area, list_of="goals", index=index, no=7, text=f"第{index}条。")
    for area in range(2):
        correct(officer, only_draft(), do="rename_area", area=area, name="同名领域")
    page = officer.get(f"/plans/import/{draft.id}/write").text
    assert "有10条目标都编为第7条" in page
    assert "有两个领域都叫“同名领域”" in page
    officer.post(f"/plans/import/{draft.id}/write", data={"version": only_draft().version})
    assert count(Plan) == 0
    assert only_draft().state is ImportState.CHECKING


def test_doubts_are_ticked_off_remembered_and_taken_back(client: Client, cast: Cast) -> None:
    torn = OWN_PLAN.replace("2.孕产妇", "4.孕产妇").replace("3.适龄", "适龄")
    officer = client("officer")
    upload(officer, torn.encode())
    draft = only_draft()
    page = officer.get(f"/plans/import/{draft.id}?tab=doubts").text
    assert "共读出 10 条目标和措施" in page
    doubts = doubts_of(draft)
    assert len(doubts) >= 2
    assert f"还有 {len(doubts)} 处" in officer.get(f"/plans/import/{draft.id}/write").text
    officer.post(f"/plans/import/{draft.id}/doubts", data={"ids": ["0"], "do": "settle"})
    client("second_officer").post(f"/plans/import/{draft.id}/doubts", data={"ids": ["0", "1"], "do": "settle"})
    page = officer.get(f"/plans/import/{draft.id}?tab=doubts").text
    assert page.count("已核对 ") == 2
    correct(officer, only_draft(), do="rename_area", area=0, name="妇女健康")
    assert len(open_doubts(only_draft())) == len(doubts) - 2
    assert doubts[0].message not in officer.get(f"/plans/import/{draft.id}?area=0").text
    officer.post(f"/plans/import/{draft.id}/doubts", data={"ids": ["0"], "do": "reopen"})
    assert len(open_doubts(only_draft())) == len(doubts) - 1


def test_a_doubt_that_is_not_there_is_refused(client: Client, cast: Cast) -> None:
    draft = make_import(cast, plan_draft())
    data = {"ids": ["99"], "do": "settle"}
    page = client("officer").post(f"/plans/import/{draft.id}/doubts", data=data, follow_redirects=True).text
    assert "请刷新页面核对" in page


def test_a_dropped_import_can_be_taken_up_again(client: Client, cast: Cast) -> None:
    draft = make_import(cast, plan_draft())
    officer = client("officer")
    officer.post(f"/plans/import/{draft.id}/drop")
    assert only_draft().state is ImportState.DROPPED
    assert (
        "不能再改"
        in officer.post(
            f"/plans/import/{draft.id}/correct",
            data={"plan": 0, "area": 0, "do": "remove", "list_of": "goals", "index": 0},
        ).text
    )
    officer.post(f"/plans/import/{draft.id}/take-up")
    assert only_draft().state is ImportState.CHECKING


def test_one_file_in_two_imports_is_written_once(client: Client, cast: Cast) -> None:
    first = make_import(cast, plan_draft())
    actions.drop_import(cast.actor("officer"), first)
    second = make_import(cast, plan_draft())
    assert second.id != first.id
    actions.import_reading(cast.actor("officer"), second)
    actions.take_up_import(cast.actor("officer"), first)
    page = client("officer").post(f"/plans/import/{first.id}/write", data={"version": first.version})
    assert "已导入，0处变化" in page.text
    assert count(Plan) == 1


def test_a_revised_document_shows_its_differences_before_it_is_written(client: Client, cast: Cast) -> None:
    make_plan(cast)
    old = plan_draft(measures=4)
    areas = old.areas
    goals = (replace(areas[0].goals[0], text="妇女与健康的第1项水平达到95%以上。"), *areas[0].goals[1:])
    revised = replace(old, areas=(replace(areas[0], goals=goals), areas[1]))
    draft = make_import(cast, revised)
    page = client("officer").get(f"/plans/import/{draft.id}?tab=changes").text
    assert "3 处变化" in page
    assert "<del>81%</del>" in page
    assert "<ins>95%</ins>" in page
    assert count(Plan) == 1
    client("officer").post(f"/plans/import/{draft.id}/write", data={"version": draft.version})
    assert count(Plan) == 1
    goal = db.session.scalars(select(Goal).order_by(Goal.id)).first()
    assert goal is not None
    assert goal.text.endswith("达到95%以上。")
    assert count(Measure) == 8


def test_a_plan_of_another_place_is_no_revision(cast: Cast) -> None:
    make_plan(cast)
    other = replace(plan_draft(), title="临江省妇女发展规划（2021—2030年）", region="临江省")
    actions.import_reading(cast.actor("officer"), make_import(cast, other))
    assert count(Plan) == 2


def test_what_a_revision_leaves_out_is_marked_and_not_deleted(client: Client, cast: Cast) -> None:
    plan = make_plan(cast)
    draft = make_import(cast, plan_draft(goals=1))
    actions.import_reading(cast.actor("officer"), draft)
    dropped = db.session.scalars(select(Goal).where(Goal.dropped_on.is_not(None))).all()
    assert len(dropped) == 2
    assert [len(area.goals) for area in plan.areas] == [1, 1]
    assert count(Plan) == 1


def test_a_revision_may_bring_a_new_area(client: Client, cast: Cast) -> None:
    plan = make_plan(cast, areas=2)
    actions.import_reading(cast.actor("officer"), make_import(cast, plan_draft(areas=3)))
    assert [area.name for area in plan.areas] == ["妇女与健康", "妇女与教育", "妇女与经济"]
    assert len(plan.areas[2].measures) == 3


def test_a_revision_may_be_imported_as_a_plan_of_its_own(client: Client, cast: Cast) -> None:
    make_plan(cast)
    draft = make_import(cast, plan_draft(goals=1))
    officer = client("officer")
    officer.post(f"/plans/import/{draft.id}/target", data={"version": draft.version, "plan": 0, "target": ""})
    officer.post(f"/plans/import/{draft.id}/write", data={"version": only_draft().version})
    assert count(Plan) == 2


@pytest.mark.parametrize("who", ["liaison", "leader", "chair", "sysadmin", "auditor"])
def test_only_the_office_imports(client: Client, cast: Cast, who: str) -> None:
    draft = make_import(cast, plan_draft())
    one = client(who)
    assert one.get("/plans/import").status_code == 403
    assert one.get(f"/plans/import/{draft.id}").status_code == 404
    assert one.post(f"/plans/import/{draft.id}/write").status_code == 404


@pytest.mark.parametrize("who", ["upper_officer", "lower_officer"])
def test_no_other_committee_sees_an_import_or_a_plan(client: Client, cast: Cast, who: str) -> None:
    draft, plan = make_import(cast, plan_draft(kind="children")), make_plan(cast)
    one = client(who)
    assert one.get(f"/plans/import/{draft.id}").status_code == 404
    assert one.get(f"/plans/{plan.id}").status_code == 404
    assert plan.title not in one.get("/plans").text


def test_a_real_document_goes_through_the_wizard(client: Client, cast: Cast) -> None:
    found = sorted(plans_folder().glob("001*.txt"))
    if not found:
        pytest.skip("../shared/plans 不在这台机器上")
    officer = client("officer")
    upload(officer, found[0].read_bytes(), found[0].name)
    draft = only_draft()
    for index in range(2):
        assert officer.get(f"/plans/import/{draft.id}?plan={index}&area=3").status_code == 200
    for tab in ("doubts", "changes", "cover"):
        assert officer.get(f"/plans/import/{draft.id}?tab={tab}").status_code == 200
    officer.post(f"/plans/import/{draft.id}/write", data={"version": draft.version})
    sizes = [
        (sum(len(area.goals) for area in plan.areas), sum(len(area.measures) for area in plan.areas))
        for plan in db.session.scalars(select(Plan).order_by(Plan.ordinal))
    ]
    assert sizes == [(75, 92), (69, 86)]


def test_the_command_line_imports_the_same_file_once(cast: Cast) -> None:
    officer = cast.actor("officer")
    first = actions.import_file(officer, OWN_PLAN.encode(), "规划.txt")
    second = actions.import_file(officer, OWN_PLAN.encode(), "规划.txt")
    assert (first.changed, second.changed) == (10, 0)
    assert second.sentence == "《云川市妇女发展规划（2021—2030年）》已导入，0处变化。"
    assert [plan.id for plan in first.plans] == [plan.id for plan in second.plans]
