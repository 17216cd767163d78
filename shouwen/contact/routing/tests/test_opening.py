"""Opening hours: closed queues offer nothing, tell it, and count no wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact, Message
from shouwen.contact.conversations.tests.factories import a_bank
from shouwen.contact.routing import actions, openings, queries, rules
from shouwen.contact.routing.models import EntryState, Offer, Queue
from shouwen.contact.routing.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_waiting,
    acting,
    at_desk,
    later,
    seen,
)
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from shouwen.ground.kernel.time import SHANGHAI, day_of
from shouwen.ground.policy.models import Clock
from shouwen.ground.policy.rules.working_time import NoHolidays, WorkingCalendar
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.tests.factories import a_person

DAY = [["09:00", "12:00"], ["13:00", "18:00"]]
WEEK = dict.fromkeys(range(5), DAY)
NIGHT = later(hours=13)  # Monday 22:00
TUESDAY_9AM = later(days=1)


def admin_of(bank: Bank) -> Actor:
    return acting(a_person(bank.unit, "admin"))


def with_hours(bank: Bank, queue: Queue, week: Mapping[int, list[list[str]]] = WEEK) -> Queue:
    wanted = actions.OpeningHours("OWN", week)
    actions.set_hours(queue, wanted, seen=queue.revision, actor=admin_of(bank), at=MONDAY_9AM)
    return queue


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("at", "is_open", "turns_at"),
    [
        (shanghai(15, 8, 59), False, shanghai(15, 9)),
        (shanghai(15, 9), True, shanghai(15, 12)),
        (shanghai(15, 12), False, shanghai(15, 13)),
        (shanghai(15, 17, 59), True, shanghai(15, 18)),
        (shanghai(18, 18), False, shanghai(22, 9)),  # 19 to 21 June is the Dragon Boat Festival
        (shanghai(20, 10), False, shanghai(22, 9)),
    ],
)
def test_a_queue_of_its_own_hours_opens_and_closes(
    bank: Bank, at: datetime, is_open: bool, turns_at: datetime
) -> None:
    opening = openings.of_one(with_hours(bank, Queue.objects.get()), at)
    assert (opening.is_open, opening.until_at or opening.opens_at) == (is_open, turns_at)


def test_periods_that_touch_at_midnight_are_one() -> None:
    calendar = WorkingCalendar({0: ((time(20), time(0)),), 1: ((time(0), time(6)),)})
    calendar.holidays = NoHolidays()
    assert rules.opening_at(calendar, shanghai(15, 23)).until_at == shanghai(16, 6)
    assert rules.opening_at(calendar, shanghai(16, 6)).since_at == shanghai(16, 6)


@given(
    st.dictionaries(
        st.integers(0, 6),
        st.lists(st.integers(0, 23), min_size=2, max_size=6, unique=True).map(sorted),
        min_size=1,
    ),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),
)
def test_a_closed_queue_is_open_at_the_very_moment_it_says(
    week: dict[int, list[int]], at: datetime
) -> None:
    periods = {
        day: tuple((time(a), time(b)) for a, b in zip(held[::2], held[1::2], strict=False))
        for day, held in week.items()
    }
    calendar = WorkingCalendar(periods)
    opening = rules.opening_at(calendar, at)
    assert opening.is_open == any(
        opens <= at.astimezone(SHANGHAI).time() < ends
        for opens, ends in calendar.periods_of(day_of(at))
    )
    if opening.is_open:
        assert opening.until_at is not None
        assert not rules.opening_at(calendar, opening.until_at).is_open
    else:
        assert opening.opens_at is not None
        assert rules.opening_at(calendar, opening.opens_at).is_open
        assert not rules.opening_at(calendar, opening.opens_at - timedelta(seconds=1)).is_open


def test_dates_count_before_the_week_and_holidays_can_be_worked(bank: Bank) -> None:
    queue = with_hours(bank, Queue.objects.get())
    admin = admin_of(bank)
    off, festival = date(2026, 6, 16), date(2026, 6, 19)
    actions.set_day(queue, off, [], reason="系统升级", actor=admin, at=MONDAY_9AM)
    night = [["20:00", "24:00"]]
    actions.set_day(queue, festival, night, reason="值守", actor=admin, at=MONDAY_9AM)
    assert not openings.of_one(queue, shanghai(16, 10)).is_open
    assert openings.of_one(queue, shanghai(19, 21)).until_at == shanghai(20, 0)
    actions.remove_day(queue, off, actor=admin, at=MONDAY_9AM)
    assert openings.of_one(queue, shanghai(16, 10)).is_open
    with pytest.raises(NotThere):
        actions.remove_day(queue, off, actor=admin, at=MONDAY_9AM)
    wanted = actions.OpeningHours("OWN", WEEK, keeps_holidays=False)
    actions.set_hours(queue, wanted, seen=queue.revision, actor=admin, at=MONDAY_9AM)
    assert openings.of_one(queue, shanghai(19, 21)).is_open
    acts = AuditRow.objects.filter(act__startswith="queue.day").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == [
        "queue.day_set",
        "queue.day_set",
        "queue.day_removed",
    ]


def test_nothing_is_offered_while_closed_and_everything_after(bank: Bank) -> None:
    with_hours(bank, Queue.objects.get())
    at_desk(bank.agent, at=NIGHT)
    entry = a_waiting(bank, at=NIGHT)
    seen(bank.agent, at=NIGHT)
    actions.dispatch_all(NIGHT)
    assert Offer.objects.count() == 0
    at_desk(bank.agent, at=TUESDAY_9AM)
    actions.dispatch_all(TUESDAY_9AM)
    assert Offer.objects.get().entry == entry


def test_who_comes_while_closed_is_told_once_and_the_clock_begins_at_opening(bank: Bank) -> None:
    with_hours(bank, Queue.objects.get())
    entry = a_waiting(bank, at=NIGHT)
    told = [message.body.plain for message in Message.objects.filter(contact=entry.contact)]
    assert told == [
        "现在不在服务时间，明天09:00开始服务。您可以留言，我们将通过电话或邮件答复；"
        "也可以保留排队，开始服务后为您接入。"
    ]
    clock = Clock.objects.get(subject_ref=entry.contact.public_id, event="consult.first_response")
    assert clock.due_at > TUESDAY_9AM
    assert actions.sweep(NIGHT + timedelta(minutes=5)) == 0
    assert Message.objects.filter(contact=entry.contact).count() == 1


def test_who_waits_at_closing_time_is_told_then(bank: Bank) -> None:
    with_hours(bank, Queue.objects.get())
    before = later(hours=8, minutes=59)
    entry = a_waiting(bank, at=before)
    assert Message.objects.filter(contact=entry.contact).count() == 0
    closing = later(hours=9)
    assert actions.sweep(closing) == 1
    assert actions.sweep(closing + timedelta(seconds=1)) == 0
    assert Message.objects.filter(contact=entry.contact).count() == 1
    entry.refresh_from_db()
    assert (entry.state, entry.told_closed_at) == (EntryState.WAITING, closing)
    # The next evening it is told anew.
    assert actions.sweep(closing + timedelta(days=1)) == 1


def test_a_night_in_a_closed_queue_is_no_wait(bank: Bank) -> None:
    queue = with_hours(bank, Queue.objects.get())
    a_waiting(bank, at=NIGHT)
    [count] = queries.live_counts(bank.institution.pk, TUESDAY_9AM + timedelta(seconds=30))
    assert (count.waiting, count.longest_wait_seconds, count.is_open) == (1, 30.0, True)
    assert queries.open_seconds(bank.institution.pk, queue.code, NIGHT, TUESDAY_9AM) == 0.0
    assert queries.open_seconds(bank.institution.pk, "none", NIGHT, TUESDAY_9AM) is None


def test_a_place_in_a_closed_queue_says_when_it_opens(bank: Bank) -> None:
    with_hours(bank, Queue.objects.get())
    entry = a_waiting(bank, at=NIGHT)
    place = queries.position(entry.contact, NIGHT)
    assert place is not None
    assert place.closed is not None
    assert place.closed.opens_at == TUESDAY_9AM
    assert place.closed.hours == ["周一至周五 09:00–12:00、13:00–18:00"]
    there = queries.position(entry.contact, TUESDAY_9AM)
    assert there is not None
    assert there.closed is None


def test_a_message_left_is_no_customer_lost(bank: Bank) -> None:
    with_hours(bank, Queue.objects.get())
    entry = a_waiting(bank, at=NIGHT, visitor_ref="visit_1")
    customer = Actor.customer("visit_1", bank.institution.pk)
    conversations.leave_message(entry.contact, queue_code="", actor=customer, at=NIGHT)
    contact = Contact.objects.get(pk=entry.contact_id)
    assert (contact.state, contact.disposition) == ("ENDED", "CASE")
    clocks = Clock.objects.filter(subject_ref=contact.public_id)
    assert set(clocks.values_list("state", flat=True)) == {"CANCELLED"}


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (actions.OpeningHours("SOMETIMES"), "hours"),
        (actions.OpeningHours("OWN"), "week"),
        (actions.OpeningHours("OWN", {7: DAY}), "week"),
        (actions.OpeningHours("OWN", {0: [["18:00", "09:00"]]}), "week.0"),
        (actions.OpeningHours("OWN", {0: [["09:00", "12:00"], ["11:00", "18:00"]]}), "week.0"),
        (actions.OpeningHours("OWN", {0: [["nine", "12:00"]]}), "week.0"),
        (actions.OpeningHours("OWN", {0: [["09:00", ""]]}), "week.0"),
        (actions.OpeningHours("OWN", {0: [["09:00"]]}), "week.0"),
        (actions.OpeningHours("OWN", {0: [[f"0{n}:00", f"0{n}:30"] for n in range(4)]}), "week.0"),
    ],
)
def test_wrong_hours_are_refused_by_name(
    bank: Bank, wanted: actions.OpeningHours, field: str
) -> None:
    queue = Queue.objects.get()
    with pytest.raises(Invalid) as refused:
        actions.set_hours(queue, wanted, seen=1, actor=admin_of(bank), at=MONDAY_9AM)
    assert list(refused.value.fields) == [field]
    assert Queue.objects.get().hours == "ALWAYS"


@pytest.mark.parametrize(
    ("day", "periods", "reason", "field"),
    [
        (date(2026, 6, 14), [], "盘点", "date"),
        (date(2026, 6, 16), [["09:00", "08:00"]], "盘点", "periods"),
        (date(2026, 6, 16), [], " ", "reason"),
        (date(2026, 6, 16), [], "x" * 81, "reason"),
    ],
)
def test_a_wrong_date_is_refused_by_name(
    bank: Bank, day: date, periods: list[list[str]], reason: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        actions.set_day(
            Queue.objects.get(), day, periods, reason=reason, actor=admin_of(bank), at=MONDAY_9AM
        )
    assert list(refused.value.fields) == [field]


def test_hours_are_set_by_the_institutions_own_administrator_and_seen_on_the_trail(
    bank: Bank,
) -> None:
    queue = Queue.objects.get()
    wanted = actions.OpeningHours("OWN", WEEK)
    with pytest.raises(NotAllowed):
        actions.set_hours(queue, wanted, seen=1, actor=bank.boss, at=MONDAY_9AM)
    insurer = a_bank("insurer")
    with pytest.raises(NotThere):
        actions.set_hours(queue, wanted, seen=1, actor=admin_of(insurer), at=MONDAY_9AM)
    with_hours(bank, queue)
    with pytest.raises(Conflict):
        actions.set_hours(queue, wanted, seen=1, actor=admin_of(bank), at=MONDAY_9AM)
    row = AuditRow.objects.get(act="queue.hours_set")
    assert "ALWAYS" in row.detail
    assert "OWN" in row.detail
