"""Reminding whoever works a case (催办)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict
from shouwen.ground.vault import audit
from shouwen.service.cases import access
from shouwen.service.cases.actions import texts
from shouwen.service.cases.actions.moving import Note, enter, tell_screens
from shouwen.service.cases.actions.refusals import CaseNotReady, HandlerNeeded
from shouwen.service.cases.models import Case
from shouwen.service.cases.rules.states import Act

REMINDER_MAX_CHARACTERS = 500


class NobodyElseToRemind(Conflict):
    """One does not remind oneself."""

    message = _("You work on this case yourself. Hand it over if you cannot go on.")


@transaction.atomic
def remind_handler(case: Case, words: str, *, actor: Actor, at: datetime) -> None:
    """Ask the handler to go on; the ledger shows it until they do something with the case.

    Raises CaseNotReady once it is closed, HandlerNeeded, NobodyElseToRemind, NotYourCase, Invalid.
    """
    access.require_work(actor, case, Act.OPINION)
    words = texts.needed("text", words, REMINDER_MAX_CHARACTERS)
    if not case.is_open:
        raise CaseNotReady
    if case.handler is None:
        raise HandlerNeeded
    if actor.is_person and case.handler.public_id == actor.ref:
        raise NobodyElseToRemind
    # The version stays: a reminder must not make the handler's own act fail.
    Case.objects.filter(pk=case.pk).update(reminded_at=at)
    case.reminded_at = at
    note = Note(text=words, subject_name=case.handler.name)
    enter(case, "remind", actor=actor, at=at, note=note)
    audit.record(actor, "case.reminded", case, at=at, detail={"handler": case.handler.public_id})
    tell_screens(case)


def heed_reminder(case: Case, *, actor: Actor) -> None:
    """Take a reminder as heeded where its handler acts on what stands over the case."""
    if case.reminded_at is None or case.handler is None or case.handler.public_id != actor.ref:
        return
    Case.objects.filter(pk=case.pk).update(reminded_at=None)
    case.reminded_at = None
