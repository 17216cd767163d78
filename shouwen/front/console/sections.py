"""The system pages of the console: which there are, in which order, and who sees them.

How a settings page joins:

1. Its address begins with `/console/system/` (`front/console/urls.py`), its view asks for the
   section's right with `@staff_required(...)`.
2. Its template begins `{% extends "console/system.html" %}` and fills the blocks `title` (of the
   tab), `section_title` (the heading), `section` (the page), and where needed `section_crumb`,
   `section_note` (one sentence), `section_act` (buttons of the head), `section_head` (a style
   sheet). The side list draws itself; the view passes nothing for it.
3. One line in `SECTIONS` below, beside what it is related to.

A page below a section (one person of the list) has a longer address of the same beginning, and the
section stays marked. Whoever has none of the rights sees no door to the system at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kit.palette import Entry
from shouwen.ground.kit.words import Words
from shouwen.ground.vault import queries as trail
from shouwen.people.staff import access


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the side list; `right` is what its page asks for."""

    key: str
    icon: str
    label: Words
    url_name: str
    right: str


@dataclass(frozen=True, slots=True)
class SectionLink:
    """A section as one person sees it."""

    section: Section
    url: str
    is_here: bool


DOOR = pgettext_lazy("rail", "System")
# How long the rail tells that somebody was stopped.
STOPPED_TOLD = timedelta(hours=24)

SECTIONS: tuple[Section, ...] = (
    Section("people", "users", pgettext_lazy("system", "People"), "console:people", "staff.review"),
    Section("units", "building", pgettext_lazy("system", "Units"), "console:units", "staff.review"),
    Section(
        "roles", "shield-check", pgettext_lazy("system", "Roles"), "console:roles", "staff.review"
    ),
    Section(
        "posts", "checklist", pgettext_lazy("system", "Duty list"), "console:posts", "staff.review"
    ),
    Section(
        "qualifications",
        "school",
        pgettext_lazy("system", "Qualifications"),
        "console:qualifications",
        "qualification.read",
    ),
    Section(
        "limits",
        "adjustments",
        pgettext_lazy("system", "Staff limits"),
        "console:limits",
        "staff.review",
    ),
    Section(
        "queues", "stack-2", pgettext_lazy("system", "Queues"), "console:queues", "routing.edit"
    ),
    Section(
        "categories",
        "list-tree",
        pgettext_lazy("system", "Categories"),
        "console:categories",
        "category.edit",
    ),
    Section(
        "complaints",
        "gavel",
        pgettext_lazy("system", "Complaint settings"),
        "console:complaints",
        "category.edit",
    ),
    Section(
        "tiers",
        "star",
        pgettext_lazy("system", "Customer tiers"),
        "console:tiers",
        "routing.edit",
    ),
    Section(
        "selfservice",
        "device-mobile",
        pgettext_lazy("system", "Self-service"),
        "console:selfservice",
        "policy.edit",
    ),
    Section(
        "scripts", "message-2", pgettext_lazy("system", "Scripts"), "scripts:list", "script.edit"
    ),
    Section("keys", "key", pgettext_lazy("system", "API keys"), "console:keys", "apikey.manage"),
    Section(
        "surveys",
        "clipboard-check",
        pgettext_lazy("system", "Surveys"),
        "console:surveys",
        "survey.read",
    ),
    Section(
        "webhooks",
        "webhook",
        pgettext_lazy("system", "Webhooks"),
        "integrations:webhooks",
        "webhook.read",
    ),
    Section(
        "health",
        "activity-heartbeat",
        pgettext_lazy("system", "System health"),
        "console:health",
        "system.watch",
    ),
)


def may_enter(actor: Actor) -> bool:
    """Whether the actor sees any section."""
    return any(access.has_right(actor, section.right) for section in SECTIONS)


def badge_count(actor: Actor) -> int:
    """Count who was stopped looking customers up within a day, for those who watch over risk."""
    if not actor.has_role("risk"):
        return 0
    return len(trail.stopped_looking(actor.institution_id or 0, time.now() - STOPPED_TOLD))


def sections_for(actor: Actor, path: str) -> list[SectionLink]:
    """List the sections an actor sees; the longest address that `path` begins with is here."""
    seen = [(one, reverse(one.url_name)) for one in SECTIONS if access.has_right(actor, one.right)]
    here = max((url for _one, url in seen if path.startswith(url)), key=len, default="")
    return [SectionLink(section=one, url=url, is_here=url == here) for one, url in seen]


def places_for(actor: Actor) -> list[Entry]:
    """List the sections an actor sees, for the palette; the rail shows one door to all of them."""
    return [
        Entry(str(one.label), reverse(one.url_name), one.icon, detail=str(DOOR))
        for one in SECTIONS
        if access.has_right(actor, one.right)
    ]
