"""An article taken into a reply is counted once and can be seen by whoever judges the talk."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.tests import factories as staff
from shouwen.service.knowledge import actions, queries
from shouwen.service.knowledge.models import ArticleUse
from shouwen.service.knowledge.tests.factories import MONDAY_9AM, House, a_house, later, published

SAY = "普通卡当年刷满六次，次年免年费。"


@pytest.fixture
def contact(house: House) -> Contact:
    """A contact of the house with one line of its customer."""
    at, actor = MONDAY_9AM, Actor.customer("visit_uses", house.institution.pk)
    contact = conversations.open_contact(
        institution=house.institution, channel="chat", visitor_ref="visit_uses", actor=actor, at=at
    )
    conversations.add_message(
        contact, author="CUSTOMER", body="年费能减免吗", client_key="c1", actor=actor, at=at
    )
    return contact


def test_a_use_counts_once_for_a_message(house: House, contact: Contact) -> None:
    version = published(house, spoken=SAY)
    for _twice in range(2):
        actions.use(version, contact, sequence=1, actor=house.me, at=later(hours=1))
    actions.use(version, contact, sequence=0, actor=house.me, at=later(hours=2))
    version.refresh_from_db()
    assert version.used_count == 2
    assert [(use.sequence, use.person) for use in queries.uses_in(house.me, contact)] == [
        (1, house.agent),
        (0, house.agent),
    ]
    assert AuditRow.objects.filter(act="knowledge.used").count() == 2


def test_what_is_no_longer_in_force_is_not_used(house: House, contact: Contact) -> None:
    version = published(house, spoken=SAY)
    actions.retire(version, "费率调整", actor=house.boss, at=later(hours=1))
    with pytest.raises(actions.NotInForce):
        actions.use(version, contact, sequence=1, actor=house.me, at=later(hours=2))
    with pytest.raises(NotAllowed):
        actions.use(version, contact, sequence=1, actor=staff.FOUNDER, at=later(minutes=5))
    assert not ArticleUse.objects.exists()


def test_another_institution_neither_uses_nor_sees(house: House, contact: Contact) -> None:
    version = published(house, spoken=SAY)
    actions.use(version, contact, sequence=1, actor=house.me, at=later(hours=1))
    other = a_house("insurer")
    with pytest.raises(NotThere):
        actions.use(version, contact, sequence=1, actor=other.me, at=later(hours=1))
    assert queries.uses_in(other.me, contact) == []


def test_suggestions_speak_in_the_title_or_the_keywords(house: House) -> None:
    fee = published(house, spoken=SAY)
    published(house, title="分期手续费", keywords="", body="年费减免另见。", topic="PROCESS")
    ids = queries.answers_to(house.me, "请问年费可以减免吗？", at=later(hours=1))
    assert ids == [fee.pk]
    (found,) = queries.suggestions(house.me, ids, at=later(hours=1))
    assert (found.lines, found.key) == (SAY, "1")
    assert queries.answers_to(house.me, "嗯", at=later(hours=1)) == []
    assert queries.answers_to(a_house("insurer").me, "年费减免", at=later(hours=1)) == []


def test_a_suggestion_that_has_expired_is_not_shown(house: House) -> None:
    version = published(house, spoken=SAY)
    ids = queries.answers_to(house.me, "年费减免", at=later(hours=1))
    actions.retire(version, "费率调整", actor=house.boss, at=later(hours=1))
    assert queries.suggestions(house.me, ids, at=later(hours=2)) == []


def test_only_words_to_say_have_a_key(house: House) -> None:
    plain = published(house)
    spoken = published(house, title="年费减免口径", spoken=SAY)
    found = queries.suggestions(house.me, [plain.pk, spoken.pk], at=later(hours=1))
    assert [(each.version.pk, each.key) for each in found] == [(plain.pk, ""), (spoken.pk, "1")]


@pytest.mark.parametrize("articles", [1, 12])
def test_suggesting_costs_the_same_for_any_number(house: House, articles: int) -> None:
    for number in range(articles):
        published(house, title=f"年费减免规则{number}", spoken=SAY)
    me = house.me
    with CaptureQueriesContext(connection) as asked:
        ids = queries.answers_to(me, "年费减免", at=later(hours=1))
        queries.suggestions(me, ids, at=later(hours=1))
    # One look for each pair of characters, one for what is in force, and one for the rows.
    assert len(asked) == 5
