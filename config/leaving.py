"""What people have in their name, and how it goes to others when they leave."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from shouwen.assurance.improvement import actions as teaching_actions
from shouwen.assurance.improvement import queries as teaching
from shouwen.assurance.satisfaction import actions as rating_actions
from shouwen.assurance.satisfaction import queries as ratings
from shouwen.contact.routing import actions as queue_actions
from shouwen.contact.routing import queries as queue_queries
from shouwen.people.approvals import actions as approval_actions
from shouwen.people.approvals import queries as approvals
from shouwen.people.staff import ports as staff_ports
from shouwen.service.cases import actions as case_actions
from shouwen.service.cases import queries as cases
from shouwen.service.complaints import actions as complaint_actions
from shouwen.service.complaints import queries as complaints

WORK = (
    staff_ports.WorkKind(
        "case",
        "ticket",
        pgettext_lazy("work", "Cases"),
        cases.open_cases_of,
        case_actions.hand_over_case,
    ),
    staff_ports.WorkKind(
        "task",
        "clipboard-check",
        pgettext_lazy("work", "Tasks"),
        cases.open_tasks_of,
        case_actions.hand_over_task,
        needs_person=False,
    ),
    staff_ports.WorkKind(
        "contact",
        "messages",
        pgettext_lazy("work", "Conversations"),
        queue_queries.open_contacts_of,
        queue_actions.hand_over_contact,
        needs_person=False,
        note=pgettext_lazy(
            "work",
            "Talks go back to their queue, where the chosen person is offered them first; what "
            "only waits for its wrap-up is finished.",
        ),
    ),
    staff_ports.WorkKind(
        "callback",
        "phone-outgoing",
        pgettext_lazy("work", "Callbacks"),
        ratings.open_calls_of,
        rating_actions.hand_over_callback,
    ),
    staff_ports.WorkKind(
        "issue",
        "checklist",
        pgettext_lazy("work", "Issues to rectify"),
        teaching.open_issues_of,
        teaching_actions.hand_over_issue,
        note=pgettext_lazy("work", "Their limits go on; whoever gets them hands the report in."),
    ),
    staff_ports.WorkKind(
        "force",
        "users",
        pgettext_lazy("work", "Places on task forces"),
        complaints.places_in_name,
        complaint_actions.hand_over_force,
        note=pgettext_lazy(
            "work", "Whoever gets one has the same function there, and reads that complaint."
        ),
    ),
    staff_ports.WorkKind(
        "approval",
        "gavel",
        pgettext_lazy("work", "Requests for approval"),
        approvals.open_requests_of,
        approval_actions.take_back_for,
        needs_person=False,
        note=pgettext_lazy(
            "work", "They are withdrawn: whoever still needs one asks in their own name."
        ),
    ),
)
