"""The ledger where there are very many complaints: nothing is counted, built or sorted whole."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from shouwen.people.staff.tests.factories import acting, signed_in
from shouwen.service.cases.queries import counting
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import queries
from shouwen.service.complaints.queries import Filters, View, sizes
from shouwen.service.complaints.tests.factories import Office, a_complaint, a_complaint_in

# `queries.ledger` is the function of that name.
reading = import_module("shouwen.service.complaints.queries.ledger")


def test_views_are_counted_up_to_a_bound_in_one_query(
    office: Office, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    for _ in range(4):
        a_complaint_in("ACCEPTED", office)
    me, at = acting(office.head), later(hours=1)
    whole = queries.counts(me, at=at)
    for module in (sizes, counting):
        monkeypatch.setattr(module, "COUNTED_TO", 2)
    # What was compiled with the larger bound is compiled anew.
    for kept in sizes._SIZES.values():
        monkeypatch.setattr(kept, "_built", {})
    # Who asks, where they sit, and everything else at once.
    with django_assert_max_num_queries(4):
        bounded = queries.counts(me, at=at)
    assert (whole["open"], bounded["open"]) == (4, 3)
    assert {view for view, many in whole.items() if many} == {"open"}
    page = signed_in(office.head).get("/complaints/").content.decode()
    assert "2+" in page


def test_what_one_must_act_on_is_counted_in_one_query(
    office: Office, django_assert_max_num_queries: Any
) -> None:
    a_complaint_in("STARTED", office)
    a_complaint_in("CALLBACK_DONE", office)
    a_complaint_in("CLOSED", office)
    handler, supervisor = office.handler, acting(office.head)
    with django_assert_max_num_queries(1):
        assert queries.badge_count(handler) == 2
    assert queries.badge_count(supervisor) == 1
    assert queries.badge_count(office.acceptor) == 0


@pytest.mark.parametrize("view", [View.LATE, View.TODAY])
def test_what_is_due_is_led_to_by_the_limits_of_what_is_in_hand(office: Office, view: View) -> None:
    me, at = acting(office.head), later(hours=1)
    self_of = reading.scope.self_of(me)
    rows = reading.seen_in(me, self_of, view, at)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A table of a few rows is else read whole.
            for way in ("seqscan", "hashjoin", "mergejoin", "bitmapscan"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        plan = rows.order_by(*Filters(view=view).order).values("pk")[:31].explain()
    assert "case_by_due" in plan


@pytest.mark.parametrize(
    "asked", [{}, {"sort": "due"}, {"until": date(2030, 1, 1)}], ids=["newest", "due", "days"]
)
def test_the_pages_of_a_ledger_follow_one_another(office: Office, asked: dict[str, Any]) -> None:
    made = [a_complaint_in("ACCEPTED", office).pk for _ in range(5)]
    me, at = acting(office.head), later(hours=1)
    ways = {"view": View.ALL, "limit": 2, **asked}
    first = queries.ledger(me, Filters(**ways), at=at)
    second = queries.ledger(me, Filters(**ways, after=first.next), at=at)
    third = queries.ledger(me, Filters(**ways, after=second.next), at=at)
    back = queries.ledger(me, Filters(**ways, before=second.previous), at=at)
    told = [row.complaint.pk for page in (first, second, third) for row in page.rows]
    assert told == (made if "sort" in asked else made[::-1])
    assert [row.complaint.pk for row in back.rows] == told[:2]
    assert (third.next, back.previous) == ("", "")


def test_totals_of_an_urgency_look_at_a_bounded_number_and_say_so(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for urgency in ("URGENT", "ORDINARY", "URGENT"):
        a_complaint(office, urgency=urgency)
    me, at = acting(office.head), later(hours=1)
    asked = Filters(view=View.ALL, urgency="URGENT")
    found = queries.totals(me, asked, at=at)
    assert (found.count, found.is_whole) == (2, True)
    monkeypatch.setattr("shouwen.service.complaints.queries.counting.COUNTED_TO", 2)
    found = queries.totals(me, asked, at=at)
    assert (found.count, found.is_whole) == (1, False)
    assert len(queries.ledger(me, asked, at=at).rows) == 2
