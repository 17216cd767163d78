"""Sessions kept in the database that know whose they are, so that they can be closed at once."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class BrowserSession(AbstractBaseSession):
    """One browser's session; `person_id` is set while a member of staff is signed in."""

    # Ids and moments only; the secret of a factor being enrolled lies in it sealed.
    DATA_CLASSES = {"session_key": "C1", "session_data": "C1"}

    person_id = models.BigIntegerField(null=True, db_index=True)

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        """Give the store that reads these rows."""
        return SessionStore


class SessionStore(DatabaseSessionStore):
    """Django's database sessions, with the person's id beside the data."""

    @classmethod
    def get_model_class(cls) -> type[BrowserSession]:
        """Give the table."""
        return BrowserSession

    def create_model_instance(self, data: dict[str, Any]) -> BrowserSession:
        """Make the row, with the id of whoever is signed in."""
        row = super().create_model_instance(data)
        return BrowserSession(
            session_key=row.session_key,
            session_data=row.session_data,
            expire_date=row.expire_date,
            person_id=int(data[SESSION_KEY]) if data.get(SESSION_KEY) else None,
        )
