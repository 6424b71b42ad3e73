"""What the unit does with its report, at random: writing, signing, asking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.makers.reports import make_scan
from tests.proof.model import MINE, OWED, WITH_OFFICE, WRITABLE, Model, where
from tracker.core.access import Actor
from tracker.reports import actions, policy
from tracker.reports.actions import exemptions
from tracker.reports.actions.filling import Edit
from tracker.reports.actions.pieces import all_pieces, fields_of
from tracker.reports.queries import reports as queries
from tracker.reports.queries.exemptions import open_request
from tracker.reports.views.exemptions import can_ask_exemption

TEXTS = st.sampled_from(["", "按期推进。", "完成80%\n第二段", "困难：资金未到位", "=1+1", "<b>粗</b>", "长" * 400])
WRITTEN = {"section", "area", "arrangement", "request", "question"}


class UnitHands(Model):
    """Liaison, leader, and whoever tries in their stead."""

    @where(*WRITABLE)
    @rule(who=MINE, place=st.integers(0, 99), text=TEXTS, stale=st.booleans())
    def writes(self, who: str, place: int, text: str, stale: bool) -> None:
        pieces = all_pieces(queries.whole(self.town.report_id))
        places = [one for one in pieces if one.partition(":")[0] in WRITTEN]
        record = places[place % len(places)]
        piece = pieces[record]
        old = fields_of(piece, record)["text"]
        seen = piece.version - 1 if stale else piece.version
        edit = Edit(record, {"text": text}, seen)
        done = self.act(
            "write", who, lambda actor: policy.can_write(actor, self.report),
            lambda actor: actions.save_piece(actor, self.report, edit),
        )  # fmt: skip
        if done:
            said = self.read()[record, "text"]
            assert said == (old if text == old else text)
            assert not (stale and text != old), "a stale page overwrote somebody's words"
            self.wrote({(record, "text"): said})

    @where(*WRITABLE)
    @rule(
        who=MINE, place=st.integers(0, 99), state=st.sampled_from(["completed", "on_schedule", "slow", "no_task", ""])
    )
    def sets_a_state(self, who: str, place: int, state: str) -> None:
        entries = self.report.entries
        if not entries:
            return
        record = f"entry:{entries[place % len(entries)].id}"
        values = {"state": state, "note": "原因见综述" if state == "slow" else ""}
        done = self.act(
            "write", who, lambda actor: policy.can_write(actor, self.report),
            lambda actor: actions.save_piece(actor, self.report, Edit(record, values)),
        )  # fmt: skip
        if done:
            self.wrote({(record, name): value for name, value in values.items()})

    @where(*WRITABLE)
    @rule(who=MINE)
    def writes_everything(self, who: str) -> None:
        done = self.act(
            "write", who, lambda actor: policy.can_write(actor, self.report),
            lambda actor: self.fill(actor),
        )  # fmt: skip
        if done:
            self.wrote(self.read())

    @where(*WRITABLE)
    @rule(who=MINE, add=st.booleans(), text=st.sampled_from(["新建驿站", "培训教师", "请协调场地"]))
    def adds_or_removes_a_line(self, who: str, add: bool, text: str) -> None:
        lines = self.report.arrangements
        number = lines[-1].id if lines else 0
        done = self.act(
            "write", who, lambda actor: policy.can_write(actor, self.report),
            lambda actor: actions.add_arrangement(actor, self.report, text) if add
            else actions.remove_line(actor, self.report, "arrangement", number),
        )  # fmt: skip
        if done and not add:
            self.words = {key: value for key, value in self.words.items() if key[0] != f"arrangement:{number}"}
        if done:
            fresh = {key: value for key, value in self.read().items() if key[0].startswith("arrangement:")}
            self.wrote(fresh)

    @where(*WRITABLE)
    @rule(who=MINE, remove=st.booleans())
    def files_a_paper(self, who: str, remove: bool) -> None:
        filed = [one for one in self.report.evidence if one.kind.value == "material"]
        door = "write"
        done = self.act(
            door, who, lambda actor: policy.can_write(actor, self.report),
            lambda actor: actions.remove(actor, filed[-1]) if remove and filed
            else actions.attach(actor, self.report, make_scan(), "方案.pdf"),
        )  # fmt: skip
        if done:
            self.words = {key: value for key, value in self.words.items() if not key[0].startswith("evidence:")}
            self.wrote({})

    @where("returned")
    @rule(who=MINE)
    def answers_the_remarks(self, who: str) -> None:
        asked = [one for one in self.report.remarks if one.is_sent and one.is_to_be_answered]
        if not asked:
            return
        record = f"remark:{next((one for one in asked if not one.answer), asked[-1]).id}"
        done = self.act(
            "write", who, lambda actor: policy.can_write(actor, self.report),
            lambda actor: actions.save_piece(actor, self.report, Edit(record, {"answer": "已补充。"})),
        )  # fmt: skip
        if done:
            self.wrote({(record, "answer"): "已补充。"})

    @where("draft", "returned")
    @rule(who=MINE)
    def sends(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_write(actor, self.report)  # noqa: E731
        if self.act("send", who, door, lambda actor: actions.send_for_sign_off(actor, self.report)):
            self.state = "awaiting_sign_off"
            self.sent()
            self.recorded(who)

    @where("awaiting_sign_off")
    @rule(who=MINE)
    def recalls(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_recall(actor, self.report)  # noqa: E731
        if self.act("recall", who, door, lambda actor: actions.recall(actor, self.report)):
            self.back(who)

    @where("awaiting_sign_off")
    @rule(who=MINE)
    def refuses(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_refuse_sign_off(actor, self.report)  # noqa: E731
        if self.act("refuse", who, door, lambda actor: actions.refuse_sign_off(actor, self.report, "请核对数据。")):
            self.back(who)

    @where("draft", "returned", "awaiting_sign_off")
    @rule(who=MINE, on_paper=st.booleans())
    def submits(self, who: str, on_paper: bool) -> None:
        if on_paper:
            done = self.act(
                "paper", who, lambda actor: policy.can_submit_on_paper(actor, self.report),
                lambda actor: actions.submit_on_paper(actor, self.report, "赵强", scan=make_scan(), scan_name="章.pdf"),
            )  # fmt: skip
        else:
            done = self.act(
                "sign", who, lambda actor: policy.can_sign(actor, self.report),
                lambda actor: actions.sign_off(actor, self.report),
            )  # fmt: skip
        if done:
            self.submitted(who)

    @where("draft", "returned")
    @rule(who=MINE)
    def sends_unsigned(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_send_unsigned(actor, self.report)  # noqa: E731
        if self.act("unsigned", who, door, lambda actor: actions.submit_unsigned(actor, self.report)):
            assert self.is_special, "only a special round may do without a signature"
            self.submitted(who)

    @where(*WRITABLE)
    @rule(who=MINE, add=st.booleans())
    def asks_the_committee(self, who: str, add: bool) -> None:
        """提请协调事项: put to the committee, or taken out again."""
        if self.is_special:
            return
        lines = [one for one in self.report.requests if not one.answer]
        number = lines[-1].id if lines else 0
        done = self.act(
            "write", who, lambda actor: policy.can_write(actor, self.report),
            lambda actor: actions.add_request(actor, self.report, "请协调编制。") if add
            else actions.remove_line(actor, self.report, "request", number),
        )  # fmt: skip
        if done:
            self.words = {key: value for key, value in self.words.items() if key[0] != f"request:{number}" or add}
            self.wrote({key: value for key, value in self.read().items() if key[0].startswith("request:")})

    @where(*WRITABLE)
    @rule(who=MINE, withdraw=st.booleans())
    def asks_to_be_spared(self, who: str, withdraw: bool) -> None:
        asked = open_request(self.town.report_id)
        if withdraw and asked is not None:
            self.act(
                "withdraw_exemption", who, lambda actor: policy.owns(actor, self.report),
                lambda actor: exemptions.withdraw_exemption(actor, asked),
            )  # fmt: skip
            return
        self.act(
            "ask_exemption", who, lambda actor: can_ask_exemption(actor, self.report),
            lambda actor: exemptions.request_exemption(actor, self.report, "机构改革"),
        )  # fmt: skip

    @where(*WRITABLE)
    @rule(who=MINE)
    def goes_all_the_way(self, who: str) -> None:
        """Random steps seldom end in a submission: one that does."""
        self.writes_everything(who)
        if not self.is_special:
            self.writes(who, 0, f"第{self.now:%d%H%M}稿", False)
        self.submits(who, True)

    @where("submitted")
    @rule(who=MINE)
    def takes_back(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_take_back(actor, self.report)  # noqa: E731
        if self.act("take_back", who, door, lambda actor: actions.take_back(actor, self.report)):
            assert not self.begun, "taken back although the review had begun"
            self.back(who)

    @where(*WITH_OFFICE)
    @rule(who=MINE)
    def adds_the_scan(self, who: str) -> None:
        door: Callable[[Actor], bool] = lambda actor: policy.can_add_scan(actor, self.report)  # noqa: E731
        self.act("scan", who, door, lambda actor: actions.add_scan(actor, self.report, make_scan(), "章.pdf"))

    @where(*OWED)
    @rule(who=MINE, days=st.integers(1, 20))
    def asks_for_time(self, who: str, days: int) -> None:
        until = self.report.due_on + timedelta(days=days)
        self.act(
            "ask", who, lambda actor: policy.can_ask_extension(actor, self.report),
            lambda actor: actions.request_extension(actor, self.report, until, "数据未出"),
        )  # fmt: skip
