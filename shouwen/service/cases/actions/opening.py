"""Opening a case: the question gets a number, an owner and its clocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import Invalid, NotThere, Words
from shouwen.ground.kernel.events import announce
from shouwen.ground.kernel.ids import public_id
from shouwen.ground.vault import audit, masking
from shouwen.people.customers.models import Customer
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Person, Unit
from shouwen.service.cases.actions import filling, indexing, refusals, running
from shouwen.service.cases.actions.accepting import accept
from shouwen.service.cases.actions.classifying import classify, fitting_category
from shouwen.service.cases.actions.moving import Note, enter, tell_screens
from shouwen.service.cases.actions.numbering import next_number
from shouwen.service.cases.events import CaseOpened
from shouwen.service.cases.models import (
    TITLE_MAX_CHARACTERS,
    Case,
    Category,
    Channel,
    Complexity,
    EntryKind,
    Kind,
    ReplyBy,
    Urgency,
)
from shouwen.service.cases.queries.clocks import tightest

DESCRIPTION_MAX_CHARACTERS = 5000
PLACE_MAX_CHARACTERS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the customer asks, as taken down (HB-2.1-04, OM-1.2-03, OM-4.1-02)."""

    title: str
    description: str
    kind: str = Kind.REQUEST
    channel: str = Channel.PHONE
    urgency: str = Urgency.ORDINARY
    complexity: str = Complexity.GENERAL
    reply_by: str = ReplyBy.PHONE
    place: str = ""
    expected_at: datetime | None = None
    # When it reached us, where that was before it is taken down: a letter of yesterday.
    received_at: datetime | None = None


def wrong_in(question: Question, at: datetime) -> dict[str, Words]:
    """Name what is wrong with what was taken down, by field; nothing where all is right."""
    wrong: dict[str, Words] = {}
    if question.received_at is not None and question.received_at > at:
        wrong["received_at"] = _("This lies in the future. Enter when it reached us.")
    if not question.title.strip():
        wrong["title"] = _("Say in a few words what it is about.")
    if len(question.title) > TITLE_MAX_CHARACTERS:
        wrong["title"] = _("Use at most 120 characters.")
    if not question.description.strip():
        wrong["description"] = _("Write down what the customer said.")
    if len(question.description) > DESCRIPTION_MAX_CHARACTERS:
        wrong["description"] = _("Use at most 5,000 characters.")
    if len(question.place) > PLACE_MAX_CHARACTERS:
        wrong["place"] = _("Use at most 80 characters.")
    choices = {
        "kind": Kind,
        "channel": Channel,
        "urgency": Urgency,
        "complexity": Complexity,
        "reply_by": ReplyBy,
    }
    for field, allowed in choices.items():
        if getattr(question, field) not in allowed.values:
            wrong[field] = _("Choose one of the values offered.")
    return wrong


def _check(question: Question, at: datetime) -> None:
    wrong = wrong_in(question, at)
    if wrong:
        raise Invalid(fields=wrong)


def _check_ours(institution_id: int, **things: Customer | Contact | Unit | Person | None) -> None:
    """What belongs to another institution is answered like what does not exist."""
    foreign: dict[str, Words] = {
        field: _("There is no such entry.")
        for field, thing in things.items()
        if thing is not None and thing.institution_id != institution_id
    }
    if foreign:
        raise Invalid(fields=foreign)


def _first_person(contact: Contact | None, owner: Person | None, actor: Actor) -> Person | None:
    if contact is not None and contact.owner is not None:
        return contact.owner
    if owner is not None or not actor.is_person:
        return owner
    return Person.objects.select_related("unit").get(public_id=actor.ref)


@transaction.atomic
def open_case(
    question: Question,
    *,
    customer: Customer | None = None,
    contact: Contact | None = None,
    category: Category | None = None,
    unit: Unit | None = None,
    owner: Person | None = None,
    answers: Mapping[str, str] | None = None,
    is_led: bool = False,
    actor: Actor,
    at: datetime,
) -> Case:
    """Register a question as a case and start its clocks.

    The owner is the first person asked: the contact's owner, else `owner`, else the person who
    opens it; a case opened by a program has none until somebody accepts it. Personal data in the
    title is masked. `answers` are what the category asks, by code; None leaves it to be filled in
    before the work begins. `is_led` says that the room above puts its complaint over the case in
    the same transaction. Raises Invalid with the wrong fields, FormIncomplete, ComplaintsAreFiled.
    Serves HB-2.1-04, HB-2.1-05, HB-4.2-06.
    """
    staff_access.require(actor, "case.work")
    if not is_led:
        refusals.refuse_complaint(question.kind)
    case = _open(question, customer, contact, category, unit, owner, actor=actor, at=at)
    if answers is not None:
        filling.answer_at_opening(case, answers, actor=actor, at=at)
    return case


@transaction.atomic
def open_by_customer(
    question: Question,
    *,
    customer: Customer | None,
    contact: Contact | None = None,
    unit: Unit | None = None,
    is_led: bool = False,
    actor: Actor,
    at: datetime,
) -> Case:
    """Register what a customer asks by a form; nobody owns it until somebody accepts it.

    With the `contact` in which a message was left it comes by chat, and its first person stays
    the owner. `actor` is the customer, or the unknown asker; `is_led` is as in `open_case`. Raises
    Invalid with the wrong fields, NotThere where they are not that customer, ComplaintsAreFiled.
    Serves OM-1.2-03, HB-2.1-04.
    """
    if not is_led:
        refusals.refuse_complaint(question.kind)
    is_own = customer is None or customer.public_id == actor.ref
    if contact is not None:
        is_own = is_own and contact.visitor_ref == actor.ref
    if actor.kind is not ActorKind.CUSTOMER or not is_own:
        raise NotThere
    question = replace(question, channel=Channel.CHAT if contact else Channel.WEB)
    return _open(question, customer, contact, None, unit, None, actor=actor, at=at)


def _open(
    question: Question,
    customer: Customer | None,
    contact: Contact | None,
    category: Category | None,
    unit: Unit | None,
    owner: Person | None,
    *,
    actor: Actor,
    at: datetime,
) -> Case:
    institution_id = actor.institution_id
    if institution_id is None:
        raise NotThere
    _check(question, at)
    _check_ours(institution_id, customer=customer, contact=contact, unit=unit, owner=owner)
    if category is not None:
        category = fitting_category(category, institution_id)
    first = _first_person(contact, owner, actor)
    if customer is None and contact is not None:
        customer = contact.customer
    ref = public_id("case")
    case = Case(
        public_id=ref,
        institution_id=institution_id,
        seal_ref=f"customer:{customer.public_id}" if customer else f"case:{ref}",
        customer=customer,
        contact=contact,
        title=masking.redact(question.title.strip())[:TITLE_MAX_CHARACTERS],
        place=masking.redact(question.place.strip())[:PLACE_MAX_CHARACTERS],
        kind=question.kind,
        category=category,
        urgency=question.urgency,
        complexity=question.complexity,
        channel=question.channel,
        reply_by=question.reply_by,
        unit=unit or (first.unit if first else None),
        owner=first,
        expected_at=question.expected_at,
        opened_at=at,
    )
    case.description = question.description.strip()
    started = running.begin(case, "case.opened", actor=actor, at=question.received_at or at)
    case.soon_at, case.due_at = tightest(started)
    # The counter's row stays locked until commit, so take the number as late as possible.
    case.number = next_number(institution_id, at)
    case.save(force_insert=True)
    indexing.index(case)
    if category is not None:
        filling.bind_new(case)
    enter(
        case,
        "open",
        actor=actor,
        at=at,
        note=Note(
            EntryKind.CUSTOMER,
            subject_name=_asked_by(case, first, actor),
            clause="HB-2.1-04",
            visible=True,
        ),
    )
    audit.record(actor, "case.opened", case, at=at, detail={"channel": case.channel})
    announce(
        CaseOpened(
            institution_id=institution_id,
            occurred_at=at,
            case_id=case.pk,
            channel=case.channel,
            kind=case.kind,
            owner_id=case.owner_id,
        )
    )
    tell_screens(case)
    return case


def _asked_by(case: Case, first: Person | None, actor: Actor) -> str:
    """Name the first person asked; a customer who asks alone names the way they came."""
    if actor.kind is ActorKind.CUSTOMER:
        return case.channel
    return first.name if first else ""


@transaction.atomic
def take_in_case(
    question: Question,
    *,
    category: Category,
    customer: Customer | None = None,
    contact: Contact | None = None,
    unit: Unit | None = None,
    answers: Mapping[str, str] | None = None,
    actor: Actor,
    at: datetime,
) -> Case:
    """Open, accept and classify in one go, as an agent does while the customer is there."""
    case = open_case(
        question,
        customer=customer,
        contact=contact,
        category=category,
        unit=unit,
        answers=answers,
        actor=actor,
        at=at,
    )
    accept(case, actor=actor, at=at)
    classify(case, category, actor=actor, at=at)
    return case
