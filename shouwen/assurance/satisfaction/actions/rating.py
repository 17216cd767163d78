"""Everything that happens to ratings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.satisfaction import access, queries, rules
from shouwen.assurance.satisfaction.events import RatingGiven
from shouwen.assurance.satisfaction.models import Rating, Solved, SubjectKind
from shouwen.ground.kernel import errors
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.events import announce
from shouwen.ground.policy import clocks
from shouwen.ground.vault import audit


class RatedAlready(errors.Conflict):
    """One contact or case is rated once; the first answer stays."""

    message = _("You have rated this already. Your rating is kept, thank you.")


class RatingIncomplete(errors.Invalid):
    """A score is missing or out of range, or the comment is too long."""

    message = _("Choose one of the five answers, then send your rating.")


def _check(score: int, dimensions: Mapping[str, int], comment: str, solved: str) -> None:
    wrong: dict[str, errors.Words] = {}
    if not rules.is_score(score):
        wrong["score"] = _("Choose one of the five answers.")
    for name in rules.wrong_dimensions(dimensions):
        wrong[name] = _("Choose one of the five answers.")
    if len(comment) > rules.COMMENT_CHARACTERS:
        wrong["comment"] = _("Up to 200 characters.")
    if solved not in Solved.values:
        wrong["solved"] = _("Choose one of the answers.")
    if wrong:
        raise RatingIncomplete(fields=wrong)


@transaction.atomic
def give_rating(
    subject: clocks.Subject,
    *,
    institution_id: int,
    score: int,
    dimensions: Mapping[str, int] | None = None,
    comment: str = "",
    solved: str = Solved.UNSAID,
    actor: Actor,
    at: datetime,
) -> Rating:
    """Keep a customer's rating of a contact or case and stop the clock of its invitation.

    `score` and each of `dimensions` (attitude, speed, solution, accuracy) go from 1 to 5; the
    door has loaded the subject through the actor's own visit or link. Raises RatedAlready,
    RatingIncomplete, NotAllowed. Serves OM-4.3-02, OM-4.3-03, OM-1.2-05.
    """
    access.require_rater(actor, institution_id)
    comment = comment.strip()
    dimensions = dimensions or {}
    _check(score, dimensions, comment, solved)
    rating = Rating(
        institution_id=institution_id,
        subject_kind=subject.kind,
        subject_ref=subject.ref,
        score=score,
        comment=comment,
        solved=solved,
        given_at=at,
        **dimensions,
    )
    try:
        with transaction.atomic():
            rating.save(force_insert=True)
    except IntegrityError:
        # The constraint, not an earlier read, says who was first.
        if not Rating.objects.filter(subject_kind=subject.kind, subject_ref=subject.ref).exists():
            raise
        raise RatedAlready from None
    clocks.stop_all("rating.given", subject=subject, at=at, actor=actor)
    audit.record(actor, "rating.given", rating, at=at, detail={"score": score})
    announce(
        RatingGiven(
            institution_id=institution_id,
            occurred_at=at,
            rating_id=rating.pk,
            subject_kind=subject.kind,
            subject_ref=subject.ref,
            score=score,
            satisfied=rating.is_satisfied,
        )
    )
    return rating


def settle_rating_clock(case_ref: str, *, at: datetime) -> None:
    """Stop the invitation's clock of a case that its customer rated before it was closed.

    Called again, or for a case without a rating, it changes nothing.
    """
    rating = queries.rating_of(SubjectKind.CASE, case_ref)
    if rating is not None:
        actor = Actor.system("satisfaction", rating.institution_id)
        subject = clocks.Subject(SubjectKind.CASE, case_ref)
        clocks.stop_all("rating.given", subject=subject, at=at, actor=actor)
