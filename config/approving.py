"""What takes two persons: each kind of request, and the room that carries it out when approved."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from shouwen.front.console import actions as console_actions
from shouwen.front.integrations import actions as integrations
from shouwen.people.approvals import ports as approval_kinds
from shouwen.service.cases import actions as case_actions
from shouwen.service.complaints import actions as complaints
from shouwen.service.complaints import queries as complaint_queries

# What needs a second person, and how it is carried out when that one has approved.
APPROVALS = (
    approval_kinds.Kind(
        case_actions.APPROVAL,
        pgettext_lazy("approval", "Step of a case"),
        "ticket",
        "case.approve",
        "PV-10-02",
        case_actions.settle_step,
        link=lambda ref: reverse("cases:case", args=[ref]),
        figure="case-step-stands",
    ),
    approval_kinds.Kind(
        "case.export",
        pgettext_lazy("approval", "Export of cases"),
        "file-export",
        "export.approve",
        "PV-11-02",
        case_actions.settle_approval,
    ),
    approval_kinds.Kind(
        complaint_queries.TABLE.kind,
        pgettext_lazy("approval", "Export of complaints"),
        "file-export",
        "export.approve",
        "PV-11-02",
        case_actions.settle_approval,
    ),
    approval_kinds.Kind(
        complaints.EXTENSION,
        pgettext_lazy("approval", "Extension of a complaint's limit"),
        "hourglass",
        "complaint.extend",
        "CBIRC-2020-3-20-3",
        complaints.settle_extension,
        link=lambda ref: reverse("complaints:complaint", args=[ref]),
        figure="extension-stands",
    ),
    approval_kinds.Kind(
        complaints.RIGHTING,
        pgettext_lazy("approval", "A limit told in time and recorded late"),
        "clock",
        "complaint.extend",
        "HB-4.2-03",
        complaints.settle_righting,
        link=lambda ref: reverse("complaints:complaint", args=[ref]),
        figure="righting-stands",
    ),
    approval_kinds.Kind(
        complaints.REDRESS,
        pgettext_lazy("approval", "Redress of a complaint"),
        "building-bank",
        "complaint.redress",
        "PV-10-02",
        complaints.settle_redress,
        link=lambda ref: reverse("complaints:complaint", args=[ref]),
        figure="redress-stands",
    ),
    approval_kinds.Kind(
        complaints.REDRESS_LEVELS,
        pgettext_lazy("approval", "Levels of redress"),
        "building-bank",
        "policy.edit",
        "PV-10-02",
        complaints.settle_redress_levels,
        link=lambda _code: reverse("complaints:redress_levels"),
        figure="rule-change-stands",
    ),
    approval_kinds.Kind(
        complaints.SILENCE,
        pgettext_lazy("approval", "Silence of told complainants"),
        "clock",
        "policy.edit",
        "PV-10-02",
        complaints.settle_silence_days,
        link=lambda _code: reverse("console:complaints"),
        figure="rule-change-stands",
    ),
    approval_kinds.Kind(
        complaints.WORDING,
        pgettext_lazy("approval", "Words of result notices"),
        "file-text",
        "policy.edit",
        "CG-4.1-05",
        complaints.settle_wording,
        link=lambda _ref: reverse("complaints:wordings"),
        figure="notice-words-stand",
    ),
    approval_kinds.Kind(
        "policy.clause",
        pgettext_lazy("approval", "Change of a rule"),
        "scale",
        "policy.edit",
        "SN-35-01",
        console_actions.settle_rules,
        link=lambda clause: reverse("console:clause", args=[clause]),
        figure="rule-change-stands",
    ),
    approval_kinds.Kind(
        "policy.packs",
        pgettext_lazy("approval", "Choice of rule packs"),
        "stack-2",
        "policy.edit",
        "SN-35-01",
        console_actions.settle_rules,
        link=lambda _home: reverse("console:rule-changes"),
        figure="rule-change-stands",
    ),
    approval_kinds.Kind(
        console_actions.CALENDAR,
        pgettext_lazy("approval", "Working calendar"),
        "calendar",
        "policy.edit",
        "SN-35-01",
        console_actions.settle_calendar,
        link=lambda _home: reverse("console:rule-calendar"),
        figure="rule-change-stands",
    ),
    approval_kinds.Kind(
        "staff.apikey",
        pgettext_lazy("approval", "API key"),
        "key",
        "staff.approve",
        "CG-6.3-01",
        console_actions.settle_key,
        link=lambda ref: reverse("console:key", args=[ref]),
    ),
    approval_kinds.Kind(
        console_actions.ROLE,
        pgettext_lazy("approval", "Role"),
        "shield-check",
        "staff.approve",
        "OM-3.4.2-01",
        console_actions.settle_role,
        link=lambda ref: reverse("console:person", args=[ref]),
        figure="role-stands",
    ),
    approval_kinds.Kind(
        "webhook.change",
        pgettext_lazy("approval", "Webhooks"),
        "webhook",
        "webhook.approve",
        "CG-6.3-01",
        integrations.settle_approval,
        lambda ref: reverse("integrations:webhook", args=[ref]),
    ),
)
