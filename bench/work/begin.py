"""Loads Django on the fresh database and brings it to form."""

from __future__ import annotations

import json
from typing import Any

import django
from django.core.management import call_command


def begin() -> None:
    """Load the rooms and make their tables."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


def say(**figures: Any) -> None:
    """Print one line of figures."""
    print(json.dumps(figures, ensure_ascii=False), flush=True)
