"""A customer's own questions and conversations, in the customer's words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import pgettext_lazy

from shouwen.contact.conversations import queries as conversations
from shouwen.contact.conversations.models import Contact, ContactState
from shouwen.front.portal.queries.progress import STATE_WORDS, Words
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import masking
from shouwen.people.customers import queries as customers
from shouwen.people.customers.fields import VAULT_KIND
from shouwen.people.customers.models import Customer
from shouwen.people.customers.spool import SpoolFolder
from shouwen.people.staff.models import Institution
from shouwen.service.cases import queries as cases
from shouwen.service.cases.models import Case
from shouwen.service.cases.rules.states import State
from shouwen.service.cases.rules.steps import step_of

CONTACT_ROWS = 10
LETTERS_SHOWN = 20
# In these the customer is the one to act.
YOURS = frozenset({State.WAITING_CUSTOMER, State.FEEDBACK_SENT})

CONTACT_WORDS: dict[str, Words] = {
    ContactState.ARRIVED: pgettext_lazy("customer", "Just begun"),
    ContactState.QUEUED: pgettext_lazy("customer", "In the queue"),
    ContactState.ACTIVE: pgettext_lazy("customer", "Going on"),
    ContactState.WRAP_UP: pgettext_lazy("customer", "Ended"),
    ContactState.ENDED: pgettext_lazy("customer", "Ended"),
    ContactState.ABANDONED: pgettext_lazy("customer", "Not answered"),
}
CHANNEL_WORDS: dict[str, tuple[Words, str]] = {
    "chat": (pgettext_lazy("customer", "Online service"), "message-circle"),
    "voice": (pgettext_lazy("customer", "Telephone"), "phone"),
    "email": (pgettext_lazy("customer", "E-mail"), "mail"),
    "sms": (pgettext_lazy("customer", "Text message"), "message-2"),
    "fax": (pgettext_lazy("customer", "Fax"), "file-text"),
}
HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile("[A-Za-z]")
LINK = re.compile(r"\S+://\S+")
# One character says about what so many letters say.
HAN_WEIGHS = 3
OTHER_CHANNEL: tuple[Words, str] = (pgettext_lazy("customer", "Other way"), "inbox")


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One question in the list."""

    case: Case
    state_words: Words
    icon: str
    step: int
    is_yours: bool


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One conversation in the list."""

    contact: Contact
    channel_words: Words
    icon: str
    state_words: Words


@dataclass(frozen=True, slots=True)
class Overview:
    """A customer's own page."""

    customer: Customer
    institution: Institution
    cases: list[CaseLine]
    cases_after: str
    contacts: list[ContactLine]
    contacts_after: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of the reference letterbox, its address masked."""

    address: str
    words: str
    at: datetime

    @property
    def language(self) -> str:
        """The language it is written in, for those who have pages read to them."""
        # An English letter names the institution as it is called; addresses are no language.
        words = LINK.sub("", self.words)
        han, latin = len(HAN.findall(words)), len(LATIN.findall(words))
        return "zh-Hans" if han and han * HAN_WEIGHS >= latin else "en"


def _case_line(case: Case) -> CaseLine:
    words, icon = STATE_WORDS[case.state]
    state = State(case.state)
    step = step_of(state, case.opinion_at is not None)
    return CaseLine(case, words, icon, step, state in YOURS)


def _contact_line(contact: Contact) -> ContactLine:
    words, icon = CHANNEL_WORDS.get(contact.channel, OTHER_CHANNEL)
    return ContactLine(contact, words, icon, CONTACT_WORDS[contact.state])


def own_overview(actor: Actor, cases_after: str = "", contacts_after: str = "") -> Overview:
    """Give one page of a customer's questions and of their conversations, newest first.

    Raises NotThere, Invalid for a cursor that is not theirs.
    """
    customer = customers.own_file(actor)
    page = cases.own_cases(actor, cases_after)
    talks = conversations.page_of(actor, cursor=contacts_after, limit=CONTACT_ROWS)
    return Overview(
        customer=customer,
        institution=customer.institution,
        cases=[_case_line(case) for case in page.cases],
        cases_after=page.next_cursor,
        contacts=[_contact_line(contact) for contact in talks.items],
        contacts_after=talks.next_cursor,
        is_first=not (cases_after or contacts_after),
    )


def letters(letterbox: SpoolFolder) -> list[Letter]:
    """Give the newest messages that wait in the reference letterbox."""
    return [
        Letter(masking.mask(VAULT_KIND[one.kind], one.address), one.words, one.at)
        for one in letterbox.waiting()[:LETTERS_SHOWN]
    ]
