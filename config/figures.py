"""Rebuilding the sums of days and months, for `shouwen rebuild-figures`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import click

from shouwen.assurance.improvement import actions as improvement
from shouwen.assurance.monitoring import actions
from shouwen.assurance.monitoring.rules import month_start
from shouwen.ground.kernel import time
from shouwen.ground.kernel.errors import NotThere
from shouwen.people.staff import queries as staff


def rebuild(code: str, months: int, *, say: Callable[[str], Any]) -> None:
    """Rebuild the last `months` months of an institution, this one first."""
    try:
        home = staff.institution_by_code(code)
    except NotThere as error:
        raise click.ClickException(f"There is no institution {code}.") from error
    # Before the sums: what is counted of complaints is set right in the quarter hours.
    stated = actions.recount_held(home.pk) + improvement.recount_accountable(home.pk)
    say(f"complaints: {stated} statements")
    month = month_start(time.now())
    for _month in range(months):
        rows = actions.rebuild(home.pk, month)
        say(f"{month + timedelta(hours=12):%Y-%m}: {rows} rows")
        month = month_start(month - timedelta(days=1))
