"""Who may see and do what with a case."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import NotAllowed, NotThere
from shouwen.people.staff import access as staff_access
from shouwen.people.staff.models import Person
from shouwen.service.cases import ports
from shouwen.service.cases.models import Case, CaseTask, SavedView
from shouwen.service.cases.rules.states import Act, State

# An agent works what is theirs; these roles step in for anyone in their units.
STEPS_IN = ("lead", "complaints")
TAKING_IN = frozenset({Act.ACCEPT, Act.CLASSIFY, Act.ASSIGN})


class NotYourCase(NotAllowed):
    """A colleague's case is worked by its handler and owner, or by a lead."""

    message = _("This case is with a colleague. Ask its handler or your lead.")


class NotYourTask(NotAllowed):
    """A task is answered by the unit, or the person, that was asked."""

    message = _("This task was asked of another unit or colleague. They answer it.")


def _stands_as(actor: Actor, person: Person | None) -> bool:
    """Whether the actor is this person, or their deputy while they are away."""
    if person is None or not actor.is_person:
        return False
    return person.public_id == actor.ref or person.public_id in actor.stands_in_for


def is_theirs(actor: Actor, case: Case) -> bool:
    """Whether the actor, or somebody they stand in for, is the first owner or present handler."""
    return _stands_as(actor, case.owner) or _stands_as(actor, case.handler)


def may_see(actor: Actor, case: Case) -> bool:
    """Whether a case is within the actor's reach: institution, right, unit, or their own."""
    if actor.kind is ActorKind.CUSTOMER:
        return is_customer_of(actor, case)
    return (
        staff_access.has_right(actor, "case.read")
        and staff_access.same_institution(actor, case.institution_id)
        and (staff_access.within(actor, case.unit_id) or is_theirs(actor, case))
    )


def may_read(actor: Actor, case: Case) -> bool:
    """Whether a case may be looked at: within reach, or as one who helps with what is over it."""
    if may_see(actor, case):
        return True
    companion = ports.companion_of(case)
    return (
        companion is not None
        and actor.is_person
        and staff_access.has_right(actor, "case.read")
        and staff_access.same_institution(actor, case.institution_id)
        and companion.lets_read(case, actor)
    )


def may_work(actor: Actor, case: Case, act: Act) -> bool:
    """Whether the actor may do this act; whether the case is ready for it is the rules' matter."""
    if not may_see(actor, case):
        return False
    if actor.is_system:
        return True
    if act is Act.ARCHIVE:
        return staff_access.has_right(actor, "case.archive")
    if not staff_access.has_right(actor, "case.work"):
        return False
    if act is Act.REOPEN and case.state == State.ARCHIVED:
        # The file leaves the archive; whoever may put it there may take it out again.
        return staff_access.has_right(actor, "case.archive")
    if act in TAKING_IN or actor.kind is ActorKind.KEY:
        return True
    return is_theirs(actor, case) or actor.has_role(*STEPS_IN)


def may_review(actor: Actor, case: Case) -> bool:
    """Whether the actor may judge finished work; `queries.worked_on` says whose it was."""
    return (
        actor.is_person
        and staff_access.has_right(actor, "case.review")
        and may_see(actor, case)
        and not is_theirs(actor, case)
    )


def may_change_view(actor: Actor, view: SavedView) -> bool:
    """Whether the actor may change a kept view: its owner, or a lead of the unit that shares it."""
    if not actor.is_person:
        return False
    if view.person.public_id == actor.ref:
        return True
    leads = actor.has_role(*STEPS_IN) and staff_access.same_institution(actor, view.institution_id)
    return view.unit_id is not None and leads and staff_access.within(actor, view.unit_id)


def require_work(actor: Actor, case: Case, act: Act) -> None:
    """Let the act go on. Raises NotThere out of reach, NotYourCase without the right."""
    if not may_see(actor, case):
        raise NotThere
    if not may_work(actor, case, act):
        raise NotYourCase


def is_customer_of(actor: Actor, case: Case) -> bool:
    """Whether a customer actor stands for this case: by their own id, or by the case's link."""
    if actor.kind is not ActorKind.CUSTOMER or actor.institution_id != case.institution_id:
        return False
    refs = {case.public_id}
    if case.customer is not None:
        refs.add(case.customer.public_id)
    if case.contact is not None:
        refs.add(case.contact.visitor_ref)
    return bool(actor.ref) and actor.ref in refs


def require_customer(actor: Actor, case: Case) -> None:
    """Let the customer's own act go on. Raises NotThere for anyone else."""
    if not is_customer_of(actor, case):
        raise NotThere


def may_see_task(actor: Actor, task: CaseTask) -> bool:
    """Whether a task is within reach: of the asked unit, of the asked person, or by its case.

    What is asked, the case's number and its title; the case itself stays with those who reach it.
    """
    if actor.kind is ActorKind.CUSTOMER or not staff_access.has_right(actor, "case.read"):
        return False
    if not staff_access.same_institution(actor, task.institution_id):
        return False
    return (
        staff_access.within(actor, task.unit_id)
        or _is_asked(actor, task)
        or may_see(actor, task.case)
    )


def _is_asked(actor: Actor, task: CaseTask) -> bool:
    return _stands_as(actor, task.person)


def may_answer(actor: Actor, task: CaseTask) -> bool:
    """Whether the actor answers for the asked unit; where a person is named, they or a lead.

    Nobody answers what they asked themselves, however many units they reach.
    """
    if not may_see_task(actor, task) or not staff_access.has_right(actor, "case.work"):
        return False
    if actor.is_person and actor.ref == task.asked_by_ref:
        return False
    if _is_asked(actor, task):
        return True
    if not staff_access.within(actor, task.unit_id):
        return False
    return task.person is None or actor.kind is ActorKind.KEY or actor.has_role(*STEPS_IN)


def may_withdraw(actor: Actor, task: CaseTask) -> bool:
    """Whether the actor may take a task back: whoever works the case."""
    return may_work(actor, task.case, Act.OPINION)


def require_answer(actor: Actor, task: CaseTask) -> None:
    """Let the asked unit speak. Raises NotThere out of reach, NotYourTask without the right."""
    if not may_see_task(actor, task):
        raise NotThere
    if not may_answer(actor, task):
        raise NotYourTask


def require_withdraw(actor: Actor, task: CaseTask) -> None:
    """Let a task be taken back. Raises NotThere out of reach, NotYourCase without the right."""
    if not may_see_task(actor, task):
        raise NotThere
    if not may_withdraw(actor, task):
        raise NotYourCase
