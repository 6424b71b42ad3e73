"""Notices in every state, made through the actions."""

from __future__ import annotations

from datetime import date

from tests.cast import Cast
from tests.makers.plans import make_plan
from tests.makers.reports import make_open_round, report_of
from tests.makers.tasks import make_assigned_tasks, tasks_of
from tracker.core import files
from tracker.core.db import db
from tracker.documents import docx, pdf
from tracker.plans.models import Plan
from tracker.reports.models import Report
from tracker.supervision import actions, documents
from tracker.supervision.models import Notice, NoticeKind
from tracker.tasks import actions as tasks
from tracker.tasks.models import Outcome, Shape

DAY = date(2026, 1, 21)
"""Three working days after the reports were due."""
REPLY_BY = date(2026, 2, 11)
"""Fifteen working days on."""
LATE = date(2026, 2, 13)


def make_overdue(cast: Cast) -> Plan:
    """The first task of 市教育局 was due on 30 November 2025; the round's reports on 15 January; none came."""
    plan = make_assigned_tasks(cast, make_plan(cast))
    task = tasks_of(plan)[0]
    tasks.edit_task(
        cast.actor("officer", on=date(2021, 9, 8)), task, title=task.title, content=task.content,
        outcome=Outcome.DOCUMENT, shape=Shape.LED, is_yearly=False, due_on=date(2025, 11, 30),
    )  # fmt: skip
    tasks.issue(cast.actor("head", on=date(2021, 10, 8)), plan)
    make_open_round(cast, plan=plan)
    return plan


def assignment_of(plan: Plan) -> int:
    lead = tasks_of(plan)[0].lead
    assert lead is not None
    return lead.id


def make_draft(cast: Cast, *, plan: Plan | None = None) -> Notice:
    """A 提示函 to 市教育局 about its overdue task, drafted by the officer."""
    plan = plan or make_overdue(cast)
    return actions.draft_notices(cast.actor("officer", on=DAY), assignment_ids=[assignment_of(plan)])[0]


def issue(cast: Cast, notice: Notice, *, on: date = DAY) -> Notice:
    """Signed by the head and issued with its files."""
    actions.sign_notice(cast.actor("head", on=on), notice)
    return issue_signed(cast, notice, on=on)


def issue_signed(cast: Cast, notice: Notice, *, on: date = DAY) -> Notice:
    document = documents.letter(notice, issued_on=on)
    made = files.put_bytes(pdf.render(document).content), files.put_bytes(docx.render(document))
    actions.issue_notice(
        cast.actor("head", on=on), notice, pdf=made[0], docx=made[1], signed_hash=notice.hash or ""
    )  # fmt: skip
    return notice


def issue_with_any_paper(cast: Cast, notice: Notice, *, on: date = DAY) -> Notice:
    """Issued with files that nobody reads, where many are wanted quickly."""
    head = cast.actor("head", on=on)
    actions.sign_notice(head, notice)
    actions.issue_notice(head, notice, pdf=make_paper(), docx=make_paper(), signed_hash=notice.hash or "")
    return notice


def make_issued(cast: Cast) -> Notice:
    return issue(cast, make_draft(cast))


def make_replied(cast: Cast, *, on: date = date(2026, 2, 2)) -> Notice:
    notice = make_issued(cast)
    actions.reply(
        cast.actor("liaison", on=on), notice, "已印发实施方案，进度已赶上。", [(make_paper(), "实施方案.pdf")]
    )
    return notice


def make_paper() -> files.Blob:
    return files.put_bytes(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")


def make_free(
    cast: Cast, unit: str = "市教育局", kind: NoticeKind = NoticeKind.HINT, *, subject: str = "报送年度联络员名单"
) -> Notice:
    """A draft about something no rule saw."""
    words = documents.ItemWords(subject, "名单应于1月10日前报送，尚未收到。", "请尽快报送。")
    return actions.draft_notice(cast.actor("officer", on=DAY), cast.unit(unit), kind, words)


def late_report(cast: Cast, unit: str = "市教育局") -> Report:
    from_round = make_open_round(cast)
    return report_of(from_round, cast.unit(unit))


def again(notice: Notice) -> Notice:
    """The row as it stands now."""
    return db.session.get_one(Notice, notice.id, populate_existing=True)
