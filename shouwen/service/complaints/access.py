"""Who may see and do what with a complaint."""

from __future__ import annotations

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.staff import access as staff_access
from shouwen.service.cases import access as cases
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules.states import Act

FILES = "case.work"
# The right each act asks for; all others ask for `complaint.work`.
RIGHTS = {
    Act.GRADE: "complaint.grade",
    Act.MARK: "complaint.grade",
    Act.CLOSE: "complaint.supervise",
    Act.DECIDE: "complaint.supervise",
    Act.LIMIT: "complaint.supervise",
    Act.ARCHIVE: "case.archive",
}


def may_file(actor: Actor) -> bool:
    """Whether the actor may take a complaint down; working on it is another right."""
    return staff_access.has_right(actor, FILES)


def may_see(actor: Actor, complaint: Complaint) -> bool:
    """Whether a complaint is within reach: by its case, for those who read complaints."""
    return staff_access.has_right(actor, "complaint.read") and cases.may_see(actor, complaint.case)


def may_do(actor: Actor, complaint: Complaint, act: Act) -> bool:
    """Whether the actor may do this act; whether it is time for it is the rules' matter."""
    right = RIGHTS.get(act, "complaint.work")
    return may_see(actor, complaint) and staff_access.has_right(actor, right)


def require(actor: Actor, complaint: Complaint, act: Act) -> None:
    """Let the act go on. Raises NotThere out of reach, NotAllowed without the right."""
    if not may_see(actor, complaint):
        raise NotThere
    staff_access.require(actor, RIGHTS.get(act, "complaint.work"))
