"""What guards signing in: counted guesses and used one-time codes."""

from __future__ import annotations

from django.db import models

from shouwen.people.staff.models.people import Person


class GuessCount(models.Model):
    """How often one lock (a name, or a name from one address) has been tried in this window.

    `key_digest` and `name_digest` (whose lock it is) are keyed digests, so that the table tells no
    names and no addresses.
    """

    DATA_CLASSES = {"key_digest": "C1", "name_digest": "C1"}

    key_digest = models.CharField(max_length=64, unique=True)
    name_digest = models.CharField(max_length=64, default="")
    guesses = models.PositiveIntegerField(default=0)
    window_began_at = models.DateTimeField()

    class Meta:
        """Old windows are swept away."""

        indexes = [
            models.Index(fields=["window_began_at"], name="guess_window"),
            models.Index(fields=["name_digest"], name="guess_name"),
        ]


class FactorUse(models.Model):
    """The newest time step a person's one-time code was accepted for; older ones are spent."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    last_step = models.BigIntegerField(default=0)
