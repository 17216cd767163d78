"""What articles are found by, and which belong together."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from shouwen.service.knowledge.models.articles import Article, ArticleVersion


class VersionTerm(models.Model):
    """One term by which one approved version is found; the index alone answers a search."""

    institution = models.ForeignKey(
        "staff.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    term = models.CharField(max_length=32)
    weight = models.PositiveSmallIntegerField()
    version = models.ForeignKey(
        ArticleVersion, on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        """A version has a term once; a second index reads what counts most first."""

        constraints = [
            models.UniqueConstraint(
                fields=["institution", "term", "version"], name="knowledge_term_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["institution", "term", "-weight", "-version"], name="knowledge_term_best"
            )
        ]


class ArticleLink(models.Model):
    """Two articles of which an editor says that who reads one should see the other."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        """A pair stands once, the older article first, and counts both ways."""

        constraints = [
            models.UniqueConstraint(fields=["article", "other"], name="knowledge_link_once"),
            models.CheckConstraint(
                condition=Q(article__lt=F("other")), name="knowledge_link_in_order"
            ),
        ]
