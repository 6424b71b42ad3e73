"""What became of an item between two plans: figures first, then words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.alignment.judging import Verdict, judge
from tracker.plans.importing import read_plans
from tracker.plans.importing.draft import PlanDraft
from tracker.plans.similarity import best_pairs

PLANS = Path(__file__).parents[2].parent / "shared" / "plans"


@pytest.mark.parametrize(
    ("upper", "own", "verdict", "ground"),
    [
        ("妇科病普查率达到80%以上。", "妇科病普查率达到80%以上。", Verdict.EQUAL, ""),
        ("全省妇科病普查率达到80%以上。", "全市妇科病普查率达到 80% 以上。", Verdict.EQUAL, ""),
        ("妇科病普查率达到80%以上。", "妇科病普查率达到75%以上。", Verdict.LOWERED, "不低于80%，本级不低于75%"),
        ("妇科病普查率达到80%以上。", "妇科病普查率达到90%以上。", Verdict.RAISED, "不低于90%"),
        ("新生儿死亡率控制在3‰以内。", "新生儿死亡率控制在4‰以内。", Verdict.LOWERED, "不高于4‰"),
        ("新生儿死亡率控制在4‰以内。", "新生儿死亡率控制在3‰以内。", Verdict.RAISED, "不高于3‰"),
        ("孕产妇死亡率下降到9/10万以下。", "孕产妇死亡率下降到10/10万以下。", Verdict.LOWERED,
         "上级不高于9/10万，本级不高于10/10万"),
        ("妇科病普查率达到80%以上。", "妇科病普查率稳步提高。", Verdict.WEAKENED, "本级没有写数值"),
        ("妇科病普查率稳步提高。", "妇科病普查率达到80%以上。", Verdict.RAISED, "上级没有数值"),
        ("全面推行亲子阅读进社区活动。", "探索推行亲子阅读进社区活动。", Verdict.WEAKENED, "探索推行"),
        ("办好社区夜校，方便女职工学习。", "办好社区夜校，方便女职工就近学习。", Verdict.REWORDED, ""),
        ("办好社区夜校，方便女职工学习。建立护学岗制度，放学时段有人值守。", "办好社区夜校，方便女职工学习。",
         Verdict.REWORDED, "护学岗"),
    ],
)  # fmt: skip
def test_a_pair_is_judged_by_figures_then_by_words(upper: str, own: str, verdict: Verdict, ground: str) -> None:
    finding = judge(upper, own)
    assert finding.verdict is verdict
    assert ground in "".join(finding.grounds)


def test_of_several_figures_the_one_that_falls_decides() -> None:
    finding = judge("阅读角和护学岗覆盖率分别达到90%和80%以上。", "阅读角和护学岗覆盖率分别达到95%和70%以上。")
    assert finding.verdict is Verdict.LOWERED
    assert len(finding.grounds) == 2


def plans_in(name: str) -> tuple[PlanDraft, ...]:
    place = PLANS / name
    if not place.exists():
        pytest.skip("the real plans are not on this machine")
    return read_plans(place.read_bytes(), name).plans


def test_a_real_county_plan_finds_its_counterparts_above() -> None:
    """000's children's plan and 004, one level skipped: hand-counted, one measure was added, nothing left out."""
    upper = next(plan for plan in plans_in("000_3a36abfe0e8f26bf.txt") if plan.kind == "children")
    own = plans_in("004_693c876e73ada33b.txt")[0]
    goals = [[(area.name, goal.text) for area in plan.areas for goal in area.goals] for plan in (upper, own)]
    pairs = best_pairs([text for _, text in goals[0]], [text for _, text in goals[1]])
    assert len(pairs) == 72
    assert all(goals[0][pair.one][0] == goals[1][pair.other][0] for pair in pairs)
    verdicts = [judge(goals[0][pair.one][1], goals[1][pair.other][1]).verdict for pair in pairs]
    assert verdicts.count(Verdict.RAISED) == 5
    assert Verdict.LOWERED not in verdicts
    measures = [[m.text for area in plan.areas for m in area.measures] for plan in (upper, own)]
    found = best_pairs(*measures)
    assert (len(found), len(measures[1])) == (91, 92)
