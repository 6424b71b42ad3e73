"""One of everything, made through the makers: what the addresses of the guards' tables lead to.

Whatever belongs to a unit belongs to 市教育局, so that 市卫生健康委 is the other unit; whatever belongs to a committee
belongs to 云川市, so that 临江省 is above it and 青禾县 below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from io import BytesIO

from openpyxl import Workbook
from sqlalchemy import select

from tests import cast as casting
from tests.cast import Cast
from tests.makers.plans import make_import, plan_draft
from tests.makers.reports import make_scan, report_of, write_report
from tests.makers.tasks import tasks_of
from tracker.accounts import actions as accounts
from tracker.accounts.models import Holding, User, UserSession
from tracker.alignment import actions as alignment
from tracker.alignment import queries as alignment_queries
from tracker.alignment.models import ItemKind
from tracker.committees import actions as committees
from tracker.committees.models import ReformKind, System, Unit
from tracker.core import clock, files, works
from tracker.core.access import Role, system_actor
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.works import Made, WorkKind
from tracker.documents import docx, pdf
from tracker.documents.templates import template
from tracker.messages import actions as say
from tracker.messages.actions import OutletFacts
from tracker.messages.models import Channel, Delivery, Message
from tracker.plans import actions as plans
from tracker.plans.models import Plan
from tracker.reminders.models import Watch
from tracker.reports import actions as reports
from tracker.reports.actions import RoundFacts, exemptions, reading, sharing
from tracker.reports.actions.offline import RowTrouble, keep_form
from tracker.reports.actions.splitting import Passage
from tracker.reports.documents import COMMITTEE_REPORT
from tracker.reports.jobs import WORKS
from tracker.reports.models import CompilationKind, GoalStatus, QuestionKind, RemarkPlace, Report, Round, RoundKind
from tracker.reports.queries import reports as report_queries
from tracker.reports.queries.offline import FIELDS
from tracker.supervision import actions as supervision
from tracker.supervision import documents
from tracker.supervision.models import NoticeKind
from tracker.tasks import actions as tasks
from tracker.tasks import documents as task_documents
from tracker.tasks import queries as task_queries
from tracker.tasks.models import AssignmentRole, ConsultationAnswer, RemarkDecision

NOW = "2026-01-08T10:00:00"
TODAY = date(2026, 1, 8)
OPENED = date(2025, 12, 1)
OURS = "市教育局"
REASON = "请补充数据来源。"
FEW = 12
"""What costs a command of its own for each is made no more often: a query per row shows at twelve as well."""


@dataclass
class World:
    """The objects by the names that addresses call them."""

    cast: Cast
    rows: int
    first_year: int
    things: dict[str, int | str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    others: list[int] = field(default_factory=list)
    """Units beside those of the cast."""

    def address(self, text: str) -> str:
        """`/reports/<draft report>/extension` with the number in its place."""
        return re.sub(r"<([^>]+)>", lambda found: str(self.things[found[1]]), text)

    def units(self) -> list[Unit]:
        return [db.session.get_one(Unit, number) for number in self.others]


def build(cast: Cast, *, rows: int = 1, first_year: int = 2021) -> World:
    """A world in which every list has so many rows."""
    world = World(cast, rows, first_year)
    _people(world)
    plan = _issued_plan(world)
    _open_plan(world)
    _reports(world, plan)
    _circulars(world)
    _notices(world)
    _checks(world)
    _papers_of_the_desk(world)
    _work(world)
    _comparisons(world)
    return world


def sign_in(world: World) -> None:
    """Living sessions at the world's own time."""
    for who, holding_id in world.cast.holdings.items():
        world.tokens[who] = casting.sign_in_row(holding_id)
    mine = select(UserSession.id).where(UserSession.holding_id == world.cast.holdings["liaison"])
    world.things["session"] = db.session.scalars(mine.order_by(UserSession.id.desc())).first() or 0


def _people(world: World) -> None:
    cast = world.cast
    maker = system_actor(cast.committee.body(), on=casting.SINCE, at=cast.system(casting.SINCE).at)
    accounts.create_user(
        maker, login="unused", name="孙宁", email="unused@example.org", must_change_password=False,
    )  # fmt: skip
    for number in range(1, world.rows):
        unit = committees.create_unit(
            maker, cast.committee, full_name=f"云川市第{number}局", short_name=f"市{number}局",
            system=System.GOVERNMENT, position=100 + number, is_member=True, is_office=False,
        )  # fmt: skip
        world.others.append(unit.id)
        user = accounts.create_user(
            maker, login=f"person{number}", name=f"联络员{number}", email=f"person{number}@example.org",
            must_change_password=False,
        )  # fmt: skip
        for role in (Role.LIAISON, Role.UNIT_LEADER):
            accounts.appoint(
                maker, accounts.create_post(maker, committee=cast.committee, role=role, unit=unit), user,
                starts_on=casting.SINCE,
            )  # fmt: skip
    accounts.create_user(maker, login=f"unused{world.rows}", name="久未登录")
    lower = committees.create_unit(
        maker, db.session.get_one(type(cast.committee), cast.lower_id), full_name=f"青禾县第{world.rows}局",
        short_name=f"县{world.rows}局", system=System.GOVERNMENT, position=world.rows, is_member=True, is_office=False,
    )  # fmt: skip
    liaison = cast.holdings["liaison"]
    _merged_units(world)
    world.things |= {
        "unit": cast.units[OURS], "lower unit": lower.id, "committee": cast.committee_id,
        "lower committee": cast.lower_id, "upper committee": cast.upper_id, "unit holding": liaison,
        "office holding": cast.holdings["officer"], "user": cast.actor("liaison").user_id or 0,
        "officer": cast.actor("officer").user_id or 0, "lower user": cast.actor("lower_officer").user_id or 0,
        "key": "no-such-key", "digest": "0" * 64, "day": "2026-05-01", "role": "liaison",
    }  # fmt: skip


def _merged_units(world: World) -> None:
    """Units that ended long ago; ours took them over."""
    cast, on = world.cast, date(2021, 3, 1)
    maker = system_actor(cast.committee.body(), on=casting.SINCE, at=cast.system(casting.SINCE).at)
    for number in range(min(world.rows, FEW)):
        name = f"{world.first_year}第{number}"
        unit = committees.create_unit(
            maker, cast.committee, full_name=f"云川市{name}办公室", short_name=f"市{name}办", system=System.GOVERNMENT,
            position=300 + number, is_member=False, is_office=False,
        )  # fmt: skip
        committees.reform_unit(
            cast.actor("officer", on=on), unit, ReformKind.MERGED, starts_on=on, document="机构改革方案",
            heirs=[cast.unit(OURS)],
        )  # fmt: skip


def _plan(world: World, word: str, on: date, rows: int = 0) -> Plan:
    """A plan with so many goals and measures in all, under a title of its own."""
    rows = rows or world.rows
    areas = 5 if rows > 5 else 1
    each = rows // areas
    draft = plan_draft(areas=areas, goals=each, measures=each)
    draft = replace(
        draft, kind="other", title=f"云川市{word}规划（{world.first_year}年）", period=(world.first_year, 2035)
    )
    officer = world.cast.actor("officer", on=on)
    plan = plans.import_reading(officer, make_import(world.cast, draft, on=on))[0]
    tasks.break_down(officer, plan)
    return plan


def _assign(world: World, plan: Plan, on: date) -> None:
    """Every task is led by our unit, each joined by another one; the last supported by 市民政局."""
    officer = world.cast.actor("officer", on=on)
    ours = world.cast.unit(OURS)
    tasks.assign_many(officer, tasks_of(plan), {AssignmentRole.LEAD: [ours]})
    for number, unit_id in zip(range(len(tasks_of(plan))), world.others, strict=False):
        unit = db.session.get_one(Unit, unit_id)
        tasks.assign_many(officer, [tasks_of(plan)[number]], {AssignmentRole.JOINT: [unit]})
    tasks.assign_many(
        officer, tasks_of(plan)[-1:], {AssignmentRole.SUPPORT: [world.cast.unit("市民政局")]}
    )  # fmt: skip


def _issued_plan(world: World) -> Plan:
    on = date(2021, 10, 8)
    plan = _plan(world, "家庭发展", on)
    _assign(world, plan, on)
    tasks.issue(world.cast.actor("head", on=on), plan)
    first = tasks_of(plan)[0]
    lead = first.lead
    assert lead is not None
    world.things |= {"plan": plan.id, "task": first.id, "part": lead.id}
    return plan


def _open_plan(world: World) -> None:
    """A plan whose table is with the units; one of them has answered with remarks."""
    on = TODAY - timedelta(days=3)
    plan = _plan(world, "青年发展", on)
    _assign(world, plan, on)
    consultation = tasks.open_consultation(world.cast.actor("officer", on=on), plan, TODAY + timedelta(days=14))
    first = tasks_of(plan)[0]
    lead = first.lead
    assert lead is not None
    parts = [task.lead for task in tasks_of(plan)]
    answer = next(one for one in consultation.answers if one.unit_id == lead.unit_id)
    tasks.answer(
        world.cast.actor("liaison", on=on), answer, {part.id: "建议调整分工。" for part in parts if part},
        text="总体同意。",
    )  # fmt: skip
    tasks.decide_remark(world.cast.actor("officer", on=on), answer, RemarkDecision.ADOPTED, "已采纳。")
    area = plan.areas[0]
    world.things |= {
        "open plan": plan.id, "open task": first.id, "open part": lead.id, "consultation": consultation.id,
        "answer": answer.id, "goal": area.goals[0].id, "measure": area.measures[0].id,
    }  # fmt: skip
    drafts = [
        make_import(world.cast, replace(plan_draft(areas=1 + number % 5), title=f"云川市第{number}号规划"), on=on)
        for number in range(world.first_year * 100, world.first_year * 100 + world.rows)
    ]
    world.things["draft"] = drafts[-1].id
    _sent_in_table(world, plan, on)
    _bare_plan(world, on)
    _revised_plan(world, on)


def _sent_in_table(world: World, plan: Plan, on: date) -> None:
    """The plan's own table as it went out, with a unit that nobody knows in every row."""
    page = Workbook()
    page.worksheets[0].append(["领域", "主要目标/策略措施", "主要责任单位", "责任单位"])
    for task in tasks_of(plan):
        page.worksheets[0].append([task.area.name, task.content, OURS, "市某局"])
    stream = BytesIO()
    page.save(stream)
    blob = files.put_bytes(stream.getvalue())
    upload = tasks.keep_table(world.cast.actor("officer", on=on), plan, blob, "责任分解书.xlsx")
    world.things["table"] = upload.id
    answer = db.session.get_one(ConsultationAnswer, world.things["answer"])
    list_ = task_documents.list_to_answer(answer, task_queries.answer_sheet(answer).lines, on)
    blob = files.put_bytes(list_)
    world.things["list"] = tasks.keep_table(world.cast.actor("liaison", on=on), plan, blob, "清单.xlsx", answer).id


def _revised_plan(world: World, on: date) -> None:
    """A plan onto which a revised document came: every goal reworded, every measure left out for another."""
    plan, officer = _plan(world, "文化发展", on), world.cast.actor("officer", on=on)
    shape = plan_draft(areas=len(plan.areas), goals=len(plan.areas[0].goals), measures=len(plan.areas[0].measures))
    areas = tuple(
        replace(
            area,
            goals=tuple(replace(goal, text=goal.text.replace("水平", "总体水平")) for goal in area.goals),
            measures=tuple(replace(one, title="办好夜校", text="办好夜校。课程由学员点选。") for one in area.measures),
        )
        for area in shape.areas
    )
    revised = replace(shape, kind="other", title=plan.title, period=(plan.first_year, plan.last_year), areas=areas)
    draft = make_import(world.cast, revised, on=on)
    plans.write_as(officer, draft, 0, plan.id)
    plans.import_reading(officer, draft)
    area = plan.areas[0].id
    world.things |= {"revised plan": plan.id, "area": area, "amendment": plan.amendments[-1].id}


def _bare_plan(world: World, on: date) -> None:
    """A plan whose table is still the office's alone."""
    plan = _plan(world, "老年发展", on)
    _assign(world, plan, on)
    world.things |= {"fresh plan": plan.id, "fresh task": tasks_of(plan)[0].id}


def _round(
    world: World, year: int, plan: Plan, *, opened: bool = True, kind: RoundKind = RoundKind.ANNUAL,
    due_on: date = date(2026, 1, 15),
) -> Round:  # fmt: skip
    officer = world.cast.actor("officer", on=OPENED)
    facts = RoundFacts(
        year=year, title=f"{year}年{kind.label}报告", opens_on=OPENED, due_on=due_on, locks_on=date(2026, 2, 15),
        guidance="请写明数据。", plan_ids=(plan.id,), kind=kind,
    )  # fmt: skip
    round_ = reports.plan_round(officer, facts)
    if opened:
        reports.open_round(officer, round_)
    return round_


def _reports(world: World, plan: Plan) -> None:
    """A report of our unit in every state, each in a round of its own."""
    year, small = world.first_year, _small_plan(world)
    last = _round(world, year, plan)
    _accepted(world, last)
    _draft(world, _round(world, year + 1, plan))
    waiting = _report(_round(world, year + 2, small), world)
    _write(world, waiting)
    reports.send_for_sign_off(world.cast.actor("liaison", on=TODAY), waiting)
    exempted = _report(_round(world, year + 3, small), world)
    reports.exempt(world.cast.actor("officer", on=TODAY), exempted, "今年无任务。")
    returned = _report(_round(world, year + 4, small), world)
    _submit(world, returned)
    reports.return_report(world.cast.actor("officer", on=TODAY), returned, REASON)
    planned = _round(world, year + 5, plan, opened=False)
    locked = _round(world, year + 6, small)
    reports.close_round(world.cast.actor("officer", on=TODAY), locked)
    submitted_round = _round(world, year + 7, plan)
    _submitted(world, submitted_round)
    _special(world)
    _put_away(world, small)
    half = _round(world, year, small, kind=RoundKind.HALF_YEAR)
    world.things["half-year report"] = _report(half, world).id
    paper = reports.assemble(world.cast.actor("officer", on=TODAY), last, CompilationKind.ANNUAL)
    world.things["compilation"] = paper.id
    world.things |= {
        "waiting report": waiting.id, "exempted report": exempted.id, "returned report": returned.id,
        "planned round": planned.id, "closed round": locked.id, "accepted round": last.id,
        "round": submitted_round.id,
    }  # fmt: skip


def _special(world: World) -> None:
    """A special round that runs: our unit has answered with words, a figure and a file."""
    officer, liaison = world.cast.actor("officer", on=TODAY), world.cast.actor("liaison", on=TODAY)
    asked = (
        reports.QuestionFacts("有无专人负责", QuestionKind.CHOICE, ("有", "无")),
        reports.QuestionFacts("在园幼儿", QuestionKind.NUMBER, measure="人"),
        *(reports.QuestionFacts(f"第{number}项情况", is_required=False) for number in range(min(world.rows, FEW))),
        reports.QuestionFacts("名册", QuestionKind.FILE, is_required=False),
    )
    units = (world.cast.units[OURS], *world.others[:FEW])
    facts = RoundFacts(
        year=2026, title="托育情况", opens_on=TODAY, due_on=date(2026, 1, 20), locks_on=date(2026, 3, 1), guidance="",
        kind=RoundKind.SPECIAL, unit_ids=units, questions=asked, needs_sign_off=False,
    )  # fmt: skip
    round_ = reports.plan_round(officer, facts)
    reports.open_round(officer, round_)
    report = _report(round_, world)
    answers = {one.question.text: one for one in report.question_answers}
    reports.save_piece(liaison, report, reports.Edit(f"question:{answers['有无专人负责'].id}", {"text": "有"}))
    reports.save_piece(liaison, report, reports.Edit(f"question:{answers['在园幼儿'].id}", {"text": "320"}))
    reports.attach_answer(liaison, report, answers["名册"], make_scan(), "名册.pdf")
    world.things |= {
        "special round": round_.id, "special report": report.id, "given answer": answers["名册"].id,
    }  # fmt: skip


def _put_away(world: World, plan: Plan) -> None:
    """A report that came late; two of a round that is locked, one of them excepted from the lock."""
    head, year = world.cast.actor("head", on=TODAY), world.first_year + 8
    late = _report(_round(world, year, plan, due_on=TODAY - timedelta(days=2)), world)
    _submit(world, late)
    world.things["late report"] = late.id
    for name, further in (("locked report", 1), ("excepted report", 2)):
        round_ = _round(world, year + further, plan)
        _submit(world, _report(round_, world))
        reports.accept(head, _report(round_, world))
        reports.lock_round(head, round_)
        world.things[name] = _report(round_, world).id
    excepted = db.session.get_one(Report, world.things["excepted report"])
    holder = db.session.get_one(User, head.user_id)
    reports.except_from_lock(head, excepted, holder, TODAY + timedelta(days=9), "上级要求补充材料。")


def _small_plan(world: World) -> Plan:
    on = date(2021, 10, 8)
    plan = _plan(world, "公共服务", on, rows=1)
    _assign(world, plan, on)
    tasks.issue(world.cast.actor("head", on=on), plan)
    return plan


def _report(round_: Round, world: World) -> Report:
    return report_of(round_, world.cast.unit(OURS))


def _write(world: World, report: Report, who: str = "liaison") -> None:
    write_report(world.cast.actor(who, on=TODAY), report)


def _submit(world: World, report: Report) -> None:
    _write(world, report)
    reports.submit_on_paper(world.cast.actor("liaison", on=TODAY), report, "赵强")


def _draft(world: World, round_: Round) -> None:
    report = _report(round_, world)
    liaison = world.cast.actor("liaison", on=TODAY)
    _write(world, report)
    extension = reports.request_extension(liaison, report, date(2026, 1, 20), "数据月底才出。")
    _parts_away(world, liaison, report)
    world.things["exemption"] = exemptions.request_exemption(liaison, report, "机构改革后不再承担。").id
    world.things |= {"draft report": report.id, "extension": extension.id, "draft round": round_.id}


def _parts_away(world: World, liaison: casting.Actor, report: Report) -> None:
    """Rows with sections of the unit, the first of which has answered; a Word report that was read."""
    whole = report_queries.whole(report.id)
    records = [f"entry:{entry.id}" for entry in whole.entries]
    for number in range(min(world.rows, FEW)):
        share, token = sharing.share(liaison, report, f"第{number}科", records, TODAY + timedelta(days=9))
        world.things |= {"share": share.id, "part key": token}
    sharing.name_writer(share, "刘芳", liaison.at)
    for record in records[:FEW]:
        sharing.write_part(share, record, {"note": "已印发方案"}, liaison.at)
    passages = [Passage(f"第{number}部分", "", "", ["一段文字。"]) for number in range(world.rows)]
    world.things["reading"] = reading.keep_reading(liaison, report, "年度报告.docx", passages).id
    form = files.put_bytes(template("填报表", FIELDS, rows=[["", "综述", "主要做法"]], made_on=TODAY))
    wrong = [RowTrouble(number, "不在可选范围内。") for number in range(2, 2 + world.rows)]
    world.things["form reading"] = keep_form(liaison, report, form, "填报表.xlsx", wrong).id


def _submitted(world: World, round_: Round) -> None:
    """Every unit has submitted; ours with everything a report can hold."""
    report = _report(round_, world)
    liaison = world.cast.actor("liaison", on=TODAY)
    _write(world, report)
    few = min(world.rows, FEW)
    evidence = [reports.attach(liaison, report, make_scan(), f"佐证材料{number}.pdf") for number in range(few)]
    requests = [reports.add_request(liaison, report, f"请协调第{number}件事。") for number in range(few)]
    for statement in report_queries.whole(report.id).goal_statements[:few]:
        reports.save_goal(liaison, report, statement.goal_id, GoalStatus.REACHED, "部门统计。")
    reports.submit_on_paper(liaison, report, "赵强", scan=make_scan(), scan_name="盖章件.pdf")
    for number in range(1, few):
        user = casting.holding_of(f"person{number}")
        assert user is not None
        actor = accounts_actor(user.id)
        other = report_of(round_, db.session.get_one(Unit, world.others[number - 1]))
        write_report(actor, other)
        reports.submit_on_paper(actor, other, f"联络员{number}")
    officer = world.cast.actor("officer", on=TODAY)
    remarks = [
        reports.add_remark(officer, report, RemarkPlace.ENTRY, entry.id, "请说明比例。")
        for entry in report_queries.whole(report.id).entries[:few]
    ]
    whole = report_queries.whole(report.id)
    world.things |= {
        "report": report.id, "evidence": evidence[0].id, "request": requests[0].id, "remark": remarks[0].id,
        "statement": whole.goal_statements[0].id, "form": "han", "number": 1,
        "sha256": evidence[0].file.sha256,
    }  # fmt: skip


def accounts_actor(holding_id: int) -> casting.Actor:
    """Somebody outside the cast, acting today."""
    holding = db.session.get_one(casting.Holding, holding_id)
    moment = casting.datetime(TODAY.year, TODAY.month, TODAY.day, 10, tzinfo=casting.clock.SHANGHAI)
    return casting.queries.actor_for(holding, moment)


def _accepted(world: World, round_: Round) -> None:
    report = _report(round_, world)
    _submit(world, report)
    reports.accept(world.cast.actor("officer", on=TODAY), report)
    world.things["accepted report"] = report.id


def _circulars(world: World) -> None:
    officer, head = world.cast.actor("officer", on=TODAY), world.cast.actor("head", on=TODAY)
    round_ = db.session.get_one(Round, world.things["round"])
    made = [
        supervision.draft_circular(officer, round_, cut_off_on=TODAY)
        for _ in range(3 + min(world.rows, FEW))
    ]  # fmt: skip
    supervision.submit_circular(officer, made[3])
    signed, issued = made[0], made[1]
    supervision.sign(head, signed)
    supervision.sign(head, issued)
    document = documents.circular_document(issued, issued_on=TODAY)
    papers = files.put_bytes(pdf.render(document).content), files.put_bytes(docx.render(document))
    supervision.issue(officer, issued, pdf=papers[0], docx=papers[1], signed_hash=issued.hash or "")
    world.things |= {
        "draft circular": made[2].id, "circular put forward": made[3].id, "signed circular": signed.id,
        "circular": issued.id, "digest": issued.hash or "",
    }  # fmt: skip


def _notices(world: World) -> None:
    """Letters to our unit: drafted, signed, issued, answered; and a page for the chair."""
    cast = world.cast
    officer, head, ours = cast.actor("officer", on=TODAY), cast.actor("head", on=TODAY), cast.unit(OURS)
    made = [
        supervision.draft_notice(
            officer, ours, NoticeKind.HINT, documents.ItemWords(f"报送名单{place}", "名单尚未收到。", "请尽快报送。")
        )
        for place in range(5 + min(world.rows, FEW))
    ]
    supervision.submit_notice(officer, made[4])
    for notice in made[1:4]:
        supervision.sign_notice(head, notice)
    for notice in made[2:4]:
        document = documents.letter(notice, issued_on=TODAY)
        papers = files.put_bytes(pdf.render(document).content), files.put_bytes(docx.render(document))
        supervision.issue_notice(head, notice, pdf=papers[0], docx=papers[1], signed_hash=notice.hash or "")
    answer = supervision.reply(cast.actor("liaison", on=TODAY), made[3], "已报送。", [(make_scan(), "名单.pdf")])
    page = supervision.make_briefing(officer, title="呈阅件", facts={"matters": []}, pdf=make_scan(), docx=make_scan())
    world.things |= {
        "draft notice": made[0].id, "signed notice": made[1].id, "notice": made[2].id, "replied notice": made[3].id,
        "notice put forward": made[4].id,
        "notice evidence": answer.evidence[0].id, "briefing": page.id,
    }  # fmt: skip


def _checks(world: World) -> None:
    """A check of our unit with findings in every state, one still planned, an instruction with its scan."""
    cast = world.cast
    officer, head, ours = cast.actor("officer", on=TODAY), cast.actor("head", on=TODAY), cast.unit(OURS)
    due = TODAY + timedelta(days=20)
    planned = [
        supervision.CheckFacts(f"重点任务第{place}次实地督查", TODAY, TODAY)
        for place in range(1, 2 + min(world.rows, FEW))
    ]
    checks = [supervision.plan_check(officer, facts, [(ours, TODAY)]) for facts in planned]
    supervision.announce_check(officer, checks[0])
    words = supervision.MatterWords("台账不完整", "缺回访记录。", "补齐台账。", due)
    made = [
        supervision.note_matter(officer, checks[0], ours, replace(words, subject=f"第{place}本台账不完整"))
        for place in range(2 + min(world.rows, FEW))
    ]
    supervision.feed_back(officer, checks[0])
    liaison = cast.actor("liaison", on=TODAY)
    answers = [supervision.answer_matter(liaison, one, "已补齐。", [(make_scan(), "台账.pdf")]) for one in made[:2]]
    supervision.close_matter(head, made[1])
    given = [
        supervision.record_instruction(
            officer,
            title=f"第{place}件批示",
            given_by="吴光",
            given_on=TODAY,
            text="请抓紧。",
            scan=(make_scan(), "批示件.pdf"),
        )
        for place in range(min(world.rows, FEW))
    ]
    sent = supervision.note_matter(officer, given[0], ours, words)
    supervision.assign_instruction(officer, given[0])
    noted = supervision.note_matter(officer, given[0], ours, words)
    asked = supervision.ask_extension(liaison, sent, due + timedelta(days=7), "需要会商。")
    world.things |= {
        "answer extension": asked.id,
        "check": checks[0].id, "planned check": checks[1].id, "instruction": given[0].id, "matter": sent.id,
        "noted matter": noted.id, "answered matter": made[0].id, "closed matter": made[1].id,
        "matter evidence": answers[0].evidence[0].id,
    }  # fmt: skip


def _papers_of_the_desk(world: World) -> None:
    """A message of the liaison's, an open deadline of our unit, an entry of the trail, a paper the officer ordered."""
    cast = world.cast
    _order_a_paper(world)
    message = select(Message.id).where(Message.recipient_id == cast.actor("liaison").user_id)
    deadline = select(Watch.id).where(
        Watch.unit_id == cast.units[OURS], Watch.settled_at.is_(None), Watch.kind == "report.due"
    )
    entry = select(AuditEntry.id).where(
        AuditEntry.chain == cast.committee_id, AuditEntry.event == "circular.issue"
    )  # fmt: skip
    delivery = select(Delivery.id).where(Delivery.recipient_id == cast.actor("liaison").user_id)
    for name, rows in (("message", message), ("deadline", deadline), ("delivery", delivery), ("entry", entry)):
        world.things[name] = _first(db.session.scalars(rows))
    away = db.session.get_one(Holding, cast.holdings["liaison"])
    leader = db.session.get_one(User, cast.actor("leader").user_id)
    world.things["own deputy"] = accounts.name_deputy(
        cast.actor("liaison", on=TODAY), away, leader, starts_on=TODAY + timedelta(days=30 + 2 * world.rows),
        ends_on=TODAY + timedelta(days=40 + 2 * world.rows),
    ).id  # fmt: skip
    world.things["link order"] = accounts.order_link(
        cast.actor("sysadmin", on=TODAY), db.session.get_one(User, cast.actor("secadmin").user_id), reason="忘记密码。"
    ).id
    world.things["proposal"] = accounts.propose(
        cast.actor("liaison", on=TODAY), Role.LIAISON if world.rows == 1 else Role.UNIT_LEADER, name="高原", login=None,
        phone="87000001", email=None,
    ).id  # fmt: skip
    nowhere = OutletFacts("政务短信平台", "http://127.0.0.1:9/", "key", is_on=False, urgent_only=True)
    world.things["channel"] = say.add_outlet(cast.actor("sysadmin"), Channel.GATEWAY, nowhere).id
    world.things["rule"] = "report.due"


def _work(world: World) -> None:
    """Something long that the officer ordered, made."""
    officer = world.cast.actor("officer")
    world.things["work"] = works.order(officer, "paper", "年度报告").id
    works.perform_next({"paper": WorkKind("paper", lambda _arguments, _tell: Made(b"1", "1.txt"))}, officer.at)


def _order_a_paper(world: World) -> None:
    """Ordered by the officer and made."""
    number = world.things["accepted round"]
    work = works.order(
        world.cast.actor("officer", on=TODAY), COMMITTEE_REPORT, "年度报告", round_id=number, kind="docx",
        on=TODAY.isoformat(),
    )  # fmt: skip
    assert works.perform_next({kind.name: kind for kind in WORKS}, clock.now())
    world.things["work"] = work.id


def _comparisons(world: World) -> None:
    """Our plan beside plans above, of one item and of many; the last pair is of one item that stands alone."""
    officer = world.cast.actor("officer", on=TODAY)
    plan = db.session.get_one(Plan, world.things["plan"])
    items = [
        {"kind": "goal", "area": "妇女与健康", "number": str(place), "text": f"第{place}处母婴室建成。"}
        for place in range(1, world.rows + 1)
    ]
    for _ in range(min(world.rows, FEW)):
        made = alignment.compare(officer, plan, alignment.Upper("临江省妇女发展规划（2021—2030年）", items))
    world.things["comparison"] = made.id
    world.things["comparison pair"] = alignment_queries.alone(made.id, ItemKind.GOAL, upper=True)[-1].id


def _first(numbers: Iterable[int]) -> int:
    return next(iter(numbers))
