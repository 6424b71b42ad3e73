"""A part of a report in a section's hands: by a limited link, without an account, nothing else in sight."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.accounts.passwords import token_hash
from tracker.core import clock
from tracker.core.access import public
from tracker.core.clock import shanghai_date
from tracker.core.errors import Conflict, RuleError
from tracker.core.filters import zh_time
from tracker.reports import forms
from tracker.reports.actions import sharing
from tracker.reports.actions.filling import Edit
from tracker.reports.actions.pieces import FIELDS, fingerprint
from tracker.reports.models import Share
from tracker.reports.queries import sharing as queries
from tracker.reports.queries.sheet import sheet as sheet_of
from tracker.reports.views import bp

Spoken = tuple[str, int]
NAME = "filled_by"


@bp.route("/parts/<key>", methods=["GET", "POST"])
@public
def part(key: str) -> str | Answer | Spoken:
    """The places that were given to the section, and only these."""
    shared = _shared(key)
    if isinstance(shared, tuple):
        return shared
    troubles: list[tuple[str, str]] = []
    edits = forms.edits_of(request.form)
    if request.method == "POST":
        troubles = _save(shared, edits)
        if not troubles and request.form.get("do") == "return":
            try:
                sharing.hand_back(shared, clock.now())  # the page itself says that it came back, and when
            except RuleError as error:
                troubles = [("", error.sentence)]
        elif not troubles:
            flash("已保存。", "success")
        if not troubles:
            return redirect(url_for("reports.part", key=key))
    typed = forms.kept(edits, [one.record for one in edits]) if troubles else {}
    places = {one.record: one for one in queries.places(sheet_of(shared.report_id))}
    given = {one.record: one for one in shared.parts}
    return _unseen(
        render_template(
            "reports/part.html", share=shared, report=shared.report, key=key, places=places, troubles=troubles,
            typed=typed, fingerprint=fingerprint, parts=[given[record] for record in places if record in given],
        )
    )  # fmt: skip


@bp.post("/parts/<key>/autosave")
@public
def part_autosave(key: str) -> Answer | tuple[Answer, int]:
    """One field of one place, as the sheet's own autosave."""
    shared = _shared(key)
    if isinstance(shared, tuple) and shared[1] == 429:
        return jsonify(message=sharing.TOO_OFTEN), 429
    if isinstance(shared, tuple):
        return jsonify(message="这个链接已不能填写，您的文字保存在本机，请复制后交给联络员。"), 422
    said = request.get_json(silent=True)
    if not isinstance(said, dict):
        return jsonify(message="提交的内容不完整。"), 422
    record, field, value = (str(said.get(name) or "") for name in ("record", "field", "value"))
    seen, at = said.get("version"), clock.now()
    try:
        if field == NAME:
            sharing.name_writer(shared, value, at)
            return jsonify(version=shared.version, saved_at=zh_time(at))
        written = sharing.write_part(shared, record, {field: value}, at, seen if isinstance(seen, int) else None)
    except Conflict:
        standing = next((one for one in shared.parts if one.record == record), None)
        if standing is None:
            return jsonify(message="这一处内容不在本次分送的范围内，请刷新页面。"), 422
        now = {"version": standing.version, "value": standing.words.get(field, ""), "by": standing.author}
        return jsonify(now), 409
    except RuleError as error:
        return jsonify(message=error.sentence), 422
    return jsonify(version=written.version, saved_at=zh_time(at))


def _shared(key: str) -> Share | Spoken:
    """What the link opens, or what is said instead."""
    shared = queries.share_by_hash(token_hash(key))
    on = shanghai_date(clock.now())
    if shared is None:
        return _closed("没有这个链接，可能没有复制完整。"), 404
    if not shared.is_open(on):
        return _closed(sharing.why_closed(shared, on)), 410
    if not sharing.knock(shared, clock.now()):
        return _closed(sharing.TOO_OFTEN), 429
    return shared


def _closed(why: str) -> str:
    """Why the link opens nothing; what was sent by it stands there to be copied."""
    words = [value for name, value in request.form.items() if name.endswith((":text", ":note", ":basis")) and value]
    return render_template("reports/part_closed.html", why=why, words=words)


def _save(shared: Share, edits: list[Edit]) -> list[tuple[str, str]]:
    """Save what can be saved; returns (place, sentence) of what cannot."""
    troubles: list[tuple[str, str]] = []
    at = clock.now()
    try:
        if request.form.get(NAME, "").strip() not in {"", shared.filled_by}:
            sharing.name_writer(shared, request.form.get(NAME, ""), at)
    except RuleError as error:
        return [("", error.sentence)]
    for edit in edits:
        if edit.record.partition(":")[0] not in FIELDS or not edit.is_touched:
            continue
        try:
            sharing.write_part(shared, edit.record, edit.values, at, edit.seen)
        except RuleError as error:
            troubles.append((edit.record, error.sentence))
    return troubles


def _unseen(page: str) -> Answer:
    """No search engine keeps it, and the address travels to nobody."""
    answer = Answer(page, mimetype="text/html")
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
