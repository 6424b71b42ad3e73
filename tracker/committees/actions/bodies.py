"""Committees: made, renamed, and set up the way they work."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.committees.importing import area_word
from tracker.committees.models import Committee, CommitteeSettings, Level
from tracker.core import audit, calendar
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError

NAME_LABELS = {
    "body_name": "机构全称",
    "short_name": "机构简称",
    "office_name": "办公室全称",
    "office_short_name": "办公室简称",
    "chair_title": "主要负责人职务",
    "letterhead": "发文机关标志",
    "number_prefix": "发文机关代字",
}


@command
def create_committee(actor: Actor, *, parent: Committee | None = None, level: Level, **names: str) -> Committee:
    """Make a committee below its parent. `names` are the name fields of `Committee`.

    Raises RuleError when the area already has one.
    """
    if db.session.query(Committee.id).filter_by(area_code=names["area_code"]).first():
        raise RuleError("这个行政区划代码已登记过机构。", field="area_code")
    committee = Committee(parent=parent, level=level, path="/", stored_settings={}, **names)
    db.session.add(committee)
    db.session.flush()
    committee.path = f"{parent.path if parent else '/'}{committee.id}/"
    audit.record(actor, "committee.create", committee, f"新建：{committee.body_name}")
    return committee


@command
def change_committee(actor: Actor, committee: Committee, names: Mapping[str, str], *, seen: int | None) -> None:
    """Rename the body. Papers issued before keep the name they were issued under.

    Raises Conflict when somebody else changed it since the page was made.
    """
    if seen != committee.version:
        raise Conflict(
            mine={NAME_LABELS[name]: value for name, value in names.items()},
            theirs={NAME_LABELS[name]: getattr(committee, name) for name in names},
        )
    for name, value in names.items():
        setattr(committee, name, value)
    if db.session.is_modified(committee):
        audit.record(actor, "committee.rename", committee, f"修改机构名称：{committee.body_name}")


@command
def change_settings(
    actor: Actor, committee: Committee, settings: CommitteeSettings, *, seen: int | None = None
) -> None:
    """Set how the committee works (product.md §5). What already runs keeps the dates it was given.

    Raises Conflict when somebody else changed it since the page was made.
    """
    if seen is not None and seen != committee.version:
        raise Conflict()
    if settings == committee.settings:
        return
    before = committee.settings.to_json()
    changed = {name: value for name, value in settings.to_json().items() if value != before[name]}
    committee.stored_settings = {**(committee.stored_settings or {}), **changed}  # the trail shows these and no others
    audit.record(actor, "committee.settings", committee, f"修改工作设置：{committee.short_name}")
    db.session.flush()
    calendar.recount.send(None, on=actor.on, committee_id=committee.id)


def usual_names(area_name: str, body_name: str | None = None) -> dict[str, str]:
    """The names a committee usually goes by, from its area's: 云川市 → 云川市妇女儿童工作委员会, 市妇儿工委 …

    All of them are data that the office may change: committees are being renamed.
    """
    body = body_name or f"{area_name}妇女儿童工作委员会"
    short = f"{area_word(area_name)}妇儿工委"
    return {
        "body_name": body,
        "short_name": short,
        "office_name": f"{body}办公室",
        "office_short_name": f"{short}办",
        "letterhead": body,
        "number_prefix": f"{area_name[:1]}妇儿工委",
    }
