"""Everything that can happen to secrets: opening one, turning the key ring, erasing a subject."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, TooMany
from shouwen.ground.vault import access, audit, keyring, keys, scopes
from shouwen.ground.vault.models import DataKey, LookQuota, RevealQuota, SealedModel

alerts = logging.getLogger("shouwen.alerts")

# A limit against copying customers out by eye. Opening more in a day needs a second person's
# approval; it counts people, over any 24 hours.
REVEALS_PER_DAY = 50
QUOTA_HOURS = 24
LOOK_HOURS = 1
SHORTEST_REASON = 2
LONGEST_REASON = 200
REWRAP_BATCH = 100


class RevealQuotaSpent(TooMany):
    """The person has opened as many masked values as one day allows."""

    message = _("You have opened as many values as one day allows. Ask your lead for help.")


class LookQuotaSpent(TooMany):
    """The person has looked up as many customers as one hour allows."""

    message = _(
        "You have looked up as many customers as one hour allows. Go on from the contact or case "
        "you have in hand, ask your lead for help, or try again at %(when)s."
    )


class OldKeysInUse(Conflict):
    """Data keys are still wrapped by an old key-encryption key."""

    message = _("Some data keys still need the old key. Finish the rotation, then try again.")


def _recent(quota: RevealQuota | None, at: datetime) -> list[str]:
    if quota is None:
        return []
    oldest = at - timedelta(hours=QUOTA_HOURS)
    return [t for t in json.loads(quota.recent) if datetime.fromisoformat(t) > oldest]


def reveals_used(actor: Actor, at: datetime) -> int:
    """Count what this person opened in the 24 hours before `at`."""
    return len(_recent(RevealQuota.objects.filter(person_ref=actor.ref).first(), at))


def _spend_quota(actor: Actor, at: datetime) -> None:
    RevealQuota.objects.get_or_create(person_ref=actor.ref)
    # The lock makes many windows of one person take turns; SQLite's transaction does so by itself.
    quota = RevealQuota.objects.select_for_update().get(person_ref=actor.ref)
    recent = _recent(quota, at)
    if len(recent) >= REVEALS_PER_DAY:
        raise RevealQuotaSpent
    quota.recent = json.dumps([*recent, at.isoformat()])
    quota.save(update_fields=["recent"])


def spend_look(
    actor: Actor, ref: str, most: Callable[[], int], *, act: str, purpose: str, at: datetime
) -> None:
    """Count a person's search (`ref` empty) or opening of a customer's file, `most` in an hour.

    A file that was opened before in that hour counts once. Raises LookQuotaSpent, which is on the
    trail under the `act` that was refused.
    """
    try:
        _spend_look(actor, ref, most, at)
    except LookQuotaSpent:
        alerts.warning("look refused: actor=%s result=quota_spent", actor.ref)
        with transaction.atomic():
            LookQuota.objects.filter(person_ref=actor.ref).update(refused_at=at)
            about = ("customers.customer", ref) if ref else None
            audit.record(actor, act, about, at=at, purpose=purpose, result="quota_spent")
        raise


def _spend_look(actor: Actor, ref: str, most: Callable[[], int], at: datetime) -> None:
    mine = LookQuota.objects.filter(person_ref=actor.ref)
    while True:
        quota = mine.first()
        if quota is None:
            first = LookQuota(
                institution_id=actor.institution_id or 0,
                person_ref=actor.ref,
                began_at=at,
                used=1,
                files=json.dumps([ref] if ref else []),
            )
            # Two windows may begin the very first hour together: it counts as one look.
            LookQuota.objects.bulk_create([first], ignore_conflicts=True)
            return
        is_over = quota.began_at <= at - timedelta(hours=LOOK_HOURS)
        files = [] if is_over else json.loads(quota.files)
        if ref and ref in files:
            return
        used, began_at = (0, at) if is_over else (quota.used, quota.began_at)
        if used >= most():
            ends = timezone.localtime(began_at + timedelta(hours=LOOK_HOURS))
            raise LookQuotaSpent(LookQuotaSpent.message % {"when": f"{ends:%H:%M}"})
        # Many windows of one person take turns by what they read: who came later looks again.
        counted = mine.filter(used=quota.used, began_at=quota.began_at).update(
            began_at=began_at, used=used + 1, files=json.dumps([*files, ref] if ref else files)
        )
        if counted:
            return


def _whose(obj: models.Model) -> dict[str, str]:
    return obj.belongs_to() if isinstance(obj, SealedModel) else {}


@transaction.atomic
def _open(obj: models.Model, field: str, actor: Actor, at: datetime, reason: str) -> str:
    _spend_quota(actor, at)
    whose = _whose(obj)
    audit.record(actor, "value.revealed", obj, at=at, fields=(field,), purpose=reason, detail=whose)
    value = getattr(obj, field)
    if value is None:
        raise NotThere
    plain: str = value.plain
    return obj.as_read(field, plain) if isinstance(obj, SealedModel) else plain


def reveal(obj: models.Model, field: str, *, actor: Actor, at: datetime, reason: str) -> str:
    """Open one sealed value for a person to see, on the trail before it is given.

    `obj` must come from the actor's own scope. Raises NotAllowed for a role that works masked,
    Invalid for a missing reason, RevealQuotaSpent after 50 in 24 hours, NotThere for a field that
    is not sealed or empty, KeyDestroyed after erasure. Refusals are on the trail as well.
    """
    scopes.sealed_field(obj, field)
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Invalid(fields={"reason": _("Say what you need this for.")})
    if not access.may_reveal(actor):
        _record_refusal(actor, obj, field, at, reason, "not_allowed")
        access.require(False)
    try:
        return _open(obj, field, actor, at, reason)
    except RevealQuotaSpent:
        _record_refusal(actor, obj, field, at, reason, "quota_spent")
        raise


def _record_refusal(
    actor: Actor, obj: models.Model, field: str, at: datetime, reason: str, result: str
) -> None:
    alerts.warning("reveal refused: actor=%s result=%s", actor.ref, result)
    with transaction.atomic():
        audit.record(
            actor,
            "value.revealed",
            obj,
            at=at,
            fields=(field,),
            purpose=reason,
            result=result,
            detail=_whose(obj),
        )


def destroy_key(subject: str, *, actor: Actor, at: datetime) -> bool:
    """Erase a subject by destroying its data key: nothing sealed with it opens again, ever.

    Copies of the wrapped key in backups die with the key-encryption key of their time, at the
    next rotation. Gives False when there was no key. Other processes notice within a minute.
    """
    with transaction.atomic():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                # Without it the old bytes stay readable in the file's free space.
                cursor.execute("PRAGMA secure_delete=ON")
        destroyed = DataKey.objects.filter(subject=subject, wrapped__isnull=False).update(
            wrapped=None, destroyed_at=at
        )
        if destroyed:
            audit.record(actor, "key.destroyed", ("vault.datakey", subject), at=at)
    keys.forget_cached()
    return bool(destroyed)


def rotate_kek(*, actor: Actor, at: datetime) -> int:
    """Make a new key-encryption key and wrap every data key with it; give how many.

    Works in small committed steps; when killed, `rewrap_keys` finishes. The old key stays until
    `destroy_old_keks`.
    """
    version = keyring.provider().add_version()
    with transaction.atomic():
        audit.record(actor, "key.rotated", ("vault.kek", str(version)), at=at)
    return rewrap_keys()


def rewrap_keys() -> int:
    """Wrap every data key that an old key-encryption key holds with the current one."""
    provider = keyring.provider()
    current = provider.current_version()
    last, done = 0, 0
    while True:
        rows = list(
            DataKey.objects.filter(kek_version__lt=current, wrapped__isnull=False, pk__gt=last)
            .order_by("pk")
            .only("pk", "subject", "wrapped", "kek_version")[:REWRAP_BATCH]
        )
        if not rows:
            return done
        with transaction.atomic():
            for row in rows:
                try:
                    version, wrapped = keys.rewrapped(row)
                except keyring.KeyBroken:
                    alerts.critical("data key %s does not open; left as it is", row.pk)
                    continue
                # Guarded: a key destroyed meanwhile stays destroyed.
                done += DataKey.objects.filter(
                    pk=row.pk, kek_version=row.kek_version, wrapped__isnull=False
                ).update(kek_version=version, wrapped=wrapped)
        last = rows[-1].pk


def destroy_old_keks(*, actor: Actor, at: datetime) -> list[int]:
    """Forget every key-encryption key but the current one; give the versions destroyed.

    Raises OldKeysInUse while any data key still needs one.
    """
    provider = keyring.provider()
    current = provider.current_version()
    if DataKey.objects.filter(kek_version__lt=current, wrapped__isnull=False).exists():
        raise OldKeysInUse
    destroyed = [v for v in provider.versions() if v != current]
    for version in destroyed:
        with transaction.atomic():
            audit.record(actor, "key.destroyed", ("vault.kek", str(version)), at=at)
        provider.destroy_version(version)
    return destroyed
