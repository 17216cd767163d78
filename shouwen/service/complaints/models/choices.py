"""The closed lists of a complaint, each with the clause it is from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """How far a complaint is; the same words as `rules.states.State`."""

    RECEIVED = "RECEIVED", pgettext_lazy("complaint", "Received")
    ACCEPTED = "ACCEPTED", pgettext_lazy("complaint", "Accepted")
    CLASSIFIED = "CLASSIFIED", pgettext_lazy("complaint", "Classified")
    GRADED = "GRADED", pgettext_lazy("complaint", "Graded")
    STARTED = "STARTED", pgettext_lazy("complaint", "Being investigated")
    ANALYSED = "ANALYSED", pgettext_lazy("complaint", "Facts found")
    RESPONSIBILITY_ASSIGNED = (
        "RESPONSIBILITY_ASSIGNED",
        pgettext_lazy("complaint", "Responsibility assigned"),
    )
    PLAN_AGREED = "PLAN_AGREED", pgettext_lazy("complaint", "Plan agreed")
    HANDLED = "HANDLED", pgettext_lazy("complaint", "Handled")
    FEEDBACK_SENT = "FEEDBACK_SENT", pgettext_lazy("complaint", "Complainant told")
    CALLBACK_DONE = "CALLBACK_DONE", pgettext_lazy("complaint", "Called back")
    CLOSED = "CLOSED", pgettext_lazy("complaint", "Closed")
    ARCHIVED = "ARCHIVED", pgettext_lazy("complaint", "Archived")


class Origin(models.TextChoices):
    """Where a complaint is from (HB-4.2-01); the medium is its case's channel."""

    CUSTOMER = "CUSTOMER", pgettext_lazy("complaint origin", "Complainant")
    SYSTEM = "SYSTEM", pgettext_lazy("complaint origin", "Found by the system")
    REGULATOR = "REGULATOR", pgettext_lazy("complaint origin", "Transferred by the regulator")
    CLERK = "CLERK", pgettext_lazy("complaint origin", "Entered by staff")


class Capacity(models.TextChoices):
    """For whom a complainant speaks; whoever speaks for another shows that they may."""

    SELF = "SELF", pgettext_lazy("complains for", "Themselves")
    AGENT = "AGENT", pgettext_lazy("complains for", "Another, with authority")
    HEIR = "HEIR", pgettext_lazy("complains for", "A deceased, as heir")


class CgType(models.TextChoices):
    """The primary facet (CG-3.1-02..06, conflict 32)."""

    BUSINESS = "BUSINESS", pgettext_lazy("complaint type", "Business")
    SERVICE = "SERVICE", pgettext_lazy("complaint type", "Service")
    PRODUCT = "PRODUCT", pgettext_lazy("complaint type", "Product")
    TECHNICAL = "TECHNICAL", pgettext_lazy("complaint type", "Technical")
    OTHER = "OTHER", pgettext_lazy("complaint type", "Other")


class OmClass(models.TextChoices):
    """The manual's classes (OM-4.4-02)."""

    ACCOUNT_ABNORMAL = "ACCOUNT_ABNORMAL", pgettext_lazy("complaint class", "Account abnormal")
    POOR_SERVICE = "POOR_SERVICE", pgettext_lazy("complaint class", "Poor service")
    WRONG_INFORMATION = "WRONG_INFORMATION", pgettext_lazy("complaint class", "Wrong information")


class SnObject(models.TextChoices):
    """What it is about by the norm (SN-36-01)."""

    PRODUCT = "PRODUCT", pgettext_lazy("complaint object", "A product")
    SYSTEM = "SYSTEM", pgettext_lazy("complaint object", "A system")
    SERVICE = "SERVICE", pgettext_lazy("complaint object", "A service")


class MajorReason(models.TextChoices):
    """Why it is major (HB-4.2-07); the same words as `rules.major.MajorReason`."""

    PEOPLE = "PEOPLE", pgettext_lazy("major complaint", "Many complainants in person")
    DISASTER = "DISASTER", pgettext_lazy("major complaint", "Disaster")
    SAFETY = "SAFETY", pgettext_lazy("major complaint", "Safety")
    PUBLIC_HEALTH = "PUBLIC_HEALTH", pgettext_lazy("major complaint", "Public health")
    JUDGED = "JUDGED", pgettext_lazy("major complaint", "Judged so by a person")


class Tier(models.IntegerChoices):
    """Who handles it (CG-3.2-03)."""

    FIRST = 1, pgettext_lazy("complaint tier", "First: accepting department")
    MIDDLE = 2, pgettext_lazy("complaint tier", "Middle: business department")
    SENIOR = 3, pgettext_lazy("complaint tier", "Senior: executives or special team")


class Responsible(models.TextChoices):
    """Who or what is responsible (OM-4.4-03, CG-3.4-01)."""

    STAFF = "STAFF", pgettext_lazy("responsible", "A member of staff")
    UNIT = "UNIT", pgettext_lazy("responsible", "A unit")
    PRODUCT = "PRODUCT", pgettext_lazy("responsible", "The product")
    SYSTEM = "SYSTEM", pgettext_lazy("responsible", "A system")
    PARTNER = "PARTNER", pgettext_lazy("responsible", "A partner")
    CUSTOMER = "CUSTOMER", pgettext_lazy("responsible", "The customer")
    SHARED = "SHARED", pgettext_lazy("responsible", "Several together")
    NONE = "NONE", pgettext_lazy("responsible", "Nobody")


class PlanAnswer(models.TextChoices):
    """What the complainant said to the plan (OM-4.4-03)."""

    AGREED = "AGREED", pgettext_lazy("plan", "Agreed")
    PARTLY = "PARTLY", pgettext_lazy("plan", "Agreed in part")
    NOT_AGREED = "NOT_AGREED", pgettext_lazy("plan", "Did not agree")
    NOT_REACHED = "NOT_REACHED", pgettext_lazy("plan", "Was not reached")
