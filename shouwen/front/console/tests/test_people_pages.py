"""What an administrator does on the system pages, and what a wrong entry gets."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from shouwen.contact.routing import queries as routing
from shouwen.ground.kernel import time
from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals.models import Approval
from shouwen.people.staff import actions
from shouwen.people.staff.models import Person, Unit
from shouwen.people.staff.tests import factories as staff
from shouwen.people.staff.tests.factories import PASSWORD, acting

NEW = {
    "name": "林晓",
    "staff_no": "N1",
    "username": "newcomer",
    "language": "zh-hans",
    "idempotency_key": "one",
}


def test_a_new_person_comes_in_by_a_link_that_is_shown_once(
    admin: Client, centre: Unit, client: Client
) -> None:
    form = {**NEW, "unit": centre.public_id}
    page = admin.post("/console/system/people/new/", form).content.decode()
    found = re.search(r"http://testserver(/accounts/invitation/[\w-]+/)", page)
    assert found is not None
    # The same form again hires nobody and shows no link.
    again = admin.post("/console/system/people/new/", form)
    assert again.status_code == 302
    assert Person.objects.filter(username="newcomer").count() == 1
    visitor = Client()
    # No other site learns the address; our own form is sent with its origin, which is checked.
    assert visitor.get(found[1])["Referrer-Policy"] == "same-origin"
    assert visitor.post(found[1], {"password": "123"}).status_code == 422
    assert visitor.post(found[1], {"password": PASSWORD})["Location"] == "/accounts/login/"
    assert visitor.get(found[1]).status_code == 410


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"username": "A B"},
        {"staff_no": "9" * 30},
        {"unit": "unit_x"},
        {"language": "fr"},
        {"way": "password", "password": "123"},
        {"idempotency_key": ""},
        {"name": "a\x00b"},
    ],
)
def test_a_wrong_entry_is_named_and_nobody_is_hired(
    admin: Client, centre: Unit, wrong: dict[str, str]
) -> None:
    answer = admin.post("/console/system/people/new/", {**NEW, "unit": centre.public_id, **wrong})
    assert answer.status_code in (400, 422)
    assert not Person.objects.filter(username="newcomer").exists()


def test_a_role_goes_through_two_browsers(admin: Client, centre: Unit) -> None:
    person, risk = staff.a_person(centre), staff.a_person(centre, "risk")
    home = f"/console/system/people/{person.public_id}/"
    answer = admin.post(f"{home}roles/", {"role": "agent", "reason": "到岗"})
    assert answer["Location"] == f"{home}?done=asked"
    request = Approval.objects.get()
    door = f"/console/system/roles/{request.public_id}/approve/"
    opinion = {"opinion": "已通过考核"}
    assert admin.post(door, opinion).status_code == 403
    second = staff.signed_in(risk)
    assert "到岗" in second.get("/console/system/roles/").content.decode()
    assert second.post(door, {"opinion": " "}).status_code == 422
    assert second.post(door, opinion)["Location"] == "/console/system/roles/?done=approved"
    assert acting(person).roles == {"agent"}
    page = admin.get(home).content.decode()
    assert "接待排队客户" in page


def test_separated_roles_are_refused_on_the_page(admin: Client, centre: Unit) -> None:
    person = staff.a_person(centre, "agent")
    answer = admin.post(
        f"/console/system/people/{person.public_id}/roles/", {"role": "auditor", "reason": "兼任"}
    )
    assert answer.status_code == 409
    assert "OM-1.4-05" in answer.content.decode()


def test_an_auditor_looks_and_changes_nothing(centre: Unit, client: Client) -> None:
    person = staff.a_person(centre, "agent")
    client.force_login(staff.a_person(centre, "auditor"))
    for path in ("people/", f"people/{person.public_id}/", "roles/", "units/", "limits/"):
        page = client.get(f"/console/system/{path}")
        assert page.status_code == 200
        assert "btn-primary" not in page.content.decode().replace("sw-btn", "")
    for path in ("people/new/", f"units/{centre.public_id}/"):
        assert client.get(f"/console/system/{path}").status_code == 403
    assert client.post("/console/system/limits/", {"break-minutes": "9"}).status_code == 403


def test_a_trainer_sees_what_people_are_qualified_for_and_nobodys_rights(
    admin: Client, centre: Unit, client: Client
) -> None:
    learner = staff.a_person(centre, "agent")
    home = f"/console/system/people/{learner.public_id}/"
    admin.post("/console/system/qualifications/skill/", {"code": "fx", "name_zh": "外汇"})
    soon = (time.now() + timedelta(days=3)).date().isoformat()
    certified = {"skill": "fx", "level": "3", "certificate": "WH-7", "expires_on": soon}
    assert admin.post(f"{home}skills/", certified).status_code == 302
    client.force_login(staff.a_person(centre, "trainer"))
    assert client.get("/console/system/")["Location"] == "/console/system/qualifications/"
    page = client.get("/console/system/qualifications/").content.decode()
    assert learner.name in page
    assert "WH-7" in page
    assert home not in page, "no way to roles and rights"
    assert client.get(home).status_code == 403
    new = {"code": "gold", "name_zh": "贵金属"}
    assert client.post("/console/system/qualifications/skill/", new).status_code == 403


def test_units_are_opened_moved_and_closed_on_their_pages(admin: Client, centre: Unit) -> None:
    admin.post("/console/system/units/open/", {"name_zh": "一组", "parent": centre.public_id})
    team = Unit.objects.get(name_zh="一组")
    home = f"/console/system/units/{team.public_id}/"
    assert admin.post(f"{home}rename/", {"name_zh": ""}).status_code == 422
    admin.post(f"{home}rename/", {"name_zh": "二组"})
    assert admin.post(f"{home}move/", {"parent": "unit_x"}).status_code == 422
    admin.post(f"{home}move/", {"parent": ""})
    admin.post(f"{home}close/")
    team.refresh_from_db()
    assert (team.name_zh, team.depth, team.closed_at is not None) == ("二组", 0, True)
    assert admin.post(f"/console/system/units/{centre.public_id}/close/").status_code == 409


def test_the_institution_gets_another_name_and_the_trail_has_both(
    admin: Client, centre: Unit
) -> None:
    path = "/console/system/units/"
    for wrong in ("", " ", "长" * 121):
        answer = admin.post(f"{path}institution/", {"name_zh": wrong})
        assert answer.status_code == 422
        assert "请输入名称，不超过120个字符。" in answer.content.decode()
    was = centre.institution.name_zh
    admin.post(f"{path}institution/", {"name_zh": " 江岸银行 ", "name_en": "Riverside Bank"})
    assert "江岸银行" in admin.get(path).content.decode()
    row = AuditRow.objects.get(act="institution.renamed")
    assert json.loads(row.detail) == {
        "name": "江岸银行",
        "name_before": was,
        "name_en": "Riverside Bank",
        "name_en_before": centre.institution.name_en,
    }
    # The same again is no change.
    admin.post(f"{path}institution/", {"name_zh": "江岸银行", "name_en": "Riverside Bank"})
    assert AuditRow.objects.filter(act="institution.renamed").count() == 1


def test_whoever_sets_up_one_unit_does_not_rename_the_institution(centre: Unit) -> None:
    team = staff.a_unit(centre.institution, "一组", centre)
    person = staff.a_person(team)
    actions.grant_role(person, "admin", unit=team, actor=staff.FOUNDER, at=staff.MONDAY_9AM)
    client = staff.signed_in(person)
    assert "/units/institution/" not in client.get("/console/system/units/").content.decode()
    answer = client.post("/console/system/units/institution/", {"name_zh": "他名"})
    assert answer.status_code == 403
    centre.institution.refresh_from_db()
    assert centre.institution.name_zh != "他名"


@pytest.mark.parametrize("wrong", ["", "-1", "1e3", "9" * 99, "٣"])
def test_a_figure_must_be_a_number_in_its_bounds(admin: Client, wrong: str) -> None:
    answer = admin.post("/console/system/limits/", {"break-minutes": wrong})
    assert answer.status_code == 422


def test_a_qualification_is_given_changed_and_taken_back(admin: Client, centre: Unit) -> None:
    person = staff.a_person(centre, "agent")
    home = f"/console/system/people/{person.public_id}/"
    skill = {"code": "card", "name_zh": "信用卡"}
    assert admin.post("/console/system/qualifications/skill/", skill).status_code == 302
    assert admin.post("/console/system/qualifications/skill/", skill).status_code == 409
    given = {"skill": "card", "level": "3", "certificate": "XYK-1", "expires_on": "2020-01-01"}
    assert admin.post(f"{home}skills/", given)["Location"] == f"{home}?done=skill"
    page = admin.get("/console/system/qualifications/").content.decode()
    assert "XYK-1" in page
    assert "不再派件" in admin.get(home).content.decode()
    for wrong in (
        {"skill": "none"},
        {"level": "9"},
        {"level": "٣"},
        {"expires_on": "2026-02-31"},
        {"expires_on": "9999-01-01"},
        {"certificate": "x" * 61},
    ):
        assert admin.post(f"{home}skills/", {**given, **wrong}).status_code == 422
    assert admin.post(f"{home}skills/drop/", {"skill": "card"}).status_code == 302
    assert admin.post(f"{home}skills/drop/", {"skill": "card"}).status_code == 409


@pytest.mark.parametrize(
    "wrong", [{"since": "soon"}, {"since": "2190-01-01"}, {"mentor": "pers_x"}]
)
def test_wrong_experience_is_named(admin: Client, centre: Unit, wrong: dict[str, str]) -> None:
    person = staff.a_person(centre, "agent")
    answer = admin.post(f"/console/system/people/{person.public_id}/experience/", wrong)
    assert answer.status_code == 422


def test_how_many_a_person_takes_at_once_is_set_and_given_back(admin: Client, centre: Unit) -> None:
    person = staff.a_person(centre, "agent")
    home = f"/console/system/people/{person.public_id}/"
    for wrong in ("51", "-1", "many", "1e3"):
        answer = admin.post(f"{home}capacity/", {"capacity_chat": "3", "capacity_voice": wrong})
        assert answer.status_code == 422
        assert f'value="{wrong}"' in answer.content.decode(), "what was typed stays"
    assert routing.capacities_of(person) == {}
    admin.post(f"{home}capacity/", {"capacity_chat": "3", "capacity_voice": "0"})
    assert routing.capacities_of(person) == {"chat": 3, "voice": 0}
    admin.post(f"{home}capacity/", {"capacity_chat": "", "capacity_voice": "0"})
    assert routing.capacities_of(person) == {"voice": 0}
    rows = AuditRow.objects.filter(act="person.capacity-set").order_by("pk")
    assert [json.loads(row.detail) for row in rows] == [
        {"channel": "chat", "before": None, "most": 3},
        {"channel": "voice", "before": None, "most": 0},
        {"channel": "chat", "before": 3, "most": None},
    ]


def test_an_account_is_disabled_and_enabled_again(admin: Client, centre: Unit) -> None:
    person = staff.a_person(centre, "agent")
    home = f"/console/system/people/{person.public_id}/"
    admin.post(f"{home}disable/")
    assert admin.post(f"{home}invite/").status_code == 403
    assert admin.post(f"{home}roles/", {"role": "lead", "reason": "x"}).status_code == 409
    admin.post(f"{home}reinstate/")
    person.refresh_from_db()
    assert person.is_active


def test_nobody_changes_their_own_account(admin: Client) -> None:
    me = Person.objects.get(username="admin")
    home = f"/console/system/people/{me.public_id}/"
    for act, form in (
        ("roles/", {"role": "lead", "reason": "x"}),
        ("roles/revoke/", {"role": "admin"}),
        ("invite/", {}),
        ("factor/", {}),
    ):
        assert admin.post(f"{home}{act}", form).status_code == 403
    actions.set_limits(
        me.institution, {"invitation-hours": 1}, actor=acting(me), at=staff.MONDAY_9AM
    )
