"""What customers refuse is heeded: the newest word counts, and what is owed still comes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import actions, queries
from shouwen.people.customers.models import Customer, Purpose, Way
from shouwen.people.customers.rules import consents as rules
from shouwen.people.customers.rules.consents import Verdict, Word
from shouwen.people.staff.models import Institution
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)

PURPOSES = [each.value for each in Purpose]
WAYS = [each.value for each in Way]


def word(purpose: str, way: str, *, yes: bool, minute: int = 0) -> Word:
    return Word(purpose, way, yes, MONDAY_9AM + timedelta(minutes=minute), minute)


def said(customer: Customer, purpose: str, way: str = "", *, yes: bool, minute: int = 0) -> None:
    at = MONDAY_9AM + timedelta(minutes=minute)
    actions.record_consent(
        customer,
        purpose=purpose,
        way=way,
        is_given=yes,
        evidence="RECORDING",
        evidence_ref="REC-20260615-0007",
        actor=FOUNDER,
        at=at,
    )


@pytest.mark.parametrize(
    ("words", "purpose", "way", "expected"),
    [
        ([], "SURVEY", "CHAT", Verdict.UNASKED),
        ([word("SURVEY", "", yes=False)], "SURVEY", "CHAT", Verdict.REFUSED),
        ([word("SURVEY", "PHONE", yes=False)], "SURVEY", "CHAT", Verdict.UNASKED),
        (
            [word("SURVEY", "", yes=False), word("SURVEY", "CHAT", yes=True, minute=1)],
            "SURVEY", "CHAT", Verdict.AGREED,
        ),
        (
            [word("SURVEY", "CHAT", yes=True), word("SURVEY", "", yes=False, minute=1)],
            "SURVEY", "CHAT", Verdict.REFUSED,
        ),
        (
            [word("ANY", "", yes=False), word("SURVEY", "CHAT", yes=True, minute=1)],
            "SURVEY", "CHAT", Verdict.LEFT_ALONE,
        ),
        ([word("ANY", "", yes=False)], "NOTICE", "PHONE", Verdict.UNASKED),
        ([word("ANY", "PHONE", yes=False)], "NOTICE", "PHONE", Verdict.LEFT_ALONE),
        ([word("NOTICE", "LETTER", yes=False)], "NOTICE", "LETTER", Verdict.REFUSED),
        ([word("NOTICE", "LETTER", yes=False)], "NOTICE", "PHONE", Verdict.UNASKED),
    ],
)  # fmt: skip
def test_the_newest_word_that_fits_counts(
    words: list[Word], purpose: str, way: str, expected: Verdict
) -> None:
    assert rules.verdict(words, purpose, way) is expected


@given(
    st.lists(st.tuples(st.sampled_from(PURPOSES), st.sampled_from(WAYS), st.booleans())),
    st.sampled_from(PURPOSES),
    st.sampled_from(WAYS),
)
def test_a_last_no_always_holds(
    before: list[tuple[str, str, bool]], purpose: str, way: str
) -> None:
    words = [word(p, w, yes=yes, minute=n) for n, (p, w, yes) in enumerate(before)]
    words.append(word(purpose, way, yes=False, minute=len(words)))
    owed_by_any_way = purpose in rules.OWED and way == rules.ANY_WAY
    assert rules.may_reach(words, purpose, way) is owed_by_any_way


@given(st.sampled_from(PURPOSES), st.sampled_from(WAYS))
def test_offers_and_sharing_need_a_yes_first(purpose: str, way: str) -> None:
    assert rules.may_reach([], purpose, way) is (purpose not in ("MARKETING", "SHARING"))
    assert rules.may_reach([word(purpose, "", yes=True)], purpose, way)


def test_what_was_said_stands_with_its_proof(customer: Customer) -> None:
    said(customer, "SURVEY", "CHAT", yes=False)
    said(customer, "SURVEY", "CHAT", yes=True, minute=5)
    said(customer, "ANY", yes=False, minute=9)
    rows = queries.consents_of(customer)
    standing = [(s.purpose, [(r.way, r.is_given) for r in s.said]) for s in queries.standings(rows)]
    assert standing == [("ANY", [("", False)]), ("SURVEY", [("CHAT", True)])]
    assert queries.is_left_alone(rows)
    with pytest.raises(queries.ContactUnwanted):
        queries.require_wanted(customer, Purpose.SURVEY, Way.CHAT)
    queries.require_wanted(customer, Purpose.NOTICE, Way.PHONE)
    acts = AuditRow.objects.filter(act__startswith="customer.consent").order_by("pk")
    assert [row.act for row in acts] == [
        "customer.consent_refused",
        "customer.consent_given",
        "customer.consent_refused",
    ]
    assert '"ref":"REC-20260615-0007"' in acts[0].detail


def test_a_number_in_the_proof_is_not_kept(customer: Customer) -> None:
    kept = actions.record_consent(
        customer,
        purpose="ANY",
        way="",
        is_given=False,
        evidence="CONTACT",
        evidence_ref="来电13800001234",
        actor=FOUNDER,
        at=MONDAY_9AM,
    )
    assert "13800001234" not in kept.evidence_ref


def test_every_wrong_entry_is_named(customer: Customer) -> None:
    with pytest.raises(Invalid) as error:
        actions.record_consent(
            customer,
            purpose="ALL",
            way="PIGEON",
            is_given=True,
            evidence="HEARSAY",
            evidence_ref=" ",
            decided_at=MONDAY_9AM + timedelta(days=1),
            actor=FOUNDER,
            at=MONDAY_9AM,
        )
    assert set(error.value.fields) == {"purpose", "way", "evidence", "evidence_ref", "decided_at"}


def test_who_may_record(bank: Institution, customer: Customer) -> None:
    unit = a_unit(bank)
    risk = acting(a_person(unit, "risk"))
    stranger = acting(a_person(a_unit(an_institution("insurer")), "agent"))

    def record(actor: Actor) -> None:
        actions.record_consent(
            customer,
            purpose="SURVEY",
            way="",
            is_given=False,
            evidence="FORM",
            evidence_ref="F-1",
            actor=actor,
            at=MONDAY_9AM,
        )

    with pytest.raises(NotAllowed):
        record(risk)
    with pytest.raises(NotThere):
        record(stranger)
    record(acting(a_person(unit, "agent")))


def test_many_are_asked_about_in_one_query(
    bank: Institution,
    customer: Customer,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    other = actions.register_customer(bank, name="韩梅", actor=FOUNDER, at=MONDAY_9AM)
    said(customer, "CALLBACK", yes=False)
    with django_assert_num_queries(1):
        found = queries.unwanted([customer.pk, other.pk], Purpose.CALLBACK, Way.PHONE)
    assert found == {customer.pk: Verdict.REFUSED}
