"""What browsers get is what this release holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pytest_django import Settings

from config import statics

SOURCE = Path(__file__).parents[2] / "shouwen" / "ground" / "kit" / "static" / "kit" / "logo.svg"


def test_a_copy_of_another_release_is_replaced_however_young(
    settings: Settings, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    statics.collect()
    copy = settings.STATIC_ROOT / "kit" / "logo.svg"
    assert copy.read_bytes() == SOURCE.read_bytes()
    # As after a restore: another release's files, younger than ours, with its own mark.
    copy.write_text("of another release")
    (settings.STATIC_ROOT / ".collected").write_text("another release")
    os.utime(copy, (2**31, 2**31))
    statics.collect()
    assert copy.read_bytes() == SOURCE.read_bytes()


def test_nothing_is_copied_twice(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    statics.collect()
    monkeypatch.setattr(statics, "call_command", lambda *_words, **_options: pytest.fail("copied"))
    statics.collect()
