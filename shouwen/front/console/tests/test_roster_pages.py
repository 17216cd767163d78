"""The pages of the roster: planned, published, seen by those planned, wrong entries named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shouwen.ground.kernel import time as clock
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff.models import Absence, Person, Planned, Shift, Unit
from shouwen.people.staff.tests.factories import a_person, a_unit, an_institution

HOME = "/console/roster/"
FAR = "2199-01-01"
SHIFT = {"name_zh": "早班", "name_en": "Early", "begins": "09:00", "ends": "18:00"}


@pytest.fixture
def team(db: None) -> Unit:
    """One unit of a bank."""
    return a_unit(an_institution())


@pytest.fixture
def agent(team: Unit) -> Person:
    """Who is planned."""
    return a_person(team, "agent", over=team)


@pytest.fixture
def lead(team: Unit, client: Client) -> Client:
    """The browser of whoever plans."""
    client.force_login(a_person(team, "lead", over=team))
    return client


def tomorrow() -> str:
    return (day_of(clock.now()) + timedelta(days=1)).isoformat()


def planned(lead: Client, agent: Person, **more: Any) -> Any:
    lead.post(f"{HOME}shift/", SHIFT)
    form = {
        "week": tomorrow(),
        "people": agent.public_id,
        "days": tomorrow(),
        "shift": Shift.objects.get().public_id,
    }
    return lead.post(f"{HOME}plan/", form | more)


def test_a_week_is_planned_published_and_seen_by_the_one_planned(
    lead: Client, agent: Person
) -> None:
    assert planned(lead, agent)["Location"].endswith("done=planned&n=1")
    week = {"week": tomorrow()}
    page = lead.get(HOME, week).content.decode()
    assert "09:00–18:00" in page
    assert "草稿，仅排班人可见" in page
    mine = Client()
    mine.force_login(agent)
    assert "早班" not in mine.get(f"{HOME}own/").content.decode()
    assert lead.post(f"{HOME}publish/", week)["Location"].endswith("done=published")
    assert "早班" in mine.get(f"{HOME}own/").content.decode()
    line = {"line": Planned.objects.get().public_id}
    assert lead.post(f"{HOME}take-off/", line)["Location"].endswith("done=taken_off")
    assert Planned.objects.count() == 0


def test_an_absence_is_noted_and_ended_on_the_page(lead: Client, agent: Person) -> None:
    day = tomorrow()
    form = {"person": agent.public_id, "kind": "LEAVE", "from_on": day, "to_on": day, "week": day}
    assert lead.post(f"{HOME}absence/", form)["Location"].endswith("done=absence")
    assert "休假" in lead.get(HOME, {"week": day}).content.decode()
    assert planned(lead, agent).status_code == 409
    back = {"absence": Absence.objects.get().public_id}
    assert lead.post(f"{HOME}absence/end/", back)["Location"].endswith("done=back")
    assert Absence.objects.count() == 0


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("plan/", {"days": "2001-01-01"}),
        ("plan/", {"days": "soon"}),
        ("plan/", {"shift": "shft_none"}),
        ("plan/", {"people": "pers_none"}),
        ("shift/", {**SHIFT, "begins": "nine"}),
        ("shift/", {**SHIFT, "name_zh": ""}),
        ("absence/", {"person": "pers_none"}),
        ("absence/", {"person": "{agent}", "kind": "LEAVE", "from_on": "x", "to_on": "y"}),
        ("absence/", {"person": "{agent}", "kind": "GONE", "from_on": FAR, "to_on": FAR}),
    ],
)
def test_a_wrong_entry_is_named(
    lead: Client, agent: Person, path: str, form: dict[str, str]
) -> None:
    said = {name: value.replace("{agent}", agent.public_id) for name, value in form.items()}
    answer = planned(lead, agent, **said) if path == "plan/" else lead.post(HOME + path, said)
    assert answer.status_code == 422
    assert Absence.objects.count() == 0


def test_the_team_page_shows_who_of_those_planned_is_there(lead: Client, agent: Person) -> None:
    lead.post(f"{HOME}shift/", {**SHIFT, "begins": "00:00", "ends": "23:59"})
    today = day_of(clock.now()).isoformat()
    form = {"people": agent.public_id, "days": today, "shift": Shift.objects.get().public_id}
    lead.post(f"{HOME}plan/", form)
    lead.post(f"{HOME}publish/", {"week": today})
    page = lead.get("/console/team/").content.decode()
    assert "今日排班" in page
    assert agent.staff_no in page


def test_nobody_else_plans_and_another_house_is_not_there(
    client: Client, team: Unit, agent: Person
) -> None:
    client.force_login(agent)
    assert client.get(HOME).status_code == 403
    assert client.get(f"{HOME}own/").status_code == 200
    client.force_login(a_person(a_unit(an_institution("insurer")), "lead"))
    assert client.get(HOME, {"unit": team.public_id}).status_code == 404
