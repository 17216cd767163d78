"""The replay's own parts: texts of several files, a clock that goes forward, two books compared."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from config.replay import tally, texts
from config.replay.clockwork import TrialClock
from config.replay.lives import ROUND, STEPS, Life, Who, life_of
from shouwen.ground.kernel import time
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import a_complaint, a_complaint_in, an_office


def test_texts_of_several_files_are_taken_in_turns_and_again_once_all_were(
    tmp_path: Path,
) -> None:
    table, lines = tmp_path / "letters.csv", tmp_path / "narratives.jsonl"
    table.write_text("title,text\n一,甲\n二,乙\n三,丙\n")
    lines.write_text("\n".join(json.dumps({"narrative": word}) for word in ("first", "second")))

    found = texts.read_all([table, lines], 7)

    told = ["甲", "first", "乙", "second", "丙"]
    assert [one.whole for one in found] == [*told, "甲", "first"]
    assert [one.whole for one in texts.read_all([table, lines], 5)] == told


def test_a_trial_s_clock_goes_forward_and_never_back(tmp_path: Path, settings: Settings) -> None:
    settings.CLOCK_FILE = str(tmp_path / "ahead")
    clock, began = TrialClock(tmp_path / "ahead"), time.now()
    assert time.ahead() == timedelta(0)

    clock.move_to(began + timedelta(days=20))
    later = time.now()
    clock.move_to(began + timedelta(days=3))

    assert timedelta(days=20) <= later - began < timedelta(days=20, minutes=1)
    assert time.now() >= later


def test_no_clock_is_moved_where_none_is_named(settings: Settings) -> None:
    assert settings.CLOCK_FILE == ""
    assert time.ahead() == timedelta(0)


def test_a_round_holds_every_life_and_a_repeat_follows_its_first() -> None:
    assert set(ROUND) == set(Life) == set(STEPS)
    assert ROUND[ROUND.index(Life.REPEAT) - 1] is Life.FIRST
    assert [life_of(number) for number in range(len(ROUND))] == list(ROUND)
    for life, steps in STEPS.items():
        assert (steps[0].act, steps[-1].act) == ("accept", "archive"), life
        assert steps[-2].who is Who.SUPERVISOR


@pytest.mark.django_db
def test_ledger_and_trail_count_the_same() -> None:
    office = an_office()
    a_complaint_in("CLOSED", office)
    a_complaint(office)

    totals = tally.ledger_totals(office.bank.institution.pk)

    assert totals == tally.trail_totals(office.bank.institution.pk)
    assert {name: many for name, many in totals.items() if many} == {
        "filed": 2,
        "notices": 1,
        "state_RECEIVED": 1,
        "state_CLOSED": 1,
    }
    assert tally.differences(office.bank.institution.pk) == {}


@pytest.mark.django_db
def test_a_row_changed_past_the_actions_makes_them_differ() -> None:
    office = an_office()
    one = a_complaint(office)

    Complaint.objects.filter(pk=one.pk).update(state="ACCEPTED", withdrawn_at=time.now())

    assert tally.differences(office.bank.institution.pk) == {
        "withdrawn": (1, 0),
        "state_RECEIVED": (0, 1),
        "state_ACCEPTED": (1, 0),
    }
