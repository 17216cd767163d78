"""Asking for other rules, which count when a second person has approved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from datetime import time as clock

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere
from shouwen.ground.kernel.time import SHANGHAI, day_of
from shouwen.ground.policy import actions as policy
from shouwen.ground.policy import queries
from shouwen.ground.policy.models import ClauseSetting
from shouwen.people.approvals import actions as approvals
from shouwen.people.approvals import queries as requests
from shouwen.people.approvals.actions import Subject
from shouwen.people.approvals.models import Approval
from shouwen.people.approvals.ports import Decision
from shouwen.people.staff import access

CLAUSE, PACKS = "policy.clause", "policy.packs"
EDIT = "policy.edit"


class ChangeWaits(Conflict):
    """One change of a rule at a time."""

    message = gettext_lazy("A change of this waits for a decision. Wait for it, or withdraw it.")


def _effective(from_day: date | None, at: datetime) -> datetime | None:
    """Give the first moment of a day; None for "as soon as it is approved". Raises Invalid."""
    if from_day is None:
        return None
    if from_day < day_of(at):
        # What has begun keeps the rules it began with, so nothing counts backwards.
        raise Invalid(fields={"from": _("Choose today or a later day.")})
    return datetime.combine(from_day, clock(), SHANGHAI)


def refuse_second(actor: Actor, kind: str, ref: str, at: datetime) -> None:
    """One change of a thing waits at a time. Raises ChangeWaits."""
    rows = requests.approvals_of(actor, kind, ref, at=at)
    if any(row.is_open for row in rows):
        raise ChangeWaits


@transaction.atomic
def ask_clause(
    clause: str,
    mode: str,
    limit: str,
    *,
    from_day: date | None,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Approval:
    """Ask that a clause binds, is aimed at or does not count, from a day on (None: at once).

    `mode` is HARD, TARGET or OFF; `limit` such as `90s` only where the clause leaves its figure
    open. Raises NotAllowed, NotThere, Invalid, ChangeWaits, LawCannotBeSet. Serves SN-35-01.
    """
    access.require(actor, EDIT)
    home = actor.institution_id or 0
    effective = _effective(from_day, at)
    then = queries.standing(home, clause, effective or at)
    if then is None:
        raise NotThere
    if (mode, limit) == (then.mode, then.limit):
        raise Invalid(fields={"mode": _("It counts so already.")})
    refuse_second(actor, "clause", clause, at)
    setting = policy.propose_setting(
        home, clause, mode, limit=limit, reason=reason, actor=actor, at=at
    )
    words = [str(queries.MODE_WORDS[mode]), limit]
    return approvals.ask_approval(
        CLAUSE,
        Subject("clause", clause, clause),
        words=" ".join([clause, *(word for word in words if word)]),
        reason=reason,
        payload={"setting": setting.public_id, "from": effective.isoformat() if effective else ""},
        actor=actor,
        at=at,
    )


@transaction.atomic
def ask_packs(
    whole: Iterable[str],
    listed: Iterable[str],
    *,
    from_day: date | None,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Approval:
    """Ask that these packs count, whole or with single clauses, and no others.

    Raises NotAllowed, Invalid, ChangeWaits, LawCannotBeSet. Serves SN-35-01.
    """
    access.require(actor, EDIT)
    home = actor.institution_id or 0
    chosen = {"whole": sorted(set(whole)), "listed": sorted(set(listed) - set(whole))}
    policy.check_choice(chosen["whole"], chosen["listed"])
    effective = _effective(from_day, at)
    held = {one.code: one.extent for one in queries.overview(home, effective or at)}
    wanted = {
        code: "WHOLE"
        if code in chosen["whole"]
        else "LISTED"
        if code in chosen["listed"]
        else "NONE"
        for code in held
    }
    if wanted == held:
        raise Invalid(fields={"packs": _("It counts so already.")})
    refuse_second(actor, "packs", str(home), at)
    words = [
        f"{code}: {queries.EXTENT_WORDS[extent]}"
        for code, extent in wanted.items()
        if extent != held[code]
    ]
    return approvals.ask_approval(
        PACKS,
        Subject("packs", str(home)),
        words=", ".join(words),
        reason=reason,
        payload={**chosen, "from": effective.isoformat() if effective else ""},
        actor=actor,
        at=at,
    )


def settle_rules(decision: Decision, at: datetime) -> None:
    """Have an approved change count from its day, or from now where that day has passed.

    Called in the transaction of the decision.
    """
    if not decision.is_approved or decision.decided_by is None:
        return
    wanted = decision.payload["from"]
    effective = max(datetime.fromisoformat(wanted), at) if wanted else at
    if decision.kind == PACKS:
        policy.adopt_packs(
            decision.institution_id,
            decision.payload["whole"],
            listed=decision.payload["listed"],
            actor=decision.decided_by,
            at=at,
            effective_at=effective,
        )
        return
    setting = ClauseSetting.objects.get(
        public_id=decision.payload["setting"], institution_id=decision.institution_id
    )
    policy.approve_setting(setting, actor=decision.decided_by, at=at, effective_at=effective)
