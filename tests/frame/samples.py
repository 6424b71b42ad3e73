"""What the specimen pages show: a made-up city, enough rows to see how dense lists and the big grid read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from tracker.core.db import Labelled

TODAY = date(2027, 1, 12)


class ReportState(Labelled):
    NOT_STARTED = ("not_started", "未报送", "wait")
    DRAFT = ("draft", "填报中", "info")
    AWAITING = ("awaiting_sign_off", "待审签", "info")
    SUBMITTED = ("submitted", "已报送", "ok")
    RETURNED = ("returned", "退回修改", "warn")
    ACCEPTED = ("accepted", "审核通过", "done")


class Light(Labelled):
    LATE = ("red", "逾期", "late")
    WARN = ("yellow", "需关注", "warn")
    OK = ("green", "正常", "ok")
    DONE = ("done", "已完成", "done")
    WAIT = ("grey", "未到期", "wait")


@dataclass
class Unit:
    id: int
    short_name: str
    name: str
    group: str
    initials: str

    @property
    def label(self) -> str:
        return self.short_name

    @property
    def title(self) -> str:
        return self.name

    @property
    def value(self) -> int:
        return self.id

    @property
    def search(self) -> str:
        return f"{self.name} {self.initials} {self.id}"

    @property
    def url(self) -> str:
        return f"/list?unit={self.id}"


_NAMES = """党委 市委组织部 swzzb
党委 市委宣传部 swxcb
党委 市委统战部 swtzb
党委 市委政法委 swzfw
党委 市委编办 swbb
人大政协 市人大社会委 srdshw
人大政协 市政协社法委 szxsfw
法检 市中级法院 szjfy
法检 市检察院 sjcy
政府 市发展改革委 sfzggw
政府 市教育局 sjyj
政府 市科技局 skjj
政府 市工业和信息化局 sgyhxxhj
政府 市民族宗教局 smzzjj
政府 市公安局 sgaj
政府 市民政局 smzj
政府 市司法局 ssfj
政府 市财政局 sczj
政府 市人力资源社会保障局 srlzyshbzj
政府 市自然资源局 szrzyj
政府 市生态环境局 ssthjj
政府 市住房城乡建设局 szfcxjsj
政府 市交通运输局 sjtysj
政府 市水利局 sslj
政府 市农业农村局 snyncj
政府 市商务局 sswj
政府 市文化广电旅游局 swhgdlyj
政府 市卫生健康委 swsjkw
政府 市应急管理局 syjglj
政府 市市场监管局 sscjgj
政府 市体育局 styj
政府 市统计局 stjj
政府 市医保局 sybj
垂管 市税务局 sswj
垂管 市气象局 sqxj
群团 市总工会 szgh
群团 团市委 tsw
群团 市妇联 sfl
群团 市科协 skx
群团 市残联 scl"""

UNITS = [
    Unit(number, name, "云溪" + name.removeprefix("团") if name != "团市委" else "共青团云溪市委员会", group, initials)
    for number, (group, name, initials) in enumerate((line.split() for line in _NAMES.splitlines()), start=1)
]

_AREAS = (
    "健康 安全 教育 经济 参与决策和管理 社会保障 家庭建设 环境 法律保护 福利 "
    "统计监测 组织实施 宣传培训 经费保障 人才队伍"
)
AREAS = [
    SimpleNamespace(id=number, label=name, title=f"妇女儿童与{name}", url=f"/list?area={number}")
    for number, name in enumerate(_AREAS.split(), start=1)
]


@dataclass
class Cell:
    state: Labelled
    url: str
    text: str = ""
    note: str = ""


def cells() -> dict[tuple[int, int], Cell]:
    """A matrix that looks like an office's January: most in order, some late, many empty."""
    found: dict[tuple[int, int], Cell] = {}
    for unit in UNITS:
        for area in AREAS:
            seed = (unit.id * 31 + area.id * 17 + unit.id * area.id * 7) % 100
            url = f"/list?unit={unit.id}&area={area.id}"
            if seed < 38:
                continue
            if seed < 45:
                days = seed % 7 + 2
                found[unit.id, area.id] = Cell(Light.LATE, url, f"{days}日", f"逾期 {days} 个工作日")
            elif seed < 54:
                found[unit.id, area.id] = Cell(Light.WARN, url, note="进展较慢")
            elif seed < 80:
                found[unit.id, area.id] = Cell(Light.OK, url)
            elif seed < 90:
                found[unit.id, area.id] = Cell(Light.DONE, url)
            else:
                found[unit.id, area.id] = Cell(Light.WAIT, url)
    return found


@dataclass
class Task:
    id: int
    title: str
    light: Labelled
    lead: Unit
    others: list[Unit] = field(default_factory=list)
    due: date = date(2027, 1, 15)
    days: int = 3
    area: str = "健康"


_TITLES = [
    "健全孕产妇系统保健服务，推动县级妇幼保健机构标准化建设",
    "扩大适龄妇女宫颈癌、乳腺癌免费检查覆盖面，建立筛查、诊断、治疗衔接机制",
    "建成市县两级未成年人救助保护中心，实现乡镇儿童督导员全员持证上岗",
    "开展义务教育阶段学校视力监测",
    "将家庭教育指导纳入城乡公共服务体系，社区家长学校建成率达到百分之九十",
    "落实女职工劳动保护特别规定，开展专项监察执法",
    "编制婴幼儿照护服务设施专项规划",
    "推动公共场所母婴设施应建尽建，建立动态台账并按季更新",
]


def tasks() -> list[Task]:
    lights = [Light.LATE, Light.WARN, Light.OK, Light.OK, Light.DONE, Light.WAIT, Light.OK, Light.WARN]
    left = [-6, 2, 14, 40, 0, 120, 22, 1]
    due = [
        date(2027, 1, 4),
        date(2027, 1, 14),
        date(2027, 2, 1),
        date(2027, 3, 12),
        date(2026, 12, 20),
        date(2027, 7, 1),
        date(2027, 2, 15),
        date(2027, 1, 13),
    ]
    return [
        Task(
            number + 1,
            _TITLES[number % 8],
            lights[number % 8],
            UNITS[(number * 7 + 10) % 40],
            [UNITS[(number * 3 + step * 5) % 40] for step in range(number % 4 * 3)],
            due[number % 8],
            left[number % 8],
            AREAS[number % 6].label,
        )
        for number in range(24)
    ]


def frame_context() -> dict[str, Any]:
    """What the real application gives every page."""
    entries = ["工作台", "规划", "任务", "年度报告", "督查", "监测", "文件"]
    pages = ["/", "/parts", "/list", "/report", "/grid", "/working", "/form"]
    return {
        "site_name": "纲目",
        "today_text": "2027年1月12日 周二",
        "request_id": "7F3A-20BC",
        "demo": True,
        "actor": SimpleNamespace(
            user=SimpleNamespace(name="李知微"),
            post=SimpleNamespace(title="工作人员", unit_name="市妇儿工委办公室"),
            committee=SimpleNamespace(body_name="云溪市人民政府妇女儿童工作委员会"),
        ),
        "posts": [SimpleNamespace(id=2, label="市妇联 联络员")],
        "navigation": [
            SimpleNamespace(label=label, url=url, active=False) for label, url in zip(entries, pages, strict=True)
        ],
        "inbox_count": 3,
        "home_url": "/",
        "search_url": "/search",
        "inbox_url": "/inbox",
        "account_url": "/account",
        "help_url": "/help",
        "sign_out_url": "/sign-out",
        "switch_post_url": "/switch",
    }


def moment(day: int, hour: int, minute: int) -> datetime:
    return datetime(2027, 1, day, hour - 8, minute, tzinfo=UTC)


OVERVIEW = (
    "我局把实施妇女儿童发展规划列入年度重点工作，局党组全年专题研究两次，明确一名副局长分管、政策法规科牵头，"
    "三十二项任务逐项落实到科室和责任人。全年投入专项经费四百二十万元，新建标准化母婴室十一间，"
    "开展家庭教育指导活动二百六十场，受益家庭一万三千余户。\n"
    "一是健全机制。与卫生健康、民政等部门建立季度会商制度，形成问题清单和整改台账。\n"
    "二是突出重点。把农村留守儿童关爱服务作为全年工作的重中之重，组织教师结对帮扶，实现应访尽访。"
)

CONFLICT = SimpleNamespace(
    sentence="刚才有人修改过，请核对后再保存。",
    mine={"完成情况": "全年新建母婴室十一间。"},
    theirs={"完成情况": "全年新建母婴室十二间，其中两间在年底投入使用。"},
)
