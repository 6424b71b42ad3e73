"""送主任签发: the office puts a paper before the head, who signs it, writes in it or gives it back with a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.supervision.letters import DAY, REPLY_BY, make_free
from tests.supervision.test_circulars import make_circular
from tracker.core.db import db
from tracker.core.errors import RuleError, RuleErrors
from tracker.messages.models import Message
from tracker.supervision import actions, policy
from tracker.supervision.models import Circular, CircularState, Notice, NoticeState
from tracker.supervision.queries import STILL_DUE, waiting_for

Client = Callable[[str], FlaskClient]


@pytest.fixture
def addresses(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.mark.usefixtures("addresses")
@pytest.mark.parametrize("make", [make_free, make_circular])
def test_a_paper_goes_to_the_head_and_back_with_a_word(cast: Cast, make: Callable[[Cast], Notice | Circular]) -> None:
    officer, head = cast.actor("officer", on=DAY), cast.actor("head", on=DAY)
    paper = make(cast)
    assert waiting_for(head) == []
    submit = actions.submit_notice if isinstance(paper, Notice) else actions.submit_circular
    submit(officer, paper)  # type: ignore[arg-type]
    assert [one.verb for one in waiting_for(head)] == ["签发"]
    asked = db.session.scalars(select(Message).where(Message.kind == "signature.asked")).one()
    assert STILL_DUE[asked.subject_type](asked)
    with pytest.raises(RuleError, match="需要说明理由"):
        actions.recall(head, paper, "")
    actions.recall(head, paper, "导语再压缩。")
    assert (paper.state.value, paper.return_reason, paper.submitted_by) == ("draft", "导语再压缩。", None)
    assert not STILL_DUE[asked.subject_type](asked), "what was given back waits for no signature"
    assert waiting_for(head) == []
    assert [(one.verb, one.note) for one in waiting_for(officer)] == [("修改", "主任退回起草")]
    submit(officer, paper)  # type: ignore[arg-type]
    assert waiting_for(officer) == []
    assert paper.return_reason == ""


def test_the_office_writes_no_more_in_what_lies_before_the_head(cast: Cast) -> None:
    notice = make_free(cast)
    officer, head = cast.actor("officer", on=DAY), cast.actor("head", on=DAY)
    actions.submit_notice(officer, notice)
    edit = {"seen_version": None, "reply_by": REPLY_BY, "items": []}
    with pytest.raises(RuleError, match="于2026年1月21日 10:00送签，取回后才能修改"):
        actions.edit_notice(officer, notice, opening="改过的导语。", **edit)  # type: ignore[arg-type]
    actions.edit_notice(head, notice, opening="主任改过的导语。", **edit)  # type: ignore[arg-type]
    assert (policy.can_edit_notice(head, notice), policy.can_drop_notice(head, notice)) == (True, False)
    actions.take_back(officer, notice)
    assert policy.can_edit_notice(officer, notice)


def test_half_a_notice_is_not_put_before_the_head(cast: Cast) -> None:
    notice = make_free(cast)
    officer = cast.actor("officer", on=DAY)
    actions.edit_notice(officer, notice, seen_version=None, reply_by=REPLY_BY, items=[], opening="", title="函")
    with pytest.raises(RuleErrors, match="还没有填写导语"):
        actions.submit_notice(officer, notice)
    assert notice.state is NoticeState.DRAFT


def test_the_chair_signs_only_what_was_put_forward(cast: Cast) -> None:
    circular, chair = make_circular(cast), cast.actor("chair", on=DAY)
    assert not policy.can_sign(chair, circular)
    actions.submit_circular(cast.actor("officer", on=DAY), circular)
    assert policy.can_sign(chair, circular)
    actions.sign(chair, circular)
    assert circular.state is CircularState.SIGNED


def test_saving_and_putting_forward_is_one_button(cast: Cast, client: Client) -> None:
    notice = make_free(cast)
    number, item = notice.id, notice.items[0]
    page = client("officer").get(f"/notices/{number}").text
    assert "保存并送主任签发" in page
    form = {
        "title": "改过的标题", "opening": "", "reply_by": "2099-03-02", "do": "submit",
        f"item-{item.id}-subject": item.subject, f"item-{item.id}-facts": item.facts,
        f"item-{item.id}-demand": item.demand,
    }  # fmt: skip
    page = client("officer").post(f"/notices/{number}", data={**form, "opening": "现提示如下。"}).text
    stood = db.session.get_one(Notice, number, populate_existing=True)
    assert (stood.state, stood.title) == (NoticeState.SUBMITTED, "改过的标题")
    assert "取回修改" in client("officer").get(f"/notices/{number}").text
    assert "保存并签发" in client("head").get(f"/notices/{number}").text


def test_what_the_head_has_signed_the_head_takes_back(cast: Cast) -> None:
    notice, officer = make_free(cast), cast.actor("officer", on=DAY)
    actions.submit_notice(officer, notice)
    for state in ("待签发", "已签发"):
        with pytest.raises(RuleError, match=f"现在是“{state}”，由主任撤回"):
            actions.withdraw_notice(officer, notice, "内容有误。")
        if state == "待签发":
            actions.sign_notice(cast.actor("head", on=DAY), notice)
    actions.withdraw_notice(cast.actor("head", on=DAY), notice, "内容有误。")
    assert notice.number is not None, "every number stays accounted for"
