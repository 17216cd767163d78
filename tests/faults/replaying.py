"""Customers who keep coming while something is killed, and what must be true of them afterwards."""

from __future__ import annotations

import csv
import json
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.live import ROOT, SHOUWEN, Centre

CONTACTS = 60
QUESTIONS = (
    "信用卡年费怎么减免？",
    "转账失败了，钱什么时候退回来？",
    "How do I raise my daily transfer limit?",
    "贷款还清后结清证明在哪里开",
    "My new card has not arrived yet, can you check?",
)


def questions(folder: Path) -> Path:
    """Write the texts to replay."""
    path = folder / "questions.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows([f"{QUESTIONS[n % 5]} ({n})", "x"] for n in range(CONTACTS))
    return path


def begin_replay(centre: Centre, folder: Path) -> subprocess.Popen[str]:
    """Let the customers come, twenty at a time."""
    return subprocess.Popen(
        [
            *(str(SHOUWEN), "replay", str(questions(folder)), "--url", centre.url),
            *("--contacts", str(CONTACTS), "--at-once", "20", "--staff", "8"),
        ],
        cwd=ROOT,
        env=centre.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def summary_of(replay: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait for a replay's end and give its last line."""
    words, _nothing = replay.communicate(timeout=400)
    figures: dict[str, Any] = json.loads(words.strip().splitlines()[-1])
    return figures


def audit_of(centre: Centre) -> dict[str, Any]:
    """Verify the trail; the last half second is chained first."""
    time.sleep(2)
    verified = centre.command("audit", "verify")
    figures: dict[str, Any] = json.loads(verified.stdout)
    assert verified.returncode == 0, figures
    return figures


def assert_nothing_lost(figures: dict[str, Any]) -> None:
    """Every customer has one contact, an owner and an ending; nothing is lost or doubled."""
    whole = {
        name: figures[name]
        for name in ("contacts", "distinct_contacts", "lost", "doubled", "without_owner")
    }
    assert whole == {
        "contacts": CONTACTS,
        "distinct_contacts": CONTACTS,
        "lost": 0,
        "doubled": 0,
        "without_owner": 0,
    }, figures
    assert (figures["without_ending"], figures["gave_up"]) == (0, 0), figures
