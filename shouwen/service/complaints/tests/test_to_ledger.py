"""Pages of settings that every role may read lead back to the ledger only who may open it."""

from __future__ import annotations

import pytest

from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.complaints.tests.factories import Office

LEDGER = '<a href="/complaints/">投诉台账</a>'


@pytest.mark.parametrize("page", ["notice-words", "redress-levels", "triggers", "types"])
def test_nobody_is_led_to_a_ledger_that_stays_shut(office: Office, page: str) -> None:
    for person, is_led in ((office.bank.admin, False), (office.bank.lead, True)):
        answer = signed_in(person).get(f"/complaints/{page}/")
        assert answer.status_code == 200
        crumbs = answer.content.decode().partition('class="sw-crumb"')[2].partition("</nav>")[0]
        assert "投诉台账" in crumbs
        assert (LEDGER in crumbs) is is_led
