"""Following a low rating up: the customer's displeasure becomes a case with its own clocks."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from shouwen.assurance.satisfaction import rules
from shouwen.assurance.satisfaction.models import Invitation, Rating, Score, SubjectKind
from shouwen.contact.conversations.models import Contact
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import audit
from shouwen.people.customers.models import Customer
from shouwen.service.cases import actions as cases
from shouwen.service.cases.models import Case, Channel, Kind, ReplyBy

# Stored once for everybody, so in the language the institutions work in.
STORED_IN = "zh-hans"


@transaction.atomic
def follow_up(rating_id: int, *, at: datetime) -> Case | None:
    """Open a case for a rating that says dissatisfied, owned by the first owner of what was rated.

    It is feedback, so its clocks are those of feedback (CG-2.3.1-02, CG-2.3.1-03, OM-7.2-02). What
    itself follows a rating up is not followed up again. Called again, it changes nothing.
    """
    rating = Rating.objects.select_for_update().get(pk=rating_id)
    if not rules.is_low(rating.score) or rating.follow_up_id is not None:
        return None
    actor = Actor.system("satisfaction", rating.institution_id)
    if rating.subject_kind == SubjectKind.CONTACT:
        case = _of_contact(rating, actor, at)
    else:
        case = _of_case(rating, actor, at)
    if case is not None:
        rating.follow_up = case
        rating.save(update_fields=["follow_up"])
        audit.record(actor, "rating.followed_up", rating, at=at, detail={"case": case.public_id})
    return case


def _of_contact(rating: Rating, actor: Actor, at: datetime) -> Case | None:
    contact = Contact.objects.select_related("customer", "owner").filter(
        public_id=rating.subject_ref
    )
    found = contact.first()
    if found is None:
        return None
    with translation.override(STORED_IN):
        title = _("Follow up a low rating of a conversation")
    channel = found.channel.upper()
    question = _question(rating, title, channel if channel in Channel.values else Channel.CHAT)
    return cases.open_case(question, contact=found, actor=actor, at=at)


def _of_case(rating: Rating, actor: Actor, at: datetime) -> Case | None:
    found = Case.objects.select_related("customer", "owner", "unit").filter(
        public_id=rating.subject_ref
    )
    rated = found.first()
    if rated is None or Rating.objects.filter(follow_up=rated).exists():
        return None
    with translation.override(STORED_IN):
        title = _("Follow up a low rating of a case")
        about = _("Case %(number)s.") % {"number": rated.number}
    return cases.open_case(
        _question(rating, title, rated.channel, about),
        customer=rated.customer,
        unit=rated.unit,
        owner=rated.owner,
        actor=actor,
        at=at,
    )


def follow_up_campaign(
    invitation: Invitation, score: int, words: str, *, at: datetime
) -> Case | None:
    """Open a case for a low answer to a campaign, in the transaction that keeps the answer."""
    customer = Customer.objects.filter(public_id=invitation.asked_ref).first()
    if not rules.is_low(score) or customer is None:
        return None
    with translation.override(STORED_IN):
        title = _("Follow up a low answer to a survey campaign")
    actor = Actor.system("satisfaction", invitation.institution_id)
    question = _told(score, words, title, Channel.WEB)
    unit = invitation.run.campaign.unit if invitation.run else None
    case = cases.open_case(question, customer=customer, unit=unit, actor=actor, at=at)
    detail: dict[str, audit.Value] = {"case": case.public_id}
    audit.record(actor, "rating.followed_up", invitation, at=at, detail=detail)
    return case


def _question(rating: Rating, title: str, channel: str, about: str = "") -> cases.Question:
    comment = rating.comment.plain if rating.comment else ""
    return _told(rating.score, comment, title, channel, about)


def _told(score: int, comment: str, title: str, channel: str, about: str = "") -> cases.Question:
    with translation.override(STORED_IN):
        said = _("The customer rated: %(words)s (%(score)s of 5).") % {
            "words": Score(score).label,
            "score": score,
        }
    return cases.Question(
        title=title,
        description="\n".join(part for part in (about, said, comment) if part),
        kind=Kind.FEEDBACK,
        channel=channel,
        reply_by=ReplyBy.PHONE,
    )
