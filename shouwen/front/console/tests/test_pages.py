"""The console's pages: what they show, to whom, and what a wrong entry gets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from shouwen.front.console import gantt
from shouwen.ground.kernel import time
from shouwen.ground.policy import queries as policy
from shouwen.ground.policy.book import policy_of
from shouwen.ground.policy.clocks import Facts
from shouwen.ground.vault import sequencer
from shouwen.ground.vault.models import AuditRow
from shouwen.people.staff.tests import factories as staff

TUESDAY_1046 = datetime(2026, 6, 16, 2, 46, tzinfo=UTC)


def as_role(client: Client, role: str) -> Client:
    """Sign a person of this role in."""
    client.force_login(staff.a_person(staff.a_unit(staff.an_institution()), role))
    return client


@pytest.mark.django_db
def test_the_rules_page_names_clause_figure_and_use(client: Client) -> None:
    page = as_role(client, "auditor").get("/console/rules/?pack=CG").content.decode()
    assert "CG-3.2-04" in page
    assert "7个工作日" in page
    assert "CG-3.2-05" in page
    # Another pack's clause stands in the calculator below, never in the table of this one.
    assert 'id="row-1"' in page
    assert "HB-2.1-06" not in page


@pytest.mark.django_db
def test_the_calculator_answers_for_one_matter(client: Client) -> None:
    asked = {
        "event": "complaint.resolve",
        "start": "2026-06-16T10:46",
        "complexity": "general",
    }
    answer = as_role(client, "auditor").get("/console/rules/calculator/", asked)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    # CG-3.2-04: seven working days from 16 June, with the Dragon Boat Festival off.
    assert "6月26日18:00" in page
    # CBIRC-2020-3: fifteen natural days end with their last day.
    assert "7月1日24:00" in page
    assert "端午" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"start": "soon"}, {"event": "no.such"}, {"complexity": "odd"}, {"start": "9" * 400}]
)
def test_a_wrong_entry_is_said_and_nothing_is_computed(
    client: Client, wrong: dict[str, str]
) -> None:
    asked = {"event": "complaint.resolve", "start": "2026-06-16T10:46", **wrong}
    answer = as_role(client, "auditor").get("/console/rules/calculator/", asked)
    assert answer.status_code == 422
    assert "sw-gantt" not in answer.content.decode()


@pytest.mark.django_db
def test_bars_leave_weekends_and_holidays_out() -> None:
    with time.frozen(TUESDAY_1046):
        preview = policy.preview(
            None, "complaint.resolve", TUESDAY_1046, Facts(kind="complaint", complexity="general")
        )
        chart = gantt.draw(preview, policy_of(0).calendar())
    rows = {row.candidate.clause: row for row in chart.rows}
    # Tuesday to Thursday, then Monday to Friday: 19 to 21 June is the Dragon Boat Festival.
    assert len(rows["CG-3.2-04"].bars) == 2
    assert len(rows["CBIRC-2020-3-20"].bars) == 1
    assert len(chart.holidays) == 3
    assert len(chart.ticks) == gantt.TICKS


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["agent", "lead", "inspector", "trainer", "editor"])
def test_the_trail_is_for_auditors(client: Client, role: str) -> None:
    assert as_role(client, role).get("/console/audit/").status_code == 403


@pytest.mark.django_db
def test_looking_at_the_trail_is_on_the_trail(client: Client) -> None:
    auditor = as_role(client, "auditor")
    auditor.get("/console/audit/")
    assert AuditRow.objects.filter(act="audit.read").count() == 1
    sequencer.sequence_pending(time.now())
    assert "audit.read" in auditor.get("/console/audit/?act=audit.").content.decode()


@pytest.mark.django_db
def test_a_filter_of_the_wrong_form_is_named(client: Client) -> None:
    page = as_role(client, "auditor").get("/console/audit/?act=%3Cb%3E").content.decode()
    assert "<b>" not in page
    assert "sw-note" in page
