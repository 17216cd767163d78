"""What is said of the electronic seals when a centre starts; it starts all the same."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config import sealing
from shouwen.ground.kernel import time
from shouwen.ground.vault.tests import seal_files
from shouwen.people.staff.tests import factories as staff


@pytest.mark.django_db
def test_each_seal_that_issues_nothing_is_named_at_the_start(tmp_path: Path, settings: Any) -> None:
    settings.SEALS_ROOT = folder = tmp_path / "seals"
    now = time.now()
    assert list(sealing.faults(now)) == []
    for code in ("bank", "insurer", "broker"):
        staff.an_institution(code)
    seal_files.a_seal(folder, "bank", now)
    assert list(sealing.faults(now)) == []
    seal_files.a_seal(folder, "insurer", now - timedelta(days=9), lasts=timedelta(days=3))
    seal_files.lay(folder, "broker", b"nonsense")
    seal_files.a_seal(folder, "bnak", now)
    said = list(sealing.faults(now))
    assert [line.partition(": ")[0] for line in said] == [
        f"Electronic seal {code}.p12" for code in ("bnak", "broker", "insurer")
    ]
    assert "no institution has the code bnak" in said[0]
    assert "no PKCS#12 file" in said[1]
    assert "Renew it" in said[2]
