"""What other rooms and pages ask of the knowledge; only what the asker may see."""

from shouwen.service.knowledge.queries.asking import request_for, requests
from shouwen.service.knowledge.queries.listing import (
    Versions,
    Wanted,
    version_by_id,
    versions_of,
)
from shouwen.service.knowledge.queries.reading import (
    Comparison,
    Sheet,
    article_for,
    categories_of,
    comparison,
    files_of,
    public_areas,
    public_version,
    sheet,
    version_for,
    version_in_force,
    version_with_file,
)
from shouwen.service.knowledge.queries.scope import published_as_of
from shouwen.service.knowledge.queries.searching import (
    Asked,
    Found,
    Result,
    find,
    find_public,
    nearest,
    related,
)
from shouwen.service.knowledge.queries.suggesting import Suggestion, answers_to, suggestions
from shouwen.service.knowledge.queries.using import uses_in
from shouwen.service.knowledge.queries.working import Work, badge_count, to_do

__all__ = [
    "Asked",
    "Comparison",
    "Found",
    "Result",
    "Sheet",
    "Suggestion",
    "Versions",
    "Wanted",
    "Work",
    "answers_to",
    "article_for",
    "badge_count",
    "categories_of",
    "comparison",
    "files_of",
    "find",
    "find_public",
    "nearest",
    "public_areas",
    "public_version",
    "published_as_of",
    "related",
    "request_for",
    "requests",
    "sheet",
    "suggestions",
    "to_do",
    "uses_in",
    "version_by_id",
    "version_for",
    "version_in_force",
    "version_with_file",
    "versions_of",
]
