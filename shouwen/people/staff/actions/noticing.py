"""Telling a person inside the house that something waits for their eyes.

The room that tells keeps what it is; here is only how much of it they have not seen, for the sign
beside their name on every page.
"""

from __future__ import annotations

from django.db.models import F

from shouwen.ground.kernel.topics import publish
from shouwen.people.staff.models import Person


def notice(person: Person) -> None:
    """Count one thing more that the person has not seen, in the caller's transaction."""
    Person.objects.filter(pk=person.pk).update(unread_notices=F("unread_notices") + 1)
    publish(f"person-{person.public_id}")


def notice_seen(person: Person) -> None:
    """Count one less; never below none."""
    rows = Person.objects.filter(pk=person.pk, unread_notices__gt=0)
    rows.update(unread_notices=F("unread_notices") - 1)
    publish(f"person-{person.public_id}")
