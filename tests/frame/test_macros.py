"""What the macros say, without a browser."""

from __future__ import annotations

import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from tests.frame import samples
from tests.frame.specimen import ERRORS, NoticeForm

TODAY = date(2027, 1, 12)


def render(app: Flask, source: str, address: str = "/list", **context: Any) -> str:
    with app.test_request_context(address):
        return app.jinja_env.from_string(source).render(**context)


def words(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", markup)).strip()


@pytest.mark.parametrize(
    ("due", "left", "said", "tone"),
    [
        (date(2027, 1, 15), 3, "1月15日 周五还剩 3 个工作日", "warn"),
        (date(2027, 1, 29), 13, "1月29日 周五还剩 13 个工作日", "plain"),
        (TODAY, 0, "1月12日 周二今天截止", "warn"),
        (date(2027, 1, 8), -2, "1月8日 周五逾期 2 个工作日", "late"),
        (date(2027, 1, 10), 0, "1月10日 周日已过截止日", "late"),
        (date(2028, 1, 14), 250, "2028年1月14日 周五还剩 250 个工作日", "plain"),
        (date(2027, 1, 8), None, "1月8日 周五", "plain"),
    ],
)
def test_a_deadline_says_date_weekday_and_working_days(
    specimen: Flask, due: date, left: int | None, said: str, tone: str
) -> None:
    source = '{% from "macros/dates.html" import deadline %}{{ deadline(due, on, left) }}'
    markup = render(specimen, source, due=due, on=TODAY, left=left)
    assert words(markup) == said
    assert f"tone-{tone}" in markup


def test_a_deadline_met_is_only_a_date(specimen: Flask) -> None:
    source = '{% from "macros/dates.html" import deadline %}{{ deadline(due, on, -2, done=true) }}'
    assert words(render(specimen, source, due=TODAY - timedelta(days=4), on=TODAY)) == "1月8日 周五"


def test_a_moved_deadline_shows_the_old_date(specimen: Flask) -> None:
    source = '{% from "macros/dates.html" import deadline %}{{ deadline(due, on, 8, original=before) }}'
    markup = render(specimen, source, due=date(2027, 1, 22), on=TODAY, before=date(2027, 1, 15))
    assert "<s class=" in markup
    assert "原定1月15日" in words(markup)


@pytest.mark.parametrize("light", list(samples.Light))
def test_a_state_is_shape_word_and_colour(specimen: Flask, light: samples.Light) -> None:
    markup = render(specimen, '{% from "macros/state.html" import state %}{{ state(light) }}', light=light)
    assert "<svg" in markup
    assert light.label in words(markup)
    assert f"tone-{light.tone}" in markup


def test_each_tone_has_a_shape_of_its_own(specimen: Flask) -> None:
    source = '{% from "macros/icons.html" import shape %}{{ shape(tone) }}'
    tones = ("late", "warn", "ok", "done", "wait", "info", "excused", "later", "begun", "slow")
    assert len({render(specimen, source, tone=tone) for tone in tones}) == len(tones)


def test_an_address_keeps_its_query_and_changes_one_part(specimen: Flask) -> None:
    source = '{% from "macros/lists.html" import address %}{{ address({"sort": "-due", "page": none}) }}'
    assert render(specimen, source, "/list?area=1&area=2&sort=due&page=4") == "/list?area=1&amp;area=2&amp;sort=-due"


def test_a_query_named_like_a_route_argument_breaks_nothing(specimen: Flask) -> None:
    source = '{% from "macros/lists.html" import address %}{{ address({"page": 2}) }}'
    assert render(specimen, source, "/list?endpoint=x&_external=1").endswith("_external=1&amp;page=2")


def test_a_sorted_head_says_so_and_turns_round(specimen: Flask) -> None:
    source = (
        '{% from "macros/lists.html" import table %}'
        '{% call table("任务", [{"label": "期限", "sort": "due"}, {"label": "状态"}]) %}{% endcall %}'
    )
    up = render(specimen, source, "/list?sort=due")
    assert 'aria-sort="ascending"' in up
    assert 'href="/list?sort=-due"' in up
    down = render(specimen, source, "/list?sort=-due")
    assert 'aria-sort="descending"' in down
    assert 'href="/list?sort=due"' in down


def test_pagination_says_the_total_and_leaves_out_the_middle(specimen: Flask) -> None:
    page = SimpleNamespace(page=5, pages=20, total=998, first=201, last=250)
    said = words(render(specimen, '{% from "macros/lists.html" import pagination %}{{ pagination(page) }}', page=page))
    assert said == "共 998 项，本页第 201–250 项 上一页 1 … 3 4 5 6 7 … 20 下一页"


def test_one_page_needs_no_page_links(specimen: Flask) -> None:
    page = SimpleNamespace(page=1, pages=1, total=7, first=1, last=7)
    said = words(render(specimen, '{% from "macros/lists.html" import pagination %}{{ pagination(page) }}', page=page))
    assert said == "共 7 项"


def test_the_export_carries_exactly_what_is_filtered(specimen: Flask) -> None:
    source = (
        '{% from "macros/filters.html" import filter_bar %}{% call filter_bar(export_url="/list.xlsx") %}{% endcall %}'
    )
    assert 'href="/list.xlsx?light=red&amp;q=%E5%81%A5"' in render(specimen, source, "/list?light=red&q=%E5%81%A5")


def test_what_comes_from_people_is_escaped_everywhere(specimen: Flask) -> None:
    source = (
        '{% from "macros/people.html" import unit %}{% from "macros/forms.html" import text_area %}'
        '{% from "macros/filters.html" import filter_text %}'
        '{{ unit(u) }}{{ text_area("a", "a", "名", bad, last=bad) }}{{ filter_text("q", "内容") }}'
    )
    bad = '"><script>alert(1)</script>'
    u = SimpleNamespace(short_name=bad, name=bad + "x", full_name="")
    address = "/list?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    assert "<script" not in render(specimen, source, address, u=u, bad=bad)


def test_errors_stand_at_the_field_and_in_a_list_on_top(specimen: Flask) -> None:
    source = (
        '{% from "macros/forms.html" import form, field %}{% call form(f, "保存") %}{{ field(f.title) }}{% endcall %}'
    )
    with specimen.test_request_context("/form", method="POST", data={"title": ""}):
        f = NoticeForm()
        assert not f.validate()
        f.form_errors.append("报送期已过。")
        assert {name for name in f.errors if name} == {"title", "kind", "due", "text"}
        markup = specimen.jinja_env.from_string(source).render(f=f)
    assert f"有 {len(f.errors)} 处需要改正" in markup
    assert '<a href="#title">标题：请填写标题。</a>' in markup
    assert "<li>报送期已过。</li>" in markup
    assert 'id="title-error"' in markup
    assert 'aria-invalid="true"' in markup
    assert "必填" in words(markup)


def test_long_writing_keeps_its_first_line_break(specimen: Flask) -> None:
    """HTML eats one line break after <textarea>; a text that begins with one must come back as it was."""
    source = '{% from "macros/forms.html" import text_area %}{{ text_area("a", "a", "名", value) }}'
    assert ">\n\n第一段" in render(specimen, source, value="\n第一段")


def test_a_large_unit_list_folds_but_names_its_number(specimen: Flask) -> None:
    source = '{% from "macros/people.html" import units %}{{ units(list, 2) }}'
    assert words(render(specimen, source, list=samples.UNITS[:5])).startswith("市委组织部、市委宣传部等 5 个单位")


def test_the_grid_says_nothing_where_unit_and_area_do_not_meet(specimen: Flask) -> None:
    cell = samples.Cell(samples.Light.LATE, "/list", "6日", "逾期 6 个工作日")
    source = '{% from "macros/grid.html" import grid %}{{ grid("任务", rows, columns, cells, legend) }}'
    markup = render(
        specimen, source, rows=samples.UNITS[:2], columns=samples.AREAS[:2], cells={(1, 1): cell}, legend=samples.Light
    )
    assert markup.count("不涉及") == 3
    assert "市委组织部 · 健康：逾期，逾期 6 个工作日" in markup


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_page_needs_no_database_and_no_actor(specimen: Flask, code: int) -> None:
    with specimen.test_request_context("/"):
        page = specimen.jinja_env.get_template(f"errors/{code}.html").render(request_id="7F3A-20BC")
    said = words(page)
    for part in ("发生了什么", "保留了什么", "可以怎么做", "7F3A-20BC"):
        assert part in said


def test_an_error_page_tells_the_reason_it_is_given(specimen: Flask) -> None:
    with specimen.test_request_context("/"):
        page = specimen.jinja_env.get_template("errors/403.html").render(message="本轮报告已锁定。")
    assert "本轮报告已锁定。" in page


def test_a_page_without_an_actor_has_no_left_side_and_no_inbox(specimen: Flask) -> None:
    with specimen.test_request_context("/"):
        page = specimen.jinja_env.from_string(
            '{% extends "base.html" %}{% block title %}登录{% endblock %}{% block content %}x{% endblock %}'
        ).render()
    assert "<title>登录 · 纲目</title>" in page
    assert "主要栏目" not in page
    assert "消息" not in page
