"""Slots: once per planned time, caught up once, taken over after a death, tried five times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from tests.cast import Cast
from tracker.core import clock, jobs
from tracker.core.db import db
from tracker.core.jobs import Job, JobRun, RunState, claim, run_due

WEDNESDAY = datetime(2026, 3, 4, 8, 0, tzinfo=clock.SHANGHAI)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Work:
    """A job that notes the days it was run for, and fails while told to."""

    def __init__(self) -> None:
        self.days: list[date] = []
        self.fails = False
        self.meanwhile: Callable[[], None] = lambda: None
        self.job = Job("work", "活动", self.run, {"hour": "8", "minute": "0"})

    def run(self, on: date) -> int:
        self.days.append(on)
        self.meanwhile()
        if self.fails:
            raise RuntimeError("the paper is out")
        return 3


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], datetime]:
    """Let the wall clock stand at a moment."""

    def stand(moment: datetime) -> datetime:
        monkeypatch.setenv("TRACKER_CLOCK", moment.isoformat())
        return moment

    return stand


def runs() -> list[JobRun]:
    db.session.expire_all()
    return list(db.session.scalars(select(JobRun).order_by(JobRun.slot)))


def test_a_planned_time_is_run_once(cast: Cast, work: Work) -> None:
    run_due(work.job, WEDNESDAY - MINUTE)
    work.days.clear()
    assert not run_due(work.job, WEDNESDAY - MINUTE)
    assert run_due(work.job, WEDNESDAY + MINUTE)
    assert not run_due(work.job, WEDNESDAY + 2 * MINUTE)
    assert work.days == [date(2026, 3, 4)]
    assert runs()[-1].touched == 3


def test_a_new_installation_has_missed_nothing_but_today(cast: Cast, work: Work) -> None:
    assert run_due(work.job, WEDNESDAY + MINUTE)
    assert len(runs()) == 1


def test_missed_days_are_caught_up_once_for_the_day_it_is(cast: Cast, work: Work) -> None:
    run_due(work.job, WEDNESDAY)
    assert run_due(work.job, WEDNESDAY + 9 * DAY - MINUTE)
    assert not run_due(work.job, WEDNESDAY + 9 * DAY - MINUTE)
    assert work.days == [date(2026, 3, 4), date(2026, 3, 13)]


def test_another_process_has_the_slot(cast: Cast, work: Work) -> None:
    assert claim("work", WEDNESDAY, WEDNESDAY)
    assert not run_due(work.job, WEDNESDAY + MINUTE)
    assert work.days == []


def test_a_slot_whose_runner_died_is_taken_over_after_its_lease(
    cast: Cast, work: Work, at: Callable[[datetime], datetime]
) -> None:
    claim("work", WEDNESDAY, WEDNESDAY)
    assert not run_due(work.job, WEDNESDAY + jobs.LEASE - MINUTE)
    assert run_due(work.job, at(WEDNESDAY + jobs.LEASE))
    [run] = runs()
    assert (run.outcome, run.attempts) == (RunState.DONE, 1)


def test_being_killed_is_no_failure(cast: Cast, work: Work, at: Callable[[datetime], datetime]) -> None:
    moment = WEDNESDAY
    for _ in range(8):
        assert claim("work", WEDNESDAY, moment)
        moment += jobs.LEASE
    assert run_due(work.job, at(moment))
    assert runs()[0].outcome is RunState.DONE


def test_who_read_the_clock_a_little_earlier_does_not_run_it_again(cast: Cast, work: Work) -> None:
    assert claim("work", WEDNESDAY, WEDNESDAY + MINUTE)
    assert not claim("work", WEDNESDAY, WEDNESDAY)
    assert not run_due(work.job, WEDNESDAY)


def test_a_job_never_runs_beside_itself(cast: Cast, work: Work) -> None:
    claim("work", WEDNESDAY + DAY - 5 * MINUTE, WEDNESDAY + DAY - 5 * MINUTE)
    assert not run_due(work.job, WEDNESDAY + DAY)


def test_a_runner_that_lost_its_lease_cannot_overwrite_the_end(
    cast: Cast, work: Work, at: Callable[[datetime], datetime]
) -> None:
    assert claim("work", WEDNESDAY, WEDNESDAY)
    run_due(work.job, at(WEDNESDAY + jobs.LEASE))
    work.fails = True
    jobs.perform(work.job, WEDNESDAY, WEDNESDAY, date(2026, 3, 4))
    assert [run.outcome for run in runs()] == [RunState.DONE]


def test_a_failing_job_is_tried_five_times_and_then_again_at_its_next_time(
    cast: Cast, work: Work, at: Callable[[datetime], datetime]
) -> None:
    work.fails, notes = True, []
    moment = at(WEDNESDAY)
    for _ in range(20):
        assert run_due(work.job, at(moment)) in {RunState.FAILED, None}
        moment += MINUTE
        notes.append(jobs.outlook([work.job], moment)[0].note)
    assert notes[0] == "稍后重试"
    assert (notes[3], notes[-1]) == ("第2次，稍后重试", "第5次")
    assert len(work.days) == jobs.MOST_ATTEMPTS
    assert runs()[0].trouble == "RuntimeError: the paper is out"
    work.fails = False
    assert run_due(work.job, at(WEDNESDAY + DAY))
    assert runs()[1].outcome is RunState.DONE


@pytest.mark.parametrize("fails", [False, True])
def test_an_end_that_the_database_could_not_take_is_written_when_it_is_back(
    cast: Cast, work: Work, at: Callable[[datetime], datetime], fails: bool
) -> None:
    """Else the run of a living process would hold its slot for a whole lease after an outage of a minute."""
    work.fails, work.meanwhile = fails, lambda: rename("job_runs", "job_runs_away")
    with pytest.raises(SQLAlchemyError):
        run_due(work.job, at(WEDNESDAY))
    with pytest.raises(SQLAlchemyError):
        jobs.write_ends()
    db.session.rollback()
    rename("job_runs_away", "job_runs")
    assert [run.outcome for run in runs()] == [RunState.RUNNING]
    at(WEDNESDAY + MINUTE)
    jobs.write_ends()
    assert [run.outcome for run in runs()] == [RunState.FAILED if fails else RunState.DONE]
    work.fails, work.meanwhile = False, lambda: None
    again = run_due(work.job, at(WEDNESDAY + MINUTE + jobs.RETRY_AFTER))
    assert again is (RunState.DONE if fails else None), "again only where it had failed"


def rename(before: str, after: str) -> None:
    db.session.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))
    db.session.commit()


def test_a_slot_abandoned_on_an_earlier_day_is_closed_with_a_word(
    cast: Cast, work: Work, at: Callable[[datetime], datetime]
) -> None:
    claim("work", WEDNESDAY, WEDNESDAY)
    run_due(work.job, at(WEDNESDAY + DAY))
    assert [(run.outcome, run.trouble) for run in runs()] == [
        (RunState.FAILED, "执行中断，已由后一次一并补办"),
        (RunState.DONE, None),
    ]


def test_a_clock_that_was_a_year_ahead_does_not_silence_the_job_for_a_year(cast: Cast, work: Work) -> None:
    run_due(work.job, WEDNESDAY + 365 * DAY)
    assert run_due(work.job, WEDNESDAY)


def test_who_died_while_the_clock_was_ahead_holds_nothing_when_it_is_set_right(
    cast: Cast, work: Work, at: Callable[[datetime], datetime]
) -> None:
    """A slot of next year and one of today were taken under a clock that was a year ahead; then it was set back."""
    claim("work", WEDNESDAY + 365 * DAY, WEDNESDAY + 365 * DAY)
    claim("work", WEDNESDAY, WEDNESDAY + 365 * DAY)
    assert run_due(work.job, at(WEDNESDAY + MINUTE))
    assert work.days == [date(2026, 3, 4)]
    assert jobs.runs_ahead(WEDNESDAY + MINUTE) == WEDNESDAY + 365 * DAY
    assert jobs.runs_ahead(WEDNESDAY + 366 * DAY) is None


def test_a_clock_that_goes_back_over_a_planned_time_runs_it_once(
    cast: Cast, work: Work, at: Callable[[datetime], datetime]
) -> None:
    for moment in (-DAY, MINUTE, -MINUTE, MINUTE, -2 * DAY, MINUTE):
        run_due(work.job, at(WEDNESDAY + moment))
    assert work.days[:2] == [date(2026, 3, 3), date(2026, 3, 4)]
    assert work.days[2:] == [date(2026, 3, 2)], "the day before the first that it knows; nothing twice"


def test_a_scheduler_seen_in_the_future_is_not_alive_for_that(cast: Cast) -> None:
    jobs.beat(WEDNESDAY + DAY, WEDNESDAY)
    assert jobs.living_schedulers(WEDNESDAY) == 0
    assert jobs.living_schedulers(WEDNESDAY + DAY) == 1


def test_living_schedulers_are_counted_and_an_orderly_one_is_not_missed(cast: Cast) -> None:
    jobs.beat(WEDNESDAY, WEDNESDAY)
    jobs.beat(WEDNESDAY + MINUTE, WEDNESDAY)
    assert jobs.living_schedulers(WEDNESDAY + 5 * MINUTE) == 1
    assert jobs.living_schedulers(WEDNESDAY + 7 * MINUTE) == 0
    jobs.leave()
    assert jobs.living_schedulers(WEDNESDAY + MINUTE) == 0


def test_the_outlook_names_the_last_run_and_the_next(cast: Cast, work: Work) -> None:
    run_due(work.job, WEDNESDAY)
    [one] = jobs.outlook([work.job], WEDNESDAY + MINUTE)
    assert one.last is not None
    assert one.last.outcome is RunState.DONE
    assert one.next_at == WEDNESDAY + DAY
