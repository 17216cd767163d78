"""What an institution decides needs reasons, and rules need two persons."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from shouwen.ground.kernel.errors import Invalid, NotThere
from shouwen.ground.policy import actions, queries
from shouwen.ground.policy.book import policy_of
from shouwen.ground.policy.clocks import Facts
from shouwen.ground.policy.models import ClauseSetting
from shouwen.ground.policy.tests.moments import BANK, LEAD, OTHER, TUESDAY, beijing

pytestmark = pytest.mark.django_db
ENQUIRY = Facts("consult")


def chosen(at=TUESDAY) -> str:  # type: ignore[no-untyped-def]  # a moment, as everywhere here
    """Name the clause that counts for an enquiry at the bank."""
    found = queries.preview(BANK, "consult.first_response", at, ENQUIRY)
    assert found.chosen is not None
    return found.chosen.clause


def propose(clause: str, mode: str, **options: str) -> ClauseSetting:
    """Propose a setting as the lead."""
    return actions.propose_setting(
        BANK, clause, mode, actor=LEAD, at=TUESDAY, **{"reason": "Trial of a quarter.", **options}
    )


def test_an_example_is_raised_to_a_hard_limit_by_two_persons() -> None:
    assert chosen() == "HB-1.3-01"
    setting = propose("HB-1.2-04", "HARD")
    assert chosen() == "HB-1.3-01"
    with pytest.raises(actions.ApproverIsProposer):
        actions.approve_setting(setting, actor=LEAD, at=TUESDAY)
    actions.approve_setting(setting, actor=OTHER, at=TUESDAY)
    assert chosen() == "HB-1.2-04"
    assert chosen(TUESDAY - timedelta(seconds=1)) == "HB-1.3-01"
    with pytest.raises(actions.SettingDecidedAlready):
        actions.approve_setting(setting, actor=OTHER, at=TUESDAY)


def test_the_database_refuses_one_person_for_both() -> None:
    setting = propose("HB-1.2-04", "HARD")
    with pytest.raises(IntegrityError), transaction.atomic():
        ClauseSetting.objects.filter(pk=setting.pk).update(
            approved_by=LEAD.ref, effective_at=TUESDAY
        )


@pytest.mark.parametrize(
    ("clause", "mode", "options", "field"),
    [
        ("XX-1", "HARD", {}, "clause"),
        ("HB-1.2-04", "hard", {}, "mode"),
        ("HB-1.2-04", "HARD", {"reason": " "}, "reason"),
        ("HB-1.2-04", "HARD", {"limit": "20s"}, "limit"),
        ("PV-7-02", "HARD", {"limit": "soon"}, "limit"),
    ],
)
def test_what_is_wrong_with_a_proposal_is_named(
    clause: str, mode: str, options: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as raised:
        propose(clause, mode, **options)
    assert list(raised.value.fields) == [field]


def test_the_law_is_not_an_institutions_to_lower() -> None:
    with pytest.raises(actions.LawCannotBeSet):
        propose("CBIRC-2020-3-20", "TARGET")


def test_a_figure_the_clause_leaves_open_is_set_here() -> None:
    actions.approve_setting(propose("PV-7-02", "HARD", limit="90s"), actor=OTHER, at=TUESDAY)
    found = queries.preview(BANK, "verification.code_entry", TUESDAY, Facts("voice"))
    assert found.chosen is not None
    assert found.chosen.due_at == TUESDAY + timedelta(seconds=90)


def test_a_pack_not_adopted_is_off() -> None:
    actions.adopt_packs(BANK, ["OM"], actor=LEAD, at=TUESDAY)
    found = queries.preview(BANK, "consult.first_response", TUESDAY, ENQUIRY)
    assert {c.clause: c.mode for c in found.candidates} == {
        "HB-1.2-04": "off",
        "HB-1.3-01": "off",
        "OM-1.2-08": "target",
        "OM-3.2.3-01": "hard",
    }
    with pytest.raises(Invalid):
        actions.adopt_packs(BANK, ["nothing"], actor=LEAD, at=TUESDAY)


def test_a_change_is_noticed_and_a_rolled_back_one_is_not() -> None:
    held = policy_of(BANK)
    assert policy_of(BANK) is held
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.adopt_packs(BANK, ["OM"], actor=LEAD, at=TUESDAY)
        assert policy_of(BANK) is not held
        raise RuntimeError
    assert chosen() == "HB-1.3-01"


def test_queues_keep_their_own_hours_and_dates_differ() -> None:
    week = {day: [["08:30", "20:00"]] for day in range(6)}
    actions.set_schedule(BANK, week, queue_code="cards", actor=LEAD, at=TUESDAY)
    actions.set_exception(BANK, date(2026, 6, 17), [], reason="Flood.", actor=LEAD, at=TUESDAY)
    plain = queries.preview(BANK, "issue.report", TUESDAY, Facts("issue"), ["HB"])
    cards = queries.preview(BANK, "issue.report", TUESDAY, Facts("issue", queue="cards"), ["HB"])
    assert plain.chosen is not None
    assert cards.chosen is not None
    assert plain.chosen.due_at == beijing("2026-06-22 18:00")
    assert cards.chosen.due_at == beijing("2026-06-22 20:00")
    actions.remove_exception(BANK, date(2026, 6, 17), actor=LEAD, at=TUESDAY)
    again = queries.preview(BANK, "issue.report", TUESDAY, Facts("issue"), ["HB"])
    assert again.chosen is not None
    assert again.chosen.due_at == beijing("2026-06-18 18:00")
    with pytest.raises(NotThere):
        actions.remove_exception(BANK, date(2026, 6, 17), actor=LEAD, at=TUESDAY)


@pytest.mark.parametrize(
    "periods",
    [
        [["09:00"]],
        [["18:00", "09:00"]],
        [["09:00", "13:00"], ["12:00", "18:00"]],
        [["x", "y"]],
    ],
)
def test_wrong_periods_are_refused(periods: list[list[str]]) -> None:
    with pytest.raises(Invalid):
        actions.set_schedule(BANK, {0: periods}, actor=LEAD, at=TUESDAY)
