"""Whose number is this, for many numbers at once; the caller puts the looking on the trail."""

from __future__ import annotations

from collections.abc import Iterable

from shouwen.ground.vault import blind
from shouwen.people.customers import rules
from shouwen.people.customers.models import ContactPoint, Customer, PointKind
from shouwen.people.customers.queries.reading import surviving

ASKED_AT_ONCE = 400


def whose(institution_id: int, numbers: Iterable[str]) -> dict[str, list[Customer]]:
    """Give the files that go on for each whole customer's, identity or telephone number.

    A number that nobody has is not in the answer. The files are given to programs: nothing of
    them is opened, and nothing is on the trail yet.
    """
    asked = sorted(set(numbers))
    found: dict[str, list[Customer]] = {}
    for start in range(0, len(asked), ASKED_AT_ONCE):
        chunk = asked[start : start + ASKED_AT_ONCE]
        for number, customers in _of_chunk(institution_id, chunk).items():
            found[number] = surviving(customers)
    return found


def _of_chunk(institution_id: int, numbers: list[str]) -> dict[str, list[Customer]]:
    plain: dict[str, str] = {}
    identities: dict[str, str] = {}
    phones: dict[str, str] = {}
    for number in numbers:
        whole = number.upper()
        if rules.CUSTOMER_NUMBER.fullmatch(whole):
            plain[number] = whole
        elif rules.IDENTITY.fullmatch(whole):
            identities[number] = blind.index("id_number", number)
        elif rules.DIALLED.fullmatch(number):
            phones[number] = blind.index("phone", number)
    here = Customer.objects.filter(institution_id=institution_id).order_by("pk")
    by_key: dict[str, list[Customer]] = {}
    for customer in here.filter(number__in=plain.values()):
        by_key.setdefault(customer.number, []).append(customer)
    for customer in here.filter(id_blind__in=identities.values()):
        by_key.setdefault(customer.id_blind, []).append(customer)
    points = ContactPoint.objects.filter(
        customer__institution_id=institution_id,
        kind=PointKind.PHONE,
        value_blind__in=phones.values(),
    ).select_related("customer")
    for point in points.order_by("pk"):
        by_key.setdefault(point.value_blind, []).append(point.customer)
    keys = plain | identities | phones
    return {number: by_key[key] for number, key in keys.items() if key in by_key}
