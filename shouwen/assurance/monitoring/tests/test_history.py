"""Figures of any period: right by every formula, told apart, compared, and within reach."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shouwen.assurance.monitoring import actions, forms, kpis, queries
from shouwen.assurance.monitoring.models import CategoryRollup, Grain, Rollup, counters_of
from shouwen.assurance.monitoring.rules import month_start
from shouwen.assurance.monitoring.tests.floors import (
    NOW,
    a_busy_bank,
    answered,
    asked,
    hear_everything,
)
from shouwen.assurance.satisfaction import actions as satisfaction
from shouwen.contact.conversations import actions as conversations
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotAllowed
from shouwen.ground.policy import clocks, defaults, register
from shouwen.people.staff.tests import factories as staff
from shouwen.service.cases import actions as case_actions
from shouwen.service.cases.tests import factories as cases
from shouwen.service.cases.tests.factories import Bank, later

QUERIES = 11


def ask(actor: Actor, **parts: str) -> queries.History:
    """Ask about today, or about what the parts say."""
    parts = {"period": "today", **parts}
    return queries.history(actor, forms.question_of(parts, NOW), NOW)


def values(found: queries.History) -> dict[str, float | None]:
    """Give every value by its code."""
    return {figure.kpi.code: figure.value for figure in found.figures}


def lines(found: queries.History, code: str) -> dict[str, float | None]:
    """Give one figure of each line by the line's name."""
    kpi = kpis.by_code()[code]
    return {line.name: kpi.value(line.sums) for line in found.lines}


def whole(bank: Bank) -> Actor:
    """Somebody who sees the whole institution."""
    return bank.acting(bank.inspector)


@pytest.fixture
def day(bank: Bank) -> Bank:
    """A day with two answered contacts, one abandoned, one closed case and one objection."""
    defaults.adopt_as_insurer(
        bank.institution.pk,
        actor=staff.FOUNDER,
        approver=Actor.system("second", bank.institution.pk),
        at=cases.MONDAY_9AM - timedelta(days=1),
    )
    first = answered(bank, 1, bank.agent, 10)
    answered(bank, 2, bank.colleague, 30)
    gone, visitor = asked(bank, 3)
    conversations.abandon(gone, actor=visitor, at=later(minutes=4))
    satisfaction.give_rating(
        clocks.Subject("contact", first.public_id),
        institution_id=bank.institution.pk,
        score=4,
        actor=Actor.customer("visit_1", bank.institution.pk),
        at=later(minutes=6),
    )
    closed = cases.a_case_in("FEEDBACK_SENT", bank)
    case_actions.confirm_by_agent(closed, actor=bank.me, at=later(hours=3))
    case_actions.confirm_by_customer(closed, actor=bank.caller, at=later(hours=3))
    case_actions.close(closed, actor=bank.me, at=later(hours=3))
    refused = cases.a_case_in("ASSIGNED", bank)
    case_actions.assign(refused, bank.colleague, actor=bank.boss, at=later(minutes=5))
    hear_everything()
    return bank


def test_every_figure_of_a_day(day: Bank) -> None:
    found = values(ask(whole(day)))
    assert found["connect_rate"] == pytest.approx(2 / 3)
    assert found["service_level"] == pytest.approx(1 / 3)
    assert found["abandon_rate"] == pytest.approx(1 / 3)
    assert found["first_contact_resolution"] == 1.0
    assert (found["average_wait"], found["average_handle"]) == (20.0, 60.0)
    assert (found["contacts_routed"], found["contacts_answered"]) == (3, 2)
    assert (found["cases_opened"], found["cases_closed"]) == (2, 1)
    assert (found["resolution_rate"], found["first_dispatch"]) == (1.0, 1.0)
    assert found["average_case_time"] == 3 * 3600
    assert (found["satisfaction_rate"], found["average_score"]) == (1.0, 4.0)
    assert found["clocks_met"] is not None
    assert found["clocks_met"] > 0
    assert found["nonvoice_timeliness"] == 1.0


def test_an_objection_lowers_the_resolution_rate(day: Bank) -> None:
    told = cases.a_case_in("FEEDBACK_SENT", day)
    case_actions.object_by_customer(
        told, reason="没有解决", actor=day.caller, at=later(hours=3, minutes=5)
    )
    hear_everything()
    assert values(ask(whole(day)))["resolution_rate"] == 0.5


def test_nothing_counted_is_no_data(bank: Bank) -> None:
    found = ask(whole(bank))
    shares = {f.kpi.code: f.value for f in found.figures if f.kpi.under}
    assert set(shares.values()) == {None}
    assert found.lines == []
    assert [point.value for point in found.points] == [None] * len(found.points)


def test_the_period_before_is_compared(day: Bank) -> None:
    tomorrow = NOW + timedelta(days=1)
    asked_for = forms.question_of({"period": "today"}, tomorrow)
    found = queries.history(whole(day), asked_for, tomorrow)
    rate = found.figures[0]
    assert rate.before == pytest.approx(2 / 3)
    assert (rate.value, rate.change, rate.passed) == (None, None, None)


def test_a_figure_is_told_apart_by_each_part(day: Bank) -> None:
    boss = whole(day)
    assert lines(ask(boss, by="queue"), "contacts_routed") == {"App在线": 3, "": 0}
    assert lines(ask(boss, by="channel"), "contacts_routed")["在线客服"] == 3
    assert lines(ask(boss, by="unit"), "contacts_answered")["信用卡争议组"] == 2
    people = ask(boss, by="person").lines
    assert {line.key: line.sums["answered"] for line in people} == {
        day.agent.public_id: 1,
        day.colleague.public_id: 1,
    }
    assert lines(ask(boss, by="category"), "cases_closed") == {"账户冻结": 1}


def test_a_person_has_no_share_of_those_who_left(day: Bank) -> None:
    found = ask(whole(day), by="person")
    assert "connect_rate" not in values(found)
    assert "average_handle" in values(found)
    own = ask(whole(day), person=day.agent.public_id, by="queue")
    assert values(own)["contacts_answered"] == 1
    assert own.names == {"person": day.agent.name}


def test_a_lead_sees_their_units_alone(day: Bank) -> None:
    loans_lead = staff.a_person(day.loans, "lead", over=day.loans)
    assert values(ask(day.boss))["contacts_answered"] == 2
    assert values(ask(day.acting(loans_lead)))["contacts_answered"] == 0
    unit = ask(day.acting(loans_lead), unit=day.cards.public_id)
    assert values(unit)["contacts_answered"] == 0
    assert unit.names == {"unit": day.cards.public_id}


def test_figures_stay_within_their_institution(day: Bank) -> None:
    other = a_busy_bank("other")
    assert values(ask(whole(other)))["contacts_routed"] == 0
    theirs = ask(whole(other), category="account.abnormal.frozen")
    assert values(theirs)["cases_closed"] == 0
    assert ask(whole(other), person=day.agent.public_id).names == {"person": day.agent.public_id}


def test_figures_need_the_right_to_read_them(bank: Bank) -> None:
    with pytest.raises(NotAllowed):
        ask(bank.me)


def test_days_and_months_are_summed_anew_from_their_quarters(day: Bank) -> None:
    def rows() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for table in (Rollup, CategoryRollup):
            coarse = table._default_manager.filter(grain__in=(Grain.DAY, Grain.MONTH))
            found += [
                {k: v for k, v in row.items() if k != "id"}
                for row in coarse.order_by("grain", "starts_at", "unit_id").values()
            ]
        return sorted(found, key=str)

    kept = rows()
    Rollup.objects.filter(grain=Grain.DAY).update(answered=99)
    Rollup.objects.filter(grain=Grain.MONTH).delete()
    month = month_start(NOW)
    actions.rebuild(day.institution.pk, month)
    assert rows() == kept
    actions.rebuild(day.institution.pk, month)
    assert rows() == kept


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"period": "ever"}, "period"),
        ({"from": "2026-06-01"}, "to"),
        ({"from": "2026-06-31", "to": "2026-07-01"}, "from"),
        ({"from": "2026-06-02", "to": "2026-06-01"}, "to"),
        ({"from": "2010-01-01", "to": "2026-06-01"}, "to"),
        ({"interval": "year"}, "interval"),
        ({"period": "12m", "interval": "hour"}, "interval"),
        ({"by": "planet"}, "by"),
        ({"kpi": "luck"}, "kpi"),
        ({"queue": "a\x00b"}, "queue"),
        ({"unit": "x" * 200}, "unit"),
    ],
)
def test_a_wrong_question_names_its_field(parts: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        forms.question_of(parts, NOW)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("by", ["queue", "unit", "person", "channel", "category"])
def test_history_costs_the_same_for_any_length(
    day: Bank, by: str, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    boss = whole(day)
    for period in ("today", "12m"):
        with django_assert_max_num_queries(QUERIES):
            ask(boss, by=by, period=period)


@pytest.mark.django_db
def test_every_definition_is_whole() -> None:
    """Each has counters that are counted, a clause of the register, and words."""
    counted = set(counters_of(Rollup)) | set(counters_of(CategoryRollup))
    for kpi in kpis.KPIS:
        assert kpi.counters <= counted, kpi.code
        assert register.clause(kpi.clause), kpi.code
        assert str(kpi.name)
        assert str(kpi.formula)
