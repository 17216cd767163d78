"""Reads the texts to replay: CSV, TSV or JSONL with `text`, optional `label`, `channel`, `at`."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle, islice, zip_longest
from pathlib import Path

TEXT_COLUMNS = (
    "text",
    "narrative",
    "utterance",
    "question",
    "sentence",
    "message",
    "instruction",
    "query",
)
LABEL_COLUMNS = ("label", "intent", "category")
MESSAGE_CHARACTERS = 500
MESSAGES_MOST = 4


class TextsUnreadable(Exception):
    """The file holds no texts in a form we know; the words say what was looked for."""


@dataclass(frozen=True, slots=True)
class Text:
    """One customer's words, whole and cut into messages that the chat takes."""

    parts: tuple[str, ...]
    label: str
    at: datetime | None
    whole: str = ""


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Read a table's rows one by one. Raises TextsUnreadable."""
    # Some public files hold fields larger than the module's cautious default.
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8-sig", newline="") as file:
        if path.suffix.lower() in (".jsonl", ".ndjson"):
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                except ValueError as error:
                    raise TextsUnreadable(f"{path.name}, line {number}: not JSON.") from error
                yield {key: str(value) for key, value in row.items() if value is not None}
        else:
            delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
            yield from csv.DictReader(file, delimiter=delimiter)


def _first(row: dict[str, str], names: tuple[str, ...]) -> str:
    return next((row[name] for name in names if row.get(name)), "")


def read(path: Path, count: int) -> list[Text]:
    """Read a file's first `count` texts, or all where it has fewer.

    Raises TextsUnreadable when no row has a text.
    """
    found = []
    for row in islice(rows_of(path), count):
        words = _first(row, TEXT_COLUMNS).strip()
        if not words:
            continue
        pieces = [
            words[start : start + MESSAGE_CHARACTERS].strip()
            for start in range(0, len(words), MESSAGE_CHARACTERS)
        ]
        at = row.get("at", "")
        found.append(
            Text(
                parts=tuple(piece for piece in pieces[:MESSAGES_MOST] if piece),
                label=_first(row, LABEL_COLUMNS),
                at=datetime.fromisoformat(at) if at else None,
                whole=words,
            )
        )
    if not found:
        wanted = ", ".join(TEXT_COLUMNS)
        raise TextsUnreadable(f"{path.name} has no texts. One column must be called: {wanted}.")
    return found


def read_all(paths: Sequence[Path], count: int) -> list[Text]:
    """Read `count` texts of several files in turns, of the longer ones where a file has ended.

    They begin again once all were read. Raises TextsUnreadable as `read` does.
    """
    turns = zip_longest(*(read(path, count) for path in paths))
    told = [text for turn in turns for text in turn if text is not None]
    return list(islice(cycle(told), count))
