"""Campaigns for those who plan them, and those who were drawn for those who call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import pgettext_lazy

from shouwen.assurance.satisfaction import access
from shouwen.assurance.satisfaction.models import (
    AskedWay,
    Campaign,
    CampaignRun,
    CampaignState,
    Drawn,
    DrawnState,
    Invitation,
    SurveyKind,
)
from shouwen.assurance.satisfaction.queries.sending import Results, results_of
from shouwen.assurance.satisfaction.queries.surveys import SurveyView, surveys_with
from shouwen.assurance.satisfaction.rules import campaigns as rules
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere, Words
from shouwen.people.customers.models import ContactPoint, PointKind
from shouwen.people.staff import access as rights

CAMPAIGN_ROWS, RUN_ROWS, CALL_ROWS = 30, 24, 30
REASON_WORDS: dict[str, Words] = {
    rules.UNWANTED: pgettext_lazy("left out", "refuse surveys or any contact"),
    rules.OFTEN: pgettext_lazy("left out", "asked often enough"),
    rules.NO_ADDRESS: pgettext_lazy("left out", "no number or address on file"),
    rules.MERGED: pgettext_lazy("left out", "file joined to another"),
    rules.NOT_REACHED: pgettext_lazy("left out", "not reached by phone"),
    rules.DECLINED: pgettext_lazy("left out", "did not want to, when called"),
    rules.LATE: pgettext_lazy("left out", "not called before the run was over"),
    rules.AWAY: pgettext_lazy("left out", "message could not be delivered"),
    rules.REFUSED: pgettext_lazy("left out", "refused by the mail server"),
}


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run with how many were asked and answered, are still to be asked, and were left out."""

    run: CampaignRun
    asked: int
    answered: int
    waiting: int

    @property
    def response_rate(self) -> float | None:
        """Answered / asked, 0 to 1; says nothing about the answers."""
        return self.answered / self.asked if self.asked else None

    @property
    def reasons(self) -> list[tuple[Words, int]]:
        """Each reason for leaving somebody out with how many."""
        return reasons_in(self.run.left_out)


@dataclass(frozen=True, slots=True)
class CampaignView:
    """One campaign with its runs, newest first."""

    campaign: Campaign
    survey: SurveyView
    runs: list[RunLine]
    may_word: bool

    @property
    def is_counted(self) -> bool:
        """Whether its preview is of what stands there now."""
        return self.campaign.forecast_revision == self.campaign.revision

    @property
    def is_being_counted(self) -> bool:
        """Whether somebody asked to have it counted as it stands and the figures are to come."""
        asked = self.campaign.count_asked_at is not None
        return asked and self.campaign.count_asked_revision == self.campaign.revision

    @property
    def fallen_away(self) -> list[tuple[Words, int]]:
        """What the preview counted as left out."""
        return reasons_in(self.campaign.forecast or {})

    @property
    def fallen_count(self) -> int:
        """How many of those drawn the preview left out."""
        return sum(n for _words, n in self.fallen_away)


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """Some campaigns, each with its latest run; `older` says that there are more."""

    rows: list[tuple[Campaign, str, RunLine | None]]
    older: bool


@dataclass(frozen=True, slots=True)
class CallPageOfSurveys:
    """Some of those to be called about a survey; numbers of the pages beside, 0 for none."""

    rows: list[tuple[Drawn, ContactPoint | None]]
    newer: int
    older: int


def reasons_in(counts: dict[str, Any]) -> list[tuple[Words, int]]:
    """Name each reason that left somebody out, with how many."""
    return [(REASON_WORDS[code], counts[code]) for code in rules.REASONS if counts.get(code)]


def _within(actor: Actor, campaign: str = "") -> Q:
    """Fit the campaigns of the actor's institution that belong to it all, or to a unit in reach."""
    fits = Q(**{f"{campaign}institution_id": actor.institution_id or 0})
    if not actor.all_units:
        fits &= Q(**{f"{campaign}unit__isnull": True}) | Q(
            **{f"{campaign}unit_id__in": actor.unit_ids}
        )
    return fits


def _of(actor: Actor) -> QuerySet[Campaign]:
    rights.require(actor, access.SEE_SURVEYS)
    related = ("institution", "survey", "unit", "changed_by", "launched_by")
    return Campaign.objects.filter(_within(actor)).select_related(*related)


def _lines(runs: list[CampaignRun]) -> dict[int, RunLine]:
    """Count for many runs; two queries."""
    ids = [run.pk for run in runs]
    asked = {
        run: (sent, answered)
        for run, sent, answered in Invitation.objects.filter(run__in=ids)
        .order_by()
        .values_list("run")
        .annotate(sent=Count("pk"), answered=Count("pk", Q(answered_at__isnull=False)))
    }
    waiting = dict(
        Drawn.objects.filter(run__in=ids)
        .exclude(state=DrawnState.ASKED)
        .order_by()
        .values_list("run")
        .annotate(n=Count("pk"))
    )
    return {
        run.pk: RunLine(run, *asked.get(run.pk, (0, 0)), waiting.get(run.pk, 0)) for run in runs
    }


def campaigns_of(actor: Actor, *, page: int, at: datetime) -> CampaignPage:
    """Give a page of the campaigns within reach, newest first. Raises NotAllowed."""
    start = (page - 1) * CAMPAIGN_ROWS
    rows = list(_of(actor).order_by("-pk")[start : start + CAMPAIGN_ROWS + 1])
    shown = rows[:CAMPAIGN_ROWS]
    own = CampaignRun.objects.filter(campaign=OuterRef("campaign")).order_by("-planned_on", "-pk")
    latest = CampaignRun.objects.filter(
        campaign__in=[row.pk for row in shown], pk=Subquery(own.values("pk")[:1])
    )
    by_campaign = {run.campaign_id: run for run in latest.order_by("campaign")}
    lines = _lines(list(by_campaign.values()))
    names = {
        view.survey.pk: view.shown.name
        for view in surveys_with(actor, Q(pk__in={row.survey_id for row in shown}), at)
    }
    return CampaignPage(
        [
            (
                row,
                names.get(row.survey_id, ""),
                lines[by_campaign[row.pk].pk] if row.pk in by_campaign else None,
            )
            for row in shown
        ],
        older=len(rows) > CAMPAIGN_ROWS,
    )


def campaign_for(actor: Actor, ref: str, *, at: datetime) -> CampaignView:
    """Give one campaign within the actor's reach. Raises NotAllowed, NotThere."""
    found = _of(actor).filter(public_id=ref).first() if ref.isprintable() else None
    if found is None:
        raise NotThere
    runs = list(found.runs.order_by("-planned_on").select_related("version")[:RUN_ROWS])
    lines = _lines(runs)
    [survey] = surveys_with(actor, Q(pk=found.survey_id), at)
    return CampaignView(
        found,
        survey,
        [lines[run.pk] for run in runs],
        may_word=access.may_plan(actor, found),
    )


def run_for(actor: Actor, ref: str) -> RunLine:
    """Give one run of a campaign within the actor's reach. Raises NotAllowed, NotThere."""
    rights.require(actor, access.SEE_SURVEYS)
    found = CampaignRun.objects.filter(_within(actor, "campaign__")).select_related(
        "campaign__unit", "version"
    )
    run = found.filter(public_id=ref).first() if ref.isprintable() else None
    if run is None:
        raise NotThere
    return _lines([run])[run.pk]


def letters_to_send(institution_id: int) -> int:
    """Count who is to be asked by e-mail and was not yet written to; one query."""
    return Drawn.objects.filter(
        run__campaign__institution_id=institution_id,
        run__campaign__state=CampaignState.RUNNING,
        run__campaign__way=AskedWay.EMAIL,
        run__ended_at__isnull=True,
        state=DrawnState.LISTED,
    ).count()


def results_of_run(actor: Actor, run: CampaignRun) -> Results:
    """Give what came back to one run, as of any survey. Raises NotAllowed."""
    return results_of(actor, run.version, Q(run=run))


def surveys_to_send(actor: Actor, at: datetime) -> list[tuple[str, str]]:
    """List the surveys that a campaign may ask: those for campaigns that count today."""
    wanted = Q(kind=SurveyKind.CAMPAIGN, is_active=True)
    return [
        (view.survey.public_id, view.current.name)
        for view in surveys_with(actor, wanted, at)
        if view.current is not None
    ]


def to_call(actor: Actor) -> QuerySet[Drawn]:
    """Give who was drawn and is to be called within the actor's reach; needs `case.work`."""
    rights.require(actor, "case.work")
    phones = ContactPoint.objects.filter(kind=PointKind.PHONE).order_by("-is_primary", "pk")
    return (
        Drawn.objects.filter(
            _within(actor, "run__campaign__"),
            run__campaign__state=CampaignState.RUNNING,
            run__campaign__way=AskedWay.CALL,
            run__ended_at__isnull=True,
            state=DrawnState.LISTED,
        )
        .select_related("run__campaign", "customer")
        .prefetch_related(Prefetch("customer__points", queryset=phones, to_attr="phones"))
    )


def survey_calls(actor: Actor, number: int) -> CallPageOfSurveys:
    """Give page `number` of those to be called, the first drawn first."""
    rows = list(to_call(actor).order_by("pk")[(number - 1) * CALL_ROWS : number * CALL_ROWS + 1])
    return CallPageOfSurveys(
        [(row, next(iter(row.customer.phones), None)) for row in rows[:CALL_ROWS]],  # type: ignore[attr-defined]  # prefetched
        newer=number - 1,
        older=number + 1 if len(rows) > CALL_ROWS else 0,
    )


def drawn_for(actor: Actor, ref: str) -> Drawn:
    """Give one who is to be called. Raises NotAllowed, NotThere once they no longer are."""
    found = to_call(actor).filter(public_id=ref).first()
    if found is None:
        raise NotThere
    return found
