"""Articles, their wordings, and the files that hang on them."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.people.staff.models.organisation import in_reader_language
from shouwen.service.knowledge.models.choices import (
    KEYWORDS_MAX_CHARACTERS,
    REASON_MAX_CHARACTERS,
    SPOKEN_MAX_CHARACTERS,
    TITLE_MAX_CHARACTERS,
    Audience,
    Kind,
    State,
    Topic,
)


class Category(models.Model):
    """One business area under which an institution files its articles."""

    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    code = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)

    class Meta:
        """A code names one area of an institution."""

        constraints = [
            models.UniqueConstraint(
                fields=["institution", "code"], name="knowledge_category_code_once"
            )
        ]

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_reader_language(self.name_zh, self.name_en)


class Article(models.Model):
    """One subject of knowledge; all that is said about it stands in its versions."""

    public_id = PublicIdField(prefix="know")
    institution = models.ForeignKey("staff.Institution", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()


class ArticleFile(models.Model):
    """One file of an article as it came in; the file store has it under `storage_key`."""

    DATA_CLASSES = {"storage_key": "C1", "content_type": "C1", "sha256": "C1", "name": "C1"}

    public_id = PublicIdField(prefix="kfile")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="files")
    storage_key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    size_bytes = models.PositiveIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    added_at = models.DateTimeField()

    class Meta:
        """The same file handed in again is the one that is there."""

        constraints = [
            models.UniqueConstraint(fields=["article", "sha256"], name="knowledge_file_once")
        ]


class ArticleVersion(models.Model):
    """One wording of an article, whole: written by one person, approved by another.

    It is in force from `valid_from` until `valid_until` (not included) once it is approved.
    """

    public_id = PublicIdField(prefix="kver")
    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    topic = models.CharField(max_length=16, choices=Topic.choices)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    title = models.CharField(max_length=TITLE_MAX_CHARACTERS)
    # How the title sounds, a syllable for each character, for marking what pinyin hit.
    title_sounds = models.CharField(max_length=TITLE_MAX_CHARACTERS * 7, blank=True)
    keywords = models.CharField(max_length=KEYWORDS_MAX_CHARACTERS, blank=True)
    body = models.TextField()
    # What may be said to a customer as it stands; empty where the text itself is short enough.
    spoken = models.CharField(max_length=SPOKEN_MAX_CHARACTERS, blank=True)
    change_note = models.CharField(max_length=200, blank=True)
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField()
    # Part of the wording: the second person approves for whom it is, too.
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.STAFF)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    # Counts every change; a guarded update on it says who was first, and what was read.
    revision = models.PositiveIntegerField(default=0)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    reason = models.CharField(max_length=REASON_MAX_CHARACTERS, blank=True)
    useful_count = models.PositiveIntegerField(default=0)
    useless_count = models.PositiveIntegerField(default=0)
    used_count = models.PositiveIntegerField(default=0)
    public_useful_count = models.PositiveIntegerField(default=0)
    public_useless_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    # Part of the wording as well: files never change, a version has them or has them not.
    files = models.ManyToManyField(ArticleFile, related_name="versions", blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """What must always be true, and the orders in which versions are read."""

        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["article"],
                condition=Q(state__in=("DRAFT", "SUBMITTED")),
                name="version_one_open",
            ),
            # Two persons, whatever code runs.
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("author")),
                name="version_by_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state="PUBLISHED")
                | Q(approver__isnull=False, approved_at__isnull=False, valid_from__isnull=False),
                name="version_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="version_ends_after_begin",
            ),
            models.CheckConstraint(
                condition=Q(kind="BASIC", topic__in=("ETIQUETTE", "PRODUCT"))
                | Q(kind="OPERATION", topic__in=("PROCESS", "SYSTEM_USE"))
                | Q(kind="SERVICE", topic__in=("COMMUNICATION", "PROBLEM_SOLVING"))
                | Q(kind="COMPLIANCE", topic__in=("REQUIREMENT", "RISK_WARNING")),
                name="version_topic_of_kind",
            ),
        ]
        indexes = [
            models.Index(
                fields=["institution", "-id"],
                condition=Q(approved_at__isnull=False),
                name="version_newest",
            ),
            models.Index(
                fields=["institution", "kind", "-id"],
                condition=Q(approved_at__isnull=False),
                name="version_by_kind",
            ),
            models.Index(
                fields=["institution", "category", "-id"],
                condition=Q(approved_at__isnull=False),
                name="version_by_category",
            ),
            models.Index(
                fields=["institution", "category", "-id"],
                condition=Q(approved_at__isnull=False, audience="PUBLIC"),
                name="version_public",
            ),
            models.Index(fields=["institution", "state", "-id"], name="version_by_state"),
            models.Index(
                fields=["institution", "review_on", "id"],
                condition=Q(state="PUBLISHED"),
                name="version_by_review",
            ),
        ]

    def is_in_force(self, at: datetime) -> bool:
        """Whether this wording counted at a moment."""
        return (
            self.approved_at is not None
            and self.valid_from is not None
            and self.valid_from <= at
            and (self.valid_until is None or at < self.valid_until)
        )

    @property
    def keyword_list(self) -> list[str]:
        """The keywords one by one."""
        return self.keywords.split()

    @property
    def sounds(self) -> list[str]:
        """The syllable of each character of the title."""
        return self.title_sounds.split()
