"""An institution forbids words of its own beside those of the packs, and may end them again."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shouwen.front.console import actions
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.policy import actions as policy
from shouwen.ground.policy import queries
from shouwen.ground.policy.models import HousePhrase
from shouwen.ground.policy.rules.phrases import find_forbidden
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.tests import factories as staff

NOW = staff.MONDAY_9AM
PAGE = "/console/rules/phrases/"
WORDS = {
    "phrase": "闭眼买入",
    "kind": "false_claim",
    "channel": "",
    "say_instead": "产品有风险，以说明书为准。",
    "source": "合规〔2026〕8号",
}
Forbid = Callable[..., HousePhrase]


@pytest.fixture
def risk(centre: Unit) -> Person:
    """Who keeps the rules."""
    return staff.a_person(centre, "risk")


@pytest.fixture
def forbid(risk: Person) -> Forbid:
    """Forbid words at the institution."""

    def act(**said: str) -> HousePhrase:
        return actions.forbid_phrase(**{**WORDS, **said}, actor=staff.acting(risk), at=NOW)

    return act


def hits(unit: Unit, text: str, channel: str = "chat") -> list[tuple[str, str, str]]:
    """Give what is found in a line: words, source, and what to say instead."""
    listed = queries.phrases(unit.institution_id, channel)
    return [(hit.phrase, hit.clause, hit.say_instead) for hit in find_forbidden(text, listed)]


def test_own_words_are_found_like_those_of_the_packs_and_only_at_home(
    centre: Unit, forbid: Forbid
) -> None:
    assert hits(centre, "这款产品闭眼买入") == []
    row = forbid()
    assert hits(centre, "这款产品闭·眼 买入") == [
        ("闭眼买入", "合规〔2026〕8号", "产品有风险，以说明书为准。")
    ]
    assert hits(staff.a_unit(staff.an_institution("insurer")), "闭眼买入") == []
    actions.end_phrase(row.public_id, actor=staff.acting(_risk_of(row, centre)), at=NOW)
    assert hits(centre, "这款产品闭眼买入") == []
    told = [
        (one.act, json.loads(one.detail)["phrase"])
        for one in AuditRow.objects.filter(act__startswith="phrase.").order_by("pk")
    ]
    assert told == [("phrase.forbidden", "闭眼买入"), ("phrase.ended", "闭眼买入")]
    # What ended may be forbidden again.
    forbid()


def _risk_of(row: HousePhrase, centre: Unit) -> Person:
    return Person.objects.get(public_id=row.added_by, institution=centre.institution)


def test_words_of_one_channel_may_be_said_on_the_other(centre: Unit, forbid: Forbid) -> None:
    forbid(channel="phone")
    assert hits(centre, "闭眼买入", "chat") == []
    assert len(hits(centre, "闭眼买入", "voice")) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phrase", ""),
        ("phrase", "……！"),
        ("phrase", "的"),
        ("phrase", "长" * 41),
        ("kind", "rude"),
        ("channel", "radio"),
        ("say_instead", " "),
        ("say_instead", "长" * 201),
        ("source", ""),
        ("source", "长" * 61),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_forbidden(
    centre: Unit, forbid: Forbid, field: str, value: str
) -> None:
    with pytest.raises(Invalid) as caught:
        forbid(**{field: value})
    assert set(caught.value.fields) == {field}
    assert not HousePhrase.objects.exists()


def test_the_same_words_are_forbidden_once_and_not_without_end(
    centre: Unit, forbid: Forbid, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid()
    with pytest.raises(policy.PhraseKnownAlready):
        forbid(channel="web")
    monkeypatch.setattr(policy, "PHRASES_AT_MOST", 1)
    with pytest.raises(policy.TooManyPhrases):
        forbid(phrase="零风险")


def test_only_who_keeps_the_rules_of_the_house_changes_the_list(
    centre: Unit, risk: Person, forbid: Forbid
) -> None:
    row = forbid()
    lead = staff.acting(staff.a_person(centre, "lead"))
    with pytest.raises(NotAllowed):
        actions.forbid_phrase(**WORDS, actor=lead, at=NOW)
    with pytest.raises(NotAllowed):
        actions.end_phrase(row.public_id, actor=lead, at=NOW)
    other = staff.a_person(staff.a_unit(staff.an_institution("insurer")), "risk")
    with pytest.raises(NotThere):
        actions.end_phrase(row.public_id, actor=staff.acting(other), at=NOW)
    actions.end_phrase(row.public_id, actor=staff.acting(risk), at=NOW)
    with pytest.raises(NotThere):
        actions.end_phrase(row.public_id, actor=staff.acting(risk), at=NOW)


def test_the_page_lists_forbids_and_ends(centre: Unit, admin: Client) -> None:
    assert "我理解" in admin.get(PAGE).content.decode()
    wrong = admin.post(f"{PAGE}add/", {**WORDS, "source": ""})
    assert wrong.status_code == 422
    assert 'value="闭眼买入"' in wrong.content.decode(), "what was typed stays"
    admin.post(f"{PAGE}add/", WORDS)
    assert admin.post(f"{PAGE}add/", WORDS).status_code == 409
    row = HousePhrase.objects.get()
    assert "合规〔2026〕8号" in admin.get(PAGE).content.decode()
    admin.post(f"{PAGE}{row.public_id}/end/")
    assert "合规〔2026〕8号" not in admin.get(PAGE).content.decode()
    agent = staff.signed_in(staff.a_person(centre, "agent"))
    assert "/phrases/add/" not in agent.get(PAGE).content.decode()
    assert agent.post(f"{PAGE}add/", WORDS).status_code == 403


def test_the_page_costs_the_same_for_any_number(
    admin: Client, forbid: Forbid, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(30):
        forbid(phrase=f"保证收益{n}倍")
    admin.get(PAGE)
    with django_assert_max_num_queries(12):
        admin.get(PAGE)
