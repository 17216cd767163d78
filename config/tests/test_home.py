"""The home folder of an installation, found by several processes at once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import home

AT_ONCE, TIMES = 8, 100


def test_processes_that_start_together_find_their_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUWEN_HOME", str(tmp_path / "home"))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = set(pool.map(lambda _turn: home.home_folder(), range(AT_ONCE * TIMES)))
    assert found == {tmp_path / "home"}
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    assert list((tmp_path / "home").iterdir()) == []


def test_a_home_that_cannot_be_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SHOUWEN_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(ImproperlyConfigured, match=f"Cannot write to .*{os.sep}home"):
        home.home_folder()
