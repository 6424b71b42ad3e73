"""Parts of a report in other hands (分送科室): given away by a limited link, written there, taken over by the liaison.

What comes back changes the report only when the liaison says so; where somebody wrote in the report meanwhile, both
texts stand beside each other.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import update

from tracker.accounts.passwords import token_hash
from tracker.core import audit
from tracker.core.access import Actor, Person, Role, Seat
from tracker.core.clock import shanghai_date
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.filters import zh_date
from tracker.core.forms import clean_line
from tracker.reports.actions import telling
from tracker.reports.actions.filling import Edit, Trouble, open_for_writing, save_piece, taken_value
from tracker.reports.actions.holding import hold
from tracker.reports.actions.pieces import FIELDS, Piece, all_pieces, fields_of, plain
from tracker.reports.models import PartDecision, Report, Share, SharedPart
from tracker.reports.queries.sharing import SHAREABLE

LONGEST_LIFE = timedelta(days=60)
BURST, BURST_LENGTH = 120, timedelta(minutes=1)
TOO_OFTEN = "操作过于频繁，请一分钟后再试。已保存的内容不受影响。"
LONG_WORDS = frozenset({"text"})


@dataclass(frozen=True)
class Choice:
    """What the liaison makes of one place that came back; `seen` is the version of the report's place on the page."""

    decision: PartDecision
    seen: int


@command
def share(
    actor: Actor, report: Report, section: str, records: Iterable[str], expires_on: date, note: str = ""
) -> tuple[Share, str]:
    """Give places of the report to a section by a link that opens these and nothing else; returns it with its secret,
    which is kept nowhere but in the link."""
    open_for_writing(actor, report)
    section = clean_line(section) or ""
    if not section:
        raise RuleError("请写明科室或单位名称。", field="section")
    _must_be_near(actor, expires_on)
    pieces = all_pieces(report)
    chosen = list(dict.fromkeys(one for one in records if one.partition(":")[0] in SHAREABLE))
    if not chosen:
        raise RuleError("请至少选择一处内容。", field="records")
    if any(one not in pieces for one in chosen):
        raise RuleError("有的内容已不在本报告中，请刷新页面。", field="records")
    token = secrets.token_urlsafe(32)
    row = Share(
        report=report, section=section[:60], note=note.strip()[:500], token_hash=token_hash(token),
        expires_on=expires_on, created_at=actor.at, created_by_id=actor.user_id, filled_by="", burst=0,
        parts=[
            SharedPart(
                record=one, given_version=pieces[one].version, words=fields_of(pieces[one], one), author="",
            )
            for one in chosen
        ],
    )  # fmt: skip
    db.session.add(row)
    audit.record(
        actor, "report.share", report, f"{report.audit_label()}的{len(chosen)}处内容分送{row.section}填写",
        covers=[row, *row.parts],
    )  # fmt: skip
    return row, token


@command
def renew_link(actor: Actor, shared: Share, expires_on: date) -> str:
    """A new link for the same places; the old one leads nowhere from now on."""
    open_for_writing(actor, shared.report)
    _must_be_near(actor, expires_on)
    token = secrets.token_urlsafe(32)
    shared.token_hash, shared.expires_on, shared.revoked_at = token_hash(token), expires_on, None
    audit.record(
        actor, "report.share", shared.report, f"重新生成分送{shared.section}的链接，有效期至{zh_date(expires_on)}",
        covers=[shared],
    )  # fmt: skip
    return token


@command
def revoke(actor: Actor, shared: Share) -> None:
    """Call the link back. What came back by it stays."""
    hold(shared.report)
    if shared.revoked_at is None:
        shared.revoked_at = actor.at
        audit.record(actor, "report.unshare", shared.report, f"收回分送{shared.section}的链接", covers=[shared])


# --- in the section ---------------------------------------------------------------------------------------------------


@command
def knock(shared: Share, at: datetime) -> bool:
    """Whether the link may be used now: not more often than a person would. Counted per link, in every process."""
    fresh = shared.burst_began_at is None or at - shared.burst_began_at >= BURST_LENGTH
    count = 1 if fresh else shared.burst + 1
    if count <= BURST + 1:
        began = at if fresh else shared.burst_began_at
        db.session.execute(update(Share).where(Share.id == shared.id).values(burst=count, burst_began_at=began))
        db.session.expire(shared)
    return count <= BURST


@command
def write_part(
    shared: Share, record: str, values: Mapping[str, str], at: datetime, seen: int | None = None
) -> SharedPart:
    """What somebody in the section wrote at one place. Raises Conflict when a colleague wrote there meanwhile."""
    visitor = _let_in(shared, at)
    part = next((one for one in shared.parts if one.record == record), None)
    kind = record.partition(":")[0]
    if part is None or set(values) - set(FIELDS[kind]):
        raise RuleError("这一处内容不在本次分送的范围内，请刷新页面。")
    wanted = {name: plain(value) for name, value in values.items() if plain(value) != plain(part.words.get(name, ""))}
    if not wanted:
        return part
    if seen is not None and seen != part.version:
        raise Conflict("这一处刚才有人修改过，请核对两份内容。")
    for name, value in wanted.items():
        taken_value(shared.report, kind, name, value)
    part.words = {**part.words, **wanted}
    part.author, part.written_at, part.decision = shared.filled_by, at, None
    audit.record_sitting(visitor, "report.part", shared, f"{shared.section}填写{shared.report.audit_label()}的分送内容")
    audit.cover(part, shared.report)
    db.session.flush()
    return part


@command
def name_writer(shared: Share, name: str, at: datetime) -> None:
    """Who in the section fills it in."""
    _let_in(shared, at)
    shared.filled_by = (clean_line(name) or "")[:60]
    visitor = _visitor(shared, at)
    audit.record_sitting(visitor, "report.part", shared, f"{shared.section}填写{shared.report.audit_label()}的分送内容")
    audit.cover(shared.report)
    db.session.flush()


@command
def hand_back(shared: Share, at: datetime) -> int:
    """The section is finished: the unit's liaison is told. Returns how many places came back."""
    visitor = _let_in(shared, at)
    if not shared.filled_by:
        raise RuleError("请填写填写人姓名。", field="filled_by")
    written = [one for one in shared.parts if one.written_at is not None]
    if not written:
        raise RuleError("还没有填写任何内容。")
    if shared.returned_at is not None and all(
        part.author and part.written_at is not None and part.written_at <= shared.returned_at for part in written
    ):
        return len(written)  # the same form sent twice
    for part in written:
        part.author = part.author or shared.filled_by  # the name may have been typed last
    shared.returned_at = at
    audit.record(
        visitor, "report.part_returned", shared.report, f"{shared.section}交回{len(written)}处内容",
        covers=[shared, *written],
    )  # fmt: skip
    telling.tell_unit(
        visitor, shared.report, "part_returned", occasion=f"{shared.id}:{at:%Y%m%d%H%M}", roles=[Role.LIAISON],
        section=shared.section, who=shared.filled_by, count=len(written),
    )  # fmt: skip
    return len(written)


# --- back at the liaison's --------------------------------------------------------------------------------------------


@command
def take_parts(actor: Actor, shared: Share, choices: Mapping[int, Choice]) -> list[Trouble]:
    """Merge what came back, place by place, as the liaison chose. A place that somebody else wrote since the page was
    shown is not overwritten: it stays open and is named."""
    open_for_writing(actor, shared.report)
    pieces = all_pieces(shared.report)
    troubles = []
    for part in shared.waits:
        choice = choices.get(part.id)
        piece = pieces.get(part.record)
        if choice is None:
            continue
        try:
            if choice.decision is not PartDecision.LEFT:
                _merge(actor, shared.report, part, piece, choice)
        except RuleError as error:
            troubles.append(Trouble(part.record, str(part.id), error.sentence))
            continue
        part.decision, part.decided_at, part.decided_by_id = choice.decision, actor.at, actor.user_id
        verb = choice.decision.label.removeprefix("已")
        label = piece.audit_label() if piece is not None else "已删除的一处"
        audit.record(
            actor, "report.part_decided", shared.report, f"{verb}{part.by_whom()}填写的“{label}”", covers=[part, shared]
        )
    return troubles


def _merge(actor: Actor, report: Report, part: SharedPart, piece: Piece | None, choice: Choice) -> None:
    if piece is None:
        raise RuleError("报告中已没有这一处，请选择不采用。")
    now = fields_of(piece, part.record)
    words = {name: value for name, value in part.words.items() if name in now}
    if choice.decision is PartDecision.JOINED:
        words = {
            name: "\n".join(filter(None, [now[name], value])) if name in LONG_WORDS else value
            for name, value in words.items()
        }
    save_piece(actor, report, Edit(part.record, words, choice.seen))


def _must_be_near(actor: Actor, expires_on: date) -> None:
    if not actor.on <= expires_on <= actor.on + LONGEST_LIFE:
        raise RuleError(f"有效期请在今天之后{LONGEST_LIFE.days}天以内。", field="expires_on")


def _let_in(shared: Share, at: datetime) -> Actor:
    hold(shared.report)
    db.session.refresh(shared)
    if not shared.is_open(shared_on := shanghai_date(at)):
        raise RuleError(why_closed(shared, shared_on))
    return _visitor(shared, at)


def why_closed(shared: Share, on: date) -> str:
    """Why a link leads nowhere, to whoever holds it."""
    if shared.revoked_at is not None:
        return "联络员已收回这个链接。"
    if on > shared.expires_on:
        return f"这个链接的有效期到{zh_date(shared.expires_on)}为止，已经过期。"
    return "这份报告已经送审或报送，不再收集内容。"


def _visitor(shared: Share, at: datetime) -> Actor:
    """Somebody without an account, as the trail names them: 刘芳（市教育局义教科分送链接）."""
    unit = shared.report.unit
    seat = Seat(None, None, f"{shared.section}（分送链接）", unit.id, unit.short_name)
    body = shared.report.round.committee.body()
    return Actor(Person(None, shared.filled_by or shared.section), seat, body, shanghai_date(at), at)
