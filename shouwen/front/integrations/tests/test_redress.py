"""The payment of an approved redress is asked for by a webhook."""

from __future__ import annotations

from shouwen.front.integrations.queries import telling
from shouwen.front.integrations.rules.catalogue import BY_TYPE
from shouwen.front.integrations.tests.conftest import House
from shouwen.people.staff.tests.factories import MONDAY_9AM
from shouwen.service.complaints.events import ComplaintRedressApproved


def test_who_pays_hears_amount_and_ids_and_nothing_personal(bank: House) -> None:
    kind = BY_TYPE["complaint.redress_approved"]
    risk = bank.people["risk"]
    event = ComplaintRedressApproved(
        institution_id=bank.institution.pk,
        occurred_at=MONDAY_9AM,
        complaint_public_id="complaint_x",
        case_id=0,
        redress_public_id="redr_x",
        kind="REFUND",
        amount_fen=128_050,
        currency="CNY",
        approver_id=risk.pk,
        request="redr_x-2",
        attempt=2,
    )
    assert telling.object_of(kind, event) == ("complaint", "complaint_x")
    assert telling.data_of(kind, event) == {
        "case": None,
        "redress": "redr_x",
        "request": "redr_x-2",
        "attempt": 2,
        "kind": "REFUND",
        "amount_fen": 128_050,
        "currency": "CNY",
        "approver": risk.public_id,
    }
