"""A server killed in the middle of its work, and started again, has lost and doubled nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.replaying import assert_nothing_lost, audit_of, begin_replay, summary_of
from tests.live import Centre, founded

pytestmark = pytest.mark.faults


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    """A demo centre that has been at work."""
    running = Centre(founded(tmp_path)).start()
    yield running
    running.stop()


def test_a_killed_server_loses_and_doubles_nothing(centre: Centre, tmp_path: Path) -> None:
    replay = begin_replay(centre, tmp_path)
    for pause in (9, 8):
        time.sleep(pause)
        centre.kill()
        centre.start()

    figures = summary_of(replay)

    assert figures["reconnects"] > 0, "the cut was not felt, so nothing was proved"
    assert_nothing_lost(figures)
    assert audit_of(centre)["ok"] is True
    assert centre.stop() == 0


def test_a_busy_port_and_a_clean_stop_are_told_in_clear_sentences(
    centre: Centre, tmp_path: Path
) -> None:
    other = Centre(tmp_path / "other", port=centre.port)
    other.home.mkdir()
    refused = other.command("up")
    assert refused.returncode == 1
    assert f"Port {centre.port} on 127.0.0.1 cannot be used" in refused.stderr
    assert "choose another port" in refused.stderr
    assert "Traceback" not in refused.stderr

    assert centre.stop() == 0
    assert centre.log().strip().endswith("Stopped.")
    assert "Traceback" not in centre.log()


def test_a_home_that_cannot_be_written_is_one_clear_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    refused = Centre(blocked / "home").command("up")
    assert refused.returncode == 1
    assert "Cannot write to" in refused.stderr
    assert "SHOUWEN_HOME" in refused.stderr
    assert "Traceback" not in refused.stderr
