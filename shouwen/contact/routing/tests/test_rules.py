"""What the routing rule promises, for any centre hypothesis can think of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shouwen.contact.routing import rules
from shouwen.contact.routing.rules import (
    Candidate,
    LetGo,
    Overflow,
    QueueCondition,
    Snapshot,
    Waiting,
    Widening,
)

NOW = datetime(2026, 6, 22, 2, 0, tzinfo=UTC)
SKILLS = ("wealth", "account")
CHANNELS = ("chat", "email", "voice")


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


moments = st.integers(0, 7200).map(ago)
candidates = st.builds(
    Candidate,
    person_id=st.integers(1, 10**6),
    is_ready=st.booleans(),
    idle_since=moments,
    unit_id=st.sampled_from((None, 1, 2)),
    skills=st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 5)),
    capacities=st.dictionaries(st.sampled_from(CHANNELS), st.integers(0, 4)),
    loads=st.dictionaries(st.sampled_from(CHANNELS), st.integers(0, 4)),
    has_open_offer=st.booleans(),
)
people_lists = st.lists(candidates, max_size=8, unique_by=lambda p: p.person_id)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    people = draw(people_lists)
    known = [p.person_id for p in people] or [1]
    one = st.builds(
        Waiting,
        entry_id=st.integers(1, 10**6),
        queue=st.sampled_from(("a", "b")),
        channel=st.sampled_from(CHANNELS),
        priority=st.integers(0, 30),
        waiting_since=moments,
        skills=st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 5)),
        unit_ids=st.sampled_from((frozenset[int](), frozenset({1}))),
        preferred=st.lists(st.sampled_from(known), max_size=2, unique=True).map(tuple),
        let_go=st.lists(st.builds(LetGo, st.sampled_from(known), moments), max_size=3).map(tuple),
    )
    waiting = draw(st.lists(one, max_size=10, unique_by=lambda e: e.entry_id))
    return Snapshot(NOW, waiting, people)


@given(snapshots())
def test_only_ready_qualified_people_with_room_are_offered_anything(snapshot: Snapshot) -> None:
    people = {p.person_id: p for p in snapshot.people}
    entries = {e.entry_id: e for e in snapshot.waiting}
    for proposal in rules.decide(snapshot):
        person, entry = people[proposal.person_id], entries[proposal.entry_id]
        assert person.is_ready
        assert not person.has_open_offer
        assert person.loads.get(entry.channel, 0) + 1 <= rules.capacity_of(person, entry.channel)
        assert not person.loads.get("voice", 0)
        if entry.channel == "voice":
            assert sum(person.loads.values()) == 0
        for skill, least in entry.levels_asked(NOW).items():
            assert person.skills[skill] >= least
        assert not entry.unit_ids or person.unit_id in entry.unit_ids


@given(snapshots())
def test_a_contact_and_a_person_get_at_most_one_offer(snapshot: Snapshot) -> None:
    proposals = rules.decide(snapshot)
    assert len({p.entry_id for p in proposals}) == len(proposals)
    assert len({p.person_id for p in proposals}) == len(proposals)


@given(snapshots())
def test_what_a_person_let_go_does_not_come_straight_back(snapshot: Snapshot) -> None:
    entries = {e.entry_id: e for e in snapshot.waiting}
    for proposal in rules.decide(snapshot):
        recent = {
            one.person_id
            for one in entries[proposal.entry_id].let_go
            if (NOW - one.at).total_seconds() < rules.LET_GO_SECONDS
        }
        assert proposal.person_id not in recent


@given(snapshots(), st.randoms(use_true_random=False))
def test_the_decision_depends_on_the_snapshot_alone(snapshot: Snapshot, chance: object) -> None:
    waiting, people = list(snapshot.waiting), list(snapshot.people)
    chance.shuffle(waiting)  # type: ignore[attr-defined]  # hypothesis' own Random
    chance.shuffle(people)  # type: ignore[attr-defined]  # hypothesis' own Random
    assert rules.decide(Snapshot(NOW, waiting, people)) == rules.decide(snapshot)


@given(snapshots())
def test_nobody_idle_is_left_beside_a_contact_they_could_take(snapshot: Snapshot) -> None:
    proposals = rules.decide(snapshot)
    served = {p.entry_id for p in proposals}
    busy = {p.person_id for p in proposals}
    for entry in snapshot.waiting:
        for person in snapshot.people:
            if entry.entry_id not in served and person.person_id not in busy:
                assert not rules.may_be_offered(person, entry, NOW)


@given(snapshots())
def test_offers_go_by_effective_priority(snapshot: Snapshot) -> None:
    shown = [p.effective_priority for p in rules.decide(snapshot)]
    assert shown == sorted(shown, reverse=True)


@given(st.integers(0, 30), st.integers(0, 30))
def test_waiting_long_enough_beats_any_priority(low: int, high: int) -> None:
    """Ageing: whoever waits is overtaken only by those who came within a bounded time after."""
    waited = timedelta(seconds=(30 + 1) * rules.SECONDS_PER_POINT)
    early = Waiting(1, "a", "chat", low, NOW - waited)
    late = Waiting(2, "a", "chat", high, NOW)
    person = Candidate(7, True, ago(0))
    assert [p.entry_id for p in rules.decide(Snapshot(NOW, [late, early], [person]))] == [1]


@given(st.integers(0, 30), moments, st.integers(1, 10**6))
def test_effective_priority_grows_without_bound(
    priority: int, since: datetime, minutes: int
) -> None:
    before = rules.effective_priority(priority, since, NOW)
    after = rules.effective_priority(priority, since, NOW + timedelta(minutes=minutes))
    assert after - before > minutes * 0.999


steps_of_a_queue = st.lists(
    st.builds(
        Widening,
        after_seconds=st.integers(1, 900),
        levels_less=st.integers(0, 4),
        unit_ids=st.sampled_from((frozenset[int](), frozenset({2}))),
        any_unit=st.booleans(),
    ),
    max_size=4,
).map(tuple)


@given(candidates, steps_of_a_queue, st.integers(1, 5), st.integers(0, 900), st.integers(0, 900))
def test_widening_only_widens(
    person: Candidate, steps: tuple[Widening, ...], level: int, first: int, more: int
) -> None:
    """Whoever may take a contact now may take it later; the level stays between 1 and the start."""
    entry = Waiting(
        1, "a", "chat", 0, NOW, {"wealth": level}, unit_ids=frozenset({1}), widening=steps
    )
    sooner, then = NOW + timedelta(seconds=first), NOW + timedelta(seconds=first + more)
    least, most = entry.levels_asked(then)["wealth"], entry.levels_asked(sooner)["wealth"]
    assert 1 <= least <= most <= level
    if rules.is_qualified(person, entry, sooner):
        assert rules.is_qualified(person, entry, then)


def test_without_steps_nothing_widens() -> None:
    entry = Waiting(1, "a", "chat", 0, ago(10**6), {"wealth": 4})
    assert entry.levels_asked(NOW) == {"wealth": 4}
    assert [step.after_seconds for step in rules.usual_widening(4)] == [60, 120, 180]


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 600)), min_size=1, max_size=6),
    st.integers(5, 3600),
    st.integers(5, 3600),
)
def test_nobody_starves_whatever_the_ageing(
    others: list[tuple[int, int]], slow: int, fast: int
) -> None:
    """Whoever has waited longer than the others' points are worth in their queue comes first."""
    most = max(points + waited / fast for points, waited in others)
    early = Waiting(1, "a", "chat", 0, ago((most + 1) * slow), ageing_seconds=slow)
    late = [
        Waiting(n, "b", "chat", points, ago(waited), ageing_seconds=fast)
        for n, (points, waited) in enumerate(others, 2)
    ]
    person = Candidate(7, True, ago(0))
    assert [p.entry_id for p in rules.decide(Snapshot(NOW, [*late, early], [person]))] == [1]


queue_names = st.sampled_from("abcde")
overflows = st.builds(
    Overflow,
    queue=queue_names,
    after_seconds=st.none() | st.integers(0, 60),
    above_waiting=st.none() | st.integers(0, 3),
)


@given(
    st.dictionaries(queue_names, overflows),
    queue_names,
    st.dictionaries(queue_names, st.integers(0, 5)),
)
def test_overflow_never_loops(
    plans: dict[str, Overflow], queue: str, ahead: dict[str, int]
) -> None:
    """However the queues point at each other, a contact comes into each of them once at most."""
    been: list[str] = []
    at: str | None = queue
    while at is not None:
        assert at not in been
        been.append(at)
        moved = rules.overflows_to(
            plans, at, waited_seconds=10**6, ahead=ahead, been=frozenset(been)
        )
        at = moved


@given(st.dictionaries(queue_names, queue_names), queue_names)
def test_a_chain_loops_when_it_comes_back(targets: dict[str, str], start: str) -> None:
    walk, at = [start], targets.get(start)
    while at is not None and at not in walk:
        walk.append(at)
        at = targets.get(at)
    assert rules.chain_loops(targets, start) == (at is not None)


def test_the_preferred_person_comes_first_then_the_longest_idle() -> None:
    entry = Waiting(1, "a", "chat", 0, ago(5), preferred=(3,))
    people = [Candidate(n, True, ago(idle)) for n, idle in ((1, 60), (2, 600), (3, 1))]
    assert [p.person_id for p in rules.decide(Snapshot(NOW, [entry], people))] == [3]
    busy = [*people[:2], replace(people[2], is_ready=False)]
    assert [p.person_id for p in rules.decide(Snapshot(NOW, [entry], busy))] == [2]


def test_the_one_with_least_in_hand_comes_before_the_longer_idle() -> None:
    entry = Waiting(1, "a", "chat", 0, ago(5))
    people = [Candidate(1, True, ago(600), loads={"chat": 2}), Candidate(2, True, ago(10))]
    assert [p.person_id for p in rules.decide(Snapshot(NOW, [entry], people))] == [2]


def test_a_returned_contact_is_offered_again_after_the_rest() -> None:
    entry = Waiting(1, "a", "chat", 0, ago(60), let_go=(LetGo(7, ago(30)),))
    people = [Candidate(7, True, ago(60))]
    assert [p.person_id for p in rules.decide(Snapshot(NOW, [entry], people))] == [7]
    early = Snapshot(ago(1), [entry], people)
    assert rules.decide(early) == []


def test_the_queue_table_is_read_from_the_top() -> None:
    table = [
        QueueCondition("english", language="en"),
        QueueCondition("wealth", intent="wealth"),
        QueueCondition("vip", channel="chat", tier="HIGH_NET_WORTH"),
    ]
    given_english = {"channel": "chat", "language": "en-GB", "intent": "wealth", "tier": ""}
    assert rules.choose_queue(table, "general", given_english) == ("english", table[0])
    wealth = given_english | {"language": "zh-hans"}
    assert rules.choose_queue(table, "general", wealth) == ("wealth", table[1])
    assert rules.choose_queue(table, "general", {"channel": "chat"}) == ("general", None)


def test_nobody_can_say_how_long_when_nobody_is_there() -> None:
    assert rules.expected_wait_seconds(3, 0, 300.0) is None
    assert rules.expected_wait_seconds(3, 2, None) is None
    assert rules.expected_wait_seconds(3, 2, 300.0) == 450


@given(st.integers(1, 500), st.integers(1, 50), st.floats(1, 3600))
def test_the_expected_wait_grows_with_the_place_and_falls_with_the_takers(
    place: int, takers: int, handled: float
) -> None:
    here = rules.expected_wait_seconds(place, takers, handled)
    behind = rules.expected_wait_seconds(place + 1, takers, handled)
    more = rules.expected_wait_seconds(place, takers + 1, handled)
    assert here is not None
    assert behind is not None
    assert more is not None
    assert 0 <= more <= here <= behind
