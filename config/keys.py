"""Making API keys from the command line."""

from __future__ import annotations

from datetime import date

from shouwen.ground.kernel import errors, time
from shouwen.ground.kernel.actor import Actor
from shouwen.people.staff import actions
from shouwen.people.staff.models import Institution, Person


class KeyNotMade(Exception):
    """The key cannot be made; the words say why."""


def create(
    *,
    role: str,
    institution: str,
    name: str,
    person: str,
    per_minute: int | None = None,
    expires_on: date | None = None,
) -> str:
    """Make a key for a role at an institution and give its token.

    Raises KeyNotMade for an unknown institution, person or role.
    """
    home = Institution.objects.filter(code=institution).first()
    if home is None:
        known = ", ".join(Institution.objects.order_by("code").values_list("code", flat=True))
        raise KeyNotMade(f"No institution {institution}. Known: {known or 'none yet'}.")
    holder = Person.objects.filter(username=person, institution=home).first() if person else None
    if person and holder is None:
        raise KeyNotMade(f"Nobody called {person} works at {institution}.")
    try:
        _key, token = actions.create_api_key(
            home,
            role=role,
            name=name or f"cli-{role}",
            person=holder,
            per_minute=per_minute,
            expires_on=expires_on,
            actor=Actor.system("command-line", home.pk),
            at=time.now(),
        )
    except errors.Problem as error:
        words = "; ".join(str(words) for words in error.fields.values())
        raise KeyNotMade(f"{error} {words}".strip()) from error
    return token
