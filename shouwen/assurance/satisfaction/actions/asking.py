"""A campaign's runs: drawn on their day, each person looked at again before they are asked.

A run is drawn once, in one transaction with the day of the next; who was drawn is asked, or left
out and counted, one guarded step at a time. So the loop may stop anywhere and go on: nobody is
asked twice in one run. Serves SN-20-01, CG-2.3.1-01.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from shouwen.assurance.satisfaction import access
from shouwen.assurance.satisfaction.actions.sending import Asked
from shouwen.assurance.satisfaction.models import (
    AskedAbout,
    AskedBy,
    Campaign,
    CampaignRun,
    CampaignState,
    Drawn,
    DrawnState,
    Invitation,
)
from shouwen.assurance.satisfaction.queries import drawing
from shouwen.assurance.satisfaction.rules import campaigns as rules
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Conflict
from shouwen.ground.kernel.time import day_of
from shouwen.ground.kernel.tokens import digest_of, new_token
from shouwen.ground.policy import queries as policy
from shouwen.ground.vault import audit

DRAWN_AT_ONCE = 500
LOOKED_AT_ONCE = 100


class NoLongerToAsk(Conflict):
    """Somebody else was first, or the customer is not to be asked any more."""

    message = _("This customer is no longer to be asked. They were taken off the list.")


def run_campaigns(at: datetime) -> int:
    """Begin the runs that are due, look at who was drawn, end what is done; give how much."""
    return _begin_due(at) + _look(at) + _end(at)


def _begin_due(at: datetime) -> int:
    today = day_of(at)
    due = Campaign.objects.filter(state=CampaignState.RUNNING, next_on__lte=today)
    ids = list(due.order_by("pk").values_list("pk", flat=True))
    return sum(_begin(pk, today, at) for pk in ids)


@transaction.atomic
def _begin(pk: int, today: date, at: datetime) -> int:
    """Draw one run; of several days that were slept through, the latest one alone."""
    campaign = (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("survey", "institution")
        .get(pk=pk)
    )
    planned_on = campaign.next_on
    if campaign.state != CampaignState.RUNNING or planned_on is None or planned_on > today:
        return 0
    later = _later(campaign, planned_on)
    while later is not None and later <= today:
        planned_on, later = later, _later(campaign, later)
    campaign.next_on = later
    campaign.save(update_fields=["next_on"])
    actor = Actor.system("satisfaction", campaign.institution_id)
    _close_runs(campaign, actor, at)
    version = drawing.version_of(campaign, today)
    if version is None:
        audit.record(actor, "campaign.run_skipped", campaign, at=at, detail={"on": str(planned_on)})
        return 1
    drawn = drawing.draw(campaign, planned_on, at)
    run = CampaignRun.objects.create(
        campaign=campaign,
        planned_on=planned_on,
        version=version,
        population=drawn.population,
        drawn=len(drawn.drawn),
        began_at=at,
    )
    Drawn.objects.bulk_create(
        (Drawn(run=run, customer_id=each) for each in drawn.drawn), batch_size=DRAWN_AT_ONCE
    )
    detail: dict[str, audit.Value] = {"on": str(planned_on), "drawn": run.drawn}
    audit.record(actor, "campaign.run_begun", campaign, at=at, detail=detail)
    return 1


def _later(campaign: Campaign, after: date) -> date | None:
    return rules.next_day(campaign.starts_on, campaign.every, after, campaign.ends_on)


def _look(at: datetime) -> int:
    waiting = CampaignRun.objects.filter(
        ended_at__isnull=True,
        campaign__state=CampaignState.RUNNING,
        people__state=DrawnState.WAITING,
    )
    ids = list(waiting.order_by("pk").values_list("pk", flat=True).distinct())
    return sum(_look_at_some(pk, at) for pk in ids)


def hold_run(pk: int) -> CampaignRun:
    """Hold a run, so that its people are asked or left out one step after the other."""
    runs = CampaignRun.objects.select_for_update(of=("self",))
    return runs.select_related("campaign__institution", "version").get(pk=pk)


@transaction.atomic
def _look_at_some(pk: int, at: datetime) -> int:
    """Put the next of those drawn on the list to be asked, or leave them out."""
    run = hold_run(pk)
    found = Drawn.objects.filter(run=run, state=DrawnState.WAITING).order_by("pk")
    rows = list(found[:LOOKED_AT_ONCE])
    out = drawing.left_out(run.campaign, [row.customer_id for row in rows], at)
    stay = [row.pk for row in rows if row.customer_id not in out]
    Drawn.objects.filter(pk__in=stay).update(state=DrawnState.LISTED)
    leave_out(run, [row.pk for row in rows if row.customer_id in out], list(out.values()))
    return len(rows)


def leave_out(run: CampaignRun, drawn_ids: list[int], reasons: list[str]) -> None:
    """Forget who is left out, and count why; the run is held."""
    if not drawn_ids:
        return
    Drawn.objects.filter(pk__in=drawn_ids).delete()
    for reason in reasons:
        run.left_out[reason] = run.left_out.get(reason, 0) + 1
    run.save(update_fields=["left_out"])


def _end(at: datetime) -> int:
    """End the runs in which nobody is left to ask, and those of campaigns that were stopped."""
    to_ask = Drawn.objects.filter(
        run=OuterRef("pk"), state__in=(DrawnState.WAITING, DrawnState.LISTED)
    )
    done = CampaignRun.objects.filter(
        ~Exists(to_ask) | ~Q(campaign__state=CampaignState.RUNNING), ended_at__isnull=True
    )
    ids = list(done.order_by("pk").values_list("pk", flat=True))
    return sum(_end_one(pk, at) for pk in ids)


@transaction.atomic
def _end_one(pk: int, at: datetime) -> int:
    run = hold_run(pk)
    if run.ended_at is not None:
        return 0
    actor = Actor.system("satisfaction", run.campaign.institution_id)
    _close(run, actor, at)
    over = Campaign.objects.filter(
        pk=run.campaign_id, state=CampaignState.RUNNING, next_on__isnull=True
    )
    if over.update(state=CampaignState.ENDED, ended_at=at):
        audit.record(actor, "campaign.ended", run.campaign, at=at)
    return 1


def _close_runs(campaign: Campaign, actor: Actor, at: datetime) -> None:
    """A new run takes the place of the one before: who was not called by then is counted."""
    runs = CampaignRun.objects.select_for_update(of=("self",))
    for run in runs.filter(campaign=campaign, ended_at__isnull=True).order_by("pk"):
        _close(run, actor, at)


def _close(run: CampaignRun, actor: Actor, at: datetime) -> None:
    left = Drawn.objects.filter(run=run).exclude(state=DrawnState.ASKED)
    ids = list(left.values_list("pk", flat=True))
    leave_out(run, ids, [rules.LATE] * len(ids))
    run.ended_at = at
    run.save(update_fields=["ended_at"])
    detail: dict[str, audit.Value] = {"drawn": run.drawn, **run.left_out}
    audit.record(actor, "campaign.run_ended", run, at=at, detail=detail)


def hand_link(drawn: Drawn, *, actor: Actor, at: datetime) -> Asked:
    """Give the one-time link for a customer who is on the phone now; it is told once.

    Whether they may be asked is looked at once more. Raises NoLongerToAsk, NotAllowed, NotThere.
    """
    access.require_calling_for(actor, drawn.run.campaign)
    asked = _hand(drawn, actor, at)
    if asked is None:
        raise NoLongerToAsk
    return asked


@transaction.atomic
def _hand(drawn: Drawn, actor: Actor, at: datetime) -> Asked | None:
    run = hold_run(drawn.run_id)
    if not is_listed(drawn, run):
        return None
    out = drawing.left_out(run.campaign, [drawn.customer_id], at)
    if out:
        leave_out(run, [drawn.pk], list(out.values()))
        return None
    token = new_token()
    invitation = ask_drawn(drawn, run, token, way=AskedBy.LINK, actor=actor, at=at)
    return Asked(invitation, token)


def is_listed(drawn: Drawn, run: CampaignRun) -> bool:
    """Whether somebody who was drawn is still to be asked; the run is held."""
    is_open = run.ended_at is None and run.campaign.state == CampaignState.RUNNING
    listed = Drawn.objects.filter(pk=drawn.pk, state=DrawnState.LISTED)
    return is_open and listed.exists()


def ask_drawn(
    drawn: Drawn, run: CampaignRun, token: str, *, way: str, actor: Actor, at: datetime
) -> Invitation:
    """Ask somebody who was drawn; the run is held, and they may be asked."""
    campaign = run.campaign
    days = campaign.window_days
    invitation = Invitation.objects.create(
        institution_id=campaign.institution_id,
        version=run.version,
        subject_kind=AskedAbout.CAMPAIGN,
        subject_ref=drawn.public_id,
        run=run,
        asked_ref=drawn.customer.public_id,
        way=way,
        digest=digest_of(token),
        asked_at=at,
        expires_at=policy.close_of_working_day(campaign.institution_id, at, days),
    )
    Drawn.objects.filter(pk=drawn.pk).update(state=DrawnState.ASKED)
    detail: dict[str, audit.Value] = {
        "about": campaign.public_id,
        "way": way,
        "version": run.version.number,
    }
    audit.record(actor, "survey.asked", invitation, at=at, detail=detail)
    return invitation


@transaction.atomic
def take_off_list(drawn: Drawn, reason: str, *, actor: Actor, at: datetime) -> None:
    """Note that a customer was not reached or did not want to; they are counted, not named.

    Raises NoLongerToAsk when a colleague was first, NotAllowed, NotThere.
    """
    access.require_calling_for(actor, drawn.run.campaign)
    run = hold_run(drawn.run_id)
    if reason not in (rules.NOT_REACHED, rules.DECLINED) or not is_listed(drawn, run):
        raise NoLongerToAsk
    leave_out(run, [drawn.pk], [reason])
    audit.record(actor, "campaign.call_ended", run, at=at, detail={"reason": reason})
