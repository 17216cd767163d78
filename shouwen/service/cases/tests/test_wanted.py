"""The answer to a customer's question comes, but not by a way that they have closed."""

from __future__ import annotations

import pytest

from shouwen.ground.kernel.errors import Invalid
from shouwen.people.customers import actions as customers
from shouwen.people.staff.tests.factories import FOUNDER
from shouwen.service.cases import actions
from shouwen.service.cases.tests.factories import Bank, a_bank, a_case_in, later


@pytest.fixture
def bank(db: None) -> Bank:
    """A bank with a customer."""
    return a_bank()


@pytest.mark.parametrize(("purpose", "way"), [("NOTICE", "LETTER"), ("ANY", "LETTER")])
def test_a_closed_way_is_not_taken(bank: Bank, purpose: str, way: str) -> None:
    case = a_case_in("RESOLVED", bank)
    for refused in ((purpose, way), ("ANY", "")):
        customers.record_consent(
            bank.customer,
            purpose=refused[0],
            way=refused[1],
            is_given=False,
            evidence="FORM",
            evidence_ref="F-1",
            actor=FOUNDER,
            at=later(hours=1),
        )
    with pytest.raises(Invalid) as error:
        actions.send_feedback(case, "已到账", "LETTER", actor=bank.me, at=later(hours=4))
    assert set(error.value.fields) == {"channel"}
    actions.send_feedback(case, "已到账", "PHONE", actor=bank.me, at=later(hours=4))
