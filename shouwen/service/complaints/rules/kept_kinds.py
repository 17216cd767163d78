"""A learned model as text and back: JSON that is read as data alone, and refused if odd."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

from shouwen.service.complaints.rules.kinds import Exam, Model, Word

FORM = 1


class ModelUnreadable(Exception):
    """The text is no model of this form, or not the one that its digest names."""


def digest_of(text: str) -> str:
    """Give what tells that a text is the very one that was kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def written(model: Model) -> str:
    """Write a model as JSON."""
    plain = {
        "form": FORM,
        "kinds": model.kinds,
        "heat": model.heat,
        "most": model.most,
        "words": {term: (word.rarity, *word.says) for term, word in model.words.items()},
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read(text: str, digest: str) -> Model:
    """Read a model back. Raises ModelUnreadable."""
    if digest_of(text) != digest:
        raise ModelUnreadable("changed since it was learned")
    try:
        plain = json.loads(text)
        kinds = tuple(str(kind) for kind in plain["kinds"])
        words = {str(term): _word(row, len(kinds)) for term, row in plain["words"].items()}
        heat, most = _numbers([plain["heat"], plain["most"]], 2)
        form = plain["form"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelUnreadable("not of this form") from error
    if form != FORM or not kinds or heat <= 0:
        raise ModelUnreadable("not of this form")
    return Model(kinds, words, heat, most)


def _word(values: Any, kinds: int) -> Word:
    rarity, *says = _numbers(values, kinds + 1)
    return Word(rarity, tuple(says))


def _numbers(values: Any, count: int) -> tuple[float, ...]:
    row = tuple(float(value) for value in values)
    if len(row) != count or not all(math.isfinite(value) for value in row):
        raise ValueError(values)
    return row


def report_of(exam: Exam) -> dict[str, Any]:
    """Give an exam's figures as they are kept beside the model, whole numbers and shares."""
    return {
        "texts": exam.texts,
        "right": exam.right,
        "commonest": exam.commonest,
        "sure": exam.sure,
        "sure_right": exam.sure_right,
        "off_by": exam.off_by,
        "macro_f1": round(exam.macro_f1, 4),
        "by_kind": {
            kind: {"texts": one.texts, "taken": one.taken, "right": one.right}
            for kind, one in exam.by_kind.items()
        },
    }
