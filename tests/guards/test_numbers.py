"""No row that the trail or an address names by its number shares that number with one that was taken away."""

from __future__ import annotations

from datetime import date

from flask import Flask

from tests.cast import Cast
from tests.supervision.letters import make_draft, make_overdue
from tracker.core.audit import Audited, AuditEntry
from tracker.core.db import Base, db
from tracker.supervision import actions


def addressed(app: Flask, cast: Cast) -> set[type[Base]]:
    """The models of which a door finds a row by the number in the address."""
    with app.test_request_context():
        actor = cast.actor("officer", on=date(2026, 1, 21))
        rows = {getattr(view, "__rows__", None) for view in app.view_functions.values()} - {None}
        return {visible_to(actor).column_descriptions[0]["entity"] for visible_to in rows if visible_to}


def test_what_the_trail_or_an_address_names_never_gets_the_number_of_another(app: Flask, cast: Cast) -> None:
    doors = addressed(app, cast)
    assert len(doors) > 40
    audited = {mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Audited)}
    named = {model.__table__ for model in (doors | audited) - {AuditEntry}}  # of the trail nobody can take a row away
    assert {table.name for table in named if not table.dialect_options["sqlite"]["autoincrement"]} == set()


def test_a_paper_drafted_after_one_was_thrown_away_is_another(cast: Cast) -> None:
    plan = make_overdue(cast)
    first = make_draft(cast, plan=plan)
    gone = first.id
    actions.drop_notice(cast.actor("officer"), first)
    db.session.expire_all()
    assert make_draft(cast, plan=plan).id != gone
