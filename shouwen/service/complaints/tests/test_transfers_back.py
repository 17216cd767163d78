"""A regulator's number that was joined to the wrong complaint is taken back by another."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.clocks import storing
from shouwen.ground.policy.models import Clock
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import acting, signed_in
from shouwen.service.cases.models import CaseEntry
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import actions
from shouwen.service.complaints.actions import Facets, transfers_back
from shouwen.service.complaints.actions.transfers_back import (
    ArchivedWithIt,
    JoinerTakesNotBack,
    NothingJoined,
)
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, a_statement, fresh
from shouwen.service.complaints.tests.test_transfers import NUMBER, SEEN

WHY = "转办系另一客户的投诉"


def joined(office: Office) -> Complaint:
    """Join a transfer to a complaint, as who accepted it."""
    one = a_complaint_in("STARTED", office)
    actions.join_transfer(
        fresh(one), source_ref=NUMBER, **SEEN, actor=office.acceptor, at=later(hours=3)
    )
    return fresh(one)


def take_back(one: Complaint, who: Person, **more: Any) -> str:
    """Take it back."""
    said = {"reason": WHY, "actor": acting(who), "at": later(hours=5), **more}
    return transfers_back.take_back_transfer(fresh(one), **said)


def test_the_number_is_free_and_its_days_count_here_no_more(ruled: Office) -> None:
    one = joined(ruled)
    events = Clock.objects.filter(event="complaint.regulator_transfer")
    assert [clock.state for clock in events] == ["STOPPED"]
    assert take_back(one, ruled.head) == NUMBER
    now = fresh(one)
    assert (now.source_ref, now.regulator_on, now.transferred_at) == ("", None, None)
    (clock,) = events.all()
    assert clock.state == "CANCELLED"
    assert str(storing.recompute(clock).state) == "CANCELLED"
    lines = policy.ledger_of(clock.public_id, one.institution_id)
    assert [line.act for line in lines] == ["STARTED", "STOPPED", "CANCELLED"]
    (entry,) = CaseEntry.objects.filter(case=one.case, act="complaint_transfer_back")
    assert (entry.subject_name, entry.text.plain if entry.text else "") == (NUMBER, WHY)
    (row,) = AuditRow.objects.filter(act="complaint.transfer_taken_back")
    assert (row.actor_ref, json.loads(row.detail)["source_ref"]) == (ruled.head.public_id, NUMBER)
    # It goes back among what is to be entered: on its own, or joined to the right complaint.
    said = a_statement(
        origin="REGULATOR",
        source_ref=NUMBER,
        complainant="许远",
        reachable_at="13800001234",
        **SEEN,
    )
    made = actions.file_complaint(said, actor=ruled.acceptor, at=later(hours=6))
    assert made.source_ref == NUMBER


def test_it_takes_another_who_supervises(office: Office) -> None:
    one = joined(office)
    with pytest.raises(JoinerTakesNotBack):
        take_back(one, office.clerk)
    with pytest.raises(NotAllowed):
        take_back(one, office.bank.inspector)
    with pytest.raises(Invalid) as wrong:
        take_back(one, office.head, reason=" ")
    assert set(wrong.value.fields) == {"reason"}
    facets = Facets(cg_type="SERVICE", person=office.bank.lead)
    actions.classify(
        fresh(one), office.bank.frozen, facets, actor=office.handler, at=later(hours=4)
    )
    with pytest.raises(actions.RecusedHere, match=office.bank.lead.name):
        take_back(one, office.bank.lead)
    assert fresh(one).source_ref == NUMBER
    take_back(one, office.head)
    with pytest.raises(NothingJoined):
        take_back(one, office.head)


def test_a_number_it_came_in_with_stays(office: Office) -> None:
    said = a_statement(origin="REGULATOR", source_ref=NUMBER, **SEEN)
    one = actions.file_complaint(
        said, customer=office.bank.customer, actor=office.acceptor, at=later(hours=2)
    )
    with pytest.raises(NothingJoined):
        take_back(one, office.head)
    assert fresh(one).source_ref == NUMBER


def test_nothing_is_taken_back_in_the_archive(office: Office) -> None:
    one = joined(office)
    Complaint.objects.filter(pk=one.pk).update(
        state="ARCHIVED", is_open=False, withdrawn_at=later(hours=4)
    )
    with pytest.raises(ArchivedWithIt):
        take_back(one, office.head)


def test_the_page_offers_it_to_who_may(office: Office) -> None:
    one = joined(office)
    client = signed_in(office.head)
    address = f"/complaints/{one.public_id}/"
    with time.frozen(later(hours=5)):
        assert "撤销并入的转办" in client.get(address).content.decode()
        answer = client.post(f"{address}do/transfer_back/", {"reason": WHY})
        assert answer.status_code == 200
        assert "撤销并入的转办</button>" not in client.get(address).content.decode()
    assert fresh(one).source_ref == ""
