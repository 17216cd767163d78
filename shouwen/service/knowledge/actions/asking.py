"""Asking for an article that is missing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel import idempotency
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, Words
from shouwen.ground.vault import audit, masking
from shouwen.service.knowledge.actions.people import person_of, require_own_institution
from shouwen.service.knowledge.actions.refusals import RequestSettled
from shouwen.service.knowledge.actions.wording import reason_needed
from shouwen.service.knowledge.models import (
    REASON_MAX_CHARACTERS,
    TITLE_MAX_CHARACTERS,
    MissingRequest,
    RequestState,
)


@transaction.atomic
def ask_for_article(words: str, note: str = "", *, actor: Actor, at: datetime) -> MissingRequest:
    """Tell the editors what was looked for and not found; what looks personal is masked.

    Raises NotAllowed for programs, Invalid for no words or too many.
    """
    person = person_of(actor, "knowledge.read")
    words, note = " ".join(words.split()), note.strip()
    wrong: dict[str, Words] = {}
    if not words:
        wrong["words"] = _("Write what the article should be about.")
    for field, text, most in (
        ("words", words, TITLE_MAX_CHARACTERS),
        ("note", note, REASON_MAX_CHARACTERS),
    ):
        if len(text) > most:
            wrong[field] = _("Use at most %(most)s characters.") % {"most": most}
        elif "\x00" in text:
            wrong[field] = _("Remove the characters that cannot be shown.")
    if wrong:
        raise Invalid(fields=wrong)
    request = MissingRequest.objects.create(
        institution_id=person.institution_id,
        words=masking.redact(words)[:TITLE_MAX_CHARACTERS],
        note=masking.redact(note)[:REASON_MAX_CHARACTERS],
        asked_by=person,
        asked_at=at,
    )
    audit.record(actor, "knowledge.requested", request, at=at)
    return request


def ask_once(words: str, note: str = "", *, key: str, actor: Actor, at: datetime) -> None:
    """Ask for an article once for each `key` of a shown form; without a key every time.

    Raises what `ask_for_article` does, and KeyReused for other words under the same key.
    """
    if not key:
        ask_for_article(words, note, actor=actor, at=at)
        return
    body = {"words": words, "note": note}
    with idempotency.once(f"knowledge.ask:{actor.ref}", key, body, at=at) as slot:
        if not slot.reference:
            slot.finish(ask_for_article(words, note, actor=actor, at=at).public_id)


@transaction.atomic
def decline_request(request: MissingRequest, reason: str, *, actor: Actor, at: datetime) -> None:
    """Say why no article will be written. Raises NotAllowed, RequestSettled, Invalid."""
    person = person_of(actor, "knowledge.write")
    require_own_institution(actor, request.institution_id)
    answer = masking.redact(reason_needed(reason, REASON_MAX_CHARACTERS))[:REASON_MAX_CHARACTERS]
    declined = MissingRequest.objects.filter(
        pk=request.pk, state=RequestState.OPEN, article__isnull=True
    ).update(state=RequestState.DECLINED, answer=answer, settled_by=person, settled_at=at)
    if not declined:
        raise RequestSettled
    audit.record(actor, "knowledge.request_declined", request, at=at)
