"""The kit says nothing that is not said in Chinese; compiling touches only what is stale."""

from __future__ import annotations

import os
from pathlib import Path

import polib

from shouwen.ground.kit import messages

ROOM = messages.ROOT / "shouwen" / "ground" / "kit"


def test_the_kit_is_complete_in_chinese() -> None:
    assert messages.missing_in(ROOM) == []


def room_with(root: Path, *, said: str) -> Path:
    room = root / "shouwen" / "ground" / "room"
    (room / "templates").mkdir(parents=True)
    (room / "__init__.py").write_text("")
    (room / "views.py").write_text('from x import gettext as _\n_("From a module")\n')
    (room / "templates" / "page.html").write_text('{% load i18n %}{% translate "From a page" %}')
    catalogue = room / messages.CATALOGUE
    catalogue.parent.mkdir(parents=True)
    file = polib.POFile()
    file.append(polib.POEntry(msgid="From a page", msgstr=said))
    file.save(str(catalogue))
    return room


def test_what_a_catalogue_lacks_is_named(tmp_path: Path) -> None:
    room = room_with(tmp_path, said="")
    assert messages.missing_in(room) == [("", "From a module"), ("", "From a page")]
    assert messages.rooms(tmp_path) == [room]


def test_only_stale_catalogues_are_compiled(tmp_path: Path) -> None:
    room = room_with(tmp_path, said="来自页面")
    compiled = (room / messages.CATALOGUE).with_suffix(".mo")
    assert messages.compile_stale(tmp_path) == [compiled]
    assert [entry.msgstr for entry in polib.mofile(str(compiled))] == ["来自页面"]
    assert messages.compile_stale(tmp_path) == []
    os.utime(compiled, (0, 0))
    assert messages.compile_stale(tmp_path) == [compiled]
