"""Why an act was refused, by name and in words that say who was first and what to do next."""

from __future__ import annotations

from typing import NoReturn

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.service.cases.models import Case, CaseEntry, Kind
from shouwen.service.cases.rules.states import Act, Reason, State, states_before


class CaseMovedOn(Conflict):
    """Somebody else changed the case between looking and pressing."""

    message = gettext_lazy(
        "A colleague has changed this case meanwhile. Look at its present state, then decide."
    )


class CaseAlreadyAccepted(CaseMovedOn):
    """Two people took the case; this is the second."""


class CaseAlreadyClassified(CaseMovedOn):
    """The case has its category."""


class CaseAlreadyStarted(CaseMovedOn):
    """Work on the case has begun."""


class CaseAlreadyWaiting(CaseMovedOn):
    """The case waits already."""


class CaseAlreadyResolved(CaseMovedOn):
    """The case is resolved."""


class FeedbackAlreadySent(CaseMovedOn):
    """The customer has been told."""


class AlreadyConfirmed(CaseMovedOn):
    """This side has said so already."""


class AlreadyObjected(CaseMovedOn):
    """The objection is known; the case is worked again."""


class CaseAlreadyClosed(CaseMovedOn):
    """The case has ended."""


class CaseAlreadyArchived(CaseMovedOn):
    """The file is in the archive."""


class CaseAlreadyReopened(CaseMovedOn):
    """The case is worked again."""


class CaseNotEnded(Conflict):
    """Only what has ended is taken up again or judged."""

    message = gettext_lazy("This case has not ended. Work on it where it stands.")


class ComplaintsAreFiled(Invalid):
    """No complaint stands outside the ledger of complaints; a case alone is never one."""

    message = gettext_lazy(
        "A complaint is entered in the ledger of complaints, with its demand: programs send it to "
        "POST /complaints."
    )


class ResultIsThere(Conflict):
    """What has its result is not put together with other questions, nor taken apart."""

    message = gettext_lazy("This case has its result already. Link the cases instead.")


class CaseMerged(CaseMovedOn):
    """The case ended in another, where all of it goes on."""

    message = gettext_lazy("This case was merged into another. Go on there.")


class CaseNotReady(Conflict):
    """The case is in a state in which this is not the next thing."""

    message = gettext_lazy("The case is not ready for this. Do its next step first.")


class CategoryNeeded(Invalid):
    """A case is assigned by what it is about."""

    message = gettext_lazy("Choose a third-level category first.")


class HandlerNeeded(Invalid):
    """Somebody has to work on it."""

    message = gettext_lazy("Choose who works on the case.")


class SolutionNeeded(Invalid):
    """There is nothing to tell the customer yet."""

    message = gettext_lazy("Write down how the matter is solved.")


class AgentHasNotConfirmed(Conflict):
    """HB-2.3-01: the agent has to say that it is settled."""

    message = gettext_lazy("Confirm first that the matter is settled, then close the case.")


class CustomerHasNotConfirmed(Conflict):
    """HB-2.3-01: without the customer's word the case stays open; silence is not a yes."""

    message = gettext_lazy(
        "The customer has not confirmed yet. Wait for the answer, or record what the customer said."
    )


class ArchiveFieldsMissing(Invalid):
    """HB-2.3-05: the file is checked before it is archived."""

    message = gettext_lazy("The file is not complete. Add what is missing, then archive it.")


ALREADY: dict[Act, type[CaseMovedOn]] = {
    Act.ACCEPT: CaseAlreadyAccepted,
    Act.CLASSIFY: CaseAlreadyClassified,
    Act.START: CaseAlreadyStarted,
    Act.WAIT_CUSTOMER: CaseAlreadyWaiting,
    Act.WAIT_EXTERNAL: CaseAlreadyWaiting,
    Act.RESOLVE: CaseAlreadyResolved,
    Act.FEEDBACK: FeedbackAlreadySent,
    Act.CONFIRM_BY_AGENT: AlreadyConfirmed,
    Act.CONFIRM_BY_CUSTOMER: AlreadyConfirmed,
    Act.OBJECT: AlreadyObjected,
    Act.CLOSE: CaseAlreadyClosed,
    Act.ARCHIVE: CaseAlreadyArchived,
    Act.REOPEN: CaseAlreadyReopened,
}


def archive_field_words(field: str) -> Words:
    """Name a mandatory field of the archive file, and where to mend it."""
    match field:
        case "name":
            return _("The customer's name is missing. Link the case to a customer.")
        case "contact":
            return _("A way to reach the customer is missing. Add a phone or an e-mail address.")
        case "service_content":
            return _("What was done is missing. Write down the solution.")
        case _:
            return _("The time of handling is missing. Resolve the case first.")


def _first_was(case: Case, act: Act) -> str:
    """Say who did the act before, and when; empty when nobody did."""
    entry = CaseEntry.objects.filter(case_id=case.pk, act=act).order_by("-id").first()
    if entry is None:
        return ""
    values = {
        "who": entry.actor_name or _("The customer"),
        "when": timezone.localtime(entry.at).strftime("%H:%M"),
    }
    match act:
        case Act.ACCEPT:
            return _("%(who)s accepted this case at %(when)s.") % values
        case Act.CLASSIFY:
            return _("%(who)s classified this case at %(when)s.") % values
        case Act.ASSIGN:
            return _("%(who)s assigned this case at %(when)s.") % values
        case Act.START:
            return _("%(who)s started on this case at %(when)s.") % values
        case Act.RESOLVE:
            return _("%(who)s resolved this case at %(when)s.") % values
        case Act.FEEDBACK:
            return _("%(who)s told the customer at %(when)s.") % values
        case Act.CONFIRM_BY_AGENT | Act.CONFIRM_BY_CUSTOMER:
            return _("%(who)s confirmed this case at %(when)s.") % values
        case Act.OBJECT:
            return _("%(who)s objected at %(when)s; the case is worked again.") % values
        case Act.CLOSE:
            return _("%(who)s closed this case at %(when)s.") % values
        case Act.ARCHIVE:
            return _("%(who)s archived this case at %(when)s.") % values
        case Act.REOPEN:
            return _("%(who)s took this case up again at %(when)s.") % values
        case _:
            return _("%(who)s changed this case at %(when)s.") % values


def beaten(case: Case, act: Act) -> CaseMovedOn:
    """Give the error of whoever pressed second, telling who was first where that is known."""
    error = ALREADY.get(act, CaseMovedOn)
    words = _first_was(case, act)
    return error(words) if words else error()


def is_past(case: Case, act: Act) -> bool:
    """Whether the case stands beyond the states this act begins from."""
    order = list(State)
    return all(order.index(State(case.state)) > order.index(s) for s in states_before(act))


def _objected_before(case: Case, act: Act) -> bool:
    return act is Act.OBJECT and case.is_open and case.customer_objected_at is not None


def refuse_complaint(kind: str) -> None:
    """Let a case of this kind be opened by itself. Raises ComplaintsAreFiled."""
    if kind == Kind.COMPLAINT:
        raise ComplaintsAreFiled(fields={"kind": ComplaintsAreFiled.message})


def refuse_merged(case: Case) -> None:
    """Let a case be worked on its own. Raises CaseMerged, naming the main case."""
    if case.state == State.MERGED and case.merged_into is not None:
        words = _("This case was merged into %(number)s. Go on there.")
        raise CaseMerged(words % {"number": case.merged_into.number})


def refuse(case: Case, act: Act, reason: Reason) -> NoReturn:
    """Raise the error that fits a refusal of the rules."""
    if act is not Act.PART:
        refuse_merged(case)
    match reason:
        case Reason.ALREADY_DONE:
            raise beaten(case, act)
        case Reason.WRONG_STATE if act in (Act.MERGE, Act.SPLIT):
            raise ResultIsThere
        case Reason.WRONG_STATE if is_past(case, act) or _objected_before(case, act):
            raise beaten(case, act)
        case Reason.WRONG_STATE if act is Act.REOPEN:
            raise CaseNotEnded if case.reopened_at is None else beaten(case, act)
        case Reason.NO_CATEGORY:
            raise CategoryNeeded(fields={"category": CategoryNeeded.message})
        case Reason.NO_HANDLER:
            raise HandlerNeeded(fields={"handler": HandlerNeeded.message})
        case Reason.NO_SOLUTION:
            raise SolutionNeeded(fields={"solution": SolutionNeeded.message})
        case Reason.AGENT_NOT_CONFIRMED:
            raise AgentHasNotConfirmed
        case Reason.CUSTOMER_NOT_CONFIRMED:
            raise CustomerHasNotConfirmed
        case _:
            raise CaseNotReady
