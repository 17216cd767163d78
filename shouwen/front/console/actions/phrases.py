"""Words an institution forbids beside those of the packs: they narrow, so one person suffices."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shouwen.front.console.actions.rules import EDIT
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy import actions as policy
from shouwen.ground.policy.models import HousePhrase
from shouwen.people.staff import access


@transaction.atomic
def forbid_phrase(
    *,
    phrase: str,
    kind: str,
    channel: str,
    say_instead: str,
    source: str,
    actor: Actor,
    at: datetime,
) -> HousePhrase:
    """Forbid words at the actor's institution, from now on.

    Raises NotAllowed, Invalid, PhraseKnownAlready, TooManyPhrases. Serves HB-3.1-04, OM-3.2.1-01.
    """
    access.require(actor, EDIT)
    return policy.forbid_phrase(
        actor.institution_id or 0,
        phrase=phrase,
        kind=kind,
        channel=channel,
        say_instead=say_instead,
        source=source,
        actor=actor,
        at=at,
    )


@transaction.atomic
def end_phrase(ref: str, *, actor: Actor, at: datetime) -> None:
    """Let words of the house's own list be said again. Raises NotAllowed, NotThere."""
    access.require(actor, EDIT)
    policy.end_phrase(actor.institution_id or 0, ref, actor=actor, at=at)
