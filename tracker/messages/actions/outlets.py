"""The channels of a committee, and the hours in which they may be used. Keys go in and never come out again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, update

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.sealing import seal
from tracker.messages import posting, queries
from tracker.messages.hours import USUAL, Hours
from tracker.messages.models import Channel, Delivery, DeliveryState, Outlet, SendingHours

MOST_OUTLETS = 10


@dataclass(frozen=True)
class OutletFacts:
    """What the administrator fills in. An empty address or secret keeps the one that is there."""

    name: str
    address: str
    secret: str
    is_on: bool
    urgent_only: bool


@command
def add_outlet(actor: Actor, channel: Channel, facts: OutletFacts) -> Outlet:
    """Set up a channel. Raises RuleError for an address that cannot be one, or a gateway without a secret."""
    count = select(func.count()).select_from(Outlet).where(Outlet.committee_id == actor.committee_id)
    if (db.session.scalar(count) or 0) >= MOST_OUTLETS:
        raise RuleError(f"最多设置{MOST_OUTLETS}个渠道。")
    posting.check_address(channel, facts.address)
    if channel is Channel.GATEWAY and not facts.secret:
        raise RuleError("网关必须设置签名密钥，以便对方核对来源。", field="secret")
    outlet = Outlet(
        committee_id=actor.committee_id, channel=channel, name=facts.name, sealed_address=seal(facts.address),
        sealed_secret=seal(facts.secret) if facts.secret else None, is_on=facts.is_on, urgent_only=facts.urgent_only,
    )  # fmt: skip
    db.session.add(outlet)
    audit.record(actor, "outlet.add", outlet, f"增加发送渠道：{outlet.audit_label()}")
    queries.forget()
    return outlet


@command
def change_outlet(actor: Actor, outlet: Outlet, facts: OutletFacts, *, seen: int | None) -> None:
    """Change a channel; whatever waits is sent to the new address."""
    if seen is not None and seen != outlet.version:
        raise Conflict()
    if facts.address:
        posting.check_address(outlet.channel, facts.address)
        outlet.sealed_address = seal(facts.address)
    if facts.secret:
        outlet.sealed_secret = seal(facts.secret)
    if facts.address or facts.secret:
        outlet.tested_at = outlet.test_trouble = None
    outlet.name, outlet.is_on, outlet.urgent_only = facts.name, facts.is_on, facts.urgent_only
    if db.session.is_modified(outlet):
        audit.record(actor, "outlet.change", outlet, f"修改发送渠道：{outlet.audit_label()}")
    queries.forget()


@command
def drop_outlet(actor: Actor, outlet: Outlet) -> None:
    """Take a channel away. What was sent by it stays on record; what still waits is final as 未发送."""
    db.session.execute(
        update(Delivery)
        .where(
            Delivery.outlet_id == outlet.id,
            Delivery.state.in_((DeliveryState.WAITING, DeliveryState.SENDING)),
        )
        .values(state=DeliveryState.UNSENT, trouble="发送渠道已删除", lease_owner=None, lease_until=None)
    )
    db.session.execute(update(Delivery).where(Delivery.outlet_id == outlet.id).values(outlet_id=None))
    audit.record(actor, "outlet.drop", outlet, f"删除发送渠道：{outlet.audit_label()}")
    db.session.delete(outlet)
    queries.forget()


@command
def note_test(actor: Actor, outlet: Outlet, trouble: str | None) -> None:
    """Write down how a test went."""
    outlet.tested_at, outlet.test_trouble = actor.at, trouble
    how = f"失败：{trouble}" if trouble else "成功"
    audit.record(actor, "outlet.test", outlet, f"测试发送渠道：{outlet.audit_label()}，{how}")


@command
def change_hours(actor: Actor, hours: Hours, *, seen: int | None = None) -> None:
    """Set when mail and the other channels may leave. Raises RuleError for hours that never open."""
    if hours.is_limited and hours.opens >= hours.closes:
        raise RuleError("开始时间应早于结束时间。", field="closes")
    row = queries.sending_hours(actor.committee_id)
    if row is not None and seen is not None and seen != row.version:
        raise Conflict()
    if row is None:
        if hours == USUAL:
            return
        row = SendingHours(committee_id=actor.committee_id, **vars(hours))
        db.session.add(row)
    else:
        for name, value in vars(hours).items():
            setattr(row, name, value)
    if row in db.session.new or db.session.is_modified(row):
        audit.record(actor, "outlet.hours", row, f"修改发送时间：{hours}")
    queries.forget()
