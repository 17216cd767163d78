"""Setting up a clone: what is in the way is told in one sentence, what is there is left alone."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from config import assets, setup


def nothing(words: str) -> None:
    raise AssertionError(words)


def test_an_old_python_is_refused_by_name() -> None:
    with pytest.raises(setup.CannotSetUp, match=r"needs Python 3\.11 or newer.*is 3\.10"):
        setup.check_python((3, 10), "/usr/bin/python3")
    setup.check_python((3, 11), "/usr/bin/python3")
    setup.check_python((3, 14), "/usr/bin/python3")


def test_what_the_locks_named_is_not_installed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = tmp_path / ".stamp"
    monkeypatch.setattr(setup, "STAMP", stamp)
    stamp.write_text(json.dumps({"main": setup.digest(setup.LOCKS["main"])}))
    setup.dependencies(nothing, "main")
    with pytest.raises(AssertionError, match="test tools"):
        setup.dependencies(nothing, "dev")
    stamp.write_text("spoilt")
    assert setup.read_stamp() == {}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EACCES, "Cannot write to /x"),
        (errno.EROFS, "Cannot write to /x"),
        (errno.ENOSPC, "No space left"),
    ],
)
def test_a_file_system_in_the_way_is_told_in_a_sentence(number: int, said: str) -> None:
    words = setup.os_words(OSError(number, "no", "/x"))
    assert words.startswith(said)
    assert "\n" not in words


def test_a_catalogue_is_stale_without_or_with_an_older_compiled_file(tmp_path: Path) -> None:
    source = tmp_path / "django.po"
    source.write_text("")
    assert setup.is_stale(source)
    source.with_suffix(".mo").write_text("")
    assert not setup.is_stale(source)


def test_no_network_is_told_from_other_npm_failures() -> None:
    assert "no network" in assets._reason("npm error code EAI_AGAIN\nnpm error errno")
    assert assets._reason("npm error code EUSAGE") == "npm failed: npm error code EUSAGE"


def test_the_sprite_holds_each_icon_by_name(tmp_path: Path) -> None:
    (tmp_path / "dot.svg").write_text('<svg width="24">\n  <path d="M1 1" />\n</svg>')
    drawn = assets.sprite(["dot"], tmp_path)
    assert '<symbol id="dot"' in drawn
    assert '<path d="M1 1" /></symbol>' in drawn


def test_an_unknown_icon_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "ICON_LIST", assets.ROOT / "icons.txt")
    with pytest.raises(assets.CannotBuild, match="no icon “unicorn”"):
        assets.sprite(["unicorn"], tmp_path)


def test_the_locks_name_no_registry() -> None:
    lock = json.loads((assets.ROOT / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
