"""Who hears what, who is plugged in where, and which doors the rail shows: all on one page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils.translation import pgettext_lazy

from config import machine
from config.approving import APPROVALS
from config.leaving import WORK
from shouwen.assurance.improvement import access as learning
from shouwen.assurance.improvement import handlers as improving
from shouwen.assurance.improvement import queries as teaching
from shouwen.assurance.improvement.events import AccountabilityDecided
from shouwen.assurance.monitoring import access as wall
from shouwen.assurance.monitoring import handlers as monitoring
from shouwen.assurance.monitoring import queries as figures
from shouwen.assurance.satisfaction import handlers as satisfaction
from shouwen.assurance.satisfaction import queries as ratings
from shouwen.assurance.satisfaction.events import RatingGiven
from shouwen.contact.channels.chat import ports as chat
from shouwen.contact.conversations import access as contacts
from shouwen.contact.conversations import actions as contact_actions
from shouwen.contact.conversations.events import (
    ContactAnswered,
    ContactAssigned,
    ContactEnded,
    ContactQueued,
    ContactRecognised,
    ContactWrappedUp,
    MessageReceived,
)
from shouwen.contact.routing import access as queues
from shouwen.contact.routing import handlers as routing
from shouwen.front.console import health_page
from shouwen.front.console import sections as console
from shouwen.front.desk import queries as desk
from shouwen.front.integrations import handlers as webhooks
from shouwen.front.integrations import queries as webhook_queries
from shouwen.front.integrations.queries import health as webhook_health
from shouwen.front.integrations.rules import catalogue
from shouwen.ground.kernel import health, hearers, time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.events import Event
from shouwen.ground.kit import beside, live, nav, palette, preferences
from shouwen.ground.policy.events import ClockBreached, ClockStopped, ClockWarned
from shouwen.ground.vault import queries as trail
from shouwen.ground.vault import scopes
from shouwen.people.approvals import ports as approval_kinds
from shouwen.people.approvals import queries as approvals
from shouwen.people.customers import holdings
from shouwen.people.customers import ports as customer_files
from shouwen.people.customers import queries as customers
from shouwen.people.customers.smtp import SmtpLetterbox
from shouwen.people.customers.spool import SpoolFolder
from shouwen.people.staff import access as rights
from shouwen.people.staff import actions as people
from shouwen.people.staff import ports as staff_ports
from shouwen.people.staff import queries as staff_queries
from shouwen.people.staff import web as staff
from shouwen.people.staff.events import PresenceChanged
from shouwen.service.cases import actions as case_actions
from shouwen.service.cases import handlers as case_handlers
from shouwen.service.cases import ports as over_cases
from shouwen.service.cases import queries as cases
from shouwen.service.cases.events import (
    CaseClassified,
    CaseClosed,
    CaseEffortNoted,
    CaseEffortTakenBack,
    CaseObjected,
    CaseOpened,
    CaseReopened,
)
from shouwen.service.complaints import actions as complaints
from shouwen.service.complaints import handlers as complaint_handlers
from shouwen.service.complaints import queries as complaint_queries
from shouwen.service.complaints import words as complaint_words
from shouwen.service.complaints.events import ComplaintClosed, ResponsibilityAssigned
from shouwen.service.knowledge import queries as knowledge

HEARERS: dict[type[Event], list[hearers.Hearer]] = {
    # The assistant hears a customer first; what it hands over is queued.
    MessageReceived: [routing.hear_first],
    ContactRecognised: [routing.rank_anew],
    ContactQueued: [monitoring.count_queued],
    ContactAssigned: [monitoring.count_assigned],
    ContactAnswered: [monitoring.count_reply],
    ContactEnded: [routing.close_entry, monitoring.count_end, complaint_handlers.look_at_contact],
    ContactWrappedUp: [routing.look_again, monitoring.count_wrap_up],
    PresenceChanged: [routing.look_again],
    ClockWarned: [case_handlers.remind_of_task, improving.remind_of_issue],
    ClockBreached: [
        case_handlers.enter_breach,
        monitoring.count_breach,
        complaint_handlers.look_at_breach,
    ],
    ClockStopped: [monitoring.count_kept],
    CaseOpened: [monitoring.count_case_opened],
    CaseClassified: [monitoring.count_reason],
    CaseObjected: [monitoring.count_objection],
    CaseEffortNoted: [monitoring.count_effort],
    CaseEffortTakenBack: [monitoring.uncount_effort],
    CaseClosed: [
        satisfaction.settle_early_rating,
        satisfaction.plan_callback,
        satisfaction.ask_about_case,
        monitoring.count_case_closed,
    ],
    CaseReopened: [monitoring.look_again_at_held],
    ResponsibilityAssigned: [monitoring.count_held],
    ComplaintClosed: [monitoring.look_at_held],
    AccountabilityDecided: [improving.count_accountable],
    RatingGiven: [
        monitoring.count_rating,
        satisfaction.follow_up,
        satisfaction.propose_complaint,
    ],
}
# Other systems are told last, and only of what one of their webhooks chose.
for told in catalogue.KINDS:
    HEARERS[told.fact] = [*HEARERS.get(told.fact, ()), webhooks.tell]
WANTED: dict[hearers.Hearer, hearers.Wanted] = {webhooks.tell: webhook_queries.is_wanted}


def _may_look_beside(actor: Actor, ref: str) -> bool:
    """Whether an actor has to do with the contact or case that colleagues have open."""
    if ref.startswith("case_"):
        return actor.is_person and cases.may_follow(actor, ref)
    return contacts.may_follow_notes(actor, ref)


# Whether an actor may follow a topic, by the topic's first word.
FOLLOWERS: dict[str, live.Authoriser] = {
    "approvals": approvals.may_follow,
    "contact": contacts.may_follow,
    "notes": contacts.may_follow_notes,
    "case": cases.may_follow,
    "beside": _may_look_beside,
    "tasks": cases.may_follow_tasks,
    "person": queues.may_follow_person,
    "queues": queues.may_follow_queues,
    "wallboard": wall.may_follow,
    "webhooks": webhook_queries.may_follow,
}

# How a row is found again, within the asker's scope, when one of its masked values is opened.
SCOPES: dict[str, scopes.Loader] = {
    "customers.customer": customers.customer_to_reveal,
    "customers.contactpoint": customers.point_to_reveal,
    "customers.customernote": customers.note_to_reveal,
    "cases.caseanswer": cases.answer_to_reveal,
}


# Who says how the machine is, in the order of the page.
READERS = (machine.read, *health_page.READERS, webhook_health.read, health_page.packs)


def _with(right: str) -> Callable[[Actor], bool]:
    return lambda actor: rights.has_right(actor, right)


# Roles whose own rooms are still to come look on where they may.
DOORS = (
    nav.NavItem(
        "desk",
        "headset",
        pgettext_lazy("rail", "Desk"),
        "desk:home",
        shortcut="w",
        may=_with("contact.take"),
    ),
    nav.NavItem(
        "cases",
        "ticket",
        pgettext_lazy("rail", "Cases"),
        "cases:ledger",
        roles=frozenset({"inspector"}),
        shortcut="g",
        count=cases.badge_count,
        may=_with("case.read"),
    ),
    nav.NavItem(
        "complaints",
        "scale",
        pgettext_lazy("rail", "Complaints"),
        "complaints:ledger",
        shortcut="t",
        count=complaint_queries.badge_count,
        may=_with("complaint.read"),
    ),
    nav.NavItem(
        "customers",
        "user",
        pgettext_lazy("rail", "Clients"),
        "customers:home",
        roles=frozenset({"agent", "lead", "complaints", "risk"}),
        shortcut="c",
        may=_with("customer.read"),
    ),
    nav.NavItem(
        "approvals",
        "clipboard-check",
        pgettext_lazy("rail", "Approvals"),
        "approvals:home",
        roles=frozenset({"agent", "lead", "complaints", "risk", "admin"}),
        shortcut="p",
        count=approvals.badge_count,
        may=_with("approval.read"),
    ),
    nav.NavItem(
        "knowledge",
        "book",
        pgettext_lazy("rail", "Knowledge"),
        "knowledge:home",
        # A lead approves what editors write.
        roles=frozenset({"lead"}),
        shortcut="k",
        count=knowledge.badge_count,
        may=_with("knowledge.read"),
    ),
    nav.NavItem(
        "wallboard",
        "device-tv",
        pgettext_lazy("rail", "Live"),
        "monitoring:wallboard",
        roles=frozenset({"inspector", "trainer"}),
        shortcut="m",
        may=_with("metrics.read"),
    ),
    nav.NavItem(
        "team",
        "users",
        pgettext_lazy("rail", "Team"),
        "console:team",
        roles=frozenset({"lead"}),
        shortcut="e",
        count=lambda actor: staff_queries.over_limit_count(actor, time.now()),
        may=_with("contact.supervise"),
    ),
    nav.NavItem(
        "system",
        "settings",
        pgettext_lazy("rail", "System"),
        "console:system",
        # A trainer sees what people are qualified for, and nothing else behind this door.
        roles=frozenset({"auditor", "risk", "trainer"}),
        shortcut="s",
        count=console.badge_count,
        may=console.may_enter,
    ),
    nav.NavItem(
        "callbacks",
        "phone-outgoing",
        pgettext_lazy("rail", "Callbacks"),
        "callbacks:list",
        roles=frozenset({"agent", "lead", "complaints"}),
        shortcut="b",
        may=_with("case.work"),
    ),
    nav.NavItem(
        "reports",
        "chart-histogram",
        pgettext_lazy("rail", "Reports"),
        "reports:history",
        roles=frozenset({"lead", "complaints", "inspector", "trainer", "risk", "auditor", "admin"}),
        shortcut="f",
        may=_with("metrics.read"),
    ),
    nav.NavItem(
        "improvement",
        "target",
        pgettext_lazy("rail", "Analysis"),
        "improvement:report",
        roles=frozenset({"lead", "complaints", "inspector", "risk", "auditor"}),
        shortcut="i",
        count=teaching.badge_count,
        may=learning.may_read,
    ),
    nav.NavItem(
        "rules",
        "scale",
        pgettext_lazy("rail", "Rules"),
        "console:rules",
        roles=frozenset({"inspector", "trainer", "editor", "risk", "complaints"}),
        shortcut="r",
        may=_with("policy.read"),
    ),
    nav.NavItem(
        "audit",
        "report-search",
        pgettext_lazy("rail", "Audit"),
        "console:audit",
        shortcut="a",
        may=_with("audit.read"),
    ),
)


def wire() -> None:
    """Join the rooms; called once when Django has loaded them all."""
    hearers.set_hearers(HEARERS, WANTED)
    preferences.on_change(staff.keep_preference)
    live.on_heartbeat(people.heartbeat)
    beside.name_by(staff_queries.names_by_ref)
    live.recognise_by(staff.actor_again)
    live.count_by(staff_queries.open_desks)
    chat.plug_ratings(ratings.is_not_to_rate, ratings.invites_by)
    chat.plug_messages(case_actions.open_from_message)
    over_cases.plug_companion("COMPLAINT", complaints.ComplaintOverCase())
    over_cases.plug_table(cases.CASES)
    over_cases.plug_table(complaint_queries.TABLE)
    over_cases.plug_entrance(complaints.entrance)
    over_cases.plug_help(complaint_queries.summons_of, complaint_queries.notes_about)
    over_cases.plug_tellings(complaint_words.TELLINGS)
    customer_files.register_history(
        "case", cases.history_of, pgettext_lazy("history", "Cases"), "ticket"
    )
    customer_files.register_history(
        "callback",
        ratings.callbacks_in_history,
        pgettext_lazy("history", "Callbacks"),
        "phone-outgoing",
    )
    customer_files.register_history(
        "rating", ratings.ratings_in_history, pgettext_lazy("history", "Ratings"), "star"
    )
    customer_files.register_follower("contact", contact_actions.follow_customer)
    customer_files.register_follower("case", case_actions.follow_customer, case_actions.part_cases)
    if settings.SPOOL_ROOT:
        customer_files.plug_letterbox(SpoolFolder(Path(settings.SPOOL_ROOT)))
    if settings.SMTP:
        customer_files.plug_letterbox(SmtpLetterbox(settings.SMTP), ["EMAIL"])
    customer_files.plug_holdings(holdings.provider(settings.HOLDINGS, settings.HOLDINGS_TOKEN))
    for word, authoriser in FOLLOWERS.items():
        live.register(word, authoriser)
    for name, loader in SCOPES.items():
        scopes.register(name, loader)
    for approval in APPROVALS:
        approval_kinds.register(approval)
    for reader in READERS:
        health.register_reader(reader)
    for kind in WORK:
        staff_ports.register_work(kind)
    staff_ports.plug_attainment(figures.attainment)
    for door in DOORS:
        nav.register(door)
    for finder in desk.FINDERS:
        palette.register(finder)
    palette.lead_to(desk.places_for)
    palette.lead_to(console.places_for)
    palette.remember_by(trail.looked_at)
