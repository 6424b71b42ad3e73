"""Seconds and memory to read a plan of 60,000 characters, and the ratio to a bare pass over its lines.

Run from the project's root: python -m benchmarks.reader
"""

from __future__ import annotations

import random
import statistics
import time
import tracemalloc
from collections.abc import Callable

from tracker.plans.importing import read_plans

CHARACTERS = 60_000
ROUNDS = 5
_THINGS = ["托育点", "体检车", "夜校", "护学岗", "阅读角", "手工坊", "求助站", "议事会", "营养餐", "流动书车"]
_SENTENCES = (
    "每个街道选派两名联络人，按季度上门了解需求，登记后在十个工作日内答复。",
    "把服务时间延长到晚上八点，方便上班的家庭使用。",
    "对残疾、重病和独居人员提供预约上门服务。",
    "编印图文并茂的小册子，免费发放到每户。",
    "汛期和寒暑假加密巡查，发现隐患当日处置。",
)


def document(characters: int, seed: int = 1) -> str:
    """A plan of about that length, with page breaks inside sentences."""
    rng = random.Random(seed)
    rows = ["青河市妇女发展规划（2021—2030年）", "一、指导思想", "回应家庭的期盼。", "二、发展领域、主要目标和策略措施"]
    length, area = 0, 0
    while length < characters:
        area += 1
        part = [f"（{'一二三四五六七八九十'[area % 10]}）妇女与{_THINGS[area % 10]}", "主要目标："]
        part += [
            f"{no}. {rng.choice(_THINGS)}覆盖率达到{rng.randint(30, 98)}%以上，城乡差距缩小。" for no in range(1, 11)
        ]
        part.append("策略措施：")
        for no in range(1, 13):
            text = f"{no}. 办好{rng.choice(_THINGS)}的日常管理。" + "".join(rng.choices(_SENTENCES, k=6))
            cut = rng.randrange(40, len(text) - 10)
            part += [text[:cut], f"— {no} —", text[cut:]] if rng.random() < 0.3 else [text]
        rows += part
        length += sum(map(len, part))
    return "\n\n".join([*rows, "三、组织实施", "（一）加强组织领导。每年听取一次汇报。"])


def seconds(work: Callable[[], object]) -> float:
    """The median of several rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def bare_pass(content: bytes) -> int:
    """The least that any reader must do: decode, and look at every line once."""
    return sum(1 for line in content.decode().split("\n") if line.strip())


def main() -> None:
    content = document(CHARACTERS).encode()
    bare = seconds(lambda: bare_pass(content))
    full = seconds(lambda: read_plans(content, "plan.txt"))
    half = seconds(lambda: read_plans(document(CHARACTERS // 2).encode(), "plan.txt"))
    tracemalloc.start()
    read_plans(content, "plan.txt")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"reader: {len(content.decode()):,} characters in {full:.3f} s, peak {peak / 1e6:.1f} MB (aim: under 1 s)")
    print(f"reader: {full / bare:,.0f} x a bare pass over the lines ({bare * 1000:.2f} ms)")
    print(f"reader: {full / half:.2f} x the time for half the length (2 is linear)")


if __name__ == "__main__":
    main()
