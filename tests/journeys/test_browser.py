"""The same year in a real Chromium: the acts of the story by hand, and every page looked at by axe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import PHONE, WIDE, Heard, found_by_axe, runs_over, served
from tests.guards import world as worlds
from tests.guards.test_pages import STOPS
from tests.guards.world import World
from tests.journeys.stage import PASSWORD, Stage, staged
from tests.journeys.test_year import documents
from tracker.core import web

pytestmark = pytest.mark.browser

LOGINS = {who: login for who, (login, *_) in worlds.casting.PEOPLE.items()}
OWN_PLAN = web.resource_dir("seed") / "content" / "plans" / "children.txt"


@dataclass
class House:
    """A running site in January, with a report in every state; people come in through the sign-in page."""

    stage: Stage
    world: World
    address: str
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    signed_in: dict[str, list[dict[str, object]]] = field(default_factory=dict)

    def sit_down(self, who: str, *, script: bool = True, phone: bool = False) -> Page:
        """A browser of somebody's own, signed in by password."""
        context = self.browser.new_context(
            base_url=self.address, viewport=PHONE if phone else WIDE, locale="zh-CN",
            java_script_enabled=script, accept_downloads=True,
        )  # fmt: skip
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        page = context.new_page()
        heard = Heard()
        heard.listen(page)
        page.heard = heard  # type: ignore[attr-defined]
        if who != "stranger":
            self._come_in(context, page, who)
        return page

    def _come_in(self, context: BrowserContext, page: Page, who: str) -> None:
        if who in self.signed_in:
            context.add_cookies(self.signed_in[who])  # type: ignore[arg-type]
            return
        page.goto("/sign-in")
        page.get_by_label("登录名").fill(LOGINS[who])
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("工作台")
        self.signed_in[who] = list(context.cookies())  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def house(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with staged(tmp_path_factory.mktemp("house")) as stage:
        stage.at(worlds.NOW)
        with stage.app.app_context():
            world = worlds.build(stage.cast, rows=3)
            world.things["session"] = 1
        with served(stage.app) as address:
            yield House(stage, world, address, chromium)


@pytest.fixture
def sit_down(house: House) -> Iterator[Callable[..., Page]]:
    yield house.sit_down
    for context in house.contexts:
        context.close()
    house.contexts.clear()


def open_page(page: Page, house: House, address: str) -> None:
    answer = page.goto(house.world.address(address))
    assert answer is not None
    assert answer.status in {200, 410}, address


# --- every page -------------------------------------------------------------------------------------------------------

ORDER = ("officer", "liaison", "sysadmin", "secadmin", "auditor", "head", "chair", "leader", "stranger")


def looked_at_by(who: str) -> list[str]:
    """What is looked at as this person: head, chair and leader see the officer's and the liaison's pages with other
    buttons, so of theirs only the desk and what nobody before them opens."""
    own = [address for address, viewer in STOPS if viewer == who]
    if who in ORDER[:5]:
        return own
    before = {address for address, viewer in STOPS if viewer in ORDER[: ORDER.index(who)]}
    return [address for address in own if address not in before or address == "/"]


ON_THE_PHONE = {"liaison", "leader", "chair"}


@pytest.mark.parametrize("who", ORDER)
def test_every_page_is_clean(house: House, sit_down: Callable[..., Page], who: str) -> None:
    """The policy refuses nothing and nothing fails; axe finds nothing at the desk, and on a phone for those who carry
    one to it; nothing scrolls sideways anywhere."""
    page = sit_down(who)
    heard: list[str] = page.heard.lines  # type: ignore[attr-defined]
    wrong: dict[str, list[str]] = {}
    for address in looked_at_by(who):
        for size, name in ((WIDE, "desk"), (PHONE, "phone")):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            if size is WIDE:
                heard.clear()
                open_page(page, house, address)
            found = found_by_axe(page) if size is WIDE or who in ON_THE_PHONE else []
            found += ["scrolls sideways"] if runs_over(page) else []
            found += [line for line in heard if "410 (GONE)" not in line]
            if found:
                wrong[f"{address} ({name})"] = found
    assert wrong == {}


# --- the acts ---------------------------------------------------------------------------------------------------------


def test_the_officer_reads_a_plan_in_and_gives_its_tasks_to_a_unit(house: House, sit_down: Callable[..., Page]) -> None:
    page = sit_down("officer")
    page.goto("/plans/import")
    page.locator("input[type=file]").set_input_files(OWN_PLAN)
    page.get_by_role("button", name="读取").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("核对")
    first = page.locator("#goals-0")
    first.get_by_text("修改", exact=True).click()
    words = first.locator("textarea")
    words.fill(words.input_value().rstrip("。") + "，每年核对。")
    first.get_by_role("button", name="保存").click()
    expect(page.locator("#goals-0")).to_contain_text("每年核对。")
    page.get_by_role("link", name="写入规划").click()
    page.get_by_role("button", name="写入规划").click()
    expect(page.get_by_role("status").first).to_contain_text("已导入")
    page.goto(page.url.partition("?")[0] + "/tasks")
    page.get_by_role("button", name="按措施生成任务").click()
    page.get_by_role("checkbox", name="全选本页").check()
    page.get_by_role("combobox", name="单位", exact=True).last.fill("jyj")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="加入", exact=True).last.click()
    expect(page.get_by_role("status").first).to_contain_text("处变化")
    expect(page.locator(".part-lead").first).to_contain_text("市教育局")
    assert page.heard.lines == []  # type: ignore[attr-defined]


def said(page: Page, words: str) -> None:
    expect(page.locator("[data-autosave-status]")).to_contain_text(words)


def test_what_is_typed_is_there_after_a_reload_and_two_people_are_told(
    house: House, sit_down: Callable[..., Page]
) -> None:
    address = house.world.address("/reports/<draft report>")
    page, other = sit_down("liaison"), sit_down("leader")
    page.goto(address)
    other.goto(address)
    place = "textarea[name^='area:']"
    page.locator(place).first.fill("全年开展培训12场。")
    said(page, "已保存")
    page.reload()
    expect(page.locator(place).first).to_have_value("全年开展培训12场。")
    other.locator(place).first.fill("全年开展培训13场。")
    other.locator(place).first.blur()
    expect(other.locator(".piece", has=other.locator(place)).first).to_contain_text("全年开展培训12场。")
    expect(other.locator(place).first).to_have_value("全年开展培训13场。")
    assert page.heard.lines == []  # type: ignore[attr-defined]


def test_a_lost_line_loses_no_word(house: House, sit_down: Callable[..., Page]) -> None:
    page = sit_down("liaison")
    page.goto(house.world.address("/reports/<draft report>"))
    place = page.locator("textarea[name='section:problems:text']")
    page.context.set_offline(True)
    place.fill("经费下达偏晚。")
    place.blur()
    said(page, "暂时连不上服务器，文字已保存在本机")
    page.context.set_offline(False)
    said(page, "已保存 10:00")
    page.reload()
    expect(place).to_have_value("经费下达偏晚。")


def test_the_leader_signs_and_the_office_sends_it_back(house: House, sit_down: Callable[..., Page]) -> None:
    address = house.world.address("/reports/<waiting report>")
    leader = sit_down("leader")
    leader.goto(address)
    leader.once("dialog", lambda question: question.accept())
    leader.get_by_role("button", name="审签报送").first.click()
    expect(leader.get_by_role("status").first).to_contain_text("已审签并报送")
    officer = sit_down("officer")
    officer.goto(f"{address}/review")
    ask = officer.locator(".ask-here", has_text="提意见").first
    ask.locator("summary").click()
    ask.locator("textarea").fill("请写明覆盖人数。")
    ask.get_by_role("button", name="记下意见").click()
    officer.get_by_role("link", name="退回修改").click()
    officer.get_by_label("退回理由").fill("数据不全。")
    officer.get_by_role("button", name="退回修改").click()
    expect(officer.get_by_role("status").first).to_contain_text("已退回市教育局修改")
    liaison = sit_down("liaison", phone=True)
    liaison.goto(address)
    expect(liaison.get_by_text("请写明覆盖人数。")).to_be_visible()
    expect(liaison.locator(".remark textarea").first).to_be_visible()
    assert [*leader.heard.lines, *officer.heard.lines, *liaison.heard.lines] == []  # type: ignore[attr-defined]


def test_the_circular_can_be_looked_at_before_it_is_signed(house: House, sit_down: Callable[..., Page]) -> None:
    page = sit_down("head")
    page.goto(house.world.address("/circulars/<draft circular>"))
    href = page.get_by_role("link", name="预览PDF").get_attribute("href")
    answer = page.request.get(f"{house.address}{href}")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")
    page.get_by_role("button", name="保存并签发").click()
    page.get_by_role("button", name="签发").click()
    expect(page.get_by_role("status").first).to_contain_text("已签发，文号云妇儿工委〔2026〕")


def test_the_main_acts_work_without_script(house: House, sit_down: Callable[..., Page]) -> None:
    """Reading a plan, answering a consultation, writing, saving, sending: plain forms."""
    officer = sit_down("officer", script=False)
    officer.goto("/plans/import")
    officer.locator("textarea").fill(Path(str(documents()[0].values[0])).read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    officer.get_by_role("button", name="读取").click()
    expect(officer.get_by_role("heading", level=1)).to_contain_text("核对")
    liaison = sit_down("liaison", script=False)
    liaison.goto(house.world.address("/consultation-answers/<answer>"))
    liaison.locator("textarea[name^='remark-']").first.fill("建议明确时限。")
    liaison.get_by_role("button", name="重新答复").click()
    expect(liaison.get_by_role("status").first).to_contain_text("已答复")
    liaison.goto(house.world.address("/reports/<returned report>"))
    liaison.locator("textarea[name='section:practice:text']").fill("新增两项机制。")
    liaison.locator("button[value=save]").last.click()
    expect(liaison.locator("textarea[name='section:practice:text']")).to_have_value("新增两项机制。")
    liaison.locator("button[value=send]").first.click()
    expect(liaison.get_by_role("status").first).to_contain_text("已送单位领导审签")


def test_a_table_of_responsibilities_is_checked_and_written_without_script(
    house: House, sit_down: Callable[..., Page], tmp_path: Path
) -> None:
    """Uploaded, looked at row by row, confirmed; the same table once more changes nothing."""
    page = sit_down("officer", script=False)
    place = house.world.address("/plans/<fresh plan>/tasks")
    page.goto(place)
    with page.expect_download() as coming:
        page.locator("a[href*='tasks.xlsx']").first.click()
    coming.value.save_as(tmp_path / "table.xlsx")
    sheet = load_workbook(tmp_path / "table.xlsx")
    heads = {cell.value: cell.column for row in sheet.active.iter_rows(max_row=6) for cell in row}
    last = sheet.active.max_row
    sheet.active.cell(last, heads["配合单位"]).value = "市妇联"
    sheet.save(tmp_path / "table.xlsx")
    for seen in ("配合单位：", "0 处变化"):
        page.goto(f"{place}/table")
        page.locator("input[type=file]").set_input_files(tmp_path / "table.xlsx")
        page.get_by_role("button", name="读取并核对").click()
        expect(page.locator("main")).to_contain_text(seen)
        if page.get_by_role("button", name="确认写入").count():
            page.get_by_role("button", name="确认写入").click()
            expect(page.get_by_role("status").first).to_contain_text("已写入 1 处变化")


def test_a_task_is_split_by_its_sentences_with_the_keyboard(house: House, sit_down: Callable[..., Page]) -> None:
    page = sit_down("officer")
    page.goto(house.world.address("/tasks/<fresh task>/split"))
    page.get_by_role("checkbox").last.focus()
    page.keyboard.press("Space")
    page.get_by_label("新任务名称").focus()
    page.keyboard.type("逐项落实到单位")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("已拆出一项任务")
    expect(page.get_by_role("heading", level=1)).to_contain_text("逐项落实到单位")
    assert page.heard.lines == []  # type: ignore[attr-defined]
