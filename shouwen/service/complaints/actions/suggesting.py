"""Types learned from classified complaints, and what was suggested kept beside what was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Institution
from shouwen.service.complaints import queries
from shouwen.service.complaints.models import (
    CgType,
    Complaint,
    LearnedFrom,
    Seen,
    TypeModel,
    TypeSuggestion,
)
from shouwen.service.complaints.rules import kept_kinds, kinds
from shouwen.service.complaints.rules.kinds import Example, Opinion

TOO_FEW = _(
    "There are too few classified complaints to learn from. At least %(texts)s are needed, "
    "of two types or more with %(of_kind)s each."
)


class TooFewToLearn(Conflict):
    """Too few texts with a type, or all of one type."""

    message = _("There are too few classified complaints to learn from.")


class NoBetterThanGuessing(Conflict):
    """On texts that it had not seen, what was learned does no better than the commonest type."""

    message = _(
        "What was learned does no better than always naming the commonest type, so nothing has "
        "changed. Learn again when more complaints are classified."
    )


class NoTypeModel(Conflict):
    """Nothing is suggested already."""

    message = _("No model is in force; nothing is being suggested.")


def _require(institution: Institution, actor: Actor) -> None:
    staff_access.require(actor, "policy.edit")
    if not staff_access.same_institution(actor, institution.pk):
        raise NotThere


def learn_types(
    institution: Institution,
    *,
    examples: Sequence[Example] | None = None,
    actor: Actor,
    at: datetime,
) -> TypeModel:
    """Learn the types from the institution's own complaints, or from examples, and suggest by it.

    Takes up to a minute or two; the transaction is only its end. Raises TooFewToLearn,
    NoBetterThanGuessing, NotAllowed, Invalid for a type that there is not, Conflict where two
    learn at once. Serves CG-3.1-02..06.
    """
    _require(institution, actor)
    source = LearnedFrom.LEDGER if examples is None else LearnedFrom.FILES
    given = list(queries.confirmed_examples(institution.pk)) if examples is None else examples
    strange = sorted({one.kind for one in given} - set(CgType.values))
    if strange:
        raise Invalid(fields={"kind": ", ".join(strange[:5])})
    kept = kinds.enough(given)
    if not kept:
        least = {"texts": kinds.LEAST_TEXTS, "of_kind": kinds.LEAST_OF_KIND}
        raise TooFewToLearn(TOO_FEW % least)
    learned = kinds.learn(kept)
    if not learned.exam.is_better_than_guessing:
        raise NoBetterThanGuessing
    body = kept_kinds.written(learned.model)
    try:
        with transaction.atomic():
            _end(institution, at)
            row = TypeModel.objects.create(
                institution=institution,
                source=source,
                body=body,
                digest=kept_kinds.digest_of(body),
                report=kept_kinds.report_of(learned.exam),
                learned_at=at,
            )
            audit.record(
                actor,
                "complaint.types_learned",
                row,
                at=at,
                detail={
                    "source": source.value,
                    "texts": learned.exam.texts,
                    "right": learned.exam.right,
                    "words": len(learned.model.words),
                    "digest": row.digest,
                },
            )
    except IntegrityError as error:
        raise Conflict from error
    return row


def _end(institution: Institution, at: datetime) -> int:
    rows = TypeModel.objects.filter(institution=institution, is_in_force=True)
    return rows.update(is_in_force=False, ended_at=at)


@transaction.atomic
def stop_suggesting(institution: Institution, *, actor: Actor, at: datetime) -> None:
    """Take the model out of force, so that nothing is suggested. Raises NoTypeModel, NotAllowed."""
    _require(institution, actor)
    held = queries.type_model(institution.pk)
    if held is None or not _end(institution, at):
        raise NoTypeModel
    audit.record(actor, "complaint.types_stopped", held, at=at)


def keep_suggestion(complaint: Complaint, shown_by: str, *, actor: Actor, at: datetime) -> None:
    """Keep what a model held of a complaint just classified first beside what a person chose.

    `shown_by` is the id of the model whose suggestion stood on the page. What a program classifies
    is not counted.
    """
    on_page = queries.model_seen(complaint, shown_by)
    model = on_page or queries.type_model(complaint.institution_id)
    chosen_by = staff.person_behind(actor) if model else None
    found = queries.opinion_of(complaint, model) if model and chosen_by else None
    if model is None or chosen_by is None or found is None:
        return
    TypeSuggestion.objects.create(
        complaint=complaint,
        model=model,
        suggested=found.kind,
        share_percent=round(found.share * 100),
        seen=_seen(complaint, found, is_on_page=on_page is not None),
        chosen=complaint.cg_type,
        chosen_by=chosen_by,
        chosen_at=at,
    )


def _seen(complaint: Complaint, found: Opinion, *, is_on_page: bool) -> Seen:
    if not found.is_sure:
        return Seen.UNSURE
    if kinds.is_held_back(complaint.public_id):
        return Seen.HELD_BACK
    return Seen.SHOWN if is_on_page else Seen.ELSEWHERE
