"""What people are doing now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotAllowed
from shouwen.ground.kernel.events import announce
from shouwen.ground.kernel.topics import publish
from shouwen.ground.vault import audit
from shouwen.people.staff import access, queries
from shouwen.people.staff.events import PresenceChanged
from shouwen.people.staff.models import Person, Presence, PresenceSpan, PresenceState

REASON_MAX_CHARACTERS = 100


class MentorNeeded(Conflict):
    """Too little experience is on record, and nobody guides this person yet."""

    message = _(
        "Your experience on record is shorter than asked for (HB-1.1-06). Ask your lead to name "
        "a mentor for you; until then no contact is offered to you."
    )


def _may_set(actor: Actor, person: Person) -> bool:
    """A person sets their own presence; a lead that of the team; the system anyone's."""
    if actor.is_system or actor.ref == person.public_id:
        return True
    return (
        access.has_right(actor, "contact.supervise")
        and access.same_institution(actor, person.institution_id)
        and access.within(actor, person.unit_id)
    )


@transaction.atomic
def set_presence(
    person: Person, state: str, *, actor: Actor, at: datetime, reason: str = ""
) -> Presence:
    """Put a person into a presence state; the state they are in already is left as it is.

    Raises NotAllowed for other people's presence, Invalid for an unknown state, MentorNeeded when
    somebody without the experience asked for would take work.
    """
    if not _may_set(actor, person):
        raise NotAllowed
    if state not in PresenceState.values:
        raise Invalid(fields={"state": _("Choose one of the listed states.")})
    if state != PresenceState.OFFLINE and not person.is_active:
        raise NotAllowed
    if state == PresenceState.READY and queries.needs_mentor(person, at):
        raise MentorNeeded
    presence = Presence.objects.select_for_update().get(person=person)
    if actor.ref == person.public_id:
        presence.last_seen_at = at
    previous, reason_before = presence.state, presence.reason
    presence.reason = reason[:REASON_MAX_CHARACTERS]
    if previous != state:
        presence.state, presence.since = state, at
    presence.save(update_fields=["state", "since", "reason", "last_seen_at"])
    if (previous, reason_before) != (state, presence.reason):
        _turn_span(person, state, presence.reason, at)
    if previous != state:
        _tell(person, state, previous, actor, at)
    return presence


def _turn_span(person: Person, state: str, reason: str, at: datetime) -> None:
    """End the stretch a person is in, and begin the next one unless they go offline."""
    for span in PresenceSpan.objects.filter(person=person, ended_at__isnull=True):
        # A stretch never ends before it began, whichever process' clock was ahead.
        span.ended_at = max(at, span.began_at)
        span.save(update_fields=["ended_at"])
    if state != PresenceState.OFFLINE:
        PresenceSpan.objects.create(person=person, state=state, reason=reason, began_at=at)


def _tell(person: Person, state: str, previous: str, actor: Actor, at: datetime) -> None:
    audit.record(
        actor, "presence.changed", person, at=at, detail={"state": state, "previous": previous}
    )
    announce(
        PresenceChanged(
            institution_id=person.institution_id,
            occurred_at=at,
            person_id=person.pk,
            state=state,
            previous=previous,
        )
    )
    publish(f"person-{person.public_id}")
    publish(f"wallboard-{person.institution.code}")


def heartbeat(actors: Iterable[Actor], at: datetime) -> int:
    """Note that pages of these people are open; one small update, no trail, and how many it met.

    Older news and actors who are no people change nothing.
    """
    refs = {actor.ref for actor in actors if actor.is_person}
    if not refs:
        return 0
    older = Q(last_seen_at__isnull=True) | Q(last_seen_at__lt=at)
    return Presence.objects.filter(older, person__public_id__in=refs).update(last_seen_at=at)


def mark_lost(at: datetime, older_than_seconds: int) -> list[int]:
    """Take everyone offline whose desk was not heard for so long; give their ids.

    Each person in a transaction of their own, and only if still unheard then.
    """
    heard_by = at - timedelta(seconds=older_than_seconds)
    lost = []
    for person_id in queries.people_unseen_since(heard_by):
        with transaction.atomic():
            person = Person.objects.select_related("institution").get(pk=person_id)
            previous = Presence.objects.select_for_update().get(person=person).state
            gone = Presence.objects.filter(
                Q(last_seen_at__lt=heard_by) | Q(last_seen_at__isnull=True, since__lt=heard_by),
                person=person,
                state=previous,
            ).exclude(state=PresenceState.OFFLINE)
            if gone.update(state=PresenceState.OFFLINE, since=at, reason="lost"):
                _turn_span(person, PresenceState.OFFLINE, "lost", at)
                actor = Actor.system("presence", person.institution_id)
                _tell(person, PresenceState.OFFLINE, previous, actor, at)
                lost.append(person_id)
    return lost
