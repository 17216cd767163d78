"""The search index of a version, written in the transaction that approves it."""

from __future__ import annotations

from shouwen.service.knowledge.models import ArticleVersion, VersionTerm
from shouwen.service.knowledge.rules import terms


def index(version: ArticleVersion) -> None:
    """Write the terms of a version; drafts have none, so that no search can show them."""
    category = version.category
    words = [*version.keyword_list, category.name_zh, category.name_en]
    weights = terms.weighed(version.title, words, f"{version.spoken}\n{version.body}")
    VersionTerm.objects.bulk_create(
        VersionTerm(
            institution_id=version.institution_id, term=term, weight=weight, version=version
        )
        for term, weight in weights.items()
    )
