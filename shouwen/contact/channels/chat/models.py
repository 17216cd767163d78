"""The table of visits."""

from __future__ import annotations

from django.db import models

from shouwen.ground.kernel.fields import PublicIdField


class Visit(models.Model):
    """One browser's way into one institution's chat, found again by its token's digest."""

    public_id = PublicIdField(prefix="visit")
    institution = models.ForeignKey("staff.Institution", on_delete=models.PROTECT, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    contact = models.ForeignKey(
        "conversations.Contact", on_delete=models.PROTECT, null=True, related_name="+"
    )
    language = models.CharField(max_length=10)
    contacts_today = models.PositiveSmallIntegerField(default=0)
    contacts_since_at = models.DateTimeField()
    window_messages = models.PositiveSmallIntegerField(default=0)
    window_since_at = models.DateTimeField()
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(db_index=True)
