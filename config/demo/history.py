"""A month of history, lived through the rooms' own actions in order of time.

Each contact is a script that acts, then says until when it waits; a heap turns them all in order.
What would happen after now does not happen: those contacts and cases are left as they stand.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from config.demo import forms
from config.demo.founding import Founded
from config.demo.texts import Scenario
from shouwen.assurance.satisfaction import actions as satisfaction
from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact, Disposition
from shouwen.contact.routing import actions as routing
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.time import SHANGHAI, day_of
from shouwen.ground.policy import clocks
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person
from shouwen.service.cases import actions as cases
from shouwen.service.cases import queries as case_queries
from shouwen.service.cases.models import Case, Category

# How the contacts of a day spread over its hours, midnight first.
HOURS = (1, 1, 0, 0, 0, 1, 2, 4, 9, 12, 11, 8, 5, 7, 9, 9, 8, 6, 4, 4, 4, 3, 2, 1)
WEEKEND_SHARE = 0.5
LEAVES_EARLY = 0.02
ASKS_AGAIN = ("谢谢。", "好的，明白了。", "好，麻烦了。")
COMMENTS = ("回复很快，说得清楚。", "问题解决了，谢谢。", "等了一会儿，但处理得不错。", "")
SAD_COMMENTS = ("等得太久。", "希望一次就能说清楚。")
# How often a customer comes back with what was closed, and how often somebody looks at it.
COMES_BACK, IS_REVIEWED, REVIEW_IS_GOOD = 0.06, 0.4, 0.8
COME_BACK = ("客户来电：约定的款项仍未到账。", "客户再次反映同一问题，称未收到书面说明。")
REVIEW_WORDS = "告知客户时未说明到账时间，请补充告知。"
# The last conversation is over before now: nobody of the past sits at a desk to end it.
OVER_BY = timedelta(minutes=20)
TURNS_AT_ONCE = 100

Script = Iterator[datetime]


@dataclass(frozen=True, slots=True)
class Day:
    """What one institution's history is drawn from."""

    founded: Founded
    scenarios: list[Scenario]
    categories: dict[str, Category]
    agents: list[Person]
    lead: Person
    now: datetime
    chance: random.Random


def arrivals(chance: random.Random, first: date, now: datetime, per_day: int) -> list[datetime]:
    """Draw the moments at which customers arrive, from `first` up to shortly before now.

    They come in order of time.
    """
    moments = []
    today = day_of(now)
    for offset in range((today - first).days + 1):
        day = first + timedelta(days=offset)
        busy = per_day * (WEEKEND_SHARE if day.weekday() >= 5 else 1.0)
        count = round(busy * chance.uniform(0.8, 1.2))
        for hour in chance.choices(range(24), weights=HOURS, k=count):
            minute, second = chance.randrange(60), chance.randrange(60)
            moments.append(datetime.combine(day, time(hour, minute, second), SHANGHAI))
    return sorted(moment for moment in moments if moment < now - OVER_BY)


def live_through(day: Day, moments: list[datetime]) -> int:
    """Turn one script for each arrival; give how many contacts there were."""
    serial = itertools.count()
    agenda: list[tuple[datetime, int, Script]] = []
    for moment in moments:
        heapq.heappush(agenda, (moment, next(serial), contact_script(day, moment)))
    while agenda:
        # Many turns share one commit: the month is built in a fraction of the time.
        with transaction.atomic():
            for _turn in range(TURNS_AT_ONCE):
                if not agenda:
                    break
                _moment, order, script = heapq.heappop(agenda)
                until = next(script, None)
                if until is not None and until < day.now:
                    heapq.heappush(agenda, (until, order, script))
    return len(moments)


def contact_script(day: Day, arrived: datetime) -> Script:
    """One customer's contact from the first word to its rating, and its case if it becomes one."""
    chance, home = day.chance, day.founded.institution
    scenario = chance.choices(day.scenarios, weights=[s.weight for s in day.scenarios])[0]
    customer = chance.choice(day.founded.customers)
    visitor = Actor.customer(f"demo-{customer.public_id}-{arrived:%m%d%H%M%S}", home.pk)
    contact = conversations.open_contact(
        institution=home,
        channel="chat",
        actor=visitor,
        at=arrived,
        visitor_ref=visitor.ref,
        customer=customer,
        subject=scenario.talk[0][2:],
        intent=scenario.intent,
    )
    at = arrived + timedelta(seconds=1)
    conversations.add_message(
        contact, author="CUSTOMER", body=scenario.talk[0][2:], client_key="c0", actor=visitor, at=at
    )
    conversations.hand_over(contact, reason="no_assistant", actor=day.founded.actor, at=at)
    if chance.random() < LEAVES_EARLY:
        yield at + timedelta(seconds=chance.uniform(25, 90))
        conversations.abandon(contact, actor=visitor, at=at + timedelta(seconds=90))
        return
    agent = _agent(day, scenario)
    actor = staff.actor_of(agent)
    at += timedelta(seconds=chance.lognormvariate(2.1, 0.6))
    yield at
    entry = routing.open_entry(contact)
    if entry is None:
        raise RuntimeError("A contact of the demo's history has no place in the queue")
    routing.take(entry, actor=actor, at=at)
    yield from _talk(day, contact, scenario, agent, visitor, at)
    at = contact.last_message_at or at
    case = _open_case(day, contact, scenario, actor, at) if scenario.becomes_case else None
    at += timedelta(seconds=chance.uniform(10, 60))
    yield at
    conversations.end_contact(
        contact,
        disposition=Disposition.CASE if case else Disposition.RESOLVED,
        actor=actor,
        at=at,
    )
    at += timedelta(seconds=chance.uniform(8, 50))
    yield at
    conversations.wrap_up(contact, actor=actor, at=at)
    if chance.random() < 0.45:
        at += timedelta(seconds=chance.uniform(5, 120))
        yield at
        _rate(day, clocks.Subject("contact", contact.public_id), visitor, at)
    if case is not None:
        yield from case_script(day, case, scenario, agent, at)


def _agent(day: Day, scenario: Scenario) -> Person:
    if scenario.intent == "cards" and day.chance.random() < 0.6:
        cards = [person for person in day.agents if person.username in ("gu", "agent")]
        if cards:
            return day.chance.choice(cards)
    return day.chance.choice(day.agents)


def _talk(
    day: Day, contact: Contact, scenario: Scenario, agent: Person, visitor: Actor, at: datetime
) -> Script:
    actor = staff.actor_of(agent)
    lines = [*scenario.talk[1:], f"c:{day.chance.choice(ASKS_AGAIN)}"]
    for number, line in enumerate(lines, 1):
        who, words = line[0], line[2:].format(staff_no=agent.staff_no)
        at += timedelta(seconds=day.chance.uniform(6, 40))
        yield at
        conversations.add_message(
            contact,
            author="STAFF" if who == "a" else "CUSTOMER",
            body=words,
            client_key=f"{who}{number}",
            actor=actor if who == "a" else visitor,
            at=at,
        )
    conversations.mark_read(
        contact, up_to_sequence=contact.message_count, by="CUSTOMER", actor=visitor, at=at
    )


def _open_case(day: Day, contact: Contact, scenario: Scenario, actor: Actor, at: datetime) -> Case:
    return cases.open_case(
        cases.Question(
            title=scenario.title,
            description=scenario.ask,
            kind="REQUEST",
            channel="CHAT",
            urgency=scenario.urgency,
            reply_by="CHAT",
        ),
        customer=contact.customer,
        contact=contact,
        actor=actor,
        at=at,
    )


def case_script(day: Day, case: Case, scenario: Scenario, agent: Person, at: datetime) -> Script:
    """One case through its four steps, as fast as such cases go here."""
    chance, actor = day.chance, staff.actor_of(agent)
    customer = Actor.customer(
        case.customer.public_id if case.customer else case.public_id, case.institution_id
    )

    def later(hours: float) -> datetime:
        return at + timedelta(hours=chance.lognormvariate(0, 0.5) * hours)

    at = later(0.2)
    yield at
    cases.accept(case, actor=actor, at=at)
    cases.classify(case, day.categories[scenario.category], actor=actor, at=at)
    at = later(0.4)
    yield at
    handler = day.agents[0] if chance.random() < 0.25 else agent
    cases.assign(case, handler, actor=actor, at=at)
    worker = staff.actor_of(handler)
    forms.fill_in(case, actor=worker, at=at)
    at = yield from _settle(day, case, scenario, worker, customer, at)
    if chance.random() < 0.6:
        _rate(day, clocks.Subject("case", case.public_id), customer, at)
    at = later(4)
    yield at
    if _goes_on(day, case, worker, at):
        at = yield from _settle(day, case, scenario, worker, customer, at)
    at = later(12)
    yield at
    cases.archive(case, actor=staff.actor_of(day.lead), at=at)


def _goes_on(day: Day, case: Case, worker: Actor, at: datetime) -> bool:
    """Let the customer come back, or another person look at what was done; say if work goes on."""
    draw = day.chance.random()
    if draw < COMES_BACK:
        reason = day.chance.choice(COME_BACK)
        cases.reopen(case, reason=reason, actor=worker, at=at)
        return True
    reviewer = _reviewer(day, case)
    if reviewer is not None and draw < COMES_BACK + IS_REVIEWED:
        good = day.chance.random() < REVIEW_IS_GOOD
        judgement = cases.Judgement(content_ok=True, process_ok=good, customer_ok=True)
        words = "" if good else REVIEW_WORDS
        cases.review(case, judgement, words=words, actor=reviewer, at=at)
    return case.is_open


def _reviewer(day: Day, case: Case) -> Actor | None:
    """Somebody who may review and had no part in the case; the small institution has few."""
    worked = case_queries.worked_on(case)
    able = (staff.actor_of(person) for person in day.founded.people.values())
    return next(
        (a for a in able if staff_access.has_right(a, "case.review") and a.ref not in worked), None
    )


def _settle(
    day: Day, case: Case, scenario: Scenario, worker: Actor, customer: Actor, at: datetime
) -> Generator[datetime, None, datetime]:
    """Work an assigned case until both sides agree and it is closed; give when that was."""
    chance = day.chance

    def later(hours: float) -> datetime:
        return at + timedelta(hours=chance.lognormvariate(0, 0.5) * hours)

    at = later(0.8)
    yield at
    cases.start_work(case, actor=worker, at=at)
    at = later(5)
    yield at
    cases.record_opinion(
        case, cause=scenario.cause, solution=scenario.solution, actor=worker, at=at
    )
    cases.note_effort(case, "WORK", chance.randrange(10, 60, 5), actor=worker, at=at)
    if chance.random() < 0.15:
        at = later(1)
        yield at
        cases.wait_for_customer(case, reason="等客户补充材料", actor=worker, at=at)
        at = later(14)
        yield at
        cases.carry_on(case, note="材料已补齐", actor=worker, at=at)
    at = later(16)
    yield at
    cases.resolve(case, actor=worker, at=at)
    cases.note_effort(case, "TALK", chance.randrange(5, 20, 5), actor=worker, at=at)
    at = later(2)
    yield at
    cases.send_feedback(case, scenario.feedback, "CHAT", actor=worker, at=at)
    cases.confirm_by_agent(case, actor=worker, at=at)
    at = later(10)
    yield at
    cases.confirm_by_customer(case, actor=customer, at=at)
    at = later(0.5)
    yield at
    cases.close(case, actor=worker, at=at)
    return at


def _rate(day: Day, subject: clocks.Subject, customer: Actor, at: datetime) -> None:
    chance = day.chance
    score = chance.choices((5, 4, 3, 2, 1), weights=(70, 24, 4, 1, 1))[0]
    satisfaction.give_rating(
        subject,
        institution_id=day.founded.institution.pk,
        score=score,
        dimensions={"attitude": min(5, score + 1), "speed": score, "solution": score},
        comment=chance.choice(COMMENTS if score > 3 else SAD_COMMENTS),
        actor=customer,
        at=at,
    )
