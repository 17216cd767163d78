"""From the conversation to the customer's record and to a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import actions as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.front.desk.actions.drafting import drop_draft
from shouwen.front.desk.actions.speaking import require_in_hand
from shouwen.front.desk.models import DraftKind
from shouwen.front.desk.rules import wording
from shouwen.ground.kernel import idempotency
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.people.customers import actions as customers
from shouwen.people.customers import queries as customer_queries
from shouwen.people.customers.models import Customer
from shouwen.people.staff.models import Person, Unit
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Case, Category, Channel, Kind
from shouwen.service.cases.queries.categories import live_category
from shouwen.service.complaints import actions as complaints
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.queries import complaint_over

TITLE_CHARACTERS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseForm:
    """What the right pane's form holds, as typed; ids are public."""

    category: str
    description: str
    title: str = ""
    kind: str = "REQUEST"
    urgency: str = "ORDINARY"
    complexity: str = "GENERAL"
    reply_by: str = "CHAT"
    unit: str = ""
    # Of a complaint; name and way to reach only where no customer is linked.
    demand: str = ""
    complainant: str = ""
    reachable_at: str = ""
    # What the category asks at opening, by code.
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """The case that is there now, and the complaint over it where it is one."""

    case: Case
    complaint: Complaint | None


def open_case_from(
    contact: Contact, person: Person, form: CaseForm, *, key: str, actor: Actor, at: datetime
) -> Opened:
    """Open a case for a contact, owned by its first owner, and tell the customer the number.

    A complaint is filed over its case in the same transaction; its clocks run since the contact
    came, and accepting it is the complaints department's. The same `key` again gives what is there.
    Raises Invalid with the wrong fields, FormIncomplete with what the category asks, NotAllowed.
    Serves HB-2.1-04, HB-2.1-05, OM-4.1-02, HB-4.2-06.
    """
    require_in_hand(contact, actor)
    body = {"contact": contact.public_id, "form": repr(form)}
    with idempotency.once(f"desk.case:{person.public_id}", key, body, at=at) as slot:
        if slot.reference:
            rows = Case.objects.select_related("owner", "unit")
            case = rows.get(public_id=slot.reference)
            return Opened(case, complaint_over(case))
        category, unit = _chosen(form, contact.institution_id)
        if form.kind == Kind.COMPLAINT:
            opened = _file(contact, form, category, unit, actor=actor, at=at)
        else:
            opened = _open(contact, form, category, unit, actor=actor, at=at)
        _tell_customer(contact, opened.case, at=at)
        drop_draft(contact, person, DraftKind.CASE)
        slot.finish(opened.case.public_id)
        return opened


def _open(
    contact: Contact,
    form: CaseForm,
    category: Category,
    unit: Unit | None,
    *,
    actor: Actor,
    at: datetime,
) -> Opened:
    question = cases.Question(
        title=form.title.strip() or _title_of(form.description, category),
        description=form.description,
        kind=form.kind,
        channel=_channel_of(contact),
        urgency=form.urgency,
        complexity=form.complexity,
        reply_by=form.reply_by,
    )
    case = cases.take_in_case(
        question,
        category=category,
        contact=contact,
        unit=unit,
        answers=dict(form.answers),
        actor=actor,
        at=at,
    )
    return Opened(case, None)


def _file(
    contact: Contact,
    form: CaseForm,
    category: Category,
    unit: Unit | None,
    *,
    actor: Actor,
    at: datetime,
) -> Opened:
    statement = complaints.Statement(
        title=form.title.strip() or _title_of(form.description, category),
        description=form.description,
        demand=form.demand,
        channel=_channel_of(contact),
        urgency=form.urgency,
        complexity=form.complexity,
        reply_by=form.reply_by,
        complainant=form.complainant,
        reachable_at=form.reachable_at,
        received_at=contact.arrived_at,
    )
    made = complaints.file_complaint(
        statement,
        contact=contact,
        category=category,
        unit=unit,
        answers=dict(form.answers),
        actor=actor,
        at=at,
    )
    return Opened(made.case, made)


def _channel_of(contact: Contact) -> str:
    return Channel.CHAT if contact.channel == "chat" else Channel.API


def _chosen(form: CaseForm, institution_id: int) -> tuple[Category, Unit | None]:
    wrong: dict[str, Words] = {}
    category = live_category(institution_id, form.category)
    unit = Unit.objects.filter(institution_id=institution_id, public_id=form.unit).first()
    if category is None:
        wrong["category"] = _("Choose all three levels.")
    if form.unit and unit is None:
        wrong["unit"] = _("Choose a unit in the list.")
    if wrong or category is None:
        raise Invalid(fields=wrong)
    return category, unit


def _title_of(description: str, category: Category) -> str:
    first_line = " ".join(description.split())
    short = first_line[:TITLE_CHARACTERS]
    return short if short else category.name_zh


def _tell_customer(contact: Contact, case: Case, *, at: datetime) -> None:
    owner = case.owner
    told = _("Case %(number)s is registered for you. %(name)s follows it until it is settled.")
    if case.kind == Kind.COMPLAINT:
        told = _(
            "Complaint %(number)s is registered for you. %(name)s follows it until it is settled."
        )
    words = wording.in_language(contact.language, told)
    conversations.add_notice(
        contact,
        words % {"number": case.number, "name": owner.name if owner else ""},
        key=f"case:{case.public_id}",
        at=at,
    )


@transaction.atomic
def identify_customer(
    contact: Contact, customer_ref: str, *, actor: Actor, at: datetime
) -> Customer:
    """Say that a contact in hand is this customer's. Raises NotThere, CustomerKnown, NotAllowed."""
    require_in_hand(contact, actor)
    purpose = f"contact {contact.public_id}"
    customer = customer_queries.customer_for(actor, customer_ref, at, purpose)
    conversations.set_customer(contact, customer, actor=actor, at=at)
    return customer


@transaction.atomic
def register_customer_for(
    contact: Contact, *, name: str, phone: str, kind: str, actor: Actor, at: datetime
) -> Customer:
    """Register a new customer and say that this contact in hand is theirs. Raises Invalid."""
    require_in_hand(contact, actor)
    customer = customers.register_customer(
        contact.institution, name=name, kind=kind, phone=phone.strip(), actor=actor, at=at
    )
    conversations.set_customer(contact, customer, actor=actor, at=at)
    return customer
