"""What customers agree to: for their file, and for every place that sends something out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.errors import Conflict, Words
from shouwen.people.customers.models import Consent, Customer, Purpose, Way
from shouwen.people.customers.rules import consents as rules
from shouwen.people.customers.rules.consents import Verdict, Word

CONSENT_ROWS = 50


class ContactUnwanted(Conflict):
    """The customer said no to being reached for this, or this way."""

    message = _("The customer has refused this. Look into their file for what they allow.")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one purpose stands: the newest word about each way that one was said for."""

    purpose: str
    words: Words
    said: list[Consent]


def _word(row: Consent) -> Word:
    return Word(row.purpose, row.way, row.is_given, row.decided_at, row.pk)


def consents_of(customer: Customer) -> list[Consent]:
    """List what a customer said, newest first; for whoever has opened the file."""
    return list(customer.consents.order_by("-decided_at", "-pk")[:CONSENT_ROWS])


def standings(rows: Iterable[Consent]) -> list[Standing]:
    """Give what counts now of rows that are newest first, purpose by purpose."""
    newest: dict[tuple[str, str], Consent] = {}
    for row in rows:
        newest.setdefault((row.purpose, row.way), row)
    return [
        Standing(
            purpose.value,
            purpose.label,
            [newest[purpose.value, way] for way in Way.values if (purpose.value, way) in newest],
        )
        for purpose in Purpose
        if any(said == purpose.value for said, _way in newest)
    ]


def is_left_alone(rows: Iterable[Consent]) -> bool:
    """Whether these words come to: do not contact me at all."""
    words = [_word(row) for row in rows]
    return rules.verdict(words, Purpose.ANY, Way.ANY) is Verdict.LEFT_ALONE


def unwanted(customer_ids: Collection[int], purpose: str, way: str) -> dict[int, Verdict]:
    """Give those of many customers who are not to be reached so, and why; one query.

    Who has said nothing is not among them unless the purpose needs a yes.
    """
    said: defaultdict[int, list[Word]] = defaultdict(list)
    for row in Consent.objects.filter(customer_id__in=customer_ids).order_by("pk"):
        said[row.customer_id].append(_word(row))
    return {
        each: rules.verdict(said[each], purpose, way)
        for each in customer_ids
        if not rules.may_reach(said[each], purpose, way)
    }


def require_wanted(customer: Customer | None, purpose: str, way: str) -> None:
    """Let something be sent, or somebody called. Raises ContactUnwanted.

    Every place that reaches out asks this, or `unwanted` for many. Nobody known, nobody refused.
    """
    if customer is not None and unwanted([customer.pk], purpose, way):
        raise ContactUnwanted
