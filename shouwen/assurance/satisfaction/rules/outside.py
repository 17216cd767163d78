"""Reading what a survey house found: one line for each dimension it asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from shouwen.ground.kit import tables
from shouwen.ground.kit.tables import Fault, Table

HEADINGS: dict[str, tuple[str, ...]] = {
    "dimension": ("维度", "评价维度", "dimension"),
    "score": ("得分", "平均分", "score"),
    "scale": ("满分", "scale"),
    "answered": ("回答人数", "有效样本", "answered"),
}
NEEDED = dict.fromkeys(HEADINGS, "columns-missing")
# Survey houses score out of five, ten or a hundred.
SCALES = (5, 10, 100)
MOST_ANSWERED = 10_000_000
DECIMALS = 2
DIGITS = 8


@dataclass(frozen=True, slots=True)
class Score:
    """One dimension: a mean out of `scale`, kept as written, and how many answered."""

    dimension: str
    score: str
    scale: int
    answered: int


def read_table(data: bytes, dimensions: Mapping[str, tuple[str, ...]]) -> Table[Score]:
    """Read a whole file; `dimensions` names each by the words it may stand under.

    Every wrong line is named with its column and reason. Raises NotATable.
    """
    known = {word.lower(): code for code, words in dimensions.items() for word in (code, *words)}
    return tables.read_table(
        data,
        HEADINGS,
        needed=NEEDED,
        read=lambda line, said: _read(line, said, known),
        key=lambda score: score.dimension,
        key_column="dimension",
    )


def _read(
    line: int, said: Mapping[str, str], known: Mapping[str, str]
) -> tuple[Score | None, list[Fault]]:
    dimension = known.get(said["dimension"].lower())
    scale = _whole(said["scale"], max(SCALES))
    answered = _whole(said["answered"], MOST_ANSWERED)
    score = _mean(said["score"])
    wrong = {
        "dimension": dimension is None,
        "scale": scale not in SCALES,
        "answered": not answered,
        "score": score is None,
    }
    faults = [Fault(line, column, "wrong") for column, is_wrong in wrong.items() if is_wrong]
    if not faults and score is not None and scale is not None and score > scale:
        faults = [Fault(line, "score", "above-scale")]
    if faults or dimension is None or score is None or scale is None or answered is None:
        return None, faults
    return Score(dimension, f"{score.normalize():f}", scale, answered), []


def _whole(text: str, most: int) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= DIGITS
    return int(text) if is_number and int(text) <= most else None


def _mean(text: str) -> Decimal | None:
    if not text.isascii() or not text[:1].isdigit() or len(text) > DIGITS:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    exponent = value.as_tuple().exponent
    is_fine = isinstance(exponent, int) and exponent >= -DECIMALS
    return value if is_fine and "e" not in text.lower() else None
