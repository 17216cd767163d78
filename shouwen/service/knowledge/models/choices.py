"""The classes, states and readers of knowledge, and how long its texts may be."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TITLE_MAX_CHARACTERS = 120
BODY_MAX_CHARACTERS = 20_000
REASON_MAX_CHARACTERS = 400
KEYWORDS_MAX_CHARACTERS = 200
SPOKEN_MAX_CHARACTERS = 400
# So many files may hang on one version.
FILES_MAX = 10


class Kind(models.TextChoices):
    """The four classes of knowledge (OM-6.4-01)."""

    BASIC = "BASIC", _("Basic knowledge")
    OPERATION = "OPERATION", _("Operations")
    SERVICE = "SERVICE", _("Service")
    COMPLIANCE = "COMPLIANCE", _("Compliance")


class Topic(models.TextChoices):
    """The sub-classes, two to a class (OM-6.4-02)."""

    ETIQUETTE = "ETIQUETTE", _("Etiquette")
    PRODUCT = "PRODUCT", _("Products")
    PROCESS = "PROCESS", _("Processes")
    SYSTEM_USE = "SYSTEM_USE", _("Use of systems")
    COMMUNICATION = "COMMUNICATION", _("Communication")
    PROBLEM_SOLVING = "PROBLEM_SOLVING", _("Problem solving")
    REQUIREMENT = "REQUIREMENT", _("Requirements")
    RISK_WARNING = "RISK_WARNING", _("Risk warnings")


TOPICS_OF: dict[Kind, tuple[Topic, ...]] = {
    Kind.BASIC: (Topic.ETIQUETTE, Topic.PRODUCT),
    Kind.OPERATION: (Topic.PROCESS, Topic.SYSTEM_USE),
    Kind.SERVICE: (Topic.COMMUNICATION, Topic.PROBLEM_SOLVING),
    Kind.COMPLIANCE: (Topic.REQUIREMENT, Topic.RISK_WARNING),
}
KIND_OF: dict[Topic, Kind] = {topic: kind for kind, topics in TOPICS_OF.items() for topic in topics}


class State(models.TextChoices):
    """How far a version is; the same words as `rules.states.State`."""

    DRAFT = "DRAFT", _("Draft")
    SUBMITTED = "SUBMITTED", _("Waiting for approval")
    PUBLISHED = "PUBLISHED", _("Approved")
    RETIRED = "RETIRED", pgettext_lazy("knowledge", "Withdrawn")


class Audience(models.TextChoices):
    """Who may read a wording once it counts."""

    STAFF = "STAFF", _("Staff alone")
    PUBLIC = "PUBLIC", _("Customers too")


class RequestState(models.TextChoices):
    """What became of a request for a missing article."""

    OPEN = "OPEN", pgettext_lazy("knowledge", "Open")
    ANSWERED = "ANSWERED", _("Article published")
    DECLINED = "DECLINED", pgettext_lazy("knowledge", "Declined")
