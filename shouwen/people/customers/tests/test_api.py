"""Customers through the API: masked, strict, once, and within the key's institution."""

from __future__ import annotations

from typing import Any

import pytest
from ninja.testing import TestClient

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed, NotThere
from shouwen.ground.kernel.idempotency import KeyReused
from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import access, actions
from shouwen.people.customers.api import router
from shouwen.people.customers.models import Customer
from shouwen.people.staff import actions as staff
from shouwen.people.staff import queries as people
from shouwen.people.staff.models import Institution
from shouwen.people.staff.tests.factories import (
    FOUNDER,
    MONDAY_9AM,
    a_person,
    a_unit,
    acting,
    an_institution,
)

pytestmark = pytest.mark.django_db
BODY = {"name": "欧阳文静", "phone": "13800001234", "id_number": "11010519491231002X"}
client = TestClient(router)


@pytest.fixture
def bank() -> Institution:
    return an_institution()


@pytest.fixture
def program(bank: Institution) -> Actor:
    _key, token = staff.create_api_key(
        bank, role="lead", name="回访系统", actor=FOUNDER, at=MONDAY_9AM
    )
    actor = people.actor_of_key(token, MONDAY_9AM)
    assert actor is not None
    return actor


def _post(actor: Actor, body: dict[str, Any], path: str = "", key: str = "k1") -> Any:
    return client.post(path, json=body, actor=actor, headers={"Idempotency-Key": key})


def test_a_customer_is_registered_once_and_shown_masked(program: Actor) -> None:
    first, again = _post(program, BODY), _post(program, BODY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    shown = first.json()
    customer = Customer.objects.get()
    assert shown == {
        "id": customer.public_id,
        "number": customer.number,
        "kind": "INDIVIDUAL",
        "name": "欧阳**",
        "id_number": "1101****002X",
        "risk": "LOW",
        "value": "ORDINARY",
        "language": "zh-hans",
        "created_at": shown["created_at"],
        "contact_points": [
            {
                "id": customer.points.get().public_id,
                "kind": "PHONE",
                "value": "138****1234",
                "is_primary": True,
            }
        ],
    }
    with pytest.raises(KeyReused):
        _post(program, {**BODY, "name": "李四"})


def test_unknown_and_missing_input_is_refused(program: Actor) -> None:
    wrong: list[dict[str, Any]] = [
        {**BODY, "public_id": "cust_x"},
        {**BODY, "institution": 2},
        {**BODY, "risk": "NONE"},
        {**BODY, "name": "x" * 81},
        {},
    ]
    for body in wrong:
        assert _post(program, body).status_code == 422
    assert client.post("", json=BODY, actor=program).status_code == 422
    assert client.get("?cursor=abc", actor=program).status_code == 422
    assert client.get("?limit=1000", actor=program).status_code == 422
    assert not Customer.objects.exists()


def test_the_list_goes_on_by_cursor(program: Actor) -> None:
    for number in range(3):
        _post(program, {"name": f"客户{number}"}, key=f"k{number}")
    first = client.get("?limit=2", actor=program).json()
    second = client.get(f"?limit=2&cursor={first['next_cursor']}", actor=program).json()
    numbers = [item["number"] for item in first["items"] + second["items"]]
    assert numbers == list(Customer.objects.order_by("pk").values_list("number", flat=True))
    assert second["next_cursor"] is None


def test_reading_is_on_the_trail_with_the_program_as_purpose(program: Actor) -> None:
    public_id = _post(program, BODY).json()["id"]
    assert client.get(f"/{public_id}", actor=program).json()["name"] == "欧阳**"
    row = AuditRow.objects.get(act="customer.viewed")
    assert (row.object_ref, row.actor_ref, row.purpose) == (
        public_id,
        program.ref,
        "api: 回访系统",
    )


def test_a_person_must_say_what_for(bank: Institution, program: Actor) -> None:
    public_id = _post(program, BODY).json()["id"]
    agent = acting(a_person(a_unit(bank), "agent"))
    with pytest.raises(access.PurposeMissing):
        client.get(f"/{public_id}", actor=agent)
    answer = client.get(f"/{public_id}", actor=agent, headers={"Purpose": "contact cont_x"})
    assert answer.status_code == 200


def test_looking_up_takes_exactly_one_of_the_two(program: Actor) -> None:
    public_id = _post(program, BODY).json()["id"]
    for body in ({"phone": "+86 138 0000 1234"}, {"id_number": "11010519491231002x"}):
        assert [c["id"] for c in _post(program, body, "/search").json()["items"]] == [public_id]
    for body in ({}, {"phone": "1", "id_number": "2"}):
        with pytest.raises(Invalid):
            _post(program, body, "/search")


def test_other_institutions_and_small_roles_get_nothing(bank: Institution, program: Actor) -> None:
    foreign = actions.register_customer(
        an_institution("insurer"), name="王五", actor=FOUNDER, at=MONDAY_9AM
    )
    with pytest.raises(NotThere):
        client.get(f"/{foreign.public_id}", actor=program)
    assert client.get("", actor=program).json()["items"] == []
    trainer = acting(a_person(a_unit(bank), "trainer"))
    for act in (lambda: client.get("", actor=trainer), lambda: _post(trainer, BODY)):
        with pytest.raises(NotAllowed):
            act()
