"""Hires many people beside the demo's agent, signs them in, and prints their cookies."""

from __future__ import annotations

import sys

from bench.work.begin import begin, say

MOST = 10


def main() -> None:
    """Copy the agent so many times; one line for each copy."""
    begin()
    from django.contrib.auth import (  # noqa: PLC0415  # Django is ready only now
        BACKEND_SESSION_KEY,
        HASH_SESSION_KEY,
        SESSION_KEY,
    )

    from shouwen.contact.routing.models import PersonCapacity  # noqa: PLC0415
    from shouwen.ground.kernel import time  # noqa: PLC0415
    from shouwen.people.staff.models import (  # noqa: PLC0415
        Person,
        PersonSkill,
        Presence,
        RoleGrant,
    )
    from shouwen.people.staff.queries.actors import SIGNED_IN_AT  # noqa: PLC0415
    from shouwen.people.staff.sessions import SessionStore  # noqa: PLC0415

    model = Person.objects.get(username="agent")
    grant = RoleGrant.objects.filter(person=model).first()
    if grant is None:
        raise RuntimeError("The demo's agent has no role")
    at = time.now()
    people = []
    for number in range(int(sys.argv[1])):
        person = Person(
            institution_id=model.institution_id,
            unit_id=model.unit_id,
            username=f"load-{number:04d}",
            staff_no=f"9{number:05d}",
            name=f"坐席{number:04d}",
            sessions_valid_from=at,
            hired_at=at,
        )
        person.set_unusable_password()
        people.append(person)
    Person.objects.bulk_create(people)
    RoleGrant.objects.bulk_create(
        RoleGrant(person=person, role="agent", unit_id=grant.unit_id, granted_at=at)
        for person in people
    )
    skills = list(PersonSkill.objects.filter(person=model))
    PersonSkill.objects.bulk_create(
        PersonSkill(person=person, skill_id=skill.skill_id, level=skill.level)
        for person in people
        for skill in skills
    )
    Presence.objects.bulk_create(
        Presence(person=person, state="OFFLINE", since=at) for person in people
    )
    PersonCapacity.objects.bulk_create(
        PersonCapacity(person=person, channel="chat", most=MOST) for person in people
    )
    for person in people:
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session[SIGNED_IN_AT] = at.isoformat()
        session.create()
        say(login=person.username, ref=person.public_id, session=session.session_key)


if __name__ == "__main__":
    main()
