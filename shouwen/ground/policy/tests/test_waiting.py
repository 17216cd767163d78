"""A clock that waits for several things at once, and limits that new facts let begin anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.ground.policy import actions, clocks
from shouwen.ground.policy.clocks import Facts, Subject, storing
from shouwen.ground.policy.models import Clock, ClockEntry
from shouwen.ground.policy.rules.ledger import Act, Entry, waits_for
from shouwen.ground.policy.tests.moments import BANK, LEAD, OTHER, TUESDAY, beijing
from shouwen.ground.vault.models import AuditRow

CASE = Subject("case", "case_abc")
NEW_FACTS, APPRAISAL = "CBIRC-2020-3-20-5", "CBIRC-2020-3-20-4"
PLAIN = Facts("complaint", complexity="general")


def both() -> Clock:
    """Start a complaint's clock under the law and the guide, which wait for different things."""
    actions.adopt_packs(BANK, ["CBIRC-2020-3", "CG"], actor=LEAD, at=TUESDAY)
    for trigger in ("case.opened", "case.accepted"):
        made = clocks.start_all(
            trigger, subject=CASE, institution_id=BANK, facts=PLAIN, at=TUESDAY, actor=LEAD
        )
    return next(clock for clock in made if clock.event == "complaint.resolve")


def held(clock: Clock) -> set[str]:
    clock.refresh_from_db()
    return {limit["clause"] for limit in clock.candidates if limit.get("paused")}


@pytest.mark.django_db
def test_what_has_come_lets_its_own_limits_run_and_no_others() -> None:
    clock = both()
    clocks.pause_all(CASE, reason="customer", clause="HB-2.1-08", at=TUESDAY, actor=LEAD)
    clocks.pause_all(CASE, reason="x", clause=APPRAISAL, at=TUESDAY, actor=LEAD)
    assert held(clock) == {"CG-3.2-04", "CBIRC-2020-3-20"}
    at = TUESDAY + timedelta(days=2)
    clocks.end_wait(CASE, "customer", ended_at=at, at=at, actor=LEAD)
    assert held(clock) == {"CBIRC-2020-3-20"}
    # Whatever did not wait for it is not touched, and nothing waits for the customer any more.
    before = ClockEntry.objects.count()
    assert clocks.end_wait(CASE, "customer", ended_at=at, at=at, actor=LEAD) == []
    assert ClockEntry.objects.count() == before
    clocks.end_wait(CASE, "appraisal", ended_at=at, at=at, actor=LEAD)
    assert held(clock) == set()


@pytest.mark.django_db
def test_a_wait_ends_when_it_ended_and_is_on_the_trail_when_it_was_recorded() -> None:
    clock = both()
    clocks.pause_all(CASE, reason="x", clause=APPRAISAL, at=beijing("2026-06-18 10:00"), actor=LEAD)
    at = beijing("2026-06-30 10:00")
    clocks.end_wait(CASE, "appraisal", ended_at=beijing("2026-06-21 00:00:01"), at=at, actor=LEAD)
    clock.refresh_from_db()
    law = next(one for one in clock.candidates if one["clause"] == "CBIRC-2020-3-20")
    # 1 July, 24:00, and the three days of 18, 19, 20 June.
    assert law["due_at"].startswith("2026-07-05T00:00")
    row = AuditRow.objects.filter(act="clock.resumed", object_ref=clock.public_id).get()
    assert row.at == at


@pytest.mark.django_db
def test_new_facts_touch_only_clocks_that_have_such_a_limit() -> None:
    clock = both()
    at = beijing("2026-06-25 10:00")
    begun = clocks.restart_all(
        CASE, clause=NEW_FACTS, reason="facts", begins_at=at, at=at, actor=OTHER
    )
    assert sorted(one.event for one in begun) == ["complaint.feedback", "complaint.resolve"]
    clock.refresh_from_db()
    starts = {one["clause"]: one["started_at"] for one in clock.candidates}
    assert starts["CBIRC-2020-3-20"] != starts["CG-3.2-04"]
    outcome = storing.recompute(clock)
    assert outcome.chosen is not None
    assert outcome.chosen.due_at == clock.due_at
    # Facts that came before the limit began to count begin nothing anew.
    early = TUESDAY - timedelta(days=1)
    again = clocks.restart_all(
        CASE, clause=NEW_FACTS, reason="facts", begins_at=early, at=at, actor=OTHER
    )
    assert again == []


CAUSES = st.sampled_from(("customer", "appraisal", "mediation"))


@given(st.lists(st.tuples(st.booleans(), CAUSES), max_size=12))
def test_a_clock_waits_for_what_began_and_has_not_ended(steps: list[tuple[bool, str]]) -> None:
    entries = [Entry(Act.STARTED, TUESDAY, facts=PLAIN)]
    waits: set[str] = set()
    for number, (begins, cause) in enumerate(steps, start=1):
        at = TUESDAY + timedelta(hours=number)
        if begins:
            entries.append(Entry(Act.PAUSED, at, trigger=cause))
            waits.add(cause)
        else:
            entries.append(Entry(Act.RESUMED, at, trigger=cause))
            waits.discard(cause)
        assert waits_for(entries) == waits
    assert waits_for([*entries, Entry(Act.RESUMED, TUESDAY + timedelta(days=9))]) == frozenset()
