"""What the trail's acts were done to, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from shouwen.ground.kit.words import Words

OBJECTS: dict[str, Words] = {
    "approvals.approval": pgettext_lazy("trail", "Request for approval"),
    "cases.case": pgettext_lazy("trail", "Case"),
    "cases.category": pgettext_lazy("trail", "Category of cases"),
    "cases.caseexport": pgettext_lazy("trail", "Export"),
    "cases.savedview": pgettext_lazy("trail", "View of the ledger"),
    "cases.casetask": pgettext_lazy("trail", "Task"),
    "conversations.contact": pgettext_lazy("trail", "Contact"),
    "conversations.attachment": pgettext_lazy("trail", "File"),
    "cases.casefile": pgettext_lazy("trail", "File of a case"),
    "customers.customer": pgettext_lazy("trail", "Customer"),
    "cases.caseanswer": pgettext_lazy("trail", "Answer in a case's form"),
    "customers.contactpoint": pgettext_lazy("trail", "Contact point"),
    "customers.entrycode": pgettext_lazy("trail", "One-time code"),
    "customers.selfservice": pgettext_lazy("trail", "Self-service settings"),
    "customers.customernote": pgettext_lazy("trail", "Customer note"),
    "desk.script": pgettext_lazy("trail", "Script"),
    "institution": pgettext_lazy("trail", "Institution"),
    "improvement.cause": pgettext_lazy("trail", "Root cause"),
    "improvement.earlywarning": pgettext_lazy("trail", "Early warning"),
    "improvement.followup": pgettext_lazy("trail", "Look-back"),
    "improvement.threshold": pgettext_lazy("trail", "Threshold of complaints"),
    "improvement.accountability": pgettext_lazy("trail", "Accountability"),
    "improvement.warningaddress": pgettext_lazy("trail", "Address for early warnings"),
    "improvement.issue": pgettext_lazy("trail", "Issue"),
    "integrations.webhook": pgettext_lazy("trail", "Webhook"),
    "kernel.delivery": pgettext_lazy("trail", "Deliveries of events"),
    "knowledge.article": pgettext_lazy("trail", "Article"),
    "knowledge.missingrequest": pgettext_lazy("trail", "Request for an article"),
    "policy.clausesetting": pgettext_lazy("trail", "Clause setting"),
    "policy.clock": pgettext_lazy("trail", "Clock"),
    "routing.offer": pgettext_lazy("trail", "Offer"),
    "routing.queue": pgettext_lazy("trail", "Queue"),
    "satisfaction.callback": pgettext_lazy("trail", "Callback"),
    "satisfaction.rating": pgettext_lazy("trail", "Rating"),
    "satisfaction.campaign": pgettext_lazy("trail", "Survey campaign"),
    "satisfaction.campaignrun": pgettext_lazy("trail", "Run of a survey campaign"),
    "satisfaction.outsidestudy": pgettext_lazy("trail", "Survey by a survey house"),
    "satisfaction.invitation": pgettext_lazy("trail", "Invitation to a survey"),
    "satisfaction.survey": pgettext_lazy("trail", "Survey"),
    "staff.apikey": pgettext_lazy("trail", "API key"),
    "staff.institution": pgettext_lazy("trail", "Institution"),
    "staff.person": pgettext_lazy("trail", "Person"),
    "staff.skill": pgettext_lazy("trail", "Skill"),
    "staff.unit": pgettext_lazy("trail", "Unit"),
}
