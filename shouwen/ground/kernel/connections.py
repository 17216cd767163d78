"""Database connections: of threads that live on, and what it means when one is refused its turn."""

from __future__ import annotations

import logging

from django.db import OperationalError, close_old_connections, connection

from .errors import TooBusy

logger = logging.getLogger(__name__)

# PostgreSQL's words for "somebody else goes first": serialization failure, deadlock, lock taken.
GO_LAST = frozenset({"40001", "40P01", "55P03"})


def tidy(*, after_error: bool = False) -> None:
    """Leave the thread's connection fit for its next piece of work.

    On PostgreSQL it goes back to the pool. SQLite's stays open, since opening one costs more than
    most reads, unless an error may have left it unusable.
    """
    if connection.vendor == "sqlite" and not after_error:
        return
    close_old_connections()


def refused_turn(error: Exception) -> TooBusy | None:
    """Say as a Problem that the database let others go first; None for every other error.

    What was begun has been rolled back: nothing of it is stored, and trying again may succeed.
    """
    if not isinstance(error, OperationalError):
        return None
    is_last = getattr(error.__cause__, "sqlstate", None) in GO_LAST
    if not is_last and "database is locked" not in str(error):
        return None
    logger.warning("refused a turn at the database: %s", str(error).splitlines()[0])
    return TooBusy()
