"""`check-packs` fails when a number differs, an entry is gone, or an omission is made up."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date

import pytest

from shouwen.ground.policy import check, packs, register
from shouwen.ground.policy.packs import Pack, read_pack


def newest_with(code: str, old: str, new: str) -> list[Pack]:
    """Give the newest packs with one text in one of them replaced."""
    text = (packs.FOLDER / f"{code}.toml").read_text(encoding="utf-8")
    assert text.count(old) >= 1
    changed = read_pack(text.replace(old, new, 1))
    return [pack for pack in packs.latest().values() if pack.code != code] + [changed]


def test_every_number_of_the_register_is_in_its_pack() -> None:
    report = check.check()
    assert report.problems == []
    assert report.counts() == {"clauses": 92, "covered": 91, "omitted": 1, "missing": 0}


def test_the_counts_are_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main() == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == check.check_packs()
    assert said.out.count("\n") == 1
    assert said.err == ""


@pytest.mark.parametrize(
    ("code", "old", "new", "clause"),
    [
        ("HB", '"HB-4.2-03", value = 24', '"HB-4.2-03", value = 25', "HB-4.2-03"),
        ("HB", 'value = 2, unit = "wd"', 'value = 2, unit = "d"', "HB-4.3-03"),
        ("HB", 'value = 30, unit = "s", modality = "eg"', 'value = 30, unit = "s"', "HB-1.2-04"),
        ("HB", "at_least = 0.90", "at_least = 0.9001", "HB-6.2-06"),
        ("HB", 'at_least = "2/y"', 'at_least = "1/y"', "HB-5.3-04"),
        ("HB", 'period = "1q"', 'period = "1mo"', "HB-6.2-02"),
        ("HB", 'cond = "software_defect"', 'cond = "any"', "HB-4.1-04"),
        ("HB", 'from = "ticket.assigned"', 'from = "received"', "HB-2.1-06"),
        ("CG", 'to = "15wd", approval = "lead" } },\n]', 'to = "20wd" } },\n]', "CG-3.3-04"),
        ("CG", 'complexity = "complex"', 'complexity = "general"', "CG-3.2-05"),
        ("OM", 'earliest = "1wd"', 'earliest = "2wd"', "OM-4.3-03"),
        ("OM", "at_most = 0.005", "at_most = 0.05", "OM-1.3-04"),
        ("OM", "csat = { at_least = 0.92 }", "csat = { at_least = 0.90 }", "OM-1.3-04"),
        ("OM", "rings = 3", "rings = 4", "OM-2.1-02"),
        ("OM", 'when = { channel = "phone" }', 'when = { channel = "fax" }', "OM-2.3-03"),
        ("SN", "satisfied/surveyed", "satisfied/asked", "SN-21-01"),
        ("SN", 'at_least = "5y"', 'at_least = "3y"', "SN-35-03"),
        ("PV", 'value = "configured", suggested = "90s"', 'value = 90, unit = "s"', "PV-7-02"),
        ("OM", 'event = "performance.evaluate"', 'event = "other"', "OM-6.3-02"),
    ],
)  # fmt: skip
def test_a_changed_number_is_found(code: str, old: str, new: str, clause: str) -> None:
    report = check.check(newest_with(code, old, new))
    assert report.missing == 1
    assert {problem.split(":")[0] for problem in report.problems} == {clause}


def test_a_changed_law_fails_though_it_is_not_among_the_documents() -> None:
    changed = newest_with("CBIRC-2020-3", "value = 15", "value = 16")
    report = check.check(changed)
    assert report.missing == 0
    assert report.problems == ["CBIRC-2020-3-20: within is 16d in the pack, 15d in the register"]


def test_a_missing_entry_is_found() -> None:
    text = (packs.FOLDER / "HB.toml").read_text(encoding="utf-8")
    gone = read_pack(re.sub(r'  \{ clause = "HB-4\.2-04".*\n', "", text))
    rest = [pack for pack in packs.latest().values() if pack.code != "HB"]
    report = check.check([*rest, gone])
    assert (report.missing, report.covered) == (1, 90)
    assert report.problems == ["HB-4.2-04: in no pack of HB, and no omission says why"]


def test_an_entry_stated_twice_and_an_unknown_clause_are_found() -> None:
    line = '  { clause = "HB-4.2-04", value = 48, unit = "h" },\n'
    twice = check.check(newest_with("HB", line, line + line))
    assert twice.problems == ["HB-4.2-04: stated 2 times in its pack"]
    made_up = check.check(newest_with("HB", line, line + line.replace("4.2-04", "9.9-99")))
    assert made_up.problems == ["HB-9.9-99: in a pack, but not in the register"]


@pytest.mark.parametrize(
    ("omitted", "problem"),
    [
        ({"XX-1": "There is no such clause, whatever one says."},
         "XX-1: omitted, but the register has no such limit"),
        ({"HB-1.1-01": "A feature without a number is nothing to omit."},
         "HB-1.1-01: omitted, but the register has no such limit"),
        ({"HB-4.2-04": "It is in the pack, so it is not omitted."},
         "HB-4.2-04: both in a pack and among the omissions"),
        ({"SN-H-02": "no"}, "SN-H-02: omitted without a reason"),
    ],
)  # fmt: skip
def test_a_made_up_omission_is_found(omitted: dict[str, str], problem: str) -> None:
    report = check.check(omissions={**packs.omissions(), **omitted})
    assert report.problems == [problem]


def test_failure_is_told_and_returned(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = {pack.code: pack for pack in newest_with("OM", "rings = 3", "rings = 5")}
    monkeypatch.setattr(packs, "latest", lambda: changed)
    assert check.main() == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["missing"] == 1
    assert said.err == "OM-2.1-02: rings is 5 in the pack, 3 in the register\n"


def test_the_register_is_whole_and_speaks_both_languages() -> None:
    held = register.documents()
    assert len(held) == 589
    assert register.words("HB-4.2-03") == "投诉24小时内响应"
    assert register.words("HB-4.2-03", "en") == "Respond to complaints within 24 hours"
    assert register.words("nothing") == ""
    assert all(clause.zh and clause.en for clause in register.law().values())


def test_versions_are_chosen_by_date() -> None:
    assert set(packs.in_force(date(2026, 6, 16))) == {"CBIRC-2020-3", "CG", "HB", "OM", "PV", "SN"}
    assert set(packs.in_force(date(2020, 3, 1))) == {"CBIRC-2020-3"}
    assert packs.in_force(date(2020, 2, 29)) == {}


def test_published_packs_are_not_edited() -> None:
    """A new number is a new file; whoever changes a published one meets this test."""
    kept = json.loads((packs.FOLDER / "published.json").read_text(encoding="utf-8"))
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in packs.FOLDER.glob("*.toml")
        if path.name not in packs.NOT_PACKS
    }
    assert found == kept
