"""`shouwen types`: learned from files, told as figures, stopped."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import click
import pytest

from config import learning
from shouwen.service.complaints.tests.factories import Office, an_office
from shouwen.service.complaints.tests.sayings import spoken


@pytest.fixture
def office(db: None) -> Office:
    """A bank with the posts of a complaint."""
    return an_office()


def _table(folder: Path, rows: list[tuple[str, str]]) -> Path:
    path = folder / "texts.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([("text", "label"), *rows])
    return path


def _quietly(_words: str) -> None:
    """Say nothing."""


def test_types_are_learned_from_files_and_stopped(office: Office, tmp_path: Path) -> None:
    assert learning.figures("bank") == {"in_force": False}
    lines = tmp_path / "more.jsonl"
    lines.write_text("\n".join(json.dumps({"text": t, "label": k}) for t, k in spoken()))
    files = [_table(tmp_path, [(text, kind.lower()) for text, kind in spoken()]), lines]
    told = learning.learn("bank", files, say=_quietly)
    assert (told["in_force"], told["source"], told["texts"]) == (True, "FILES", 2 * len(spoken()))
    assert learning.figures("bank")["agreement"]["shown"] == 0
    learning.stop("bank")
    assert learning.figures("bank") == {"in_force": False}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("", "SERVICE")], "both `text` and `label`"),
        ([("态度差", "")], "both `text` and `label`"),
        ([("态度差", "mortgage")], "MORTGAGE"),
        ([("态度差", "SERVICE")], "60"),
    ],
)
@pytest.mark.usefixtures("office")
def test_a_file_that_teaches_nothing_is_refused_by_name(
    rows: list[tuple[str, str]], words: str, tmp_path: Path
) -> None:
    with pytest.raises(click.ClickException) as refused:
        learning.learn("bank", [_table(tmp_path, rows)], say=_quietly)
    assert words in refused.value.message
    assert learning.figures("bank") == {"in_force": False}


@pytest.mark.usefixtures("office")
def test_an_unknown_institution_and_nothing_to_stop_are_said() -> None:
    for work in (lambda: learning.stop("bank"), lambda: learning.figures("nowhere")):
        with pytest.raises(click.ClickException):
            work()
