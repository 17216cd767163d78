"""How well the type of a complaint is told by its words, on public sets of labelled texts.

`BENCH_DATA` names the folder of the sets (else `../shared/data`); without it this is skipped. Each
set is learned from its training part. Where it has a public test part, that is asked once; else
each fifth is asked of what the other four taught. Held-back parts are not read. Labels are those of
the sets: products of the CFPB, departments of a Chinese government; they are not types of CG-3.1.
"""

from __future__ import annotations

import csv
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.measuring import spread_ms, timed
from shouwen.service.complaints.rules import kept_kinds, kinds
from shouwen.service.complaints.rules.kinds import Exam, Example, Model
from tests.run import ROOT

# Text and what it is.
Labelled = list[tuple[str, str]]


def measure() -> Iterator[dict[str, Any]]:
    """Learn and examine on each set that is there."""
    folder = Path(os.environ.get("BENCH_DATA") or ROOT.parent / "shared" / "data")
    five = folder / "cfpb_complaints" / "five_class_clean_train.csv"
    if not five.exists():
        yield {"skipped": f"no sets in {folder}; name their folder in BENCH_DATA"}
        return
    test = five.with_name("five_class_clean_test_public.csv")
    yield _figures("en, CFPB, 5 products", _table(five, "product"), _table(test, "product"))
    yield _figures("en, CFPB, 9 groups of products", _narratives(five.parent))
    letters = folder / "gov_complaints_zh" / "messages_dev.csv"
    yield _figures("zh, letters to a government, 7 departments", _table(letters, "level1"))


def _table(path: Path, label: str) -> Labelled:
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        return [(f"{row.get('title', '')}\n{row['text']}", row[label]) for row in rows]


def _narratives(folder: Path) -> Labelled:
    lines = (folder / "complaints_dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line]
    return [(row["narrative"], row["product_group"]) for row in rows]


def _figures(what: str, given: Labelled, test: Labelled | None = None) -> dict[str, Any]:
    began = time.perf_counter()
    examples = [Example(kinds.words_in(text), kind, str(n)) for n, (text, kind) in enumerate(given)]
    learned = kinds.learn(kinds.enough(examples))
    seconds = time.perf_counter() - began
    model, exam = learned.model, learned.exam
    if test is not None:
        exam = kinds.examine([(kinds.shares_of(model, text), kind) for text, kind in test])
    return {
        "what": what,
        "asked": "the public test part" if test is not None else "each fifth, of the other four",
        "learned_from": exam.texts if test is None else len(examples),
        **_shares(exam),
        "seconds_to_learn": round(seconds, 1),
        "words": len(model.words),
        "body_kib": round(len(kept_kinds.written(model).encode()) / 1024),
        "opinion": _speed(model, [text for text, _kind in given[:200]]),
    }


def _shares(exam: Exam) -> dict[str, Any]:
    return {
        "texts": exam.texts,
        "accuracy": round(exam.right / exam.texts, 3),
        "macro_f1": round(exam.macro_f1, 3),
        "always_the_commonest": round(exam.commonest / exam.texts, 3),
        "shown": round(exam.sure / exam.texts, 3),
        "right_where_shown": round(exam.sure_right / max(1, exam.sure), 3),
        "off_by": exam.off_by,
    }


def _speed(model: Model, texts: list[str]) -> dict[str, Any]:
    seconds = [timed(lambda text=text: kinds.opinion(model, text)) for text in texts]
    characters = round(statistics.mean(map(len, texts)))
    return {**spread_ms(seconds), "characters": characters}
