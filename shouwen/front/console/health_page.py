"""How the machine is: what each room knows of itself, gathered for the page and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.assurance.satisfaction import queries as satisfaction
from shouwen.front.console.health_words import CARRIERS, LOOPS, refusal_words
from shouwen.ground.kernel import delivery, health, loops
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.health import Group, Reading, State, Unit, state_of
from shouwen.ground.policy import figures, ticker
from shouwen.ground.policy import queries as policy
from shouwen.ground.vault import seals, sequencer
from shouwen.people.customers import ports as letters
from shouwen.people.customers import queries as customers
from shouwen.people.staff import access
from shouwen.people.staff import queries as staff

WATCH = "system.watch"


@dataclass(frozen=True, slots=True)
class HealthPage:
    """Every group as it was at one moment."""

    at: datetime
    groups: list[Group]

    @property
    def late(self) -> int:
        """How many readings are behind."""
        return sum(group.late for group in self.groups)


def page(actor: Actor, at: datetime) -> HealthPage:
    """Read everything once, in a constant number of queries; needs `system.watch`.

    Raises NotAllowed. Serves SN-25-01.
    """
    access.require(actor, WATCH)
    return HealthPage(at, [read(actor, at) for read in health.readers()])


def _limit(name: str) -> int:
    return figures.figure(name).value


def events(actor: Actor, at: datetime) -> Group:
    """Say how far the delivery of facts is behind, and who was given up; two queries."""
    lag, limit = round(delivery.outbox_lag_seconds(at), 1), _limit("health-outbox-seconds")
    waiting = Reading(
        "outbox",
        pgettext_lazy("health", "Oldest event waits"),
        state_of(lag, limit),
        lag,
        Unit.SECONDS,
        limit,
        advice=_("See below whether a process runs the background tasks, and read its log."),
    )
    dead = [
        Reading(
            f"dead:{one.hearer}",
            pgettext_lazy("health", "Deliveries given up"),
            State.LATE,
            one.count,
            Unit.COUNT,
            0,
            one.since,
            one.hearer.removeprefix("shouwen."),
            _("Mend what its log line names, then have them delivered again."),
        )
        for one in delivery.dead_hearers(actor.institution_id)
    ]
    none = Reading(
        "dead", pgettext_lazy("health", "Deliveries given up"), amount=0, unit=Unit.COUNT, limit=0
    )
    return Group("events", pgettext_lazy("health", "Events"), (waiting, *(dead or [none])))


def clocks(_actor: Actor, at: datetime) -> Group:
    """Say how late breaches are seen; one query."""
    lag, limit = round(ticker.lag_seconds(at), 1), _limit("health-clock-seconds")
    reading = Reading(
        "clocks",
        pgettext_lazy("health", "Breaches are seen late by"),
        state_of(lag, limit),
        lag,
        Unit.SECONDS,
        limit,
        advice=_("See below whether a process watches the clocks, and read its log."),
    )
    return Group("clocks", pgettext_lazy("health", "Clocks"), (reading,))


def trail(_actor: Actor, at: datetime) -> Group:
    """Say how far the chain of the trail is and when it was last signed; two queries."""
    found, limit = sequencer.standing(at), _limit("health-chain-seconds")
    waiting = Reading(
        "chain",
        pgettext_lazy("health", "Oldest line not chained"),
        state_of(found.lag_seconds, limit),
        round(found.lag_seconds, 1),
        Unit.SECONDS,
        limit,
        advice=_("See below whether a process chains the trail, and read its log."),
    )
    # Chained and not yet signed is usual for a moment; more signed than chained is damage.
    broken = found.signed > found.chained
    signed = Reading(
        "checkpoint",
        pgettext_lazy("health", "Lines under the last signature"),
        State.LATE if broken else State.OK,
        found.signed,
        Unit.COUNT,
        at=found.signed_at,
        note=found.key,
        advice=_("The trail is shorter than what was signed. Run shouwen audit verify at once."),
    )
    return Group("trail", pgettext_lazy("health", "Audit chain"), (waiting, signed))


def background(_actor: Actor, at: datetime) -> Group:
    """Say which process turns each background task, and when it last did; one query."""
    label = pgettext_lazy("health", "Background tasks")
    return Group("loops", label, tuple(_beats(at)))


def _beats(at: datetime) -> Iterator[Reading]:
    grace = _limit("health-loop-seconds")
    for beat in loops.beats():
        name = beat.loop.name
        since = None if beat.at is None else max(0.0, round((at - beat.at).total_seconds(), 1))
        limit = beat.loop.every_seconds + grace
        late = since is None or since > limit
        yield Reading(
            f"loop:{name}",
            LOOPS.get(name, name),
            State.LATE if late else State.OK,
            since,
            Unit.SECONDS,
            limit,
            beat.at,
            beat.holder,
            _("No process turns it. Start shouwen up or shouwen loops, or read its log."),
        )


def post(actor: Actor, at: datetime) -> Group:
    """Say whether letters go out, and what was last refused; three queries."""
    count, oldest = customers.codes_to_send(actor.institution_id or 0, at)
    waits = round((at - oldest).total_seconds(), 1) if oldest else 0.0
    limit = _limit("health-letter-seconds")
    plugged = letters.letter_kinds() != []
    state = state_of(waits, limit) if plugged else State.OFF
    oldest_code = Reading(
        "letters",
        pgettext_lazy("health", "Oldest code to be sent waits"),
        state,
        waits,
        Unit.SECONDS,
        limit,
        note="" if plugged else _("no gateway is set up (SHOUWEN_SMTP, SHOUWEN_SPOOL)"),
        advice=_("See the last refusal below, or the gateway's folder and program."),
    )
    waiting = Reading(
        "letters-waiting",
        pgettext_lazy("health", "Codes waiting to be sent"),
        State.OK if plugged else State.OFF,
        count,
        Unit.COUNT,
    )
    surveys = Reading(
        "letters-surveys",
        pgettext_lazy("health", "Surveys waiting to be sent by e-mail"),
        State.OK if letters.letterbox("EMAIL") else State.OFF,
        satisfaction.letters_to_send(actor.institution_id or 0),
        Unit.COUNT,
    )
    label = pgettext_lazy("health", "Mail and text messages")
    return Group("letters", label, (oldest_code, waiting, surveys, *_standings()))


def _standings() -> Iterator[Reading]:
    found = customers.letter_standings()
    for kind, words in CARRIERS.items():
        standing = found.get(kind)
        is_there = letters.letterbox(kind) is not None
        late = is_there and standing is not None and standing.is_away
        yield Reading(
            f"letters-{kind.lower()}",
            words,
            State.LATE if late else State.OK if is_there else State.OFF,
            at=standing.refused_at if standing else None,
            note=refusal_words(standing.code) if standing else "",
            advice=_("It takes no letters now. They are tried again; check its address and log."),
        )


def packs(actor: Actor, at: datetime) -> Group:
    """Say which version of each rule pack counts at the actor's institution."""
    readings = tuple(
        Reading(
            f"pack:{one.code}",
            one.title,
            State.OFF if one.extent == "NONE" else State.OK,
            note=f"{one.version} · {one.effective_on:%Y-%m-%d}",
        )
        for one in policy.overview(actor.institution_id or 0, at)
    )
    return Group("packs", pgettext_lazy("health", "Rule packs"), readings)


def seal(actor: Actor, at: datetime) -> Group:
    """Say whether what the actor's institution issues bears its electronic seal.

    One query where there are seals, none where there is none.
    """
    return Group("seal", pgettext_lazy("health", "Electronic seal"), (_certificate(actor, at),))


def _certificate(actor: Actor, at: datetime) -> Reading:
    label = pgettext_lazy("health", "Certificate for result notices")
    code = staff.code_of_home(actor) if seals.codes() else ""
    try:
        held = seals.seal_of(code) if code else None
    except seals.SealDamaged as error:
        why = _("No notice is issued until its files are put right: %(why)s.")
        return Reading("seal", label, State.LATE, advice=why % {"why": error.why})
    if held is None:
        none = _("none: notices go out without an electronic seal")
        return Reading("seal", label, State.OFF, note=none)
    soon = at + timedelta(days=_limit("health-seal-days"))
    advice = _("It runs out soon; then no notice is issued. Renew it.")
    if not held.counts_at(at):
        advice = _("It has run out or does not count yet: no notice is issued. Renew it.")
    state = State.OK if held.counts_at(at) and held.ends_at > soon else State.LATE
    note = f"{held.name} · {held.sha256[:12]}"
    return Reading("seal", label, state, at=held.ends_at, note=note, advice=advice)


READERS = (events, clocks, trail, background, post, seal)
