"""Two web servers, two workers, PostgreSQL and Redis behind nginx: any of them may be killed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.replaying import assert_nothing_lost, audit_of, begin_replay, summary_of
from tests.run import Skipped
from tests.several import SeveralProcesses

pytestmark = pytest.mark.faults
BETWEEN_SECONDS = 4


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[SeveralProcesses]:
    """A centre of several processes, which began together on an empty database."""
    running = SeveralProcesses(tmp_path, settings={"SHOUWEN_DEMO_DAYS": "1"})
    try:
        running.start()
    except Skipped as reason:
        pytest.skip(str(reason))
    yield running
    assert running.stop() == 0, running.log()[-3000:]


def test_any_process_may_be_killed_and_nothing_is_lost(
    centre: SeveralProcesses, tmp_path: Path
) -> None:
    # Begun at once, the processes prepared the centre one after another, and once.
    assert centre.log().count("Building the demo bank") == 1

    replay = begin_replay(centre, tmp_path)
    for one in (*centre.webs, *centre.workers):
        time.sleep(BETWEEN_SECONDS)
        one.kill()
        one.start()
    time.sleep(BETWEEN_SECONDS)
    centre.stop_redis()
    time.sleep(1)
    centre.start_redis()

    figures = summary_of(replay)

    assert figures["reconnects"] > 0, "no cut was felt, so nothing was proved"
    assert_nothing_lost(figures)
    assert audit_of(centre)["ok"] is True
