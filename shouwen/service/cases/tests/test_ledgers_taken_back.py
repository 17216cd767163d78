"""The upgrade that kept the ledgers apart can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from shouwen.people.staff.tests.factories import a_person
from shouwen.service.cases.models import SavedView
from shouwen.service.cases.tests.factories import MONDAY_9AM, a_bank

NODE = ("cases", "0018_ledgers_kept_apart")
EARLIER = ("cases", "0017_waiting")


@pytest.mark.django_db(transaction=True)
def test_a_name_used_in_both_ledgers_does_not_keep_the_upgrade_from_going_back(
    settings: Any,
) -> None:
    bank = a_bank()
    person = a_person(bank.cards, "agent")
    for ledger in ("cases", "complaints"):
        SavedView.objects.create(
            institution=bank.institution,
            person=person,
            ledger=ledger,
            name="我的待办",
            filters={},
            saved_at=MONDAY_9AM,
        )
    # Tests make their tables without migrations; this one looks at them.
    settings.MIGRATION_MODULES = {}
    loader = MigrationLoader(connection)
    migration = loader.get_migration(*NODE)
    with connection.schema_editor() as editor:
        before = migration.unapply(loader.project_state(EARLIER), editor)
    with connection.schema_editor() as editor:
        migration.apply(before, editor)
    assert [view.ledger for view in SavedView.objects.all()] == ["cases"]
