"""The right pane: who this is, what was before, which cases there are, and a form for the next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from shouwen.contact.conversations.models import Contact
from shouwen.front.desk.models import Draft, DraftKind
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.asking.clocks import CandidateView, ClockView
from shouwen.ground.policy.clocks import Facts, Subject
from shouwen.people.customers import ports
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import ContactPoint, Customer, PointKind
from shouwen.people.staff import queries as staff
from shouwen.people.staff.access import has_right
from shouwen.people.staff.models import Person, Unit
from shouwen.service.cases.models import Case, Kind
from shouwen.service.cases.queries import categories_of, clocks_of_case
from shouwen.service.complaints import access as complaint_access

MOST_CASES = 5
MOST_HISTORY = 8
# What the preview tells of: the limit that says when the matter is settled.
PREVIEW_EVENTS: dict[str, tuple[str, str]] = {Kind.COMPLAINT: ("complaint", "complaint.resolve")}
PREVIEW_OF_CASES = ("ticket", "ticket.resolve")


@dataclass(frozen=True, slots=True)
class CaseCard:
    """One case of this contact or customer, with its clocks while it is open."""

    case: Case
    clocks: list[ClockView]
    is_of_contact: bool


@dataclass(frozen=True, slots=True)
class Side:
    """The right pane as one person sees it."""

    contact: Contact
    person: Person
    customer: Customer | None
    is_left_alone: bool = False
    points: list[ContactPoint] = field(default_factory=list)
    history: Sequence[ports.HistoryItem] = ()
    cases: list[CaseCard] = field(default_factory=list)
    categories: list[dict[str, Any]] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    draft: dict[str, Any] = field(default_factory=dict)
    may_open_case: bool = False
    may_file: bool = False
    may_identify: bool = False
    may_advise: bool = False

    @property
    def categories_json(self) -> str:
        """The tree of questions for the page's selects."""
        return json.dumps(self.categories, ensure_ascii=False)

    @property
    def draft_json(self) -> str:
        """The kept case form for the page."""
        return json.dumps(self.draft, ensure_ascii=False)


def side_for(actor: Actor, person: Person, contact: Contact, now: datetime) -> Side:
    """Give the right pane; opening the customer's file goes on the trail with its purpose."""
    customer = None
    if contact.customer is not None and has_right(actor, "customer.read"):
        purpose = f"contact {contact.public_id}"
        ref, in_hand = contact.customer.public_id, contact.handler_id == person.pk
        customer = customers.customer_for(actor, ref, now, purpose, in_hand=in_hand)
    is_handler = contact.handler_id == person.pk
    may_open = has_right(actor, "case.work") and is_handler
    return Side(
        contact=contact,
        person=person,
        customer=customer,
        is_left_alone=customer is not None
        and customers.is_left_alone(customers.consents_of(customer)),
        points=_points(customer) if customer else [],
        history=_history(actor, customer, contact) if customer else (),
        cases=cases_of(contact, now),
        categories=category_tree(contact.institution_id) if may_open else [],
        units=list(staff.unit_tree(actor)) if may_open else [],
        draft=_draft(contact, person) if may_open else {},
        may_open_case=may_open,
        may_file=may_open and complaint_access.may_file(actor),
        may_identify=is_handler
        and contact.customer_id is None
        and has_right(actor, "customer.read"),
        may_advise=has_right(actor, "knowledge.read"),
    )


def with_draft(side: Side, typed: dict[str, Any]) -> Side:
    """Give the pane with these values in its case form."""
    return replace(side, draft=typed)


def _points(customer: Customer) -> list[ContactPoint]:
    """Telephone numbers first: they stand beside the identity number, the others below."""
    points = customers.points_of(customer)
    return sorted(points, key=lambda point: point.kind != PointKind.PHONE)


def _history(actor: Actor, customer: Customer, contact: Contact) -> Sequence[ports.HistoryItem]:
    items = customers.history(actor, customer, MOST_HISTORY + 1)
    return [item for item in items if item.ref != contact.public_id][:MOST_HISTORY]


def cases_of(contact: Contact, now: datetime) -> list[CaseCard]:
    """List the cases of this contact, then its customer's latest open ones, with their clocks."""
    own = list(Case.objects.filter(contact=contact).select_related("owner", "unit").order_by("-pk"))
    others: list[Case] = []
    if contact.customer_id is not None:
        others = list(
            Case.objects.filter(
                institution_id=contact.institution_id,
                customer_id=contact.customer_id,
                is_open=True,
            )
            .exclude(contact=contact)
            .select_related("owner", "unit")
            .order_by("-pk")[:MOST_CASES]
        )
    clocks = policy.clocks_of_many([Subject("case", case.public_id) for case in own + others], now)
    return [
        CaseCard(case, clocks.get(case.public_id, []), case.contact_id == contact.pk)
        for case in own + others
    ]


def category_tree(institution_id: int) -> list[dict[str, Any]]:
    """Give the three levels as nested plain values, for the dependent selects of the page."""
    tree: dict[str, dict[str, Any]] = {}
    for choice in categories_of(institution_id):
        first, second, third = choice.path
        top = tree.setdefault(first, {"id": first, "title": first, "children": {}})
        middle = top["children"].setdefault(second, {"id": second, "title": second, "children": []})
        middle["children"].append({"id": choice.code, "title": third})
    return [{**top, "children": list(top["children"].values())} for top in tree.values()]


def _draft(contact: Contact, person: Person) -> dict[str, Any]:
    draft = (
        Draft.objects.filter(contact=contact, person=person, kind=DraftKind.CASE)
        .order_by("pk")
        .first()
    )
    kept = json.loads(draft.body.plain) if draft else {}
    return kept if isinstance(kept, dict) else {}


def due_preview(
    institution_id: int, *, kind: str, urgency: str, complexity: str, now: datetime
) -> CandidateView | None:
    """Say which clause will set the case's due time, and to when; None when none does."""
    sort, event = PREVIEW_EVENTS.get(kind, PREVIEW_OF_CASES)
    facts = Facts(kind=sort, channel="chat", urgency=urgency.lower(), complexity=complexity.lower())
    return policy.preview(institution_id, event, now, facts).chosen


def next_limit(case: Case, now: datetime) -> ClockView | None:
    """Give the limit of a case that ends first; None when none runs."""
    hard = (clock for clock in clocks_of_case(case, now) if clock.hard and not clock.stopped_at)
    return next(hard, None)
