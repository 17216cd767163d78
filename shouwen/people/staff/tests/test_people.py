"""Hiring, skills, presence, keys, and letting go."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from shouwen.ground.kernel.actor import Actor, ActorKind
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff import actions, queries
from shouwen.people.staff.models import (
    ApiKey,
    Institution,
    Person,
    PersonSkill,
    Presence,
    RoleGrant,
    Unit,
)
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    PASSWORD,
    a_person,
    a_unit,
    acting,
    an_institution,
)

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def test_the_tree_of_units_keeps_its_path() -> None:
    bank = an_institution()
    centre = a_unit(bank)
    team = a_unit(bank, "一组", centre)
    assert (centre.path, centre.depth) == (f"{centre.pk}/", 0)
    assert (team.path, team.depth) == (f"{centre.pk}/{team.pk}/", 1)
    with pytest.raises(actions.NameTaken):
        a_unit(bank, "一组", centre)
    with pytest.raises(actions.NameTaken):
        a_unit(bank)
    with pytest.raises(NotThere):
        a_unit(an_institution("insurer"), "三组", centre)


def test_codes_are_plain_and_once() -> None:
    an_institution()
    with pytest.raises(actions.CodeTaken):
        an_institution()
    with pytest.raises(Invalid) as error:
        an_institution("Bank 1")
    assert list(error.value.fields) == ["code"]


def test_only_the_system_founds_institutions() -> None:
    admin = acting(a_person(a_unit(an_institution()), "admin"))
    with pytest.raises(NotAllowed):
        actions.found_institution(
            code="other", name_zh="他行", kind="BANK", actor=admin, at=MONDAY_9AM
        )


def test_a_person_is_hired_offline_and_without_roles() -> None:
    unit = a_unit(an_institution())
    person = a_person(unit, username="agent")
    assert (person.presence.state, acting(person).roles) == ("OFFLINE", frozenset())
    assert not person.has_usable_password()
    with pytest.raises(actions.PersonKnownAlready):
        a_person(unit, username="agent")


def test_every_wrong_field_is_named() -> None:
    with pytest.raises(Invalid) as error:
        actions.hire_person(
            username="A b", staff_no="", name=" ", unit=a_unit(an_institution()),
            language="fr", actor=FOUNDER, at=MONDAY_9AM,
        )  # fmt: skip
    assert set(error.value.fields) == {"username", "staff_no", "name", "language"}


def test_a_short_password_is_refused() -> None:
    with pytest.raises(Invalid) as error:
        a_person(a_unit(an_institution()), password="short")
    assert list(error.value.fields) == ["password"]


def test_the_database_refuses_what_must_not_be() -> None:
    bank = an_institution()
    unit = a_unit(bank)
    person = a_person(unit, "agent")
    skill = actions.define_skill(
        institution=bank, code="loan", name_zh="贷款", actor=FOUNDER, at=MONDAY_9AM
    )
    wrong: list[Callable[[], object]] = [
        lambda: RoleGrant.objects.create(person=person, role="agent", granted_at=MONDAY_9AM),
        lambda: RoleGrant.objects.create(person=person, role="king", granted_at=MONDAY_9AM),
        lambda: PersonSkill.objects.create(person=person, skill=skill, level=6),
        lambda: PersonSkill.objects.create(person=person, skill=skill, level=0),
        lambda: Presence.objects.filter(person=person).update(state="GONE"),
        lambda: Person.objects.filter(pk=person.pk).update(theme="pink"),
        lambda: Unit.objects.filter(pk=unit.pk).update(depth=2),
        lambda: Institution.objects.filter(pk=bank.pk).update(kind="SHOP"),
    ]
    for act in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_a_role_is_granted_once_and_taken_back_once() -> None:
    person = a_person(a_unit(an_institution()), "agent")
    with pytest.raises(actions.RoleHeldAlready):
        actions.grant_role(person, "agent", actor=FOUNDER, at=MONDAY_9AM)
    actions.revoke_role(person, "agent", actor=FOUNDER, at=MONDAY_9AM)
    with pytest.raises(actions.RoleNotHeld):
        actions.revoke_role(person, "agent", actor=FOUNDER, at=MONDAY_9AM)


def test_presence_tells_the_trail_once() -> None:
    person = a_person(a_unit(an_institution()), "agent")
    me = acting(person)
    actions.set_presence(person, "READY", actor=me, at=MONDAY_9AM)
    actions.set_presence(person, "READY", actor=me, at=MONDAY_9AM + SECOND)
    presence = Presence.objects.get(person=person)
    assert (presence.state, presence.since, presence.last_seen_at) == (
        "READY",
        MONDAY_9AM,
        MONDAY_9AM + SECOND,
    )
    assert AuditRow.objects.filter(act="presence.changed").count() == 1
    with pytest.raises(Invalid):
        actions.set_presence(person, "ASLEEP", actor=me, at=MONDAY_9AM)


def test_a_lead_sets_the_presence_of_the_own_team_only() -> None:
    bank = an_institution()
    team, other = a_unit(bank, "一组"), a_unit(bank, "二组")
    lead = acting(a_person(team, "lead", over=team))
    mate, stranger = a_person(team, "agent"), a_person(other, "agent")
    actions.set_presence(mate, "BREAK", actor=lead, at=MONDAY_9AM)
    with pytest.raises(NotAllowed):
        actions.set_presence(stranger, "BREAK", actor=lead, at=MONDAY_9AM)
    with pytest.raises(NotAllowed):
        actions.set_presence(stranger, "BREAK", actor=acting(mate), at=MONDAY_9AM)
    # Set by someone else: the desk itself has not been heard.
    assert Presence.objects.get(person=mate).last_seen_at is None


def test_routing_sees_those_at_their_desks_with_valid_skills() -> None:
    bank = an_institution()
    unit = a_unit(bank)
    ready, silent, resting = (a_person(unit, "agent") for _ in range(3))
    for code, expires_on in (("loan", date(2026, 6, 15)), ("card", date(2026, 6, 14))):
        skill = actions.define_skill(
            institution=bank, code=code, name_zh=code, actor=FOUNDER, at=MONDAY_9AM
        )
        actions.teach_skill(ready, skill, 3, expires_on=expires_on, actor=FOUNDER, at=MONDAY_9AM)
    for person, state in ((ready, "READY"), (silent, "READY"), (resting, "BREAK")):
        actions.set_presence(person, state, actor=acting(person), at=MONDAY_9AM)
    later = MONDAY_9AM + 10 * SECOND
    assert actions.heartbeat([acting(ready)], later)
    assert not actions.heartbeat([acting(ready)], MONDAY_9AM)
    found = queries.people_for_routing(bank.pk, later + 10 * SECOND)
    # The certificate holds through its last day in Shanghai.
    assert [(p.person_id, p.skills) for p in found] == [(ready.pk, {"loan": 3})]
    assert queries.people_for_routing(an_institution("insurer").pk, later) == []


@pytest.mark.parametrize("people", [1, 3])
def test_routing_costs_the_same_for_any_number(
    people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bank = an_institution()
    unit = a_unit(bank)
    for _ in range(people):
        person = a_person(unit, "agent")
        actions.set_presence(person, "READY", actor=acting(person), at=MONDAY_9AM)
    with django_assert_num_queries(2):
        assert len(queries.people_for_routing(bank.pk, MONDAY_9AM)) == people


def test_the_lost_go_offline_and_the_heard_stay() -> None:
    unit = a_unit(an_institution())
    heard, lost = a_person(unit, "agent"), a_person(unit, "agent")
    for person in (heard, lost):
        actions.set_presence(person, "READY", actor=acting(person), at=MONDAY_9AM)
    later = MONDAY_9AM + 15 * SECOND
    actions.heartbeat([acting(heard)], later)
    assert queries.people_unseen_since(later - 12 * SECOND) == [lost.pk]
    assert actions.mark_lost(later, 12) == [lost.pk]
    assert actions.mark_lost(later, 12) == []
    assert queries.presence_counts(unit.institution_id)["OFFLINE"] == 1
    assert queries.people_by_state(unit.institution_id)["READY"] == [heard]


def test_a_key_is_kept_as_its_digest_only() -> None:
    bank = an_institution()
    key, token = actions.create_api_key(
        bank, role="lead", name="回访系统", actor=FOUNDER, at=MONDAY_9AM
    )
    assert len(token.split("_", 2)[2]) >= 43
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM staff_apikey")
        stored = str(cursor.fetchall())
    assert token not in stored
    assert token.split("_", 2)[2] not in stored
    assert hashlib.sha256(token.encode()).hexdigest() in stored
    actor = queries.actor_of_key(token, MONDAY_9AM)
    assert actor == Actor(
        ActorKind.KEY, key.public_id, "回访系统", bank.pk, frozenset({"lead"}), all_units=True
    )


def test_wrong_and_revoked_keys_are_nobody() -> None:
    key, token = actions.create_api_key(
        an_institution(), role="lead", name="x", actor=FOUNDER, at=MONDAY_9AM
    )
    for wrong in ("", "sw__", token[:-1], token + "x", f"sw_{key.prefix}_guess", "x" * 5000, "\0"):
        assert queries.actor_of_key(wrong, MONDAY_9AM) is None
    actions.revoke_api_key(key, actor=FOUNDER, at=MONDAY_9AM + SECOND)
    actions.revoke_api_key(key, actor=FOUNDER, at=MONDAY_9AM + 2 * SECOND)
    assert queries.actor_of_key(token, MONDAY_9AM + SECOND) is None
    assert ApiKey.objects.get().revoked_at == MONDAY_9AM + SECOND


def test_a_persons_key_acts_as_the_person_in_that_role_alone() -> None:
    unit = a_unit(an_institution())
    person = a_person(unit, "agent", "editor")
    with pytest.raises(Invalid) as error:
        actions.create_api_key(
            unit.institution, role="admin", name="x", person=person, actor=FOUNDER, at=MONDAY_9AM
        )
    assert list(error.value.fields) == ["person"]
    _key, token = actions.create_api_key(
        unit.institution, role="agent", name="x", person=person, actor=FOUNDER, at=MONDAY_9AM
    )
    actor = queries.actor_of_key(token, MONDAY_9AM)
    assert actor is not None
    assert (actor.ref, actor.roles) == (person.public_id, frozenset({"agent"}))
    actions.disable_person(person, actor=FOUNDER, at=MONDAY_9AM)
    assert queries.actor_of_key(token, MONDAY_9AM) is None


def test_only_an_administrator_manages_keys() -> None:
    unit = a_unit(an_institution())
    for role in ("agent", "lead", "auditor"):
        with pytest.raises(NotAllowed):
            actions.create_api_key(
                unit.institution, role="admin", name="x", actor=acting(a_person(unit, role)),
                at=MONDAY_9AM,
            )  # fmt: skip


def test_preferences_are_ones_own() -> None:
    unit = a_unit(an_institution())
    person, other = a_person(unit), a_person(unit, "admin")
    actions.set_preferences(person, theme="dark", actor=acting(person), at=MONDAY_9AM)
    assert Person.objects.get(pk=person.pk).theme == "dark"
    with pytest.raises(NotAllowed):
        actions.set_preferences(person, theme="light", actor=acting(other), at=MONDAY_9AM)
    with pytest.raises(Invalid) as error:
        actions.set_preferences(person, density="tiny", actor=acting(person), at=MONDAY_9AM)
    assert list(error.value.fields) == ["density"]


def test_a_new_password_closes_sessions() -> None:
    person = a_person(a_unit(an_institution()), password=PASSWORD)
    actions.set_password(person, PASSWORD + "2", actor=FOUNDER, at=MONDAY_9AM + SECOND)
    kept = Person.objects.get(pk=person.pk)
    assert kept.check_password(PASSWORD + "2")
    assert kept.sessions_valid_from == MONDAY_9AM + SECOND


def test_what_was_done_to_people_is_on_the_trail() -> None:
    unit = a_unit(an_institution())
    a_person(unit, "agent")
    acts = list(AuditRow.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["institution.founded", "unit.opened", "person.hired", "role.granted"]
