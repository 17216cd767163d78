"""Who may see and decide a request."""

from __future__ import annotations

from dataclasses import dataclass

from shouwen.ground.kernel.actor import Actor
from shouwen.people.approvals.models import Approval
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff

READ = "approval.read"


def is_own(actor: Actor, approval: Approval) -> bool:
    """Whether the actor asked for it."""
    return actor.is_person and approval.asked_by.public_id == actor.ref


def is_about(actor: Actor, approval: Approval) -> bool:
    """Whether the actor gains what is asked for."""
    about = approval.about_person
    return actor.is_person and about is not None and about.public_id == actor.ref


def rights_held(actor: Actor) -> list[str]:
    """Name every right the actor holds, for lists of what waits for them."""
    return sorted(r for r in staff_access.ALL_RIGHTS if staff_access.has_right(actor, r))


def is_barred(actor: Actor, approval: Approval) -> bool:
    """Whether the actor cannot be its second person: they asked for it, or gain by it."""
    return is_own(actor, approval) or is_about(actor, approval)


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who decides when an actor does: themselves, or those who are away whose deputy they are."""

    actor: Actor
    absent: tuple[Actor, ...] = ()


def deciders(actor: Actor) -> Deciders:
    """Give the actor with those they stand in for; no query where there is nobody."""
    return Deciders(actor, tuple(staff.actors_stood_in_for(actor)))


def reaches(actor: Actor, approval: Approval) -> bool:
    """Whether a request is within reach of the right it needs: institution, unit, right."""
    return (
        staff_access.same_institution(actor, approval.institution_id)
        and staff_access.within(actor, approval.unit_id)
        and staff_access.has_right(actor, approval.right)
    )


def decides_as(who: Deciders, approval: Approval) -> Actor | None:
    """Give in whose name the actor would decide, their own first; None where they may not.

    Nobody decides what they asked for or gain, and no deputy what the one who is away did.
    """
    if not who.actor.is_person or is_barred(who.actor, approval):
        return None
    for one in (who.actor, *who.absent):
        if reaches(one, approval) and not is_barred(one, approval):
            return one
    return None


def may_see(who: Deciders, approval: Approval) -> bool:
    """Whether a request is shown: to its asker, and to whoever could decide it."""
    return staff_access.has_right(who.actor, READ) and (
        is_own(who.actor, approval)
        or reaches(who.actor, approval)
        or decides_as(who, approval) is not None
    )
