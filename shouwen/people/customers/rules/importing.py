"""Reading a table of customers: which columns it has, and what is wrong with which line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shouwen.ground.kit import tables
from shouwen.ground.kit.tables import Fault, Table
from shouwen.people.customers.rules import entries

# Each column by its heading in either language.
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "姓名或名称", "name"),
    "kind": ("类型", "客户类型", "kind"),
    "id_number": ("证件号码", "证件号", "identity number", "id_number"),
    "phone": ("手机", "手机号", "电话", "phone"),
    "email": ("邮箱", "电子邮箱", "e-mail", "email"),
    "risk": ("风险", "风险等级", "risk"),
    "value": ("价值分群", "价值", "value"),
    "language": ("语言", "language"),
}
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "kind": {
        "INDIVIDUAL": ("个人", "individual"),
        "ENTERPRISE": ("企业", "enterprise"),
        "INSTITUTION": ("机构", "institution"),
    },
    "risk": {
        "HIGH": ("高风险", "高", "high", "high risk"),
        "MIDDLE": ("中风险", "中", "middle", "middle risk"),
        "LOW": ("低风险", "低", "low", "low risk"),
    },
    "value": {
        "HIGH_NET_WORTH": ("高净值", "high net worth", "high_net_worth"),
        "ORDINARY": ("普通", "ordinary"),
        "POTENTIAL": ("潜在", "potential"),
    },
    "language": {"zh-hans": ("中文", "简体中文", "zh", "zh-hans"), "en": ("英文", "英语", "en")},
}


@dataclass(frozen=True, slots=True)
class Row:
    """One good line: its number in the file and its entries in their normal form."""

    line: int
    name: str
    kind: str
    id_number: str
    phone: str
    email: str
    # Empty where the file says nothing.
    risk: str
    value: str
    language: str


def read_table(data: bytes, today: date) -> Table[Row]:
    """Read a whole file; every wrong line is named with its column and reason. Raises NotATable."""
    return tables.read_table(
        data,
        HEADINGS,
        needed={"name": "no-name-column"},
        read=lambda line, said: _read(line, said, today),
        key=_key,
    )


def _key(row: Row) -> tuple[str, ...]:
    """What makes two lines speak of one customer."""
    return (row.id_number,) if row.id_number else (row.name, row.phone, row.email)


def _chosen(said: Mapping[str, str], name: str, default: str) -> str | None:
    text = said.get(name, "").lower()
    if not text:
        return default
    return next((code for code, words in WORDS[name].items() if text in words), None)


def _read(line: int, said: Mapping[str, str], today: date) -> tuple[Row | None, list[Fault]]:
    name = entries.normal_name(said["name"])
    kind = _chosen(said, "kind", "INDIVIDUAL")
    chosen = {each: _chosen(said, each, "") for each in ("risk", "value", "language")}
    identity = said.get("id_number", "")
    if identity and kind == "INDIVIDUAL":
        id_number = entries.normal_identity_number(identity, today)
    else:
        id_number = entries.normal_credit_code(identity) if identity else ""
    phone = entries.normal_phone(said["phone"]) if said.get("phone") else ""
    email = entries.normal_email(said["email"]) if said.get("email") else ""
    read = {
        "name": name,
        "kind": kind,
        "id_number": id_number,
        "phone": phone,
        "email": email,
        **chosen,
    }
    faults = [Fault(line, column, "wrong") for column, value in read.items() if value is None]
    if not faults and not (id_number or phone or email):
        # A bare name could not be told from a namesake when the file comes again.
        faults = [Fault(line, "phone", "nothing-to-know-by")]
    if faults:
        return None, faults
    return Row(line, **{column: str(value) for column, value in read.items()}), []
