"""Up to which sum each level decides on redress: asked by one person, set by another."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Words
from shouwen.ground.kit import words as said
from shouwen.ground.vault import audit
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.actions import Subject
from shouwen.people.approvals.models import WORDS_MAX_CHARACTERS, Approval
from shouwen.people.approvals.ports import Decision
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Institution
from shouwen.service.cases.actions import texts
from shouwen.service.complaints import queries
from shouwen.service.complaints.actions.redress import CLAUSE, WRONG_AMOUNT
from shouwen.service.complaints.models import ComplaintSettings
from shouwen.service.complaints.rules import redress
from shouwen.service.complaints.rules.redress import Levels, Wrong

REDRESS_LEVELS = "complaint.redress_levels"
SETTINGS = "complaints.complaintsettings"


class LevelsMovedOn(Conflict):
    """Others were set since these were asked for."""

    message = gettext_lazy(
        "The levels of redress were changed after this was asked for. Send it back, to be asked "
        "for anew."
    )


def _checked(lead: str, senior: str) -> Levels:
    wrong: dict[str, Words] = {}
    read: list[int] = []
    for field, text in (("lead_most", lead), ("senior_most", senior)):
        fen = redress.fen_of(text)
        if isinstance(fen, Wrong):
            wrong[field] = WRONG_AMOUNT[fen]
        else:
            read.append(fen)
    if wrong:
        raise Invalid(fields=wrong)
    levels = Levels(*read)
    if not levels.is_ordered:
        words = _("Senior management decides on at least as much as a lead.")
        raise Invalid(fields={"senior_most": words})
    return levels


@transaction.atomic
def ask_redress_levels(
    institution: Institution,
    *,
    lead_most: str,
    senior_most: str,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Approval:
    """Ask for other sums, CNY as text, up to which leads and senior management decide on redress.

    Another person puts them in force; no document names a sum (CG-3.1-09 asks to route by amount).
    Raises Invalid, NotAllowed, NotThere, AlreadyAsked. Serves CG-3.1-09, PV-10-02.
    """
    staff_access.require(actor, "policy.edit")
    if not staff_access.same_institution(actor, institution.pk):
        raise NotThere
    reason = texts.needed("reason", reason, WORDS_MAX_CHARACTERS)
    levels, held = _checked(lead_most, senior_most), queries.redress_levels(institution.pk)
    return approvals.ask_approval(
        REDRESS_LEVELS,
        Subject(SETTINGS, institution.code, institution.code),
        words=_(
            "Redress of one complaint: leads up to %(lead)s instead of %(old_lead)s, senior "
            "management up to %(senior)s instead of %(old_senior)s"
        )
        % {
            "lead": said.money(levels.lead_fen),
            "old_lead": said.money(held.lead_fen),
            "senior": said.money(levels.senior_fen),
            "old_senior": said.money(held.senior_fen),
        },
        reason=reason,
        payload={"levels": _plain(levels), "instead_of": _plain(held)},
        actor=actor,
        at=at,
    )


def _plain(levels: Levels) -> list[int]:
    return [levels.lead_fen, levels.senior_fen]


def settle_redress_levels(decision: Decision, at: datetime) -> None:
    """Set what was approved; called in the transaction of the decision.

    Raises LevelsMovedOn where other levels count by now than those it was to replace.
    """
    if not decision.is_approved:
        return
    home = Institution.objects.select_for_update().get(pk=decision.institution_id)
    held, levels = queries.redress_levels(home.pk), Levels(*decision.payload["levels"])
    if _plain(held) != decision.payload["instead_of"]:
        raise LevelsMovedOn
    values = {
        "redress_lead_fen": levels.lead_fen,
        "redress_senior_fen": levels.senior_fen,
        "changed_at": at,
    }
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
        fields=("redress_lead_fen", "redress_senior_fen"),
        detail={
            "redress_lead_fen": f"{held.lead_fen}>{levels.lead_fen}",
            "redress_senior_fen": f"{held.senior_fen}>{levels.senior_fen}",
            "clause": CLAUSE,
        },
    )
