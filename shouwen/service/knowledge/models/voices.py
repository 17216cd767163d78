"""What readers did with articles and think of them, and which they missed."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.service.knowledge.models.articles import Article, ArticleVersion
from shouwen.service.knowledge.models.choices import (
    REASON_MAX_CHARACTERS,
    TITLE_MAX_CHARACTERS,
    RequestState,
)


class Vote(models.Model):
    """What one person thinks of one version: of use, or not."""

    version = models.ForeignKey(
        ArticleVersion, on_delete=models.PROTECT, related_name="votes", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    is_useful = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        """One voice a person."""

        constraints = [
            models.UniqueConstraint(fields=["version", "person"], name="knowledge_vote_once")
        ]


class ArticleUse(models.Model):
    """One version that one person took into a reply of one contact."""

    version = models.ForeignKey(
        ArticleVersion, on_delete=models.PROTECT, related_name="uses", db_index=False
    )
    contact = models.ForeignKey(
        "conversations.Contact", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # The number of the customer's message that it answers.
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        """A person uses a version once for a message; a contact's uses are read in order."""

        constraints = [
            models.UniqueConstraint(
                fields=["contact", "version", "person", "sequence"], name="knowledge_use_once"
            )
        ]
        indexes = [models.Index(fields=["version", "-id"], name="knowledge_use_of_version")]


class PublicVote(models.Model):
    """What one browser thinks of one version: of use, or not; `voter` is a keyed digest."""

    DATA_CLASSES = {"voter": "C1"}

    version = models.ForeignKey(
        ArticleVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    voter = models.CharField(max_length=64)
    is_useful = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        """One voice a browser."""

        constraints = [
            models.UniqueConstraint(fields=["version", "voter"], name="knowledge_public_vote_once")
        ]


class MissingRequest(models.Model):
    """One article somebody looked for and did not find."""

    public_id = PublicIdField(prefix="kreq")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    words = models.CharField(max_length=TITLE_MAX_CHARACTERS)
    note = models.CharField(max_length=REASON_MAX_CHARACTERS, blank=True)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=REASON_MAX_CHARACTERS, blank=True)

    class Meta:
        """Open ones are read newest first; one's own by the person."""

        indexes = [
            models.Index(fields=["institution", "state", "-id"], name="knowledge_asked_by_state"),
            models.Index(fields=["institution", "asked_by", "-id"], name="knowledge_asked_by"),
        ]
