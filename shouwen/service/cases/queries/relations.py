"""Which cases belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.service.cases import access
from shouwen.service.cases.models import Case, CaseRelation, RelationKind
from shouwen.service.cases.queries.reading import case_for
from shouwen.service.cases.rules.states import UNSOLVED_STATES, Act

OTHER_SIDE = {
    RelationKind.RELATED: RelationKind.RELATED.value,
    RelationKind.DUPLICATE: "MAIN",
    RelationKind.SPLIT: "PART",
}
# How many of a customer's other cases are offered for merging.
OFFERED = 20
NUMBER_MAX_CHARACTERS = 24
SEES = ("unit", "owner", "handler")


@dataclass(frozen=True, slots=True)
class Related:
    """The other case of a link; out of reach only its number is told.

    `role` is RELATED, DUPLICATE (this case is the same matter as that main one) or MAIN, SPLIT
    (this case was a part of that one) or PART.
    """

    other: Case
    role: str
    within_reach: bool


def between(case: Case, other: Case) -> Q:
    """Give the condition for the link of two cases, whichever was named first."""
    return Q(case=case, other=other) | Q(case=other, other=case)


def relations_of(actor: Actor, case: Case) -> list[Related]:
    """Give the cases linked to one, oldest link first."""
    related = [f"{side}__{name}" for side in ("case", "other") for name in SEES]
    rows = CaseRelation.objects.filter(Q(case=case) | Q(other=case)).select_related(*related)
    found = []
    for row in rows.order_by("pk"):
        is_first = row.case_id == case.pk
        other = row.other if is_first else row.case
        role = row.kind if is_first else OTHER_SIDE[RelationKind(row.kind)]
        found.append(Related(other, role, access.may_see(actor, other)))
    return found


def merged_into(actor: Actor, case: Case) -> list[Related]:
    """Give the cases that ended in this one, oldest first, as `role` MERGED."""
    rows = Case.objects.filter(merged_into=case).select_related(*SEES, "contact", "customer")
    return [Related(row, "MERGED", access.may_see(actor, row)) for row in rows.order_by("pk")]


def may_be_merged(actor: Actor, case: Case) -> list[Case]:
    """Give the customer's other unsolved cases that the actor works too, newest first."""
    if case.customer_id is None:
        return []
    rows = Case.objects.filter(
        institution_id=case.institution_id,
        customer_id=case.customer_id,
        state__in=[state.value for state in UNSOLVED_STATES],
    )
    rows = rows.exclude(pk=case.pk).select_related(*SEES, "customer", "contact").order_by("-id")
    return [row for row in rows[:OFFERED] if access.may_work(actor, row, Act.MERGE)]


def cases_to_merge(actor: Actor, public_ids: Sequence[str]) -> list[Case]:
    """Give the cases named for merging, within reach. Raises Invalid for `other`."""
    return [other_case(actor, public_id=ref) for ref in dict.fromkeys(public_ids)]


def other_case(actor: Actor, *, public_id: str = "", number: str = "") -> Case:
    """Give the case to link to, by id or by number, within reach. Raises Invalid for `other`."""
    wrong = Invalid(fields={"other": _("No case within your reach has this number.")})
    number = number.strip().upper()
    if number and number.isprintable() and len(number) <= NUMBER_MAX_CHARACTERS:
        cases = Case.objects.filter(institution_id=actor.institution_id or 0, number=number)
        public_id = cases.values_list("public_id", flat=True).first() or ""
    if not public_id or not public_id.isprintable():
        raise wrong
    try:
        return case_for(actor, public_id)
    except NotThere:
        raise wrong from None
