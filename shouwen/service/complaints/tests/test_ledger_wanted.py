"""The ledger by handler, first owner and clock: on the page, in kept views, tables and the API."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid
from shouwen.ground.policy.models import Clock
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, a_unit, acting, signed_in
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import Case
from shouwen.service.cases.tests.factories import later
from shouwen.service.complaints import queries
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.queries import TABLE, Filters, View, filters_kept
from shouwen.service.complaints.tests.factories import Office, a_complaint_in
from shouwen.service.complaints.tests.test_api import Line

AT = later(hours=9)


@pytest.fixture(params=[2000, 0], ids=["few", "many"], autouse=True)
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is asked for lead to its complaints, or be met on the way through them."""
    monkeypatch.setattr("shouwen.service.complaints.queries.wanted.FEW", request.param)


def shown(person: Person, at: Any = AT, **asked: Any) -> list[int]:
    """Give the ids of the complaints a person's ledger shows; its totals count as many."""
    filters = Filters(**{"view": View.ALL, **asked})
    rows = queries.ledger(acting(person), filters, at=at).rows
    assert queries.totals(acting(person), filters, at=at).count == len(rows)
    return sorted(row.complaint.pk for row in rows)


def clocks(one: Complaint, **changes: Any) -> None:
    """Let the limits of a complaint stand otherwise."""
    Clock.objects.filter(subject_ref=one.case.public_id).update(**changes)


def test_whose_a_complaint_is_goes_by_id_number_name_or_word(office: Office) -> None:
    handled, closed = a_complaint_in("STARTED", office), a_complaint_in("CLOSED", office)
    nobodys = a_complaint_in("GRADED", office)
    worker, head = office.worker, office.head
    Person.objects.filter(pk=worker.pk).update(name="任可")
    for value in (worker.public_id, worker.staff_no, "任可"):
        assert shown(head, handler=value) == [handled.pk, closed.pk]
    assert shown(head, handler=worker.public_id, view=View.OPEN) == [handled.pk]
    assert shown(worker, handler="me", view=View.OPEN) == [handled.pk]
    assert shown(head, handler="me") == []
    assert shown(head, handler="nobody") == [nobodys.pk]
    owner = handled.case.owner
    assert owner is not None
    assert shown(head, owner=owner.public_id) == [handled.pk, closed.pk, nobodys.pk]
    assert shown(head, owner="nobody") == []


def test_nobody_out_of_reach_is_named_and_a_name_of_two_is_asked_back(office: Office) -> None:
    bank = office.bank
    twins = [a_person(bank.cards, "complaints").pk for _ in range(2)]
    Person.objects.filter(pk__in=twins).update(name="方絮")
    far = a_person(a_unit(bank.institution, "城北支行"), "complaints")
    near = replace(acting(office.head), all_units=False, unit_ids=frozenset({bank.cards.pk}))
    for who, value in ((acting(office.head), "方絮"), (acting(office.head), "nobody-known\x00")):
        with pytest.raises(Invalid) as wrong:
            queries.ledger(who, Filters(handler=value), at=AT)
        assert list(wrong.value.fields) == ["handler"]
    with pytest.raises(Invalid):
        queries.colleague_asked(near, "owner", far.staff_no)
    assert queries.colleague_asked(acting(office.head), "owner", far.staff_no) == far


def test_a_limit_and_how_it_stands_lead_to_its_complaints(ruled: Office) -> None:
    one, two = a_complaint_in("ACCEPTED", ruled), a_complaint_in("ACCEPTED", ruled)
    head, day = ruled.head, timedelta(days=1)
    events = set(
        Clock.objects.filter(subject_ref=one.case.public_id).values_list("event", flat=True)
    )
    assert {"complaint.classify", "complaint.resolve"} <= events <= set(queries.CLOCKS)
    for each in (one, two):
        clocks(each, state="RUNNING", hard=True, breached_at=None, stopped_at=None)
        clocks(each, due_at=AT + 9 * day, soon_at=AT + 8 * day)
    clock = Clock.objects.get(subject_ref=one.case.public_id, event="complaint.resolve")
    asked = {"clock": "complaint.resolve"}

    def stands(**changes: Any) -> None:
        Clock.objects.filter(pk=clock.pk).update(**changes)

    stands(due_at=AT + timedelta(hours=2), soon_at=AT)
    assert shown(head, **asked, clock_state="soon") == [one.pk]
    assert shown(head, **asked, clock_state="today") == [one.pk]
    assert shown(head, clock="complaint.classify", clock_state="soon") == []
    stands(due_at=AT)
    assert shown(head, **asked, clock_state="late") == [one.pk]
    stands(hard=False)
    assert shown(head, **asked, clock_state="late") == []
    stands(hard=True, state="PAUSED")
    assert shown(head, **asked, clock_state="paused") == [one.pk]
    assert shown(head, **asked) == [one.pk, two.pk]
    stands(state="STOPPED", stopped_at=AT + day)
    assert shown(head, **asked) == [two.pk]
    assert shown(head, **asked, clock_state="met_late") == [one.pk]
    stands(stopped_at=AT - day)
    assert shown(head, **asked, clock_state="met_late") == []


def test_without_a_limit_named_the_tightest_counts(ruled: Office) -> None:
    one, two = a_complaint_in("ACCEPTED", ruled), a_complaint_in("ACCEPTED", ruled)
    head, day = ruled.head, timedelta(days=1)

    def tightest(complaint: Complaint, **changes: Any) -> None:
        Case.objects.filter(pk=complaint.case_id).update(**changes)

    tightest(two, due_at=None, soon_at=None)
    wanted = {
        "late": {"due_at": AT, "soon_at": AT - day},
        "soon": {"due_at": AT + 3 * day, "soon_at": AT},
        "today": {"due_at": AT + timedelta(minutes=9), "soon_at": AT + timedelta(minutes=5)},
    }
    for state, changes in wanted.items():
        tightest(one, **changes)
        found = {name: shown(head, clock_state=name) for name in wanted}
        assert found == {name: [one.pk] if name == state else [] for name in wanted}
    assert shown(head, clock_state="running") == [one.pk]
    clocks(two, state="PAUSED")
    assert shown(head, clock_state="paused") == [two.pk]
    clocks(one, state="STOPPED", hard=True, due_at=AT, stopped_at=AT + day)
    assert shown(head, clock_state="met_late") == [one.pk]


def test_the_complainants_own_time_is_nobodys_lateness(ruled: Office) -> None:
    one = a_complaint_in("ACCEPTED", ruled)
    clocks(one, state="STOPPED", hard=True, stopped_at=AT, due_at=AT, breached_at=None)
    window = Clock.objects.filter(subject_ref=one.case.public_id).order_by("pk").first()
    assert window is not None
    Clock.objects.filter(pk=window.pk).update(
        event="complaint.review_apply", stopped_at=AT + timedelta(days=1)
    )
    assert shown(ruled.head, clock_state="met_late") == []
    window_asked = {"clock": "complaint.review_apply", "clock_state": "met_late"}
    assert shown(ruled.head, **window_asked) == [one.pk]


def test_the_page_says_what_is_wrong_and_keeps_what_is_right(ruled: Office) -> None:
    one, client = a_complaint_in("STARTED", ruled), signed_in(ruled.head)
    with time.frozen(AT):
        for asked, field in (
            ("handler=没有此人", "handler"),
            ("clock=none", "clock"),
            ("clock_state=never", "clock_state"),
        ):
            answer = client.get(f"/complaints/?{asked}")
            assert answer.status_code == 422
            assert list(answer.context["wrong"]) == [field]
            assert str(answer.context["wrong"][field]) in answer.content.decode()
        found = client.get(f"/complaints/?handler={ruled.worker.staff_no}&clock_state=running")
        assert [row.complaint.pk for row in found.context["page"].rows] == [one.pk]
        assert found.context["filters"].handler == ruled.worker.public_id
        text = found.content.decode()
        assert ruled.worker.name in text
        # What the page offers in words, it reads.
        mine = client.get("/complaints/", {"handler": "无人"})
        assert mine.context["filters"].handler == "nobody"
        assert mine.context["page"].rows == []


def test_views_and_tables_keep_them_by_the_same_names(ruled: Office) -> None:
    a_complaint_in("STARTED", ruled)
    client, head = signed_in(ruled.head), acting(ruled.head)
    asked = {
        "view": "open",
        "handler": ruled.worker.public_id,
        "clock": "complaint.resolve",
        "clock_state": "running",
    }
    with time.frozen(AT):
        assert client.post("/complaints/views/new/", asked | {"name": "任可的"}).status_code == 200
        wrong = client.post("/complaints/views/new/", asked | {"name": "错", "clock": "none"})
        assert wrong.status_code == 422
        words = client.get("/complaints/exports/new/", asked).content.decode()
    assert "投诉办结" in words
    assert ruled.worker.name in words
    kept = cases.views_of(head, queries.LEDGER)[0].saved.filters
    assert kept == asked
    assert TABLE.count(head, kept, 10, at=AT) == 1
    assert TABLE.count(head, kept | {"handler": "nobody"}, 10, at=AT) == 0
    # What is no longer known asks nothing.
    assert filters_kept({"clock": "gone", "clock_state": "gone"}) == Filters()


def test_programs_ask_by_the_same_names(ruled: Office) -> None:
    line = Line(ruled)
    one = a_complaint_in("STARTED", ruled)
    a_complaint_in("ACCEPTED", ruled)
    with time.frozen(AT):
        asked = {"handler": ruled.worker.staff_no, "clock": "complaint.resolve"}
        found = line.read(**asked, clock_state="running").json()["items"]
        assert [item["id"] for item in found] == [one.public_id]
        for wrong in ({"handler": "没有此人"}, {"clock": "none"}, {"clock_state": "never"}):
            assert line.read(**wrong).status_code == 422


def test_columns_are_chosen_and_kept_with_a_view(ruled: Office) -> None:
    a_complaint_in("STARTED", ruled)
    client, head = signed_in(ruled.head), acting(ruled.head)
    with time.frozen(AT):
        whole = client.get("/complaints/")
        assert whole.context["filters"].columns == ""
        some = client.get("/complaints/?columns=clock&columns=subject&columns=nonsense")
        assert some.context["filters"].columns == "subject,clock"
        headings = some.content.decode().split("<thead>")[1].split("</thead>")[0]
        assert headings.count("<th") == 4
        # Its links keep them; all of them, or none, is the whole row.
        assert "columns=subject%2Cclock" in some.context["tabs"][0].href
        every = "&".join(f"columns={name}" for name in queries.COLUMN_WORDS)
        assert client.get(f"/complaints/?{every}").context["filters"].columns == ""
        form = {"view": "open", "columns": "subject,clock", "name": "两列"}
        assert client.post("/complaints/views/new/", form).status_code == 200
    kept = cases.views_of(head, queries.LEDGER)[0].saved.filters
    assert kept == {"view": "open", "columns": "subject,clock"}
    assert "事由" in queries.words_of(ruled.bank.institution.pk, kept)
    # A table has what HB-4.2-06 asks for, whatever the page shows.
    home = ruled.bank.institution.pk
    assert len(TABLE.columns(home, kept)) == len(TABLE.columns(home, {}))
