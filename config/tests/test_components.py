"""The sheet of components: every state in both languages, for staff alone."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from shouwen.people.staff import actions
from shouwen.people.staff.tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_sheet_shows_every_state(client: Client, language: str) -> None:
    person = factories.a_person(factories.a_unit(factories.an_institution()), "editor")
    actions.set_preferences(
        person, language=language, actor=factories.acting(person), at=factories.MONDAY_9AM
    )
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("kit:components")).content.decode()
    for state in ("safe", "soon", "over", "hold", "done", "goal"):
        assert f"sw-clock sw-{state}" in page
    assert "sw-ava sw-own" in page
    assert ("还剩1小时05分" in page) is (language == "zh-hans")


def test_the_sheet_is_for_staff(client: Client) -> None:
    assert client.get(reverse("kit:components"))["Location"].startswith("/accounts/login/")
