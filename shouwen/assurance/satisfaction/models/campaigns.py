"""Campaigns: who is asked in rounds, when each round ran, and who is still to be asked."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from shouwen.assurance.satisfaction.models.surveys import Survey, SurveyVersion
from shouwen.assurance.satisfaction.rules import campaigns as rules
from shouwen.ground.kernel.fields import PublicIdField
from shouwen.people.customers.models import Customer, Risk, Value
from shouwen.people.staff.models import Institution, Person, Unit

SEED_CHARACTERS = 32


class CampaignState(models.TextChoices):
    """How far a campaign is."""

    DRAFT = "DRAFT", pgettext_lazy("campaign", "Being planned")
    RUNNING = "RUNNING", pgettext_lazy("campaign", "Runs")
    STOPPED = "STOPPED", pgettext_lazy("campaign", "Stopped")
    ENDED = "ENDED", pgettext_lazy("campaign", "Over")


class AskedWay(models.TextChoices):
    """How a campaign reaches those it asks."""

    CALL = "CALL", pgettext_lazy("campaign", "Link handed over by an agent's call")
    EMAIL = "EMAIL", pgettext_lazy("campaign", "Link sent by e-mail")


class Had(models.TextChoices):
    """What customers had in the period to be among those who may be drawn."""

    CONTACTS = rules.CONTACTS, pgettext_lazy("campaign", "A conversation that was answered")
    CASES = rules.CASES, pgettext_lazy("campaign", "A case that was closed")


class Sample(models.TextChoices):
    """How many of them are drawn."""

    ALL = rules.EVERYBODY, pgettext_lazy("campaign", "Everybody")
    NUMBER = rules.NUMBER, pgettext_lazy("campaign", "So many of them")
    SHARE = rules.SHARE, pgettext_lazy("campaign", "So many percent of them")


class Every(models.TextChoices):
    """How often it runs, by calendar months."""

    ONCE = rules.ONCE, pgettext_lazy("campaign", "Once")
    MONTHLY = rules.MONTHLY, pgettext_lazy("campaign", "Every month")
    QUARTERLY = rules.QUARTERLY, pgettext_lazy("campaign", "Every quarter")


class Campaign(models.Model):
    """A survey asked of customers who were drawn, once or again and again.

    With a `unit` only who had to do with it or a unit below it is drawn.
    `forecast` is what the preview counted for `forecast_revision`; without one nothing is
    launched. Where many are to be counted, `count_asked_at` says since when that waits, for
    `count_asked_revision`. `next_on` is the Shanghai day of the next run of a running campaign.
    """

    public_id = PublicIdField(prefix="camp")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=rules.NAME_CHARACTERS)
    way = models.CharField(max_length=5, choices=AskedWay.choices)
    had = models.CharField(max_length=8, choices=Had.choices)
    had_days = models.PositiveSmallIntegerField()
    value = models.CharField(max_length=16, choices=Value.choices, blank=True)
    risk = models.CharField(max_length=8, choices=Risk.choices, blank=True)
    sample = models.CharField(max_length=6, choices=Sample.choices)
    size = models.PositiveIntegerField(default=0)
    every = models.CharField(max_length=9, choices=Every.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    window_days = models.PositiveSmallIntegerField()
    # The clause by which the window was bounded.
    clause = models.CharField(max_length=24)
    # What fixes the lots, so that a drawing can be done again.
    seed = models.CharField(max_length=SEED_CHARACTERS)
    state = models.CharField(
        max_length=7, choices=CampaignState.choices, default=CampaignState.DRAFT
    )
    next_on = models.DateField(null=True)
    forecast: models.JSONField[Any, Any] = models.JSONField(null=True)
    forecast_at = models.DateTimeField(null=True)
    forecast_revision = models.PositiveIntegerField(null=True)
    count_asked_at = models.DateTimeField(null=True)
    count_asked_revision = models.PositiveIntegerField(null=True)
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    launched_at = models.DateTimeField(null=True)
    launched_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Only what runs has a next run; what runs was launched."""

        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CampaignState.values), name="campaign_state_known"
            ),
            models.CheckConstraint(
                condition=Q(next_on__isnull=True) | Q(state="RUNNING"), name="campaign_next_runs"
            ),
            models.CheckConstraint(
                condition=Q(state="DRAFT") | Q(launched_at__isnull=False),
                name="campaign_launched",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "-id"], name="campaign_newest"),
            models.Index(fields=["next_on"], condition=Q(state="RUNNING"), name="campaign_due"),
            models.Index(
                fields=["id"], condition=Q(count_asked_at__isnull=False), name="campaign_to_count"
            ),
        ]

    @property
    def is_draft(self) -> bool:
        """Whether it may still be planned."""
        return self.state == CampaignState.DRAFT

    @property
    def is_running(self) -> bool:
        """Whether it asks, or will."""
        return self.state == CampaignState.RUNNING


class CampaignRun(models.Model):
    """One round of a campaign: how many could be drawn, were drawn, and were left out and why."""

    public_id = PublicIdField(prefix="run")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="runs")
    planned_on = models.DateField()
    version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="+")
    population = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()
    # How many were left out by each reason; nobody is named.
    left_out: models.JSONField[Any, Any] = models.JSONField(default=dict)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """A campaign runs once on a day."""

        constraints = [
            models.UniqueConstraint(fields=["campaign", "planned_on"], name="campaign_run_once"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(ended_at__isnull=True), name="run_open"),
        ]


class DrawnState(models.TextChoices):
    """How far somebody who was drawn is."""

    WAITING = "WAITING", pgettext_lazy("campaign", "Drawn")
    LISTED = "LISTED", pgettext_lazy("campaign", "To be called or written to")
    ASKED = "ASKED", pgettext_lazy("campaign", "Asked")


class Drawn(models.Model):
    """One customer drawn in one run; who is left out has no row any more.

    Their letter is tried, after so many `tries` that the mail server put off, from `try_at` on;
    whoever sends it has it for themselves until then.
    """

    public_id = PublicIdField(prefix="drwn")
    run = models.ForeignKey(CampaignRun, on_delete=models.PROTECT, related_name="people")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=7, choices=DrawnState.choices, default=DrawnState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody is drawn twice in one run."""

        constraints = [
            models.UniqueConstraint(fields=["run", "customer"], name="drawn_once"),
            models.CheckConstraint(
                condition=Q(state__in=DrawnState.values), name="drawn_state_known"
            ),
        ]
        indexes = [models.Index(fields=["run", "state", "id"], name="drawn_by_state")]
