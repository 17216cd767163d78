"""Pinyin initials, so that `xyk` finds 信用卡 without a dictionary.

The first level of GB 2312 is ordered by pinyin, so a character's code tells its initial. A
character with several readings has one place there; that is close enough for a search box.
"""

from __future__ import annotations

from bisect import bisect_right

# The first GB 2312 code of each initial, and the end of the level that is ordered by pinyin.
_STARTS = (
    *(0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6, 0xC0AC),
    *(0xC2E8, 0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9),
    0xD4D1,
)
_LETTERS = "abcdefghjklmnopqrstwxyz"
_END = 0xD7FA


def initials(text: str) -> str:
    """Give the initials of Chinese characters, and Latin letters and digits in lower case."""
    return "".join(_initial(character) for character in text)


def _initial(character: str) -> str:
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    try:
        raw = character.encode("gb2312")
    except UnicodeEncodeError:
        return ""
    code = int.from_bytes(raw, "big")
    if not _STARTS[0] <= code < _END:
        return ""
    return _LETTERS[bisect_right(_STARTS, code) - 1]
