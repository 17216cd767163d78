"""Silence that stands for a yes, where an institution has set it: no document speaks of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere, Problem
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Institution
from shouwen.service.cases import actions as cases
from shouwen.service.complaints import queries
from shouwen.service.complaints.models import Complaint, ComplaintSettings, State

LEAST_DAYS, MOST_DAYS = 7, 365
BATCH = 50


@transaction.atomic
def set_silence_days(
    institution: Institution, days: int | None, *, actor: Actor, at: datetime
) -> None:
    """Say after how many days a told complainant's silence stands for a yes; None for never.

    It is off unless set, and no document speaks of it (conflict 46): the page says so. Raises
    Invalid, NotAllowed, NotThere.
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
        defaults={"silence_days": days, "changed_at": at},
        create_defaults={
            "silence_days": days,
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
    for home, days in rows.values_list("institution_id", "silence_days"):
        if days is None:
            continue
        told = Complaint.objects.select_related("case").filter(
            institution_id=home,
            state=State.FEEDBACK_SENT,
            feedback_at__lte=at - timedelta(days=days),
            case__customer_confirmed_at__isnull=True,
        )
        taken += sum(_take(one, days, at) for one in told.order_by("feedback_at", "pk")[:BATCH])
    return taken


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
