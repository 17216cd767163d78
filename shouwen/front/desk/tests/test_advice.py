"""Knowledge beside the conversation: what may be said, taken once, seen by whoever judges."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shouwen.front.desk import queries
from shouwen.front.desk.tests.conftest import Talk
from shouwen.front.desk.tests.factories import MONDAY_9AM, SOON, a_centre, say
from shouwen.ground.kernel import time
from shouwen.people.staff.models import Person
from shouwen.people.staff.tests import factories as staff
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.knowledge import actions as knowledge
from shouwen.service.knowledge.models import ArticleUse, ArticleVersion, MissingRequest
from shouwen.service.knowledge.tests.factories import AREAS, FEE

pytestmark = pytest.mark.django_db
SAY = "提前还款的违约金以合同约定为准，我帮您核对。"


def _publish(person: Person, **more: Any) -> ArticleVersion:
    """Let an editor write and a lead approve an article of this person's institution."""
    unit = person.unit
    editor, lead = (staff.acting(staff.a_person(unit, role)) for role in ("editor", "lead"))
    knowledge.plant_categories(person.institution_id, AREAS, actor=staff.FOUNDER, at=MONDAY_9AM)
    wording = replace(FEE, title="提前还款违约金", spoken=SAY, category="loan", keywords="")
    version = knowledge.draft_article(replace(wording, **more), actor=editor, at=MONDAY_9AM)
    knowledge.submit(version, actor=editor, at=MONDAY_9AM)
    knowledge.approve(version, actor=lead, at=MONDAY_9AM)
    return version


def _look(talk: Talk, who: str = "mine") -> str:
    return talk.page(getattr(talk, who), "knowledge/")


def test_the_newest_line_is_answered_and_the_answer_taken(talk: Talk) -> None:
    version = _publish(talk.centre.first)
    page = _look(talk)
    assert SAY in page
    assert 'data-key="1"' in page
    sent = {"article": version.article.public_id, "sequence": "1"}
    for _twice in range(2):
        answer = talk.post(talk.mine, "knowledge/use/", sent)
        assert json.loads(answer["HX-Trigger"]) == {"desk:say": {"words": SAY}}
    (use,) = ArticleUse.objects.all()
    assert (use.version, use.sequence, use.person) == (version, 1, talk.centre.first)
    assert "version 1" in _look(talk) or "第1版" in _look(talk)


def test_a_colleague_reads_but_does_not_take(talk: Talk) -> None:
    version = _publish(talk.centre.first)
    page = _look(talk, "theirs")
    assert SAY in page
    assert "data-key" not in page
    sent = {"article": version.article.public_id, "sequence": "1"}
    assert talk.post(talk.theirs, "knowledge/use/", sent).status_code == 403
    assert not ArticleUse.objects.exists()


def test_what_expired_on_the_screen_is_not_taken(talk: Talk) -> None:
    version = _publish(talk.centre.first)
    _look(talk)
    lead = staff.acting(staff.a_person(talk.centre.first.unit, "lead"))
    knowledge.retire(version, "费率调整", actor=lead, at=SOON - timedelta(seconds=5))
    assert SAY not in _look(talk)
    sent = {"article": version.article.public_id, "sequence": "1"}
    assert talk.post(talk.mine, "knowledge/use/", sent).status_code == 404


@pytest.mark.parametrize(
    ("sent", "status"),
    [({"article": ""}, 404), ({"article": "know_\x00"}, 404), ({"sequence": "-1"}, 422)],
)
def test_bad_uses_are_refused(talk: Talk, sent: dict[str, str], status: int) -> None:
    version = _publish(talk.centre.first)
    body = {"article": version.article.public_id, "sequence": "1", **sent}
    assert talk.post(talk.mine, "knowledge/use/", body).status_code == status


def test_an_article_without_words_is_read_not_said(talk: Talk) -> None:
    version = _publish(talk.centre.first, spoken="")
    assert "data-key" not in _look(talk)
    sent = {"article": version.article.public_id, "sequence": "1"}
    assert talk.post(talk.mine, "knowledge/use/", sent).status_code == 409


def test_a_line_is_looked_for_once(talk: Talk) -> None:
    _publish(talk.centre.first)
    counted = []
    for _twice in range(2):
        with CaptureQueriesContext(connection) as asked:
            _look(talk)
        counted.append(sum("knowledge_versionterm" in each["sql"] for each in asked))
    assert counted[0] > 0
    assert counted[1] == 0


def test_a_thank_you_leaves_what_was_found(talk: Talk) -> None:
    _publish(talk.centre.first)
    say(talk.contact, "好的，谢谢您", at=SOON)
    assert SAY in _look(talk)


def test_another_institutions_knowledge_stays_there(talk: Talk) -> None:
    _publish(a_centre("insurer").first)
    assert SAY not in _look(talk)
    stranger = signed_in(a_centre("broker").first)
    assert talk.get(stranger, "knowledge/").status_code == 404


def test_what_is_missing_is_asked_for_once_and_without_numbers(talk: Talk) -> None:
    cache.clear()
    sent = {"words": "贷款结清 13800006620", "idempotency_key": "ask-1"}
    for _twice in range(2):
        assert talk.post(talk.mine, "knowledge/ask/", sent).status_code == 200
    (asked,) = MissingRequest.objects.all()
    assert "13800006620" not in asked.words
    refused = talk.post(talk.mine, "knowledge/ask/", {"words": "", "idempotency_key": "ask-2"})
    assert (refused.status_code, "sw-toast" in refused["HX-Trigger"]) == (204, True)


def test_the_customers_words_are_offered_without_what_is_personal(talk: Talk) -> None:
    say(talk.contact, "我的手机 13800006620 收不到短信", at=SOON)
    with time.frozen(SOON):
        found = queries.advice_for(
            talk.centre.actor(talk.centre.first), talk.contact.public_id, SOON
        )
    assert "13800006620" not in found.asked
    assert "收不到短信" in found.asked


def test_an_inspector_sees_what_was_used(talk: Talk) -> None:
    version = _publish(talk.centre.first)
    sent = {"article": version.article.public_id, "sequence": "1"}
    talk.post(talk.mine, "knowledge/use/", sent)
    inspector = signed_in(staff.a_person(talk.centre.first.unit, "inspector"))
    answer = talk.get(inspector, "knowledge/")
    assert version.title in answer.text
    assert "data-key" not in answer.text
