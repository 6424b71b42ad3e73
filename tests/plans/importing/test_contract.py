"""What the reader promises to others: the JSON of the command line, and drafts that the wizard can store."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tracker.plans.importing import PlanDraft, Reading, dump, load, read_plans, to_json

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read_plans((FIXTURES / "programme.txt").read_bytes(), "programme.txt")


@pytest.fixture(scope="module")
def damaged() -> Reading:
    return read_plans((FIXTURES / "damaged.txt").read_bytes(), "damaged.txt")


def test_the_json_has_exactly_the_fields_of_the_contract(damaged: Reading) -> None:
    told = json.loads(json.dumps(to_json(damaged), ensure_ascii=False))
    assert set(told) == {"plans", "doubts"}
    plan = told["plans"][0]
    assert set(plan) == {"kind", "title", "region", "period", "document_number", "issued_on", "areas"}
    assert plan["period"] == [2021, 2030]
    area = plan["areas"][0]
    assert set(area) == {"ordinal", "name", "goals", "measures"}
    assert set(area["goals"][0]) == {"no", "text", "line", "targets"}
    assert set(area["goals"][0]["targets"][0]) == {"indicator", "op", "value", "unit", "clause"}
    assert set(area["measures"][0]) == {"no", "title", "text", "line", "responsible"}
    assert all(set(doubt) == {"line", "message"} for doubt in told["doubts"])


def test_the_json_names_who_is_responsible(reading: Reading) -> None:
    measure = to_json(reading)["plans"][0]["areas"][0]["measures"][0]
    assert measure["responsible"][0] == {"unit": "县卫生健康局", "role": "lead"}
    assert {unit["role"] for unit in measure["responsible"]} == {"lead", "support"}


def test_lines_count_from_one_as_in_an_editor(damaged: Reading) -> None:
    text = (FIXTURES / "damaged.txt").read_text(encoding="utf-8").split("\n")
    goal = to_json(damaged)["plans"][0]["areas"][1]["goals"][0]
    assert text[goal["line"] - 1].startswith("1. 妇女在新办合作社社员中的比例")


def test_a_reading_survives_being_stored_as_json(damaged: Reading, reading: Reading) -> None:
    for one in (damaged, reading):
        assert load(Reading, json.loads(json.dumps(dump(one)))) == one


def test_a_corrected_draft_survives_being_stored_as_json(reading: Reading) -> None:
    plan = replace(reading.plans[0], title="改过的题名", period=None, issued_on=None)
    assert load(PlanDraft, json.loads(json.dumps(dump(plan)))) == plan


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda told: told.pop("title"), "missing"),
        (lambda told: told.update(title=5), "title"),
        (lambda told: told.update(surplus=1), "surplus"),
        (lambda told: told.update(period=[2021]), "period"),
        (lambda told: told["areas"][0]["measures"][0].update(no="1"), "no"),
        (lambda told: told.update(areas={}), "areas"),
    ],
)
def test_a_stored_draft_of_a_wrong_shape_is_refused_by_field(reading: Reading, spoil: object, words: str) -> None:
    told = json.loads(json.dumps(dump(reading.plans[0])))
    assert callable(spoil)
    spoil(told)
    with pytest.raises(ValueError, match=words):
        load(PlanDraft, told)


def test_the_fingerprint_is_of_the_bytes() -> None:
    content = (FIXTURES / "programme.txt").read_bytes()
    first, second = read_plans(content, "a.txt"), read_plans(content + b"\n", "a.txt")
    assert first.fingerprint == read_plans(content, "b.txt").fingerprint
    assert first.fingerprint != second.fingerprint
    assert first.plans == second.plans
