"""Prepares a few of the demo's people for many conversations, and prints a key for each."""

from __future__ import annotations

import sys

from bench.work.begin import begin, say

MOST = 50


def main() -> None:
    """Raise their capacities and make their keys."""
    begin()
    from config import keys  # noqa: PLC0415  # Django is ready only now
    from shouwen.contact.routing import actions as routing  # noqa: PLC0415
    from shouwen.ground.kernel import time  # noqa: PLC0415
    from shouwen.ground.kernel.actor import Actor  # noqa: PLC0415
    from shouwen.people.staff.models import Person  # noqa: PLC0415

    for login in sys.argv[1:]:
        person = Person.objects.get(username=login)
        actor = Actor.system("bench", person.institution_id)
        routing.set_capacity(person, "chat", MOST, actor=actor, at=time.now())
        role = "lead" if login == "lead" else "agent"
        say(login=login, key=keys.create(role=role, institution="bank", name="", person=login))


if __name__ == "__main__":
    main()
