"""Fetching one complaint: the same each time, and built once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models.sql.compiler import SQLCompiler

from shouwen.people.staff.tests.factories import acting
from shouwen.service.complaints import queries
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.tests.factories import Office, a_complaint


def test_a_complaint_is_fetched_without_building_its_many_joins_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, me = a_complaint(office), acting(office.head)
    queries.complaint_for(me, one.public_id)
    built: list[object] = []
    usual = SQLCompiler.as_sql

    def noting(self: SQLCompiler, *words: Any, **more: Any) -> Any:
        built.append(self.query.model)
        return usual(self, *words, **more)

    monkeypatch.setattr(SQLCompiler, "as_sql", noting)
    again = queries.complaint_for(me, one.public_id)
    assert (again, again.case.customer) == (one, one.case.customer)
    assert Complaint not in built
