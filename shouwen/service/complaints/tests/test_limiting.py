"""A special complaint's own time, set by hand by law or internal rule (CG-3.2-06, conflict 8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import Invalid, NotAllowed
from shouwen.ground.policy import actions as policy
from shouwen.ground.policy import ticker
from shouwen.ground.policy.models import Clock
from shouwen.ground.policy.tests.moments import beijing
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.tests.factories import FOUNDER, signed_in
from shouwen.service.cases import actions as cases
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.tests.factories import MONDAY_9AM, later
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.actions import Facets
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import Office, a_complaint_in, an_office, fresh

pytestmark = pytest.mark.django_db
BASIS = "系统故障类投诉按《应急处理办法》第十二条，五日内办结"
SAID: dict[str, Any] = {"basis": BASIS, "at": later(hours=2)}
IN_FIVE_DAYS = later(days=5)


@pytest.fixture
def lawful() -> Office:
    """An office where the guide and the law count, and no manual with its hours."""
    office = an_office()
    home = office.bank.institution.pk
    policy.adopt_packs(home, {"CG", "CBIRC-2020-3"}, actor=FOUNDER, at=MONDAY_9AM - timedelta(1))
    return office


def a_special_one(office: Office) -> Complaint:
    one = a_complaint_in("STARTED", office)
    facets = Facets(cg_type="TECHNICAL", complexity="SPECIAL")
    actions.classify(one, office.bank.frozen, facets, actor=office.acceptor, at=later(hours=1))
    return fresh(one)


def clock_of(one: Complaint) -> Clock:
    return Clock.objects.get(subject_ref=one.case.public_id, event="complaint.resolve")


def test_the_time_that_is_set_counts_and_the_complainant_reads_it(lawful: Office) -> None:
    one = a_special_one(lawful)
    # The law's 30 days stand behind it: MONDAY_9AM is 15 June 2026.
    before = clock_of(one).due_at
    actions.set_special_limit(one, IN_FIVE_DAYS, actor=lawful.supervisor, **SAID)
    clock = clock_of(one)
    assert (clock.clause, clock.due_at) == ("CG-3.2-06", IN_FIVE_DAYS)
    assert before > IN_FIVE_DAYS
    assert fresh(one).case.due_at is not None
    assert queries.special_limit(fresh(one), later(hours=3)) == IN_FIVE_DAYS
    shown = case_queries.clocks_of_case(fresh(one).case, later(hours=3))
    resolve = next(view for view in shown if view.event == "complaint.resolve")
    assert {c.clause for c in resolve.candidates} == {"CG-3.2-06", "CBIRC-2020-3-20-2"}
    entry = next(e for e in case_queries.timeline(fresh(one).case) if e.act == "complaint_limit")
    assert entry.visible_to_customer
    assert BASIS in entry.text
    row = AuditRow.objects.get(act="complaint.limit")
    assert row.object_ref == one.public_id
    # Passed, it is a breach like any other.
    ticker.tick(IN_FIVE_DAYS + timedelta(seconds=1))
    assert clock_of(one).breached_at is not None


def test_the_strictest_still_wins(ruled: Office) -> None:
    one = a_special_one(ruled)
    was = clock_of(one)
    actions.set_special_limit(one, IN_FIVE_DAYS, actor=ruled.supervisor, **SAID)
    clock = clock_of(one)
    # HB-1.3-02: 24 hours in every case.
    assert (clock.clause, clock.due_at) == (was.clause, was.due_at)
    assert clock.due_at < IN_FIVE_DAYS


@pytest.mark.parametrize("due_at", [later(days=5), later(days=6)])
def test_a_time_that_was_set_becomes_only_shorter(lawful: Office, due_at: datetime) -> None:
    one = a_special_one(lawful)
    actions.set_special_limit(one, IN_FIVE_DAYS, actor=lawful.supervisor, **SAID)
    with pytest.raises(actions.LimitStands):
        actions.set_special_limit(fresh(one), due_at, actor=lawful.supervisor, **SAID)
    earlier = later(days=4)
    actions.set_special_limit(fresh(one), earlier, actor=lawful.supervisor, **SAID)
    assert clock_of(one).due_at == earlier


def test_who_handles_it_does_not_set_their_own_time(lawful: Office) -> None:
    one = a_special_one(lawful)
    with pytest.raises(actions.HandlerDecidesNot):
        actions.set_special_limit(one, IN_FIVE_DAYS, actor=lawful.handler, **SAID)
    with pytest.raises(NotAllowed):
        # Nobody stands behind a program.
        actions.set_special_limit(one, IN_FIVE_DAYS, actor=lawful.bank.key, **SAID)
    assert queries.special_limit(fresh(one), later(hours=3)) is None


def test_every_other_complaint_has_the_time_of_the_rules(lawful: Office) -> None:
    one = fresh(a_complaint_in("STARTED", lawful))
    with pytest.raises(actions.NotSpecial):
        actions.set_special_limit(one, IN_FIVE_DAYS, actor=lawful.supervisor, **SAID)
    handled = fresh(a_complaint_in("HANDLED", lawful))
    with pytest.raises(actions.ComplaintMovedOn):
        actions.set_special_limit(handled, IN_FIVE_DAYS, actor=lawful.supervisor, **SAID)


@pytest.mark.parametrize(
    ("due_at", "basis", "wrong"),
    [
        (None, BASIS, {"due_at"}),
        (later(hours=2), BASIS, {"due_at"}),
        (beijing("2030-01-01 00:00"), BASIS, {"due_at"}),
        (IN_FIVE_DAYS, " ", {"basis"}),
        (IN_FIVE_DAYS, "长" * 201, {"basis"}),
        (None, "", {"due_at", "basis"}),
    ],
)
def test_it_says_until_when_and_by_which_rule(
    lawful: Office, due_at: datetime | None, basis: str, wrong: set[str]
) -> None:
    one = a_special_one(lawful)
    with pytest.raises(Invalid) as refused:
        actions.set_special_limit(
            one, due_at, basis=basis, actor=lawful.supervisor, at=later(hours=2)
        )
    assert set(refused.value.fields) == wrong


def test_after_an_objection_nothing_else_begins_with_it(lawful: Office) -> None:
    one = a_special_one(lawful)
    handler, at = lawful.handler, later(hours=2)
    actions.analyse(one, facts="属实", actor=handler, at=at)
    actions.assign_responsibility(one, responsible="SYSTEM", evidence="日志", actor=handler, at=at)
    actions.agree_plan(one, cause="故障", plan="修复", answer="AGREED", actor=handler, at=at)
    actions.resolve(one, actor=handler, at=later(hours=3))
    cases.record_objection(
        fresh(one).case, reason="没有恢复", channel="PHONE", actor=handler, at=later(hours=4)
    )
    ended = clock_of(one)
    actions.set_special_limit(
        fresh(one), IN_FIVE_DAYS, basis=BASIS, actor=lawful.supervisor, at=later(hours=5)
    )
    clocks = Clock.objects.filter(subject_ref=one.case.public_id, event="complaint.resolve")
    begun = clocks.exclude(pk=ended.pk).get()
    # The limits of receipt do not count a second time; the one that was set does.
    assert [c["clause"] for c in begun.candidates] == ["CG-3.2-06"]


def test_the_page_offers_it_where_it_is_meant(lawful: Office) -> None:
    one = a_special_one(lawful)
    address = f"/complaints/{one.public_id}/"
    lead, worker = signed_in(lawful.head), signed_in(lawful.worker)
    with time.frozen(later(hours=2)):
        assert f"{address}ask/limit/" in lead.get(address).content.decode()
        assert f"{address}ask/limit/" not in worker.get(address).content.decode()
        assert 'type="datetime-local"' in lead.get(f"{address}ask/limit/").content.decode()
        wrong = lead.post(f"{address}do/limit/", {"due_at": "gestern", "basis": BASIS})
        assert wrong.status_code == 422
        said = {"due_at": "2026-06-19T18:00", "basis": BASIS}
        assert lead.post(f"{address}do/limit/", said).status_code == 200
    assert clock_of(one).due_at == beijing("2026-06-19 18:00")
