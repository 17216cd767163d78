"""Wording the tree of causes, and saying what caused an upheld complaint (CG-4.4-01)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.improvement import access, queries
from shouwen.assurance.improvement.models import NAME_MAX_CHARACTERS, Cause, ComplaintCause
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Institution
from shouwen.service.cases.actions import texts
from shouwen.service.complaints import queries as complaints
from shouwen.service.complaints.actions.apart import refuse_recused
from shouwen.service.complaints.models import Complaint

LEVELS_MOST = 3
NAME_TAKEN = _("There is a cause of this name here already. Choose another name.")


class CauseNotUpheld(Conflict):
    """Only what the institution answers for has a cause here."""

    message = _(
        "A cause is given once the institution is found responsible. Determine responsibility "
        "in the complaint first."
    )


class CauseGivenMeanwhile(Conflict):
    """Another person was first."""

    message = _("A colleague has given this complaint a cause meanwhile. Look at it, then decide.")


def _names(name_zh: str, name_en: str) -> tuple[str, str]:
    zh = texts.needed("name_zh", name_zh, NAME_MAX_CHARACTERS)
    en = texts.allowed("name_en", name_en, NAME_MAX_CHARACTERS) or zh
    for field, words in (("name_zh", zh), ("name_en", en)):
        if not words.isprintable():
            raise Invalid(fields={field: _("Remove the characters that cannot be shown.")})
    return zh, en


@transaction.atomic
def add_cause(
    institution: Institution,
    *,
    name_zh: str,
    name_en: str = "",
    parent: Cause | None = None,
    actor: Actor,
    at: datetime,
) -> Cause:
    """Add a cause, at the top or below another. Raises Invalid by field, NotAllowed, NotThere."""
    staff_access.require(actor, access.EDITS_CAUSES)
    if not staff_access.same_institution(actor, institution.pk):
        raise NotThere
    zh, en = _names(name_zh, name_en)
    if parent is not None:
        if parent.institution_id != institution.pk or parent.is_retired:
            raise Invalid(fields={"parent": _("There is no such cause.")})
        if parent.depth >= LEVELS_MOST:
            words = _("Causes go %(most)s levels deep. Choose one further up.")
            raise Invalid(fields={"parent": words % {"most": LEVELS_MOST}})
    made = Cause(
        institution=institution,
        parent=parent,
        depth=parent.depth + 1 if parent else 1,
        name_zh=zh,
        name_en=en,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Invalid(fields={"name_zh": NAME_TAKEN}) from None
    detail = audit.changes(None, {"name_zh": zh, "name_en": en})
    audit.record(actor, "cause.added", made, at=at, detail=detail)
    return made


@transaction.atomic
def change_cause(
    cause: Cause,
    *,
    name_zh: str,
    name_en: str = "",
    is_retired: bool,
    actor: Actor,
    at: datetime,
) -> Cause:
    """Reword a cause, retire it or take it up again; what has it keeps it.

    Raises Invalid by field, NotAllowed, NotThere.
    """
    staff_access.require(actor, access.EDITS_CAUSES)
    if not staff_access.same_institution(actor, cause.institution_id):
        raise NotThere
    zh, en = _names(name_zh, name_en)
    held = Cause.objects.select_for_update().get(pk=cause.pk)
    before: dict[str, audit.Value] = {
        "name_zh": held.name_zh,
        "name_en": held.name_en,
        "is_retired": held.is_retired,
    }
    held.name_zh, held.name_en, held.is_retired = zh, en, is_retired
    try:
        with transaction.atomic():
            held.save(update_fields=["name_zh", "name_en", "is_retired"])
    except IntegrityError:
        raise Invalid(fields={"name_zh": NAME_TAKEN}) from None
    after: dict[str, audit.Value] = {"name_zh": zh, "name_en": en, "is_retired": is_retired}
    audit.record(actor, "cause.changed", held, at=at, detail=audit.changes(before, after))
    return held


@transaction.atomic
def give_cause(
    complaint: Complaint,
    cause: Cause,
    *,
    instead_of: str = "",
    actor: Actor,
    at: datetime,
) -> ComplaintCause:
    """Say what caused an upheld complaint; `instead_of` is the id of the cause it had till now.

    Who is complained of does not word it. Raises NotAllowed, NotThere, RecusedHere, Invalid,
    CauseNotUpheld, CauseGivenMeanwhile.
    """
    access.require_giving_causes(actor)
    complaints.complaint_for(actor, complaint.public_id)
    person = staff.person_acting(actor)
    refuse_recused(complaint.concerned, person)
    if cause.institution_id != complaint.institution_id or cause.is_retired:
        raise Invalid(fields={"cause": _("There is no such cause.")})
    if not queries.is_upheld(complaint):
        raise CauseNotUpheld
    values: dict[str, Any] = {"cause": cause, "given_by": person, "given_at": at}
    if instead_of:
        held = ComplaintCause.objects.filter(
            complaint=complaint, cause__public_id=instead_of[: queries.REF_MAX_CHARACTERS]
        )
        if not held.update(**values):
            raise CauseGivenMeanwhile
    else:
        try:
            with transaction.atomic():
                ComplaintCause.objects.create(complaint=complaint, **values)
        except IntegrityError:
            raise CauseGivenMeanwhile from None
    detail: dict[str, audit.Value] = {"cause": cause.public_id, "before": instead_of}
    audit.record(actor, "complaint.cause_given", complaint, at=at, detail=detail)
    return ComplaintCause.objects.select_related("cause").get(complaint=complaint)
