"""Look-back: a sample of closed complaints and those hit by the same are asked again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from shouwen.assurance.improvement import actions, queries
from shouwen.assurance.improvement.models import FollowUp
from shouwen.assurance.improvement.rules import drawing
from shouwen.assurance.monitoring import periods
from shouwen.assurance.monitoring.periods import Period
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import actions as customers
from shouwen.people.customers.models import Customer, Purpose, Way
from shouwen.people.customers.queries import ContactUnwanted
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, a_unit, acting, signed_in
from shouwen.service.cases.models import Case, CaseEntry
from shouwen.service.cases.tests.factories import MONDAY_9AM, later
from shouwen.service.complaints.actions.refusals import RecusedHere
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, an_office

AT = later(hours=9)
DAY = MONDAY_9AM.date()


@pytest.fixture
def office(db: None) -> Office:
    """A bank with the three posts of a complaint."""
    return an_office()


@pytest.fixture
def officer(office: Office) -> Person:
    """Who answers for what complaints teach."""
    return a_person(office.bank.cards, "complaints")


def today() -> Period:
    """Give the day on which the tests' complaints are closed."""
    return periods.between(DAY, DAY, AT)


def draw(who: Person, percent: int = 100) -> list[FollowUp]:
    """Draw a sample of what was closed today."""
    return actions.draw_sample(today(), percent=percent, actor=acting(who), at=AT)


def record(who: Person, one: FollowUp, answer: str = "SOLVED", **more: Any) -> None:
    """Put on record what they said; who was reached was asked everything."""
    asked = {"words": "已解决", "score": 4, "problem_confirmed": True, "result_told": True}
    said = actions.Said(answer=answer, **{**asked, **more})
    actions.record_follow_up(one, said, actor=acting(who), at=AT)


def miss(who: Person, one: FollowUp, tries: int = 0) -> None:
    """Call them, and nobody answers."""
    actions.miss_follow_up(one, seen_tries=tries, actor=acting(who), at=AT)


def refuse(office: Office) -> None:
    """Let the bank's customer refuse callbacks."""
    customers.record_consent(
        office.bank.customer,
        purpose=Purpose.CALLBACK,
        way=Way.PHONE,
        is_given=False,
        evidence="RECORDING",
        evidence_ref="REC-1",
        actor=office.bank.me,
        at=AT,
    )


def another_customer(office: Office) -> Customer:
    """Register one more customer."""
    return customers.register_customer(
        office.bank.institution, name="周晓", actor=office.bank.me, at=MONDAY_9AM
    )


def test_a_seed_draws_the_same_ones_whatever_their_order() -> None:
    refs = [f"complaint_{n}" for n in range(50)]
    first = drawing.draw(refs, 10, "seed")
    assert drawing.draw(reversed(refs), 10, "seed") == first
    assert len(set(first)) == 10
    assert drawing.draw(refs, 10, "another") != first
    assert [drawing.size_of(n, 10) for n in (0, 1, 10, 11)] == [0, 1, 1, 2]


def test_a_sample_is_drawn_of_what_was_closed_and_no_complaint_twice(
    office: Office, officer: Person
) -> None:
    a_complaint_in("FEEDBACK_SENT", office)
    closed = [a_complaint_in("CLOSED", office) for _ in range(3)]
    first = draw(officer, 50)
    assert len(first) == 2
    assert {row.case_id for row in first} <= {one.case_id for one in closed}
    rest = draw(officer)
    assert {row.source_id for row in (*first, *rest)} == {one.pk for one in closed}
    with pytest.raises(actions.NothingToDraw):
        draw(officer)
    rows = AuditRow.objects.filter(act="lookback.drawn").order_by("pk")
    told = [json.loads(row.detail) for row in rows]
    assert [(each["of"], each["drawn"]) for each in told] == [(3, 2), (1, 1)]
    # Whoever has the seed of the trail draws the same ones.
    again = drawing.draw([one.public_id for one in closed], 2, told[0]["seed"])
    assert set(again) == {row.source.public_id for row in first}


def test_what_was_withdrawn_or_closed_on_other_days_is_not_drawn(
    office: Office, officer: Person
) -> None:
    one = a_complaint_in("CLOSED", office)
    before = periods.between(DAY - timedelta(days=2), DAY - timedelta(days=1), AT)
    with pytest.raises(actions.NothingToDraw):
        actions.draw_sample(before, percent=100, actor=acting(officer), at=AT)
    Complaint.objects.filter(pk=one.pk).update(withdrawn_at=AT)
    with pytest.raises(actions.NothingToDraw):
        draw(officer)
    for percent in (0, 101):
        with pytest.raises(Invalid):
            draw(officer, percent)


def test_who_cannot_be_called_is_not_drawn(office: Office, officer: Person) -> None:
    one = a_complaint_in("CLOSED", office)
    Case.objects.filter(pk=one.case_id).update(customer=None)
    with pytest.raises(actions.NothingToDraw):
        draw(officer)


def test_what_a_customer_says_is_recorded_once(office: Office, officer: Person) -> None:
    one = a_complaint_in("CLOSED", office)
    drawn = draw(officer)[0]
    record(officer, drawn, "NOT_SOLVED", words="13800001234 又收到短信", score=1)
    with pytest.raises(actions.FollowUpMovedOn):
        record(office.head, drawn)
    with pytest.raises(actions.FollowUpMovedOn):
        miss(office.head, drawn)
    kept = FollowUp.objects.get()
    assert (kept.answer, kept.score, kept.done_by) == ("NOT_SOLVED", 1, officer)
    assert "13800001234" not in kept.words
    assert queries.tally(acting(officer)) == {"NOT_SOLVED": 1}
    # The record is in the case's file too (HB-3.3-04).
    entry = CaseEntry.objects.filter(case=one.case, act="note").get()
    told = entry.text.plain if entry.text else ""
    assert ("又收到短信" in told, "13800001234" in told) == (True, False)


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ({"answer": "NONSENSE"}, {"answer"}),
        ({"words": " "}, {"words"}),
        ({"words": "好" * 2001}, {"words"}),
        ({"score": None, "problem_confirmed": False}, {"score", "problem_confirmed"}),
        ({"score": 6, "result_told": False, "words": ""}, {"score", "result_told", "words"}),
    ],
)
def test_a_record_without_its_parts_is_none(
    office: Office, officer: Person, said: dict[str, Any], missing: set[str]
) -> None:
    a_complaint_in("CLOSED", office)
    drawn = draw(officer)[0]
    with pytest.raises(Invalid) as refused:
        record(officer, drawn, **said)
    assert set(refused.value.fields) == missing
    assert FollowUp.objects.get().answer == ""


def test_who_does_not_answer_is_called_again_or_given_up(office: Office, officer: Person) -> None:
    a_complaint_in("CLOSED", office)
    drawn = draw(officer)[0]
    with pytest.raises(actions.NotCalledYet):
        record(officer, drawn, "UNREACHED", words="")
    miss(officer, drawn)
    # A second press of the same page is the same call.
    with pytest.raises(actions.FollowUpMovedOn):
        miss(officer, drawn)
    miss(office.head, drawn, 1)
    assert queries.follow_ups_of(acting(officer), done=False).rows == [drawn]
    record(officer, drawn, "UNREACHED", words="")
    kept = FollowUp.objects.get()
    assert (kept.answer, kept.tries, kept.score, kept.words) == ("UNREACHED", 2, None, "")


def test_who_refuses_callbacks_is_not_asked(office: Office, officer: Person) -> None:
    a_complaint_in("CLOSED", office)
    one = draw(officer)[0]
    with pytest.raises(actions.NotRefused):
        record(officer, one, "REFUSED")
    assert queries.follow_ups_of(acting(officer)).refused == frozenset()
    refuse(office)
    # The list says so before anybody calls.
    assert queries.follow_ups_of(acting(officer)).refused == {one.public_id}
    with pytest.raises(ContactUnwanted):
        record(officer, one)
    with pytest.raises(ContactUnwanted):
        miss(officer, one)
    record(officer, one, "REFUSED", words="")
    assert FollowUp.objects.get().answer == "REFUSED"


def _hit(office: Office) -> Case:
    """Open a case of another customer on the same business."""
    other = a_complaint_in("CLASSIFIED", office).case
    Case.objects.filter(pk=other.pk).update(customer=another_customer(office))
    return Case.objects.get(pk=other.pk)


def test_from_an_upheld_complaint_to_those_hit_by_the_same(office: Office, officer: Person) -> None:
    who = acting(officer)
    one, other = a_complaint_in("CLOSED", office), _hit(office)
    assert queries.hit_by_same(who, one) == [other]
    with pytest.raises(actions.CauseFirst):
        actions.follow_same_cause(one, [other.public_id], actor=who, at=AT)
    cause = actions.add_cause(office.bank.institution, name_zh="流程", actor=who, at=AT)
    actions.give_cause(one, cause, actor=who, at=AT)
    for cases in ([], [one.case.public_id], ["case_none"], ["case\x00"]):
        with pytest.raises(Invalid):
            actions.follow_same_cause(one, cases, actor=who, at=AT)
    made = actions.follow_same_cause(one, [other.public_id], actor=who, at=AT)
    assert [(row.why, row.case, row.source) for row in made] == [("SAME_CAUSE", other, one)]
    # Who is to be asked is not offered again, and a second press says so.
    assert queries.hit_by_same(who, one) == []
    with pytest.raises(actions.NobodyLeftToAsk):
        actions.follow_same_cause(one, [other.public_id], actor=who, at=AT)
    assert FollowUp.objects.count() == 1
    record(officer, made[0])
    assert FollowUp.objects.get().answer == "SOLVED"


def test_only_upheld_complaints_lead_further(office: Office, officer: Person) -> None:
    one, other = a_complaint_in("ANALYSED", office), _hit(office)
    with pytest.raises(actions.CauseNotUpheld):
        actions.follow_same_cause(one, [other.public_id], actor=acting(officer), at=AT)
    assert FollowUp.objects.count() == 0


def test_who_is_complained_of_does_not_ask(office: Office, officer: Person) -> None:
    one = a_complaint_in("CLOSED", office)
    drawn = draw(officer)[0]
    Complaint.objects.filter(pk=one.pk).update(concerned_person=officer)
    with pytest.raises(RecusedHere):
        record(officer, drawn)
    with pytest.raises(RecusedHere):
        miss(officer, drawn)
    assert FollowUp.objects.get().answer == ""


def test_who_is_complained_of_by_the_one_hit_does_not_ask_them(
    office: Office, officer: Person
) -> None:
    one, other = a_complaint_in("CLOSED", office), _hit(office)
    who = acting(officer)
    cause = actions.add_cause(office.bank.institution, name_zh="流程", actor=who, at=AT)
    actions.give_cause(one, cause, actor=who, at=AT)
    drawn = actions.follow_same_cause(one, [other.public_id], actor=who, at=AT)[0]
    Complaint.objects.filter(case=other).update(concerned_person=officer)
    with pytest.raises(RecusedHere):
        record(officer, drawn)
    record(office.head, drawn)
    assert FollowUp.objects.get().answer == "SOLVED"


def test_a_program_reads_but_asks_nobody(office: Office, officer: Person) -> None:
    one = a_complaint_in("CLOSED", office)
    drawn = draw(officer)[0]
    key, system = office.bank.key, Actor.system("tests", office.bank.institution.pk)
    assert queries.follow_ups_of(key).rows == [drawn]
    said = actions.Said(answer="REFUSED")
    for actor in (key, system):
        for act in (
            lambda who: actions.draw_sample(today(), percent=100, actor=who, at=AT),
            lambda who: actions.record_follow_up(drawn, said, actor=who, at=AT),
            lambda who: actions.miss_follow_up(drawn, seen_tries=0, actor=who, at=AT),
            lambda who: actions.follow_same_cause(one, ["case_none"], actor=who, at=AT),
        ):
            with pytest.raises((NotAllowed, NotThere)):
                act(actor)
    kept = FollowUp.objects.get()
    assert (kept.answer, kept.tries) == ("", 0)


def test_a_stranger_of_another_unit_sees_and_does_nothing(office: Office, officer: Person) -> None:
    one, other = a_complaint_in("CLOSED", office), _hit(office)
    drawn = draw(officer)[0]
    branch = a_unit(office.bank.institution, "外地分行")
    elsewhere = a_person(branch, "complaints", over=branch)
    who = acting(elsewhere)
    Case.objects.update(unit=office.bank.cards)
    assert queries.follow_ups_of(who).rows == []
    assert queries.tally(who) == {}
    assert queries.hit_by_same(who, one) == []
    for act in (
        lambda: queries.follow_up_for(who, drawn.public_id),
        lambda: record(elsewhere, drawn),
        lambda: miss(elsewhere, drawn),
        lambda: actions.follow_same_cause(one, [other.public_id], actor=who, at=AT),
    ):
        with pytest.raises(NotThere):
            act()
    with pytest.raises(actions.NothingToDraw):
        draw(elsewhere)
    for path in (f"{drawn.public_id}/", f"from/{one.public_id}/"):
        assert _page(elsewhere, "get", path).status_code == 404


def test_each_house_and_role_sees_its_own(office: Office, officer: Person) -> None:
    a_complaint_in("CLOSED", office)
    drawn = draw(officer)[0]
    stranger = acting(an_office("insurer").clerk)
    with pytest.raises(NotThere):
        queries.follow_up_for(stranger, drawn.public_id)
    assert queries.follow_ups_of(stranger).rows == []
    inspector = office.bank.inspector
    assert queries.follow_ups_of(acting(inspector)).rows == [drawn]
    with pytest.raises(NotAllowed):
        record(inspector, drawn)
    with pytest.raises(NotAllowed):
        queries.follow_ups_of(acting(office.bank.agent))


def _page(who: Person, method: str, path: str, **said: Any) -> Any:
    client = signed_in(who)
    with time.frozen(AT):
        return getattr(client, method)(f"/improvement/look-back/{path}", said)


def test_the_pages_draw_spread_and_record(office: Office, officer: Person) -> None:
    one, other = a_complaint_in("CLOSED", office), _hit(office)
    days = {"from": DAY.isoformat(), "to": DAY.isoformat()}
    assert _page(officer, "post", "draw/", **days, percent="many").status_code == 422
    assert _page(officer, "post", "draw/", **days, percent="100").status_code == 302
    assert _page(officer, "post", "draw/", **days, percent="100").status_code == 409
    drawn = FollowUp.objects.get()
    assert one.case.number in _page(officer, "get", "").content.decode()
    path = drawn.public_id
    assert one.case.number in _page(officer, "get", f"{path}/").content.decode()
    assert _page(officer, "post", f"{path}/miss/", tries="many").status_code == 422
    assert _page(officer, "post", f"{path}/miss/", tries="0").status_code == 302
    assert _page(officer, "post", f"{path}/miss/", tries="0").status_code == 409
    said = {"answer": "SOLVED", "words": "已解决", "score": "5"}
    unasked = _page(officer, "post", f"{path}/record/", **said)
    assert (unasked.status_code, "已解决" in unasked.content.decode()) == (422, True)
    said |= {"problem_confirmed": "yes", "result_told": "yes"}
    assert _page(officer, "post", f"{path}/record/", **said).status_code == 302
    assert _page(officer, "post", f"{path}/record/", **said).status_code == 409
    assert "已解决" in _page(office.bank.inspector, "get", f"{path}/").content.decode()
    hit = _page(officer, "get", f"from/{one.public_id}/")
    assert other.number in hit.content.decode()
    early = _page(officer, "post", f"from/{one.public_id}/have-asked/", cases=[other.public_id])
    assert early.status_code == 409
    cause = actions.add_cause(office.bank.institution, name_zh="流程", actor=acting(officer), at=AT)
    actions.give_cause(one, cause, actor=acting(officer), at=AT)
    done = _page(officer, "post", f"from/{one.public_id}/have-asked/", cases=[other.public_id])
    assert (done.status_code, FollowUp.objects.count()) == (302, 2)
    assert _page(office.bank.inspector, "get", "").status_code == 200
    assert _page(office.bank.inspector, "post", "draw/", **days, percent="9").status_code == 403


def test_a_program_draws_and_records(office: Office, officer: Person) -> None:
    one, other = a_complaint_in("CLOSED", office), _hit(office)
    client = signed_in(officer)

    def post(path: str, said: dict[str, Any]) -> Any:
        with time.frozen(AT):
            return client.post(
                f"/api/v1/complaint-follow-ups{path}",
                json.dumps(said),
                content_type="application/json",
            )

    days = {"first": DAY.isoformat(), "last": DAY.isoformat()}
    assert post("", days).json() == {"drawn": 1}
    assert post("", days).status_code == 409
    listed = client.get("/api/v1/complaint-follow-ups?state=WAITING").json()["items"]
    assert [row["source"] for row in listed] == [one.public_id]
    assert [(row["tries"], row["refuses_callbacks"]) for row in listed] == [(0, False)]
    path = f"/{listed[0]['id']}"
    assert post(f"{path}/miss", {"tries": 0}).json()["tries"] == 1
    assert post(f"{path}/miss", {"tries": 0}).status_code == 409
    answered = post(f"{path}/record", {"answer": "UNREACHED"})
    assert answered.json()["answer"] == "UNREACHED"
    assert post(f"{path}/record", {"answer": "UNREACHED"}).json()["code"] == "follow-up-moved-on"
    hit = client.get(f"/api/v1/complaint-follow-ups/hit-by/{one.public_id}").json()["items"]
    assert [row["case"] for row in hit] == [other.public_id]
    early = post(f"/hit-by/{one.public_id}", {"cases": [other.public_id]})
    assert (early.status_code, early.json()["code"]) == (409, "cause-first")
