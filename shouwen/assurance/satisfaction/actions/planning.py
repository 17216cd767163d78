"""Planning a campaign: drafted, counted by a preview, launched, stopped.

Serves SN-20-01, HB-6.2-02, CG-2.3.1-01, OM-4.3-03.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.assurance.satisfaction import access, queries
from shouwen.assurance.satisfaction.models import (
    AskedWay,
    Campaign,
    CampaignState,
    Every,
    Had,
    Sample,
    Survey,
    SurveyKind,
)
from shouwen.assurance.satisfaction.queries import drawing
from shouwen.assurance.satisfaction.rules import campaigns as rules
from shouwen.assurance.satisfaction.rules.campaigns import Plan
from shouwen.assurance.satisfaction.rules.surveys import EVENT
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict, Invalid, Words
from shouwen.ground.kernel.time import day_of
from shouwen.ground.policy import queries as policy
from shouwen.ground.vault import audit
from shouwen.people.customers import ports
from shouwen.people.customers.models import PointKind, Risk, Value
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Institution, Unit

SEED_BYTES = 8
FAULT_WORDS: dict[str, Words] = {
    "missing": _("Give the campaign a name."),
    "too-long": _("This is too long to be read. Shorten it."),
    "days": _("Enter a number from 1 to 366."),
    "percent": _("Enter a number from 1 to 100."),
    "number": _("Enter how many are to be drawn."),
    "day": _("Choose a date."),
    "past": _("Choose today or a later day."),
    "before": _("Choose the first day or a later one."),
    "window": _("Choose a number of days within the window of the clause."),
    "unknown": _("Choose one of the values offered."),
    "reach": _("Choose one of your units: you do not reach the whole institution."),
}
CHOICES = {
    "way": AskedWay.values,
    "had": Had.values,
    "sample": Sample.values,
    "every": Every.values,
    "value": ["", *Value.values],
    "risk": ["", *Risk.values],
}
FIELDS = (
    "name",
    *CHOICES,
    "had_days",
    "size",
    "starts_on",
    "ends_on",
    "window_days",
)


class CampaignMoved(Conflict):
    """Only what is being planned is changed or launched, only what runs is stopped."""

    message = _("A colleague has moved this campaign on. Look at where it stands, then decide.")


class PreviewFirst(Conflict):
    """A campaign is launched on what its preview counted, not unseen."""

    message = _("Count first whom this campaign would ask: the plan has changed since.")


class NobodyToAsk(Conflict):
    """The preview found nobody who may be asked."""

    message = _("Nobody would be asked. Choose other tiers, a longer period or a larger sample.")


class NoLetterbox(Conflict):
    """Nothing carries e-mail messages here."""

    message = _("No provider for e-mail is plugged in. Choose the call, or ask the administrator.")


class NothingInForce(Conflict):
    """No published wording of the survey counts."""

    message = pgettext_lazy(
        "campaign", "The survey is not published or was set aside. Publish it first."
    )


def _unit_of(institution_id: int, plan: Plan, actor: Actor) -> tuple[Unit | None, str]:
    """Give the unit in use that the plan names, and what is wrong with it by a code."""
    if not plan.unit:
        return None, "" if actor.all_units else "reach"
    known = staff.unit_tree(actor).filter(institution_id=institution_id)
    found = known.filter(public_id=plan.unit).first() if plan.unit.isprintable() else None
    return found, "" if found else "unknown"


def _checked(
    institution_id: int, plan: Plan, actor: Actor, at: datetime
) -> tuple[Survey, Unit | None, dict[str, Any]]:
    """Give the survey, the unit and what is kept. Raises Invalid naming each wrong field."""
    window = policy.window(institution_id, EVENT, at)
    bounds = (window.first_days, window.last_days)
    codes = rules.faults(plan, day_of(at), bounds)
    codes |= {
        name: "unknown" for name, known in CHOICES.items() if getattr(plan, name) not in known
    }
    survey = Survey.objects.filter(
        institution_id=institution_id,
        kind=SurveyKind.CAMPAIGN,
        is_active=True,
        public_id=plan.survey,
    ).first()
    if survey is None:
        codes["survey"] = "unknown"
    unit, wrong = _unit_of(institution_id, plan, actor)
    if wrong:
        codes["unit"] = wrong
    if codes or survey is None:
        raise Invalid(fields={name: FAULT_WORDS[code] for name, code in codes.items()})
    kept = {name: getattr(plan, name) for name in FIELDS}
    kept["size"] = 0 if plan.sample == Sample.ALL else plan.size
    kept["ends_on"] = None if plan.every == Every.ONCE else plan.ends_on
    return survey, unit, kept | {"clause": window.clause}


def _named(survey: Survey, unit: Unit | None) -> dict[str, str]:
    """Give what the trail says of a plan's relations."""
    return {"survey": survey.public_id, "unit": unit.public_id if unit else ""}


def _plain(plan: dict[str, Any]) -> dict[str, audit.Value]:
    return {
        name: value if isinstance(value, int) else str(value or "") for name, value in plan.items()
    }


@transaction.atomic
def write_campaign(institution: Institution, plan: Plan, *, actor: Actor, at: datetime) -> Campaign:
    """Begin planning a campaign; it asks nobody before it is launched.

    Raises Invalid naming each wrong field, NotAllowed, NotThere.
    """
    access.require_wording(actor, institution.pk)
    survey, unit, kept = _checked(institution.pk, plan, actor, at)
    made = Campaign(
        institution=institution,
        survey=survey,
        unit=unit,
        seed=secrets.token_hex(SEED_BYTES),
        changed_at=at,
        changed_by=staff.person_behind(actor),
        **kept,
    )
    made.save(force_insert=True)
    detail = audit.changes(None, _plain(kept | _named(survey, unit)))
    audit.record(actor, "campaign.written", made, at=at, detail=detail)
    return made


def _held(campaign: Campaign, seen: int, state: str, actor: Actor) -> Campaign:
    """Hold the row as it was on the screen. Raises NotAllowed, NotThere, CampaignMoved."""
    found = (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("survey", "institution", "unit")
        .get(pk=campaign.pk)
    )
    access.require_planning(actor, found)
    if found.revision != seen or found.state != state:
        raise CampaignMoved
    return found


@transaction.atomic
def change_campaign(
    campaign: Campaign, plan: Plan, *, seen: int, actor: Actor, at: datetime
) -> None:
    """Plan anew what was not launched yet; its preview has to be counted again.

    Raises CampaignMoved, Invalid, NotAllowed, NotThere.
    """
    access.require_planning(actor, campaign)
    survey, unit, kept = _checked(campaign.institution_id, plan, actor, at)
    held = _held(campaign, seen, CampaignState.DRAFT, actor)
    before = {name: getattr(held, name) for name in kept} | _named(held.survey, held.unit)
    for name, value in kept.items():
        setattr(held, name, value)
    held.survey, held.unit, held.revision = survey, unit, seen + 1
    held.changed_at, held.changed_by = at, staff.person_behind(actor)
    held.save()
    detail = audit.changes(_plain(before), _plain(kept | _named(survey, unit)))
    audit.record(actor, "campaign.changed", held, at=at, detail=detail)


@transaction.atomic
def preview_campaign(campaign: Campaign, *, seen: int, actor: Actor, at: datetime) -> None:
    """Count whom a run today would ask and leave out, and keep the counts for the launch.

    Where there are many it is noted that they are to be counted, and `count_campaigns` does.
    Raises CampaignMoved, NotAllowed, NotThere.
    """
    held = _held(campaign, seen, CampaignState.DRAFT, actor)
    if drawing.is_many(held, day_of(at), at):
        held.count_asked_at, held.count_asked_revision = at, seen
        held.save(update_fields=["count_asked_at", "count_asked_revision"])
        audit.record(actor, "campaign.count_asked", held, at=at)
        return
    _keep_counts(held, drawing.forecast_of(held, day_of(at), at), actor=actor, at=at)


def _keep_counts(held: Campaign, counted: dict[str, int], *, actor: Actor, at: datetime) -> None:
    held.forecast, held.forecast_at, held.forecast_revision = counted, at, held.revision
    held.count_asked_at = held.count_asked_revision = None
    held.save(
        update_fields=[
            "forecast",
            "forecast_at",
            "forecast_revision",
            "count_asked_at",
            "count_asked_revision",
        ]
    )
    audit.record(actor, "campaign.previewed", held, at=at, detail=dict(counted))


def count_campaigns(at: datetime) -> int:
    """Count whom the campaigns would ask that somebody asked to have counted; give how many.

    No transaction is open while it counts, so nobody waits for it. A plan that changed meanwhile
    is counted by whoever asks again.
    """
    asked = Campaign.objects.filter(count_asked_at__isnull=False)
    waiting = list(asked.select_related("unit").order_by("pk"))
    for campaign in waiting:
        counted: dict[str, int] | None = None
        if campaign.is_draft and campaign.count_asked_revision == campaign.revision:
            counted = drawing.forecast_of(campaign, day_of(at), at)
        _settle_count(campaign, counted, at)
    return len(waiting)


@transaction.atomic
def _settle_count(seen: Campaign, counted: dict[str, int] | None, at: datetime) -> None:
    held = Campaign.objects.select_for_update().get(pk=seen.pk)
    if counted is not None and held.is_draft and held.revision == seen.revision:
        system = Actor.system("satisfaction", held.institution_id)
        _keep_counts(held, counted, actor=system, at=at)
    elif held.count_asked_revision == seen.count_asked_revision:
        held.count_asked_at = held.count_asked_revision = None
        held.save(update_fields=["count_asked_at", "count_asked_revision"])


@transaction.atomic
def launch_campaign(campaign: Campaign, *, seen: int, actor: Actor, at: datetime) -> None:
    """Let a campaign run from its first day on, as its preview counted it.

    Raises PreviewFirst, NobodyToAsk, NothingInForce, CampaignMoved, Invalid for a first day that
    has passed meanwhile, NoLetterbox, NotAllowed, NotThere.
    """
    held = _held(campaign, seen, CampaignState.DRAFT, actor)
    if held.forecast_revision != seen or held.forecast is None:
        raise PreviewFirst
    if not held.forecast.get("asked"):
        raise NobodyToAsk
    if held.starts_on < day_of(at):
        raise Invalid(fields={"starts_on": FAULT_WORDS["past"]})
    if drawing.version_of(held, held.starts_on) is None:
        raise NothingInForce
    if held.way == AskedWay.EMAIL and ports.letterbox(PointKind.EMAIL) is None:
        raise NoLetterbox
    held.state, held.next_on, held.revision = CampaignState.RUNNING, held.starts_on, seen + 1
    held.launched_at, held.launched_by = at, staff.person_behind(actor)
    held.save()
    audit.record(actor, "campaign.launched", held, at=at, detail=dict(held.forecast))


@transaction.atomic
def stop_campaign(campaign: Campaign, *, seen: int, actor: Actor, at: datetime) -> None:
    """Ask nobody any more; who was asked already may still answer.

    Raises CampaignMoved, NotAllowed, NotThere.
    """
    held = _held(campaign, seen, CampaignState.RUNNING, actor)
    held.state, held.next_on, held.revision = CampaignState.STOPPED, None, seen + 1
    held.ended_at = at
    held.save()
    audit.record(actor, "campaign.stopped", held, at=at)


def plan_of(campaign: Campaign) -> Plan:
    """Give a campaign's plan as it stands."""
    kept = {name: getattr(campaign, name) for name in FIELDS}
    unit = campaign.unit.public_id if campaign.unit else ""
    return Plan(survey=campaign.survey.public_id, unit=unit, **kept)


def plan_to_begin_with(institution_id: int, at: datetime) -> Plan:
    """Give what a new campaign's form begins with."""
    days, _clause = queries.days_offered(institution_id, at)
    return Plan(
        name="",
        survey="",
        unit="",
        way=AskedWay.CALL,
        had=Had.CASES,
        had_days=90,
        value="",
        risk="",
        sample=Sample.NUMBER,
        size=100,
        every=Every.QUARTERLY,
        starts_on=day_of(at),
        ends_on=None,
        window_days=days[-1],
    )
