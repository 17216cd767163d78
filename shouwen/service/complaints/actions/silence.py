"""Silence that stands for a yes, where an institution has set it: no document speaks of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.contact.conversations.models import AuthorKind, Message
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import Invalid, NotThere, Problem
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Institution
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import CaseEntry
from shouwen.service.complaints import queries
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintContest,
    ComplaintRating,
    ComplaintSettings,
    Medium,
    State,
    TellingProof,
)

LEAST_DAYS, MOST_DAYS = 7, 365
BATCH = 50


@transaction.atomic
def set_silence_days(
    institution: Institution, days: int | None, *, actor: Actor, at: datetime
) -> None:
    """Say after how many days a told complainant's silence stands for a yes; None for never.

    It counts for whoever is told from now on. It is off unless set, and no document speaks of it
    (conflict 46): the page says so. Raises Invalid, NotAllowed, NotThere.
    """
    staff_access.require(actor, "policy.edit")
    if not staff_access.same_institution(actor, institution.pk):
        raise NotThere
    if days is not None and not LEAST_DAYS <= days <= MOST_DAYS:
        bounds = {"least": LEAST_DAYS, "most": MOST_DAYS}
        words = gettext_lazy("Enter a whole number from %(least)s to %(most)s.") % bounds
        raise Invalid(fields={"silence_days": words})
    before = queries.silence_days(institution.pk)
    if days == before:
        return
    ComplaintSettings.objects.update_or_create(
        institution=institution,
        defaults={"silence_days": days, "silence_since": at, "changed_at": at},
        create_defaults={
            "silence_days": days,
            "silence_since": at,
            "changed_at": at,
            "repeat_days": queries.repeat_days(institution.pk),
        },
    )
    audit.record(
        actor,
        "complaint.settings_changed",
        ("complaints.complaintsettings", institution.code),
        at=at,
        fields=("silence_days",),
        detail={"silence_days": f"{before or '-'}>{days or '-'}"},
    )


def take_silence(at: datetime) -> int:
    """Take silence for a yes where its days are over; give how many complaints it was."""
    rows = ComplaintSettings.objects.filter(silence_days__isnull=False).order_by("pk")
    taken = 0
    for home, days, since in rows.values_list("institution_id", "silence_days", "silence_since"):
        if days is None or since is None:
            continue
        told = _silent(Complaint.objects.filter(institution_id=home, feedback_at__gte=since))
        told = told.filter(feedback_at__lte=at - timedelta(days=days))
        taken += sum(_take(one, days, at) for one in told.order_by("feedback_at", "pk")[:BATCH])
    return taken


def _silent(rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Keep those who were reached and have said nothing since; each takes an index."""
    newest = TellingProof.objects.filter(notice__complaint=OuterRef("pk"))
    by = newest.order_by("-notice__sequence").values("medium")[:1]
    since = OuterRef("feedback_at")
    # Material, urging, whatever they did to their case themselves.
    done = CaseEntry.objects.filter(
        case=OuterRef("case"), actor_kind=ActorKind.CUSTOMER.value, at__gte=since
    )
    written = Message.objects.filter(
        contact=OuterRef("case__contact"), author_kind=AuthorKind.CUSTOMER, created_at__gte=since
    )
    rated = ComplaintRating.objects.filter(complaint=OuterRef("pk"), given_at__gte=since)
    # By whichever way they contested it, and whatever came of that.
    contested = ComplaintContest.objects.filter(complaint=OuterRef("pk"), about_at=since)
    return (
        rows.select_related("case")
        .alias(by=Subquery(by))
        # Their own page is where those are told who were never reached.
        .filter(state=State.FEEDBACK_SENT, case__customer_confirmed_at__isnull=True, by__gt="")
        .exclude(by=Medium.PORTAL)
        .filter(~Exists(done), ~Exists(written), ~Exists(rated), ~Exists(contested))
    )


def _take(complaint: Complaint, days: int, at: datetime) -> bool:
    system = Actor.system("complaints", complaint.institution_id)
    words = _(
        "No objection within %(days)s days of being told: taken for a yes, as this institution "
        "has set. No document speaks of it."
    ) % {"days": days}
    try:
        cases.confirm_by_silence(complaint.case, words=words, actor=system, at=at)
    except Problem:
        # Somebody was faster: the complainant answered, or a colleague changed it.
        return False
    return True
