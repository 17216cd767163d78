"""Why did this go there: the kept decision as a page, to a program, and to whom it is shown."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.tests.factories import a_bank, a_contact
from shouwen.contact.routing import actions, queries
from shouwen.contact.routing.models import QueueEntry
from shouwen.contact.routing.queries import Hand, Made, Placed
from shouwen.contact.routing.rules import Obstacle
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
from shouwen.ground.kernel.errors import NotAllowed, NotThere
from shouwen.people.staff import actions as staff
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests.factories import a_person, signed_in


@pytest.fixture
def cards(bank: Bank) -> QueueEntry:
    """A contact about cards that was offered to the one who can, who declined it."""
    skill = staff.define_skill(
        institution=bank.institution, code="cards", name_zh="信用卡", actor=bank.system,
        at=MONDAY_9AM,
    )  # fmt: skip
    a_queue(bank, "cards", intents=("cards",), skill_code="cards", min_level=2)
    staff.teach_skill(bank.agent, skill, 3, actor=bank.system, at=MONDAY_9AM)
    staff.teach_skill(bank.colleague, skill, 1, actor=bank.system, at=MONDAY_9AM)
    at_desk(bank.agent, bank.colleague, at=later(seconds=1))
    entry = a_waiting(bank, intent="cards", at=later(seconds=2))
    actions.dispatch_all(later(seconds=7))
    actions.decline_offer(the_offer(), actor=bank.me, at=later(seconds=12))
    return entry


def test_every_step_is_told_with_its_reasons(bank: Bank, cards: QueueEntry) -> None:
    story = queries.story_of(bank.boss, cards.contact.public_id, later(seconds=13))
    placed, made = story.steps
    assert isinstance(placed, Placed)
    assert (placed.code, dict(placed.rule)) == ("cards", {"intent": "cards"})
    assert isinstance(made, Made)
    assert made.person == bank.agent
    assert made.offer is not None
    assert (made.offer.state, made.answered_after_seconds) == ("DECLINED", 5)
    assert made.inputs["waited_seconds"] == 5
    reasons = {j.person: j.verdict.obstacles for j in made.judged}
    assert reasons == {bank.agent: (), bank.colleague: (Obstacle.LOW_LEVEL,)}
    assert [j.is_chosen for j in made.judged] == [True, False]
    now = {j.person: j.verdict.obstacles for j in story.now}
    assert now == {bank.agent: (Obstacle.LET_GO,), bank.colleague: (Obstacle.LOW_LEVEL,)}


def test_what_was_taken_by_hand_is_told(bank: Bank, cards: QueueEntry) -> None:
    entry = QueueEntry.objects.select_related("contact", "queue").get(pk=cards.pk)
    actions.take(entry, actor=bank.other, at=later(seconds=30))
    last = queries.story_of(bank.boss, cards.contact.public_id, later(seconds=31)).steps[-1]
    assert isinstance(last, Hand)
    assert (last.person, last.was_offered, last.until_at) == (bank.colleague, False, None)


def test_an_accepted_offer_was_no_taking_by_hand(bank: Bank) -> None:
    at_desk(bank.agent)
    entry = a_waiting(bank)
    actions.dispatch_all(later(seconds=1))
    actions.accept_offer(the_offer(), actor=bank.me, at=later(seconds=3))
    last = queries.story_of(bank.boss, entry.contact.public_id, later(seconds=4)).steps[-1]
    assert isinstance(last, Hand)
    assert last.was_offered


def test_a_decision_of_before_this_page_still_reads(bank: Bank, cards: QueueEntry) -> None:
    for row in queries.decisions_of(cards.contact):
        row.inputs = {"candidates": 1, "is_preferred": False, "needed_level": 1}
        row.save(update_fields=["inputs"])
    page = signed_in(bank.lead).get(f"/routing/contacts/{cards.contact.public_id}/")
    assert page.status_code == 200


@pytest.mark.parametrize(
    ("role", "allowed"),
    [("lead", True), ("inspector", True), ("auditor", True), ("agent", False), ("admin", False)],
)
def test_only_those_who_judge_read_it(
    bank: Bank, cards: QueueEntry, role: str, allowed: bool
) -> None:
    actor = acting(a_person(bank.unit, role))
    if allowed:
        assert queries.story_of(actor, cards.contact.public_id, later(minutes=1)).steps
    else:
        with pytest.raises(NotAllowed):
            queries.story_of(actor, cards.contact.public_id, later(minutes=1))


def test_another_institutions_contact_is_not_there(bank: Bank, cards: QueueEntry) -> None:
    stranger = a_bank("insurer").boss
    for ref in (cards.contact.public_id, "cont_x", "\x00", "c" * 300):
        with pytest.raises(NotThere):
            queries.story_of(stranger, ref, later(minutes=1))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_says_it_in_words(bank: Bank, cards: QueueEntry, language: str) -> None:
    Person.objects.filter(pk=bank.lead.pk).update(language=language)
    bank.lead.refresh_from_db()
    words = signed_in(bank.lead).get(f"/routing/contacts/{cards.contact.public_id}/")
    shown = words.content.decode()
    wanted = (
        ("Has the skill below the level asked for", "Declined", "level 3")
        if language == "en"
        else ("技能等级不够", "已谢绝", "3级")
    )
    assert [one for one in wanted if one not in shown] == []


def test_a_contact_the_assistant_kept_has_no_way_to_tell(bank: Bank) -> None:
    contact = a_contact(bank)
    page = signed_in(bank.lead).get(f"/routing/contacts/{contact.public_id}/")
    assert page.status_code == 200
    assert queries.story_of(bank.boss, contact.public_id, later(seconds=1)).steps == []


def test_the_api_gives_the_same(bank: Bank, cards: QueueEntry) -> None:
    answer = signed_in(bank.lead).get(f"/api/v1/contacts/{cards.contact.public_id}/routing")
    body = answer.json()
    assert answer.status_code == 200
    assert [step["kind"] for step in body["steps"]] == ["queue", "offer"]
    assert body["steps"][0]["rule"] == {"intent": "cards"}
    offered = body["steps"][1]
    assert (offered["person"], offered["offer"]["state"]) == (bank.agent.public_id, "DECLINED")
    assert [one["obstacles"] for one in offered["candidates"]] == [[], ["LOW_LEVEL"]]


def test_the_story_costs_the_same_for_any_number_of_steps(bank: Bank) -> None:
    at_desk(bank.agent, bank.colleague)
    entry = a_waiting(bank)
    boss = bank.boss

    def cost() -> int:
        seen(bank.agent, bank.colleague, at=later(seconds=130))
        with CaptureQueriesContext(connection) as counted:
            queries.story_of(boss, entry.contact.public_id, later(seconds=130))
        return len(counted)

    def offer_and_decline(second: int) -> None:
        seen(bank.agent, bank.colleague, at=later(seconds=second))
        actions.dispatch_all(later(seconds=second))
        offer = the_offer()
        actions.decline_offer(offer, actor=acting(offer.person), at=later(seconds=second + 1))

    offer_and_decline(1)
    cost()
    first = cost()
    for second in (40, 80, 120):
        offer_and_decline(second)
    assert cost() == first


def test_a_lost_contact_tells_why_it_came_back(bank: Bank) -> None:
    at_desk(bank.agent)
    contact = actions.take(a_waiting(bank), actor=bank.me, at=later(seconds=1))
    actions.return_to_queue(contact, reason="other_skill", actor=bank.me, at=later(seconds=9))
    story = queries.story_of(bank.boss, contact.public_id, later(seconds=10))
    assert [step.kind for step in story.steps] == ["queue", "hand", "queue"]
    conversations.abandon(contact, actor=bank.system, at=later(seconds=11))
    assert queries.story_of(bank.boss, contact.public_id, later(seconds=12)).now == []
