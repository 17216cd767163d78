"""Callbacks and ratings as parts of a customer's history."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from shouwen.assurance.satisfaction.models import Rating, SubjectKind
from shouwen.assurance.satisfaction.queries.calling import callbacks_of
from shouwen.contact.conversations.queries import contacts_of
from shouwen.ground.kernel.actor import Actor
from shouwen.people.customers.models import Customer
from shouwen.people.customers.ports import Before, HistoryItem
from shouwen.people.customers.queries import older_than
from shouwen.people.staff import access as rights
from shouwen.service.cases.queries import cases_of


def callbacks_in_history(
    actor: Actor, customer: Customer, limit: int, before: Before | None
) -> list[HistoryItem]:
    """Give the customer's callbacks of the actor's units, the latest planned first."""
    if not rights.has_right(actor, "case.read"):
        return []
    found = callbacks_of(actor).filter(older_than(before, "scheduled_at"), case__customer=customer)
    return [
        HistoryItem(
            kind="callback",
            ref=callback.public_id,
            title=_("Callback about case %(number)s") % {"number": callback.case.number},
            at=callback.scheduled_at,
            state=str(callback.get_state_display()),
            url=reverse("cases:case", args=[callback.case.public_id]),
        )
        for callback in found.order_by("-scheduled_at", "-public_id")[:limit]
    ]


def ratings_in_history(
    actor: Actor, customer: Customer, limit: int, before: Before | None
) -> list[HistoryItem]:
    """Give what the customer rated, of the contacts and cases within the actor's reach."""
    if not (rights.has_right(actor, "case.read") and rights.has_right(actor, "contact.read")):
        return []
    contacts = contacts_of(actor).filter(customer=customer).order_by().values("public_id")
    cases = cases_of(actor).filter(customer=customer).order_by().values("public_id")
    found = Rating.objects.filter(
        Q(subject_kind=SubjectKind.CONTACT, subject_ref__in=contacts)
        | Q(subject_kind=SubjectKind.CASE, subject_ref__in=cases),
        older_than(before, "given_at"),
    )
    return [
        HistoryItem(
            kind="rating",
            ref=rating.public_id,
            title=_("Rated the case")
            if rating.subject_kind == SubjectKind.CASE
            else _("Rated the conversation"),
            at=rating.given_at,
            state=str(rating.get_score_display()),
            url=_address(rating),
        )
        for rating in found.order_by("-given_at", "-public_id")[:limit]
    ]


def _address(rating: Rating) -> str:
    if rating.subject_kind == SubjectKind.CASE:
        return reverse("cases:case", args=[rating.subject_ref])
    return f"/desk/contacts/{rating.subject_ref}/"
