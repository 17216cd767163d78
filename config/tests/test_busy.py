"""Who is refused a turn at the database reads what to do, on a page and as a program."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse

from config.api import api
from shouwen.ground.kit import preferences


@pytest.mark.django_db
def test_pages_and_programs_are_told_to_try_again(
    monkeypatch: pytest.MonkeyPatch, client: Client, rf: RequestFactory
) -> None:
    answer = api.on_exception(rf.get("/api/v1/"), OperationalError("database is locked"))
    assert (answer.status_code, b"too-busy" in answer.content) == (503, True)

    def locked(*_words: object, **_more: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(preferences, "keep", locked)
    page = client.post(reverse("kit:prefer"), {"name": "theme", "value": "dark"})
    assert page.status_code == 503
    assert "稍候再试" in page.content.decode()
