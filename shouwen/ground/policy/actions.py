"""What an institution decides: its packs, single clauses, its working time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, NotThere, Words
from shouwen.ground.policy import packs, words
from shouwen.ground.policy.book import periods_from, touch
from shouwen.ground.policy.models import (
    CalendarException,
    ClauseSetting,
    HousePhrase,
    PackAdoption,
    WorkSchedule,
)
from shouwen.ground.policy.rules.facts import FAMILIES
from shouwen.ground.policy.rules.limits import Mode
from shouwen.ground.policy.rules.phrases import spoken_part
from shouwen.ground.policy.rules.spans import Span
from shouwen.ground.vault import audit

PHRASES_AT_MOST = 200
PHRASE_LEAST, PHRASE_MOST = 2, 40
INSTEAD_MAX_CHARACTERS = 200
SOURCE_MAX_CHARACTERS = 60
WeeklyPeriods = Mapping[int, list[list[str]]]


class SettingDecidedAlready(Conflict):
    """A proposal is approved once."""

    message = _("A colleague has decided this proposal already.")


class ApproverIsProposer(Conflict):
    """Nobody approves their own proposal."""

    message = _("Rules need two persons. Ask a colleague to approve your proposal.")


class LawCannotBeSet(Invalid):
    """The statutory floor is not an institution's to lower."""

    message = _("A limit set by law cannot be lowered. Choose another clause.")


class PhraseKnownAlready(Conflict):
    """The same words, forbidden twice."""

    message = _("These words are forbidden here already.")


class TooManyPhrases(Conflict):
    """Every line that is said is looked through for all of them."""

    message = _(
        "An institution forbids 200 phrases of its own at most. End one that is no longer needed."
    )


@transaction.atomic
def adopt_packs(
    institution_id: int,
    codes: Iterable[str],
    *,
    actor: Actor,
    at: datetime,
    listed: Iterable[str] = (),
    effective_at: datetime | None = None,
) -> None:
    """Choose the packs that count from `effective_at` (now): whole `codes`, and in part `listed`.

    Of a pack in part only the clauses with a setting count. Packs named in neither do not count.
    Raises Invalid for an unknown pack. Matters that have begun keep what they began with.
    """
    whole, part = set(codes), set(listed)
    known = _known_packs(whole | part)
    extents = PackAdoption.Extent
    for code in sorted(known):
        extent = extents.WHOLE if code in whole else extents.NONE
        if code in part:
            extent = extents.LISTED
        PackAdoption.objects.create(
            institution_id=institution_id,
            pack=code,
            extent=extent,
            effective_at=effective_at or at,
            decided_by=actor.ref,
        )
    touch(institution_id)
    audit.record(
        actor,
        "packs.adopted",
        ("institution", str(institution_id)),
        at=at,
        detail={"whole": " ".join(sorted(whole)), "in_part": " ".join(sorted(part))},
    )


def check_choice(codes: Iterable[str], listed: Iterable[str]) -> None:
    """Refuse a choice of packs before it is asked for. Raises Invalid, LawCannotBeSet."""
    whole = set(codes)
    _known_packs(whole | set(listed))
    if {pack.code for pack in packs.installed() if pack.statutory} - whole:
        raise LawCannotBeSet


def _known_packs(named: set[str]) -> set[str]:
    known = {pack.code for pack in packs.installed()}
    unknown = sorted(named - known)
    if unknown:
        raise Invalid(fields={"packs": _("There is no pack %(name)s.") % {"name": unknown[0]}})
    return known


@transaction.atomic
def propose_setting(
    institution_id: int,
    clause: str,
    mode: str,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
    limit: str = "",
) -> ClauseSetting:
    """Propose that a clause binds (HARD), is aimed at (TARGET) or does not count (OFF).

    `limit` (such as `90s`) gives the figure where the clause leaves it open. It counts only when
    a second person approves. Raises Invalid, LawCannotBeSet.
    """
    known = {held.clause: held for pack in packs.installed() for held in pack.limits()}
    entries = {e["clause"] for p in packs.installed() for held in p.entries.values() for e in held}
    spoken = {phrase.clause for pack in packs.installed() for _on, phrase in pack.phrases}
    if clause not in known and clause not in entries | spoken:
        raise Invalid(fields={"clause": _("No pack has this clause.")})
    if not reason.strip():
        raise Invalid(fields={"reason": _("Give the reason; it is kept with the rule.")})
    if mode not in Mode.__members__:
        raise Invalid(fields={"mode": _("Choose hard, target or off.")})
    held = known.get(clause)
    law = {pack.code for pack in packs.installed() if pack.statutory}
    if held and held.pack in law and held.default is Mode.HARD and mode != Mode.HARD:
        raise LawCannotBeSet
    if limit:
        _check_limit(limit, open_figure=held is not None and held.span is None)
    setting = ClauseSetting.objects.create(
        institution_id=institution_id,
        clause=clause,
        mode=mode,
        limit=limit,
        reason=reason,
        proposed_by=actor.ref,
        proposed_at=at,
    )
    detail = {"clause": clause, "mode": mode, "limit": limit, "reason": reason}
    audit.record(actor, "clause.proposed", setting, at=at, detail=detail)
    return setting


def _check_limit(limit: str, *, open_figure: bool) -> None:
    try:
        Span.parse(limit)
    except ValueError:
        raise Invalid(fields={"limit": _("Write a time such as 90s, 24h or 7wd.")}) from None
    if not open_figure:
        raise Invalid(fields={"limit": _("This clause has its own figure; it is not set here.")})


@transaction.atomic
def approve_setting(
    setting: ClauseSetting, *, actor: Actor, at: datetime, effective_at: datetime | None = None
) -> ClauseSetting:
    """Let a proposal count from `effective_at` (now), as the second person.

    Raises ApproverIsProposer, SettingDecidedAlready.
    """
    if actor.ref == setting.proposed_by:
        raise ApproverIsProposer
    decided = ClauseSetting.objects.filter(pk=setting.pk, effective_at__isnull=True).update(
        approved_by=actor.ref, effective_at=effective_at or at
    )
    if not decided:
        raise SettingDecidedAlready
    setting.refresh_from_db()
    touch(setting.institution_id)
    audit.record(actor, "clause.approved", setting, at=at, detail={"clause": setting.clause})
    return setting


@transaction.atomic
def set_schedule(
    institution_id: int, weekly: WeeklyPeriods, *, actor: Actor, at: datetime, queue_code: str = ""
) -> WorkSchedule:
    """Set the worked periods of a week, for the institution or one of its queues.

    `weekly`: {0: [["09:00", "12:00"], ["13:00", "18:00"]], …}, 0 is Monday; an end of 24:00 is
    midnight. Raises Invalid where periods overlap, run backwards or no day is worked.
    """
    for day, periods in weekly.items():
        check_periods(f"weekly.{day}", periods)
    if not any(weekly.values()):
        raise Invalid(fields={"weekly": _("At least one day must be worked.")})
    before = WorkSchedule.objects.filter(
        institution_id=institution_id, queue_code=queue_code
    ).first()
    schedule, _made = WorkSchedule.objects.update_or_create(
        institution_id=institution_id,
        queue_code=queue_code,
        defaults={"weekly": {str(day): periods for day, periods in weekly.items()}},
    )
    touch(institution_id)
    audit.record(
        actor,
        "schedule.set",
        ("institution", str(institution_id)),
        at=at,
        detail={
            "queue": queue_code,
            **audit.changes(
                {"week": _week_text(before.weekly) if before else None},
                {"week": _week_text(schedule.weekly)},
            ),
        },
    )
    return schedule


def _week_text(weekly: Mapping[str, list[list[str]]]) -> str:
    """Say a week for the trail: `0 09:00-12:00 13:00-18:00, 1 …`, 0 is Monday."""
    return ", ".join(
        " ".join([day, *("-".join(period) for period in periods)])
        for day, periods in sorted(weekly.items())
        if periods
    )


@transaction.atomic
def set_exception(
    institution_id: int | None,
    day: date,
    periods: list[list[str]],
    *,
    reason: str,
    actor: Actor,
    at: datetime,
) -> CalendarException:
    """Let one date differ: worked in these periods, or not at all when there are none.

    Without an institution it counts everywhere. It overrides the statutory calendar and carries
    beyond the years the calendar library holds.
    """
    check_periods("periods", periods)
    before = _day_text(institution_id, day)
    exception, _made = CalendarException.objects.update_or_create(
        institution_id=institution_id,
        date=day,
        defaults={"periods": periods, "reason": reason},
    )
    touch(institution_id)
    _note_exception(actor, institution_id, day, before, at)
    return exception


@transaction.atomic
def remove_exception(institution_id: int | None, day: date, *, actor: Actor, at: datetime) -> None:
    """Let a date follow the calendar again. Raises NotThere."""
    before = _day_text(institution_id, day)
    gone, _by = CalendarException.objects.filter(institution_id=institution_id, date=day).delete()
    if not gone:
        raise NotThere
    touch(institution_id)
    _note_exception(actor, institution_id, day, before, at)


def _day_text(institution_id: int | None, day: date) -> str | None:
    """Say for the trail how a date differs: its periods, `off`, or None where it does not."""
    held = CalendarException.objects.filter(institution_id=institution_id, date=day).first()
    if held is None:
        return None
    return " ".join("-".join(period) for period in held.periods) or "off"


def _note_exception(
    actor: Actor, institution_id: int | None, day: date, before: str | None, at: datetime
) -> None:
    after = _day_text(institution_id, day)
    audit.record(
        actor,
        "calendar.changed",
        ("institution", str(institution_id or "all")),
        at=at,
        detail={
            "date": day.isoformat(),
            **audit.changes({"periods": before}, {"periods": after}),
        },
    )


def check_periods(field: str, periods: list[list[str]]) -> None:
    """Let the periods of a day pass, earliest first. Raises Invalid under this field's name."""
    try:
        read = [
            (opens.hour * 60 + opens.minute, ends.hour * 60 + ends.minute or 24 * 60)
            for opens, ends in periods_from(periods)
        ]
    except (ValueError, TypeError):
        raise Invalid(fields={field: _("Write periods such as 09:00 to 12:00.")}) from None
    edges = [edge for period in read for edge in period]
    if edges != sorted(set(edges)):
        raise Invalid(fields={field: _("Periods must not overlap or run backwards.")})


@transaction.atomic
def forbid_phrase(
    institution_id: int,
    *,
    phrase: str,
    kind: str,
    channel: str,
    say_instead: str,
    source: str,
    actor: Actor,
    at: datetime,
) -> HousePhrase:
    """Forbid words at one institution beside those of the packs, at once.

    `channel` is a family of channels (`web`, `phone`), blank for all; `source` names the house's
    own rule. Raises Invalid naming each wrong field, PhraseKnownAlready, TooManyPhrases.
    """
    phrase, say_instead, source = phrase.strip(), say_instead.strip(), source.strip()
    wrong: dict[str, Words] = {}
    if len(spoken_part(phrase)) < PHRASE_LEAST or len(phrase) > PHRASE_MOST:
        wrong["phrase"] = _("Enter 2 to 40 letters or characters that are said.")
    if kind not in words.PHRASE_KINDS:
        wrong["kind"] = _("Choose one of the listed kinds.")
    if channel not in ("", *FAMILIES):
        wrong["channel"] = _("Choose where it may not be said.")
    if not 0 < len(say_instead) <= INSTEAD_MAX_CHARACTERS:
        wrong["say_instead"] = _("Say what to say instead, in up to 200 characters.")
    if not 0 < len(source) <= SOURCE_MAX_CHARACTERS:
        wrong["source"] = _("Name the house's rule, in up to 60 characters.")
    if wrong:
        raise Invalid(fields=wrong)
    held = HousePhrase.objects.filter(institution_id=institution_id, ended_at__isnull=True)
    if held.count() >= PHRASES_AT_MOST:
        raise TooManyPhrases
    try:
        with transaction.atomic():
            made = HousePhrase.objects.create(
                institution_id=institution_id,
                phrase=phrase,
                kind=kind,
                channel=channel,
                say_instead=say_instead,
                source=source,
                added_by=actor.ref,
                added_at=at,
            )
    except IntegrityError as error:
        raise PhraseKnownAlready from error
    touch(institution_id)
    audit.record(actor, "phrase.forbidden", made, at=at, detail=_phrase_text(made))
    return made


def _phrase_text(row: HousePhrase) -> dict[str, audit.Value]:
    names = ("phrase", "kind", "channel", "say_instead", "source")
    return {name: str(getattr(row, name)) for name in names}


@transaction.atomic
def end_phrase(institution_id: int, ref: str, *, actor: Actor, at: datetime) -> None:
    """Let words of the house's own list be said again, at once. Raises NotThere."""
    held = HousePhrase.objects.filter(
        institution_id=institution_id, public_id=ref, ended_at__isnull=True
    )
    row = held.first()
    if row is None or not held.update(ended_at=at, ended_by=actor.ref):
        raise NotThere
    touch(institution_id)
    audit.record(actor, "phrase.ended", row, at=at, detail=_phrase_text(row))
