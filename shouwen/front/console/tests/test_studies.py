"""The pages of what survey houses found."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shouwen.assurance.satisfaction.models import OutsideStudy
from shouwen.assurance.satisfaction.tests.factories import TABLE
from shouwen.people.staff.tests.factories import a_person, signed_in
from shouwen.service.cases.tests.factories import Bank, a_bank

HOME = "/console/system/surveys/outside/"
SAID = {"agency": "明德调研", "title": "年度调查", "from": "2026-01-01", "to": "2026-02-01"}
MOST_QUERIES = 14


@pytest.fixture
def bank(db: None) -> Bank:
    return a_bank()


@pytest.fixture
def admin(bank: Bank) -> Client:
    return signed_in(a_person(bank.cards, "admin"))


def hand_in(client: Client, table: str, **said: str) -> str:
    """Hand a table in and give the address of its page."""
    file = SimpleUploadedFile("table.csv", table.encode("gb18030"))
    answer = client.post(HOME, {**SAID, **said, "file": file})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return str(answer["Location"])


def test_a_table_is_handed_in_looked_at_taken_in_and_back(admin: Client) -> None:
    page = hand_in(admin, TABLE, asked="4000")
    shown = admin.get(page).content.decode()
    assert "4.35 / 5" in shown
    assert "20.3" in shown
    assert admin.post(f"{page}take-in/").status_code == 302
    listed = admin.get(HOME).content.decode()
    assert "明德调研" in listed
    refused = admin.post(f"{page}take-back/", {"reason": ""})
    assert refused.status_code == 422
    assert admin.post(f"{page}take-back/", {"reason": "算错了"}).status_code == 302
    assert "算错了" in admin.get(page).content.decode()
    assert OutsideStudy.objects.get().state == "UNDONE"


def test_wrong_lines_are_shown_and_nothing_can_be_taken_in(admin: Client) -> None:
    page = hand_in(admin, TABLE + "<script>,4,5,10\n")
    shown = admin.get(page).content.decode()
    assert "take-in" not in shown
    assert "<script>," not in shown
    assert admin.post(f"{page}take-in/").status_code == 422
    assert admin.post(f"{page}drop/").status_code == 302


def test_a_form_that_is_not_whole_keeps_what_was_said(admin: Client) -> None:
    answer = admin.post(HOME, {"agency": "明德调研", "from": "2026-13-01", "asked": "many"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="明德调研"' in shown
    assert not OutsideStudy.objects.exists()


def test_the_sample_is_a_table_that_is_read(admin: Client) -> None:
    sample = admin.get(f"{HOME}sample/")
    text = sample.content.decode("utf-8-sig")
    page = hand_in(admin, text)
    assert "take-in" in admin.get(page).content.decode()


def test_the_list_costs_the_same_for_any_length(
    admin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _round in range(3):
        hand_in(admin, TABLE)
    with django_assert_max_num_queries(MOST_QUERIES):
        admin.get(HOME)
