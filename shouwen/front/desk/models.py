"""Tables of the desk: canned scripts, and what an agent has typed but not sent."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shouwen.contact.conversations.models import Contact, Message
from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.people.staff.models import Institution, Person, Unit


class ScriptKind(models.TextChoices):
    """What a script is for: the four types of OM-2.2-01, then courtesy and closing."""

    OPENING = "OPENING", _("Opening")
    PROBLEM = "PROBLEM", _("Confirm the problem")
    GUIDANCE = "GUIDANCE", _("Guidance")
    EMOTION = "EMOTION", _("Emotion")
    COURTESY = "COURTESY", _("Courtesy")
    CLOSING = "CLOSING", pgettext_lazy("desk", "Closing")


class Script(models.Model):
    """One canned reply of one institution, or of one of its units, in both languages."""

    public_id = PublicIdField(prefix="script")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=ScriptKind.choices)
    shortcut = models.CharField(max_length=12)
    # Channel codes with a space before and after each; a single space means every channel.
    channels = models.CharField(max_length=120, default=" ")
    clauses = models.CharField(max_length=120, blank=True)
    title_zh = models.CharField(max_length=60)
    title_en = models.CharField(max_length=120, blank=True)
    body_zh = models.TextField(max_length=600)
    # Empty: not for customers who write English.
    body_en = models.TextField(max_length=1200, blank=True)
    place = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    # Both days count, in Shanghai; none means from ever, for ever.
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # Sums of ScriptUse, kept here so that a list sorts by use without reading them.
    uses = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        """A code names one script of an institution; a shortcut one of it or of a unit."""

        constraints = [
            models.UniqueConstraint(fields=["institution", "code"], name="desk_script_code"),
            models.UniqueConstraint(
                fields=["institution", "shortcut"],
                condition=Q(unit__isnull=True, is_active=True),
                name="desk_script_shortcut",
            ),
            models.UniqueConstraint(
                fields=["unit", "shortcut"],
                condition=Q(unit__isnull=False, is_active=True),
                name="desk_script_unit_shortcut",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="desk_script_validity",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "place", "id"], name="desk_script_place"),
            models.Index(fields=["institution", "-uses", "id"], name="desk_script_by_use"),
        ]

    def counts_on(self, today: date) -> bool:
        """Whether the desk offers it on this day in Shanghai."""
        begun = self.valid_from is None or self.valid_from <= today
        return self.is_active and begun and not self.is_over(today)

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.valid_until is not None and self.valid_until < today


class ScriptUse(models.Model):
    """One line to a customer that was made with one script."""

    script = models.ForeignKey(Script, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    used_at = models.DateTimeField()

    class Meta:
        """A line counts once for a script, however often it is sent again."""

        constraints = [
            models.UniqueConstraint(fields=["message", "script"], name="desk_script_use_once"),
        ]
        indexes = [models.Index(fields=["script", "-used_at"], name="desk_script_use_latest")]


class DraftKind(models.TextChoices):
    """What the unsent text is."""

    LINE = "LINE", _("Reply")
    CASE = "CASE", _("Case form")


class Draft(SealedModel):
    """What one person has typed for one contact and not sent or submitted yet."""

    public_id = PublicIdField(prefix="draft")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=4, choices=DraftKind.choices)
    body = SealedTextField(data_class="C2", kind="text")
    updated_at = models.DateTimeField()

    class Meta:
        """A person has one draft of each kind for a contact."""

        constraints = [
            models.UniqueConstraint(fields=["person", "contact", "kind"], name="desk_draft_once"),
        ]

    def seal_subject(self) -> str:
        """Name whose data key seals the text: the institution's, since a visitor may have none."""
        return f"institution:{self.contact.institution_id}"
