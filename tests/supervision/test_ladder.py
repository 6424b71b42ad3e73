"""Notices: a ladder of the committee's own, letters registered from OA, items from goals, findings and requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.supervision.letters import DAY, issue, make_draft, make_free, make_overdue
from tests.supervision.test_matters import make_sent
from tracker.core.db import db
from tracker.messages.models import Message
from tracker.reminders.models import Watch
from tracker.supervision import actions, documents
from tracker.supervision.models import Matter, Notice, NoticeKind, NoticeState, NumberSeries, steps_of
from tracker.supervision.queries import notices as queries

Client = Callable[[str], FlaskClient]
AFTER = date(2026, 2, 12)
PAPER = b"%PDF-1.4 stamped"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-21T10:00:00+08:00")


def typed(**changes: object) -> dict[str, object]:
    return {
        "number": "云妇儿工委办函〔2026〕1号", "signer": "林华", "issued_on": "2026-01-20",
        "final": (BytesIO(PAPER), "督办函.pdf"), **changes,
    }  # fmt: skip


def test_a_committee_names_colours_and_counts_its_own_steps(cast: Cast, client: Client) -> None:
    old = make_free(cast).id
    form = {"name-1": "蓝色督查单", "colour-1": "蓝色", "name-2": "红色督查单", "colour-2": "红色"}
    assert client("officer").post("/notices/steps", data=form).status_code == 302
    steps = steps_of(cast.committee.settings)
    assert [(step.label, step.tone) for step in steps] == [("蓝色督查单", "info"), ("红色督查单", "late")]
    notice = make_free(cast)
    assert notice.audit_label().startswith("蓝色督查单《")
    assert notice.title.endswith("的蓝色督查单")
    assert notice.next_step is not None
    assert notice.next_step.label == "红色督查单"
    last = make_free(cast, kind=NoticeKind.CHASE)
    assert last.next_step is None
    assert db.session.get_one(Notice, old).step.label == "提示函"
    page = client("officer").post("/notices/steps", data={}).get_data(as_text=True)
    assert "至少要有一个步骤" in page


@pytest.mark.parametrize(
    "names",
    [
        ["蓝色督查单", "橙色督查单", "红色督查单"],
        ["工作交办单", "工作催办单", "督办通知单"],
        ["提示函", "督办函"],
        ["提示函", "催报单", "督办函", "约谈提示函"],
    ],
)
def test_the_ladder_has_as_many_steps_by_the_names_it_has_there(cast: Cast, client: Client, names: list[str]) -> None:
    form = {f"name-{place}": name for place, name in enumerate(names, start=1)}
    colours = {f"colour-{place}": "橙色" for place in range(1, len(names) + 1)}
    assert client("officer").post("/notices/steps", data={**form, **colours}).status_code == 302
    notice = issue(cast, make_draft(cast))
    for place, name in enumerate(names[1:], start=2):
        assert notice.next_step is not None
        assert notice.next_step.label == name
        late = notice.reply_by + timedelta(days=1)
        notice = actions.escalate(cast.actor("officer", on=late), notice, "未办结。")
        assert notice.kind.step == place
        assert notice.title.endswith(f"的{name}")
        assert documents.letter(notice).subject == name
        notice = issue(cast, notice, on=late)
    assert notice.next_step is None
    assert all(name in client("officer").get("/notices").text for name in names)


def test_steps_follow_one_another(cast: Cast, client: Client) -> None:
    page = client("officer").post("/notices/steps", data={"name-1": "提示函", "name-3": "督办函"}).text
    assert "步骤应当连续" in page
    assert 'value="督办函"' in page


def test_missing_reports_go_to_the_only_step_there_is(cast: Cast) -> None:
    make_overdue(cast)
    actions.set_steps(cast.actor("officer", on=DAY), cast.committee, [("督办单", "红色")], seen=None)
    assert {one.kind for one in queries.proposals(cast.actor("officer", on=DAY))} == {NoticeKind.HINT}


def test_a_letter_issued_in_oa_is_registered_served_and_answered(cast: Cast, client: Client) -> None:
    number = make_draft(cast).id
    assert client("chair").get(f"/notices/{number}/register").status_code == 403
    assert client("officer").post(f"/notices/{number}/register", data=typed()).status_code == 302
    notice = db.session.get_one(Notice, number)
    assert (notice.state, notice.signed_by, notice.issued_on) == (NoticeState.ISSUED, "林华", date(2026, 1, 20))
    assert client("liaison").get(f"/notices/{number}/file.pdf").data == PAPER
    assert client("liaison").get(f"/notices/{number}/file.docx").status_code == 404
    assert db.session.scalars(select(Watch).where(Watch.kind == "notice.reply")).one().is_open
    assert db.session.scalars(select(Message).where(Message.kind == "notice.issued")).first() is not None
    assert db.session.scalars(select(NumberSeries)).all() == []
    assert client("liaison").post(f"/notices/{number}/reply", data={"text": "已办理。"}).status_code == 302


def test_a_number_that_oa_gave_is_not_given_again(cast: Cast, client: Client) -> None:
    number = make_draft(cast).id
    client("officer").post(f"/notices/{number}/register", data=typed())
    second = make_free(cast)
    again = client("officer").post(f"/notices/{second.id}/register", data=typed()).get_data(as_text=True)
    assert "已经用于另一份函件" in again
    actions.sign_notice(cast.actor("head", on=DAY), db.session.get_one(Notice, second.id))
    assert db.session.get_one(Notice, second.id).number == "云妇儿工委办函〔2026〕2号"


def test_a_finding_unanswered_past_its_day_becomes_an_item_once(cast: Cast) -> None:
    matter = make_sent(cast)
    officer, number = cast.actor("officer", on=AFTER), matter.id
    assert [one.id for proposal in queries.proposals(officer) for one in proposal.matters] == [number]
    notice = actions.draft_notices(officer, matter_ids=[number])[0]
    assert notice.items[0].matter_id == number
    assert "该整改事项应于2026年2月10日前回复，截至2026年2月12日尚未收到，已逾期2个工作日" in notice.items[0].facts
    assert [one for proposal in queries.proposals(officer) for one in proposal.matters] == []
    assert db.session.get_one(Matter, number).is_owed
