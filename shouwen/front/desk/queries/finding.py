"""What the palette of Ctrl K finds: cases, contacts, articles, and customers where asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from shouwen.contact.conversations import queries as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.contact.conversations.rules import talking
from shouwen.front.desk.queries import naming
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kit import words as kit_words
from shouwen.ground.kit.palette import FOUND_SHOWN, Entry, Finder
from shouwen.people.customers import queries as customers
from shouwen.people.customers import rules as customer_rules
from shouwen.people.customers.models import Customer
from shouwen.people.customers.ports import history_sources
from shouwen.people.staff.access import has_right
from shouwen.service.cases import actions as case_actions
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import Case
from shouwen.service.cases.queries.searching import names_a_customer
from shouwen.service.knowledge import queries as knowledge

PURPOSE = "palette"
THINGS_OF_A_CUSTOMER = 3
# A whole name: Chinese characters, or at least two words in Latin letters.
_WORD = r"[^\W\d_一-鿿][^\W\d_]*[.'’-]?(?:[^\W\d_]+)?"
NAME = re.compile(rf"[一-鿿·]{{2,15}}|{_WORD}(?: {_WORD}){{1,4}}")


def _case_entry(case: Case) -> Entry:
    names = [case.number, case.customer.name.masked if case.customer else ""]
    return Entry(
        title=case.title,
        url=reverse("cases:case", args=[case.public_id]),
        icon="ticket",
        detail=" · ".join(name for name in names if name),
        aside=str(case.get_state_display()),
    )


def _find_cases(actor: Actor, words: str, at: datetime) -> list[Entry]:
    if names_a_customer(words):
        return []
    filters = cases.Filters(q=words, limit=FOUND_SHOWN)
    return [_case_entry(row.case) for row in case_actions.look_for(actor, filters, at=at).rows]


def _cases_again(actor: Actor, refs: Sequence[str]) -> dict[str, Entry]:
    found = cases.cases_of(actor).filter(public_id__in=refs).select_related("customer")
    return {case.public_id: _case_entry(case) for case in found}


def _all_cases(words: str) -> str:
    # A customer's number must not stand in an address.
    if names_a_customer(words):
        return ""
    return f"{reverse('cases:ledger')}?{urlencode({'view': 'all', 'q': words})}"


def _contact_entry(contact: Contact) -> Entry:
    return Entry(
        title=naming.name_of(contact),
        url=reverse("desk:contact", args=[contact.public_id]),
        icon=naming.icon_of(contact),
        detail=f"{naming.channel_of(contact)} · {kit_words.moment(contact.arrived_at, time.now())}",
        aside=str(contact.get_state_display()),
    )


def _find_contacts(actor: Actor, words: str, _at: datetime) -> list[Entry]:
    """Find the one contact of this id; what is said in contacts is sealed and has no index."""
    if not talking.CONTACT_ID.match(words):
        return []
    return list(_contacts_again(actor, [words]).values())


def _contacts_again(actor: Actor, refs: Sequence[str]) -> dict[str, Entry]:
    found = conversations.contacts_of(actor).filter(public_id__in=refs)
    return {contact.public_id: _contact_entry(contact) for contact in found}


def _find_articles(actor: Actor, words: str, at: datetime) -> list[Entry]:
    if names_a_customer(words):
        return []
    found = knowledge.find(actor, knowledge.Asked(q=words, limit=FOUND_SHOWN), at=at)
    return [
        Entry(
            title=result.version.title,
            url=reverse("knowledge:article", args=[result.version.article.public_id]),
            icon="book-2",
            detail=result.version.category.name,
            aside=str(result.version.get_kind_display()),
        )
        for result in ([] if found.is_nearest else found.results)
    ]


def _all_articles(words: str) -> str:
    if names_a_customer(words):
        return ""
    return f"{reverse('knowledge:home')}?{urlencode({'q': words})}"


def _offer_customer(words: str) -> str:
    """Say which look-up these words allow: by a whole number or a whole name, never by a part."""
    if names_a_customer(words) or customer_rules.CUSTOMER_NUMBER.fullmatch(words.upper()):
        return _("Look for the customer with this number")
    if NAME.fullmatch(words):
        return _("Look for a customer named “%(name)s”") % {"name": words}
    return ""


def _customer_entry(customer: Customer) -> Entry:
    page = reverse("customers:customer", args=[customer.public_id])
    return Entry(
        title=customer.name.masked,
        url=f"{page}?for=serve",
        icon="user",
        detail=customer.number,
        aside=str(customer.get_kind_display()),
    )


def _customers_again(actor: Actor, refs: Sequence[str]) -> dict[str, Entry]:
    return {one.public_id: _customer_entry(one) for one in customers.again(actor, refs)}


def _find_customers(actor: Actor, words: str, at: datetime) -> list[Entry]:
    """Find the files, each with the newest things that happened."""
    found = customers.find(actor, words, at, PURPOSE)
    return [
        entry
        for customer in found
        for entry in (_customer_entry(customer), *_things_of(actor, customer))
    ]


def _things_of(actor: Actor, customer: Customer) -> list[Entry]:
    who = f"{customer.name.masked} · {customer.number}"
    icons = {source.kind: source.icon for source in history_sources()}
    return [
        Entry(who, one.url, icons.get(one.kind, "history"), one.title, one.state)
        for one in customers.history(actor, customer, THINGS_OF_A_CUSTOMER)
    ]


def _with(right: str) -> Callable[[Actor], bool]:
    return lambda actor: has_right(actor, right)


def places_for(actor: Actor) -> list[Entry]:
    """List the floor's pages that the rail does not show."""
    places = []
    if has_right(actor, "contact.supervise"):
        places.append(Entry(_("Conversations that go on"), reverse("desk:running"), "messages"))
    if has_right(actor, "routing.read"):
        places.append(Entry(_("Queues now"), reverse("routing:floor"), "stack-2"))
    return places


FINDERS = (
    Finder(
        "cases.case",
        pgettext_lazy("palette", "Cases"),
        _with("case.read"),
        _find_cases,
        _cases_again,
        _all_cases,
    ),
    Finder(
        "conversations.contact",
        gettext_lazy("Conversations"),
        _with("contact.read"),
        _find_contacts,
        _contacts_again,
    ),
    Finder(
        "knowledge.article",
        pgettext_lazy("palette", "Articles"),
        _with("knowledge.read"),
        _find_articles,
        rest_url=_all_articles,
    ),
    Finder(
        "customers.customer",
        pgettext_lazy("palette", "Customers"),
        _with("customer.read"),
        _find_customers,
        _customers_again,
        offer=_offer_customer,
    ),
)
