"""What a complainant says of the handling, on the four dimensions of CG-4.3-01."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.ground.vault import audit
from shouwen.people.staff import queries as staff
from shouwen.service.cases import access as case_access
from shouwen.service.cases.models import CaseEntry, ReplyBy
from shouwen.service.complaints import access
from shouwen.service.complaints.actions import apart, refusals
from shouwen.service.complaints.actions.working import CHOOSE
from shouwen.service.complaints.models import Complaint, ComplaintRating
from shouwen.service.complaints.models.telling import DIMENSIONS, LEAST, MOST
from shouwen.service.complaints.rules.states import Act

COMMENT_MAX_CHARACTERS = 500


@transaction.atomic
def rate_by_complainant(
    complaint: Complaint,
    scores: Mapping[str, int],
    *,
    comment: str = "",
    actor: Actor,
    at: datetime,
) -> ComplaintRating:
    """Keep what the complainant says of the handling: four scores from 1 to 5, and words.

    Each result that was told is rated once, and the newest rating counts. `actor` is the customer.
    Raises NothingToRate before a result was told, RatedAlready, Invalid naming each dimension,
    NotThere. Serves CG-4.3-01, CG-3.3-03.
    """
    case_access.require_customer(actor, complaint.case)
    return _keep(complaint, scores, comment, "", actor=actor, at=at)


@transaction.atomic
def record_rating(
    complaint: Complaint,
    scores: Mapping[str, int],
    *,
    comment: str = "",
    channel: str,
    actor: Actor,
    at: datetime,
) -> ComplaintRating:
    """Enter what a complainant said of the handling by telephone, letter or in person.

    Whoever accepted it, handled it at any time or supervises it does not enter it, nor their
    deputy, nor who is complained of. Raises what `rate_by_complainant`
    does, RolesMustBeThree, RecusedHere.
    """
    access.require(actor, complaint, Act.CALLBACK)
    person = staff.person_acting(actor)
    apart.refuse_recused(complaint.concerned, person)
    if _had_to_do(complaint, actor):
        raise refusals.RolesMustBeThree(
            _(
                "%(name)s accepted, handled or supervises this complaint, or stands in for who "
                "does; somebody else enters what is said of it."
            )
            % {"name": person.name}
        )
    if channel not in ReplyBy.values:
        raise Invalid(fields={"channel": CHOOSE})
    return _keep(complaint, scores, comment, channel, actor=actor, at=at)


def _had_to_do(complaint: Complaint, actor: Actor) -> bool:
    """Whether the rating would be of the actor's own work, or of whom they stand in for."""
    them = {actor.ref, *actor.stands_in_for}
    posts = (complaint.acceptor, complaint.case.handler, complaint.supervisor)
    if any(person is not None and person.public_id in them for person in posts):
        return True
    steps = [f"complaint_{act.value}" for act in apart.HANDLING]
    # Former handlers and their deputies are known by the steps they took.
    return CaseEntry.objects.filter(case=complaint.case, actor_ref__in=them, act__in=steps).exists()


def _keep(
    complaint: Complaint,
    scores: Mapping[str, int],
    comment: str,
    channel: str,
    *,
    actor: Actor,
    at: datetime,
) -> ComplaintRating:
    if complaint.feedback_at is None or complaint.withdrawn_at is not None:
        raise refusals.NothingToRate
    wrong: dict[str, Words] = {
        name: CHOOSE for name in DIMENSIONS if not LEAST <= scores.get(name, 0) <= MOST
    }
    if len(comment) > COMMENT_MAX_CHARACTERS:
        most = {"most": COMMENT_MAX_CHARACTERS}
        wrong["comment"] = _("Use at most %(most)s characters.") % most
    if wrong:
        raise Invalid(fields=wrong)
    row = ComplaintRating(
        complaint=complaint,
        newest_of=complaint,
        about_at=complaint.feedback_at,
        channel=channel,
        recorded_by=staff.person_behind(actor) if channel else None,
        given_at=at,
        **{name: scores[name] for name in DIMENSIONS},
    )
    if comment.strip():
        row.comment = comment.strip()
    before = ComplaintRating.objects.filter(newest_of=complaint)
    try:
        with transaction.atomic():
            before.exclude(about_at=row.about_at).update(newest_of=None)
            row.save(force_insert=True)
    except IntegrityError:
        if not complaint.ratings.filter(about_at=row.about_at).exists():
            raise
        raise refusals.RatedAlready from None
    detail = {name: scores[name] for name in DIMENSIONS}
    audit.record(actor, "complaint.rated", complaint, at=at, detail=detail)
    return row
