"""Silence that stands for a yes, where an institution has set it: no document speaks of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext, pgettext

from shouwen.contact.conversations.models import AuthorKind, Message
from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Problem
from shouwen.ground.vault import audit
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.actions import Subject
from shouwen.people.approvals.models import WORDS_MAX_CHARACTERS, Approval
from shouwen.people.approvals.ports import Decision
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Institution
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import texts
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

SILENCE = "complaint.silence_days"
SETTINGS = "complaints.complaintsettings"
LEAST_DAYS, MOST_DAYS = 7, 365
BATCH = 50


class SilenceMovedOn(Conflict):
    """Other days were set since these were asked for."""

    message = gettext_lazy(
        "The days of silence were changed after this was asked for. Send it back, to be asked for "
        "anew."
    )


@transaction.atomic
def ask_silence_days(
    institution: Institution, days: int | None, *, reason: str, actor: Actor, at: datetime
) -> Approval:
    """Ask that a told complainant's silence stand for a yes after so many days; None for never.

    Another person puts it in force, and it counts for whoever is told from then on. It is off
    unless set, and no document speaks of it (conflict 46): the page says so. Raises Invalid,
    NotAllowed, NotThere, AlreadyAsked. Serves PV-10-02.
    """
    staff_access.require(actor, "policy.edit")
    if not staff_access.same_institution(actor, institution.pk):
        raise NotThere
    held = queries.silence_days(institution.pk)
    if days is not None and not LEAST_DAYS <= days <= MOST_DAYS:
        bounds = {"least": LEAST_DAYS, "most": MOST_DAYS}
        words = gettext_lazy("Enter a whole number from %(least)s to %(most)s.") % bounds
        raise Invalid(fields={"silence_days": words})
    if days == held:
        raise Invalid(fields={"silence_days": gettext_lazy("This counts already.")})
    reason = texts.needed("reason", reason, WORDS_MAX_CHARACTERS)
    return approvals.ask_approval(
        SILENCE,
        Subject(SETTINGS, institution.code, institution.code),
        words=_("Silence after the result of a complaint: %(new)s instead of %(old)s")
        % {"new": _said(days), "old": _said(held)},
        reason=reason,
        payload={"days": days, "instead_of": held},
        actor=actor,
        at=at,
    )


def _said(days: int | None) -> str:
    if days is None:
        return pgettext("silence", "never a yes")
    return npgettext("silence", "a yes after %(n)s day", "a yes after %(n)s days", days) % {
        "n": days
    }


def settle_silence_days(decision: Decision, at: datetime) -> None:
    """Set what was approved; called in the transaction of the decision.

    Raises SilenceMovedOn where other days count by now than those it was to replace.
    """
    if not decision.is_approved:
        return
    home = Institution.objects.select_for_update().get(pk=decision.institution_id)
    before, days = queries.silence_days(home.pk), decision.payload["days"]
    if before != decision.payload["instead_of"]:
        raise SilenceMovedOn
    values = {"silence_days": days, "silence_since": at, "changed_at": at}
    ComplaintSettings.objects.update_or_create(
        institution=home,
        defaults=values,
        create_defaults={**values, "repeat_days": queries.repeat_days(home.pk)},
    )
    audit.record(
        decision.decided_by or Actor.system("approvals", home.pk),
        "complaint.settings_changed",
        (SETTINGS, home.code),
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
