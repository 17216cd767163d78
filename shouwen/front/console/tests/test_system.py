"""The frame of the system pages, and the list of people on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shouwen.people.staff import actions
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.queries import listing
from shouwen.people.staff.tests import factories as staff

PEOPLE = "/console/system/people/"


def shown(client: Client, asked: str = "") -> str:
    """Give the list's page."""
    return str(client.get(PEOPLE + asked).content.decode())


def test_the_system_begins_at_the_first_section(admin: Client) -> None:
    assert admin.get("/console/system/")["Location"] == PEOPLE


@pytest.mark.parametrize("role", ["agent", "inspector", "editor"])
def test_whoever_has_no_section_is_not_let_in(centre: Unit, client: Client, role: str) -> None:
    client.force_login(staff.a_person(centre, role))
    assert client.get("/console/system/").status_code == 403
    assert client.get(PEOPLE).status_code == 403


def test_a_lead_words_scripts_and_sees_no_other_section(centre: Unit, client: Client) -> None:
    client.force_login(staff.a_person(centre, "lead"))
    assert client.get("/console/system/")["Location"] == "/console/system/scripts/"
    assert client.get(PEOPLE).status_code == 403


def test_the_rail_and_the_list_of_sections_mark_where_one_is(admin: Client) -> None:
    page = shown(admin)
    assert f'<a href="{PEOPLE}" aria-current="page">' in page
    assert 'href="/console/system/" aria-current="page"' in page


def test_filters_narrow_the_list(admin: Client, centre: Unit) -> None:
    below = staff.a_unit(centre.institution, "夜班组", parent=centre)
    night = staff.a_person(below, "agent", username="night")
    day = staff.a_person(centre, "lead", username="day")
    gone = staff.a_person(centre, "agent", username="gone")
    actions.disable_person(gone, actor=staff.FOUNDER, at=staff.MONDAY_9AM + timedelta(days=1))
    actions.set_presence(night, "BREAK", actor=staff.acting(night), at=staff.MONDAY_9AM)

    def names(asked: str) -> set[str]:
        page = shown(admin, asked)
        return {
            name
            for name in ("night", "day", "gone", "admin")
            if f"<td><code>{name}</code></td>" in page
        }

    assert names("") == {"night", "day", "admin"}
    assert names("?standing=disabled") == {"gone"}
    assert names("?standing=all") == {"night", "day", "gone", "admin"}
    assert names(f"?unit={below.public_id}") == {"night"}
    assert names(f"?unit={centre.public_id}") == {"night", "day", "admin"}
    assert names("?role=lead") == {"day"}
    assert names("?presence=BREAK") == {"night"}
    assert names("?q=nig") == {"night"}
    assert names(f"?q={day.staff_no}") == {"day"}
    assert names("?q=nobody-is-called-so") == set()


@pytest.mark.parametrize(
    "wrong",
    ["?role=king", "?standing=dead", "?unit=unit_x", "?after=pers_x", "?presence=ASLEEP", "?q=%0A"],
)
def test_a_filter_that_is_not_of_the_list_is_said(admin: Client, wrong: str) -> None:
    answer = admin.get(PEOPLE + wrong)
    assert answer.status_code == 422
    assert "sw-note" in answer.content.decode()


def test_another_institution_shows_nowhere(admin: Client) -> None:
    theirs = staff.a_unit(staff.an_institution("insurer"))
    staff.a_person(theirs, "agent", username="stranger")
    assert "stranger" not in shown(admin, "?standing=all")
    assert admin.get(f"{PEOPLE}?unit={theirs.public_id}").status_code == 422


def test_pages_follow_one_another_without_gap(
    admin: Client, centre: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE_ROWS", 2)
    for _number in range(4):
        staff.a_person(centre, "agent")
    actor = staff.acting(Person.objects.get(username="admin"))
    seen, asked = [], listing.PeopleAsked()
    while True:
        page = listing.people_page(actor, asked)
        seen += [person.pk for person in page.people]
        if not page.next:
            break
        asked = listing.PeopleAsked(after=page.next)
    everybody = Person.objects.order_by("name", "pk").values_list("pk", flat=True)
    assert seen == list(everybody)


@pytest.mark.parametrize("people", [1, 7])
def test_the_list_costs_the_same_for_any_length(
    admin: Client,
    centre: Unit,
    people: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _number in range(people):
        staff.a_person(centre, "agent", over=centre)
    with django_assert_num_queries(8):
        shown(admin)
