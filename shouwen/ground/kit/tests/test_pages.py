"""Pages of the kit: the sheet of components, preferences, problems in words."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from shouwen.ground.kernel.errors import Conflict, Invalid
from shouwen.ground.kit import charts, middleware, preferences, samples, web


def test_the_samples_are_ordinary_values() -> None:
    assert samples.everything(datetime(2026, 6, 16, tzinfo=UTC))["steps"][1]["state"] == "now"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "cookie"),
    [("theme", "dark", "theme"), ("density", "roomy", "density"), ("language", "en", "lang")],
)
def test_a_preference_is_kept(client: Client, name: str, value: str, cookie: str) -> None:
    form = {"name": name, "value": value, "next": "/desk/"}
    answer = client.post(reverse("kit:prefer"), form)
    assert answer.status_code == 302
    assert answer["Location"] == "/desk/"
    assert answer.cookies[cookie].value == value
    assert answer.cookies[cookie]["httponly"]


@pytest.mark.django_db
@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_one_is_never_sent_elsewhere(client: Client, back: str) -> None:
    form = {"name": "theme", "value": "dark", "next": back}
    assert client.post(reverse("kit:prefer"), form)["Location"] == "/"


@pytest.mark.django_db
def test_an_unknown_preference_is_refused(client: Client) -> None:
    assert client.post(reverse("kit:prefer"), {"name": "theme", "value": "pink"}).status_code == 400
    assert client.get(reverse("kit:prefer")).status_code == 405


def test_a_person_wins_over_a_cookie(rf: RequestFactory) -> None:
    class Person:
        theme = "DARK"
        density = ""
        keys = ""

    request = rf.get("/")
    request.COOKIES.update({"theme": "light", "density": "compact", "keys": "nonsense"})
    request.user = Person()  # type: ignore[assignment]  # any user with preferences
    assert preferences.look_of(request) == preferences.Look("dark", "compact", "on")


def problem_answer(request: HttpRequest, problem: Exception) -> HttpResponse | None:
    return middleware.ProblemMiddleware(lambda _: HttpResponse()).process_exception(
        request, problem
    )


@pytest.mark.django_db
def test_a_problem_becomes_a_page(rf: RequestFactory) -> None:
    answer = problem_answer(rf.get("/"), Invalid(fields={"phone": "手机号少4位"}))
    assert answer is not None
    assert answer.status_code == 422
    assert "手机号少4位" in answer.content.decode()


def test_a_problem_over_htmx_becomes_a_toast(rf: RequestFactory) -> None:
    answer = problem_answer(rf.post("/", headers={"HX-Request": "true"}), Conflict("已有人接手"))
    assert answer is not None
    assert answer.status_code == 409
    sent = json.loads(answer["HX-Trigger"])["sw-toast"]
    assert sent["text"] == "已有人接手"
    assert sent["tone"] == "over"
    # What the page shows stays: only some statuses are swapped in, and this has nothing to show.
    assert answer["HX-Reswap"] == "none"


def test_other_errors_go_on(rf: RequestFactory) -> None:
    assert problem_answer(rf.get("/"), ValueError()) is None


@pytest.mark.django_db
def test_a_form_too_old_is_told_so() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(reverse("kit:prefer"), {"name": "theme", "value": "dark"})
    assert answer.status_code == 403
    assert 'lang="zh-hans"' in answer.content.decode()


def test_the_one_time_key_comes_from_header_or_form(rf: RequestFactory) -> None:
    assert web.idempotency_key(rf.post("/", headers={"Idempotency-Key": "a"})) == "a"
    assert web.idempotency_key(rf.post("/", {"idempotency_key": "b"})) == "b"
    assert web.idempotency_key(rf.post("/")) == ""


def test_a_sparkline_leaves_out_what_is_unknown() -> None:
    line = charts.spark([1, None, 3], goal=2)
    assert line is not None
    assert line.points == "0.0,24.0 72.0,2.0"
    assert line.goal_y == "13.0"
    assert charts.spark([None, 3]) is None
    flat = charts.spark([5, 5])
    assert flat is not None
    assert flat.points == "0.0,24.0 72.0,24.0"
