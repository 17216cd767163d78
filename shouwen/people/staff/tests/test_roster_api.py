"""Rosters by the API: read, planned, taken off, refused by name."""

from __future__ import annotations

import json
from datetime import date, timedelta
from datetime import time as clock
from typing import Any

import pytest
from django.test import Client

from shouwen.ground.kernel import time
from shouwen.ground.kernel.time import day_of
from shouwen.people.staff import actions
from shouwen.people.staff.models import Person, Planned, Shift, Unit
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    an_institution,
)

HOME = "/api/v1/rosters"


@pytest.fixture
def team(db: None) -> Unit:
    """One unit of a bank."""
    return a_unit(an_institution())


@pytest.fixture
def agent(team: Unit) -> Person:
    """Who is planned."""
    return a_person(team, "agent")


@pytest.fixture
def shift(team: Unit) -> Shift:
    """What they are planned for."""
    return actions.define_shift(
        team.institution,
        name_zh="早班",
        begins=clock(9),
        ends=clock(18),
        actor=FOUNDER,
        at=MONDAY_9AM,
    )


@pytest.fixture
def headers(team: Unit) -> dict[str, str]:
    """A program that plans."""
    token = actions.create_api_key(
        name="wfm", role="lead", institution=team.institution, actor=FOUNDER, at=MONDAY_9AM
    )[1]
    return {"Authorization": f"Bearer {token}"}


def tomorrow() -> date:
    return day_of(time.now()) + timedelta(days=1)


def test_a_program_plans_reads_and_takes_off(
    client: Client, team: Unit, agent: Person, shift: Shift, headers: dict[str, str]
) -> None:
    body = {
        "unit": team.public_id,
        "shift": shift.public_id,
        "people": [agent.public_id],
        "days": [tomorrow().isoformat()],
    }

    def plan(**more: Any) -> Any:
        return client.post(
            f"{HOME}/planned",
            json.dumps(body | more),
            content_type="application/json",
            headers=headers,
        )

    assert plan().json() == {"planned": 1}
    assert plan().json() == {"planned": 0}
    assert plan(people=["pers_none"]).status_code == 404
    assert plan(days=["2001-01-01"]).status_code == 422
    assert plan(colour="red").status_code == 422
    [known] = client.get(f"{HOME}/shifts", headers=headers).json()
    assert (known["id"], known["begins"], known["ends"]) == (shift.public_id, "09:00", "18:00")
    week = f"{HOME}/units/{team.public_id}?day={tomorrow().isoformat()}"
    read = client.get(week, headers=headers).json()
    [line] = read["planned"]
    assert (line["person"], line["day"]) == (agent.public_id, tomorrow().isoformat())
    assert read["published_at"] is None
    gone = client.delete(f"{HOME}/planned/{line['id']}", headers=headers)
    assert gone.json() == line
    assert Planned.objects.count() == 0
    assert client.delete(f"{HOME}/planned/{line['id']}", headers=headers).status_code == 404
