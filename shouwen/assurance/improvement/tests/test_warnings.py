"""Early warning: what is above a threshold warns once, and a person takes note."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shouwen.assurance.improvement import actions, queries
from shouwen.assurance.improvement.actions import Wanted
from shouwen.assurance.improvement.models import EarlyWarning, Measure, Threshold
from shouwen.assurance.improvement.rules import warnings as rules
from shouwen.assurance.improvement.rules.warnings import Watch
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.kernel.loops import registered_loops
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, acting, signed_in
from shouwen.service.cases.tests.factories import MONDAY_9AM, later
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import (
    Office,
    a_complaint,
    a_complaint_in,
    an_office,
)

AT = later(hours=9)
PLAN = "已准备话术，暂停该批催收短信。"


@pytest.fixture
def office(db: None) -> Office:
    """A bank with the three posts of a complaint."""
    return an_office()


@pytest.fixture
def officer(office: Office) -> Person:
    """Who answers for what complaints teach."""
    return a_person(office.bank.cards, "complaints")


def wanted(**more: Any) -> Wanted:
    """Give a threshold: more than one complaint of each type within 30 days."""
    usual: dict[str, Any] = {
        "figure": "type",
        "most": 1,
        "least": 0,
        "days": 30,
        "answer_hours": 24,
    }
    return Wanted(**{**usual, **more})


def a_threshold(who: Person, **more: Any) -> Threshold:
    """Set a threshold."""
    return actions.set_threshold(wanted(**more), actor=acting(who), at=MONDAY_9AM)


def told() -> list[tuple[str, int, int]]:
    """Give the warnings that were raised."""
    return list(EarlyWarning.objects.order_by("pk").values_list("key", "count", "of"))


def test_above_is_more_than_the_threshold_and_a_share_needs_enough() -> None:
    """The clause says value > threshold (CG-5.3-01)."""
    count = Watch("type", "", rules.Measure.COUNT, 10)
    assert [rules.is_crossed(count, n, 50) for n in (9, 10, 11)] == [False, False, True]
    share = Watch("type", "", rules.Measure.SHARE, 30, least=10)
    assert [rules.is_crossed(share, n, of) for n, of in ((3, 10), (4, 10), (9, 9))] == [
        False,
        True,
        False,
    ]
    assert {str(value) for value in rules.Measure} == set(Measure.values)


def test_a_value_with_a_threshold_of_its_own_is_left_out_of_that_of_each() -> None:
    each = Watch("unit", "", rules.Measure.COUNT, 10)
    own = Watch("unit", "unit_1", rules.Measure.COUNT, 50)
    share = Watch("unit", "unit_2", rules.Measure.SHARE, 50)
    assert rules.left_out(each, [each, own, share]) == {"unit_1"}
    assert rules.left_out(own, [each, own, share]) == frozenset()


def test_what_crosses_a_threshold_warns_once_while_it_stays_above(
    office: Office, officer: Person
) -> None:
    a_threshold(officer)
    a_complaint_in("GRADED", office)
    assert actions.watch_thresholds(AT) == 0
    a_complaint_in("GRADED", office)
    assert actions.watch_thresholds(AT) == 1
    assert actions.watch_thresholds(AT) == 0
    assert told() == [("SERVICE", 2, 2)]
    raised = EarlyWarning.objects.get()
    assert (raised.raised_at, raised.answer_by) == (AT, AT + timedelta(hours=24))
    row = AuditRow.objects.get(act="warning.raised")
    assert row.actor_kind == "SYSTEM"


def test_what_is_above_already_warns_as_soon_as_the_threshold_is_set(
    office: Office, officer: Person
) -> None:
    for _ in range(2):
        a_complaint_in("GRADED", office)
    actions.set_threshold(wanted(), actor=acting(officer), at=AT)
    assert told() == [("SERVICE", 2, 2)]
    assert actions.watch_thresholds(AT) == 0


def test_what_fell_below_and_rises_again_warns_again(office: Office, officer: Person) -> None:
    a_threshold(officer)
    for _ in range(2):
        a_complaint_in("GRADED", office)
    actions.watch_thresholds(AT)
    # Thirty days on, nothing received counts any more.
    late = AT + timedelta(days=40)
    assert actions.watch_thresholds(late) == 0
    assert EarlyWarning.objects.get().ended_at == late
    Complaint.objects.update(received_at=late - timedelta(days=1))
    assert actions.watch_thresholds(late) == 1
    assert EarlyWarning.objects.filter(ended_at__isnull=True).count() == 1


def test_all_complaints_units_products_and_shares_are_watched(
    office: Office, officer: Person
) -> None:
    a_threshold(officer, figure="received")
    a_threshold(officer, figure="unit")
    a_threshold(officer, figure="category", key=office.bank.frozen.code)
    a_threshold(officer, measure="SHARE", most=60, least=2)
    a_threshold(officer, figure="concerned", most=99)
    for _ in range(2):
        a_complaint_in("GRADED", office)
    a_complaint(an_office("insurer"))
    assert actions.watch_thresholds(AT) == 4
    unit = Complaint.objects.filter(institution=office.bank.institution).order_by("pk")[0].case.unit
    assert unit is not None
    assert sorted(told()) == sorted(
        [
            ("", 2, 2),
            (unit.public_id, 2, 2),
            (office.bank.frozen.code, 2, 2),
            ("SERVICE", 2, 2),
        ]
    )


def test_each_house_has_thresholds_of_its_own(office: Office, officer: Person) -> None:
    a_threshold(officer)
    other = an_office("insurer")
    for _ in range(2):
        a_complaint_in("GRADED", other)
    assert actions.watch_thresholds(AT) == 0
    with pytest.raises(NotThere):
        queries.threshold_for(acting(other.clerk), Threshold.objects.get().public_id)
    assert queries.thresholds_of(acting(other.clerk)) == []


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"figure": "nonsense"}, {"figure"}),
        ({"measure": "MEAN"}, {"measure"}),
        ({"figure": "received", "measure": "SHARE"}, {"measure"}),
        ({"most": 0}, {"most"}),
        ({"measure": "SHARE", "most": 100}, {"most"}),
        ({"days": 367, "answer_hours": 0}, {"days", "answer_hours"}),
        ({"key": "NONSENSE"}, {"key"}),
        ({"figure": "received", "key": "SERVICE"}, {"key"}),
        ({"figure": "unit", "key": "unit_none"}, {"key"}),
        ({"figure": "category", "key": "none\x00"}, {"key"}),
    ],
)
def test_a_wrong_threshold_is_refused_by_field(
    officer: Person, more: dict[str, Any], fields: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        a_threshold(officer, **more)
    assert set(refused.value.fields) == fields
    assert Threshold.objects.count() == 0


def test_of_one_kind_one_threshold_counts_and_a_retired_one_warns_no_more(
    office: Office, officer: Person
) -> None:
    one = a_threshold(officer)
    with pytest.raises(actions.ThresholdThere):
        a_threshold(officer, most=5)
    for _ in range(2):
        a_complaint_in("GRADED", office)
    actions.watch_thresholds(AT)
    actions.retire_threshold(one, actor=acting(officer), at=AT)
    with pytest.raises(actions.ThresholdRetired):
        actions.retire_threshold(one, actor=acting(officer), at=AT)
    assert EarlyWarning.objects.get().ended_at == AT
    assert actions.watch_thresholds(AT) == 0
    a_threshold(officer, most=5)
    assert [row.most for row in queries.thresholds_of(acting(officer))] == [5]


def test_a_person_takes_note_once_and_says_what_is_done(office: Office, officer: Person) -> None:
    a_threshold(officer)
    for _ in range(2):
        a_complaint_in("GRADED", office)
    actions.watch_thresholds(AT)
    waiting = queries.warnings_waiting(acting(officer))[0]
    with pytest.raises(Invalid):
        actions.note_warning(waiting, plan=" ", actor=acting(officer), at=AT)
    noted = "客户 13800001234 已回访。"
    actions.note_warning(waiting, plan=noted, actor=acting(officer), at=AT)
    with pytest.raises(actions.WarningNoted):
        actions.note_warning(waiting, plan=PLAN, actor=office.supervisor, at=AT)
    kept = EarlyWarning.objects.get()
    assert (kept.noted_by, "13800001234" in kept.plan) == (officer, False)
    assert queries.waiting_count(acting(officer)) == 0
    # It is still above: no second warning comes while it stays there.
    assert actions.watch_thresholds(AT) == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        EarlyWarning.objects.update(noted_by=None)


def test_who_reads_complaints_sees_warnings_and_who_works_on_them_takes_note(
    office: Office, officer: Person
) -> None:
    with pytest.raises(NotAllowed):
        a_threshold(office.head)
    a_threshold(officer)
    for _ in range(2):
        a_complaint_in("GRADED", office)
    actions.watch_thresholds(AT)
    one = EarlyWarning.objects.get()
    inspector = acting(office.bank.inspector)
    assert queries.warnings_waiting(inspector) == [one]
    with pytest.raises(NotAllowed):
        actions.note_warning(one, plan=PLAN, actor=inspector, at=AT)
    with pytest.raises(NotAllowed):
        queries.warnings_waiting(acting(office.bank.agent))
    with pytest.raises(NotThere):
        queries.warning_for(acting(an_office("insurer").clerk), one.public_id)


def test_a_loop_looks_by_itself() -> None:
    assert "complaint-warnings" in [loop.name for loop in registered_loops()]


def _page(who: Person, method: str, path: str, **said: str) -> Any:
    client = signed_in(who)
    with time.frozen(AT):
        return getattr(client, method)(f"/improvement/warnings/{path}", said)


def test_the_page_sets_thresholds_and_takes_note(office: Office, officer: Person) -> None:
    wrong = _page(officer, "post", "thresholds/new/", subject="nonsense", measure="COUNT")
    assert (wrong.status_code, Threshold.objects.count()) == (422, 0)
    made = _page(officer, "post", "thresholds/new/", subject="type|", measure="COUNT", most="1")
    one = Threshold.objects.get()
    # What was left open is the house's own figure.
    assert (made.status_code, one.days, one.answer_hours) == (302, 30, 24)
    twice = _page(officer, "post", "thresholds/new/", subject="type|", measure="COUNT", most="2")
    assert twice.status_code == 409
    for _ in range(2):
        a_complaint_in("GRADED", office)
    actions.watch_thresholds(AT)
    shown = _page(office.bank.inspector, "get", "")
    assert shown.status_code == 200
    assert "thresholds/new/" not in shown.content.decode()
    warning = EarlyWarning.objects.get()
    lead = _page(office.head, "get", "").content.decode()
    assert f"{warning.public_id}/note/" in lead
    assert _page(office.head, "post", f"{warning.public_id}/note/", plan="").status_code == 422
    assert _page(office.head, "post", f"{warning.public_id}/note/", plan=PLAN).status_code == 302
    assert _page(office.head, "post", f"{warning.public_id}/note/", plan=PLAN).status_code == 409
    assert PLAN in _page(officer, "get", "").content.decode()
    assert _page(officer, "post", f"thresholds/{one.public_id}/retire/").status_code == 302
    assert _page(office.head, "post", f"thresholds/{one.public_id}/retire/").status_code == 403


def test_a_program_sets_thresholds_and_takes_note(office: Office, officer: Person) -> None:
    client = signed_in(officer)

    def post(path: str, said: dict[str, Any]) -> Any:
        with time.frozen(AT):
            return client.post(f"/api/v1/{path}", json.dumps(said), content_type="application/json")

    made = post("complaint-thresholds", {"figure": "type", "most": 1})
    assert (made.status_code, made.json()["days"]) == (201, 30)
    assert post("complaint-thresholds", {"figure": "type", "most": 1}).status_code == 409
    for _ in range(2):
        a_complaint_in("GRADED", office)
    actions.watch_thresholds(AT)
    listed = client.get("/api/v1/complaint-warnings?state=WAITING").json()["items"]
    assert [(row["key"], row["count"], row["of"]) for row in listed] == [("SERVICE", 2, 2)]
    noted = post(f"complaint-warnings/{listed[0]['id']}/note", {"plan": PLAN})
    assert (noted.status_code, noted.json()["plan"]) == (200, PLAN)
    again = post(f"complaint-warnings/{listed[0]['id']}/note", {"plan": PLAN})
    assert (again.status_code, again.json()["code"]) == (409, "warning-noted")
    retired = post(f"complaint-thresholds/{made.json()['id']}/retire", {})
    assert retired.json()["retired_at"] is not None


def test_a_look_costs_the_same_for_any_number_of_complaints(
    office: Office, officer: Person, django_assert_num_queries: Any
) -> None:
    a_threshold(officer, most=99)
    a_complaint_in("GRADED", office)
    with django_assert_num_queries(5):
        actions.watch_thresholds(AT)
    for _ in range(3):
        a_complaint_in("GRADED", office)
    with django_assert_num_queries(5):
        actions.watch_thresholds(AT)
