"""From a program's body to what `open_case` takes, each reference looked up within reach."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations import access as conversations
from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.people.customers.models import Customer
from shouwen.people.staff import queries as staff_queries
from shouwen.people.staff.models import Unit
from shouwen.service.cases import queries
from shouwen.service.cases.actions import Question
from shouwen.service.cases.api.schemas import CaseIn

NO_SUCH_ENTRY = _("There is no such entry.")


def unit_named(actor: Actor, ref: str) -> Unit | None:
    """Give a unit of the actor's institution; nothing for no name. Raises Invalid for `unit`."""
    if not ref:
        return None
    units = Unit.objects.filter(institution_id=actor.institution_id or 0)
    found = units.filter(public_id=ref).first()
    if found is None:
        raise Invalid(fields={"unit": NO_SUCH_ENTRY})
    return found


def question_of(actor: Actor, body: CaseIn) -> tuple[Question, dict[str, Any]]:
    """Give the question and the rows it speaks of. Raises Invalid, naming each wrong field."""
    institution_id = actor.institution_id or 0
    found: dict[str, Any] = {}
    wrong: dict[str, Words] = {}

    def look(field: str, row: object | None) -> None:
        if row is None:
            wrong[field] = NO_SUCH_ENTRY
        found[field] = row

    if body.customer:
        customers = Customer.objects.filter(institution_id=institution_id)
        look("customer", customers.filter(public_id=body.customer).first())
    if body.contact:
        contacts = Contact.objects.filter(conversations.within_reach(actor), public_id=body.contact)
        look("contact", contacts.select_related("customer", "owner__unit").first())
    if body.unit:
        units = Unit.objects.filter(institution_id=institution_id)
        look("unit", units.filter(public_id=body.unit).first())
    if body.owner:
        people = staff_queries.people_of(actor).filter(is_active=True)
        look("owner", people.filter(public_id=body.owner).first())
    if wrong:
        raise Invalid(fields=wrong)
    if body.category:
        found["category"] = queries.category_for(institution_id, body.category)
    plain = body.model_dump(exclude={"customer", "contact", "unit", "owner", "category", "answers"})
    found["answers"] = body.answers
    return Question(**plain), found
