"""New facts: the law's time counts anew from their receipt, every other limit stands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.policy import defaults
from shouwen.ground.policy.models import Clock
from shouwen.ground.policy.tests.moments import beijing
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.actions import links
from shouwen.service.cases.tests.factories import FOUNDER, MONDAY_9AM, later
from shouwen.service.complaints import actions
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, fresh
from shouwen.service.complaints.tests.test_api import Line

WORDS = "找到了当时的通话录音，客户经理亲口承诺不收费。"
LAW = "CBIRC-2020-3-20"


def bring(one: Complaint, actor: Actor, at: datetime, **more: Any) -> list[Clock]:
    said = {"words": WORDS, "channel": "PHONE", **more}
    return actions.take_new_facts(fresh(one), **said, actor=actor, at=at)


def dues(one: Complaint, event: str = "complaint.resolve") -> dict[str, datetime]:
    """Give when each limit of the newest clock of an event is due."""
    clock = Clock.objects.filter(subject_ref=one.case.public_id, event=event).order_by("-pk")[0]
    return {limit["clause"]: datetime.fromisoformat(limit["due_at"]) for limit in clock.candidates}


def test_the_laws_time_counts_anew_and_nothing_else_does(ruled: Office) -> None:
    one = a_complaint_in("ANALYSED", ruled)
    before = dues(one)
    assert before[LAW] == beijing("2026-07-01 00:00")
    begun = bring(one, ruled.handler, beijing("2026-06-20 14:00"))
    assert sorted(clock.event for clock in begun) == ["complaint.feedback", "complaint.resolve"]
    after = dues(one)
    # 21 June to 5 July, 24:00.
    assert after.pop(LAW) == beijing("2026-07-06 00:00")
    assert after == {clause: due for clause, due in before.items() if clause != LAW}
    assert dues(one, "complaint.feedback")[LAW] == beijing("2026-07-06 00:00")
    assert fresh(one).state == "ANALYSED"


def test_it_counts_from_the_day_they_came_not_from_when_they_are_recorded(ruled: Office) -> None:
    one = a_complaint_in("STARTED", ruled)
    bring(one, ruled.handler, beijing("2026-06-22 09:00"), received_on=date(2026, 6, 19))
    # A letter of the 19th, recorded on Monday: 20 June to 4 July, 24:00.
    assert dues(one)[LAW] == beijing("2026-07-05 00:00")


@pytest.mark.parametrize("state", ["HANDLED", "FEEDBACK_SENT", "CALLBACK_DONE"])
def test_a_result_that_did_not_know_of_them_falls(ruled: Office, state: str) -> None:
    one = a_complaint_in(state, ruled)
    bring(one, ruled.acceptor, beijing("2026-06-20 14:00"))
    again = fresh(one)
    assert (again.state, again.feedback_at) == ("RESPONSIBILITY_ASSIGNED", None)
    # Decided once already, and both begin anew.
    assert dues(one)[LAW] == beijing("2026-07-06 00:00")
    assert dues(one, "complaint.feedback")[LAW] == beijing("2026-07-06 00:00")
    rows = Clock.objects.filter(subject_ref=one.case.public_id, event="complaint.resolve")
    assert rows.order_by("-pk")[0].state == "RUNNING"


def test_they_stand_in_story_and_trail_and_the_complainant_reads_the_date(ruled: Office) -> None:
    one = a_complaint_in("STARTED", ruled)
    at = beijing("2026-06-20 14:00")
    bring(one, ruled.handler, at)
    entry = next(
        entry for entry in case_queries.timeline(one.case) if entry.act == "complaint_new_facts"
    )
    assert (entry.visible_to_customer, entry.clause) == (True, "CBIRC-2020-3-20-5")
    assert WORDS in entry.text
    assert "7月5日" in entry.text
    acts = AuditRow.objects.filter(object_ref=one.public_id, at__gte=at)
    assert list(acts.values_list("act", flat=True)) == ["complaint.new_facts"]
    client = Client()
    with time.frozen(at):
        client.post(f"/c/{links.issue(one.case, at)}")
        shown = client.get("/progress/", headers={"accept-language": "en"}).content.decode()
    assert "Your new facts and reasons came in" in shown
    assert "7月5日" in shown


def test_where_no_law_counts_they_are_kept_and_no_date_moves(office: Office) -> None:
    home = office.bank.institution.pk
    key = office.bank.key
    defaults.adopt_packs(home, ["CG"], actor=FOUNDER, approver=key, at=MONDAY_9AM)
    one = a_complaint_in("STARTED", office)
    before = list(
        Clock.objects.filter(subject_ref=one.case.public_id).order_by("pk").values_list("due_at")
    )
    assert bring(one, office.handler, later(days=1)) == []
    after = Clock.objects.filter(subject_ref=one.case.public_id).order_by("pk")
    assert list(after.values_list("due_at")) == before
    entry = case_queries.timeline(one.case)[0]
    assert entry.text == WORDS


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"words": " "}, {"words"}),
        ({"channel": "PIGEON"}, {"channel"}),
        ({"received_on": date(2026, 6, 17)}, {"received_on"}),
        ({"received_on": date(2026, 6, 14)}, {"received_on"}),
    ],
)
def test_they_say_what_how_and_when(ruled: Office, more: dict[str, Any], wrong: set[str]) -> None:
    one = a_complaint_in("FEEDBACK_SENT", ruled)
    with pytest.raises(Invalid) as refused:
        bring(one, ruled.handler, later(days=1), **more)
    assert set(refused.value.fields) == wrong
    assert fresh(one).state == "FEEDBACK_SENT"


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("RECEIVED", actions.ComplaintNotReady),
        ("CLOSED", actions.EndedAlready),
        ("ARCHIVED", actions.EndedAlready),
    ],
)
def test_what_nobody_works_on_is_taken_up_first(
    ruled: Office, state: str, why: type[Exception]
) -> None:
    one = a_complaint_in(state, ruled)
    with pytest.raises(why):
        bring(one, ruled.supervisor, later(days=1))


def test_who_is_complained_of_takes_nothing_down(ruled: Office) -> None:
    one = a_complaint_in("FEEDBACK_SENT", ruled)
    Complaint.objects.filter(pk=one.pk).update(concerned_person=ruled.clerk)
    with pytest.raises(actions.RecusedHere):
        bring(one, ruled.acceptor, later(days=1))
    assert fresh(one).state == "FEEDBACK_SENT"


def test_page_and_program_take_them_down(ruled: Office) -> None:
    one = a_complaint_in("STARTED", ruled)
    address = f"/complaints/{one.public_id}/"
    with time.frozen(later(days=1)):
        clerk = signed_in(ruled.clerk)
        assert f"{address}ask/new_facts/" in clerk.get(address).content.decode()
        assert 'type="date"' in clerk.get(f"{address}ask/new_facts/").content.decode()
        said = {"words": WORDS, "channel": "PHONE", "received_on": "2026-06-16"}
        assert clerk.post(f"{address}do/new_facts/", said).status_code == 200
        assert WORDS in clerk.get(address).content.decode()
        sent = Line(ruled).send(f"/{one.public_id}/new-facts", {"words": WORDS, "channel": "PHONE"})
    assert sent.status_code == 200, sent.json()
    assert dues(one)[LAW] == beijing("2026-07-02 00:00")
