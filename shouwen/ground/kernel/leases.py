"""Election by a row in the database: the guarded update says who holds a job."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from shouwen.ground.kernel.models import Lease


def hold_lease(name: str, holder: str, seconds: float, at: datetime) -> bool:
    """Take or renew the lease `name` until `at` + `seconds`; say whether `holder` has it now."""
    until = at + timedelta(seconds=seconds)
    mine_or_free = Q(holder=holder) | Q(until_at__isnull=True) | Q(until_at__lt=at)
    if Lease.objects.filter(mine_or_free, name=name).update(holder=holder, until_at=until):
        return True
    if Lease.objects.filter(name=name).exists():
        return False
    _lease, made = Lease.objects.get_or_create(
        name=name, defaults={"holder": holder, "until_at": until}
    )
    return made


def give_up_lease(name: str, holder: str) -> None:
    """Let go of a lease on a clean stop, so that the next holder need not wait."""
    Lease.objects.filter(name=name, holder=holder).update(holder="", until_at=None)


def leases_held(start: str) -> dict[str, tuple[str, datetime | None]]:
    """Give holder and end of the leases whose name begins so, also of those that have ended."""
    rows = Lease.objects.filter(name__startswith=start).order_by("name")
    return {
        name: (holder, until)
        for name, holder, until in rows.values_list("name", "holder", "until_at")
    }
