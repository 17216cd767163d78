"""Complaints filed through the portal are carried to their ends, and both books agree on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.replay.lives import ROUND, Life
from tests.faults.narratives import two_files
from tests.faults.replaying import audit_of
from tests.live import Centre, founded

pytestmark = pytest.mark.faults


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    """A trial whose clock can be moved on."""
    home = tmp_path / "home"
    home.mkdir()
    settings = {"SHOUWEN_CLOCK_FILE": str(tmp_path / "ahead")}
    running = Centre(founded(home), settings=settings).start()
    yield running
    running.stop()


def _replay(centre: Centre, folder: Path) -> tuple[int, dict[str, Any]]:
    files = [str(path) for path in two_files(folder)]
    words = ("--complaints", "--contacts", str(len(ROUND)), "--at-once", "4", "--url", centre.url)
    played = centre.command("replay", *files, *words, "--staff", "6", timeout=900)
    assert played.stdout.strip(), played.stderr[-3000:]
    return played.returncode, json.loads(played.stdout.strip().splitlines()[-1])


def test_a_round_of_complaints_is_filed_carried_to_its_end_and_lost_nowhere(
    centre: Centre, tmp_path: Path
) -> None:
    status, figures = _replay(centre, tmp_path)

    lives = {life.value: ROUND.count(life) for life in Life}
    assert figures["troubles"] == {}
    assert (figures["filed"], figures["lost"], figures["unended"]) == (len(ROUND), 0, 0)
    assert (figures["played"], figures["shown"], figures["unlike"]) == (lives, lives, {})
    assert figures["counted"] == {
        "late": lives["late"],
        # A decision that an appeal changes is worked again, as after an objection.
        "objected": lives["objected"] + lives["appealed"],
        "withdrawn": lives["withdrawn"],
        "extended": lives["extended"],
        "repeat": lives["repeat"],
        "unreached": lives["unreached"],
        "appealed": lives["appealed"],
        "reviewed": lives["reviewed"],
        "archived": len(ROUND),
    }
    assert figures["ledger_and_trail_differ"] == {}
    assert status == 0
    assert audit_of(centre)["ok"] is True
    assert centre.stop() == 0


def test_a_centre_whose_clock_stands_by_the_machine_s_is_told_what_to_set(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    still = Centre(founded(home))
    refused = still.command("replay", *(str(path) for path in two_files(tmp_path)), "--complaints")
    assert refused.returncode == 1
    assert "SHOUWEN_CLOCK_FILE" in refused.stderr
    assert "Traceback" not in refused.stderr
