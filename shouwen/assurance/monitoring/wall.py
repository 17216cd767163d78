"""How the wall words its figures: tiles with value, target and verdict; seats; the hourly chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwen.assurance.monitoring import kpis
from shouwen.assurance.monitoring.queries import LiveFigures, QueueFigures
from shouwen.assurance.monitoring.rules import share
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kit import words
from shouwen.ground.kit.sheets import Format
from shouwen.ground.kit.words import Words
from shouwen.ground.policy.queries import ATTENTION_COUNTED_TO, Target, clause_words
from shouwen.people.staff import access
from shouwen.people.staff.models import PresenceState

SEATS_SHOWN = 84
LATE_WAIT_SHARE = 0.8
SEATS: tuple[tuple[str, str, Any, Any], ...] = (
    (PresenceState.BUSY, "sw-chat", gettext_lazy("C"), gettext_lazy("In conversation")),
    (PresenceState.WRAP_UP, "sw-wrap", gettext_lazy("W"), gettext_lazy("Wrapping up")),
    (PresenceState.READY, "sw-idle", gettext_lazy("F"), gettext_lazy("Free")),
    (PresenceState.BREAK, "sw-rest", gettext_lazy("B"), gettext_lazy("On a break")),
    (PresenceState.TRAINING, "sw-train", gettext_lazy("T"), gettext_lazy("In training")),
    (PresenceState.OFFLINE, "sw-out", gettext_lazy("O"), gettext_lazy("Offline")),
)
# The tiles from left to right; those with a period are also figures of the reports.
WAITING = "waiting"
PERIODS = {
    "connect_rate": "today",
    "service_level": "today",
    WAITING: "",
    "abandon_rate": "today",
    "first_contact_resolution": "7d",
    "satisfaction_rate": "7d",
}
# What a figure was counted from is read by these.
OF_CONTACTS = ("contact.read",)
OF_RATINGS = ("contact.read", "case.read")
CASES_BY_CLOCK = {"over": "late", "soon": "soon", "hold": "waiting"}


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the reader may go on to from a figure; what stays shut to them has no address."""

    contacts: bool
    ratings: bool
    queues: bool
    cases: bool

    def figure(self, code: str, *, queue: str = "", period: str = "") -> str:
        """Give the address of what a figure was counted from, or of the figure over time."""
        may_look = self.ratings if code == "satisfaction_rate" else self.contacts
        parts = {"period": period or PERIODS[code], "kpi": code, "queue": queue}
        asked = urlencode({name: value for name, value in parts.items() if value})
        return f"{reverse('reports:behind' if may_look else 'reports:history')}?{asked}"

    def queue(self, code: str = "") -> str:
        """Give the address of the queues at this moment, at one of them."""
        if not self.queues:
            return ""
        return reverse("routing:floor") + (f"#queue-{code}" if code else "")

    def clock(self, name: str) -> str:
        """Give the address of the cases whose clocks stand so."""
        return f"{reverse('cases:ledger')}?view={CASES_BY_CLOCK[name]}" if self.cases else ""


def ways_of(actor: Actor) -> Ways:
    """Say where somebody who may see the wall may go on to."""

    def may(*rights: str) -> bool:
        return all(access.has_right(actor, right) for right in rights)

    return Ways(
        contacts=may(*OF_CONTACTS),
        ratings=may(*OF_RATINGS),
        queues=may("routing.read"),
        cases=may("case.read"),
    )


@dataclass(frozen=True, slots=True)
class Definition:
    """The card behind a tile's name: how the figure is counted, and what asks for it."""

    id: str
    name: Words
    formula: Words
    clause: str
    clause_words: str


def definitions() -> list[Definition]:
    """Give the card of every tile, in the order of the tiles."""
    return [_definition(code) for code in PERIODS]


def _definition(code: str) -> Definition:
    if code == WAITING:
        formula = _("Customers in a queue at this moment whom nobody has taken yet")
        return Definition(code, _("Waiting now"), formula, "HB-1.3-03", clause_words("HB-1.3-03"))
    kpi = kpis.by_code()[code]
    return Definition(_id(code), kpi.name, kpi.formula, kpi.clause, clause_words(kpi.clause))


def _id(code: str) -> str:
    return code.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure with its target, its verdict and the way to what stands behind it."""

    code: str
    name: str
    value: str
    unit: str
    tone: str
    goal: str
    goal_words: str
    passed: str
    side: str
    values: tuple[float | None, ...]
    href: str

    @property
    def id(self) -> str:
        """What its parts and its card are called on the page."""
        return _id(self.code)


@dataclass(frozen=True, slots=True)
class Seat:
    """How many people are in one state."""

    tone: str
    letter: str
    name: str
    count: int
    boxes: range


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue with the tone of its wait and of its service level."""

    queue: QueueFigures
    wait: str
    wait_tone: str
    level: float | None
    level_tone: str
    waiting_href: str
    level_href: str
    answered_href: str


def _percent(rate: float | None) -> str:
    return "" if rate is None else f"{rate * 100:.1f}"


def _rate_tile(
    code: str,
    name: str,
    rate: float | None,
    target: Target | None,
    *,
    ways: Ways,
    side: str,
    values: tuple[float | None, ...] = (),
    at_most: bool = False,
) -> Tile:
    href = ways.figure(code)
    if target is None:
        return Tile(code, name, _percent(rate), "%", "", "", "", "", side, values, href)
    wanted = f"{target.value * 100:g}%"
    goal = (_("target at most %(value)s") if at_most else _("target at least %(value)s")) % {
        "value": wanted
    }
    if rate is None:
        return Tile(code, name, "", "%", "", "", goal, "", side, values, href)
    passed = rate <= target.value if at_most else rate >= target.value
    return Tile(
        code=code,
        name=name,
        value=_percent(rate),
        unit="%",
        tone="" if passed else "soon",
        goal=str(target.value),
        goal_words=goal,
        passed="yes" if passed else "no",
        side=side,
        values=values,
        href=href,
    )


def tiles(figures: LiveFigures, ways: Ways) -> list[Tile]:
    """Word the row of figures on top of the wall."""
    today, week = figures.today, figures.week
    hourly = tuple(hour.connect_rate for hour in figures.hours[-7:])
    level = figures.service_level_target
    level_target = Target(level, "SN-17-02") if level is not None else None
    longest = words.duration(figures.longest_wait_seconds) if figures.waiting else "—"
    average = today.average_wait_seconds
    return [
        _rate_tile(
            "connect_rate",
            _("Connect rate"),
            today.connect_rate,
            figures.targets.get("connect_rate"),
            ways=ways,
            side=_("Today"),
            values=hourly,
        ),
        _rate_tile(
            "service_level",
            _("Service level, %(seconds)s s") % {"seconds": figures.service_level_seconds},
            today.service_level,
            level_target,
            ways=ways,
            side=_("Today"),
        ),
        Tile(
            code=WAITING,
            name=_("Waiting now"),
            value=str(figures.waiting),
            unit=_("people"),
            tone="",
            goal="",
            goal_words=_("longest %(time)s") % {"time": longest},
            passed="",
            side=_("mean %(time)s") % {"time": words.duration(average)} if average else "",
            values=(),
            href=ways.queue(),
        ),
        _rate_tile(
            "abandon_rate",
            _("Abandon rate"),
            today.abandon_rate,
            None,
            ways=ways,
            side=_("Today"),
        ),
        _rate_tile(
            "first_contact_resolution",
            _("Solved at first contact"),
            week.first_contact_resolution,
            None,
            ways=ways,
            side=_("Last 7 days"),
        ),
        _rate_tile(
            "satisfaction_rate",
            _("Satisfaction rate"),
            week.satisfaction_rate,
            figures.targets.get("csat"),
            ways=ways,
            side=_("%(count)s rated in 7 days") % {"count": week.rated},
            values=tuple(figures.daily_satisfaction),
        ),
    ]


def seats(figures: LiveFigures) -> list[Seat]:
    """Draw the people by state; boxes up to a number that fits, counts always in full."""
    free = SEATS_SHOWN
    drawn: list[Seat] = []
    for state, tone, letter, name in SEATS:
        count = figures.people.get(state, 0)
        boxes = min(count, max(free, 0))
        free -= boxes
        drawn.append(Seat(tone, str(letter), str(name), count, range(boxes)))
    return drawn


def queue_rows(figures: LiveFigures, ways: Ways) -> list[QueueRow]:
    """Word the queues, longest wait first."""
    rows = []
    for queue in figures.queues:
        level = queue.today.service_level
        is_late = queue.longest_wait_seconds >= LATE_WAIT_SHARE * queue.target_seconds
        level_tone = "sw-safe"
        if level is not None and level < queue.target_share:
            level_tone = "sw-over" if level < queue.target_share - 0.1 else "sw-soon"
        rows.append(
            QueueRow(
                queue=queue,
                wait=words.duration(queue.longest_wait_seconds) if queue.waiting else "—",
                wait_tone="sw-c-soon" if queue.waiting and is_late else "",
                level=level,
                level_tone=level_tone,
                waiting_href=ways.queue(queue.code),
                level_href=ways.figure("service_level", queue=queue.code),
                answered_href=ways.figure("contacts_answered", queue=queue.code, period="today"),
            )
        )
    return rows


def scores(figures: LiveFigures) -> list[tuple[str, float | None, str]]:
    """Give the spread of the week's ratings: words, share, tone."""
    week = figures.week
    spread = (
        (_("Very satisfied"), week.score_5, "sw-safe"),
        (_("Satisfied"), week.score_4, "sw-safe"),
        (_("Neutral"), week.score_3, "sw-soon"),
        (_("Not satisfied"), week.score_low, "sw-over"),
    )
    return [(name, share(count, week.rated), tone) for name, count, tone in spread]


def clocks(figures: LiveFigures) -> dict[str, str]:
    """Write how many clocks need somebody: `37`, or `10,000+` where counting stopped."""
    most = ATTENTION_COUNTED_TO
    return {
        name: f"{most:,}+" if count > most else str(count) for name, count in figures.clocks.items()
    }


def context(figures: LiveFigures, actor: Actor) -> dict[str, Any]:
    """Everything the page's template names."""
    ways = ways_of(actor)
    return {
        "figures": figures,
        "tiles": tiles(figures, ways),
        "seats": seats(figures),
        "staffed": sum(
            count for state, count in figures.people.items() if state != PresenceState.OFFLINE
        ),
        "clocks": clocks(figures),
        "clock_ways": {name: ways.clock(name) for name in CASES_BY_CLOCK},
        "queue_rows": queue_rows(figures, ways),
        "queue_files": [(kind.name, reverse(f"monitoring:queues_{kind}")) for kind in Format],
        "scores": scores(figures),
        "hourly": [
            {"hour": row.hour, "queued": row.queued, "rate": row.connect_rate}
            for row in figures.hours
        ],
    }
