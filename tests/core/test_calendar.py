"""Working days: the known years hold, the unknown ones are computed and never crash, the office's own days win."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cast import Cast
from tracker.core import audit, calendar
from tracker.core.arrangement import read_arrangement, year_of
from tracker.core.calendar import CalendarDay, WorkCalendar
from tracker.core.commands import command
from tracker.core.db import db

PACKAGE = WorkCalendar()

# The days of the yearly notices, in the notices' own shorthand.
NOTICES = {
    2018: """元旦：1月1日放假，与周末连休。
        春节：2月15日至21日放假调休，共7天。2月11日（星期日）、2月24日（星期六）上班。
        清明节：4月5日至7日放假调休，共3天。4月8日（星期日）上班。
        劳动节：4月29日至5月1日放假调休，共3天。4月28日（星期六）上班。端午节：6月18日放假，与周末连休。
        中秋节：9月24日放假，与周末连休。国庆节：10月1日至7日放假调休，共7天。9月29日（星期六）、9月30日（星期日）上班。""",
    2019: """元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。
        春节：2月4日至10日放假调休，共7天。2月2日（星期六）、2月3日（星期日）上班。清明节：4月5日放假，与周末连休。
        劳动节：5月1日至4日放假调休，共4天。4月28日（星期日）、5月5日（星期日）上班。端午节：6月7日放假，与周末连休。
        中秋节：9月13日放假，与周末连休。国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。""",
    2020: """元旦：1月1日放假，共1天。
        春节：1月24日至2月2日放假。1月19日（星期日）上班。清明节：4月4日至6日放假调休，共3天。
        劳动节：5月1日至5日放假调休，共5天。4月26日（星期日）、5月9日（星期六）上班。
        端午节：6月25日至27日放假调休，共3天。6月28日（星期日）上班。
        国庆节、中秋节：10月1日至8日放假调休，共8天。9月27日（星期日）、10月10日（星期六）上班。""",
    2021: """元旦：1月1日至3日放假，共3天。春节：2月11日至17日放假调休，共7天。2月7日（星期日）、2月20日（星期六）上班。
        清明节：4月3日至5日放假调休，共3天。劳动节：5月1日至5日放假调休，共5天。4月25日（星期日）、5月8日（星期六）上班。
        端午节：6月12日至14日放假，共3天。中秋节：9月19日至21日放假调休，共3天。9月18日（星期六）上班。
        国庆节：10月1日至7日放假调休，共7天。9月26日（星期日）、10月9日（星期六）上班。""",
    2022: """元旦：2022年1月1日至3日放假，共3天。
        春节：1月31日至2月6日放假调休，共7天。1月29日（星期六）、1月30日（星期日）上班。
        清明节：4月3日至5日放假调休，共3天。4月2日（星期六）上班。
        劳动节：4月30日至5月4日放假调休，共5天。4月24日（星期日）、5月7日（星期六）上班。
        端午节：6月3日至5日放假，共3天。中秋节：9月10日至12日放假，共3天。
        国庆节：10月1日至7日放假调休，共7天。10月8日（星期六）、10月9日（星期日）上班。""",
    2023: """元旦：2022年12月31日至2023年1月2日放假调休，共3天。
        春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。清明节：4月5日放假，共1天。
        劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
        端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
        中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。""",
    2024: """元旦：1月1日放假，与周末连休。春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。
        鼓励各单位安排职工在除夕（2月9日）休息。清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
        劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。端午节：6月10日放假，与周末连休。
        中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
        国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。""",
    2025: """元旦：1月1日（周三）放假1天，不调休。
        春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
        清明节：4月4日（周五）至6日（周日）放假，共3天。
        劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
        端午节：5月31日（周六）至6月2日（周一）放假，共3天。
        国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。""",
    2026: """元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
        春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
        清明节：4月4日（周六）至6日（周一）放假，共3天。
        劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
        端午节：6月19日（周五）至21日（周日）放假，共3天。中秋节：9月25日（周五）至27日（周日）放假，共3天。
        国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。""",
}


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("day", [date(2026, 2, 14), date(2026, 10, 10), date(2025, 1, 26), date(2024, 2, 18)])
def test_a_make_up_saturday_or_sunday_is_a_working_day(day: date) -> None:
    assert day.weekday() >= 5
    assert PACKAGE.is_workday(day)


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 2, 17), date(2026, 10, 7), date(2026, 11, 22)])
def test_a_festival_and_a_plain_sunday_are_off(day: date) -> None:
    assert not PACKAGE.is_workday(day)


@pytest.mark.parametrize("year", sorted(NOTICES))
def test_the_notice_and_the_package_agree_on_every_day_of_the_year(year: int) -> None:
    notice = read_arrangement(NOTICES[year], year)
    later = read_arrangement(NOTICES.get(year + 1, ""), year + 1)
    notice.off |= {day: name for day, name in later.off.items() if day.year == year}
    notice.worked |= {day: name for day, name in later.worked.items() if day.year == year}
    assert notice.doubts == []
    assert [day for day in days_of(year) if PACKAGE.is_workday(day) != notice.is_workday(day)] == []


@pytest.mark.parametrize("year", sorted(NOTICES))
def test_these_years_are_published(year: int) -> None:
    assert PACKAGE.is_published(year)


@pytest.mark.parametrize("year", [1, 1949, 2027, 2028, 2100, 2500, 9999])
def test_a_year_that_is_not_published_is_computed_and_never_crashes(year: int) -> None:
    assert not PACKAGE.is_published(year)
    for month in range(1, 13):
        PACKAGE.is_workday(date(year, month, 1))


def test_the_festivals_of_an_unpublished_year_are_off() -> None:
    assert not PACKAGE.is_workday(date(2027, 2, 8))
    assert not PACKAGE.is_workday(date(2027, 10, 1))
    assert PACKAGE.is_workday(date(2027, 2, 15))


def test_the_offices_own_day_wins_over_the_package() -> None:
    own = WorkCalendar({date(2026, 3, 3): False, date(2026, 3, 7): True})
    assert not own.is_workday(date(2026, 3, 3))
    assert own.is_workday(date(2026, 3, 7))


def test_a_year_counts_as_published_once_a_make_up_day_was_entered() -> None:
    assert WorkCalendar({date(2027, 2, 14): True}).is_published(2027)
    assert not WorkCalendar({date(2027, 2, 5): False}).is_published(2027)


def test_working_days_are_counted_over_a_long_holiday() -> None:
    assert PACKAGE.add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert PACKAGE.add_workdays(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert PACKAGE.add_workdays(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert PACKAGE.add_workdays(date(2026, 10, 3), 0) == date(2026, 10, 3)


def test_counting_forth_and_back_gives_the_same_figure() -> None:
    start, end = date(2026, 9, 20), date(2026, 10, 20)
    assert PACKAGE.workdays_until(start, end) == -PACKAGE.workdays_until(end, start) > 0
    assert PACKAGE.workdays_until(start, start) == 0
    assert PACKAGE.add_workdays(start, PACKAGE.workdays_until(start, end)) == end


def test_a_deadline_on_a_day_off_moves_to_the_last_working_day_before() -> None:
    assert PACKAGE.last_workday(date(2026, 10, 5)) == date(2026, 9, 30)
    assert PACKAGE.last_workday(date(2026, 10, 9)) == date(2026, 10, 9)
    assert PACKAGE.next_workday(date(2026, 10, 5)) == date(2026, 10, 8)


def test_the_first_day_after_a_holiday_is_known() -> None:
    assert PACKAGE.is_first_after_holiday(date(2026, 10, 8))
    assert not PACKAGE.is_first_after_holiday(date(2026, 11, 23))
    assert not PACKAGE.is_first_after_holiday(date(2026, 10, 5))


def test_a_changed_day_counts_after_the_calendar_is_read_anew(cast: Cast) -> None:
    day = date(2026, 3, 3)
    assert calendar.current().is_workday(day)
    enter(day)
    assert calendar.current().is_workday(day)
    calendar.forget()
    assert not calendar.current().is_workday(day)


@command
def enter(day: date) -> None:
    row = CalendarDay(day=day, is_workday=False, note="市里停电")
    db.session.add(row)
    audit.cover(row)


def test_the_year_stands_in_the_title() -> None:
    assert year_of("国务院办公厅关于２０２７年部分节假日安排的通知") == 2027
    assert year_of("国务院办公厅关于2027年\n　部分节假日安排的通知") == 2027, "a title is often set on two lines"
    assert year_of("没有标题") is None


def test_half_a_notice_is_said_to_be_half() -> None:
    half = NOTICES[2026].partition("端午节：")[0]
    [doubt] = read_arrangement(half, 2026).doubts
    assert doubt.startswith("没有读到端午节、中秋节、国庆节的放假日期")
    assert read_arrangement(NOTICES[2026], 2026).doubts == []


def test_the_notice_names_its_days_with_their_festival() -> None:
    days = read_arrangement(NOTICES[2026], 2026).named()
    assert days[date(2026, 2, 14)] == (True, "春节调休上班")
    assert days[date(2026, 2, 23)] == (False, "春节")
    assert date(2026, 2, 24) not in days


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("", "没有读到放假日期"),
        ("请假条：本人3月1日请假一天。", "没有读到放假日期"),
        ("元旦：1月1日至3日放假调休，共4天。", "写为共4天，按日期数是3天"),
        ("元旦：1月1日（周五）放假。", "2026年1月1日是周四，通知写为周五"),
        ("春节：2月30日至31日放假。", "没有“2月30日”这一天"),
        ("国庆节：10月1日至7日放假。10月8日（周四）上班。", "本来就是工作日"),
        ("国庆节：10月1日至10日放假。10月10日（周六）上班。", "既列为放假，又列为上班"),
    ],
)
def test_what_does_not_fit_becomes_a_doubt(text: str, doubt: str) -> None:
    assert doubt in "".join(read_arrangement(text, 2026).doubts)
