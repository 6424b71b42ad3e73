"""Whoever reaches for what is not theirs by the younger doors: archives, links, deputies, channels, search, lists."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import cast as casting
from tests.alignment.test_journey import OWN, UPPER
from tests.alignment.test_journey import make_plan as plan_of
from tests.cast import Cast
from tests.makers.reports import make_open_round, make_returned_report, make_submitted_report, report_of, write_report
from tests.messages.gateways import Gateway
from tracker.accounts import actions as accounts
from tracker.accounts import queries
from tracker.accounts.models import Holding, User
from tracker.alignment.models import Comparison
from tracker.committees import actions as committees
from tracker.committees.models import Committee, System, Unit
from tracker.core import clock, files
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Outlet
from tracker.reports import actions, policy
from tracker.reports.actions import sharing
from tracker.reports.documents.archive import pack
from tracker.reports.models import Evidence, Report
from tracker.search import actions as search
from tracker.search import queries as searching
from tracker.search.queries import SearchFilter

Client = Callable[[str], FlaskClient]
ON, AFTER = date(2025, 12, 10), date(2025, 12, 23)


def _lower_unit(cast: Cast) -> Unit:
    return committees.create_unit(
        cast.system(ON), db.session.get_one(Committee, cast.lower_id), full_name="青禾县密山局", short_name="县密山局",
        system=System.GOVERNMENT, position=1, is_member=True, is_office=False,
    )  # fmt: skip


# --- drafts -----------------------------------------------------------------------------------------------------------


def _file_of_a_draft(cast: Cast) -> tuple[Report, Evidence]:
    """Put behind a report after it came back, and not sent since."""
    report = make_returned_report(cast, make_open_round(cast), cast.unit("市教育局"))
    blob = files.put_bytes("还没有报送的材料，内有密令二字".encode())
    return report, actions.attach(cast.actor("liaison", on=AFTER), report, blob, "草稿里的材料.txt")


def test_an_archive_holds_no_file_of_a_draft(cast: Cast) -> None:
    report, evidence = _file_of_a_draft(cast)
    packed = pack(report.round, AFTER, lambda *_: None)
    place = packed[0] if isinstance(packed, tuple) else packed
    try:
        with zipfile.ZipFile(place) as archive:
            assert not [name for name in archive.namelist() if "草稿里的材料" in name]
            assert evidence.file.sha256 not in archive.read("SHA256SUMS").decode()
    finally:
        place.unlink()


def test_the_office_does_not_find_what_a_draft_says(cast: Cast) -> None:
    report, _ = _file_of_a_draft(cast)
    actions.save_entry(cast.actor("liaison", on=AFTER), report, report.entries[0], None, note="改成了密语")
    search.look_over(clock.now())
    search.read_files(clock.now())

    def found(who: str, words: str) -> int:
        return len(db.session.scalars(searching.search(cast.actor(who, on=AFTER), SearchFilter(words))).all())

    assert found("liaison", "密语") == found("liaison", "密令") == 1
    for who in ("officer", "head", "chair", "other_liaison", "upper_officer", "lower_officer", "auditor", "sysadmin"):
        assert (found(who, "密语"), found(who, "密令"), found(who, "草稿里的材料")) == (0, 0, 0), who


def test_the_years_one_may_choose_are_those_of_what_one_may_see(cast: Cast) -> None:
    make_open_round(cast, 2026)
    search.look_over(clock.now())
    assert 2026 in searching.years_found(cast.actor("liaison", on=ON))
    assert searching.years_found(cast.actor("auditor", on=ON)) == []


# --- the link of a section --------------------------------------------------------------------------------------------


def test_a_link_writes_no_other_place_and_nothing_once_it_is_closed(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T14:32")
    round_ = make_open_round(cast)
    report, other = report_of(round_, cast.unit("市教育局")), report_of(round_, cast.unit("市卫生健康委"))
    liaison = cast.actor("liaison", on=ON)
    given, foreign = f"entry:{report.entries[0].id}", f"entry:{other.entries[0].id}"
    share, token = sharing.share(liaison, report, "义教科", [given], ON + timedelta(days=5))
    address = f"/parts/{token}"

    def write(record: str) -> int:
        page = client("stranger").post(address, data={"filled_by": "刘芳", f"{record}:note": "写了一句", "do": "save"})
        script = client("stranger").post(f"{address}/autosave", json={"record": record, "field": "note", "value": "写"})
        return max(page.status_code, script.status_code)

    for record in (foreign, f"entry:{report.entries[1].id}", "section:progress", "contact:1", "remark:1"):
        assert write(record) == 422, record
    assert write(given) in {200, 302}
    db.session.expire_all()
    said = share.parts[0].words
    actions.save_entry(liaison, report, report.entries[0], None, note="联络员写的")
    write_report(liaison, report)
    actions.submit_on_paper(liaison, report, "赵强")
    assert client("stranger").get(address).status_code == 410
    assert write(given) == 422
    actions.take_back(liaison, report)
    sharing.revoke(liaison, share)
    assert client("stranger").get(address).status_code == 410
    assert write(given) == 422
    db.session.expire_all()
    assert share.parts[0].words == said
    assert all(entry.note == "" for entry in other.entries)


@pytest.mark.parametrize(
    "said",
    [
        [1], "words", {"record": ["x"], "field": {"a": 1}, "value": [1]}, {"record": "entry:\x00", "field": "note"},
        {"field": "filled_by", "value": "\ud800\x00" + "名" * 100}, {"field": "filled_by", "value": {"a": "b" * 9000}},
        {"record": "RECORD", "field": "note", "value": "\ud800\x00", "version": 10**30},
        {"record": "RECORD", "field": "note", "value": "长" * 200_000},
        {"record": "RECORD", "field": "state", "value": ["done"], "version": [1]},
    ],
)  # fmt: skip
def test_the_links_autosave_answers_nonsense(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch, said: object
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T14:32")
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    given = f"entry:{report.entries[0].id}"
    _, token = sharing.share(cast.actor("liaison", on=ON), report, "义教科", [given], ON + timedelta(days=5))
    if isinstance(said, dict) and said.get("record") == "RECORD":
        said = {**said, "record": given}
    assert client("stranger").post(f"/parts/{token}/autosave", json=said).status_code in {200, 409, 422}


# --- deputies ---------------------------------------------------------------------------------------------------------


def _deputise(cast: Cast, holding: Holding, deputy: str, days: int = 3) -> Holding:
    person = db.session.get_one(User, cast.actor(deputy).user_id)
    until = ON + timedelta(days=days)
    return accounts.name_deputy(cast.actor("officer", on=ON), holding, person, starts_on=ON, ends_on=until)


def test_a_deputy_has_no_deputy(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    deputy = _deputise(cast, db.session.get_one(Holding, cast.holdings["liaison"]), "leader")
    with pytest.raises(RuleError, match="代办人不能再请他人代办"):
        _deputise(cast, deputy, "other_leader", days=2)
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T14:32")
    fields = {"name": "新人", "starts_on": "2025-12-10", "ends_on": "2025-12-12"}
    page = client("officer").post(f"/unit-holdings/{deputy.id}/deputy", data=fields)
    assert "代办人不能再请他人代办" in page.text
    assert db.session.scalar(select(User.id).where(User.name == "新人")) is None


def test_a_deputy_acts_no_day_longer(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    deputy = _deputise(cast, db.session.get_one(Holding, cast.holdings["liaison"]), "other_leader")
    cast.tokens["deputy"] = casting.sign_in_row(deputy.id)
    for day, status in (("2025-12-13", 200), ("2025-12-14", 302)):
        monkeypatch.setenv("TRACKER_CLOCK", f"{day}T09:00")
        cast.tokens["deputy"] = casting.sign_in_row(deputy.id)
        assert client("deputy").get("/reports").status_code == status, day


def test_nobody_signs_what_they_wrote_by_standing_in_for_the_leader(cast: Cast) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=ON)
    write_report(liaison, report)
    actions.send_for_sign_off(liaison, report)
    deputy = _deputise(cast, db.session.get_one(Holding, cast.holdings["leader"]), "liaison")
    standing_in = queries.actor_for(deputy, liaison.at)
    assert not policy.can_sign(standing_in, report)
    assert policy.can_refuse_sign_off(standing_in, report)
    with pytest.raises(RuleError, match="另一位领导审签，或者导出送审稿，领导签批后凭签章件报送"):
        actions.sign_off(standing_in, report)
    actions.refuse_sign_off(standing_in, report, "再核对一遍")


def test_who_stands_in_for_the_leader_signs_what_others_wrote_also_a_second_time(cast: Cast, client: Client) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=ON)
    write_report(liaison, report)
    deputy = _deputise(cast, db.session.get_one(Holding, cast.holdings["leader"]), "other_leader")
    standing_in = queries.actor_for(deputy, liaison.at)
    for words in ("第一次", "补充以后"):
        actions.save_area_text(liaison, report, report.area_texts[0].area_id, words)
        actions.send_for_sign_off(liaison, report)
        actions.sign_off(standing_in, report)
        if words == "第一次":
            actions.return_report(cast.actor("officer", on=ON), report, "请补充。")
    assert [one.signed_by for one in report.versions] == [standing_in.user.name] * 2


# --- channels ---------------------------------------------------------------------------------------------------------

SECRET = "mi-yao-9f3b"


@pytest.mark.parametrize(
    "address",
    [
        "http://[", "http://[::1", "http://例.中国/通知", "http://a" + ".b" * 120 + "/", f"http://u:{SECRET}@127.0.0.1:1/",
        f"http://127.0.0.1:1/a b?key={SECRET}", "http://127.0.0.1:99999/", "http://127.0.0.1:x/", "http://" + "a" * 300,
        "file:///etc/passwd", "http:///etc/passwd", f"http://127.0.0.1:1/{SECRET}/通知",
    ],
)  # fmt: skip
def test_an_absurd_address_of_a_gateway_is_answered_and_keeps_its_key(cast: Cast, client: Client, address: str) -> None:
    fields = {"channel": "gateway", "name": "短信", "address": address, "secret": SECRET, "is_on": "1"}
    administrator = client("sysadmin")
    assert administrator.post("/settings/channels/new", data=fields).status_code in {200, 302}
    outlet = db.session.scalar(select(Outlet))
    if outlet is None:
        return
    assert administrator.post(f"/settings/channels/{outlet.id}/test").status_code == 302
    shown = [administrator.get("/settings/channels").text, administrator.get(f"/settings/channels/{outlet.id}").text]
    shown += [f"{one.sentence} {one.changes}" for one in db.session.scalars(select(AuditEntry))]
    assert not [words for words in shown if SECRET in words]


def test_a_gateway_cannot_be_made_to_say_more_than_a_line(cast: Cast, client: Client) -> None:
    with Gateway() as gateway:
        gateway.answers.append((500, "<b>" + "x" * 5000))
        fields = {"channel": "gateway", "name": "短信", "address": gateway.url, "secret": SECRET, "is_on": "1"}
        administrator = client("sysadmin")
        administrator.post("/settings/channels/new", data=fields)
        number = db.session.scalars(select(Outlet.id)).one()
        administrator.post(f"/settings/channels/{number}/test")
        page = administrator.get("/settings/channels").text
        assert "<b>x" not in page
        assert "x" * 300 not in page
        assert gateway.posts[0][1]["Content-Type"].startswith("application/json")


# --- numbers of others in fields and addresses ------------------------------------------------------------------------


def test_a_plan_of_another_branch_is_not_compared_by_its_number(cast: Cast, client: Client) -> None:
    own, lower = plan_of(cast, OWN), plan_of(cast, UPPER.replace("临江省", "青禾县"), "lower_officer")
    for plan, upper in ((own.id, lower.id), (lower.id, own.id)):
        page = client("officer").post("/comparisons/new", data={"plan": plan, "upper": upper})
        assert page.status_code == 200
        assert "青禾县" not in page.text
    assert db.session.scalar(select(Comparison.id)) is None


def test_a_unit_of_another_committee_takes_nothing_over(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T14:32")
    other, number = _lower_unit(cast), cast.units["市民政局"]
    form = {
        "kind": "merged",
        "starts_on": "2025-12-10",
        "document": "三定方案",
        "heirs": str(other.id),
    }
    page = client("officer").post(f"/units/{number}/reform", data={**form, "step": "confirm"})
    assert page.status_code == 200
    assert "县密山局" not in page.text
    assert db.session.get_one(Unit, number).valid_to is None


def test_lists_name_no_unit_and_no_area_of_another_committee(cast: Cast, client: Client) -> None:
    make_open_round(cast)
    other = _lower_unit(cast)
    plan = plan_of(cast, UPPER.replace("临江省", "青禾县").replace("妇女与健康", "密山领域"), "lower_officer")
    area = plan.areas[0].id
    for who in ("officer", "liaison"):
        for list_ in ("/lights", "/tasks", "/notices", "/matters", "/trail", "/search"):
            page = client(who).get(f"{list_}?view=list&unit={other.id}&area={area}&plan={plan.id}&q=a")
            assert "密山" not in page.text, (who, list_)


def test_a_strangers_word_on_where_he_comes_from_opens_no_figures(cast: Cast, client: Client) -> None:
    headers = {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1", "Authorization": "Bearer "}
    page = client("stranger").get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert page.status_code == 404


def test_a_submitted_report_is_nobody_elses_by_its_files_number(cast: Cast, client: Client) -> None:
    round_ = make_open_round(cast)
    blob = files.put_bytes(b"ours")
    report = report_of(round_, cast.unit("市教育局"))
    evidence = actions.attach(cast.actor("liaison", on=ON), report, blob, "甲.txt")
    make_submitted_report(cast, round_, cast.unit("市教育局"))
    foreign = report_of(round_, cast.unit("市卫生健康委"))
    page = client("other_liaison").post(
        f"/reports/{foreign.id}/evidence/again", data={"file": evidence.id, "places": ""}
    )
    assert page.status_code == 200
    assert foreign.evidence == []
