"""Whose contact is whose to read: asked of the database and of contacts at hand, one answer."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from shouwen.contact.conversations import access
from shouwen.contact.conversations.models import Contact
from shouwen.contact.conversations.tests.factories import Bank, a_bank, a_contact, a_customer
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotAllowed
from shouwen.people.staff.tests import factories as staff


def contacts_of_all_kinds(bank: Bank) -> None:
    """Every pair there can be of owner and handler, with a customer and without."""
    elsewhere = staff.a_person(staff.a_unit(bank.institution, name_zh="外地部"), "agent")
    whose = (None, bank.agent, bank.colleague, elsewhere)
    customer = a_customer(bank)
    for owner, handler, whom in itertools.product(whose, whose, (None, customer)):
        if handler is not None and owner is None:
            continue  # whoever has it in hand first owns it
        contact = a_contact(bank)
        Contact.objects.filter(pk=contact.pk).update(owner=owner, handler=handler, customer=whom)


def askers(bank: Bank, other: Bank) -> list[Actor]:
    """People of all reaches, programs, the system, and customers with and without a name."""
    mine = [bank.me, bank.other, bank.boss, replace(bank.me, unit_ids=frozenset())]
    wide = replace(bank.boss, all_units=True)
    visits = list(Contact.objects.order_by("pk").values_list("visitor_ref", flat=True)[:2])
    named = [one.customer for one in Contact.objects.filter(customer__isnull=False)[:1]]
    refs = [*visits, *(one.public_id for one in named if one), "", "cust_nobody"]
    customers = [Actor.customer(ref, one.institution.pk) for ref in refs for one in (bank, other)]
    return [*mine, wide, other.boss, replace(wide, institution_id=None), bank.system, *customers]


def test_contacts_at_hand_are_judged_as_the_database_judges(bank: Bank) -> None:
    other = a_bank("other")
    contacts_of_all_kinds(bank)
    a_contact(other)
    people = ("owner", "handler", "customer", "institution")
    held = list(Contact.objects.select_related(*people).order_by("pk"))
    answers = set()
    for actor in askers(bank, other):
        found = Contact.objects.filter(access.within_reach(actor)).order_by("pk")
        reach = access.reach_of(actor)
        expected = set(found.values_list("pk", flat=True))
        assert {one.pk for one in held if reach(one)} == expected, actor
        answers.add(len(expected))
    assert len(answers) > 4


def test_who_may_not_read_contacts_is_refused_before_any_is_seen(bank: Bank) -> None:
    nobody = replace(bank.me, roles=frozenset())
    with pytest.raises(NotAllowed):
        access.reach_of(nobody)
    with pytest.raises(NotAllowed):
        access.within_reach(nobody)
