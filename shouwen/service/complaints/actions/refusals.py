"""Why an act was refused, by name and in words that say what to do next."""

from __future__ import annotations

from typing import NoReturn

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.service.complaints.models import Complaint, State
from shouwen.service.complaints.rules import states
from shouwen.service.complaints.rules.states import Act, Reason


class ComplaintMovedOn(Conflict):
    """Somebody else changed the complaint between looking and pressing."""

    message = gettext_lazy(
        "A colleague has changed this complaint meanwhile. Look at its present state, then decide."
    )


class ComplaintNotReady(Conflict):
    """The complaint is in a state in which this is not the next thing."""

    message = gettext_lazy("This is not the next step of the complaint. Follow its steps in order.")


class AlreadyAComplaint(Conflict):
    """A complaint stands over the case."""

    message = gettext_lazy("This case is a complaint already. Open it and go on there.")


class WorkedAsComplaint(Conflict):
    """The case is led by its complaint; its steps are done there."""

    message = gettext_lazy("This case is a complaint. Do this step on the complaint's page.")


class RecusedHere(Conflict):
    """Nobody works on a complaint about themselves, their unit or their sale."""

    message = gettext_lazy("This person is complained of here. Choose somebody else.")


class RolesMustBeThree(Conflict):
    """Accepting, handling and supervising are three persons (CG-3.4-02)."""

    message = gettext_lazy(
        "Accepting, handling and supervising are three different people. Choose somebody else."
    )


class OnlyTheSupervisorCloses(Conflict):
    """The one who supervises looks at what was done and closes."""

    message = gettext_lazy("The supervisor of the complaint closes it. Ask them to look at it.")


class OnlyTheHandlerExtends(Conflict):
    """Whoever handles it knows why the time is not enough, and tells the complainant."""

    message = gettext_lazy(
        "The handler of the complaint asks for more time and tells the complainant. Ask them."
    )


class OnlyTheHandlerProposes(Conflict):
    """Whoever found the facts says what is to be made good."""

    message = gettext_lazy("The handler of the complaint proposes its redress. Ask them.")


class HandlerDecidesNot(Conflict):
    """Whoever handles it by now has the time, whoever asked for it."""

    message = gettext_lazy("You handle this complaint, so somebody else must decide.")


class NothingToExtend(Conflict):
    """No limit that runs now may be put off by a clause in force."""

    message = gettext_lazy(
        "No limit that runs here may be put off: no clause allows it, or the step is done. "
        "Finish it in time."
    )


class ExtendedAlready(Conflict):
    """A limit is put off once."""

    message = gettext_lazy("This limit has been extended already, and only once may be. Finish it.")


class ExtensionAsked(Conflict):
    """A request for the same limit waits."""

    message = gettext_lazy(
        "An extension of this limit has been asked for already. Wait for the decision."
    )


class ExtensionTooLate(Conflict):
    """The old date has passed; it stands."""

    message = gettext_lazy(
        "The old date has passed, so it stands. An extension is approved and told before it."
    )


class LimitOnHold(Conflict):
    """A limit that stands still moves by itself."""

    message = gettext_lazy("This limit is on hold. Extend it, where still needed, once it runs on.")


class NotApprovedYet(Conflict):
    """The complainant is told of what was approved."""

    message = gettext_lazy(
        "No approved extension waits to be told. Wait for the approval, then tell the complainant."
    )


class CaseWaits(Conflict):
    """The case waits for somebody, so the complaint cannot go on."""

    message = gettext_lazy("The case waits for somebody. Carry on there first.")


class ExecutiveNeeded(Invalid):
    """A major complaint is led by an executive (HB-4.2-07)."""

    message = gettext_lazy("Name the executive who leads this major complaint first.")


class PeopleNeeded(Invalid):
    """Handler and supervisor are named before the work begins (CG-3.4-02)."""

    message = gettext_lazy("Name the handler and the supervisor first.")


class NotAgreedYet(Conflict):
    """The complainant has not said that it is settled (OM-4.4-03)."""

    message = gettext_lazy("The complainant has not confirmed the result yet. Call back first.")


class NoticeNeeded(Conflict):
    """The result is told in writing first (CG-4.1-05)."""

    message = gettext_lazy("Issue the result notice first, then tell the complainant.")


class NoticeIncomplete(Invalid):
    """A notice says what was found, on which basis, why, with which outcome and remedies."""

    message = gettext_lazy("The notice is not complete yet. Fill in what is named.")


class NoticeDamaged(Conflict):
    """What is kept of an issued notice is not what was issued."""

    message = gettext_lazy(
        "The kept notice differs from what was issued. Do not use it; tell the administrator."
    )


class NotTriedEnough(Conflict):
    """Whoever is told by the portal alone was tried often enough, on different days."""

    message = gettext_lazy("Try to reach the complainant more often first.")


class RatedAlready(Conflict):
    """A result is rated once."""

    message = gettext_lazy("This has been rated already. The first answer is kept, thank you.")


class NothingToRate(Conflict):
    """Only a result that was told can be rated."""

    message = gettext_lazy("No result was told yet. It can be rated afterwards.")


class NoRepeat(Conflict):
    """There is no mark to take away."""

    message = gettext_lazy("This complaint is not marked as a repeat. Look at it again.")


def refuse(complaint: Complaint, act: Act, reason: Reason) -> NoReturn:
    """Raise the error that fits a refusal of the rules."""
    match reason:
        case Reason.WRONG_STATE if _is_past(complaint, act):
            raise ComplaintMovedOn(
                _("This step is done: the complaint is %(state)s now.")
                % {"state": State(complaint.state).label}
            )
        case Reason.NO_PEOPLE:
            raise PeopleNeeded(fields={"handler": PeopleNeeded.message})
        case Reason.NO_EXECUTIVE:
            raise ExecutiveNeeded(fields={"executive": ExecutiveNeeded.message})
        case Reason.NO_NOTICE:
            raise NoticeNeeded
        case Reason.NOT_SATISFIED:
            raise NotAgreedYet
        case _:
            raise ComplaintNotReady


def _is_past(complaint: Complaint, act: Act) -> bool:
    state = states.State(complaint.state)
    return all(states.is_after(state, before) for before in states.states_before(act))
