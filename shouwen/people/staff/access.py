"""Who may do what: the rights of each role, and how far they reach.

A right is a word that a view, a socket or an action names. Each role has the fewest that its
work needs: an agent works contacts and cases but opens no record they do not work on; a lead
sees the team's work and its figures; those who judge (inspector, risk, auditor) read and change
nothing; the auditor alone reads the whole trail, and the administrator, who sets up people and
keys, sees no customer at all, so that no one can both do a thing and hide it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import Conflict, NotAllowed, Words

_DESK = frozenset(
    {
        "approval.read",
        "contact.take",
        "contact.read",
        "case.read",
        "case.work",
        "customer.read",
        "customer.edit",
        "customer.reveal",
        "knowledge.read",
        "policy.read",
        "staff.read",
    }
)

RIGHTS: dict[str, frozenset[str]] = {
    # Works contacts and cases at the desk.
    "agent": _DESK,
    # The same, and watches over a team: its queue, its figures, its archive, what it may say.
    "lead": _DESK
    | {"case.approve"}
    | {"case.export", "case.review", "customer.import", "customer.merge", "export.approve"}
    | {"contact.supervise", "case.archive", "knowledge.approve", "metrics.read", "routing.read"}
    | {"complaint.read", "complaint.work", "complaint.grade", "complaint.supervise"}
    | {"complaint.extend", "complaint.import", "script.edit", "survey.edit", "survey.read"}
    | {"complaint.redress", "complaint.redress_result"}
    | {"issue.read", "issue.work", "issue.judge"}
    | {"accountability.propose", "accountability.decide"},
    # Works complaints, which are cases; takes no calls from the queue.
    "complaints": (_DESK - {"contact.take"})
    | {"complaint.read", "complaint.work", "complaint.grade", "complaint.supervise"}
    | {"case.archive", "case.export", "case.review", "customer.merge", "metrics.read"}
    | {"cause.edit", "complaint.import", "complaint.report", "complaint.redress_result"}
    | {"issue.read", "issue.work", "threshold.edit", "accountability.propose"},
    # Judges conversations and cases, sends back what is not right; looks no customer up.
    "inspector": frozenset(
        {
            "accountability.investigate",
            "contact.read",
            "case.read",
            "case.review",
            "complaint.read",
            "issue.read",
            "issue.judge",
            "knowledge.read",
            "metrics.read",
            "policy.read",
            "routing.read",
            "staff.read",
        }
    ),
    # Plans courses by people, what they are qualified for and figures; needs no customer.
    "trainer": frozenset(
        {"knowledge.read", "metrics.read", "policy.read", "qualification.read", "staff.read"}
    ),
    # Writes articles, which another person approves; needs no customer.
    "editor": frozenset({"knowledge.read", "knowledge.write", "policy.read"}),
    # Watches limits and rules across the institution.
    "risk": frozenset(
        {
            "accountability.decide",
            "approval.read",
            "case.approve",
            "case.export",
            "cause.edit",
            "issue.read",
            "issue.judge",
            "export.approve",
            "contact.read",
            "case.read",
            "complaint.extend",
            "complaint.extend_senior",
            "complaint.read",
            "complaint.redress",
            "complaint.redress_senior",
            "complaint.report",
            "customer.read",
            "knowledge.read",
            "metrics.read",
            "policy.read",
            "policy.edit",
            "qualification.read",
            "staff.approve",
            "staff.read",
            "staff.review",
            "survey.read",
            "threshold.edit",
            "webhook.approve",
            "webhook.read",
        }
    ),
    # Reads the trail, and what the trail speaks of; changes nothing.
    "auditor": frozenset(
        {
            "audit.read",
            "case.read",
            "complaint.read",
            "contact.read",
            "issue.read",
            "metrics.read",
            "policy.read",
            "qualification.read",
            "routing.read",
            "staff.read",
            "staff.review",
            "survey.read",
            "webhook.read",
        }
    ),
    # Sets the centre up; no customer, no case, no trail.
    "admin": frozenset(
        {
            "apikey.manage",
            "approval.read",
            "category.edit",
            "knowledge.read",
            "metrics.read",
            "policy.edit",
            "policy.read",
            "qualification.read",
            "routing.edit",
            "routing.read",
            "script.edit",
            "staff.approve",
            "staff.edit",
            "staff.read",
            "staff.review",
            "system.watch",
            "survey.edit",
            "survey.read",
            "webhook.approve",
            "webhook.manage",
            "webhook.read",
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Apart:
    """Two roles that no one person may hold, and why."""

    roles: frozenset[str]
    clause: str
    why: Words


_SUPERVISES = _("Whoever checks the work must not have done it.")
_CHECKS = _("Whoever reads the trail must do nothing that stands on it.")

# CG-3.4-02 keeps accepting, handling and supervising apart; PV-10-01 has what an agent may not
# verify alone checked by a supervisor; OM-1.4-05 wants access audited, which means by others.
APART: tuple[Apart, ...] = (
    Apart(
        frozenset({"agent", "complaints"}), "CG-3.4-02", _("Accepting and handling are two posts.")
    ),
    Apart(
        frozenset({"lead", "complaints"}), "CG-3.4-02", _("Accepting and handling are two posts.")
    ),
    *(
        Apart(frozenset({worker, "inspector"}), "CG-3.4-02", _SUPERVISES)
        for worker in ("agent", "lead", "complaints")
    ),
    Apart(
        frozenset({"agent", "lead"}),
        "PV-10-01",
        _("What an agent may not decide alone goes to a supervisor, who is another person."),
    ),
    *(
        Apart(frozenset({"auditor", other}), "OM-1.4-05", _CHECKS)
        for other in RIGHTS
        if other != "auditor"
    ),
)


class RolesMustStayApart(Conflict):
    """One person would both do a thing and judge it."""

    message = _("These two roles must be held by different people. Choose someone else.")


def has_right(actor: Actor | None, right: str) -> bool:
    """Whether the actor holds this right by any role; the system itself holds every right.

    Raises ValueError for a right no role bears, since a mistyped one would lock a door for good.
    """
    if right not in ALL_RIGHTS:
        raise ValueError(f"No role bears the right {right}")
    if actor is None:
        return False
    if actor.kind is ActorKind.SYSTEM:
        return True
    return any(right in RIGHTS.get(role, frozenset()) for role in actor.roles)


def require(actor: Actor | None, right: str) -> Actor:
    """Give back the actor if they hold the right. Raises NotAllowed."""
    if actor is None or not has_right(actor, right):
        raise NotAllowed
    return actor


def may_plan(actor: Actor | None) -> bool:
    """Whether the actor plans shifts: who leads a team, or sets people up."""
    return has_right(actor, "contact.supervise") or has_right(actor, "staff.edit")


def within(actor: Actor, unit_id: int | None) -> bool:
    """Whether the actor reaches this unit; what belongs to no unit belongs to all."""
    return actor.all_units or unit_id is None or unit_id in actor.unit_ids


def bounds_of(tops_by_role: Iterable[Iterable[str | None]]) -> list[frozenset[str]]:
    """Give, for each role, the paths of the units it reaches; a role granted without one is free.

    Roles of different reach narrow each other: a unit is reached only if *all* the roles reach it,
    so that a wide grant of a small role never widens a larger one. No bounds = every unit.
    """
    tops = [frozenset(role) for role in tops_by_role]
    return [frozenset(top for top in role if top) for role in tops if None not in role]


def reaches(bounds: Iterable[frozenset[str]], path: str) -> bool:
    """Whether the unit at this path lies within all the bounds."""
    return all(any(path.startswith(top) for top in tops) for tops in bounds)


def same_institution(actor: Actor, institution_id: int) -> bool:
    """Whether the actor works for this institution; the system works for all it is not bound to."""
    if actor.institution_id is None:
        return actor.kind is ActorKind.SYSTEM
    return actor.institution_id == institution_id


def are_apart(roles: Iterable[str]) -> bool:
    """Whether two of these roles must be held by different people."""
    held = frozenset(roles)
    return any(apart.roles <= held for apart in APART)


def refuse_joined_roles(roles: Iterable[str]) -> None:
    """Let roles be held by one person. Raises RolesMustStayApart."""
    held = frozenset(roles)
    broken = next((apart for apart in APART if apart.roles <= held), None)
    if broken is not None:
        raise RolesMustStayApart(
            _("%(why)s Choose someone else (%(clause)s).")
            % {"why": broken.why, "clause": broken.clause}
        )


ALL_RIGHTS = frozenset().union(*RIGHTS.values())
