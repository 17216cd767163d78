"""Spike mode goes on and off: by a lead, by the queue's own rule, or because its time is up."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations.actions import steps
from shouwen.contact.routing import access, openings, pace, spikes
from shouwen.contact.routing.actions import moving
from shouwen.contact.routing.actions.queue_settings import BOUNDS
from shouwen.contact.routing.models import Queue, Spike, SpikeEnd
from shouwen.contact.routing.rules.spiking import has_held, is_pressed
from shouwen.ground.kernel import wake
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Words
from shouwen.ground.vault import audit
from shouwen.people.staff.models import Institution

REASON_CHARACTERS = 80
BY_RULE = "rule"
# What the pressure of a queue is judged by: the channel of those who wait and watch.
CHANNEL = "chat"


class SpikeRuns(Conflict):
    """Spike mode is on here already."""

    message = _("Spike mode is on here already. End it first to begin anew.")


@transaction.atomic
def begin_spike(
    institution: Institution,
    *,
    queue: Queue | None = None,
    reason: str,
    minutes: int | None = None,
    actor: Actor,
    at: datetime,
) -> Spike:
    """Switch spike mode on for a queue, or for every queue of the institution.

    It widens at once, overflows earlier, lets each person take more within their own number, and
    tells those who wait. It ends by itself after `minutes` (the queue's figure without). Raises
    SpikeRuns, Invalid, NotAllowed, NotThere. Serves HB-2.1-02.
    """
    access.require_switch(actor, institution.pk)
    if queue is not None and queue.institution_id != institution.pk:
        raise NotThere
    wrong: dict[str, Words] = {}
    reason = reason.strip()
    if not reason or len(reason) > REASON_CHARACTERS or not reason.isprintable():
        wrong["reason"] = _("Say why in up to 80 characters.")
    lasts = spikes.minutes_of(queue) if minutes is None else minutes
    least, most = BOUNDS["spike_minutes"]
    if not least <= lasts <= most:
        words = _("Give a number from %(least)s to %(most)s.")
        wrong["minutes"] = words % {"least": least, "most": most}
    if wrong:
        raise Invalid(fields=wrong)
    return _begin(institution, queue, reason, lasts, by_rule=False, actor=actor, at=at)


def _begin(
    institution: Institution,
    queue: Queue | None,
    reason: str,
    minutes: int,
    *,
    by_rule: bool,
    actor: Actor,
    at: datetime,
) -> Spike:
    try:
        with transaction.atomic():
            spike = Spike.objects.create(
                institution=institution,
                queue=queue,
                by_rule=by_rule,
                reason=reason,
                began_at=at,
                began_by_ref=actor.ref,
                began_by_name=actor.name,
                ends_at=at + timedelta(minutes=minutes),
            )
    except IntegrityError as error:
        # Two leads pressed at once, or one of them and the rule: one stretch runs.
        raise SpikeRuns from error
    detail: dict[str, str | int | bool | None] = {
        "queue": queue.code if queue else "",
        "by_rule": by_rule,
        "until": spike.ends_at.isoformat(),
    }
    audit.record(actor, "queue.spike_begun", spike, at=at, purpose=reason, detail=detail)
    _tell(institution)
    return spike


def _tell(institution: Institution) -> None:
    steps.tell_queues(institution.code)
    transaction.on_commit(wake.route.set)


@transaction.atomic
def end_spike(spike: Spike, *, actor: Actor, at: datetime, how: str = SpikeEnd.HAND) -> None:
    """Switch spike mode off; what was offered or moved meanwhile stays. Ended twice is ended once.

    Raises NotAllowed, NotThere.
    """
    access.require_switch(actor, spike.institution_id)
    running = Spike.objects.filter(pk=spike.pk, ended_at__isnull=True)
    if not running.update(ended_at=at, ended_how=how):
        return
    if spike.queue_id is not None:
        Queue.objects.filter(pk=spike.queue_id).update(pressed_since=None)
    spike.refresh_from_db()
    detail: dict[str, str | int | bool | None] = {
        "queue": spike.queue.code if spike.queue else "",
        "how": str(how),
        "seconds": int((at - spike.began_at).total_seconds()),
    }
    audit.record(actor, "queue.spike_ended", spike, at=at, detail=detail)
    _tell(spike.institution)


def watch_spikes(at: datetime) -> int:
    """End what has run long enough and begin what the queues' rules ask for; give how many."""
    return _end_due(at) + _follow_pressure(at)


def _end_due(at: datetime) -> int:
    due = Spike.objects.filter(ended_at__isnull=True, ends_at__lte=at)
    listed = list(due.select_related("queue", "institution").order_by("pk"))
    for spike in listed:
        _end_by_itself(spike, SpikeEnd.TIME, at)
    return len(listed)


def _end_by_itself(spike: Spike, how: SpikeEnd, at: datetime) -> None:
    end_spike(spike, actor=Actor.system("routing", spike.institution_id), at=at, how=how)


def _follow_pressure(at: datetime) -> int:
    ruled = Queue.objects.exclude(
        spike_above_waiting__isnull=True, spike_above_wait_seconds__isnull=True
    )
    queues = list(ruled.select_related("institution", "unit").order_by("pk"))
    opened = openings.of(queues, at) if queues else {}
    done = 0
    for home in sorted({queue.institution_id for queue in queues}):
        ours = [queue for queue in queues if queue.institution_id == home]
        ahead, there = moving.ahead_of(home), spikes.of(ours, home)
        for queue in ours:
            waiting = ahead.get(queue.code, 0)
            pressed = opened[queue.pk].is_open and is_pressed(
                spikes.limits_of(queue), waiting, _expected_wait(queue, waiting, at)
            )
            done += _follow(queue, there.get(queue.pk), pressed=pressed, at=at)
    return done


def _expected_wait(queue: Queue, waiting: int, at: datetime) -> int | None:
    if queue.spike_above_wait_seconds is None or not waiting:
        return None
    return pace.of(queue, CHANNEL, at).wait_seconds(waiting)


def _follow(queue: Queue, spike: Spike | None, *, pressed: bool, at: datetime) -> bool:
    """Do what the pressure of one queue asks for; whether spike mode went on or off."""
    hold = spikes.limits_of(queue).hold_seconds
    if spike is None:
        since = (queue.pressed_since or at) if pressed else None
        if since != queue.pressed_since:
            Queue.objects.filter(pk=queue.pk).update(pressed_since=since)
        return has_held(since, hold, at) and _begin_by_rule(queue, at)
    # One that a lead began ends by hand or with its time, not because nobody waits yet.
    if not spike.by_rule:
        return False
    eased = None if pressed else (spike.eased_since or at)
    if eased != spike.eased_since:
        Spike.objects.filter(pk=spike.pk).update(eased_since=eased)
    if not has_held(eased, hold, at):
        return False
    _end_by_itself(spike, SpikeEnd.EASED, at)
    return True


def _begin_by_rule(queue: Queue, at: datetime) -> bool:
    actor = Actor.system("routing", queue.institution_id)
    minutes = spikes.minutes_of(queue)
    try:
        with transaction.atomic():
            _begin(queue.institution, queue, BY_RULE, minutes, by_rule=True, actor=actor, at=at)
    except SpikeRuns:
        return False
    return True
