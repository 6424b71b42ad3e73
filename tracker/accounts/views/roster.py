"""Liaisons and leaders by the list: read in, and let in with printed slips."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for

from tracker.accounts import actions, documents, policy, queries
from tracker.accounts.importing import PeopleJudgement
from tracker.accounts.models import Holding
from tracker.accounts.views.blueprint import bp
from tracker.accounts.views.keys import link_of, site_of
from tracker.committees.queries import UnitFilter, units_found
from tracker.core import files
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.exports import listed, record_export
from tracker.core.pages import paginate, row_numbers, text_arg
from tracker.core.reading import reads
from tracker.documents.handing import hand_out
from tracker.documents.pasted import PastedTable
from tracker.messages import actions as messages


@bp.route("/roster/import", methods=["GET", "POST"])
@requires(can=policy.keeps_roster)
def roster_import(actor: Actor) -> Any:
    """Read and show; write when what would be written is what was shown."""
    form = PastedTable()
    judgement: PeopleJudgement | None = None
    is_stale = False
    if form.validate_on_submit() and form.take_document():
        judgement = queries.judged_people(actor, form.text.data or "", current_app.config["SETTINGS"].admin_profile)
        seen = request.form.get("seen", "")
        is_stale = bool(seen) and seen != judgement.fingerprint
        if seen and not is_stale and _written(actor, judgement, form):
            return redirect(url_for("accounts.roster_slips" if judgement.new else "accounts.roster"))
    return render_template(
        "accounts/roster_import.html", form=form, judgement=judgement, is_stale=is_stale, has_mail=messages.has_mail()
    )


@bp.get("/roster/import/sheet.xlsx")
@requires(can=policy.keeps_roster)
def roster_sheet(actor: Actor) -> Any:
    """The sheet to fill in, with every unit and whoever is known already."""
    units, holders = queries.units_with_holders(actor)
    content = documents.people_sheet(units, holders, on=actor.on)
    record_export(actor, "导出联络员和分管领导填报表")
    return files.download_bytes(content, "联络员和分管领导填报表.xlsx", files.XLSX)


@bp.get("/roster/slips")
@requires(can=policy.keeps_roster)
@reads("登录凭条人员名单")
def roster_slips(actor: Actor) -> Any:
    """Who is to get a slip: at first those who have never set a password."""
    everybody = bool(request.args.get("all"))
    page = paginate(queries.slip_holders(actor, everybody=everybody))
    return render_template(
        "accounts/roster_slips.html", page=page, everybody=everybody,
        waiting=queries.living_links([one.user_id for one in page.rows], actor.at),
        may_help={one.id for one in page.rows if policy.can_help_in(actor, one)},
        until=queries.slips_open_until(actor),
    )  # fmt: skip


@bp.post("/roster/slips")
@requires(can=policy.keeps_roster)
def print_slips(actor: Actor) -> Any:
    """The slips as a PDF: the only time the codes can be seen, so it is the answer and no redirect; taken along and not
    shown in the page's place, for showing it again would make new ones."""
    everybody = bool(request.args.get("all"))
    rows = queries.slip_holders(actor, everybody=everybody)
    if not request.form.get("all"):
        rows = rows.where(Holding.id.in_(row_numbers(request.form.getlist("ids"))))
    chosen = [one for one in db.session.scalars(rows).unique() if policy.can_help_in(actor, one)]
    if not chosen:
        flash("请先选择要打印登录凭条的人员。", "error")
        return redirect(url_for("accounts.roster_slips", all=request.args.get("all")))
    with actions.making_slips(actor, chosen, sign_in=request.args.get("kind") == "sign_in") as slips:
        cards = [
            documents.slip_card(
                slip, body_name=actor.committee.body_name, site=site_of("accounts.slip_code"),
                link=link_of("accounts.enter" if slip.is_sign_in else "accounts.invitation", slip.key),
            )
            for slip in slips
        ]  # fmt: skip
        made = documents.slip_sheet(cards, author=actor.committee.office_name, on=actor.on)
    record_export(actor, f"打印{len(slips)}份登录凭条")
    if made.complaint:
        flash(f"登录凭条：{made.complaint}", "warning")
    return files.download_bytes(made.content, f"登录凭条{actor.on:%Y%m%d}.pdf", files.PDF)


@bp.get("/roster.<any(docx, pdf, xlsx):kind>")
@requires(can=policy.sees_roster)
def roster_paper(actor: Actor, kind: str) -> Any:
    """成员单位及联络员名单 as it is handed round; telephones as the page shows them to this reader."""
    words = text_arg("q")
    units = list(db.session.scalars(units_found(actor, UnitFilter(words=words))).unique())
    holders = queries.roster([unit.id for unit in units], actor.on)
    plain = {unit.id for unit in units if policy.sees_telephone(actor, unit)}
    name, said = "成员单位及联络员名单", [("单位", words, "q")] if words else []
    rows = documents.roster_rows(units, holders, plain)
    record_export(actor, listed(name, len(rows), said))
    if kind == "xlsx":
        content = documents.roster_book(rows, actor.committee.body_name, said, on=actor.on)
        return files.download_bytes(content, f"{name}.xlsx", files.XLSX)
    paper = documents.roster_paper(rows, actor.committee.body_name, actor.committee.office_name, on=actor.on)
    return hand_out(paper, kind, name)


def _written(actor: Actor, judgement: PeopleJudgement, form: PastedTable) -> bool:
    appointed, changed = len(judgement.new), len(judgement.changed)
    try:
        fresh = actions.take_people(actor, judgement)
    except RuleError as error:
        db.session.rollback()
        form.take(error)
        return False
    said = [
        f"任命{appointed}人次，其中新建账号{len(fresh)}个" if appointed else "",
        f"修改{changed}人的联系方式" if changed else "",
    ]
    flash(f"已{'，'.join(part for part in said if part)}。" if appointed or changed else "名单没有变化。", "success")
    return True
