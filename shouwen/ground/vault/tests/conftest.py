"""A home folder of its own for every test, and one table with sealed fields to try."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from shouwen.ground.vault import keyring, keys
from shouwen.ground.vault.tests.letters import Letter


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Keys and checkpoints of this test alone."""
    settings.SHOUWEN_HOME = tmp_path
    keyring.plug(None)
    keys.forget_cached()
    yield tmp_path
    keyring.plug(None)
    keys.forget_cached()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database, with the letters' table."""
    with django_db_blocker.unblock():
        if Letter._meta.db_table not in connection.introspection.table_names():
            with connection.schema_editor() as editor:
                editor.create_model(Letter)


@pytest.fixture(autouse=True)
def _no_letters_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the letters after a test that really commits: the runner does not know their table."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    Letter.objects.all().delete()
