"""Spike mode: begun by a lead or by the rule, what it widens, what it never breaks, how it ends."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.contact.conversations.models import Contact, Message
from shouwen.contact.conversations.tests.factories import a_bank
from shouwen.contact.routing import actions, queries, rules
from shouwen.contact.routing.models import EntryState, Offer, Queue, Spike, SpikeEnd
from shouwen.contact.routing.rules import Overflow, Relief, Snapshot, Waiting
from shouwen.contact.routing.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_queue,
    a_waiting,
    acting,
    at_desk,
    later,
    seen,
)
from shouwen.contact.routing.tests.test_rules import NOW, snapshots
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.tests.factories import a_person, a_unit


def online(bank: Bank) -> Queue:
    return Queue.objects.get(institution=bank.institution, code="online")


def change(bank: Bank, code: str = "online", **wanted: Any) -> Queue:
    queue = Queue.objects.get(institution=bank.institution, code=code)
    settings = replace(actions.settings_of(queue), **wanted)
    actions.change_queue(queue, settings, seen=queue.revision, actor=bank.system, at=MONDAY_9AM)
    return queue


def begin(bank: Bank, at: datetime = MONDAY_9AM, **wanted: Any) -> Spike:
    return actions.begin_spike(
        bank.institution, reason="系统故障", actor=bank.boss, at=at, **wanted
    )


def in_spike(entry: Waiting) -> Waiting:
    return replace(entry, in_spike=True, extra=2)


@given(snapshots())
def test_spike_mode_never_breaks_a_hard_limit(snapshot: Snapshot) -> None:
    """Readiness, skills, a person's own number, one call alone, and the peace after a let-go."""
    rush = Snapshot(NOW, [in_spike(entry) for entry in snapshot.waiting], snapshot.people)
    people = {person.person_id: person for person in rush.people}
    entries = {entry.entry_id: entry for entry in rush.waiting}
    proposals = rules.decide(rush)
    assert len({one.person_id for one in proposals}) == len(proposals)
    for proposal in proposals:
        person, entry = people[proposal.person_id], entries[proposal.entry_id]
        assert proposal.in_spike
        assert person.is_ready
        assert not person.has_open_offer
        assert entry.skills.keys() <= person.skills.keys()
        assert not person.loads.get("voice", 0)
        if entry.channel == "voice":
            assert sum(person.loads.values()) == 0
        own = person.capacities.get(entry.channel)
        if own is not None:
            assert person.loads.get(entry.channel, 0) < own
        for one in entry.let_go:
            rests_until = one.at + timedelta(seconds=rules.LET_GO_SECONDS)
            assert one.person_id != person.person_id or rests_until <= NOW


@given(snapshots())
def test_spike_mode_only_widens(snapshot: Snapshot) -> None:
    """Whoever may be offered a contact may be offered it in spike mode as well."""
    for entry in snapshot.waiting:
        for person in snapshot.people:
            if rules.may_be_offered(person, entry, NOW):
                assert rules.may_be_offered(person, in_spike(entry), NOW)


@given(
    st.integers(0, 86_400) | st.none(),
    st.integers(0, 10_000) | st.none(),
    st.integers(10, 200),
)
def test_overflow_comes_earlier_and_never_later(
    after: int | None, above: int | None, percent: int
) -> None:
    plan = Overflow("b", after, above)
    rushed = rules.hastened({"a": plan, "c": plan}, {"a": Relief(1, percent)})
    assert rushed["c"] == plan
    for now, before in (
        (rushed["a"].after_seconds, after),
        (rushed["a"].above_waiting, above),
    ):
        assert (now is None) == (before is None)
        assert now is None or before is None or 0 <= now <= before


def test_a_channel_that_is_not_taken_stays_closed_to_extra() -> None:
    person = rules.Candidate(1, is_ready=True, idle_since=NOW)
    assert rules.capacity_of(person, "chat", {"chat": 0}, 3) == 0
    assert rules.capacity_of(person, "chat", {"chat": 2}, 3) == 5
    assert rules.capacity_of(person, "voice", None, 3) == 1


def test_a_lead_switches_it_on_for_a_queue_and_people_take_more(bank: Bank) -> None:
    far = a_person(a_unit(bank.institution, "分部"), "agent")
    change(
        bank,
        unit=bank.unit.public_id,
        capacities={"chat": 1},
        steps=(actions.StepSettings(600, unit="any"),),
    )
    at_desk(bank.agent, far)
    entries = [a_waiting(bank) for _ in range(4)]

    def offers(at: datetime) -> int:
        """Let everybody take what they are offered, until nothing is offered any more."""
        taken = 0
        for turn in range(8):
            now = at + timedelta(seconds=turn)
            seen(bank.agent, far, at=now)
            if not actions.dispatch_all(now):
                break
            for offer in Offer.objects.filter(state="OPEN").select_related(
                "person", "entry__contact__institution", "entry__queue"
            ):
                actions.accept_offer(offer, actor=acting(offer.person), at=now)
                taken += 1
        return taken

    assert offers(later(seconds=1)) == 1
    spike = begin(bank, later(seconds=20), queue=online(bank))
    assert offers(later(seconds=21)) == 3
    told = queries.story_of(bank.boss, entries[-1].contact.public_id, later(seconds=30)).steps
    made = [step for step in told if isinstance(step, queries.Made)]
    assert made[-1].inputs["in_spike"] is True
    counted = queries.live_counts(bank.institution.pk, later(seconds=30))[0]
    assert counted.spike == spike


def test_a_persons_own_number_stays_the_limit(bank: Bank) -> None:
    actions.set_capacity(bank.agent, "chat", 1, actor=bank.system, at=MONDAY_9AM)
    begin(bank)
    at_desk(bank.agent)
    actions.take(a_waiting(bank), actor=bank.me, at=later(seconds=1))
    a_waiting(bank)
    assert actions.dispatch_all(later(seconds=2)) == 0


def test_it_overflows_earlier(bank: Bank) -> None:
    a_queue(bank, "second")
    change(bank, overflow_queue="second", overflow_after_seconds=60, spike_overflow_percent=50)
    entry = a_waiting(bank)
    actions.sweep(later(seconds=31))
    entry.refresh_from_db()
    assert entry.queue.code == "online"
    begin(bank, later(seconds=31))
    actions.sweep(later(seconds=32))
    entry.refresh_from_db()
    assert entry.queue.code == "second"


def test_who_waits_is_told_once_what_else_they_can_do(bank: Bank) -> None:
    early = a_waiting(bank)
    begin(bank, later(seconds=5))
    late = a_waiting(bank, at=later(seconds=6), language="en")
    for second in (7, 8):
        actions.sweep(later(seconds=second))

    def lines(contact: Contact) -> list[str]:
        found = Message.objects.filter(contact=contact, author_kind="SYSTEM").order_by("sequence")
        return [line.body.plain for line in found if line.body]

    assert [line for line in lines(early.contact) if "第1位" in line and "留言" in line]
    assert [line for line in lines(late.contact) if "number 2" in line and "message" in line]
    assert len(lines(early.contact)) == len(lines(late.contact)) == 1
    place = queries.position(late.contact, later(seconds=9))
    assert place is not None
    assert place.in_spike


def test_a_closed_queue_offers_and_tells_nothing_of_it(bank: Bank) -> None:
    queue = online(bank)
    hours = actions.OpeningHours("OWN", {6: [["09:00", "10:00"]]})
    actions.set_hours(queue, hours, seen=queue.revision, actor=bank.system, at=MONDAY_9AM)
    at_desk(bank.agent)
    entry = a_waiting(bank)
    begin(bank)
    actions.sweep(later(seconds=1))
    assert actions.dispatch_all(later(seconds=1)) == 0
    entry.refresh_from_db()
    assert (entry.state, entry.told_spike_at) == (EntryState.WAITING, None)


def test_the_rule_begins_and_ends_it_after_a_time(bank: Bank) -> None:
    change(bank, spike_above_waiting=1, spike_hold_seconds=30)
    first = a_waiting(bank)
    actions.watch_spikes(later(seconds=1))
    assert online(bank).pressed_since is None
    a_waiting(bank, at=later(seconds=2))
    assert [actions.watch_spikes(later(seconds=at)) for at in (5, 34, 35, 40)] == [0, 0, 1, 0]
    spike = Spike.objects.get()
    assert (spike.by_rule, spike.queue, spike.began_at) == (True, online(bank), later(seconds=35))
    actions.close_entry(first.contact_id, was_abandoned=True, at=later(seconds=50))
    assert [actions.watch_spikes(later(seconds=at)) for at in (55, 84, 85, 90)] == [0, 0, 1, 0]
    spike.refresh_from_db()
    assert (spike.ended_how, spike.ended_at) == (SpikeEnd.EASED, later(seconds=85))
    assert online(bank).pressed_since is None


def test_pressure_that_comes_and_goes_begins_nothing(bank: Bank) -> None:
    change(bank, spike_above_waiting=1, spike_hold_seconds=30)
    entry = a_waiting(bank)
    second = a_waiting(bank)
    actions.watch_spikes(later(seconds=5))
    actions.close_entry(second.contact_id, was_abandoned=True, at=later(seconds=20))
    actions.watch_spikes(later(seconds=20))
    a_waiting(bank, at=later(seconds=25))
    assert actions.watch_spikes(later(seconds=36)) == 0
    assert entry.queue == online(bank)
    assert not Spike.objects.exists()


def test_what_a_lead_began_ends_with_its_time_and_not_before(bank: Bank) -> None:
    change(bank, spike_above_waiting=5, spike_hold_seconds=0)
    spike = begin(bank, queue=online(bank), minutes=5)
    assert actions.watch_spikes(later(minutes=4, seconds=59)) == 0
    assert actions.watch_spikes(later(minutes=5)) == 1
    spike.refresh_from_db()
    assert spike.ended_how == SpikeEnd.TIME


def test_one_runs_at_a_time_and_the_trail_tells_it(bank: Bank) -> None:
    whole, own = begin(bank), begin(bank, queue=online(bank))
    for queue in (None, online(bank)):
        with pytest.raises(actions.SpikeRuns):
            begin(bank, queue=queue)
    for _turn in range(2):
        actions.end_spike(own, actor=bank.boss, at=later(minutes=1))
    rows = AuditRow.objects.filter(act__startswith="queue.spike").order_by("pk")
    assert [row.act for row in rows] == [
        "queue.spike_begun",
        "queue.spike_begun",
        "queue.spike_ended",
    ]
    assert json.loads(rows[2].detail) == {"queue": "online", "how": "HAND", "seconds": 60}
    assert queries.spikes_running(bank.institution.pk) == [whole]
    assert begin(bank, later(minutes=2), queue=online(bank)).ended_at is None


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 81}, "reason"),
        ({"reason": "a\x00"}, "reason"),
        ({"reason": "忙", "minutes": 4}, "minutes"),
        ({"reason": "忙", "minutes": 1441}, "minutes"),
    ],
)
def test_what_cannot_be_is_named(bank: Bank, wanted: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as told:
        actions.begin_spike(bank.institution, actor=bank.boss, at=MONDAY_9AM, **wanted)
    assert set(told.value.fields) == {field}


def test_only_leads_and_administrators_of_the_house_switch_it(bank: Bank) -> None:
    other = a_bank("insurer")
    queue = a_queue(other)
    spike = begin(bank)
    for role in ("agent", "inspector", "auditor"):
        actor = acting(a_person(bank.unit, role))
        with pytest.raises(NotAllowed):
            actions.begin_spike(bank.institution, reason="忙", actor=actor, at=MONDAY_9AM)
        with pytest.raises(NotAllowed):
            actions.end_spike(spike, actor=actor, at=MONDAY_9AM)
    with pytest.raises(NotThere):
        actions.end_spike(spike, actor=other.boss, at=MONDAY_9AM)
    with pytest.raises(NotThere):
        begin(bank, queue=queue)
    with pytest.raises(NotThere):
        queries.spike_for(other.boss, spike.public_id)
    assert queries.spikes_running(other.institution.pk) == []
    assert queries.live_counts(other.institution.pk, MONDAY_9AM)[0].spike is None
