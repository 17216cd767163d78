"""What customers may do by themselves is set on a page, within bounds, and on the trail."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from shouwen.ground.vault.models import AuditRow
from shouwen.people.customers import queries
from shouwen.people.staff.models import Unit
from shouwen.people.staff.tests import factories as staff

PAGE = "/console/system/self-service/"


def test_figures_are_set_and_shown_with_what_they_were(admin: Client, centre: Unit) -> None:
    assert 'value="120"' in admin.get(PAGE).content.decode()
    said = {"code_seconds": "180", "urge_every_hours": "12"}
    assert admin.post(PAGE, said)["Location"] == f"{PAGE}?done=yes"
    held = queries.self_service(centre.institution.pk)
    assert (held.code_seconds, held.urge_every_hours, held.code_tries) == (180, 12, 5)
    row = AuditRow.objects.get(act="selfservice.changed")
    assert json.loads(row.detail) == {"code_seconds": "120>180", "urge_every_hours": "24>12"}


@pytest.mark.parametrize("wrong", ["", "59", "601", "many", "-1", "9" * 30, "٣"])
def test_a_wrong_figure_is_named_and_nothing_is_set(
    admin: Client, centre: Unit, wrong: str
) -> None:
    answer = admin.post(PAGE, {"code_seconds": wrong, "code_tries": "4"})
    assert answer.status_code == 422
    assert "ss-code_seconds-error" in answer.content.decode()
    assert queries.self_service(centre.institution.pk).code_tries == 5


def test_who_keeps_no_rules_does_not_come_in(centre: Unit) -> None:
    for role in ("agent", "lead", "auditor"):
        client = staff.signed_in(staff.a_person(centre, role))
        assert client.get(PAGE).status_code == 403
