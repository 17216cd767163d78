"""Saying that two cases belong together, and taking that back. Serves OM-4.4-04, OM-4.4-06."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere
from shouwen.ground.vault import audit
from shouwen.service.cases import access
from shouwen.service.cases.actions.moving import Note, enter, tell_screens
from shouwen.service.cases.actions.refusals import CaseAlreadyArchived, refuse_merged
from shouwen.service.cases.models import SAYABLE, Case, CaseRelation, RelationKind, State
from shouwen.service.cases.queries.relations import between
from shouwen.service.cases.rules.states import Act

REPEAT_CLAUSE = "OM-4.4-04"


class AlreadyRelated(Conflict):
    """Two cases are linked once."""

    message = gettext_lazy("These cases are linked already. Remove the link to change its kind.")


class NotRelated(Conflict):
    """There is nothing to remove."""

    message = gettext_lazy("These cases are not linked. Look at the case again.")


@transaction.atomic
def relate_cases(case: Case, other: Case, kind: str, *, actor: Actor, at: datetime) -> CaseRelation:
    """Link two cases; with DUPLICATE, `case` is the same matter as `other`, the main one.

    Both must be within reach, and `case` the actor's to work. Raises AlreadyRelated, Invalid,
    CaseAlreadyArchived.
    """
    _require(actor, case, other)
    if kind not in SAYABLE:
        raise Invalid(fields={"kind": _("Choose one of the values offered.")})
    if case.pk == other.pk or case.institution_id != other.institution_id:
        raise Invalid(fields={"other": _("Choose another case.")})
    try:
        with transaction.atomic():
            relation = CaseRelation.objects.create(case=case, other=other, kind=kind, related_at=at)
    except IntegrityError:
        raise AlreadyRelated from None
    is_repeat = kind == RelationKind.DUPLICATE
    _enter(case, "duplicate_of" if is_repeat else "relate", other, actor, at, is_repeat)
    _enter(other, "duplicated_by" if is_repeat else "relate", case, actor, at, is_repeat)
    audit.record(
        actor, "case.related", case, at=at, detail={"other": other.public_id, "kind": kind}
    )
    return relation


@transaction.atomic
def unrelate_cases(case: Case, other: Case, *, actor: Actor, at: datetime) -> None:
    """Take a link back that was made by mistake; both stories keep it. Raises NotRelated."""
    _require(actor, case, other)
    said = CaseRelation.objects.filter(between(case, other), kind__in=SAYABLE)
    dropped, _by_model = said.delete()
    if not dropped:
        raise NotRelated
    _enter(case, "unrelate", other, actor, at)
    _enter(other, "unrelate", case, actor, at)
    audit.record(actor, "case.unrelated", case, at=at, detail={"other": other.public_id})


def _require(actor: Actor, case: Case, other: Case) -> None:
    access.require_work(actor, case, Act.OPINION)
    if not access.may_see(actor, other):
        raise NotThere
    if State.ARCHIVED in (case.state, other.state):
        raise CaseAlreadyArchived(_("An archived case is not changed. Choose another case."))
    for one in (case, other):
        refuse_merged(one)


def _enter(
    case: Case, act: str, other: Case, actor: Actor, at: datetime, is_repeat: bool = False
) -> None:
    clause = REPEAT_CLAUSE if is_repeat else ""
    enter(case, act, actor=actor, at=at, note=Note(subject_name=other.number, clause=clause))
    tell_screens(case)
