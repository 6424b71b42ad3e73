"""Notices drafted by rule, edited, signed, issued, withdrawn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm.attributes import flag_modified

from tracker.committees.actions import change_settings
from tracker.committees.models import Committee, CommitteeSettings, Unit
from tracker.core import audit, calendar, files
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError, RuleErrors
from tracker.core.files import Blob
from tracker.core.filters import zh_date
from tracker.core.workflow import must_be_as_seen
from tracker.reminders.actions import settle, watch
from tracker.supervision.actions.answers import note_lateness, settle_asked
from tracker.supervision.actions.holding import hold_committee
from tracker.supervision.actions.numbering import next_serial
from tracker.supervision.actions.signing import put_forward, writable
from tracker.supervision.actions.telling import tell_unit
from tracker.supervision.documents import notices as documents
from tracker.supervision.models import (
    ItemWords,
    Light,
    Notice,
    NoticeItem,
    NoticeKind,
    NoticeState,
    Series,
    Step,
    frozen_words,
    steps_of,
)
from tracker.supervision.queries import lights
from tracker.supervision.queries import notices as queries
from tracker.supervision.workflow import NOTICE

NOTHING_TO_SAY = frozenset({Light.DONE, Light.EXEMPT})
EDITABLE_TEXTS = ("title", "opening", "closing")


@command
def draft_notices(
    actor: Actor, *, assignment_ids: Iterable[int] = (), report_ids: Iterable[int] = (),
    statement_ids: Iterable[int] = (), matter_ids: Iterable[int] = (),
) -> list[Notice]:  # fmt: skip
    """按规则拟办: one draft per unit and kind about the chosen lights, reports, goals and findings, with the facts as
    they stand today.

    What a living notice already holds is left out, so that pressing twice drafts once. Raises RuleError when nothing
    is left to write about.
    """
    hold_committee(actor.committee_id)
    held = queries.held(actor)
    rows = [
        row for row in lights.rows_of(actor, assignment_ids)
        if row.light not in NOTHING_TO_SAY and row.assignment.id not in held.assignments
    ]  # fmt: skip
    reports = [
        report for report in queries.reports_of(actor, report_ids)
        if report.id not in held.reports and (report.is_overdue(actor.on) or report.awaits_rectification())
    ]  # fmt: skip
    statements = queries.statements_of(actor, statement_ids, held)
    matters = queries.matters_of(actor, matter_ids, held)
    if not rows and not reports and not statements and not matters:
        raise RuleError("所选事项已经办结，或者已在办理中的函件里，没有重复拟办。")
    days, round_ = calendar.current(), lights.round_in_force(actor.committee_id, actor.on)
    title = round_.title if round_ else "报告"
    return [
        _draft(actor, one.unit, one.kind, documents.proposal_words(one, title, actor.on, days))
        for one in queries.grouped(queries.ladder_of(actor), reports, rows, statements, matters)
    ]


@command
def draft_notice(actor: Actor, unit: Unit, kind: NoticeKind, item: ItemWords) -> Notice:
    """A letter about something no rule saw: the office writes what lapsed and what it asks."""
    if not item.subject:
        raise RuleError("请写明是什么事项。", field="subject")
    hold_committee(actor.committee_id)
    settings = db.session.get_one(Committee, actor.committee_id).settings
    if same := queries.same_draft(actor, unit, _step(settings, kind), item):
        return same  # the same form sent twice
    return _draft(actor, unit, kind, [item])


@command
def draft_further(actor: Actor, notice: Notice) -> Notice:
    """The next step's draft, with the items still open and what was written before."""
    step = notice.next_step
    if step is None:
        raise RuleError(f"{notice.step.label}已是最后一步，需要时请提请政府督查机构开展督查。")
    words = [
        ItemWords(
            item.subject, documents.further_facts(notice, item), item.demand,
            assignment_id=item.assignment_id, report_id=item.report_id, goal_id=item.goal_id,
            matter_id=item.matter_id, request_id=item.request_id, light=item.light,
        )
        for item in notice.open_items
    ]  # fmt: skip
    return _draft(actor, notice.unit, step.kind, words, follows=notice)


@command
def edit_notice(
    actor: Actor, notice: Notice, *, seen_version: int | None, reply_by: date, items: list[ItemWords], **texts: str
) -> None:
    """Change a draft's words, day and items. Raises Conflict with both texts when somebody else saved first."""
    writable(actor, notice, "修改")
    if seen_version is not None and seen_version != notice.version:
        raise _both(notice, texts, items)
    if reply_by <= actor.on:
        raise RuleError("回复期限应晚于今天。", field="reply_by")
    for name in EDITABLE_TEXTS:
        setattr(notice, name, texts.get(name, getattr(notice, name)))
    known, before = {item.id: item for item in notice.items}, _items_in_words(notice)
    for words in items:
        if words.number is None:
            if words.subject:
                notice.items.append(_item(actor, len(notice.items) + 1, words))
        elif words.is_dropped:
            audit.cover(known[words.number])
            notice.items.remove(known[words.number])
        else:
            item = known[words.number]
            item.subject, item.facts, item.demand = words.subject, words.facts, words.demand
            item.due_on = words.due_on if words.due_on != reply_by else None
    for place, item in enumerate(notice.items, start=1):
        item.position = place
    notice.reply_by = notice.first_reply_by = reply_by
    if _items_in_words(notice) != before:
        flag_modified(notice, "reply_by")  # its items are the letter: who looks at it is told that it changed
    audit.record_sitting(actor, "notice.edit", notice, f"修改{notice.audit_label()}")


def _items_in_words(notice: Notice) -> dict[int, str]:
    """By its row: what each item says."""
    return {
        item.id or -item.position: _one_item(item.subject, item.facts, item.demand, item.due_on)
        for item in notice.items
    }


def _one_item(subject: str, facts: str, demand: str, due_on: date | None) -> str:
    return "\n".join(filter(None, (subject, facts, demand, zh_date(due_on) if due_on else "")))


def _both(notice: Notice, texts: dict[str, str], items: list[ItemWords]) -> Conflict:
    """What was typed and what stands, the letter's items among it."""
    standing = _items_in_words(notice)
    typed = {
        words.number: _one_item(
            words.subject, words.facts, words.demand, words.due_on if words.due_on != notice.reply_by else None
        )
        for words in items if words.number in standing and not words.is_dropped
    }  # fmt: skip
    theirs = {name: getattr(notice, name) for name in texts}
    places = {number: f"事项{place}" for place, number in enumerate(standing, start=1) if number in typed}
    return Conflict(
        mine=texts | {name: typed[number] for number, name in places.items()},
        theirs=theirs | {name: standing[number] for number, name in places.items()},
    )


@command
def drop_notice(actor: Actor, notice: Notice) -> None:
    """Throw away a draft that never got a number and follows no other notice."""
    writable(actor, notice, "删除")
    if notice.number is not None or notice.follows_id is not None:
        raise RuleError("已编文号或者由上一步转来的函件不能删除，可以撤回并说明理由。")
    audit.record(actor, "notice.drop", notice, f"删除草稿{notice.audit_label()}")
    db.session.delete(notice)


@command
def submit_notice(actor: Actor, notice: Notice) -> None:
    """送主任签发, when nothing is lacking."""
    put_forward(actor, notice, _lacking(actor, notice))


@command
def sign_notice(actor: Actor, notice: Notice, *, seen: int | None = None) -> None:
    """Sign: the number is given, without gap or double, and the words are frozen under their hash. `seen` is the
    letter's version as it was read."""
    NOTICE.check(notice, "sign")
    must_be_as_seen(notice, seen, "签发")
    if lacking := _lacking(actor, notice):
        raise RuleErrors(lacking)
    if notice.number is None:
        hold_committee(actor.committee_id)
        _give_number(notice, actor.on.year)
    notice.issuer, notice.addressee = notice.committee.office_name, notice.unit.full_name
    notice.signed_by_id, notice.signed_by, notice.signed_at = actor.user_id, actor.user.name, actor.at
    notice.hash = notice_fingerprint(notice)
    NOTICE.apply(notice, "sign", actor, sentence=f"签发{notice.audit_label()}，文号{notice.number}")


@command
def issue_notice(actor: Actor, notice: Notice, *, pdf: Blob, docx: Blob, signed_hash: str) -> None:
    """Issue with the files rendered from the signed words; tell the unit and watch the day of its answer.

    Raises Conflict when the notice was recalled and signed anew while the files were made.
    """
    NOTICE.check(notice, "issue")
    if notice.hash != signed_hash or notice_fingerprint(notice) != signed_hash:
        raise Conflict("函件在生成文件期间有变动，请重新印发。")
    if notice.reply_by <= actor.on:
        raise RuleError("回复期限已到，请退回起草，重新确定回复期限后签发。")
    notice.pdf, notice.docx = files.stored(pdf, actor.at), files.stored(docx, actor.at)
    notice.issued_on = actor.on
    NOTICE.apply(notice, "issue", actor, sentence=f"印发{notice.audit_label()}（{notice.number}）")
    watch_reply(actor, notice)
    tell_unit(actor, notice, "notice.issued", occasion=notice.number or "", unit_id=notice.unit_id, notice=notice)


@command
def register_notice(
    actor: Actor, notice: Notice, *, number: str, signer: str, issued_on: date, final: Blob, final_name: str
) -> None:  # fmt: skip
    """登记印发: it was signed, numbered and stamped in OA; what was stamped is what is served and what is answered."""
    NOTICE.check(notice, "register")
    if lacking := _lacking(actor, notice):
        raise RuleErrors(lacking)
    if notice.number is not None:
        raise RuleError("这份函件已编本系统文号，请在系统内签发印发。")
    if issued_on > actor.on:
        raise RuleError("印发日期不能晚于今天。", field="issued_on")
    hold_committee(actor.committee_id)
    if queries.has_number(notice.committee_id, number):
        raise RuleError(f"文号{number}已经用于另一份函件，请核对。", field="number")
    notice.number, notice.signed_by, notice.issued_on = number, signer, issued_on
    notice.issuer, notice.addressee = notice.committee.office_name, notice.unit.full_name
    notice.is_registered, notice.final_name = True, final_name
    notice.pdf, notice.hash = files.stored(final, actor.at), notice_fingerprint(notice)
    NOTICE.apply(notice, "register", actor, sentence=f"登记印发{notice.audit_label()}（{number}）")
    watch_reply(actor, notice)
    tell_unit(actor, notice, "notice.issued", occasion=number, unit_id=notice.unit_id, notice=notice)


@command
def set_steps(actor: Actor, committee: Committee, steps: Sequence[tuple[str, str]], *, seen: int | None) -> None:
    """The committee's own ladder: how many steps, what they are called, in which colour. Old letters keep theirs."""
    named = [(label.strip(), colour) for label, colour in steps if label.strip()]
    if any(not label.strip() for label, _ in list(steps)[: len(named)]):
        raise RuleError("步骤应当连续，中间不能留空。")
    if not named:
        raise RuleError("至少要有一个步骤。")
    if any(set("、（）") & set(label) for label, _ in named):
        raise RuleError("步骤名称不能含有顿号和括号。")
    if len({label for label, _ in named}) != len(named):
        raise RuleError("步骤名称不能重复。")
    words = "、".join(f"{label}（{colour}）" for label, colour in named)
    change_settings(actor, committee, replace(committee.settings, notice_steps=words), seen=seen)


@command
def withdraw_notice(actor: Actor, notice: Notice, reason: str) -> None:
    """Take it back with a reason; it stays in the register, nothing more is asked of the unit. From the moment it lies
    before the head, by the head alone."""
    NOTICE.check(notice, "withdraw", reason)
    if not actor.is_head and notice.state is not NoticeState.DRAFT:
        raise RuleError(f"{notice.audit_label()}现在是“{notice.state.label}”，由主任撤回；送签的可以先取回修改。")
    note_lateness(actor, notice)
    settle_asked(actor, notice)
    notice.withdrawal_reason = reason.strip()
    NOTICE.apply(notice, "withdraw", actor, reason=reason)
    if notice.issued_on is not None:
        settle("notice.reply", "Notice", [notice.id], actor.at)
        tell_unit(actor, notice, "notice.withdrawn", occasion="withdrawn", unit_id=notice.unit_id, notice=notice)


@command
def record_notice_download(actor: Actor, notice: Notice, form: str) -> None:
    """Downloading is an entry too."""
    audit.record(actor, "notice.download", notice, f"下载{notice.audit_label()}（{form}）")


def notice_fingerprint(notice: Notice) -> str:
    """The hash of what was signed."""
    text = json.dumps(frozen_words(notice), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def watch_reply(actor: Actor, notice: Notice) -> None:
    """Remind the unit before the day and after it."""
    watch(
        committee_id=notice.committee_id, unit_id=notice.unit_id, kind="notice.reply", subject_type="Notice",
        subject_id=notice.id, title=f"回复{notice.step.label}（{notice.number}）", path=notice.path,
        due_on=notice.reply_by, on=actor.on,
    )  # fmt: skip


def _draft(
    actor: Actor, unit: Unit, kind: NoticeKind, words: list[ItemWords], *, follows: Notice | None = None
) -> Notice:
    settings = db.session.get_one(Committee, actor.committee_id).settings
    day = calendar.current().add_workdays(actor.on, settings.notice_reply_workdays)
    step = _step(settings, kind)
    notice = Notice(
        committee_id=actor.committee_id, unit=unit, kind=kind, step_name=step.label, step_colour=step.colour,
        title=documents.proposed_title(step, words),
        opening=documents.proposed_opening(step, follows), closing=documents.CLOSING, reply_by=day,
        first_reply_by=day, drafted_by_id=actor.user_id, follows=follows, state_since=actor.at,
        items=[_item(actor, place, one) for place, one in enumerate(words, start=1)],
    )  # fmt: skip
    db.session.add(notice)
    db.session.flush()
    audit.record(actor, "notice.draft", notice, f"起草{notice.audit_label()}（{unit.short_name}）")
    return notice


def _step(settings: CommitteeSettings, kind: NoticeKind) -> Step:
    return next((one for one in steps_of(settings) if one.kind is kind), Step(kind, kind.label))


def _give_number(notice: Notice, year: int) -> None:
    """The next of the series; a number that OA gave to a registered letter is passed over."""
    prefix = notice.committee.number_prefix.removesuffix("办")
    while True:
        serial = next_serial(notice.committee_id, Series.NOTICE, year)
        number = f"{prefix}办函〔{year}〕{serial}号"
        if not queries.has_number(notice.committee_id, number):
            break
    notice.number_year, notice.number_serial, notice.number = year, serial, number


def _item(actor: Actor, place: int, words: ItemWords) -> NoticeItem:
    return NoticeItem(
        position=place, subject=words.subject[:300], facts=words.facts, demand=words.demand, due_on=words.due_on,
        assignment_id=words.assignment_id, report_id=words.report_id, goal_id=words.goal_id,
        matter_id=words.matter_id, request_id=words.request_id, light=words.light, state_since=actor.at,
    )  # fmt: skip


def _lacking(actor: Actor, notice: Notice) -> list[str]:
    """Twenty reasons at once, never one at a time."""
    lacking = [
        f"还没有填写{label}。" for name, label in documents.REQUIRED_TEXTS.items() if not getattr(notice, name).strip()
    ]
    if not notice.items:
        lacking.append("还没有事项。")
    lacking += [f"事项{item.position}没有写明事项名称。" for item in notice.items if not item.subject.strip()]
    lacking += [f"事项{item.position}没有写明有关情况。" for item in notice.items if not item.facts.strip()]
    lacking += [f"事项{item.position}没有写明工作要求。" for item in notice.items if not item.demand.strip()]
    if notice.reply_by <= actor.on:
        lacking.append("回复期限已到，请重新确定。")
    return lacking
