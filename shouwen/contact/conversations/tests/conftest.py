"""What the tests of conversations stand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shouwen.contact.conversations import ports
from shouwen.contact.conversations.plugs import DiskStore
from shouwen.contact.conversations.tests.factories import Bank, a_bank


@pytest.fixture
def bank(db: None) -> Bank:
    """A bank with two agents and a lead."""
    return a_bank()


@pytest.fixture(autouse=True)
def plugs(tmp_path: Path) -> Iterator[None]:
    """Keep files in a folder of the test; put every plug back after it."""
    before = (
        ports.plugged.first_hearer,
        ports.plugged.queue,
        ports.plugged.scanner,
        ports.plugged.file_store,
    )
    ports.plug_file_store(DiskStore(tmp_path / "files"))
    yield
    (
        ports.plugged.first_hearer,
        ports.plugged.queue,
        ports.plugged.scanner,
        ports.plugged.file_store,
    ) = before
