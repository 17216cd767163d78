"""Tables of the knowledge."""

from __future__ import annotations

from shouwen.service.knowledge.models.articles import (
    Article,
    ArticleFile,
    ArticleVersion,
    Category,
)
from shouwen.service.knowledge.models.choices import (
    BODY_MAX_CHARACTERS,
    FILES_MAX,
    KEYWORDS_MAX_CHARACTERS,
    KIND_OF,
    REASON_MAX_CHARACTERS,
    SPOKEN_MAX_CHARACTERS,
    TITLE_MAX_CHARACTERS,
    TOPICS_OF,
    Audience,
    Kind,
    RequestState,
    State,
    Topic,
)
from shouwen.service.knowledge.models.finding import (
    ArticleLink,
    VersionTerm,
)
from shouwen.service.knowledge.models.voices import (
    ArticleUse,
    MissingRequest,
    PublicVote,
    Vote,
)

__all__ = [
    "BODY_MAX_CHARACTERS",
    "FILES_MAX",
    "KEYWORDS_MAX_CHARACTERS",
    "KIND_OF",
    "REASON_MAX_CHARACTERS",
    "SPOKEN_MAX_CHARACTERS",
    "TITLE_MAX_CHARACTERS",
    "TOPICS_OF",
    "Article",
    "ArticleFile",
    "ArticleLink",
    "ArticleUse",
    "ArticleVersion",
    "Audience",
    "Category",
    "Kind",
    "MissingRequest",
    "PublicVote",
    "RequestState",
    "State",
    "Topic",
    "VersionTerm",
    "Vote",
]
