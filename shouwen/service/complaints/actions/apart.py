"""Three separate persons, and nobody in their own matter (CG-3.4-02)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Words
from shouwen.people.staff.models import Person, Unit
from shouwen.service.complaints.actions.refusals import (
    OnlyTheHandlerExtends,
    OnlyTheHandlerProposes,
    OnlyTheSupervisorCloses,
    RecusedHere,
    RolesMustBeThree,
)
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules import apart
from shouwen.service.complaints.rules.apart import Concerned, Post, Recusal
from shouwen.service.complaints.rules.states import Act

# What the handler does; whoever accepted or supervises keeps out of it.
HANDLING = frozenset(
    {Act.START, Act.ANALYSE, Act.RESPONSIBILITY, Act.PLAN, Act.RESOLVE, Act.FEEDBACK}
    | {Act.EXTEND, Act.NOTICE, Act.ISSUE, Act.TRY, Act.REDRESS}
)
# Before a decision is told this is the handler's too; afterwards it is for who reviews it.
REFERRING = frozenset({Act.REFER, Act.RETURN})
# What nobody does in the handler's place but their deputy.
HANDLERS_OWN = frozenset({Act.EXTEND, Act.NOTICE, Act.REDRESS})
_WHY: dict[Recusal, Words] = {
    Recusal.IS_PERSON: gettext_lazy(
        "%(name)s is complained of here and keeps out of it. Choose somebody else."
    ),
    Recusal.IS_SELLER: gettext_lazy(
        "%(name)s made the sale complained of and keeps out of it. Choose somebody else."
    ),
    Recusal.OF_UNIT: gettext_lazy(
        "%(name)s works in the unit complained of and keeps out of it. Choose somebody else."
    ),
}


def refuse_recused(concerned: Concerned, *people: Person | None) -> None:
    """Let these people have to do with a complaint. Raises RecusedHere, naming whom and why."""
    for person in people:
        if person is None:
            continue
        why = apart.why_recused(person.pk, person.unit.path, concerned)
        if why is not None:
            raise RecusedHere(str(_WHY[why]) % {"name": person.name})


def refuse_joined(
    acceptor: Person | None, handler: Person | None, supervisor: Person | None
) -> None:
    """Let these hold the three posts. Raises RolesMustBeThree, naming who would hold two."""
    held = {Post.ACCEPTOR: acceptor, Post.HANDLER: handler, Post.SUPERVISOR: supervisor}
    twice = apart.held_twice({post: p.pk if p else None for post, p in held.items()})
    if twice is not None:
        person = held[twice[0]]
        raise RolesMustBeThree(
            _(
                "Accepting, handling and supervising are three different people, and %(name)s "
                "would hold two of these posts. Choose somebody else."
            )
            % {"name": person.name if person else ""}
        )


def refuse_hands(complaint: Complaint, act: Act, actor: Actor, person: Person | None) -> None:
    """Let whoever acts do this act by the posts.

    Raises RecusedHere, RolesMustBeThree, OnlyTheHandlerExtends, OnlyTheHandlerProposes,
    OnlyTheSupervisorCloses.
    """
    refuse_recused(complaint.concerned, person)
    if person is None:
        return
    if act in HANDLING or (act in REFERRING and complaint.feedback_at is None):
        others = (complaint.acceptor_id, complaint.supervisor_id)
        if person.pk in others:
            raise RolesMustBeThree(
                _("%(name)s accepted or supervises this complaint; its handler does this step.")
                % {"name": person.name}
            )
    handler = complaint.case.handler if complaint.assigned_at else None
    if act in HANDLERS_OWN and (handler is None or not is_one(actor, handler)):
        raise OnlyTheHandlerProposes if act is Act.REDRESS else OnlyTheHandlerExtends
    supervisor = complaint.supervisor
    if act is not Act.CLOSE or supervisor is None or complaint.withdrawn_at is not None:
        return
    if not is_one(actor, supervisor):
        raise OnlyTheSupervisorCloses


def is_one(actor: Actor, person: Person) -> bool:
    """Whether the actor is this person, or their deputy while they are away."""
    return person.public_id in {actor.ref, *actor.stands_in_for}


def concerned_of(person: Person | None, unit: Unit | None, seller: Person | None) -> Concerned:
    """Give who is complained of, as the rules see it."""
    return Concerned(
        person.pk if person else None, seller.pk if seller else None, unit.path if unit else ""
    )
