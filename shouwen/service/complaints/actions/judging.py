"""What it is and how grave: facets, grade, the major mark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.ground.kernel.events import announce
from shouwen.ground.policy import figures
from shouwen.ground.vault import audit
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Person, Unit
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import Category, Complexity, EntryKind, State, Urgency
from shouwen.service.complaints import queries
from shouwen.service.complaints.actions import apart, repeats, suggesting
from shouwen.service.complaints.actions.moving import move
from shouwen.service.complaints.actions.refusals import RecusedHere
from shouwen.service.complaints.events import ComplaintMarkedMajor
from shouwen.service.complaints.models import (
    CgType,
    Complaint,
    ComplaintGrade,
    MajorReason,
    OmClass,
    SnObject,
    Tier,
)
from shouwen.service.complaints.rules.apart import Concerned
from shouwen.service.complaints.rules.major import is_enough
from shouwen.service.complaints.rules.states import Act

RISK_CLAUSE, TIER_CLAUSE = "CG-5.2-02", "CG-3.2-03"
LEAST_FIGURE = "complaint-major-people"
CHOOSE = _("Choose one of the values offered.")
NO_SUCH = _("There is no such entry.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """What a complaint is, told on independent scales (conflict 32), and who is complained of."""

    cg_type: str
    om_class: str = ""
    sn_object: str = ""
    urgency: str = Urgency.ORDINARY
    complexity: str = Complexity.GENERAL
    person: Person | None = None
    unit: Unit | None = None
    seller: Person | None = None


@dataclass(frozen=True, slots=True)
class Risk:
    """Whether the risk of a complaint asks to complete it within 72 hours, and why (CG-5.2-02)."""

    asks: bool
    reason: str = ""


def _check(facets: Facets, institution_id: int) -> None:
    wrong: dict[str, Words] = {}
    lists: dict[str, tuple[str, ...]] = {
        "cg_type": tuple(CgType.values),
        "om_class": ("", *OmClass.values),
        "sn_object": ("", *SnObject.values),
        "urgency": tuple(Urgency.values),
        "complexity": tuple(Complexity.values),
    }
    for field, allowed in lists.items():
        if getattr(facets, field) not in allowed:
            wrong[field] = CHOOSE
    for field, row in (("person", facets.person), ("unit", facets.unit), ("seller", facets.seller)):
        if row is not None and row.institution_id != institution_id:
            wrong[field] = NO_SUCH
    if wrong:
        raise Invalid(fields=wrong)


@transaction.atomic
def classify(
    complaint: Complaint,
    category: Category,
    facets: Facets,
    *,
    shown_by: str = "",
    actor: Actor,
    at: datetime,
) -> None:
    """Say what the complaint is; while it is worked this may be said anew.

    Who is complained of may hold no post in it: for an acceptor, whoever says so steps in. Looks
    whether it is a repeat. `shown_by` names the model whose suggestion the person saw; what was
    suggested is kept beside what was chosen. Raises Invalid, RecusedHere, RolesMustBeThree,
    ComplaintMovedOn, ComplaintNotReady. Serves CG-3.1-02..06, CG-3.1-08, CG-3.4-02, OM-4.4-02.
    """
    _check(facets, complaint.institution_id)
    concerned = apart.concerned_of(facets.person, facets.unit, facets.seller)
    force = [member.person for member in queries.members_of_force(complaint)]
    held = (complaint.supervisor, complaint.executive, *force)
    handler = complaint.case.handler if complaint.assigned_at else None
    apart.refuse_recused(concerned, handler, *held)
    acceptor = _acceptor_after(complaint, concerned, handler, actor)

    def on_case() -> None:
        case = complaint.case
        same = (case.category_id, case.urgency, case.complexity) == (
            category.pk,
            facets.urgency,
            facets.complexity,
        )
        if case.state != State.ACCEPTED and same:
            return
        cases.classify(
            case,
            category,
            urgency=facets.urgency,
            complexity=facets.complexity,
            actor=actor,
            at=at,
        )

    changes: dict[str, Any] = {
        "cg_type": facets.cg_type,
        "om_class": facets.om_class,
        "sn_object": facets.sn_object,
        "concerned_person": facets.person,
        "concerned_unit": facets.unit,
        "seller": facets.seller,
    }
    if acceptor != complaint.acceptor:
        changes["acceptor"] = acceptor
    is_first = complaint.classified_at is None
    if is_first:
        changes["classified_at"] = at
    move(
        complaint,
        Act.CLASSIFY,
        actor=actor,
        at=at,
        changes=changes,
        brings={"has_class": True},
        on_case=on_case,
        note=Note(EntryKind.INTERNAL, subject_name=facets.cg_type, clause="CG-3.1-08"),
        happening="complaint.classified",
    )
    if is_first:
        suggesting.keep_suggestion(complaint, shown_by, actor=actor, at=at)
    repeats.look(complaint, at=at)


def _acceptor_after(
    complaint: Complaint, concerned: Concerned, handler: Person | None, actor: Actor
) -> Person | None:
    """Give who stands for the acceptance now: whoever says it was the acceptor steps in.

    Raises RecusedHere where the acceptors say it of themselves, RolesMustBeThree.
    """
    try:
        apart.refuse_recused(concerned, complaint.acceptor)
    except RecusedHere:
        other = staff.person_behind(actor)
        if other == complaint.acceptor:
            raise
        apart.refuse_recused(concerned, other)
        apart.refuse_joined(other, handler, complaint.supervisor)
        return other
    return complaint.acceptor


@transaction.atomic
def grade(
    complaint: Complaint,
    given: ComplaintGrade,
    *,
    tier: int = 0,
    tier_reason: str = "",
    risk: Risk | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Give the institution's own grade, the tier where it changes, and what the risk asks for.

    Once it was graded, another tier needs a reason, and stands in the story with who gave it. A
    risk that asks for it lets the 72 hours of the risk response run since the complaint came in; it
    may be judged anew by grading anew. Raises Invalid, ComplaintNotReady, NotAllowed. Serves
    SN-44-01, CG-3.2-03, CG-5.2-02, CG-5.2-03.
    """
    if given.institution_id != complaint.institution_id or given.is_retired:
        raise Invalid(fields={"grade": CHOOSE})
    if tier and tier not in Tier.values:
        raise Invalid(fields={"tier": CHOOSE})
    judged = risk if risk and risk.asks != complaint.case.asks_risk_response else None
    why = texts.needed("risk_reason", judged.reason, texts.SHORT_MAX_CHARACTERS) if judged else ""
    before, after = complaint.tier, tier or complaint.tier
    moves = complaint.graded_at is not None and after != before
    moved = texts.needed("tier_reason", tier_reason, texts.SHORT_MAX_CHARACTERS) if moves else ""

    def on_case() -> None:
        if judged is None:
            return
        case, act = complaint.case, "complaint_risk" if judged.asks else "complaint_no_risk"
        cases.judge_risk(case, asks=judged.asks, actor=actor, at=at)
        note = Note(EntryKind.INTERNAL, why, RISK_CLAUSE)
        cases.tell(case, act, note, actor=actor, at=at)

    changes: dict[str, Any] = {"grade": given, "tier": after}
    if complaint.graded_at is None:
        changes["graded_at"] = at
    move(
        complaint,
        Act.GRADE,
        actor=actor,
        at=at,
        changes=changes,
        brings={"has_grade": True},
        on_case=on_case,
        note=Note(EntryKind.INTERNAL, subject_name=given.name_zh, clause="SN-44-01"),
        detail={
            "grade": given.code,
            "tier": changes["tier"],
            "risk_response": judged.asks if judged else complaint.case.asks_risk_response,
        },
    )
    if moves:
        note = Note(EntryKind.INTERNAL, moved, TIER_CLAUSE, subject_name=str(after))
        act = "complaint_tier_up" if after > before else "complaint_tier_down"
        cases.tell(complaint.case, act, note, actor=actor, at=at)
        tiers: dict[str, audit.Value] = {"from": before, "to": after}
        audit.record(actor, "complaint.tier", complaint, at=at, fields=("tier",), detail=tiers)


@transaction.atomic
def mark_major(
    complaint: Complaint,
    *,
    reason: str,
    people: int | None = None,
    executive: Person | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Mark a complaint as a major one, and name the executive who leads it.

    Raises Invalid for an unknown reason or too few complainants, RecusedHere, ComplaintMovedOn.
    Serves HB-4.2-07.
    """
    wrong: dict[str, Words] = {}
    least = figures.figure(LEAST_FIGURE).value
    if reason == MajorReason.PEOPLE:
        # Whoever was joined to the group counts, whether somebody counted them or not.
        people = max(people or 0, queries.group_people(complaint))
    if reason not in MajorReason.values:
        wrong["reason"] = CHOOSE
    elif not is_enough(reason, people, least):
        wrong["people"] = _("This reason needs at least %(least)s complainants in person.") % {
            "least": least
        }
    if executive is not None and executive.institution_id != complaint.institution_id:
        wrong["executive"] = NO_SUCH
    if wrong:
        raise Invalid(fields=wrong)
    apart.refuse_recused(complaint.concerned, executive)
    named = executive or complaint.executive
    move(
        complaint,
        Act.MARK,
        actor=actor,
        at=at,
        changes={
            "is_major": True,
            "major_reason": reason,
            "major_people": people if reason == MajorReason.PEOPLE else None,
            "major_by": staff.person_behind(actor),
            "executive": named,
        },
        brings={"is_major": True, "has_executive": named is not None},
        note=Note(EntryKind.INTERNAL, subject_name=named.name if named else "", clause="HB-4.2-07"),
        detail={"reason": reason, "executive": named.public_id if named else ""},
    )
    announce(
        ComplaintMarkedMajor(
            institution_id=complaint.institution_id,
            occurred_at=at,
            complaint_id=complaint.pk,
            reason=reason,
        )
    )
