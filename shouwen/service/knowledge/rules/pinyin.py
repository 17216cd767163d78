"""The sound of Chinese text, one syllable a character, so that it is found by typing letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

HAN_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿]+")
# Nothing is read aloud here: a place without a Chinese character.
SILENT = "-"


# Words of the trade that a general dictionary reads amiss.
TRADE = {
    "还款": "huan kuan",
    "应还": "ying huan",
    "重置": "chong zhi",
    "重发": "chong fa",
    "重开": "chong kai",
    "跨行": "kua hang",
    "他行": "ta hang",
    "行内": "hang nei",
    "支行": "zhi hang",
    "发卡": "fa ka",
    "发卡行": "fa ka hang",
}

Reader = Callable[[str], list[str]]


def _unknown(characters: str) -> list[str]:
    """Keep a place for each character nobody knows how to read."""
    return [SILENT] * len(characters)


@cache
def _reader() -> Reader:
    """Load the dictionary at first use: half a second that only those who write wait for."""
    import pypinyin  # noqa: PLC0415

    pypinyin.load_phrases_dict(
        {word: [[sound] for sound in read.split()] for word, read in TRADE.items()}
    )
    unknown: Any = _unknown  # the library's stub forgets that a list is taken
    return partial(pypinyin.lazy_pinyin, style=pypinyin.Style.NORMAL, errors=unknown)


def syllables(text: str) -> list[str]:
    """Give the syllable of each character, without tone; SILENT for what is not Chinese.

    A character of several sounds is read as its word asks: 银行 is yin hang, 行动 is xing dong.
    """
    sounds = [SILENT] * len(text)
    for run in HAN_RUN.finditer(text):
        for place, sound in enumerate(_reader()(run.group()), run.start()):
            sounds[place] = sound if sound.isascii() and sound.isalpha() else SILENT
    return sounds


def spoken_terms(sounds: Sequence[str], longest: int) -> tuple[str, ...]:
    """Give what neighbouring characters sound like: whole (nianfei) and by initials (nf).

    From two characters up to `longest` together, each once, in order.
    """
    found: dict[str, None] = {}
    for start in range(len(sounds)):
        together = sounds[start : start + longest]
        if SILENT in together:
            together = together[: list(together).index(SILENT)]
        for length in range(2, len(together) + 1):
            part = together[:length]
            found["".join(part)] = None
            found["".join(sound[0] for sound in part)] = None
    return tuple(found)
