"""Circulars drafted, signed, issued."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from tracker.accounts import queries as accounts
from tracker.committees import queries as committees
from tracker.core import audit, files
from tracker.core.access import OFFICE_ROLES, UNIT_ROLES, Actor, Role
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError, RuleErrors
from tracker.core.files import Blob
from tracker.core.holding import hold
from tracker.core.workflow import must_be_as_seen
from tracker.messages import wording
from tracker.messages.actions import tell
from tracker.reports.models import Round
from tracker.supervision.actions.holding import hold_committee
from tracker.supervision.actions.numbering import next_serial
from tracker.supervision.actions.signing import put_forward, writable
from tracker.supervision.documents import circular_texts as texts
from tracker.supervision.documents import circulars as documents
from tracker.supervision.models import Circular, CircularKind, CircularSource, Series
from tracker.supervision.queries import circulars as queries
from tracker.supervision.queries import doubts, figures, replay
from tracker.supervision.queries.figures import WHOLE, Period, Scope
from tracker.supervision.workflow import CIRCULAR

EDITABLE = ("title", "addressee", "copy_to", "opening", "overall", "good", "problems", "demands")


@command
def draft_circular(
    actor: Actor,
    round_: Round,
    *,
    cut_off_on: date,
    kind: CircularKind = CircularKind.PROGRESS,
    scope: Scope = WHOLE,
    period: Period | None = None,
    corrects: Circular | None = None,
) -> Circular:
    """Begin a circular about a period, by default the round's: figures as they stood at the cut-off, texts proposed
    from them, free to edit."""
    period = period or round_.period
    _check_days(actor, round_, period, cut_off_on)
    circular = Circular(
        committee_id=actor.committee_id, round=round_, kind=kind, state_since=actor.at, scope=scope.to_json(),
        corrects=corrects, differences=[], to_check=[],
    )  # fmt: skip
    _count(actor, circular, period, cut_off_on)
    for name, text in proposed_words(actor, circular).items():
        setattr(circular, name, text)
    db.session.add(circular)
    audit.record(actor, "circular.draft", circular, f"起草{circular.audit_label()}")
    return circular


@command
def correct_circular(actor: Actor, circular: Circular) -> Circular:
    """更正: an issued circular is never changed; a new one names it and replaces it, counted at the same cut-off with
    what was put right since."""
    if CIRCULAR.open_moves(circular):
        raise RuleError("只有已印发的通报才需要更正。")
    hold(circular)
    begun = queries.corrections_of(circular)
    if begun:
        raise RuleError(f"这份通报已有更正通报{begun[0].audit_label()}，请在其中修改。")
    fresh = draft_circular(
        actor, circular.round, cut_off_on=circular.cut_off_on, kind=circular.kind, scope=Scope.of(circular.scope),
        period=circular.period, corrects=circular,
    )  # fmt: skip
    for name in ("good", "problems", "demands", "addressee", "copy_to"):
        setattr(fresh, name, getattr(circular, name))
    return fresh


@command
def propose_circular(actor: Actor, round_: Round, occasion: str) -> Circular | None:
    """A draft by itself, once per occasion, for the office to go on with. None when it was proposed already, or when a
    draft about the round is still being written."""
    hold_committee(round_.committee_id)
    if queries.was_proposed(round_, occasion):
        return None
    audit.record(actor, "circular.propose", round_, f"按期起草通报：{occasion}", label=occasion)
    if queries.has_draft(round_):
        return None
    circular = draft_circular(actor, round_, cut_off_on=actor.on)
    db.session.flush()
    title, body = wording.render("supervision/circular_proposed", circular=circular, occasion=occasion)
    tell(
        accounts.holders_of_office(circular.committee_id, OFFICE_ROLES, actor.on),
        committee_id=circular.committee_id, kind="circular.proposed", subject_type="CircularDraft",
        subject_id=circular.id, occasion=occasion, title=title, body=body, path=f"/circulars/{circular.id}",
        at=actor.at,
    )  # fmt: skip
    return circular


@command
def edit_circular(actor: Actor, circular: Circular, *, seen_version: int | None = None, **words: str) -> None:
    """Change the draft's texts. Raises Conflict with both texts when somebody else saved first."""
    writable(actor, circular, "修改")
    if seen_version is not None and seen_version != circular.version:
        raise Conflict(mine=words, theirs={name: getattr(circular, name) for name in words})
    for name, text in words.items():
        if name not in EDITABLE:
            raise KeyError(name)
        setattr(circular, name, text)
    circular.to_check = []  # whoever saves has had the marks before their eyes
    audit.record_sitting(actor, "circular.edit", circular, f"修改{circular.audit_label()}")


@command
def recount(
    actor: Actor, circular: Circular, *, cut_off_on: date, period: Period | None = None, scope: Scope | None = None
) -> None:
    """Count a draft's figures anew, for other days or another scope. Texts as they were proposed follow the figures;
    what the office wrote stays, and is marked where other figures would have proposed other words."""
    writable(actor, circular, "重新统计")
    period = period or circular.period
    _check_days(actor, circular.round, period, cut_off_on)
    before = proposed_words(actor, circular)
    if scope is not None and circular.corrects is None:  # a correction speaks of what it replaces
        circular.scope = scope.to_json()
    _count(actor, circular, period, cut_off_on)
    after = proposed_words(actor, circular)
    to_check = set(circular.to_check)
    for name in EDITABLE:
        if getattr(circular, name) == before.get(name):
            setattr(circular, name, after[name])
            to_check.discard(name)
        elif before.get(name) != after[name]:
            to_check.add(name)
    circular.to_check = [name for name in EDITABLE if name in to_check]
    audit.record(actor, "circular.recount", circular, f"重新统计{circular.audit_label()}的数据")


@command
def drop_circular(actor: Actor, circular: Circular) -> None:
    """Throw away a draft that never got a number."""
    writable(actor, circular, "删除")
    if circular.number is not None:
        raise RuleError("已编文号的通报不能删除。")
    audit.record(actor, "circular.drop", circular, f"删除草稿{circular.audit_label()}")
    db.session.delete(circular)


@command
def submit_circular(actor: Actor, circular: Circular) -> None:
    """送主任签发, when nothing is lacking."""
    put_forward(actor, circular, _lacking(circular))


@command
def sign(actor: Actor, circular: Circular, *, seen: int | None = None) -> None:
    """Sign: the number is given, without gap or double, and text and figures are frozen under their hash. `seen` is
    the circular's version as it was read."""
    CIRCULAR.check(circular, "sign")
    must_be_as_seen(circular, seen, "签发")
    if lacking := _lacking(circular):
        raise RuleErrors(lacking)
    if circular.number is None:
        hold_committee(circular.committee_id)
        _give_number(circular, actor.on.year)
    circular.issuer = circular.committee.body_name
    circular.signed_by_id, circular.signed_by, circular.signed_at = actor.user_id, actor.user.name, actor.at
    circular.hash = fingerprint(circular)
    CIRCULAR.apply(circular, "sign", actor, sentence=f"签发{circular.audit_label()}，文号{circular.number}")
    title, body = wording.render("supervision/signed", circular=circular)
    tell(
        accounts.holders_of_office(circular.committee_id, [Role.OFFICER], actor.on),
        committee_id=circular.committee_id, kind="circular.signed", subject_type="CircularSigned",
        subject_id=circular.id, occasion=actor.at.isoformat(timespec="seconds"), title=title, body=body,
        path=f"/circulars/{circular.id}", at=actor.at,
    )  # fmt: skip


@command
def issue(
    actor: Actor, circular: Circular, *, pdf: Blob, docx: Blob, signed_hash: str, xlsx: Blob | None = None
) -> None:  # fmt: skip
    """Issue with the files rendered from the signed content; they are what is served for ever.

    Raises Conflict when the circular was recalled and signed anew while the files were made.
    """
    if circular.hash != signed_hash or fingerprint(circular) != signed_hash:
        raise Conflict("通报在生成文件期间有变动，请重新印发。")
    circular.pdf, circular.docx = files.stored(pdf, actor.at), files.stored(docx, actor.at)
    circular.xlsx = files.stored(xlsx, actor.at) if xlsx is not None else None
    circular.issued_on = actor.on
    CIRCULAR.apply(circular, "issue", actor, sentence=f"印发{circular.audit_label()}（{circular.number}）")
    _tell_issued(actor, circular)


@command
def register(
    actor: Actor, circular: Circular, *, number: str, signer: str, issued_on: date, final: Blob, final_name: str,
    differences: Sequence[str] = (), xlsx: Blob | None = None,
) -> None:  # fmt: skip
    """登记印发: it was signed, numbered and stamped in OA; what was stamped is what is served.

    The text and the figures of the draft are frozen as they stand, under their hash; where the stamped file says
    something else, that is kept in sentences.
    """
    CIRCULAR.check(circular, "register")
    if circular.number is not None:
        raise RuleError("这份通报已编本系统文号，请在系统内签发印发。")
    if issued_on > actor.on:
        raise RuleError("印发日期不能晚于今天。", field="issued_on")
    hold_committee(circular.committee_id)
    if queries.has_number(circular.committee_id, number):
        raise RuleError(f"文号{number}已经用于另一份通报，请核对。", field="number")
    circular.number, circular.signed_by, circular.issued_on = number, signer, issued_on
    circular.issuer, circular.is_registered = circular.committee.body_name, True
    circular.pdf, circular.final_name = files.stored(final, actor.at), final_name
    circular.differences = list(differences)
    circular.xlsx = files.stored(xlsx, actor.at) if xlsx is not None else None
    circular.hash = fingerprint(circular)
    CIRCULAR.apply(circular, "register", actor, sentence=f"登记印发{circular.audit_label()}（{number}）")
    _tell_issued(actor, circular)


@command
def record_download(actor: Actor, circular: Circular, form: str) -> None:
    """Downloading is an entry too."""
    audit.record(actor, "circular.download", circular, f"下载{circular.audit_label()}（{form}）")


def fingerprint(circular: Circular) -> str:
    """The hash of what was signed: number, texts and figures (promise 9)."""
    content: dict[str, Any] = {name: getattr(circular, name) for name in EDITABLE}
    content |= {
        "number": circular.number,
        "issuer": circular.issuer,
        "cut_off_on": circular.cut_off_on.isoformat(),
        "figures": circular.figures,
    }
    if circular.corrects is not None:
        content["corrects"] = circular.corrects.number
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def proposed_words(actor: Actor, circular: Circular) -> dict[str, str]:
    """The words that its figures propose; nothing for figures frozen before circulars had a period."""
    if "period" not in circular.figures:
        return {}
    return texts.proposed(circular.round, circular.figures, circular.kind, actor.committee, circular.corrects)


def _check_days(actor: Actor, round_: Round, period: Period, cut_off_on: date) -> None:
    if period[0] > period[1]:
        raise RuleError("通报期间的结束日期早于开始日期。", field="period_to")
    if cut_off_on > actor.on:
        raise RuleError("数据截止日期不能晚于今天。", field="cut_off_on")
    if cut_off_on < round_.opens_on:
        raise RuleError("数据截止日期早于本轮报送开始日期，没有可通报的情况。", field="cut_off_on")
    if period != round_.period and cut_off_on < period[0]:
        raise RuleError("数据截止日期早于通报期间的开始日期，没有可通报的情况。", field="cut_off_on")


def _count(actor: Actor, circular: Circular, period: Period, cut_off_on: date) -> None:
    """Figures and sources as they stood; a correction counts what was put right since the circular it replaces."""
    round_, scope = circular.round, Scope.of(circular.scope)
    corrected = doubts.put_right(circular.corrects) if circular.corrects is not None else frozenset()
    last = queries.last_issued(actor, round_, scope, before=circular.corrects)
    circular.period_from, circular.period_to = period
    circular.cut_off_on = cut_off_on
    as_of = min(actor.at, replay.end_of(cut_off_on))
    circular.counted_as_of = actor.at if circular.corrects is not None else as_of
    circular.figures = figures.count_figures(
        actor, round_, cut_off_on, scope, last, period=period, corrected=corrected,
        is_correction=circular.corrects is not None,
    )  # fmt: skip
    counted = figures.sources(round_, scope, as_of, corrected)
    known = {one.report_id: one for one in circular.sources}
    circular.sources = [known.get(number) or CircularSource(report_id=number) for number in counted]
    for one in circular.sources:
        one.version_number = counted[one.report_id]


def _tell_issued(actor: Actor, circular: Circular) -> None:
    """Every unit's liaison and leader, the office, the chair."""
    title, body = wording.render("supervision/issued", circular=circular)
    told = accounts.holders_of_unit(
        [unit.id for unit in committees.units_of(circular.committee_id)], UNIT_ROLES, actor.on
    )
    everybody = [user for _, user in db.session.execute(told)]
    everybody += accounts.holders_of_office(circular.committee_id, [*OFFICE_ROLES, Role.CHAIR], actor.on)
    tell(
        list(dict.fromkeys(everybody)),
        committee_id=circular.committee_id, kind="circular.issued", subject_type="Circular", subject_id=circular.id,
        occasion=circular.number or "", title=title, body=body, path=f"/circulars/{circular.id}", at=actor.at,
    )  # fmt: skip


def _give_number(circular: Circular, year: int) -> None:
    """The next of the series; a number that OA gave to a registered circular is passed over."""
    while True:
        serial = next_serial(circular.committee_id, Series.CIRCULAR, year)
        number = f"{circular.committee.number_prefix}〔{year}〕{serial}号"
        if not queries.has_number(circular.committee_id, number):
            break
    circular.number_year, circular.number_serial, circular.number = year, serial, number


def _lacking(circular: Circular) -> list[str]:
    """What a paper that is to be signed still needs."""
    return [
        f"还没有填写{label}。"
        for name, label in documents.REQUIRED_TEXTS.items()
        if not getattr(circular, name).strip()
    ]
