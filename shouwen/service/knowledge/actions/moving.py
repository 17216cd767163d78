"""The one guarded step by which a version moves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.vault import audit
from shouwen.service.knowledge.actions.people import require_own_institution
from shouwen.service.knowledge.actions.refusals import ChangedMeanwhile, NothingOpen
from shouwen.service.knowledge.models import ArticleVersion
from shouwen.service.knowledge.rules import states
from shouwen.service.knowledge.rules.states import Act


def move(
    version: ArticleVersion,
    act: Act,
    *,
    actor: Actor,
    at: datetime,
    seen: int | None,
    changes: dict[str, Any],
) -> None:
    """Move a version and put it on the trail.

    `seen` is the revision that was on the screen; None takes the one at hand. Raises NothingOpen
    where the state does not allow the act, ChangedMeanwhile where somebody was first.
    """
    require_own_institution(actor, version.institution_id)
    state = states.after(states.State(version.state), act)
    if state is None:
        raise NothingOpen
    revision = version.revision if seen is None else seen
    moved = ArticleVersion.objects.filter(
        pk=version.pk, state=version.state, revision=revision
    ).update(state=state.value, revision=F("revision") + 1, **changes)
    if not moved:
        raise ChangedMeanwhile
    for name, value in changes.items():
        setattr(version, name, value)
    version.state, version.revision = state.value, revision + 1
    audit.record(
        actor,
        f"knowledge.{act.value}",
        version.article,
        at=at,
        detail={"version": version.number},
    )
