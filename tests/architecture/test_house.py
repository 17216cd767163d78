"""The house keeps its shape: room cards, short files, no open ends."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("ground", "people", "contact", "service", "assurance", "front")
MOST_LINES = 400
CARD_LINES = 10


def _sources() -> list[Path]:
    folders = [ROOT / name for name in ("shouwen", "config", "tests", "bench")]
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
        if "migrations" not in path.parts
    ]


def test_every_room_has_its_card() -> None:
    without = []
    for floor in FLOORS:
        for room in sorted((ROOT / "shouwen" / floor).iterdir()):
            if not room.is_dir() or room.name.startswith("_"):
                continue
            card = ast.get_docstring(ast.parse((room / "__init__.py").read_text()))
            if not card or len(card.splitlines()) > CARD_LINES:
                without.append(str(room.relative_to(ROOT)))
    assert without == []


def test_no_file_has_grown_past_four_hundred_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in _sources()
        if (count := len(path.read_text().splitlines())) > MOST_LINES
    }
    assert long == {}


def test_an_open_end_is_a_ticket_and_not_a_comment() -> None:
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|raise NotImplemented" + r"Error)\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _sources()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if marks.search(line)
    ]
    assert found == []


def test_a_silenced_check_gives_its_reason() -> None:
    bare = re.compile(r"#\s*(noqa|type: ignore)(\[[^\]]*\]|:\s*[A-Z0-9, ]+)?\s*$")
    coded = re.compile(r"#\s*(noqa: (?!PLC0415|E402)|type: ignore)")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _sources()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if coded.search(line) and bare.search(line)
    ]
    assert found == []


def test_nobody_below_a_door_asks_what_time_it_is() -> None:
    asks = re.compile(r"(timezone\.now\(|datetime\.now\(|datetime\.utcnow\()")
    allowed = {ROOT / "shouwen/ground/kernel/time.py"}
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "shouwen").rglob("*.py"))
        if path not in allowed and "tests" not in path.parts and "migrations" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if asks.search(line)
    ]
    assert found == []
