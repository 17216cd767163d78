"""What is said of the electronic seals when a centre starts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from shouwen.ground.kernel.errors import NotThere
from shouwen.ground.vault import seals
from shouwen.people.staff import queries as staff


def faults(at: datetime) -> Iterator[str]:
    """Give a sentence for each seal that issues nothing as it is.

    The centre starts all the same: what has run out overnight keeps no customer from asking, and
    System health and whoever issues a notice are told by name.
    """
    for code in seals.codes():
        try:
            staff.institution_by_code(code)
        except NotThere:
            yield f"Electronic seal {code}.p12: no institution has the code {code}."
            continue
        try:
            held = seals.seal_of(code)
        except seals.SealDamaged as error:
            yield f"Electronic seal {code}.p12: {error.why}. It issues no notice until then."
            continue
        if held is not None and not held.counts_at(at):
            days = f"from {held.begins_at:%Y-%m-%d} to {held.ends_at:%Y-%m-%d}"
            yield (
                f"Electronic seal {code}.p12: its certificate counts {days}. "
                "Renew it; it issues no notice until then."
            )
