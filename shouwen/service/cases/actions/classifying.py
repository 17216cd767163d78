"""Classifying a case in three levels, and linking the customer it is for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.kernel.events import announce
from shouwen.ground.vault import audit
from shouwen.people.customers.models import Customer
from shouwen.service.cases import access
from shouwen.service.cases.actions import filling, indexing, refusals, running
from shouwen.service.cases.actions.moving import Note, claim, enter, move, tell_screens
from shouwen.service.cases.events import CaseClassified
from shouwen.service.cases.models import Case, Category, Complexity, Urgency
from shouwen.service.cases.queries.categories import CATEGORY_LEVELS, LIVE
from shouwen.service.cases.rules.states import Act, State

RISK_CLAUSE = "CG-5.2-02"


class CustomerAlreadyLinked(Conflict):
    """A case is for one customer, for good."""

    message = _("This case is for another customer already. Open a new case instead.")


def fitting_category(
    category: Category, institution_id: int, *, held: int | None = None
) -> Category:
    """Give the category with its parents if a case may bear it. Raises Invalid.

    A retired one fits only the case that has it: `held` is that case's own.
    """
    ours = Category.objects.filter(pk=category.pk, institution_id=institution_id)
    fits = LIVE if category.pk != held else Q()
    found = ours.filter(fits, level=CATEGORY_LEVELS).select_related("parent__parent").first()
    if found is None:
        raise Invalid(fields={"category": refusals.CategoryNeeded.message})
    return found


@transaction.atomic
def classify(
    case: Case,
    category: Category,
    *,
    urgency: str = "",
    complexity: str = "",
    actor: Actor,
    at: datetime,
) -> None:
    """Give the case its third-level category, and urgency or complexity where they change.

    A case in hand may be classified anew: its clocks are computed again from when they began, and
    it is asked what the new category asks.
    Raises CaseAlreadyClassified, Invalid. Serves OM-3.1.3-01, HB-2.2-03.
    """
    access.require_work(actor, case, Act.CLASSIFY)
    category = fitting_category(category, case.institution_id, held=case.category_id)
    changes: dict[str, Any] = {"category": category}
    for field, value, allowed in (
        ("urgency", urgency, Urgency),
        ("complexity", complexity, Complexity),
    ):
        if value and value not in allowed.values:
            raise Invalid(fields={field: _("Choose one of the values offered.")})
        if value:
            changes[field] = value
    had = case.category_id
    if case.state == State.ACCEPTED:
        changes["classified_at"] = at
    elif not set(changes) - {"category"} and category.pk == had:
        raise refusals.beaten(case, Act.CLASSIFY)
    move(
        case,
        Act.CLASSIFY,
        actor=actor,
        at=at,
        changes=changes,
        note=Note(clause="OM-3.1.3-01", subject_name=category.name_zh),
    )
    if category.pk != had:
        indexing.index_again(case)
        filling.bind(case)
    running.classified_anew(case, actor=actor, at=at)
    if "classified_at" in changes:
        running.passed(case, "case.classified", actor=actor, at=at)
    announce(
        CaseClassified(
            institution_id=case.institution_id,
            occurred_at=at,
            case_id=case.pk,
            category_id=category.pk,
        )
    )


@transaction.atomic
def link_customer(case: Case, customer: Customer, *, actor: Actor, at: datetime) -> None:
    """Say for whom the case is, once that is known. Raises CustomerAlreadyLinked, Invalid."""
    access.require_work(actor, case, Act.CLASSIFY)
    if customer.institution_id != case.institution_id:
        raise Invalid(fields={"customer": _("There is no such entry.")})
    linked = Case.objects.filter(pk=case.pk, version=case.version, customer__isnull=True).update(
        customer=customer, version=case.version + 1
    )
    if not linked:
        raise CustomerAlreadyLinked
    case.customer, case.version = customer, case.version + 1
    enter(case, "link_customer", actor=actor, at=at, note=Note())
    audit.record(actor, "case.customer_linked", case, at=at, fields=("customer",))
    running.classified_anew(case, actor=actor, at=at)
    tell_screens(case)


@transaction.atomic
def judge_risk(case: Case, *, asks: bool, actor: Actor, at: datetime) -> None:
    """Say whether the risk of a matter asks for the risk response, whose limits then run.

    They count from when the matter came in. The room above keeps the reason. Raises CaseMovedOn,
    NotYourCase, NotThere. Serves CG-5.2-02.
    """
    access.require_work(actor, case, Act.CLASSIFY)
    claim(case, act=Act.CLASSIFY)
    Case.objects.filter(pk=case.pk).update(asks_risk_response=asks)
    case.asks_risk_response = asks
    audit.record(
        actor,
        "case.risk_judged",
        case,
        at=at,
        fields=("asks_risk_response",),
        detail={"asks": asks, "clause": RISK_CLAUSE},
    )
    running.risk_judged(case, actor=actor, at=at)
    tell_screens(case)
