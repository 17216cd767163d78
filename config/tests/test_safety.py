"""Unsafe settings of a centre that people reach refuse to start, in one sentence each."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from config import safety

ROOT = Path(__file__).parents[2]
SECRET = "Zq4-ux9Lr7_kW2mB8sT5vN1cY6eH3jD0aF" * 2


@pytest.fixture
def safe(tmp_path: Path) -> safety.Choices:
    """Give a centre as it should be."""
    tmp_path.chmod(0o700)
    return safety.Choices(
        demo=False,
        debug=False,
        mfa_required=True,
        public_url="https://centre.example",
        secret_key=SECRET,
        hosts=["centre.example"],
        widget_origins=["https://www.bank.example"],
        home=tmp_path,
        keyring=tmp_path / "keyring.json",
    )


def test_a_centre_as_it_should_be_starts(safe: safety.Choices) -> None:
    assert safety.faults(safe) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"demo": True}, "SHOUWEN_DEMO=1"),
        ({"debug": True}, "DEBUG"),
        ({"mfa_required": False}, "SHOUWEN_MFA"),
        ({"clock_file": "ahead"}, "SHOUWEN_CLOCK_FILE moves time"),
        ({"secret_key": "short"}, "SHOUWEN_SECRET_KEY"),
        ({"secret_key": "a" * 60}, "SHOUWEN_SECRET_KEY"),
        ({"hosts": ["centre.example", "*"]}, "SHOUWEN_HOSTS answers"),
        ({"hosts": ["centre.example", ".example"]}, "SHOUWEN_HOSTS answers"),
        ({"hosts": ["other.example"]}, "SHOUWEN_HOSTS lacks centre.example"),
        ({"public_url": "http://centre.example"}, "SHOUWEN_PUBLIC_URL carries"),
        ({"public_url": "https://centre.example/desk"}, "SHOUWEN_PUBLIC_URL is an origin"),
        ({"widget_origins": ["http://www.bank.example"]}, "SHOUWEN_WIDGET_ORIGINS"),
        ({"widget_origins": ["https://*.bank.example"]}, "SHOUWEN_WIDGET_ORIGINS"),
        ({"widget_origins": ["https://www.bank.example/a"]}, "SHOUWEN_WIDGET_ORIGINS"),
    ],
)
def test_one_unsafe_choice_is_named(
    safe: safety.Choices, change: dict[str, object], said: str
) -> None:
    found = safety.faults(replace(safe, **change))  # type: ignore[arg-type]  # the test's choices
    assert len(found) == 1
    assert found[0].startswith(said)


def test_a_demo_on_this_machine_may_be_loose(safe: safety.Choices) -> None:
    local = replace(safe, demo=True, mfa_required=False, public_url="", hosts=["*"])
    assert safety.faults(local) == []


@pytest.mark.parametrize("name", ["secret.key", "keyring.json", "demo-password"])
def test_a_secret_that_others_can_read_is_named(safe: safety.Choices, name: str) -> None:
    path = safe.home / name
    path.write_text("x")
    path.chmod(0o600)
    assert safety.faults(safe) == []
    path.chmod(0o640)
    assert [str(path) in words for words in safety.faults(safe)] == [True]


def test_a_home_that_others_can_enter_is_named(safe: safety.Choices) -> None:
    safe.home.chmod(0o755)
    assert safety.faults(safe) == [
        f"Other accounts of this machine can read {safe.home}. Run: chmod 700 {safe.home}"
    ]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"SHOUWEN_DEMO": "1", "SHOUWEN_PUBLIC_URL": "https://centre.example"}, "SHOUWEN_DEMO=1"),
        ({"SHOUWEN_SECRET_KEY": "changeme"}, "SHOUWEN_SECRET_KEY"),
        ({"SHOUWEN_HOSTS": "*"}, "SHOUWEN_HOSTS"),
    ],
)
def test_the_centre_itself_refuses_to_start(
    tmp_path: Path, settings: dict[str, str], said: str
) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SHOUWEN_")}
    if "SHOUWEN_PUBLIC_URL" in settings:
        settings = {**settings, "SHOUWEN_HOSTS": "centre.example"}
    result = subprocess.run(
        [sys.executable, "-m", "config.cli", "up"],
        cwd=ROOT,
        env={**kept, **settings, "SHOUWEN_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 1
    assert result.stderr.startswith(f"Error: {said}")
    assert "Traceback" not in result.stderr


def test_a_seal_that_others_can_read_is_named(safe: safety.Choices) -> None:
    seals = safe.home / "seals"
    named = replace(safe, seals=seals)
    assert safety.faults(named) == []
    seals.mkdir(mode=0o700)
    (seals / "bank.pass").write_text("x")
    (seals / "bank.pass").chmod(0o644)
    assert [str(seals / "bank.pass") in words for words in safety.faults(named)] == [True]
    (seals / "bank.pass").chmod(0o600)
    assert safety.faults(named) == []
    (said,) = safety.faults(replace(safe, seals=safe.home / "elsewhere"))
    assert said.startswith("SHOUWEN_SEALS=")
