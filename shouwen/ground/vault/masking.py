"""Masking on the server: what remains of a value for those who may not see it.

Four asterisks always, so that the mask does not tell the length of what it hides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

HIDDEN = "****"
PHONE_KEPT = (3, 4)
ID_KEPT = (4, 4)
CARD_KEPT = (4, 4)
ADDRESS_KEPT_CHARACTERS = 6
COMPOUND_SURNAMES = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "夏侯", "东方", "皇甫", "尉迟", "公孙"}
    | {"慕容", "令狐", "长孙", "宇文", "司徒", "轩辕", "端木", "百里", "南宫"}
)
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK = "10X98765432"

# Full-width digits and marks count as their plain forms, one for one, so that places stay true.
_WIDE = str.maketrans("０１２３４５６７８９＋－＠．Ｘｘ　", "0123456789+-@.Xx ")
_EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}"
)
_ID = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
_CARD = re.compile(r"(?<![0-9])[0-9](?:[ \-]?[0-9]){11,18}(?![0-9])")
_PHONE = re.compile(
    r"(?<![0-9])(?:(?:\+|00)?86[ \-]?)?(1[3-9][0-9][ \-]?[0-9]{4}[ \-]?[0-9]{4})(?![0-9])"
)
_NOT_DIGIT = re.compile(r"[^0-9]")


def _ends(value: str, kept: tuple[int, int]) -> str:
    return value[: kept[0]] + HIDDEN + value[-kept[1] :]


def _digits(value: str) -> str:
    return _NOT_DIGIT.sub("", value.translate(_WIDE))


def _phone(value: str) -> str:
    digits = _digits(value)
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + 11:
            digits = digits[len(prefix) :]
    if len(digits) >= 11:
        return _ends(digits, PHONE_KEPT)
    return HIDDEN + digits[-2:] if len(digits) >= 7 else HIDDEN


def _id_number(value: str) -> str:
    kept = value.translate(_WIDE).strip().upper()
    if len(kept) >= 15:
        return _ends(kept, ID_KEPT)
    return _ends(kept, (1, 1)) if len(kept) >= 8 else HIDDEN


def _name(value: str) -> str:
    kept = value.strip()
    surname = kept[:2] if kept[:2] in COMPOUND_SURNAMES else kept[:1]
    return f"{surname}**" if len(kept) > len(surname) else "**"


def _card(value: str) -> str:
    digits = _digits(value)
    return _ends(digits, CARD_KEPT) if len(digits) >= 12 else HIDDEN


def _email(value: str) -> str:
    local, at, host = value.strip().translate(_WIDE).rpartition("@")
    if not at or not local or not host:
        return HIDDEN
    return f"{local[0] if len(local) > 1 else ''}{HIDDEN}@{host}"


def _address(value: str) -> str:
    kept = value.strip()
    return kept[:ADDRESS_KEPT_CHARACTERS] + HIDDEN if len(kept) > 10 else HIDDEN


def _account(value: str) -> str:
    kept = value.strip()
    return _ends(kept, (1, 1)) if len(kept) >= 6 else HIDDEN


_BY_KIND: dict[str, Callable[[str], str]] = {
    "phone": _phone,
    "id_number": _id_number,
    "name": _name,
    "card": _card,
    "email": _email,
    "address": _address,
    "account": _account,
    "text": lambda _value: HIDDEN,
}
KINDS = frozenset(_BY_KIND)


def mask(kind: str, value: str) -> str:
    """Give what may be shown of a value of this kind; an empty value stays empty.

    Raises ValueError for a kind that is not one of KINDS.
    """
    if kind not in _BY_KIND:
        raise ValueError(f"Not a kind of personal value: {kind}")
    return _BY_KIND[kind](value) if value else ""


def is_id_number(value: str) -> bool:
    """Whether 18 characters are a resident identity number by their check digit."""
    if len(value) != 18 or not value[:17].isascii() or not value[:17].isdigit():
        return False
    total = sum(int(d) * w for d, w in zip(value[:17], ID_WEIGHTS, strict=True))
    return ID_CHECK[total % 11] == value[17].upper()


def is_card_number(digits: str) -> bool:
    """Whether 12 to 19 digits pass the Luhn check, and are not all the same."""
    if not 12 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    for hit in _EMAIL.finditer(text):
        yield hit.start(), hit.end(), _email(hit.group())
    for hit in _ID.finditer(text):
        if is_id_number(hit.group()):
            yield hit.start(), hit.end(), _id_number(hit.group())
    for hit in _PHONE.finditer(text):
        yield hit.start(1), hit.end(1), _phone(hit.group(1))
    for hit in _CARD.finditer(text):
        if is_card_number(_digits(hit.group())):
            yield hit.start(), hit.end(), _card(hit.group())


def redact(text: str) -> str:
    """Mask what looks personal inside free text.

    Finds mainland mobile numbers, 18-digit identity numbers, card numbers and e-mail addresses,
    in plain or full-width digits, with spaces or hyphens between the groups.
    """
    kept: list[str] = []
    end = 0
    for start, stop, masked in sorted(_found(text.translate(_WIDE))):
        if start >= end:
            kept += (text[end:start], masked)
            end = stop
    return "".join(kept) + text[end:]
