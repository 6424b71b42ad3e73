"""The working calendar: a year at a glance, single days, and the yearly notice pasted in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from tracker.committees import actions, queries
from tracker.committees.forms import LONGEST_NOTICE, ArrangementForm, DayForm
from tracker.committees.policy import can_change_settings, can_keep_calendar
from tracker.committees.views.blueprint import bp
from tracker.core import calendar as work
from tracker.core import files
from tracker.core.access import Actor, requires
from tracker.core.arrangement import Arrangement, Span, read_arrangement, spans_of, year_of
from tracker.core.errors import RuleError
from tracker.core.forms import EmptyForm, clean_text, parse_day
from tracker.core.pages import number_arg

FIRST_YEAR, LAST_YEAR = 1990, 2099


@bp.get("/calendar")
@requires()
def calendar(actor: Actor) -> Any:
    year = number_arg("year") or actor.on.year
    year = min(max(year, FIRST_YEAR), LAST_YEAR)
    return render_template(
        "committees/calendar.html", year=year, months=queries.year_shown(year), own=queries.own_days(year),
        published=work.current().is_published(year), may_keep=can_keep_calendar(actor), today=actor.on,
        keeps_settings=can_change_settings(actor),
    )  # fmt: skip


@bp.route("/calendar/<day>", methods=["GET", "POST"])
@requires(can=can_keep_calendar)
def calendar_day(actor: Actor, day: str) -> Any:
    when = _day(day)
    row = queries.own_days(when.year).get(when)
    worked = work.current().is_workday(when)
    form = DayForm(data={"kind": "work" if worked else "off", "note": row.note if row else ""})
    if form.validate_on_submit():
        is_workday = form.kind.data == "work"
        moved = _moved(actor, {when: is_workday})
        actions.set_day(actor, when, is_workday=is_workday, note=form.note.data or "")
        flash(f"{when.month}月{when.day}日已设置。{moved}", "success")
        return redirect(url_for("committees.calendar", year=when.year))
    return render_template("committees/calendar_day.html", form=form, when=when, row=row, worked=worked)


@bp.post("/calendar/<day>/clear")
@requires(can=can_keep_calendar)
def calendar_clear(actor: Actor, day: str) -> Any:
    when = _day(day)
    if EmptyForm().validate():
        moved = _moved(actor, {when: work.WorkCalendar().is_workday(when)})
        actions.clear_day(actor, when)
        flash(f"已取消对{when.month}月{when.day}日的设置。{moved}", "success")
    return redirect(url_for("committees.calendar", year=when.year))


@bp.route("/calendar/notice", methods=["GET", "POST"])
@requires(can=can_keep_calendar)
def calendar_notice(actor: Actor) -> Any:
    form = ArrangementForm(data={"year": number_arg("year") or actor.on.year + 1})
    read: Arrangement | None = None
    foreseen: list[work.Foreseen] = []
    spans: list[Span] = []
    if form.validate_on_submit() and _take_document(form):
        text, year = form.text.data or "", form.year.data or actor.on.year
        titled = year_of(text)
        read = read_arrangement(text, year)
        if titled is not None and titled != year:
            read.doubts.insert(0, f"通知标题写的是{titled}年，您选的是{year}年。")
        if form.step.data == "adopt" and read.off:
            adopted = queries.days_to_adopt(read)
            moved = _moved(actor, {day: is_workday for day, (is_workday, _) in adopted.items()})
            count = actions.adopt_arrangement(actor, year, adopted)
            flash(f"{year}年放假安排已写入工作日历，改动{count}天。{moved}", "success")
            return redirect(url_for("committees.calendar", year=year))
        if read.off:
            spans = spans_of(read.named())
            adopted = queries.days_to_adopt(read)
            foreseen = _foreseen(actor, {day: is_workday for day, (is_workday, _) in adopted.items()})
    return render_template("committees/calendar_notice.html", form=form, read=read, foreseen=foreseen, spans=spans)


def _foreseen(actor: Actor, days: Mapping[date, bool]) -> list[work.Foreseen]:
    """What the calendar with these days would move."""
    told = work.foresee.send(None, actor=actor, days=work.current().with_days(days))
    return [one for _, found in told for one in found]


def _moved(actor: Actor, days: Mapping[date, bool]) -> str:
    """The same as it is said once the days are set."""
    return "".join(f"{one.title.replace('将', '已', 1)}。" for one in _foreseen(actor, days))


def _take_document(form: ArrangementForm) -> bool:
    """The words of the uploaded notice stand in the form's text; False with a sentence when there are none."""
    upload = form.document.data
    if upload and upload.filename:
        try:
            read = files.reading.send(None, content=upload.read(), name=upload.filename)
        except RuleError as error:
            form.take(RuleError(error.sentence, field="document"))
            return False
        words = clean_text("\n".join(words for _, words in read)) or ""
        if len(words) > LONGEST_NOTICE:
            form.take(RuleError("文件中的文字过多，不像放假安排的通知，没有读取。", field="document"))
            return False
        form.text.data = words
        form.text.raw_data = [form.text.data]
    if not form.text.data:
        form.take(RuleError("请粘贴通知内容，或者选择通知的文件。", field="text"))
        return False
    return True


def _day(text: str) -> date:
    day = parse_day(text)
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        abort(404)
    return day
