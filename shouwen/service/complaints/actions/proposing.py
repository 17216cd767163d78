"""The system proposes a complaint, and a person takes it as one or declines (HB-4.2-01)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.contact.conversations.models import (
    AuthorKind,
    Contact,
    Disposition,
    Message,
    MessageKind,
)
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Words
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Institution
from shouwen.service.cases.actions import texts
from shouwen.service.cases.models import Case, Channel, Kind
from shouwen.service.cases.models import State as CaseState
from shouwen.service.complaints import queries
from shouwen.service.complaints.actions.filing import (
    DEMAND_MAX_CHARACTERS,
    Statement,
    file_complaint,
    file_from_case,
)
from shouwen.service.complaints.models import (
    Complaint,
    ComplaintProposal,
    ComplaintTriggers,
    Origin,
    ProposalState,
    Trigger,
)
from shouwen.service.complaints.queries import Triggers
from shouwen.service.complaints.rules import triggers as rules

MESSAGES_HEARD = 200
UNFILED_AT_ONCE = 50
PHRASES_MOST = 100
PHRASE_MAX_CHARACTERS = 40
TEXT_MAX_CHARACTERS = 5000
TITLE_MAX_CHARACTERS = 120
BOUNDS = {"contacts": (2, 50), "days": (1, 365), "score": (1, 4)}


class ProposalDecided(Conflict):
    """A colleague was faster."""

    message = gettext_lazy("A colleague has decided on this already. Look at what waits now.")


@transaction.atomic
def set_triggers(institution: Institution, wanted: Triggers, *, actor: Actor, at: datetime) -> None:
    """Say when complaints are proposed. Raises Invalid by field, NotAllowed, NotThere.

    Serves HB-4.2-01.
    """
    staff_access.require(actor, "policy.edit")
    if not staff_access.same_institution(actor, institution.pk):
        raise NotThere
    wrong: dict[str, Words] = {}
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(wanted, name) <= most:
            bounds = {"least": least, "most": most}
            wrong[name] = gettext_lazy("Enter a whole number from %(least)s to %(most)s.") % bounds
    phrases = list(dict.fromkeys(words.strip() for words in wanted.phrases if words.strip()))
    if len(phrases) > PHRASES_MOST or any(len(each) > PHRASE_MAX_CHARACTERS for each in phrases):
        words = _("Enter at most %(most)s phrases of up to %(long)s characters, one a line.")
        wrong["phrases"] = words % {"most": PHRASES_MOST, "long": PHRASE_MAX_CHARACTERS}
    elif wanted.is_angry_on and not phrases:
        wrong["phrases"] = _("List the words that say anger first, one phrase a line.")
    if wrong:
        raise Invalid(fields=wrong)
    before = queries.triggers_of(institution.pk)
    values = asdict(wanted) | {"phrases": phrases}
    ComplaintTriggers.objects.update_or_create(
        institution=institution, defaults={**values, "changed_at": at}
    )
    changes = {
        name: f"{getattr(before, name)}>{values[name]}"
        for name in (*BOUNDS, "is_angry_on", "is_repeat_on", "is_breach_on", "is_rating_on")
        if getattr(before, name) != values[name]
    }
    if list(before.phrases) != phrases:
        changes["phrases"] = f"{len(before.phrases)}>{len(phrases)}"
    audit.record(
        actor,
        "complaint.triggers_set",
        ("complaints.complainttriggers", institution.code),
        at=at,
        fields=tuple(sorted(changes)),
        detail=changes,
    )


def look_at_contact(contact_id: int, *, at: datetime) -> ComplaintProposal | None:
    """Propose a contact that has ended, for its words or because its customer came so often.

    Called again, it changes nothing.
    """
    contact = Contact.objects.select_related("customer", "institution").get(pk=contact_id)
    asked = queries.triggers_of(contact.institution_id)
    if contact.disposition == Disposition.SPAM:
        return None
    if asked.is_angry_on:
        words = rules.first_angry(_said(contact), asked.phrases)
        if words is not None:
            return _propose(Trigger.ANGRY, contact=contact, words=words, at=at)
    if asked.is_repeat_on and _comes_again(contact, asked):
        return _propose(Trigger.REPEAT, contact=contact, at=at)
    return None


def look_at_breach(case_ref: str, *, at: datetime) -> ComplaintProposal | None:
    """Propose a case whose hard limit was missed. Called again, it changes nothing."""
    case = Case.objects.select_related("customer").filter(public_id=case_ref).first()
    if case is None or not queries.triggers_of(case.institution_id).is_breach_on:
        return None
    return _propose(Trigger.BREACH, case=case, at=at)


@transaction.atomic
def look_at_rating(
    subject_kind: str, subject_ref: str, score: int, *, words: str = "", at: datetime
) -> ComplaintProposal | None:
    """Propose what was rated low: the contact or the case. Called again, it changes nothing."""
    contact: Contact | None = None
    case: Case | None = None
    if subject_kind.upper() == "CONTACT":
        rows = Contact.objects.select_related("customer").filter(public_id=subject_ref)
        contact = rows.first()
    else:
        case = Case.objects.select_related("customer").filter(public_id=subject_ref).first()
    home = contact or case
    if home is None:
        return None
    asked = queries.triggers_of(home.institution_id)
    if not asked.is_rating_on or not rules.is_low(score, asked.score):
        return None
    return _propose(Trigger.RATING, contact=contact, case=case, words=words, at=at)


def propose_unfiled(at: datetime) -> int:
    """Propose what was opened as a complaint and is on no ledger, so that a person files it.

    Such cases are of the time when a case alone could be of this kind. Whatever triggers are on,
    each is proposed once; gives how many were. Serves HB-4.2-06.
    """
    rows = (
        Case.objects.filter(kind=Kind.COMPLAINT)
        .exclude(state=CaseState.MERGED)
        .exclude(Exists(Complaint.objects.filter(case=OuterRef("pk"))))
        .exclude(Exists(ComplaintProposal.objects.filter(case=OuterRef("pk"))))
        .exclude(
            Exists(
                ComplaintProposal.objects.filter(
                    contact=OuterRef("contact"), state=ProposalState.OPEN
                )
            )
        )
    )
    found = rows.select_related("customer").order_by("pk")[:UNFILED_AT_ONCE]
    return sum(_propose(Trigger.UNFILED, case=case, at=at) is not None for case in found)


def _said(contact: Contact) -> list[str]:
    rows = Message.objects.select_related("contact").filter(
        contact=contact, author_kind=AuthorKind.CUSTOMER, kind=MessageKind.TEXT
    )
    return [row.body.plain for row in rows.order_by("sequence")[:MESSAGES_HEARD]]


def _comes_again(contact: Contact, asked: Triggers) -> bool:
    if contact.customer_id is None:
        return False
    since = contact.arrived_at - timedelta(days=asked.days)
    # What was proposed once within these days is not proposed with each further contact.
    before = ComplaintProposal.objects.filter(
        customer_id=contact.customer_id, trigger=Trigger.REPEAT, found_at__gte=since
    )
    if before.exists():
        return False
    came = Contact.objects.filter(
        institution_id=contact.institution_id,
        customer_id=contact.customer_id,
        arrived_at__gte=since,
        arrived_at__lte=contact.arrived_at,
    ).exclude(disposition=Disposition.SPAM)
    return rules.is_too_often(came[: asked.contacts].count(), asked.contacts)


def _propose(
    trigger: Trigger,
    *,
    contact: Contact | None = None,
    case: Case | None = None,
    words: str = "",
    at: datetime,
) -> ComplaintProposal | None:
    if case is not None:
        if case.state == CaseState.MERGED or queries.complaint_over(case) is not None:
            return None
        of_contact = ComplaintProposal.objects.filter(contact_id=case.contact_id or 0)
        if trigger is Trigger.UNFILED:
            # Whoever declined the talk did not see that its case calls itself a complaint.
            of_contact = of_contact.filter(state=ProposalState.OPEN)
        if of_contact.exists():
            return None
    elif contact is not None and queries.is_taken_up(contact):
        return None
    home = contact or case
    if home is None:
        return None
    made = ComplaintProposal(
        institution_id=home.institution_id,
        trigger=trigger,
        contact=contact,
        case=case,
        customer=home.customer,
        found_at=at,
    )
    if words.strip():
        made.words = words.strip()[:DEMAND_MAX_CHARACTERS]
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            system = Actor.system("triggers", home.institution_id)
            detail = {"trigger": str(trigger), "of": home.public_id}
            audit.record(system, "complaint.proposed", made, at=at, detail=detail)
    except IntegrityError:
        # It was proposed already, perhaps at this very moment and for another reason.
        return None
    return made


def _decide(
    proposal: ComplaintProposal, state: ProposalState, *, actor: Actor, at: datetime
) -> None:
    """Say what becomes of it, if nobody was faster. Raises ProposalDecided, NotThere."""
    queries.proposal_for(actor, proposal.public_id)
    waiting = ComplaintProposal.objects.filter(pk=proposal.pk, state=ProposalState.OPEN)
    person = staff.person_behind(actor)
    if not waiting.update(state=state, decided_by=person, decided_at=at):
        raise ProposalDecided
    proposal.state, proposal.decided_by, proposal.decided_at = state, person, at


@transaction.atomic
def take_proposal(
    proposal: ComplaintProposal,
    *,
    complainant: str = "",
    reachable_at: str = "",
    actor: Actor,
    at: datetime,
) -> Complaint:
    """Take it as a complaint; what the customer said is not typed again.

    Name and way to reach are asked only of whom no file knows. Raises ProposalDecided, Invalid,
    AlreadyAComplaint and the errors of filing, NotThere, NotAllowed. Serves HB-4.2-01.
    """
    _decide(proposal, ProposalState.TAKEN, actor=actor, at=at)
    case = proposal.case or _case_of(proposal.contact)
    heard = proposal.words.plain if proposal.words else ""
    if case is not None:
        demand = heard or case.description.plain
        made = file_from_case(
            case,
            demand=demand[:DEMAND_MAX_CHARACTERS],
            origin=Origin.SYSTEM,
            complainant=complainant,
            reachable_at=reachable_at,
            actor=actor,
            at=at,
        )
    else:
        contact = proposal.contact
        if contact is None:
            raise NotThere
        said = _said(contact)
        text = "\n".join(said)[:TEXT_MAX_CHARACTERS] or proposal.get_trigger_display()
        title = contact.subject or heard or (said[0] if said else "")
        channel = contact.channel.upper()
        statement = Statement(
            title=(title or proposal.get_trigger_display())[:TITLE_MAX_CHARACTERS],
            description=text,
            demand=(heard or text)[:DEMAND_MAX_CHARACTERS],
            origin=Origin.SYSTEM,
            channel=channel if channel in Channel.values else Channel.CHAT,
            received_at=contact.arrived_at,
            complainant=complainant,
            reachable_at=reachable_at,
        )
        made = file_complaint(statement, contact=contact, actor=actor, at=at)
    ComplaintProposal.objects.filter(pk=proposal.pk).update(complaint=made)
    detail = {"complaint": made.public_id}
    audit.record(actor, "complaint.proposal_taken", proposal, at=at, detail=detail)
    return made


def _case_of(contact: Contact | None) -> Case | None:
    """Give the newest case of a contact that may become a complaint."""
    if contact is None:
        return None
    filed = Complaint.objects.filter(case=OuterRef("pk"))
    rows = Case.objects.filter(contact=contact).exclude(Exists(filed))
    ended = (CaseState.MERGED, CaseState.CLOSED, CaseState.ARCHIVED)
    return rows.exclude(state__in=ended).order_by("-pk").first()


@transaction.atomic
def decline_proposal(
    proposal: ComplaintProposal, *, reason: str, actor: Actor, at: datetime
) -> None:
    """Say why it is no complaint; it is not proposed again. Raises Invalid, ProposalDecided."""
    reason = texts.needed("reason", reason, texts.SHORT_MAX_CHARACTERS)
    _decide(proposal, ProposalState.DECLINED, actor=actor, at=at)
    proposal.reason = reason
    proposal.save(update_fields=["reason"])
    audit.record(actor, "complaint.proposal_declined", proposal, at=at)
