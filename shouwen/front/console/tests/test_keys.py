"""API keys on the system pages."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shouwen.ground.kernel import time
from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals.actions import OwnRequest
from shouwen.people.approvals.models import Approval
from shouwen.people.staff import actions
from shouwen.people.staff.models import ApiKey, Person, Unit
from shouwen.people.staff.tests import factories as staff

KEYS = "/console/system/keys/"
NEW = {
    "name": "客户关系系统",
    "role": "lead",
    "reason": "同步客户分级",
    "idempotency_key": "form-1",
}


def opens(token: str) -> int:
    """Call the API by a key and give the status."""
    call = {"Authorization": f"Bearer {token}"}
    return Client().get("/api/v1/knowledge", headers=call).status_code


def asked_for(admin: Client, **said: str) -> tuple[ApiKey, str, Approval]:
    """Ask for a key on the page; give its row, the key and the request."""
    page = admin.post(f"{KEYS}new/", NEW | said).content.decode()
    found = re.search(r'value="(sw_\w+?_[\w-]+)"', page)
    assert found is not None
    key = ApiKey.objects.get()
    return key, found[1], Approval.objects.get(subject_ref=key.public_id)


def test_a_key_opens_once_another_person_has_approved(admin: Client, centre: Unit) -> None:
    key, token, asked = asked_for(admin)
    assert opens(token) == 401
    assert "待审批" in admin.get(f"{KEYS}{key.public_id}/").content.decode()
    maker = staff.acting(Person.objects.get(username="admin"))
    with pytest.raises(OwnRequest):
        approvals.approve(asked, "同意", actor=maker, at=time.now())
    risk = staff.acting(staff.a_person(centre, "risk"))
    approvals.approve(asked, "同意", actor=risk, at=time.now())
    assert opens(token) == 200
    lines = AuditRow.objects.filter(act__startswith="apikey.").order_by("pk")
    assert list(lines.values_list("act", flat=True)) == ["apikey.created", "apikey.opened"]


def test_a_key_that_was_declined_never_opens(admin: Client, centre: Unit) -> None:
    key, token, asked = asked_for(admin)
    risk = staff.acting(staff.a_person(centre, "risk"))
    approvals.decline(asked, "用途不明", actor=risk, at=time.now())
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert opens(token) == 401


def test_no_key_bound_to_a_colleague_decides_for_its_maker(admin: Client, centre: Unit) -> None:
    staff.a_person(centre, "risk", username="risk")
    _key, token, asked = asked_for(admin, role="risk", person="risk")
    answer = Client().post(
        f"/api/v1/approvals/{asked.public_id}/approve",
        {"opinion": "同意"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k1"},
    )
    assert answer.status_code == 401
    asked.refresh_from_db()
    assert asked.state == "WAITING"


def test_a_key_is_shown_once_and_notes_its_use(admin: Client, centre: Unit) -> None:
    staff.a_person(centre, "lead", username="lead")
    said = {"person": "lead", "per_minute": "90", "expires_on": "2199-01-01"}
    key, token, _asked = asked_for(admin, **said)
    actions.open_api_key(key.public_id, actor=staff.FOUNDER, at=time.now())
    assert (key.name, key.role, key.per_minute, str(key.expires_on)) == (
        "客户关系系统", "lead", 90, "2199-01-01",
    )  # fmt: skip
    again = admin.post(f"{KEYS}new/", NEW | said)
    assert again["Location"] == f"{KEYS}{key.public_id}/"
    assert token not in admin.get(again["Location"]).content.decode()
    assert opens(token) == 200
    key.refresh_from_db()
    assert key.last_used_at is not None


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": " "}, "key-name"),
        ({"role": "king"}, "key-role"),
        ({"reason": " "}, "key-reason"),
        ({"person": "nobody"}, "key-person"),
        ({"person": "admin"}, "key-person"),
        ({"per_minute": "0"}, "key-minute"),
        ({"per_minute": "many"}, "key-minute"),
        ({"expires_on": "2001-01-01"}, "key-expires"),
        ({"expires_on": "31.12."}, "key-expires"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    admin: Client, said: dict[str, str], field: str
) -> None:
    answer = admin.post(f"{KEYS}new/", NEW | said)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_limits_and_the_end_of_a_key(admin: Client, centre: Unit) -> None:
    key, _token = actions.create_api_key(
        centre.institution, role="lead", name="BI", actor=staff.FOUNDER, at=staff.MONDAY_9AM
    )
    here = f"{KEYS}{key.public_id}/"
    assert admin.post(f"{here}limits/", {"per_minute": "90"})["Location"] == f"{here}?done=limits"
    assert admin.post(f"{here}limits/", {"per_minute": "x"}).status_code == 422
    assert admin.post(f"{here}revoke/")["Location"] == f"{here}?done=revoked"
    assert admin.post(f"{here}limits/", {"per_minute": "10"}).status_code == 409
    key.refresh_from_db()
    assert (key.per_minute, key.revoked_at is not None) == (90, True)


def test_a_wrong_filter_shows_the_keys_in_use(admin: Client) -> None:
    for asked in ("?view=all", "?after=key_1", "?after=%7f"):
        assert admin.get(KEYS + asked).status_code == 422


def test_keys_of_another_institution_are_not_there(admin: Client) -> None:
    other = staff.an_institution("insurer")
    key, _token = actions.create_api_key(
        other, role="lead", name="BI", actor=staff.FOUNDER, at=staff.MONDAY_9AM
    )
    assert admin.get(f"{KEYS}{key.public_id}/").status_code == 404
    assert admin.post(f"{KEYS}{key.public_id}/revoke/").status_code == 404
    assert key.name not in admin.get(KEYS).content.decode()


@pytest.mark.parametrize("rows", [1, 20])
def test_the_list_costs_the_same_for_any_length(
    admin: Client, centre: Unit, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        actions.create_api_key(
            centre.institution,
            role="lead",
            name=f"k{number}",
            person=staff.a_person(centre, "lead"),
            actor=staff.FOUNDER,
            at=staff.MONDAY_9AM,
        )
    with django_assert_num_queries(5):
        admin.get(KEYS)
