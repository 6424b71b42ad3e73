"""People, posts and what lets them in. A duty belongs to a post; people change, the post's history stays."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.committees.models import Committee, Unit
from tracker.core.access import Role
from tracker.core.audit import Audited
from tracker.core.db import NEVER_AGAIN, Labelled, Row, UtcDateTime, Versioned, choice
from tracker.core.sealing import SealedText


class Standing(Labelled):
    IN_USE = "in_use", "在用", "ok"
    INVITED = "invited", "未启用", "wait"
    DISABLED = "disabled", "已停用", "late"


LOGIN_SHAPE = re.compile(r"[A-Za-z][A-Za-z0-9._-]{2,39}")


def masked(phone: str | None) -> str:
    """A telephone number with its middle hidden."""
    if not phone or len(phone) < 7:
        return "****" if phone else ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > 7 else f"****{phone[-3:]}"


class User(Audited, Versioned, Row):
    """A person who may sign in. Login names are never reused (S1)."""

    __tablename__ = "users"
    AUDIT_SECRET = frozenset({"password_hash", "phone"})

    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committees.id"), index=True)
    """The committee whose administrators keep the account."""
    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(SealedText(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_set_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    must_change_password: Mapped[bool] = mapped_column(Boolean, default=True)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    anonymised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a leaver's name and contact were taken away; the acts stay with the post and its unit (S36)."""
    retired_login_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The login name an anonymised person had, as a hash: nobody gets it again (S1)."""

    committee: Mapped[Committee | None] = relationship()
    holdings: Mapped[list[Holding]] = relationship(back_populates="user", order_by="Holding.starts_on")

    @property
    def standing(self) -> Standing:
        """Whether and how the account may be used."""
        if not self.is_active:
            return Standing.DISABLED
        return Standing.IN_USE if self.password_hash else Standing.INVITED

    @property
    def masked_phone(self) -> str:
        """138****1234, for those who need not call (S30)."""
        return masked(self.phone)

    def posts_from(self, on: date) -> list[Holding]:
        """What the person holds that day or will hold later."""
        return [one for one in self.holdings if one.lasts(on)]

    def has_post(self, on: date) -> bool:
        """Whether any post is held that day or will be later."""
        return bool(self.posts_from(on))

    def audit_label(self) -> str:
        return f"{self.name}（{self.login}）"


class Post(Audited, Row):
    """A duty in a committee or in one of its units."""

    __tablename__ = "posts"
    __table_args__ = (
        CheckConstraint(
            "(role IN ('liaison', 'unit_leader')) = (unit_id IS NOT NULL)", name="unit_roles_belong_to_units"
        ),
        Index(
            "uq_posts_unit_role", "unit_id", "role", unique=True,
            sqlite_where=text("unit_id IS NOT NULL"), postgresql_where=text("unit_id IS NOT NULL"),
        ),
    )  # fmt: skip

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    title: Mapped[str] = mapped_column(String(50), default="")
    """As this place calls it; empty means the role's own name."""

    committee: Mapped[Committee] = relationship()
    unit: Mapped[Unit | None] = relationship()
    holdings: Mapped[list[Holding]] = relationship(back_populates="post", order_by="Holding.starts_on")

    @property
    def label(self) -> str:
        return self.title or self.role.label

    def audit_label(self) -> str:
        """市教育局联络员; 市妇儿工委主任, also where the title was typed with the body's name: 妇儿工委主任."""
        where = self.unit.short_name if self.unit else self.committee.short_name
        shared = next((n for n in range(min(len(where), len(self.label)), 0, -1) if where.endswith(self.label[:n])), 0)
        return where + self.label[shared:]


class Holding(Audited, Row):
    """Who holds a post from when to when; `ends_on` is the last day."""

    __tablename__ = "holdings"
    __table_args__ = (CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="holding_period"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    in_charge_until: Mapped[date | None] = mapped_column(Date)
    """主持工作: the last day on which this officer holds the head's authority."""
    stands_in_for_id: Mapped[int | None] = mapped_column(ForeignKey("holdings.id"), index=True)
    """代办: whose place this person takes for a time; both hold the post meanwhile."""
    confirmed_on: Mapped[date | None] = mapped_column(Date)
    """When the holder last said that name and telephone are right."""

    post: Mapped[Post] = relationship(back_populates="holdings")
    user: Mapped[User] = relationship(back_populates="holdings")
    stands_in_for: Mapped[Holding | None] = relationship(remote_side="Holding.id")

    @property
    def is_deputy(self) -> bool:
        return self.stands_in_for_id is not None

    @property
    def label(self) -> str:
        """The post as this holder has it: 联络员, 联络员（代）."""
        return f"{self.post.label}（代）" if self.is_deputy else self.post.label

    @property
    def duty(self) -> str:
        """The same with where it is: 市教育局联络员（代）."""
        return self.post.audit_label() + ("（代）" if self.is_deputy else "")

    def is_current(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)

    def lasts(self, on: date) -> bool:
        """Whether it is not over that day, begun or not."""
        return self.ends_on is None or self.ends_on >= on

    def is_in_charge(self, on: date) -> bool:
        return self.in_charge_until is not None and on <= self.in_charge_until

    def audit_subject(self) -> Audited:
        return self.post

    def audit_label(self) -> str:
        return f"{self.user.name}任{self.post.audit_label()}"


class Way(Labelled):
    """How a person proved who they are."""

    PASSWORD = "password", "密码"
    LINK = "link", "一次性登录链接"
    SSO = "sso", "统一身份认证"


class UserSession(Row):
    """One sign-in. Revocable, closed after idling, closed after its longest life (S8)."""

    __tablename__ = "user_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    holding_id: Mapped[int | None] = mapped_column(ForeignKey("holdings.id"))
    """The post acted from in this session."""
    way: Mapped[Way] = mapped_column(choice(Way), default=Way.PASSWORD, server_default="password")
    """Who came by a link stays at the post it was made for; only who came by a password is asked to change it."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(45), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")

    user: Mapped[User] = relationship()
    holding: Mapped[Holding | None] = relationship()

    @property
    def device(self) -> str:
        """What the browser says it is, in words: Windows 上的 Edge."""
        system = next((word for mark, word in SYSTEMS if mark in self.agent), "")
        browser = next((word for mark, word in BROWSERS if mark in self.agent), "浏览器")
        return f"{system}上的{browser}" if system else browser


SYSTEMS = (
    ("HarmonyOS", "鸿蒙"), ("Android", "安卓手机"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
BROWSERS = (
    ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("wxwork", "企业微信"), ("QQBrowser", "QQ浏览器"),
    ("Edg/", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
"""First match wins: every browser also claims to be the older ones."""


class TokenPurpose(Labelled):
    SETUP = "setup", "安装"
    INVITATION = "invitation", "首次登录"
    RESET = "reset", "重设密码"
    SIGN_IN = "sign_in", "一次性登录"
    SECOND_STEP = "second_step", "第二步验证"


KEY_LIVES = timedelta(hours=24)
LINKS = (TokenPurpose.INVITATION, TokenPurpose.RESET, TokenPurpose.SIGN_IN)
"""What is given to a person; of each kind a new one ends those before."""


class OneTimeToken(Row):
    """A key that opens once and within its time; only its hash is stored (S6, S12)."""

    __tablename__ = "one_time_tokens"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[TokenPurpose] = mapped_column(choice(TokenPurpose))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    """None for the installation's own key, which makes the first administrator."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    holding_id: Mapped[int | None] = mapped_column(ForeignKey("holdings.id"))
    """The post that a sign-in leads to; None where a password is set and the person chooses."""
    way: Mapped[Way | None] = mapped_column(choice(Way))
    """What was proved before the second step."""
    letter: Mapped[str | None] = mapped_column(SealedText(300))
    """The key itself while it waits for the mail, sealed; gone when it has left."""

    user: Mapped[User | None] = relationship()
    holding: Mapped[Holding | None] = relationship()


class SecondFactor(Row):
    """动态口令: the seed a person's telephone shares with the house (S10). It counts once a first code was right."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    seed: Mapped[str] = mapped_column(SealedText(200))
    set_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(Integer, default=0)
    """The half minute of the last code that was right: neither it nor one before is right again."""

    user: Mapped[User] = relationship()


class RecoveryCode(Row):
    """For the day the telephone is lost: opens once in place of a code; only its hash is stored."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class HelpRequest(Row):
    """忘记密码: somebody asked for help at the door and no mail could carry it; it lies on the desk of whoever keeps
    the account until a link is given."""

    __tablename__ = "help_requests"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()


class DoorCall(Row):
    """Somebody typed a name under 忘记密码. One row whatever was typed, so that nothing at the door tells which names
    there are; the scheduler's next look answers and takes it away."""

    __tablename__ = "door_calls"

    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Whose name it was; None for a name nobody has."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProposalOutcome(Labelled):
    OPEN = "open", "待确认", "wait"
    CONFIRMED = "confirmed", "已确认", "ok"
    REFUSED = "refused", "未同意", "late"
    WITHDRAWN = "withdrawn", "已撤回", "wait"


class Proposal(Row):
    """联络员变更: the unit names who comes next, the office confirms."""

    __tablename__ = "proposals"
    __table_args__ = NEVER_AGAIN

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(SealedText(200))
    email: Mapped[str | None] = mapped_column(String(200))
    login: Mapped[str | None] = mapped_column(String(60))
    """Of a person who has an account already."""
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[ProposalOutcome] = mapped_column(choice(ProposalOutcome))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(500))

    unit: Mapped[Unit] = relationship()
    proposed_by: Mapped[User] = relationship()

    @property
    def is_open(self) -> bool:
        return self.outcome is ProposalOutcome.OPEN


class LinkOrder(Row):
    """A link into an administrator's account: in profile djbh one administrator asks, another agrees (四眼)."""

    __tablename__ = "link_orders"
    __table_args__ = NEVER_AGAIN

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    """Whose account it opens."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(500))
    outcome: Mapped[ProposalOutcome] = mapped_column(choice(ProposalOutcome))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def is_open(self) -> bool:
        return self.outcome is ProposalOutcome.OPEN


class SignInAttempt(Row):
    """Each try, successful or not: the lock-out counts these, whatever the number of workers (S7)."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        Index("ix_sign_in_attempts_login_at", "login_hash", "at"),
        Index("ix_sign_in_attempts_address_at", "address", "at"),
    )

    login_hash: Mapped[str] = mapped_column(String(64))
    """What was typed as a name, as a hash: people type passwords there."""
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    succeeded: Mapped[bool] = mapped_column(Boolean)


class OldPassword(Row):
    """The last passwords of a user, as hashes, so that none of the last five comes back (S4)."""

    __tablename__ = "old_passwords"
    __table_args__ = (UniqueConstraint("user_id", "password_hash"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
