"""Two ready-made choices of packs, used by the demo centre and as starting points."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.policy import actions, packs
from shouwen.ground.policy.rules.limits import Mode

BANK_PACKS = ("CBIRC-2020-3", "CG", "OM", "PV", "SN")
MANUAL = "HB"


def every_pack() -> tuple[str, ...]:
    """Name every installed pack."""
    return tuple(packs.latest())


def complaint_limits(pack: str) -> tuple[str, ...]:
    """Name the clauses of a pack that limit the handling of complaints."""
    return tuple(
        limit.clause
        for limit in packs.latest()[pack].limits()
        if limit.event.startswith("complaint.")
    )


@transaction.atomic
def adopt_packs(
    institution_id: int,
    codes: Iterable[str],
    *,
    actor: Actor,
    approver: Actor,
    at: datetime,
    targets: Iterable[str] = (),
    hard: Iterable[str] = (),
    off: Iterable[str] = (),
    reason: str = "设立机构时选定。",
) -> None:
    """Adopt packs whole, and set single clauses to target, hard or off with two persons.

    A pack that is not among `codes` but has a clause set counts with those clauses alone.
    """
    whole = set(codes)
    chosen = dict.fromkeys(targets, Mode.TARGET)
    chosen |= dict.fromkeys(hard, Mode.HARD) | dict.fromkeys(off, Mode.OFF)
    owner = {limit.clause: limit.pack for pack in packs.installed() for limit in pack.limits()}
    listed = {owner[clause] for clause in chosen if clause in owner} - whole
    actions.adopt_packs(institution_id, whole, listed=listed, actor=actor, at=at)
    for clause, mode in chosen.items():
        setting = actions.propose_setting(
            institution_id, clause, str(mode), reason=reason, actor=actor, at=at
        )
        actions.approve_setting(setting, actor=approver, at=at)


def adopt_as_bank(institution_id: int, *, actor: Actor, approver: Actor, at: datetime) -> None:
    """Run CG, SN, OM, PV and the law; of HB its complaint limits alone, as targets."""
    adopt_packs(
        institution_id,
        BANK_PACKS,
        actor=actor,
        approver=approver,
        at=at,
        targets=complaint_limits(MANUAL),
        reason="手册的投诉时限作为目标，以指南和法规为准。",
    )


def adopt_as_insurer(institution_id: int, *, actor: Actor, approver: Actor, at: datetime) -> None:
    """Run every installed pack; the strictest limit counts."""
    adopt_packs(institution_id, every_pack(), actor=actor, approver=approver, at=at)
