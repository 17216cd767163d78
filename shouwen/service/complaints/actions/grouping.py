"""Complaints of many about one matter: joined under one lead, with a few who speak for all.

Each complaint keeps its own clocks, steps and result; what is said to the group goes to those
who speak for it (CBIRC-2020-3-group).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.policy import figures
from shouwen.ground.vault import audit
from shouwen.people.staff import queries as staff
from shouwen.service.cases import actions as cases
from shouwen.service.cases.actions import Note, texts
from shouwen.service.cases.models import EntryKind, ReplyBy
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.actions import apart
from shouwen.service.complaints.actions.judging import LEAST_FIGURE, mark_major
from shouwen.service.complaints.actions.moving import put
from shouwen.service.complaints.models import Complaint, MajorReason
from shouwen.service.complaints.rules import groups, states
from shouwen.service.complaints.rules.groups import Place, Refusal
from shouwen.service.complaints.rules.states import Act

CLAUSE = "CBIRC-2020-3-group"
MAJOR_CLAUSE = "HB-4.2-07"


class GroupedAlready(Conflict):
    """A complaint belongs to one group at most."""

    message = gettext_lazy("This complaint belongs to a group already. Take it out there first.")


class LeadsAGroup(Conflict):
    """A lead is nobody's member."""

    message = gettext_lazy(
        "This complaint leads a group itself. Join the other complaint to it instead."
    )


class LeadIsAMember(Conflict):
    """What is to lead was joined to another lead."""


class GroupIsOver(Conflict):
    """Only what is in hand is joined, and only a group in hand is led."""

    message = gettext_lazy(
        "Only complaints in hand form a group. Choose one that is neither closed nor taken back."
    )


class NotGrouped(Conflict):
    """There is no group to leave, to name for or to tell."""

    message = gettext_lazy("This complaint belongs to no group. Join it to a lead first.")


class NobodySpeaks(Conflict):
    """All who spoke for the group have taken their complaints back."""

    message = gettext_lazy("Nobody speaks for the group any more. Name representatives first.")


class TooManyRepresentatives(Invalid):
    """A group is spoken for by a few."""


def _place(one: Complaint) -> Place:
    return Place(one.pk, one.group_lead_id, one.group_size, _is_in_hand(one))


def _refuse(one: Complaint, lead: Complaint, actor: Actor) -> None:
    match groups.why_not_join(_place(one), _place(lead)):
        case Refusal.ITSELF:
            raise Invalid(fields={"lead": _("A complaint cannot lead itself. Choose another one.")})
        case Refusal.GROUPED:
            raise GroupedAlready
        case Refusal.LEADS:
            raise LeadsAGroup
        case Refusal.CHAIN:
            number, other = lead.case.number, lead.group_lead
            if other is None or not access.may_see(actor, other):
                words = _("%(number)s belongs to a group you cannot open. Choose another one.")
                raise LeadIsAMember(words % {"number": number})
            words = _(
                "%(number)s belongs to the group of %(lead)s. Join this complaint to that one."
            )
            raise LeadIsAMember(words % {"number": number, "lead": other.case.number})
        case Refusal.OVER:
            raise GroupIsOver
        case None:
            return


def _require(complaint: Complaint, actor: Actor) -> None:
    access.require(actor, complaint, Act.CLASSIFY)
    _refuse_recused(actor, complaint)


def _refuse_recused(actor: Actor, *complaints: Complaint) -> None:
    """Let who acts have to do with each of these. Raises RecusedHere (CG-3.4-02)."""
    person = staff.person_behind(actor)
    for one in complaints:
        apart.refuse_recused(one.concerned, person)


def _enter(one: Complaint, act: str, note: Note, actor: Actor, at: datetime) -> None:
    cases.tell(one.case, act, note, actor=actor, at=at)


@transaction.atomic
def join_group(complaint: Complaint, lead: Complaint, *, actor: Actor, at: datetime) -> None:
    """Join an open complaint to the one that leads; the lead speaks for the group at first.

    Enough complainants make the lead a major complaint. Raises Invalid for itself, GroupedAlready,
    LeadsAGroup, LeadIsAMember, GroupIsOver, RecusedHere, ComplaintMovedOn, NotThere, NotAllowed.
    Serves CBIRC-2020-3-group, HB-4.2-07.
    """
    _require(complaint, actor)
    _require(lead, actor)
    _refuse(complaint, lead, actor)
    put(complaint, {"group_lead": lead})
    size = (lead.group_size or 1) + 1
    speaks = lead.is_representative or lead.group_size == 0
    put(lead, {"group_size": size, "is_representative": speaks})
    names = complaint.case.number, lead.case.number
    joined = Note(EntryKind.INTERNAL, subject_name=names[1], clause=CLAUSE)
    grown = Note(EntryKind.INTERNAL, subject_name=names[0], clause=CLAUSE)
    _enter(complaint, "complaint_group_join", joined, actor, at)
    _enter(lead, "complaint_group_grow", grown, actor, at)
    detail = {"lead": lead.public_id, "size": size}
    audit.record(actor, "complaint.group_joined", complaint, at=at, detail=detail)
    _weigh(lead, at)


@transaction.atomic
def leave_group(complaint: Complaint, *, reason: str, actor: Actor, at: datetime) -> None:
    """Take a complaint out of its group again, because it is another matter.

    Somebody always speaks for a group: where nobody is left, its lead does. A lead that has ended
    stays as it ended. Raises Invalid without a reason, NotGrouped, GroupIsOver, LeadsAGroup,
    RecusedHere, ComplaintMovedOn, NotThere, NotAllowed.
    """
    _require(complaint, actor)
    reason = texts.needed("reason", reason, texts.SHORT_MAX_CHARACTERS)
    if complaint.group_size:
        raise LeadsAGroup(_("This complaint leads the group. Take the others out instead."))
    lead = complaint.group_lead
    if lead is None:
        raise NotGrouped
    if not complaint.is_open:
        raise GroupIsOver
    lead = queries.complaint_over(lead.case) or lead
    _refuse_recused(actor, lead)
    put(complaint, {"group_lead": None, "is_representative": False})
    if _is_in_hand(lead):
        _settle(lead)
    gone = Note(EntryKind.INTERNAL, reason, CLAUSE, lead.case.number)
    less = Note(EntryKind.INTERNAL, reason, CLAUSE, complaint.case.number)
    _enter(complaint, "complaint_group_leave", gone, actor, at)
    _enter(lead, "complaint_group_less", less, Actor.system("groups", lead.institution_id), at)
    detail = {"lead": lead.public_id, "size": lead.group_size}
    audit.record(actor, "complaint.group_left", complaint, at=at, detail=detail)
    if _is_in_hand(lead):
        _weigh(lead, at)


def _is_in_hand(one: Complaint) -> bool:
    return one.is_open and one.withdrawn_at is None


def _settle(lead: Complaint) -> None:
    """Count a group again; where nobody speaks for it, its lead does."""
    size = queries.group_size(lead)
    values = {"group_size": size, "is_representative": size > 0}
    if size and queries.representatives_of(lead):
        del values["is_representative"]
    put(lead, values)


def weigh_group(complaint: Complaint, *, at: datetime) -> None:
    """Weigh a group again, as one of it was taken back or is worked again (HB-4.2-07).

    A lead that has ended stays as it ended; once worked again it is counted anew, as others may
    have left meanwhile.
    """
    if not complaint.is_grouped:
        return
    found = queries.complaint_over(queries.lead_of(complaint).case)
    if found is None or not _is_in_hand(found):
        return
    if found.pk == complaint.pk:
        found.case = complaint.case
        _settle(found)
    _weigh(found, at)


def _weigh(lead: Complaint, at: datetime) -> None:
    """Mark a lead as major once enough complain, as the system; take its own mark back below."""
    least, people = figures.figure(LEAST_FIGURE).value, queries.group_people(lead)
    system = Actor.system("groups", lead.institution_id)
    if not lead.is_major and people >= least:
        if states.State(lead.state) in states.states_before(Act.MARK):
            mark_major(lead, reason=MajorReason.PEOPLE, people=people, actor=system, at=at)
        return
    if lead.major_reason != MajorReason.PEOPLE or people == lead.major_people:
        return
    if lead.major_by_id is not None:
        # A person counted, perhaps also who never wrote: only more than they said is news.
        if people > (lead.major_people or 0):
            put(lead, {"major_people": people})
    elif people >= least:
        put(lead, {"major_people": people})
    else:
        put(lead, {"is_major": False, "major_reason": "", "major_people": None})
        note = Note(EntryKind.INTERNAL, subject_name=str(people), clause=MAJOR_CLAUSE)
        _enter(lead, "complaint_not_major", note, system, at)
        detail = {"people": people}
        audit.record(system, "complaint.major_lapsed", lead, at=at, detail=detail)


@transaction.atomic
def name_representatives(
    lead: Complaint, chosen: Sequence[Complaint], *, actor: Actor, at: datetime
) -> None:
    """Say whose complainants speak for the group; whoever is left out speaks for it no more.

    Raises TooManyRepresentatives, Invalid for none or somebody of another group, NotGrouped,
    GroupIsOver, RecusedHere, ComplaintMovedOn, NotThere, NotAllowed. Serves
    CBIRC-2020-3-group.
    """
    _require(lead, actor)
    if not lead.group_size:
        raise NotGrouped
    if not lead.is_open:
        raise GroupIsOver
    asked = {one.pk: one for one in chosen}
    most = queries.most_representatives()
    if not asked:
        words = _("Somebody speaks for the group: choose at least one.")
        raise Invalid(fields={"representatives": words})
    if len(asked) > most:
        words = _("At most %(most)s complainants speak for a group.") % {"most": most}
        raise TooManyRepresentatives(fields={"representatives": words})
    for one in asked.values():
        if lead.pk not in (one.pk, one.group_lead_id) or one.withdrawn_at is not None:
            words = _("%(number)s does not belong to this group, or was taken back.")
            wrong = words % {"number": one.case.number}
            raise Invalid(fields={"representatives": wrong})
    _refuse_recused(actor, *queries.members_of(lead, lead.group_size))
    before = {one.pk: one for one in queries.members_speaking(lead)}
    # The lead changes with each naming: of two at once the second sees what the first named.
    put(lead, {"is_representative": lead.pk in asked})
    for pk, one in {**before, **asked}.items():
        if (pk in before) == (pk in asked):
            continue
        if pk != lead.pk:
            put(one, {"is_representative": pk in asked})
        act = "complaint_group_speaks" if pk in asked else "complaint_group_silent"
        system = Actor.system("groups", lead.institution_id)
        who = actor if access.may_do(actor, one, Act.CLASSIFY) else system
        _enter(one, act, Note(EntryKind.INTERNAL, clause=CLAUSE), who, at)
    audit.record(
        actor,
        "complaint.group_spoken_for",
        lead,
        at=at,
        detail={"representatives": " ".join(sorted(one.public_id for one in asked.values()))},
    )


@transaction.atomic
def tell_group(
    complaint: Complaint, *, words: str, channel: str, actor: Actor, at: datetime
) -> int:
    """Record what those who speak for a group were told; give how many they are.

    It stands on their complaints, where the complainants read it, and on the lead's. Raises Invalid
    without words or channel, NotGrouped, GroupIsOver, NobodySpeaks, RecusedHere, NotThere where
    one of them is out of reach, NotAllowed. Serves CBIRC-2020-3-group.
    """
    _require(complaint, actor)
    if not complaint.is_grouped:
        raise NotGrouped
    lead = queries.lead_of(complaint)
    if not lead.is_open:
        raise GroupIsOver
    words = texts.needed("words", words)
    if channel not in ReplyBy.values:
        raise Invalid(fields={"channel": _("Choose one of the values offered.")})
    told = queries.representatives_of(lead)
    if not told:
        raise NobodySpeaks
    _refuse_recused(actor, lead, *told)
    said = Note(EntryKind.CUSTOMER, words, CLAUSE, channel, visible=True)
    for one in told:
        _enter(one, "complaint_group_told", said, actor, at)
    if lead.pk not in {one.pk for one in told}:
        note = Note(EntryKind.INTERNAL, words, CLAUSE, str(len(told)))
        _enter(lead, "complaint_group_telling", note, actor, at)
    detail: dict[str, audit.Value] = {"told": len(told), "channel": channel}
    audit.record(actor, "complaint.group_told", lead, at=at, detail=detail)
    return len(told)
