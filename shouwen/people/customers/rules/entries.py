"""What a phone number, an identity number or an address must look like; plain Python."""

from __future__ import annotations

import re
from datetime import date

import phonenumbers

CUSTOMER_ID = re.compile(r"cust_[a-z2-7]{26}")
CUSTOMER_NUMBER = re.compile(r"C[0-9]{6,12}")
# How what is typed into a search is told apart; whether it may be real is another question.
IDENTITY = re.compile(r"[0-9A-Z]{18}")
DIALLED = re.compile(r"\+?[0-9][0-9 ()-]{5,30}")
HOME_REGION = "CN"
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK = "10X98765432"
# Unified social credit code, GB 32100-2015: no I, O, S, V, Z; 17 characters and a check one.
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
EMAIL = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?\.[A-Za-z]{2,24}")
WECHAT = re.compile(r"[A-Za-z][-_A-Za-z0-9]{5,19}")
ADDRESS_CHARACTERS = range(4, 201)
NAME_MAX_CHARACTERS = 80
OLDEST_BIRTH_YEAR = 1900


def normal_phone(text: str) -> str | None:
    """Give a real number as it is dialled (mainland numbers without prefix), or None."""
    if len(text) > 40:
        return None
    try:
        number = phonenumbers.parse(text.strip(), HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    if phonenumbers.region_code_for_number(number) == HOME_REGION:
        return str(phonenumbers.national_significant_number(number))
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def normal_email(text: str) -> str | None:
    """Give an e-mail address without surrounding space, or None."""
    text = text.strip()
    return text if EMAIL.fullmatch(text) and ".." not in text else None


def normal_wechat(text: str) -> str | None:
    """Give a WeChat id, or None."""
    text = text.strip()
    return text if WECHAT.fullmatch(text) else None


def normal_address(text: str) -> str | None:
    """Give a postal address on one line, or None."""
    text = " ".join(text.split())
    return text if len(text) in ADDRESS_CHARACTERS and text.isprintable() else None


def normal_name(text: str) -> str | None:
    """Give a name on one line, or None."""
    text = " ".join(text.split())
    return text if 0 < len(text) <= NAME_MAX_CHARACTERS and text.isprintable() else None


def normal_identity_number(text: str, today: date) -> str | None:
    """Give a resident identity number (18 characters, GB 11643) that may be real, or None."""
    text = text.strip().upper()
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", text):
        return None
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], ID_WEIGHTS, strict=True))
    if ID_CHECK[total % 11] != text[17]:
        return None
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None
    return text if born.year >= OLDEST_BIRTH_YEAR and born <= today else None


def normal_credit_code(text: str) -> str | None:
    """Give a unified social credit code of an organisation, or None."""
    text = text.strip().upper()
    if len(text) != 18 or any(sign not in CREDIT_ALPHABET for sign in text):
        return None
    total = sum(
        CREDIT_ALPHABET.index(sign) * weight
        for sign, weight in zip(text[:17], CREDIT_WEIGHTS, strict=True)
    )
    return text if CREDIT_ALPHABET[-total % 31] == text[17] else None
