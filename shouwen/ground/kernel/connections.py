"""Database connections of threads that live on: loops and the socket pool."""

from __future__ import annotations

from django.db import close_old_connections, connection


def tidy(*, after_error: bool = False) -> None:
    """Leave the thread's connection fit for its next piece of work.

    On PostgreSQL it goes back to the pool. SQLite's stays open, since opening one costs more than
    most reads, unless an error may have left it unusable.
    """
    if connection.vendor == "sqlite" and not after_error:
        return
    close_old_connections()
