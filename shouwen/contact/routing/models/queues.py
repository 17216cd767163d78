"""Queues: what each asks for, the table that leads to them, and who takes how much at once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shouwen.contact.routing.rules import SECONDS_PER_POINT
from shouwen.ground.kernel.fields import PublicIdField
from shouwen.people.staff.models import Institution, Person, Skill, Unit

OFFER_SECONDS = 12
SERVICE_LEVEL_SECONDS = 20
SERVICE_LEVEL_PERCENT = 80


class Hours(models.TextChoices):
    """By which calendar a queue opens and closes."""

    ALWAYS = "ALWAYS", _("Always open")
    INSTITUTION = "INSTITUTION", _("As the institution works")
    OWN = "OWN", _("Hours of its own")


class Queue(models.Model):
    """One line of an institution in which contacts wait for people of some skills or a unit."""

    public_id = PublicIdField(prefix="queu")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    priority = models.SmallIntegerField(default=0)
    offer_seconds = models.PositiveSmallIntegerField(default=OFFER_SECONDS)
    service_level_seconds = models.PositiveIntegerField(default=SERVICE_LEVEL_SECONDS)
    service_level_percent = models.PositiveSmallIntegerField(default=SERVICE_LEVEL_PERCENT)
    is_default = models.BooleanField(default=False)
    ageing_seconds = models.PositiveSmallIntegerField(default=SECONDS_PER_POINT)
    prefers_last_person = models.BooleanField(default=True)
    capacities = models.JSONField(default=dict)
    overflow_queue = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+"
    )
    overflow_after_seconds = models.PositiveIntegerField(null=True)
    overflow_above = models.PositiveIntegerField(null=True)
    hours = models.CharField(max_length=12, choices=Hours.choices, default=Hours.ALWAYS)
    # The periods by weekday as the policy room keeps them: {"0": [["09:00", "12:00"], …], …}.
    week = models.JSONField(default=dict)
    keeps_holidays = models.BooleanField(default=True)
    # Spike mode: when the rule begins it, and what it gives; None means never, or the usual figure.
    spike_above_waiting = models.PositiveIntegerField(null=True)
    spike_above_wait_seconds = models.PositiveIntegerField(null=True)
    spike_hold_seconds = models.PositiveIntegerField(null=True)
    spike_minutes = models.PositiveIntegerField(null=True)
    spike_extra = models.PositiveSmallIntegerField(null=True)
    spike_overflow_percent = models.PositiveSmallIntegerField(null=True)
    # Since when more wait, or wait longer, than the rule allows.
    pressed_since = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        """A code means one queue of the institution, and one of them takes what fits no other."""

        constraints = [
            models.UniqueConstraint(fields=["institution", "code"], name="queue_code"),
            models.UniqueConstraint(
                fields=["institution"], condition=Q(is_default=True), name="queue_one_default"
            ),
            models.CheckConstraint(condition=Q(offer_seconds__gte=1), name="queue_offer_lasts"),
            models.CheckConstraint(condition=Q(ageing_seconds__gte=1), name="queue_ages"),
            models.CheckConstraint(condition=Q(hours__in=Hours.values), name="queue_hours_known"),
            models.CheckConstraint(
                condition=~Q(overflow_queue=models.F("id")), name="queue_overflows_elsewhere"
            ),
        ]

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        if (get_language() or "").startswith("en") and self.name_en:
            return self.name_en
        return self.name_zh


class QueueSkill(models.Model):
    """One skill that whoever takes from a queue must have, at this level or above."""

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    min_level = models.PositiveSmallIntegerField(default=1)

    class Meta:
        """A queue asks for a skill once, at a level that people can have."""

        constraints = [
            models.UniqueConstraint(fields=["queue", "skill"], name="queue_skill_once"),
            models.CheckConstraint(
                condition=Q(min_level__gte=1, min_level__lte=5), name="queue_skill_level"
            ),
        ]


class QueueStep(models.Model):
    """From so many seconds of waiting on, a queue asks for a lower level or looks further afield.

    Without a unit and with `any_unit` false the step lowers the level alone.
    """

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="steps")
    after_seconds = models.PositiveIntegerField()
    levels_less = models.PositiveSmallIntegerField(default=0)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    any_unit = models.BooleanField(default=False)

    class Meta:
        """The steps of a queue are read in the order of waiting."""

        constraints = [
            models.CheckConstraint(condition=Q(levels_less__lte=4), name="queue_step_level"),
        ]
        indexes = [models.Index(fields=["queue", "after_seconds"], name="queue_step_of_queue")]


class QueueDay(models.Model):
    """One date on which a queue with hours of its own differs: these periods, or none at all."""

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="days")
    date = models.DateField()
    periods = models.JSONField(default=list)
    reason = models.CharField(max_length=80, blank=True)

    class Meta:
        """A queue says once what a date is like."""

        constraints = [models.UniqueConstraint(fields=["queue", "date"], name="queue_day_once")]


class QueueRule(models.Model):
    """One line of the table that says which queue a contact goes to; empty fits everything."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=12, blank=True)
    intent = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10, blank=True)
    tier = models.CharField(max_length=20, blank=True)
    risk = models.CharField(max_length=10, blank=True)

    class Meta:
        """The table is read in the order of its positions."""

        constraints = [
            models.UniqueConstraint(fields=["institution", "position"], name="queue_rule_position"),
        ]


class PersonCapacity(models.Model):
    """How many contacts of one channel one person takes at once, where it is not the usual."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=12)
    most = models.PositiveSmallIntegerField()

    class Meta:
        """One number for each channel of a person."""

        constraints = [
            models.UniqueConstraint(fields=["person", "channel"], name="capacity_once"),
            models.CheckConstraint(condition=Q(most__lte=50), name="capacity_within_reason"),
        ]
