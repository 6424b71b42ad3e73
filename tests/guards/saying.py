"""What the house says to people beside what the making of the world has said already: one act per kind of message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pyotp
from flask import Flask, render_template
from sqlalchemy import select

from tests.guards.world import OURS, TODAY, World
from tests.makers.reports import make_scan
from tracker.accounts import actions as accounts
from tracker.accounts import jobs as accounts_jobs
from tracker.accounts import queries as people
from tracker.accounts.actions.posts import tell_both
from tracker.accounts.models import Holding, LinkOrder, Proposal, TokenPurpose, User
from tracker.committees import actions as committees
from tracker.committees.models import ReformKind
from tracker.core import calendar, clock, web
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.keeping import actions as keeping
from tracker.keeping.models import Copy, Drill, KeepingOutcome
from tracker.messages import mail
from tracker.messages.dispatch import group_words
from tracker.plans.models import Plan
from tracker.reminders import saying
from tracker.reminders.kinds import KINDS, Act
from tracker.reminders.models import Watch
from tracker.reports import actions as reports
from tracker.reports.actions import exemptions, sharing
from tracker.reports.actions.questions import asked_of
from tracker.reports.models import Evidence, ExemptionRequest, Extension, Report, Request, Round, Share
from tracker.search import actions as search
from tracker.supervision import actions as supervision
from tracker.supervision.models import AnswerExtension, FieldCheck, Matter, Notice
from tracker.tasks import actions as tasks
from tracker.tasks.actions import telling
from tracker.tasks.models import AssignmentRole, Consultation, Task

LATER = date(2026, 1, 23)
ERRORS = sorted(place.stem for place in (web.resource_dir("templates") / "errors").glob("[0-9]*.html"))


def say_everything(app: Flask, world: World) -> None:
    """Every act that tells somebody something, the words of every reminder, both kinds of letter, every error."""
    for act in (
        _about_reports, _about_tasks, _reminders, _letters, _notices, _matters, _proposed, _about_accounts, _keeping,
    ):  # fmt: skip
        act(app, world)
    with app.test_request_context("/"):
        for code in ERRORS:
            render_template(
                f"errors/{code}.html", message="请求无法处理。", request_id="0123456789", mine={}, theirs={}
            )


def _found(world: World, model: Any, name: str) -> Any:
    return db.session.get_one(model, world.things[name])


def _about_reports(app: Flask, world: World) -> None:
    actor: Callable[..., Any] = world.cast.actor
    officer, head = actor("officer", on=TODAY), actor("head", on=TODAY)
    reports.refuse_sign_off(actor("leader", on=TODAY), _found(world, Report, "waiting report"), "请核对数据。")
    reports.unaccept(officer, _found(world, Report, "accepted report"), "发现漏项。")
    reports.unexempt(officer, _found(world, Report, "exempted report"), "本年有任务。")
    reports.refuse_extension(head, _found(world, Extension, "extension"), "请按期报送。")
    reports.extend(head, _found(world, Report, "draft report"), LATER, "数据月底才出。")
    reports.answer_request(officer, _found(world, Request, "request"), "已协调。")
    reports.claim(actor("second_officer", on=TODAY), _found(world, Report, "report"), take_over=True)
    reports.name_substitute(
        head, _found(world, Report, "report"), db.session.get_one(User, actor("chair", on=TODAY).user_id), "回避。"
    )
    exemptions.refuse_exemption(officer, _found(world, ExemptionRequest, "exemption"), "仍有任务。")
    sharing.hand_back(_found(world, Share, "share"), officer.at)
    special = _found(world, Round, "special round")
    facts = reports.RoundFacts(
        special.year, "托育服务情况", special.opens_on, special.due_on, special.locks_on, special.guidance,
        kind=special.kind, questions=asked_of(special), needs_sign_off=special.needs_sign_off,
    )  # fmt: skip
    reports.amend_round(officer, special, facts)


def _about_tasks(app: Flask, world: World) -> None:
    """More time; a part given and taken after issue; a task issued later, which grows a report that stands."""
    cast = world.cast
    officer, head = cast.actor("officer", on=TODAY), cast.actor("head", on=TODAY)
    tasks.move_due_date(officer, _found(world, Consultation, "consultation"), TODAY + timedelta(days=21))
    given = tasks.add_unit(
        head, _found(world, Task, "task"), cast.unit("市卫生健康委"), AssignmentRole.JOINT, "工作需要。"
    )
    telling.amended(head, given, "reworded", "规划调整。")
    tasks.withdraw(head, given, "分工有误。")
    issued = _found(world, Task, "task")
    tasks.amend_task(
        head, issued, reason="工作需要。", title=issued.title, content="改后的内容。", outcome=issued.outcome,
        shape=issued.shape, is_yearly=True,
    )  # fmt: skip
    plan = _found(world, Plan, "plan")
    measure = plan.areas[0].measures[0]
    fresh = tasks.add_task(officer, plan, measure, title="建立会商机制", content="每季度会商一次。")
    tasks.assign(officer, fresh, cast.unit(OURS), AssignmentRole.LEAD)
    tasks.issue(head, _found(world, Plan, "plan"))
    assert reports.join_late(cast.system(TODAY), _found(world, Round, "draft round"))
    committees.reform_unit(
        officer, cast.unit("市民政局"), ReformKind.MERGED, starts_on=TODAY, document="机构改革方案",
        heirs=[cast.unit("市法院")],
    )  # fmt: skip


def _reminders(app: Flask, world: World) -> None:
    watches = {watch.kind: watch for watch in db.session.scalars(select(Watch).where(Watch.settled_at.is_(None)))}
    for watch in watches.values():
        for day in (watch.due_on - timedelta(days=3), watch.due_on + timedelta(days=3)):
            title, body = saying.words(watch, world.cast.committee, calendar.current(), day)
            assert title
            assert body
    assert all(saying.usual_words(kind, part) for kind in KINDS for part in saying.Part)
    late = next(watch for watch in watches.values() if watch.unit_id is not None)
    for act in (Act.SLIP, Act.NOTICE):
        assert all(saying.office_words(late, act, world.cast.committee, calendar.current(), late.due_on + timedelta(9)))


def _letters(app: Flask, world: World) -> None:
    item = mail.Item("请报送年度报告", "截止1月15日。", "http://127.0.0.1/reports/1")
    for items in ([item], [item, item]):
        mail.compose("key", "wangmin@example.org", items, app.config["SETTINGS"], clock.now())
    assert group_words([item], {item.title: "市教育局、市妇联"}, app.config["SETTINGS"])


def _notices(app: Flask, world: World) -> None:
    """Sent back, answered again, closed by somebody who did not write it; others taken back, given back unsigned."""
    answered, other = _found(world, Notice, "replied notice"), _found(world, Notice, "notice")
    second, head = world.cast.actor("second_officer", on=TODAY), world.cast.actor("head", on=TODAY)
    chair = db.session.get_one(User, world.cast.actor("chair", on=TODAY).user_id)
    supervision.name_verifier(head, answered, chair, "回避。")
    supervision.name_verifier(head, answered, None, "无需回避。")
    supervision.send_back(second, answered, "请补充名单。", TODAY + timedelta(days=14))
    supervision.reply(world.cast.actor("liaison", on=TODAY), answered, "已补充。")
    supervision.close_notice(second, answered, [item.id for item in answered.open_items])
    supervision.withdraw_notice(head, other, "事项已办理。")
    supervision.recall(head, _found(world, Notice, "notice put forward"), "请核对事实。")


def _proposed(app: Flask, world: World) -> None:
    """A draft of a circular that came by itself."""
    assert supervision.propose_circular(
        world.cast.system(TODAY), _found(world, Round, "accepted round"), "2026年1月的通报"
    )


def _matters(app: Flask, world: World) -> None:
    """Sent back, dropped; a check called off after it was announced; an instruction of the chair's with its result."""
    second, head = world.cast.actor("second_officer", on=TODAY), world.cast.actor("head", on=TODAY)
    later = TODAY + timedelta(days=14)
    supervision.send_back_matter(second, _found(world, Matter, "answered matter"), "请补充回访记录。", later)
    supervision.refuse_extension(head, _found(world, AnswerExtension, "answer extension"), "请按期办理。")
    supervision.extend_answer(head, _found(world, Matter, "matter"), TODAY + timedelta(days=60), "经电话同意。")
    supervision.drop_matter(head, _found(world, Matter, "matter"), "已并入其他事项。")
    check = _found(world, FieldCheck, "planned check")
    supervision.announce_check(head, check)
    supervision.cancel_check(head, check, "与上级督查合并。")
    given = supervision.record_instruction(
        world.cast.actor("chair", on=TODAY),
        title="关于儿童之家的批示",
        given_by="吴光",
        given_on=TODAY,
        text="请抓紧。",
    )
    words = supervision.MatterWords("建设儿童之家", "", "请抓紧。", later)
    matter = supervision.note_matter(head, given, world.cast.unit(OURS), words)
    supervision.assign_instruction(head, given)
    supervision.answer_matter(world.cast.actor("liaison", on=TODAY), matter, "已建成。")
    supervision.close_matter(second, matter)
    supervision.write_result(head, given, "已建成。")
    supervision.close_instruction(head, given, pdf=make_scan(), seen_version=given.version)


def _about_accounts(app: Flask, world: World) -> None:
    """A link for an administrator's account warns the others."""
    auditor = db.session.get_one(User, world.cast.actor("auditor").user_id)
    sysadmin, officer = world.cast.actor("sysadmin", on=TODAY), world.cast.actor("officer", on=TODAY)
    accounts.give_key(sysadmin, auditor)
    _give_factor(world.cast.actor("auditor", on=TODAY))
    db.session.commit()
    accounts.reset_factor(sysadmin, auditor, reason="手机丢失。")
    accounts.agree_to_link(world.cast.actor("auditor", on=TODAY), _found(world, LinkOrder, "link order"))
    letter = accounts.Letter(1, "key", "王敏", "wangmin", "w@example.org", TokenPurpose.SIGN_IN, sysadmin.at)
    accounts_jobs.words_of(letter)
    accounts.refuse_proposal(officer, _found(world, Proposal, "proposal"), "请先来函。")
    post = db.session.get_one(Holding, world.cast.holdings["liaison"]).post
    tell_both(officer, post, [auditor], db.session.get_one(User, world.cast.actor("leader").user_id))


def _suspicious_file(world: World) -> None:
    evidence = _found(world, Evidence, "evidence")
    search.warn(evidence, ["疑似身份证号码1个"], clock.now())


def _give_factor(actor: Actor) -> None:
    """A telephone is set up as its owner does it."""
    accounts.begin_factor(actor)
    factor = people.factor_of(actor.user_id)
    assert factor is not None
    session = accounts.start_session(factor.user, None, token_hash="a" * 64, at=actor.at)
    accounts.confirm_factor(actor, pyotp.TOTP(factor.seed).at(actor.at), keep=session)


def _keeping(app: Flask, world: World) -> None:
    """A copy and a drill that failed, told to the administrators."""
    keeper = keeping.keeper("定时任务", clock.now())
    words = {"began_at": keeper.at, "ended_at": keeper.at, "outcome": KeepingOutcome.FAILED, "trouble": "空间不足。"}
    keeping.record_copy(keeper, Copy(**words))
    _suspicious_file(world)
    keeping.record_drill(keeper, Drill(name="gangmu-20261122-013000.gmb", **words))
