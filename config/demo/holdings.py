"""The demo's core system: a table of what its customers hold, all of it invented."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from shouwen.people.customers.models import Customer

PRODUCTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "bank": (
        ("ACCOUNT", "借记账户", "62220200{serial:011d}"),
        ("CARD", "白金信用卡", "53210800{serial:08d}"),
        ("DEPOSIT", "三年期定期存款", "81060100{serial:011d}"),
        ("LOAN", "个人住房贷款", "30117700{serial:011d}"),
    ),
    "insurer": (
        ("INSURANCE", "重大疾病保险", "P2023{serial:06d}"),
        ("INSURANCE", "机动车商业保险", "V2026{serial:06d}"),
        ("INSURANCE", "年金保险", "N2021{serial:06d}"),
    ),
}
STATES = ("ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "OVERDUE", "ACTIVE", "FROZEN")


def write(path: Path, today: date) -> None:
    """Write the table whole; every fifth customer holds nothing."""
    ours = Customer.objects.filter(institution__code__in=PRODUCTS).order_by("pk")
    rows = [
        {
            "institution": code,
            "number": number,
            "kind": kind,
            "name": name,
            "account": account.format(serial=serial * 97 + place * 13 + 1001),
            "state": STATES[(serial + place) % len(STATES)],
            "opened_on": str(today - timedelta(days=200 + serial * 31 + place * 90)),
        }
        for serial, (code, number) in enumerate(ours.values_list("institution__code", "number"))
        for place, (kind, name, account) in enumerate(PRODUCTS[code][: serial % 5])
    ]
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    beside.chmod(0o600)
    beside.replace(path)
