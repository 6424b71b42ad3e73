"""The two plan documents of 云川市. They are read as files, the way an office has them."""

import re
from functools import cache
from pathlib import Path

from .shapes import AreaRef, MeasureRef, PlanKey, PlanText

PLANS: tuple[PlanText, ...] = (
    PlanText(
        "women", "云川市妇女发展规划（2021—2030年）", "云政发〔2021〕18号", "2021-12-20", (2021, 2030), "women.txt"
    ),
    PlanText(
        "children",
        "云川市儿童发展规划（2021—2030年）",
        "云政发〔2021〕19号",
        "2021-12-20",
        (2021, 2030),
        "children.txt",
    ),
)

_AREA = re.compile(r"（([一二三四五六七])）((?:妇女|儿童).+)")
_ITEM = re.compile(r"(\d+)\. (.+)")
_ORDINALS = "一二三四五六七"


def path_of(plan: PlanText) -> Path:
    """Where the document lies, to be uploaded or handed to the reader."""
    return Path(__file__).parent / "plans" / plan.file_name


def plan_of(key: PlanKey) -> PlanText:
    """The plan of this kind."""
    return next(plan for plan in PLANS if plan.key == key)


@cache
def area_names(key: PlanKey) -> dict[AreaRef, str]:
    """The areas of a plan as printed."""
    lines = path_of(plan_of(key)).read_text(encoding="utf-8").splitlines()
    found = (_AREA.fullmatch(line) for line in lines)
    return {AreaRef(key, _ORDINALS.index(each[1]) + 1): each[2] for each in found if each}


@cache
def _items(key: PlanKey, heading: str) -> dict[MeasureRef, str]:
    items: dict[MeasureRef, str] = {}
    area, inside = 0, False
    for line in path_of(plan_of(key)).read_text(encoding="utf-8").splitlines():
        if _AREA.fullmatch(line):
            area, inside = area + 1, False
        elif line in ("主要目标：", "策略措施："):
            inside = line == heading
        elif (found := _ITEM.fullmatch(line)) and inside:
            items[MeasureRef(key, area, int(found[1]))] = found[2]
    return items


def goals(key: PlanKey) -> dict[MeasureRef, str]:
    """The goals of a plan by area and number."""
    return _items(key, "主要目标：")


def measures(key: PlanKey) -> dict[MeasureRef, str]:
    """The measures of a plan by area and number, title and text."""
    return _items(key, "策略措施：")


def title_of(measure: MeasureRef) -> str:
    """A measure's title, without its full stop."""
    return measures(measure.plan)[measure].split("。", 1)[0]
