"""Who may read the analysis, freeze a return, word causes, set thresholds, work on issues."""

from __future__ import annotations

from shouwen.assurance.improvement.rules import accountability
from shouwen.assurance.improvement.rules.issues import JUDGING, Act
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import access as staff_access

READS = ("complaint.read", "metrics.read")
FREEZES = "complaint.report"
READS_ISSUES, WORKS_ISSUES, JUDGES_ISSUES = "issue.read", "issue.work", "issue.judge"
EDITS_CAUSES, GIVES_CAUSES = "cause.edit", "complaint.work"
SETS_THRESHOLDS = "threshold.edit"
FOLLOWS_UP = "complaint.work"
# The complaint department proposes, the inspection investigates, the management decides
# (CG-3.4-04).
PROPOSES, INVESTIGATES, DECIDES = (
    "accountability.propose",
    "accountability.investigate",
    "accountability.decide",
)
READS_ACCOUNTABILITY = (PROPOSES, INVESTIGATES, DECIDES, "audit.read")


def may_read(actor: Actor) -> bool:
    """Whether the actor sees figures of complaints and the complaints behind them."""
    return all(staff_access.has_right(actor, right) for right in READS)


def may_freeze(actor: Actor) -> bool:
    """Whether the actor answers for what the institution reports."""
    return may_read(actor) and staff_access.has_right(actor, FREEZES)


def require_reading(actor: Actor) -> None:
    """Let the reading go on. Raises NotAllowed."""
    for right in READS:
        staff_access.require(actor, right)


def require_freezing(actor: Actor) -> None:
    """Let the freezing go on. Raises NotAllowed."""
    require_reading(actor)
    staff_access.require(actor, FREEZES)


def may_read_issues(actor: Actor) -> bool:
    """Whether the actor reads issues and the tree of causes."""
    return staff_access.has_right(actor, READS_ISSUES)


def require_issues(actor: Actor) -> None:
    """Let issues and causes be read. Raises NotAllowed."""
    staff_access.require(actor, READS_ISSUES)


def require_issue_act(actor: Actor, act: Act) -> None:
    """Let an act on an issue go on, by whose word it is. Raises NotAllowed."""
    require_issues(actor)
    staff_access.require(actor, JUDGES_ISSUES if act in JUDGING else WORKS_ISSUES)


def may_do(actor: Actor, act: Act) -> bool:
    """Whether the actor's role includes an act on issues."""
    return staff_access.has_right(actor, JUDGES_ISSUES if act in JUDGING else WORKS_ISSUES)


def may_edit_causes(actor: Actor) -> bool:
    """Whether the actor words the tree of causes."""
    return staff_access.has_right(actor, EDITS_CAUSES)


def require_giving_causes(actor: Actor) -> None:
    """Let causes of complaints be given. Raises NotAllowed."""
    require_issues(actor)
    staff_access.require(actor, GIVES_CAUSES)


def may_give_causes(actor: Actor) -> bool:
    """Whether the actor says what caused a complaint."""
    return staff_access.has_right(actor, GIVES_CAUSES)


def may_set_thresholds(actor: Actor) -> bool:
    """Whether the actor sets the thresholds of early warning."""
    return may_read(actor) and staff_access.has_right(actor, SETS_THRESHOLDS)


def may_note_warnings(actor: Actor) -> bool:
    """Whether the actor takes note of early warnings."""
    return may_read(actor) and staff_access.has_right(actor, WORKS_ISSUES)


def may_read_accountability(actor: Actor) -> bool:
    """Whether the actor reads who is held accountable in the complaints they reach."""
    return any(staff_access.has_right(actor, right) for right in READS_ACCOUNTABILITY)


def _right_for(act: accountability.Act) -> str:
    if act is accountability.Act.PROPOSE:
        return PROPOSES
    investigates = (accountability.Act.INVESTIGATE, accountability.Act.SILENT)
    return INVESTIGATES if act in investigates else DECIDES


def may_act_on_accountability(actor: Actor, act: accountability.Act) -> bool:
    """Whether the actor's role includes a step in holding somebody accountable."""
    return staff_access.has_right(actor, _right_for(act))


def require_accountability_act(actor: Actor, act: accountability.Act) -> None:
    """Let a step in holding somebody accountable go on. Raises NotAllowed."""
    staff_access.require(actor, _right_for(act))


def may_follow_up(actor: Actor) -> bool:
    """Whether the actor draws closed complaints and asks customers again."""
    return may_read_issues(actor) and staff_access.has_right(actor, FOLLOWS_UP)
