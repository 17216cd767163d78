"""What the regulator passes on stands on the ledger once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import a_case_in, later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import (
    Office,
    a_complaint,
    a_complaint_in,
    a_statement,
    an_office,
    fresh,
)
from shouwen.service.complaints.tests.test_api import BODY, Line

NUMBER = "ZS2026061500077"
SEEN: dict[str, Any] = {"regulator_on": date(2026, 6, 3)}


def a_transfer(office: Office, number: str = NUMBER, **more: Any) -> Complaint:
    said = a_statement(origin="REGULATOR", source_ref=number, **SEEN)
    customer = office.bank.customer
    return actions.file_complaint(
        said, customer=customer, actor=office.acceptor, at=later(hours=2), **more
    )


def test_a_number_is_entered_once_even_as_another_matter(office: Office) -> None:
    first = a_transfer(office)
    for apart in (False, True):
        with pytest.raises(actions.TransferKnown, match=first.case.number):
            a_transfer(office, f" {NUMBER} ", is_apart=apart)
    case = a_case_in("IN_PROGRESS", office.bank)
    with pytest.raises(actions.TransferKnown):
        actions.file_from_case(
            case,
            demand="退费",
            source_ref=NUMBER,
            **SEEN,
            actor=office.bank.me,
            at=later(hours=3),
        )
    assert Complaint.objects.count() == 1
    case.refresh_from_db()
    assert case.kind != "COMPLAINT"
    assert a_transfer(an_office("insurer")).source_ref == NUMBER


def test_an_own_open_complaint_is_named_and_the_transfer_joined_to_it(office: Office) -> None:
    own = a_complaint_in("CLASSIFIED", office)
    with pytest.raises(actions.OwnComplaintOpen, match=own.case.number) as refused:
        a_transfer(office)
    assert (refused.value.existing, Case.objects.count()) == (own, 1)
    actions.join_transfer(own, source_ref=NUMBER, **SEEN, actor=office.acceptor, at=later(hours=3))
    own = fresh(own)
    assert (own.source_ref, own.origin, own.transferred_at) == (NUMBER, "CUSTOMER", later(hours=3))
    assert AuditRow.objects.filter(act="complaint.transfer_joined").count() == 1
    seen = queries.ledger(office.acceptor, queries.Filters(view="regulator"), at=later(hours=4))
    assert [row.complaint for row in seen.rows] == [own]
    with pytest.raises(actions.TransferKnown):
        a_transfer(office, is_apart=True)


def test_another_matter_is_entered_on_its_own(office: Office) -> None:
    own = a_complaint(office)
    assert a_transfer(office, is_apart=True).pk != own.pk


def test_what_cannot_be_joined_is_said_and_nothing_changes(office: Office) -> None:
    own, closed = a_complaint(office), a_complaint_in("CLOSED", office)
    for number, error in (("", Invalid), ("长" * 61, Invalid)):
        with pytest.raises(error):
            actions.join_transfer(
                own,
                source_ref=number,
                **SEEN,
                actor=office.acceptor,
                at=later(hours=8),
            )
    with pytest.raises(actions.ComplaintIsOver):
        actions.join_transfer(
            closed,
            source_ref=NUMBER,
            **SEEN,
            actor=office.acceptor,
            at=later(hours=8),
        )
    with pytest.raises(NotAllowed):
        inspector = office.bank.acting(office.bank.inspector)
        actions.join_transfer(own, source_ref=NUMBER, **SEEN, actor=inspector, at=later(hours=8))
    actions.join_transfer(own, source_ref=NUMBER, **SEEN, actor=office.acceptor, at=later(hours=8))
    with pytest.raises(actions.NumberedAlready):
        actions.join_transfer(
            own, source_ref="ZS-2", **SEEN, actor=office.acceptor, at=later(hours=9)
        )


def test_of_two_who_look_at_once_one_joins(office: Office) -> None:
    one = a_complaint(office)
    other = fresh(one)
    actions.join_transfer(one, source_ref=NUMBER, **SEEN, actor=office.acceptor, at=later(hours=3))
    with pytest.raises(actions.ComplaintMovedOn):
        actions.join_transfer(
            other, source_ref="ZS-2", **SEEN, actor=office.handler, at=later(hours=3)
        )
    assert fresh(one).source_ref == NUMBER


def enter(office: Office, **more: str) -> Any:
    client = signed_in(office.clerk)
    said = {
        "title": "银保监转办：年费",
        "description": "客户向监管反映重复收取年费。",
        "demand": "退还年费",
        "origin": "REGULATOR",
        "channel": "LETTER",
        "reply_by": "PHONE",
        "urgency": "ORDINARY",
        "source_ref": NUMBER,
        "regulator_on": "2026-06-03",
        "customer": office.bank.customer.points.get(kind="PHONE").value.plain,
        **more,
    }
    with time.frozen(later(hours=9)):
        return client.post("/complaints/new/", said)


def test_the_page_names_what_is_there_keeps_what_was_typed_and_joins(office: Office) -> None:
    own = a_complaint(office)
    answer = enter(office)
    text = answer.content.decode()
    assert (answer.status_code, Complaint.objects.count()) == (409, 1)
    shown = f'name="twin_ref" value="{own.public_id}"'
    for words in (own.case.number, "银保监转办：年费", 'value="join"', 'value="apart"', shown):
        assert words in text
    # The first button of the form is the one that Enter presses: it decides nothing.
    assert text.index('<button type="submit" disabled hidden>') < text.index('value="join"')
    joined = enter(office, twin="join", twin_ref=own.public_id)
    story = [entry.text for entry in cases.timeline(own.case)]
    assert "银保监转办：年费\n客户向监管反映重复收取年费。\n退还年费" in story
    assert joined.headers["Location"] == f"/complaints/{own.public_id}/"
    assert (fresh(own).source_ref, Complaint.objects.count()) == (NUMBER, 1)
    again = enter(office, twin="apart")
    text = again.content.decode()
    assert (again.status_code, own.case.number in text, 'value="apart"' in text) == (
        409,
        True,
        False,
    )


def test_what_was_not_seen_is_not_joined(office: Office) -> None:
    a_complaint(office)
    other = a_complaint_in("CLOSED", office)
    for seen in ("", other.public_id):
        answer = enter(office, twin="join", twin_ref=seen)
        assert answer.status_code == 409
    assert not Complaint.objects.filter(source_ref=NUMBER).exists()


def test_whoever_is_complained_of_joins_nothing(office: Office) -> None:
    own = a_complaint(office)
    Complaint.objects.filter(pk=own.pk).update(concerned_person=office.clerk)
    with pytest.raises(actions.RecusedHere):
        actions.join_transfer(
            fresh(own),
            source_ref=NUMBER,
            **SEEN,
            actor=office.acceptor,
            at=later(hours=3),
        )
    assert fresh(own).source_ref == ""


def test_the_page_enters_another_matter_on_its_own(office: Office) -> None:
    a_complaint(office)
    assert enter(office, twin="apart").status_code == 302
    assert Complaint.objects.count() == 2


def test_a_strangers_number_is_named_and_nothing_is_kept(office: Office) -> None:
    answer = enter(office, customer="13999990000")
    assert (answer.status_code, Complaint.objects.exists()) == (422, False)
    assert "银保监转办：年费" in answer.content.decode()


def test_programs_are_refused_by_name_and_join(office: Office) -> None:
    line = Line(office)
    own = a_complaint(office)
    customer = office.bank.customer.public_id
    day = {"regulator_on": "2026-06-03"}
    body = {**BODY, **day, "origin": "REGULATOR", "source_ref": NUMBER, "customer": customer}
    refused = line.send("", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "own-complaint-open")
    assert own.case.number in refused.json()["title"]
    joined = line.send(f"/{own.public_id}/join-transfer", {"source_ref": NUMBER, **day})
    assert (joined.status_code, joined.json()["source_ref"]) == (200, NUMBER)
    again = line.send("", {**body, "is_apart": True})
    assert (again.status_code, again.json()["code"]) == (409, "transfer-known")
    other = line.send("", {**body, "is_apart": True, "source_ref": "ZS-2"})
    assert other.status_code == 201
