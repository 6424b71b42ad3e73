"""The demo's content holds together: numbers, names, places and words agree with each other."""

import os
import re
from collections import Counter
from io import BytesIO
from itertools import groupby
from pathlib import Path

import pytest
from pypdf import PdfReader

from seed.content.circular import first_circular
from seed.content.documents import PLANS, area_names, goals, measures, path_of, title_of
from seed.content.duties import DONE_BEFORE_OPEN, DUTIES, areas_of, duties_of
from seed.content.evidence import EVIDENCE, SIGNED_PAPER, bytes_of
from seed.content.people import COMMITTEE_PEOPLE, PEOPLE, UNIT_PEOPLE
from seed.content.remarks import CONSULTATION, RETURNS, SILENT
from seed.content.reports import FINISHED_LATE, OPEN_COURSES, report_of, reports
from seed.content.shapes import (
    STATE_WORDS,
    SYSTEM_ORDER,
    AreaRef,
    CircularFigures,
    Course,
    MeasureRef,
    PlanKey,
    PlanText,
    Remark,
    ReportText,
    Term,
)
from seed.content.units import CITY, COMMITTEES, COUNTY_UNITS, UNITS
from seed.content.words import voices
from tracker.plans.importing import read_plans, to_json

ROOT = Path(__file__).parents[2]
KEYS: tuple[PlanKey, ...] = ("women", "children")
TERMS: tuple[Term, ...] = ("finished", "open")
NAMES = [unit.short_name for unit in UNITS]
FIGURES = CircularFigures(2025, 34, 34, 31, 3, 60, 199, 4, 190, 4, 1)


def texts_of(report: ReportText) -> list[str]:
    overview = report.overview
    lines = [overview.completion, overview.practice, overview.difficulties]
    lines += [passage.text for passage in report.passages]
    lines += [row.note for row in report.rows if row.note]
    lines += [line.text for line in report.arrangements]
    lines += [request.text for request in report.requests]
    return lines


def held_by(unit: str) -> set[MeasureRef]:
    return {duty.measure for duty, _ in duties_of(unit)}


# The plans


@pytest.mark.parametrize("key", KEYS)
def test_a_plan_has_seven_areas_twenty_five_goals_and_thirty_measures(key: PlanKey) -> None:
    assert [ref.area for ref in area_names(key)] == [1, 2, 3, 4, 5, 6, 7]
    assert (len(goals(key)), len(measures(key))) == (25, 30)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("items", [goals, measures])
def test_numbers_run_from_one_without_a_gap_in_every_area(key: PlanKey, items) -> None:  # type: ignore[no-untyped-def]
    for _, group in groupby(items(key), key=lambda ref: ref.area):
        numbers = [ref.no for ref in group]
        assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("key", KEYS)
def test_a_measure_is_a_title_and_two_or_three_sentences(key: PlanKey) -> None:
    for ref, text in measures(key).items():
        assert 2 <= text.count("。") - 1 <= 3, ref
        assert 4 <= len(title_of(ref)) <= 20, ref


@pytest.mark.parametrize("key", KEYS)
def test_most_goals_set_a_number(key: PlanKey) -> None:
    assert sum(bool(re.search(r"\d|二", text)) for text in goals(key).values()) >= 20


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.key)
def test_the_importer_reads_the_plan_without_a_doubt(plan: PlanText) -> None:
    read = to_json(read_plans(path_of(plan).read_bytes(), plan.file_name))
    assert read["doubts"] == []
    (found,) = read["plans"]
    assert (found["kind"], found["title"], found["document_number"]) == (plan.key, plan.title, plan.number)
    assert (found["issued_on"], tuple(found["period"])) == (plan.issued_on, plan.period)
    read_measures = {
        MeasureRef(plan.key, area["ordinal"], measure["no"]): measure["title"]
        for area in found["areas"]
        for measure in area["measures"]
    }
    assert read_measures == {ref: title_of(ref) for ref in measures(plan.key)}
    read_goals = {
        MeasureRef(plan.key, area["ordinal"], goal["no"]): goal["text"]
        for area in found["areas"]
        for goal in area["goals"]
    }
    assert read_goals == goals(plan.key)


# Committees, units, people


def test_there_are_thirty_four_units_in_official_order_with_names_of_their_own() -> None:
    assert len(UNITS) == 34
    assert [name for name, _ in groupby(unit.system for unit in UNITS)] == list(SYSTEM_ORDER)
    named = Counter(name for unit in UNITS for name in (unit.full_name, unit.short_name, *unit.aliases))
    named.update(name for unit in UNITS for name in unit.former_names)
    assert [name for name, times in named.items() if times > 1] == []


def test_each_county_has_eight_units_in_official_order() -> None:
    for place, group in groupby(COUNTY_UNITS, key=lambda unit: unit.committee):
        systems = [unit.system for unit in group]
        assert len(systems) == 8, place
        assert systems == sorted(systems, key=SYSTEM_ORDER.index)


def test_a_committee_stands_after_its_parent_and_has_a_code_of_its_own() -> None:
    known: set[str | None] = {None}
    for committee in COMMITTEES:
        assert committee.parent in known
        assert re.fullmatch(r"99\d{4}", committee.area_code)
        known.add(committee.key)
    assert len({committee.area_code for committee in COMMITTEES}) == len(COMMITTEES)
    city = next(committee for committee in COMMITTEES if committee.key == CITY)
    assert (city.body, city.short) == ("云川市妇女儿童工作委员会", "市妇儿工委")
    assert city.office == "云川市妇女儿童工作委员会办公室"
    assert city.number_prefix == "云妇儿工委"


def test_every_unit_has_one_liaison_and_one_leader() -> None:
    posts = Counter((person.committee, person.unit, person.role) for person in UNIT_PEOPLE)
    expected = {
        (unit.committee, unit.short_name, role): 1
        for unit in UNITS + COUNTY_UNITS
        for role in ("liaison", "unit_leader")
    }
    assert posts == expected


def test_the_city_office_has_its_head_two_officers_a_chair_and_three_administrators() -> None:
    roles = Counter(person.role for person in COMMITTEE_PEOPLE if person.committee == CITY)
    assert roles == {"office_head": 1, "officer": 2, "chair": 1, "sysadmin": 1, "secadmin": 1, "auditor": 1}
    assert any(person.role == "officer" and person.committee == "临江省" for person in COMMITTEE_PEOPLE)


def test_logins_names_and_telephones_are_unique_and_well_formed() -> None:
    for values in ("login", "name", "phone"):
        times = Counter(getattr(person, values) for person in PEOPLE)
        assert max(times.values()) == 1, values
    for person in PEOPLE:
        assert re.fullmatch(r"[a-z]{3,14}", person.login)
        assert re.fullmatch(r"0\d{3}-555\d{4}", person.phone)
        assert person.email == f"{person.login}@example.org"


# Duties


def test_every_measure_has_one_duty_and_every_duty_a_measure_in_plan_order() -> None:
    assert [duty.measure for duty in DUTIES] == [ref for key in KEYS for ref in measures(key)]


def test_every_duty_names_known_units_each_once() -> None:
    for duty in DUTIES:
        units = [unit for unit, _ in duty.roles()]
        assert set(units) <= set(NAMES), duty
        assert len(units) == len(set(units)), duty


def test_every_unit_has_between_one_and_fourteen_assignments() -> None:
    for unit in NAMES:
        assert 1 <= len(held_by(unit)) <= 14, unit


def test_some_tasks_are_shared_by_several_joint_units() -> None:
    shared = [duty for duty in DUTIES if duty.is_shared]
    assert len(shared) >= 3
    assert all(len(duty.joint) >= 2 for duty in shared)


def test_five_tasks_are_done_once_and_say_how() -> None:
    once = [duty for duty in DUTIES if duty.is_one_off]
    assert len(once) == 5
    assert {duty.done for duty in once} == {"document", "mechanism", "figure", "activity"}
    assert all(duty.done == "ongoing" for duty in DUTIES if not duty.is_one_off)
    assert {duty.measure for duty in once} >= DONE_BEFORE_OPEN


# Reports


@pytest.mark.parametrize("term", TERMS)
def test_a_report_has_a_text_for_every_area_and_a_row_for_every_open_assignment(term: Term) -> None:
    for report in reports(term):
        gone = DONE_BEFORE_OPEN if term == "open" else frozenset()
        assert tuple(passage.area for passage in report.passages) == areas_of(report.unit)
        assert {row.measure for row in report.rows} == held_by(report.unit) - gone


@pytest.mark.parametrize("term", TERMS)
def test_texts_keep_their_lengths(term: Term) -> None:
    for report in reports(term):
        for passage in report.passages:
            assert 60 <= len(passage.text) <= 200, (report.unit, passage.area)
        for row in report.rows:
            assert 0 < len(row.note) <= 100, (report.unit, row.measure)
        for section in (report.overview.completion, report.overview.practice, report.overview.difficulties):
            assert 15 <= len(section) <= 200, report.unit


@pytest.mark.parametrize("term", TERMS)
def test_arrangements_are_two_to_four_lines_for_own_measures_with_a_month(term: Term) -> None:
    for report in reports(term):
        assert 2 <= len(report.arrangements) <= 4, report.unit
        for line in report.arrangements:
            assert line.measure in held_by(report.unit)
            assert 1 <= line.by_month <= 12
            assert bool(line.kept) == bool(line.answer) == (term == "finished"), line


def test_no_text_stands_twice_in_any_report() -> None:
    times = Counter(text for term in TERMS for report in reports(term) for text in texts_of(report))
    assert [text for text, count in times.items() if count > 1] == []


def test_no_text_names_a_year_so_the_demo_reads_right_on_any_day() -> None:
    for term in TERMS:
        for report in reports(term):
            assert [text for text in texts_of(report) if re.search(r"20[12]\d年", text)] == []


def test_twenty_units_speak_in_words_written_by_hand() -> None:
    assert set(voices()) == set(NAMES)
    by_hand = [
        unit
        for unit, voice in voices().items()
        if all(voice.said[term].overview and voice.said[term].passages for term in TERMS)
    ]
    assert len(by_hand) >= 16


def test_nothing_written_by_hand_is_about_a_measure_the_unit_does_not_hold() -> None:
    for unit, voice in voices().items():
        assert set(voice.deeds) <= set(areas_of(unit)), unit
        for said in voice.said.values():
            assert set(said.passages) <= set(areas_of(unit)), unit
            assert set(said.rows) <= held_by(unit), unit


def test_leads_speak_for_their_measures_in_their_own_words() -> None:
    for duty in DUTIES:
        for term in TERMS:
            if duty.lead and not (term == "open" and duty.measure in DONE_BEFORE_OPEN):
                assert duty.measure in voices()[duty.lead].said[term].rows, (duty.lead, term, duty.measure)


def test_a_measure_done_before_the_open_round_was_reported_completed() -> None:
    for duty in DUTIES:
        if duty.measure in DONE_BEFORE_OPEN:
            for unit, _ in duty.roles():
                states = {row.measure: row.state for row in report_of(unit, "finished").rows}
                assert states[duty.measure] == "completed", unit


def test_the_rounds_carry_at_least_five_requests_and_the_finished_ones_are_answered() -> None:
    asked = {term: [request for report in reports(term) for request in report.requests] for term in TERMS}
    assert sum(map(len, asked.values())) >= 5
    assert all(request.answer for request in asked["finished"])
    assert not any(request.answer for request in asked["open"])


def test_the_open_round_knows_every_state_of_a_row_but_completed() -> None:
    states = {row.state for report in reports("open") for row in report.rows}
    assert states == set(STATE_WORDS) - {"completed"}


def test_the_open_round_has_every_unit_and_every_course() -> None:
    assert list(OPEN_COURSES) == NAMES
    assert set(OPEN_COURSES.values()) == set(Course.__args__)  # type: ignore[attr-defined]
    assert set(FINISHED_LATE) <= set(NAMES)


# Remarks, circular, evidence


def known_place(unit: str, remark: Remark) -> bool:
    return remark.at in (areas_of(unit) if isinstance(remark.at, AreaRef) else held_by(unit))


def test_remarks_stand_at_places_of_the_unit_they_are_about() -> None:
    assert len(CONSULTATION) == 3
    for answer in CONSULTATION:
        assert answer.remarks
        assert all(known_place(answer.unit, remark) for remark in answer.remarks), answer.unit
    for returned in RETURNS:
        assert all(known_place(returned.unit, remark) for remark in returned.remarks), returned.unit
    assert set(SILENT) <= set(NAMES) - {answer.unit for answer in CONSULTATION}


def test_the_units_returned_in_the_open_round_are_those_with_a_reason() -> None:
    returned = {unit for unit, course in OPEN_COURSES.items() if course == "returned"}
    assert {each.unit for each in RETURNS if each.term == "open"} == returned


def test_the_circular_says_the_counted_figures_and_leaves_no_gap() -> None:
    circular = first_circular(FIGURES)
    whole = circular.title + circular.opening + "".join("".join(section.paragraphs) for section in circular.sections)
    assert "{" not in whole
    assert [section.heading[:2] for section in circular.sections] == ["一、", "二、", "三、", "四、"]
    assert "应报告单位34个，已报送34个，其中按期报送31个，迟报3个" in whole
    assert all(word not in whole for word in ("排名", "问责", "处分"))


def test_the_circular_quotes_figures_that_stand_in_the_finished_reports() -> None:
    reported = "".join("".join(texts_of(report)) for report in reports("finished"))
    good, problems = ("".join(section.paragraphs) for section in first_circular(FIGURES).sections[1:3])
    for figure in re.findall(r"\d[\d.]*(?:%|万人|人次|/10万)", good + problems):
        assert figure in reported, figure


def test_evidence_belongs_to_a_measure_of_its_unit() -> None:
    for evidence in EVIDENCE:
        assert evidence.measure is None or evidence.measure in held_by(evidence.unit), evidence.file_name


def test_a_paper_is_one_page_whose_text_can_be_found_and_the_same_on_every_run() -> None:
    first = bytes_of(SIGNED_PAPER, 2026)
    (page,) = PdfReader(BytesIO(first)).pages
    text = re.sub(r"\s", "", page.extract_text())
    assert "特此报告" in text
    assert "云检函〔2026〕31号" in text
    leader = next(p for p in UNIT_PEOPLE if p.unit == SIGNED_PAPER.unit and p.role == "unit_leader")
    assert leader.name in text
    assert bytes_of(SIGNED_PAPER, 2026) == first != bytes_of(SIGNED_PAPER, 2025)


def test_a_picture_is_a_small_png() -> None:
    (photo,) = [evidence for evidence in EVIDENCE if evidence.file_name.endswith(".png")]
    body = bytes_of(photo, 2026)
    assert body.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(body) < 2000


# Our own wording


def test_no_run_of_forty_characters_comes_from_a_real_plan() -> None:
    folder = Path(os.environ.get("PLANS_DIR", ROOT.parent / "shared" / "plans"))
    real = sorted(folder.glob("0*.txt"))
    if not real:
        pytest.skip("the real plans are not on this machine")
    length = 40
    runs: set[str] = set()
    for path in real:
        text = re.sub(r"\s", "", path.read_text(encoding="utf-8", errors="ignore"))
        runs.update(text[at : at + length] for at in range(len(text) - length + 1))
    content = ROOT / "seed" / "content"
    for path in sorted(content.rglob("*.txt")) + sorted(content.rglob("*.py")):
        own = re.sub(r"\s", "", path.read_text(encoding="utf-8"))
        shared = [own[at : at + length] for at in range(len(own) - length + 1) if own[at : at + length] in runs]
        assert shared == [], path.name
