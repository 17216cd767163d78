"""Queues as data: changed in one go, on the trail with before and after, and never a circle."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from shouwen.contact.conversations.tests.factories import a_bank
from shouwen.contact.routing import actions, queries
from shouwen.contact.routing.actions import QueueSettings, SkillSettings, StepSettings
from shouwen.contact.routing.models import Decision, Offer, Queue, QueueEntry, QueueRule
from shouwen.contact.routing.tests.factories import (
    MONDAY_9AM,
    Bank,
    a_queue,
    a_waiting,
    acting,
    at_desk,
    later,
    seen,
    the_offer,
)
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Unit
from shouwen.people.staff.tests.factories import a_person, a_unit


@pytest.fixture
def admin(bank: Bank) -> Actor:
    """The administrator as an actor."""
    return acting(a_person(bank.unit, "admin"))


def online(bank: Bank) -> Queue:
    return Queue.objects.get(institution=bank.institution, code="online")


def change(bank: Bank, admin: Actor, code: str = "online", **wanted: Any) -> Queue:
    queue = Queue.objects.get(institution=bank.institution, code=code)
    settings = replace(actions.settings_of(queue), **wanted)
    actions.change_queue(queue, settings, seen=queue.revision, actor=admin, at=later(seconds=1))
    return queue


def test_a_change_is_on_the_trail_with_before_and_after(bank: Bank, admin: Actor) -> None:
    change(bank, admin, priority=7, steps=(StepSettings(30, unit="any"),))
    row = AuditRow.objects.get(act="queue.changed")
    detail = json.loads(row.detail)
    assert json.loads(detail["before"]) == {"priority": 0, "steps": []}
    after = {"priority": 7, "steps": [{"after_seconds": 30, "levels_less": 0, "unit": "any"}]}
    assert json.loads(detail["after"]) == after
    change(bank, admin, priority=7)
    assert AuditRow.objects.filter(act="queue.changed").count() == 1


def test_whoever_saw_an_older_state_is_told(bank: Bank, admin: Actor) -> None:
    queue = online(bank)
    settings = actions.settings_of(queue)
    actions.change_queue(queue, settings, seen=1, actor=admin, at=MONDAY_9AM)
    with pytest.raises(Conflict):
        actions.change_queue(queue, settings, seen=1, actor=admin, at=MONDAY_9AM)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"name_zh": " "}, "name_zh"),
        ({"name_en": "x" * 61}, "name_en"),
        ({"ageing_seconds": 0}, "ageing_seconds"),
        ({"service_level_percent": 101}, "service_level_percent"),
        ({"capacities": {"chat": 51}}, "capacities"),
        ({"capacities": {"pigeon": 1}}, "capacities"),
        ({"unit": "unit_nowhere"}, "unit"),
        ({"unit": "\x00"}, "unit"),
        ({"skills": (SkillSettings("flying"),)}, "skills"),
        ({"skills": (SkillSettings("\x00"),)}, "skills"),
        ({"skills": (SkillSettings("cards", 6),)}, "skills"),
        ({"skills": (SkillSettings("cards", 0),)}, "skills"),
        ({"skills": (SkillSettings("cards"), SkillSettings("cards", 2))}, "skills"),
        ({"overflow_queue": "nowhere", "overflow_above": 1}, "overflow_queue"),
        ({"overflow_queue": "online", "overflow_above": 1}, "overflow_queue"),
        ({"steps": (StepSettings(0, 1),)}, "steps"),
        ({"steps": (StepSettings(10),)}, "steps"),
        ({"steps": (StepSettings(10, 5),)}, "steps"),
        ({"steps": (StepSettings(10, 0, "unit_x"),)}, "steps"),
        ({"steps": (StepSettings(10, 1),) * 5}, "steps"),
        ({"is_default": False}, "is_default"),
    ],
)
def test_what_cannot_be_is_named(
    bank: Bank, admin: Actor, wanted: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as told:
        change(bank, admin, **wanted)
    assert set(told.value.fields) == {field}
    assert online(bank).revision == 1


def test_only_an_administrator_of_the_house_changes_it(bank: Bank, admin: Actor) -> None:
    settings = actions.settings_of(online(bank))
    with pytest.raises(NotAllowed):
        actions.change_queue(online(bank), settings, seen=1, actor=bank.boss, at=MONDAY_9AM)
    stranger = acting(a_person(a_bank("insurer").unit, "admin"))
    with pytest.raises(NotThere):
        actions.change_queue(online(bank), settings, seen=1, actor=stranger, at=MONDAY_9AM)
    with pytest.raises(NotThere):
        queries.queue_for(stranger, "online")
    assert queries.table_lines(stranger) == []


def test_another_houses_unit_is_not_there(bank: Bank, admin: Actor) -> None:
    theirs = a_bank("insurer").unit
    with pytest.raises(Invalid):
        change(bank, admin, unit=theirs.public_id)


def test_a_new_queue_may_become_the_default(bank: Bank, admin: Actor) -> None:
    wanted = QueueSettings(name_zh="夜间", name_en="Night", is_default=True)
    made = actions.found_queue(bank.institution, "night", wanted, actor=admin, at=MONDAY_9AM)
    assert list(Queue.objects.filter(is_default=True)) == [made]
    with pytest.raises(actions.QueueExists):
        actions.found_queue(bank.institution, "night", wanted, actor=admin, at=MONDAY_9AM)
    for code in ("", "Night", "夜", "a b", "x" * 41):
        with pytest.raises(Invalid):
            actions.found_queue(bank.institution, code, wanted, actor=admin, at=MONDAY_9AM)


def test_overflow_may_not_go_round(bank: Bank, admin: Actor) -> None:
    a_queue(bank, "cards")
    a_queue(bank, "loans")
    change(bank, admin, "online", overflow_queue="cards", overflow_above=1)
    change(bank, admin, "cards", overflow_queue="loans", overflow_after_seconds=30)
    with pytest.raises(Invalid):
        change(bank, admin, "loans", overflow_queue="online", overflow_above=9)


def test_what_finds_too_many_waiting_goes_elsewhere_at_once(bank: Bank, admin: Actor) -> None:
    a_queue(bank, "spare")
    change(bank, admin, "online", overflow_queue="spare", overflow_above=1)
    assert a_waiting(bank).queue.code == "online"
    second = a_waiting(bank)
    assert (second.queue.code, second.been_in) == ("spare", ["online"])
    assert second.contact.queue_code == "spare"
    decision = Decision.objects.get(entry=second)
    assert decision.inputs["overflow_from"] == "online"


def test_what_waits_too_long_moves_on_and_is_told(bank: Bank, admin: Actor) -> None:
    spare = a_queue(bank, "spare")
    change(bank, admin, "online", overflow_queue="spare", overflow_after_seconds=30)
    entry = a_waiting(bank, at=later(seconds=2))
    assert actions.sweep(later(seconds=31)) == 0
    assert actions.sweep(later(seconds=32)) == 1
    assert actions.sweep(later(seconds=33)) == 0
    fresh = QueueEntry.objects.select_related("contact").get(pk=entry.pk)
    assert (fresh.queue, fresh.been_in, fresh.enqueued_at) == (spare, ["online"], entry.enqueued_at)
    assert fresh.contact.queue_code == "spare"
    last = queries.story_of(bank.boss, fresh.contact.public_id, later(seconds=40)).steps[-1]
    assert last.inputs["overflow_from"] == "online"  # type: ignore[union-attr]  # a Placed step


def test_a_step_looks_in_another_unit(bank: Bank, admin: Actor) -> None:
    elsewhere: Unit = a_unit(bank.institution, "后备组")
    helper = a_person(elsewhere, "agent")
    change(
        bank,
        admin,
        unit=bank.unit.public_id,
        steps=(StepSettings(20, 0, elsewhere.public_id),),
    )
    at_desk(helper)
    a_waiting(bank)
    actions.dispatch_all(later(seconds=10))
    assert not Offer.objects.exists()
    seen(helper, at=later(seconds=21))
    actions.dispatch_all(later(seconds=21))
    assert the_offer().person == helper


def test_a_queue_says_how_many_one_person_holds(bank: Bank, admin: Actor) -> None:
    change(bank, admin, capacities={"chat": 1})
    at_desk(bank.agent)
    actions.take(a_waiting(bank), actor=bank.me, at=later(seconds=1))
    a_waiting(bank)
    actions.dispatch_all(later(seconds=2))
    assert not Offer.objects.exists()
    staff_admin = acting(a_person(bank.unit, "admin"))
    actions.set_capacity(bank.agent, "chat", 2, actor=staff_admin, at=later(seconds=3))
    seen(bank.agent, at=later(seconds=4))
    actions.dispatch_all(later(seconds=4))
    assert the_offer().person == bank.agent


def test_the_lines_are_ordered_and_each_step_is_on_the_trail(bank: Bank, admin: Actor) -> None:
    queue = online(bank)
    lines = [
        actions.add_queue_rule(queue, intent=topic, actor=admin, at=MONDAY_9AM)
        for topic in ("cards", "loans", "fraud")
    ]
    actions.move_queue_rule(lines[2].pk, up=True, actor=admin, at=MONDAY_9AM)
    actions.move_queue_rule(lines[0].pk, up=True, actor=admin, at=MONDAY_9AM)
    assert [line.intent for line in queries.table_lines(admin)] == ["cards", "fraud", "loans"]
    actions.remove_queue_rule(lines[0].pk, actor=admin, at=MONDAY_9AM)
    with pytest.raises(NotThere):
        actions.remove_queue_rule(lines[0].pk, actor=admin, at=MONDAY_9AM)
    assert [line.intent for line in queries.table_lines(admin)] == ["fraud", "loans"]
    rows = AuditRow.objects.filter(act__startswith="queue.rule").order_by("pk")
    acts = list(rows.values_list("act", flat=True))
    assert acts == [*["queue.rule-added"] * 3, "queue.rule-moved", "queue.rule-removed"]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({}, "intent"),
        ({"channel": "pigeon"}, "channel"),
        ({"intent": "卡"}, "intent"),
        ({"language": "fr"}, "language"),
        ({"tier": "RICH"}, "tier"),
        ({"risk": "HUGE"}, "risk"),
    ],
)
def test_a_line_that_cannot_be_is_named(
    bank: Bank, admin: Actor, line: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as told:
        actions.add_queue_rule(online(bank), **line, actor=admin, at=MONDAY_9AM)
    assert set(told.value.fields) == {field}
    assert not QueueRule.objects.exists()


def test_the_trial_answers_as_the_live_centre_does(bank: Bank, admin: Actor) -> None:
    cards = a_queue(bank, "cards")
    actions.add_queue_rule(cards, intent="cards", risk="HIGH", actor=admin, at=MONDAY_9AM)
    given = {"channel": "chat", "intent": "cards", "language": "", "tier": "", "risk": "HIGH"}
    at_desk(bank.agent)
    answer = queries.would_go(admin, given, later(seconds=1))
    assert answer is not None
    assert answer.queue == cards
    assert [(one.person, one.is_chosen) for one in answer.judged] == [(bank.agent, True)]
    plain = queries.would_go(admin, given | {"risk": ""}, later(seconds=1))
    assert plain is not None
    assert (plain.queue, plain.line) == (online(bank), None)
    assert not QueueEntry.objects.exists()


def test_skills_keep_widening_as_they_did(bank: Bank) -> None:
    skill = staff.define_skill(
        institution=bank.institution, code="wealth", name_zh="理财", actor=bank.system,
        at=MONDAY_9AM,
    )  # fmt: skip
    queue = a_queue(bank, "wealth", skill_code="wealth", min_level=3)
    staff.teach_skill(bank.agent, skill, 1, actor=bank.system, at=MONDAY_9AM)
    held = actions.settings_of(queue).steps
    assert held == (StepSettings(60, 1), StepSettings(120, 2))
