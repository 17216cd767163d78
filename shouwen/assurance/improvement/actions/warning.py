"""Early warning: thresholds are set, figures that cross one warn, and a person takes note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.improvement import access, queries
from shouwen.assurance.improvement.actions.saying import redacted
from shouwen.assurance.improvement.actions.telling import tell_of
from shouwen.assurance.improvement.models import EarlyWarning, Threshold
from shouwen.assurance.improvement.models.warnings import PLAN_MAX_CHARACTERS
from shouwen.assurance.improvement.rules import warnings as rules
from shouwen.assurance.improvement.rules.figures import Line
from shouwen.assurance.improvement.rules.warnings import Measure
from shouwen.assurance.monitoring import periods
from shouwen.assurance.monitoring.periods import Period
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.kernel.time import day_of
from shouwen.ground.vault import audit
from shouwen.people.staff import access as staff_access
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Unit

OFFERED = _("Choose one of the values offered.")
MOST: dict[str, int] = {
    Measure.SHARE: rules.MOST_PERCENT - 1,
    Measure.RATE: rules.MOST_PER_MILLE - 1,
}
UNFIT: dict[Measure, Words] = {
    Measure.SHARE: _("All complaints have no share. Watch their number."),
    Measure.RATE: _("Contacts are counted for all complaints and by business category alone."),
}


class ThresholdThere(Conflict):
    """Of one kind one threshold counts."""

    message = _("There is a threshold of this kind already. Retire it first, then set another.")


class ThresholdRetired(Conflict):
    """Another person was first."""

    message = _("A colleague has retired this threshold already.")


class WarningNoted(Conflict):
    """Another person was first."""

    message = _("A colleague has taken note of this warning already. Look at what they wrote.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A threshold as it is to be: what is above `most` within `days` warns."""

    figure: str
    key: str = ""
    measure: str = Measure.COUNT
    most: int
    least: int
    days: int
    answer_hours: int
    unit: Unit | None = None


def _refuse_wrong(wanted: Wanted) -> None:
    wrong: dict[str, Words] = {}
    if wanted.figure not in rules.FIGURES:
        wrong["figure"] = OFFERED
    if wanted.measure not in list(Measure):
        wrong["measure"] = OFFERED
    elif not wrong and not rules.fits(wanted.figure, Measure(wanted.measure)):
        wrong["measure"] = UNFIT[Measure(wanted.measure)]
    bounds = {
        "most": (1, MOST.get(wanted.measure, rules.MOST_COUNT)),
        "least": (0, rules.MOST_COUNT),
        "days": (1, rules.MOST_DAYS),
        "answer_hours": (1, rules.MOST_HOURS),
    }
    for name, (least, most) in bounds.items():
        if not least <= getattr(wanted, name) <= most:
            words = _("Enter a whole number from %(least)s to %(most)s.")
            wrong[name] = words % {"least": least, "most": most}
    if wrong:
        raise Invalid(fields=wrong)


@transaction.atomic
def set_threshold(wanted: Wanted, *, actor: Actor, at: datetime) -> Threshold:
    """Set a threshold; what is above it already warns at once.

    Raises Invalid by field, NotAllowed, ThresholdThere. Serves CG-5.3-01, CG-5.3-03.
    """
    access.require_reading(actor)
    staff_access.require(actor, access.SETS_THRESHOLDS)
    person = staff.person_acting(actor)
    _refuse_wrong(wanted)
    zh, en = queries.names_of_key(actor, wanted.figure, wanted.key)
    if wanted.unit is not None and wanted.unit.institution_id != person.institution_id:
        raise Invalid(fields={"unit": OFFERED})
    made = Threshold(
        institution_id=person.institution_id,
        figure=wanted.figure,
        key=wanted.key,
        zh=zh,
        en=en,
        measure=wanted.measure,
        most=wanted.most,
        least=0 if wanted.measure == Measure.COUNT else wanted.least,
        days=wanted.days,
        answer_hours=wanted.answer_hours,
        unit=wanted.unit,
        set_by=person,
        set_at=at,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise ThresholdThere from None
    audit.record(actor, "threshold.set", made, at=at, detail=_told(made))
    _watch(made.institution_id, at)
    return made


def _told(one: Threshold) -> dict[str, audit.Value]:
    return {
        "figure": one.figure,
        "key": one.key,
        "measure": one.measure,
        "most": one.most,
        "days": one.days,
    }


@transaction.atomic
def retire_threshold(threshold: Threshold, *, actor: Actor, at: datetime) -> None:
    """Let a threshold warn no more; what it raised stays. Raises NotAllowed, ThresholdRetired."""
    staff_access.require(actor, access.SETS_THRESHOLDS)
    queries.threshold_for(actor, threshold.public_id)
    live = Threshold.objects.filter(pk=threshold.pk, retired_at__isnull=True)
    if not live.update(retired_at=at):
        raise ThresholdRetired
    EarlyWarning.objects.filter(threshold=threshold, ended_at__isnull=True).update(ended_at=at)
    audit.record(actor, "threshold.retired", threshold, at=at, detail=_told(threshold))


def watch_thresholds(at: datetime) -> int:
    """Look at every threshold of every institution; give how many warnings were raised.

    Called again, it raises none a second time. Serves CG-5.3-01, CG-5.3-02.
    """
    live = Threshold.objects.filter(retired_at__isnull=True)
    homes = live.order_by("institution_id").values_list("institution_id", flat=True).distinct()
    return sum(_watch(home, at) for home in list(homes))


def _watch(home: int, at: datetime) -> int:
    live = queries.thresholds_that_count(home)
    watches = {one.pk: queries.watch_of(one) for one in live}
    above = {
        (row.threshold_id, row.key): row.pk
        for row in EarlyWarning.objects.filter(institution_id=home, ended_at__isnull=True).order_by(
            "pk"
        )
    }
    counted: dict[tuple[str, int, bool], list[Line]] = {}
    still: set[tuple[int, str]] = set()
    raised = 0
    for one in live:
        watch, period = watches[one.pk], _period(one.days, at)
        kind = (one.figure, one.days, watch.measure is Measure.RATE)
        if kind not in counted:
            lines = queries.lines_of(home, one.figure, period, at=at)
            is_rate = kind[-1]
            counted[kind] = queries.per_contact(home, lines, period) if is_rate else lines
        left = rules.left_out(watch, watches.values())
        over = [
            (line, total)
            for line, total in ((li, li.count if li.of is None else li.of) for li in counted[kind])
            if rules.concerns(watch, line.key)
            and line.key not in left
            and rules.is_crossed(watch, line.count, total)
        ]
        for line, total in over:
            if (one.pk, line.key) not in above:
                raised += _raise(one, line, total, period, at)
        still |= {(one.pk, line.key) for line, _total in over}
    # What fell below is over, and what a threshold raised while it was being retired.
    ended = [pk for place, pk in above.items() if place not in still]
    if ended:
        EarlyWarning.objects.filter(pk__in=ended).update(ended_at=at)
    return raised


def _period(days: int, at: datetime) -> Period:
    today = day_of(at)
    return periods.between(today - timedelta(days=days - 1), today, at)


def _raise(one: Threshold, line: Line, total: int, period: Period, at: datetime) -> int:
    made = EarlyWarning(
        institution_id=one.institution_id,
        threshold=one,
        key=line.key,
        zh=line.zh,
        en=line.en or line.zh,
        count=line.count,
        of=total,
        first=period.first,
        last=period.last,
        raised_at=at,
        answer_by=at + timedelta(hours=one.answer_hours),
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            told, letters = tell_of(made, at=at)
            system = Actor.system("warnings", one.institution_id)
            detail: dict[str, audit.Value] = {
                **_told(one),
                "key": line.key,
                "count": line.count,
                "of": total,
                "told": told,
                "letters": letters,
            }
            audit.record(system, "warning.raised", made, at=at, detail=detail)
    except IntegrityError:
        # Another look raised it at this very moment.
        return 0
    return 1


@transaction.atomic
def note_warning(warning: EarlyWarning, *, plan: str, actor: Actor, at: datetime) -> None:
    """Take note, saying what is done about it and what is said to customers.

    Raises Invalid, NotAllowed, NotThere, WarningNoted. Serves CG-5.3-03, SN-43-01.
    """
    staff_access.require(actor, access.WORKS_ISSUES)
    queries.warning_for(actor, warning.public_id)
    person = staff.person_acting(actor)
    said = redacted("plan", plan, PLAN_MAX_CHARACTERS)
    waiting = EarlyWarning.objects.filter(pk=warning.pk, noted_at__isnull=True)
    # Two may press at once: the row count, not an earlier read, says who was first.
    if not waiting.update(noted_at=at, noted_by=person, plan=said):
        raise WarningNoted
    warning.refresh_from_db()
    is_late = at > warning.answer_by
    audit.record(actor, "warning.noted", warning, at=at, detail={"is_late": is_late})
