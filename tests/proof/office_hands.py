"""What the office does with a report and its round, at random: reviewing, granting, naming, locking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from tests.proof.model import HEADS, OWED, THEIRS, WITH_OFFICE, Model, where
from tracker.accounts.models import User
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.reports import actions, policy
from tracker.reports.actions import exemptions
from tracker.reports.models import Extension, ExtensionState, GoalStatus, RemarkPlace, Round
from tracker.reports.queries.exemptions import open_request


class OfficeHands(Model):
    """Officers, the head, the chair as substitute, and whoever tries in their stead."""

    @where("submitted")
    @rule(who=THEIRS, release=st.booleans())
    def claims(self, who: str, release: bool) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_review(actor, self.report)  # noqa: E731
        deed = actions.release if release else actions.claim
        if self.act("release" if release else "claim", who, door, lambda actor: deed(actor, self.report)):
            self.begun = not release

    @where("submitted")
    @rule(who=THEIRS)
    def remarks(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_review(actor, self.report)  # noqa: E731
        areas = self.report.area_texts
        place, number = (RemarkPlace.AREA, areas[0].area_id) if areas else (RemarkPlace.REPORT, None)
        if self.act(
            "remark", who, door, lambda actor: actions.add_remark(actor, self.report, place, number, "请补充来源。")
        ):  # fmt: skip
            self.begun = True

    @where("submitted")
    @rule(who=THEIRS)
    def returns(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_review(actor, self.report)  # noqa: E731
        if self.act("return", who, door, lambda actor: actions.return_report(actor, self.report, "请补充。")):
            self.state, self.rectify, self.begun = "returned", True, False
            self.recorded(who)

    @where("submitted")
    @rule(who=THEIRS)
    def accepts(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_review(actor, self.report)  # noqa: E731
        if self.act("accept", who, door, lambda actor: actions.accept(actor, self.report)):
            self.state, self.rectify, self.begun = "accepted", False, False
            self.recorded(who)

    @where("accepted")
    @rule(who=THEIRS, correct=st.booleans())
    def takes_the_acceptance_back(self, who: str, correct: bool) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_unaccept(actor, self.report)  # noqa: E731
        deed = actions.send_for_correction if correct else actions.unaccept
        if self.act("correct" if correct else "unaccept", who, door, lambda actor: deed(actor, self.report, "漏项")):
            self.state = "returned" if correct else "submitted"
            self.rectify = self.rectify or correct
            self.recorded(who)

    @where(*OWED, "returned")
    @rule(who=THEIRS)
    def exempts(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_exempt(actor, self.report)  # noqa: E731
        if self.act("exempt", who, door, lambda actor: actions.exempt(actor, self.report, "机构改革")):
            self.state = "exempted"
            self.recorded(who)

    @where("exempted")
    @rule(who=THEIRS)
    def unexempts(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_unexempt(actor, self.report)  # noqa: E731
        if self.act("unexempt", who, door, lambda actor: actions.unexempt(actor, self.report, "本年有任务")):
            self.state = "returned" if self.rectify else "draft" if self.started else "not_started"
            self.recorded(who)

    @rule(who=THEIRS, grant=st.booleans())
    def decides_on_time(self, who: str, grant: bool) -> None:
        asked = db.session.scalar(select(Extension).where(Extension.state == ExtensionState.REQUESTED))
        if asked is None:
            return
        self.act(
            "decide", who, lambda actor: policy.can_decide_extension(actor, asked),
            lambda actor: actions.grant_extension(actor, asked, asked.wanted_until) if grant
            else actions.refuse_extension(actor, asked, "请按期报送"),
        )  # fmt: skip

    @rule(who=THEIRS, verb=st.sampled_from(["close", "reopen", "lock", "unlock"]))
    def runs_the_round(self, who: str, verb: str) -> None:
        round_ = db.session.get_one(Round, self.town.round_id)
        deeds: dict[str, Callable[[Actor], object]] = {
            "close": lambda actor: actions.close_round(actor, round_),
            "reopen": lambda actor: actions.reopen_round(actor, round_, "系统故障"),
            "lock": lambda actor: actions.lock_round(actor, round_),
            "unlock": lambda actor: actions.unlock_round(actor, round_, "补正"),
        }
        door = policy.can_unlock if verb == "unlock" else policy.can_run_round
        if self.act(verb, who, lambda actor: door(actor, round_), deeds[verb]):
            arrows = {
                ("open", "close"): "closed", ("closed", "reopen"): "open", ("closed", "lock"): "locked",
                ("open", "lock"): "locked", ("locked", "unlock"): "closed",
            }  # fmt: skip
            self.round = arrows[self.round, verb]
            assert not (verb == "lock" and self.state in {"returned", "awaiting_sign_off"}), "locked half-way"

    @where(*OWED, "returned")
    @rule(who=THEIRS, grant=st.booleans())
    def decides_on_an_exemption(self, who: str, grant: bool) -> None:
        asked = open_request(self.town.report_id)
        if asked is None:
            return
        if self.act(
            "spare" if grant else "no_spare", who, lambda actor: policy.can_decide_exemption(actor, asked),
            lambda actor: exemptions.grant_exemption(actor, asked) if grant
            else exemptions.refuse_exemption(actor, asked, "仍有任务"),
        ) and grant:  # fmt: skip
            self.state = "exempted"

    @rule(who=HEADS, days=st.integers(-3, 25), everybody=st.booleans())
    def gives_time(self, who: str, days: int, everybody: bool) -> None:
        """To one unit, before or after the day; or to all."""
        round_ = db.session.get_one(Round, self.town.round_id)
        before = self.report.due_on
        if everybody:
            until = round_.due_on + timedelta(days=days)
            self.act(
                "extend_all", who, lambda actor: policy.can_extend_all(actor, round_),
                lambda actor: actions.extend_round(actor, round_, until, "数据晚出"),
            )  # fmt: skip
        else:
            until = before + timedelta(days=days)
            self.act(
                "extend", who, lambda actor: policy.can_extend(actor, self.report),
                lambda actor: actions.extend(actor, self.report, until, "经电话同意"),
            )  # fmt: skip
        assert self.report.due_on >= before

    @rule(who=HEADS, days=st.integers(0, 40), clear=st.booleans())
    def recognises_a_day(self, who: str, days: int, clear: bool) -> None:
        day = None if clear else self.report.round.opens_on + timedelta(days=days)
        if self.act(
            "recognise", who, lambda actor: policy.can_recognise(actor, self.report),
            lambda actor: actions.recognise(actor, self.report, day, "已按时送达"),
        ):  # fmt: skip
            assert self.report.recognised_on == day
            assert self.first is not None
            assert self.report.first_submitted_at == self.first[0], "the first submission stands for ever"

    @rule(who=HEADS, whom=st.sampled_from(["chair", "second_officer", None]))
    def names_a_substitute(self, who: str, whom: str | None) -> None:
        person = db.session.get_one(User, self.actor(whom).user_id) if whom else None
        if self.act(
            "substitute", who, lambda actor: policy.can_name_substitute(actor, self.report),
            lambda actor: actions.name_substitute(actor, self.report, person, "回避"),
        ):  # fmt: skip
            self.substitute = whom

    @rule(who=HEADS, days=st.integers(0, 9), end=st.booleans())
    def makes_an_exception_to_the_lock(self, who: str, days: int, end: bool) -> None:
        holder = db.session.get_one(User, self.actor("officer").user_id)
        until = self.now.date() + timedelta(days=days)
        if end:
            if self.act(
                "end_exception", who, lambda actor: policy.can_end_exception(actor, self.report),
                lambda actor: actions.end_exception(actor, self.report),
            ):  # fmt: skip
                self.excepted = None
        elif self.act(
            "except", who, lambda actor: policy.can_except(actor, self.report),
            lambda actor: actions.except_from_lock(actor, self.report, holder, until, "上级核查"),
        ):  # fmt: skip
            self.excepted = until

    @where(*WITH_OFFICE)
    @rule(who=THEIRS)
    def answers_a_request(self, who: str) -> None:
        if not self.report.requests:
            return
        wish = self.report.requests[0]
        if self.act(
            "answer", who, lambda actor: policy.can_answer_requests(actor, self.report),
            lambda actor: actions.answer_request(actor, wish, "已协调。"),
        ):  # fmt: skip
            assert wish.answer == "已协调。"

    @where(*WITH_OFFICE)
    @rule(who=THEIRS, status=st.sampled_from([*GoalStatus, None]))
    def confirms_a_goal(self, who: str, status: GoalStatus | None) -> None:
        if not self.report.goal_statements:
            return
        one = self.report.goal_statements[0]
        if self.act(
            "goal", who, lambda actor: policy.can_confirm_goals(actor, self.report),
            lambda actor: actions.confirm_goal(actor, one, status),
        ):  # fmt: skip
            assert one.confirmed is status
