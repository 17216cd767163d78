"""Making a centre ready to run: its database's form, its page files, the demo's rows."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator

import click
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model

from config import sealing, statics
from shouwen.ground.kernel import time
from shouwen.ground.vault import guard

LOCK_FILE = ".preparing"
# A number of our own among PostgreSQL's advisory locks: "首问" in UTF-8.
LOCK_NUMBER = 0xE9A696E997AE


class CannotStart(Exception):
    """The centre cannot start; the words say what to do."""


def migrate() -> None:
    """Bring the database to this version's form. Raises CannotStart in one sentence."""
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            click.echo("Preparing the database …")
            if connection.introspection.table_names():
                call_command("migrate", interactive=False, verbosity=0)
            else:
                found(executor)
    except OperationalError as error:
        raise _away(error) from error
    except DatabaseError as error:
        raise CannotStart(f"The database refused the change of form: {error}") from error


def found(executor: MigrationExecutor) -> None:
    """Give an empty database the tables of this version at once, with every migration noted.

    Walking through the migrations takes ten times as long and ends at the same tables, as
    `config/tests/test_migrations.py` holds. All of it is there afterwards, or nothing.
    """
    with connection.schema_editor(atomic=True) as editor:
        models: list[type[Model]] = [executor.recorder.Migration, *apps.get_models()]
        for model in models:
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        guard.install(connection)
        for app, name in executor.loader.graph.nodes:
            executor.recorder.record_applied(app, name)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


def prepare(*, with_pages: bool) -> None:
    """Do all that a process needs before it may work; processes that start together take turns.

    The first one does the work, the others find it done. Raises CannotStart.
    """
    with _turn_in_the_folder(), _turn_at_the_database():
        migrate()
        for line in sealing.faults(time.now()):
            click.echo(line, err=True)
        if with_pages:
            statics.collect()
        if settings.DEMO:
            # The demo's rows are built through the rooms' own actions, so it loads with them.
            from config.demo import centre  # noqa: PLC0415

            # Loops wait for it as pages do: its past is lived through before anybody's present.
            centre.ensure(say=click.echo)


@contextlib.contextmanager
def _turn_in_the_folder() -> Iterator[None]:
    descriptor = os.open(settings.SHOUWEN_HOME / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _turn_at_the_database() -> Iterator[None]:
    """The same between machines, which share no folder. SQLite is on one machine only."""
    if connection.vendor != "postgresql":
        yield
        return
    # A connection of its own: the lock belongs to it, and preparing may close the other.
    beside = connection.copy()
    try:
        try:
            with beside.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK_NUMBER])
        except OperationalError as error:
            raise _away(error) from error
        try:
            yield
        finally:
            with beside.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_NUMBER])
    finally:
        beside.close()


def _away(error: OperationalError) -> CannotStart:
    where = settings.DATABASES["default"]["NAME"]
    return CannotStart(
        f"The database {where} does not answer ({str(error).splitlines()[0]}). "
        "Start it, or correct DATABASE_URL."
    )
