"""What stands behind a figure: listed within reach, on the trail; tables that hold no formula."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta

import pytest
from django.test import Client

from shouwen.assurance.monitoring import forms
from shouwen.assurance.monitoring.tests.floors import (
    NOW,
    a_busy_bank,
    answered,
    asked,
    hear_everything,
)
from shouwen.assurance.satisfaction import actions as satisfaction
from shouwen.contact.conversations import actions as conversations
from shouwen.front.reports import queries
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotAllowed
from shouwen.ground.policy import clocks
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.tests import factories as staff
from shouwen.service.cases.tests import factories as cases
from shouwen.service.cases.tests.factories import Bank, later


@pytest.fixture
def bank(db: None) -> Bank:
    """A bank with one answered, one abandoned contact, a closed case and a rating."""
    made = a_busy_bank()
    first = answered(made, 1, made.agent, 10)
    gone, visitor = asked(made, 3)
    conversations.abandon(gone, actor=visitor, at=later(minutes=4))
    satisfaction.give_rating(
        clocks.Subject("contact", first.public_id),
        institution_id=made.institution.pk,
        score=2,
        actor=Actor.customer("visit_1", made.institution.pk),
        at=later(minutes=6),
    )
    cases.a_case_in("CLOSED", made)
    hear_everything()
    return made


def listed(actor: Actor, kpi: str, **parts: str) -> list[tuple[str, str]]:
    """Give name and outcome of what is listed."""
    question = forms.question_of({"period": "today", "kpi": kpi, **parts}, NOW + timedelta(hours=2))
    return [(i.name, str(i.outcome)) for i in queries.behind(actor, question, 1).items]


def test_each_figure_lists_what_it_counts(bank: Bank) -> None:
    boss = bank.acting(bank.inspector)
    assert len(listed(boss, "contacts_routed")) == 2
    assert len(listed(boss, "contacts_answered")) == 1
    assert len(listed(boss, "contacts_abandoned")) == 1
    assert len(listed(boss, "connect_rate")) == 2
    assert len(listed(boss, "cases_closed")) == 1
    assert [outcome for _name, outcome in listed(boss, "satisfaction_rate")] == ["2分 不满意"]


def test_filters_narrow_what_is_listed(bank: Bank) -> None:
    boss = bank.acting(bank.inspector)
    assert len(listed(boss, "contacts_routed", queue="online")) == 2
    assert listed(boss, "contacts_routed", queue="nowhere") == []
    assert len(listed(boss, "contacts_answered", person=bank.agent.public_id)) == 1
    assert listed(boss, "contacts_answered", person=bank.colleague.public_id) == []
    assert len(listed(boss, "contacts_routed", unit=bank.cards.public_id)) == 2
    assert listed(boss, "contacts_routed", unit=bank.loans.public_id) == []
    assert len(listed(boss, "cases_closed", category="account.abnormal.frozen")) == 1
    assert listed(boss, "satisfaction_rate", category="account.abnormal.frozen") == []


def test_only_what_one_may_open_is_listed(bank: Bank) -> None:
    other = a_busy_bank("other")
    assert listed(other.acting(other.inspector), "contacts_routed") == []
    outside = bank.acting(staff.a_person(bank.loans, "lead", over=bank.loans))
    # A contact that nobody has had in hand is open to all; the agent's is not.
    assert len(listed(outside, "contacts_routed")) == 1
    assert listed(outside, "satisfaction_rate") == []
    with pytest.raises(NotAllowed):
        listed(bank.acting(bank.admin), "contacts_routed")
    with pytest.raises(NotAllowed):
        listed(bank.acting(bank.inspector), "clocks_met")


def test_the_look_is_on_the_trail(bank: Bank, client: Client) -> None:
    client.force_login(bank.lead)
    with time.frozen(NOW):
        page = client.get("/reports/behind/?period=today&kpi=contacts_answered").content.decode()
    assert "人工接听量明细" in page
    row = AuditRow.objects.get(act="figure.searched")
    assert '"kpi":"contacts_answered"' in row.detail
    client.force_login(bank.admin)
    assert client.get("/reports/behind/?kpi=contacts_answered").status_code == 403
    assert client.get("/reports/behind/?kpi=nothing").status_code == 302


def test_tables_come_as_files(bank: Bank, client: Client) -> None:
    client.force_login(bank.lead)
    with time.frozen(NOW):
        parts = client.get("/reports/parts.csv?period=today&by=queue")
        times = client.get("/reports/times.csv?period=today&kpi=contacts_routed")
        wrong = client.get("/reports/parts.csv?period=ever")
    rows = list(csv.reader(io.StringIO(parts.content.decode("utf-8-sig"))))
    assert rows[0][:2] == ["队列", "接通率"]
    assert ["App在线", "0.5"] in [row[:2] for row in rows]
    held = list(csv.reader(io.StringIO(times.content.decode("utf-8-sig"))))
    assert sum(float(row[1] or 0) for row in held[1:]) == 2
    assert parts["Content-Disposition"].endswith("figures-by-queue.csv")
    assert wrong.status_code == 422
    assert AuditRow.objects.filter(act="figure.exported").count() == 2


def test_a_workbook_holds_the_same_figures_as_numbers_and_says_who_took_it(
    bank: Bank, client: Client
) -> None:
    client.force_login(bank.lead)
    with time.frozen(NOW):
        answer = client.get("/reports/parts.xlsx?period=today&by=queue")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        table = book.read("xl/worksheets/sheet1.xml").decode()
        about = book.read("xl/worksheets/sheet2.xml").decode()
    assert "<v>0.5</v>" in table, "half of the contacts were answered"
    assert bank.lead.name in about
    assert AuditRow.objects.filter(act="figure.exported").count() == 1
