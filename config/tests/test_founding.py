"""`shouwen institution`: founded, given administrators, and worked by them from then on."""

from __future__ import annotations

from urllib.parse import urlsplit

import click
import pytest
from django.test import Client

from config import founding
from shouwen.front.console.actions import ask_role
from shouwen.front.desk.models import Script
from shouwen.ground.kernel import time
from shouwen.ground.policy import packs
from shouwen.ground.policy.book import policy_of
from shouwen.ground.vault.models import AuditRow
from shouwen.people.approvals import actions as approvals
from shouwen.people.staff import actions, queries
from shouwen.people.staff.models import Institution, Person, RoleGrant, Unit
from shouwen.people.staff.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

NEW = {
    "code": "riverside",
    "kind": "BANK",
    "name_zh": "江岸银行",
    "name_en": "Riverside Bank",
    "unit_zh": "客户服务中心",
    "unit_en": "Customer service centre",
}
FIRST = {"username": "zhou", "staff_no": "0001", "name": "周宁"}
SECOND = {"username": "he", "staff_no": "0002", "name": "何一"}


def test_a_new_institution_is_taken_over_by_two_administrators() -> None:
    founding.found(**NEW)
    home = Institution.objects.get(code="riverside")
    assert Script.objects.filter(institution=home).exists()
    assert set(policy_of(home.pk).newest_book().versions) == set(packs.latest())
    one = founding.appoint(institution="riverside", **FIRST)
    two = founding.appoint(institution="riverside", **SECOND)
    assert (one.administrators, two.administrators) == (1, 2)
    for made in (one, two):
        answer = Client().post(urlsplit(made.link).path, {"password": PASSWORD})
        assert answer["Location"] == "/accounts/login/"
    # From here on the pages suffice: one takes somebody in and asks, the other agrees.
    zhou, he = (queries.actor_of(Person.objects.get(username=name)) for name in ("zhou", "he"))
    agent = actions.hire_person(
        username="lin",
        staff_no="0003",
        name="林晓",
        unit=Unit.objects.get(institution=home),
        actor=zhou,
        at=time.now(),
    )
    asked = ask_role(agent, "agent", reason="新设坐席", actor=zhou, at=time.now())
    approvals.approve(asked, "岗位需要。", actor=he, at=time.now())
    assert RoleGrant.objects.filter(person=agent, role="agent").exists()
    acts = set(AuditRow.objects.filter(actor_ref="command-line").values_list("act", flat=True))
    assert {"institution.founded", "unit.opened", "person.hired", "person.invited"} <= acts


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"code": "River Side"}, "code"),
        ({"kind": "SHOP"}, "kind"),
        ({"name_zh": " "}, "name_zh"),
        ({"name_en": "x" * 121}, "name_zh"),
        ({"unit_zh": ""}, "name_zh"),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_founded(wrong: dict[str, str], words: str) -> None:
    with pytest.raises(click.ClickException, match=words):
        founding.found(**{**NEW, **wrong})
    assert not Institution.objects.exists()


def test_what_is_there_already_stays_as_it_is() -> None:
    founding.found(**NEW)
    with pytest.raises(click.ClickException):
        founding.found(**NEW)
    founding.appoint(institution="riverside", **FIRST)
    with pytest.raises(click.ClickException):
        founding.appoint(institution="riverside", **FIRST)
    with pytest.raises(click.ClickException, match="Known: riverside"):
        founding.appoint(institution="lakeside", **SECOND)
    assert (Institution.objects.count(), Person.objects.count()) == (1, 1)
