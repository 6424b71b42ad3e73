"""Titles in lines that read well: broken where the sense allows, in the shape of a trapezoid or a diamond (7.3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, combinations, pairwise

from tracker.documents.lines import may_break

# A line may well end after these and begin with those; it had better not begin with the last ones.
_ENDINGS = (
    "印发", "转发", "实施", "开展", "做好", "加强", "贯彻", "落实", "情况", "工作", "规划", "纲要", "年度",
    "委员会", "办公室", "政府", "会议",
    "》", "”", "）", "〕", "的", "和", "及", "与", "、", "年", "市", "县", "区", "省",
)  # fmt: skip
_BEGINNINGS = ("实施", "情况", "进展", "工作", "的通知", "报告", "通报", "任务", "目标", "有关", "《", "（", "20")
_BAD_BEGINNINGS = tuple("的和及与或了等化性者度—")
_BAD_ENDINGS = tuple("第不各全本我《（〔—")
_WORDS = (
    "妇女", "儿童", "发展", "规划", "实施", "情况", "年度", "任务", "分解", "进展", "工作", "委员会", "办公室",
    "人民政府", "征求", "意见", "重新", "报送", "修改", "办理", "有关", "事项", "抓紧", "尽快", "重点", "监测",
    "评估", "会议", "纪要", "通知", "通报", "报告", "督办", "落实", "安排", "完成", "补充", "完善",
    "征求意见稿", "送审稿", "妇女儿童", "发展规划", "卫生健康", "教育局", "民政局", "统计局", "财政局",
    "服务", "保障", "综合", "协调", "推进", "领导小组", "退役军人", "社会救助", "人力资源", "社会保障",
    "规划实施", "关于", "信息化", "网络安全", "年度报告", "半年报告",
)  # fmt: skip
"""Words of this field that a title is not broken inside; no dictionary, only those that titles here are made of."""
_INSIDE = {"妇女儿童": 0.4, "发展规划": 0.4, "规划实施": 0.8}
"""Between two words that belong together a break costs less than inside a word."""
_MOST_LINES = 5
_BROKEN = 1.5
"""From this cost on a word or a year is broken, and a line more may be the better way."""
_LINE_COST = 1.0


def title_lines(title: str, widths: Sequence[float], size: float, measure: float) -> list[str]:
    """``title`` in as few lines as fit ``measure``; line feeds a writer typed are kept as they are."""
    if "\n" in title:
        return title.split("\n")
    edges = [0.0, *accumulate([width * size / 1000 for width in widths])]
    if edges[-1] <= measure:
        return [title]
    allowed = [at for at in range(1, len(title)) if may_break(title, at)]
    best: tuple[float, tuple[int, ...]] | None = None
    for count in range(2, _MOST_LINES + 1):
        layout = min(_layouts(title, edges, allowed, count, measure), default=None)
        if best is not None and (layout is None or layout[0] > best[0] - _LINE_COST):
            break
        best = layout or best
        if best is not None and best[0] < _BROKEN:
            break
    if best is None:
        return [title]  # longer than any title: the paragraph's own breaking takes over
    return [title[start:end] for start, end in zip([0, *best[1]], [*best[1], len(title)], strict=True)]


def _layouts(
    title: str, edges: list[float], allowed: list[int], count: int, measure: float
) -> list[tuple[float, tuple[int, ...]]]:
    """(cost, breaks) of every way that fits. Only breaks near an even division are looked at."""
    even, reach = edges[-1] / count, 0.4
    near = [at for at in allowed if any(abs(edges[at] - even * line) <= even * reach for line in range(1, count))]
    if count > 3:  # a title of four lines is rare; keep the search small
        near = [at for at in near if _sense(title, at) <= 0]
    found = []
    for breaks in combinations(near, count - 1):
        bounds = [0, *breaks, len(title)]
        lengths = [edges[b] - edges[a] for a, b in pairwise(bounds)]
        if max(lengths) <= measure:
            unevenness = sum(abs(length - even) for length in lengths) / edges[-1]
            cost = unevenness * 3 + sum(_sense(title, at) for at in breaks) + _shape(lengths, edges[-1] / len(title))
            found.append((cost, breaks))
    return found


def _sense(title: str, at: int) -> float:
    before, after = title[:at], title[at:]
    cost = 0.0
    if before.endswith(_ENDINGS):
        cost -= 1.0
    if after.startswith(_BEGINNINGS):
        cost -= 0.6
    if after.startswith("关于"):
        cost -= 1.8  # the issuing body above, what it is about below
    if after.startswith(_BAD_BEGINNINGS) or before.endswith(_BAD_ENDINGS):
        cost += 2.0
    if not cost:
        cost = 0.8  # nothing speaks for it: perhaps the middle of a word
    return cost + _parts_word(title, at) + _parts_name(before, after)


def _parts_word(title: str, at: int) -> float:
    """What it costs to break inside a word."""
    inside = [
        _INSIDE.get(word, 2.5) for word in _WORDS
        for start in range(max(0, at - len(word) + 1), at) if title.startswith(word, start)
    ]  # fmt: skip
    return max(inside, default=0.0)


def _parts_name(before: str, after: str) -> float:
    """What it costs to break inside 《…》 or “…”, a name; before its （…） least."""
    if before.count("《") <= before.count("》") and before.count("“") <= before.count("”"):
        return 0.0
    return 0.6 if after.startswith("（") else 1.4


def _shape(lengths: list[float], character: float) -> float:
    """Trapezoids and diamonds are asked for; a rectangle or an hourglass costs."""
    steps = [b - a for a, b in pairwise(lengths)]
    if all(abs(step) < character * 0.6 for step in steps):
        return 0.5
    rises_after_fall = any(a < 0 < b for a, b in pairwise(steps))
    return 1.0 if rises_after_fall else 0.0
