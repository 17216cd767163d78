"""Reading a table of complaints: which columns it has, and what is wrong with which line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from shouwen.ground.kernel.time import SHANGHAI
from shouwen.ground.kit import tables
from shouwen.ground.kit.tables import Fault, Measure, Table
from shouwen.people.customers import rules as customers

# Each column by its heading in either language.
HEADINGS: dict[str, tuple[str, ...]] = {
    "outside_ref": ("外部编号", "原系统编号", "outside number", "outside_ref"),
    "received": ("收到时间", "收到日期", "received on", "received"),
    "title": ("事由", "标题", "subject", "title"),
    "description": ("投诉内容", "内容", "what is complained of", "description"),
    "demand": ("诉求", "投诉诉求", "demand"),
    "customer": ("客户号码", "客户手机或证件号码", "customer's number", "customer"),
    "complainant": ("投诉人", "投诉人姓名", "complainant"),
    "reachable_at": ("联系方式", "reached at", "reachable_at"),
    "channel": ("来源渠道", "渠道", "it came by", "channel"),
    "reply_by": ("希望答复方式", "答复方式", "wants to be told by", "reply_by"),
    "urgency": ("紧急程度", "urgency"),
    "place": ("地点", "发生地点", "place"),
    "origin": ("来源", "投诉来源", "origin"),
    "source_ref": ("监管转送编号", "监管转办编号", "regulator's number", "source_ref"),
    "regulator_on": ("监管收到日期", "received by the regulator on", "regulator_on"),
    "category": ("分类", "业务分类", "category"),
}
NEEDED = ("outside_ref", "received", "title", "description", "demand")
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "channel": {
        "LETTER": ("信函", "信件", "letter", "postal letter"),
        "PHONE": ("电话", "来电", "phone", "phone call"),
        "EMAIL": ("邮件", "电子邮件", "email", "e-mail", "e-mail message"),
        "FAX": ("传真", "fax"),
        "BRANCH": ("网点", "柜面", "来访", "branch"),
        "WEB": ("网页", "网站", "web", "web form"),
        "CHAT": ("在线客服", "在线", "chat", "online chat"),
        "SMS": ("短信", "sms"),
        "API": ("程序", "系统对接", "api", "program"),
    },
    "reply_by": {
        "PHONE": ("电话", "phone", "phone call"),
        "SMS": ("短信", "sms"),
        "EMAIL": ("邮件", "电子邮件", "email", "e-mail", "e-mail message"),
        "LETTER": ("信函", "信件", "letter", "postal letter"),
        "CHAT": ("在线客服", "在线", "chat", "online chat"),
    },
    "urgency": {
        "URGENT": ("紧急", "urgent"),
        "ORDINARY": ("普通", "一般", "ordinary"),
        "REPEAT": ("重复", "repeated", "repeat"),
    },
    "origin": {
        "CUSTOMER": ("投诉人", "客户", "complainant", "customer"),
        "REGULATOR": ("监管转办", "监管", "regulator", "transferred by the regulator"),
        "CLERK": ("员工录入", "员工", "clerk", "entered by staff"),
    },
}
DEFAULTS = {"channel": "LETTER", "reply_by": "PHONE", "urgency": "ORDINARY"}
# How long each entry may be, in characters; the same as where it is entered by hand.
MOST: dict[str, int] = {
    "outside_ref": 60,
    "title": 120,
    "description": 5000,
    "demand": 2000,
    "customer": 24,
    "complainant": 80,
    "reachable_at": 120,
    "place": 80,
    "source_ref": 60,
}
# Entries of one line of text; a break or a wide space within them is a space.
SINGLE = ("title", "complainant", "reachable_at", "place", "category")
MEASURE = Measure(
    most_bytes=10 * 1024 * 1024,
    most_rows=10_000,
    longer={"description": MOST["description"], "demand": MOST["demand"]},
)
# No ledger goes further back; an earlier year is a slip of the pen.
FIRST_YEAR = 2000
# As spreadsheets and people write a day, with a time of day or without.
MOMENT = re.compile(
    r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?"
    r"(?:[ T]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One good line: its number in the file and its entries in their normal form.

    `received_at` is a moment and `regulator_on` a day in ISO 8601; what the file leaves out is
    empty. `category` is as written until the institution's tree was asked.
    """

    line: int
    outside_ref: str
    received_at: str
    title: str
    description: str
    demand: str
    customer: str
    complainant: str
    reachable_at: str
    channel: str
    reply_by: str
    urgency: str
    place: str
    origin: str
    source_ref: str
    regulator_on: str
    category: str


def read_table(data: bytes, at: datetime) -> Table[Row]:
    """Read a whole file; every wrong line is named with its column and reason. Raises NotATable.

    Of two lines with one outside number, or with one number of the regulator, the later is wrong,
    also where the earlier one is wrong itself: corrected, it would take the other's place.
    """
    seen: dict[tuple[str, str], int] = {}

    def read(line: int, said: Mapping[str, str]) -> tuple[Row | None, list[Fault]]:
        row, faults = _read(line, said, at)
        for name in ("outside_ref", "source_ref"):
            number = said.get(name, "")
            earlier = seen.setdefault((name, number), line) if number else line
            if earlier != line:
                faults.append(Fault(line, name, "repeats", earlier))
        return (None if faults else row), faults

    return tables.read_table(
        data,
        HEADINGS,
        needed=dict.fromkeys(NEEDED, "columns-missing"),
        read=read,
        key=lambda row: row.line,
        measure=MEASURE,
    )


def without(table: Table[Row], faults: list[Fault]) -> Table[Row]:
    """Take the lines that were found wrong later out of the good ones."""
    wrong = {fault.line for fault in faults}
    return replace(
        table,
        rows=[row for row in table.rows if row.line not in wrong],
        faults=sorted([*table.faults, *faults], key=lambda fault: fault.line),
    )


def moment_of(text: str) -> datetime | None:
    """Read a moment of Shanghai; a day alone begins at midnight, so that no limit comes late."""
    found = MOMENT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)
    except ValueError:
        return None


def _day_wrong(received: datetime | None, text: str, at: datetime) -> str:
    """Say by a code what is wrong with the moment of receipt."""
    if not text:
        return "missing"
    if received is None:
        return "wrong"
    if received > at:
        return "future"
    return "too-old" if received.year < FIRST_YEAR else ""


def _regulator_wrong(origin: str | None, text: str, day: date | None, received: date | None) -> str:
    """Say by a code what is wrong with the day on which the regulator received it."""
    if not text:
        return "missing" if origin == "REGULATOR" else ""
    if day is None:
        return "wrong"
    if received is not None and day > received:
        return "after-receipt"
    return "too-old" if day.year < FIRST_YEAR else ""


def _chosen(said: Mapping[str, str], name: str, default: str) -> str | None:
    text = said.get(name, "").lower()
    if not text:
        return default
    codes = ((code, (code.lower(), *words)) for code, words in WORDS[name].items())
    return next((code for code, words in codes if text in words), None)


def _customer_wrong(text: str) -> bool:
    """Whether this is no whole number by which a customer's file is found."""
    text = text.upper()
    forms = (customers.CUSTOMER_NUMBER, customers.IDENTITY, customers.DIALLED)
    return bool(text) and not any(form.fullmatch(text) for form in forms)


def _wrong_in(said: Mapping[str, str], origin: str | None) -> dict[str, str]:
    """Say by column and code what is wrong with the texts of a line."""
    wrong = {name: "too-long" for name, most in MOST.items() if len(said.get(name, "")) > most}
    needed = {"outside_ref", "title", "description", "demand"}
    if not said.get("customer"):
        needed |= {"complainant", "reachable_at"}
    if origin == "REGULATOR" or said.get("regulator_on"):
        needed.add("source_ref")
    wrong |= {name: "missing" for name in needed if not said.get(name)}
    if not said.get("outside_ref", "").isprintable():
        wrong["outside_ref"] = "wrong"
    if not said.get("source_ref", "").isprintable():
        wrong["source_ref"] = "wrong"
    if _customer_wrong(said.get("customer", "")):
        wrong["customer"] = "wrong"
    return wrong


def _read(line: int, told: Mapping[str, str], at: datetime) -> tuple[Row | None, list[Fault]]:
    said = {name: " ".join(text.split()) if name in SINGLE else text for name, text in told.items()}
    usual = "REGULATOR" if said.get("source_ref") else "CUSTOMER"
    chosen = {name: _chosen(said, name, default) for name, default in DEFAULTS.items()}
    chosen["origin"] = origin = _chosen(said, "origin", usual)
    received = moment_of(said["received"])
    seen = moment_of(said.get("regulator_on", ""))
    wrong = _wrong_in(said, origin) | {
        name: "unknown" for name, value in chosen.items() if value is None
    }
    wrong["received"] = _day_wrong(received, said["received"], at)
    wrong["regulator_on"] = _regulator_wrong(
        origin,
        said.get("regulator_on", ""),
        seen.date() if seen else None,
        received.date() if received else None,
    )
    faults = [Fault(line, name, wrong[name]) for name in HEADINGS if wrong.get(name)]
    if faults or received is None:
        return None, faults
    texts = {name: said.get(name, "") for name in (*MOST, "category")}
    values = {name: str(value) for name, value in chosen.items()}
    day = seen.date().isoformat() if seen else ""
    return (
        Row(line, received_at=received.isoformat(), regulator_on=day, **texts, **values),
        [],
    )
