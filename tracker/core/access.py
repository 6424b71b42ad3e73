"""Permission, at the door.

A view is `@public` or `@requires(...)`. `@requires(visible_to, can)` looks the row of the address up *among those this
actor may see*: out of sight is 404, in sight but not allowed is 403. `visible_to(actor)` is a select, `can(actor, row)`
a pure predicate; the same `can` decides whether a button shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import wraps
from typing import Any

from flask import Flask, abort, current_app, flash, g, jsonify, redirect, render_template, request, url_for
from sqlalchemy import Select
from werkzeug.wrappers import Response

from tracker.core import brake
from tracker.core.db import Labelled, db
from tracker.core.web import LARGEST_NUMBER, typed_words, wants_json


class Role(Labelled):
    """What a post may be (product.md §1). The body's own name is data and stands in no label."""

    LIAISON = "liaison", "联络员"
    UNIT_LEADER = "unit_leader", "分管领导"
    OFFICER = "officer", "办公室工作人员"
    OFFICE_HEAD = "office_head", "办公室主任"
    CHAIR = "chair", "领导"
    SYSADMIN = "sysadmin", "系统管理员"
    SECADMIN = "secadmin", "安全管理员"
    AUDITOR = "auditor", "审计管理员"


UNIT_ROLES = frozenset({Role.LIAISON, Role.UNIT_LEADER})
OFFICE_ROLES = frozenset({Role.OFFICER, Role.OFFICE_HEAD})
ADMIN_ROLES = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR})


@dataclass(frozen=True)
class Person:
    """Who acts; `id` is None for the system."""

    id: int | None
    name: str


@dataclass(frozen=True)
class Seat:
    """The post acted from. `unit_id` is None for posts of the committee itself."""

    id: int | None
    role: Role | None
    title: str
    unit_id: int | None = None
    unit_name: str | None = None
    in_charge: bool = False
    """主持工作: an officer who for a time holds the head's authority."""
    is_deputy: bool = False
    """代办: a colleague who holds the post beside its holder for a time."""


@dataclass(frozen=True)
class Body:
    """The committee acted in, by the names it has today."""

    id: int | None
    body_name: str
    short_name: str
    office_name: str
    is_topmost: bool = True
    """No committee of this installation stands above it: what all share is kept by its office."""


@dataclass(frozen=True)
class Actor:
    """Who, from which post, in which committee, when. Policies and actions see this and nothing of the request."""

    user: Person
    post: Seat
    committee: Body
    on: date
    at: datetime

    @property
    def user_id(self) -> int | None:
        return self.user.id

    @property
    def role(self) -> Role | None:
        return self.post.role

    @property
    def unit_id(self) -> int | None:
        return self.post.unit_id

    @property
    def committee_id(self) -> int | None:
        return self.committee.id

    @property
    def is_system(self) -> bool:
        return self.user.id is None

    @property
    def is_unit(self) -> bool:
        """Speaks for a member unit."""
        return self.role in UNIT_ROLES

    @property
    def is_office(self) -> bool:
        """Works in the committee's office."""
        return self.role in OFFICE_ROLES

    @property
    def is_head(self) -> bool:
        """May issue and sign: the head, or an officer in charge (主持工作)."""
        return self.role is Role.OFFICE_HEAD or (self.role is Role.OFFICER and self.post.in_charge)

    @property
    def is_chair(self) -> bool:
        return self.role is Role.CHAIR

    @property
    def sees_committee(self) -> bool:
        """Sees the committee's business as a whole: office and chair, and the system's own jobs."""
        return self.is_office or self.is_chair or self.is_system

    def named(self) -> str:
        """As the trail writes it: 王敏（市教育局联络员）."""
        where = "".join(part for part in (self.post.unit_name, self.post.title) if part)
        return f"{self.user.name}（{where}）" if where else self.user.name

    def dated(self, on: date) -> Actor:
        """The same actor on another day, to replay a day."""
        return replace(self, on=on)


def system_actor(committee: Body, *, on: date, at: datetime) -> Actor:
    """The scheduler, named in the trail as 定时任务."""
    return Actor(Person(None, "定时任务"), Seat(None, None, ""), committee, on, at)


VisibleTo = Callable[[Actor], Select[Any]]
View = Callable[..., Any]


def init_app(app: Flask, load_actor: Callable[[], Actor | None], sign_in_endpoint: str) -> None:
    """Tell the door how to find the actor of a request, and where strangers are sent."""
    app.extensions["tracker.door"] = (load_actor, sign_in_endpoint)


def current_actor() -> Actor | None:
    """The actor of this request, looked up once."""
    if "actor" not in g:
        load_actor, _ = current_app.extensions["tracker.door"]
        g.actor = load_actor()
    actor: Actor | None = g.actor
    return actor


def public(view: View) -> View:
    """A page for anyone, signed in or not."""
    view.__door__ = "public"  # type: ignore[attr-defined]
    return view


def requires(
    visible_to: VisibleTo | None = None, can: Callable[..., bool] | None = None, *, param: str = "id"
) -> Callable[[View], View]:
    """Only for a signed-in actor who sees the row of the address and passes `can`.

    With `visible_to`, the view is called as `view(actor, row, …)`, the URL parameter `param` being replaced by the row;
    without, as `view(actor, …)` and `can(actor)` is asked. A stranger is led to the sign-in page, or told 401 when a
    script asked.
    """

    def door(view: View) -> View:
        @wraps(view)
        def inner(**arguments: Any) -> Any:
            actor = current_actor()
            if actor is None:
                return _stranger()
            brake.hold_account(actor.user_id)
            if visible_to is None:
                if can is not None and not can(actor):
                    abort(403)
                return view(actor, **arguments)
            row = _find(visible_to(actor), arguments.pop(param))
            if can is not None and not can(actor, row):
                abort(403)
            return view(actor, row, **arguments)

        inner.__door__ = "requires"  # type: ignore[attr-defined]
        inner.__rows__ = visible_to  # type: ignore[attr-defined]
        return inner

    return door


def check_doors(app: Flask) -> None:
    """Every route has a door; one without stops the application from starting."""
    for endpoint, view in app.view_functions.items():
        if endpoint == "static" or endpoint.endswith(".static"):
            continue
        if not hasattr(view, "__door__"):
            raise RuntimeError(f"the view {endpoint} is neither @public nor @requires")


def _find(rows: Select[Any], number: Any) -> Any:
    if isinstance(number, int) and not 0 <= number <= LARGEST_NUMBER:
        abort(404)
    entity = rows.column_descriptions[0]["entity"]
    row = db.session.scalar(rows.where(entity.id == number))
    if row is None:
        abort(404)
    return row


def _stranger() -> Response:
    if wants_json():
        answer: Response = jsonify(message="登录已过期，请重新登录。您填写的内容仍保留在本页。")
        answer.status_code = 401
        return answer
    _, sign_in = current_app.extensions["tracker.door"]
    if request.method == "GET":
        return redirect(url_for(sign_in, next=request.script_root + request.full_path.rstrip("?")))
    words = typed_words()
    if words:
        page = render_template("errors/late.html", words=words, sign_in_url=url_for(sign_in))
        return Response(page, 401, content_type="text/html; charset=utf-8")
    flash("登录已过期，刚才提交的内容没有保存。请登录后回到原来的页面，核对后再提交一次。", "error")
    return redirect(url_for(sign_in))
