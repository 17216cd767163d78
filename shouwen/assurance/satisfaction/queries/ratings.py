"""What other rooms ask about ratings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from shouwen.assurance.satisfaction import rules
from shouwen.assurance.satisfaction.models import Rating, SubjectKind
from shouwen.contact.conversations.models import Contact
from shouwen.people.customers import queries as customers
from shouwen.people.customers.models import Purpose, Way
from shouwen.service.cases.models import Case


@dataclass(frozen=True, slots=True)
class Standing:
    """How a window of time was rated; `rate` is None where nobody has rated."""

    rated: int
    satisfied: int

    @property
    def rate(self) -> float | None:
        """Satisfied / rated, 0 to 1."""
        return rules.satisfaction_rate(self.satisfied, self.rated)


def rating_of(subject_kind: str, subject_ref: str) -> Rating | None:
    """Give the rating of this contact or case, if it has one."""
    return Rating.objects.filter(subject_kind=subject_kind, subject_ref=subject_ref).first()


def ratings_of(subject_kind: str, subject_refs: list[str]) -> dict[str, Rating]:
    """Give the ratings of many subjects in one query, by their public ids."""
    rows = Rating.objects.filter(subject_kind=subject_kind, subject_ref__in=subject_refs)
    return {row.subject_ref: row for row in rows.order_by("pk")}


def standing(institution_id: int, since: datetime, until: datetime) -> Standing:
    """Count ratings given in [since, until). For a day at most: long windows have roll-ups."""
    counted = Rating.objects.filter(
        institution_id=institution_id, given_at__gte=since, given_at__lt=until
    ).aggregate(rated=Count("pk"), satisfied=Count("pk", Q(score__gte=rules.SATISFIED_FROM)))
    return Standing(rated=counted["rated"], satisfied=counted["satisfied"])


def ratings_between(
    institution_id: int,
    since: datetime,
    until: datetime,
    *,
    contacts: QuerySet[Contact],
    cases: QuerySet[Case],
) -> QuerySet[Rating]:
    """Give the ratings given in [since, until) of these contacts and cases, newest first.

    Both are looked up rating by rating.
    """
    theirs = Q(subject_kind=SubjectKind.CONTACT) & Q(
        Exists(contacts.filter(public_id=OuterRef("subject_ref")))
    ) | Q(subject_kind=SubjectKind.CASE) & Q(
        Exists(cases.filter(public_id=OuterRef("subject_ref")))
    )
    found = Rating.objects.filter(
        theirs, institution_id=institution_id, given_at__gte=since, given_at__lt=until
    )
    return found.order_by("-given_at", "-pk")


def case_ref_of(case_id: int) -> str:
    """Give the public id under which a case is rated."""
    return Case.objects.values_list("public_id", flat=True).get(pk=case_id)


def is_not_to_rate(contact_ref: str) -> bool:
    """Whether nobody is to be asked about this contact: it is rated, or surveys are unwanted.

    The chat asks before it invites.
    """
    if Rating.objects.filter(subject_kind=SubjectKind.CONTACT, subject_ref=contact_ref).exists():
        return True
    found = Contact.objects.filter(public_id=contact_ref, customer__isnull=False)
    ids = list(found.values_list("customer_id", flat=True))
    return bool(ids) and bool(customers.unwanted(ids, Purpose.SURVEY, Way.CHAT))
