"""Rights in words, for those who check who may do what."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from shouwen.ground.kernel.errors import Words

RIGHTS: dict[str, Words] = {
    "contact.take": pgettext_lazy("right", "Take contacts from the queue"),
    "contact.read": pgettext_lazy("right", "Read conversations"),
    "contact.supervise": pgettext_lazy("right", "Look on, step in and set the team's states"),
    "case.read": pgettext_lazy("right", "Read cases"),
    "case.work": pgettext_lazy("right", "Open and work cases"),
    "case.archive": pgettext_lazy("right", "Check and archive cases"),
    "case.approve": pgettext_lazy("right", "Approve steps of cases that others asked for"),
    "case.review": pgettext_lazy("right", "Review cases that others closed"),
    "category.edit": pgettext_lazy("right", "Set up categories and what they ask for"),
    "approval.read": pgettext_lazy("right", "See and decide requests for approval"),
    "case.export": pgettext_lazy("right", "Ask for exports of the case ledger"),
    "export.approve": pgettext_lazy("right", "Approve exports that others asked for"),
    "complaint.read": pgettext_lazy("right", "Read complaints"),
    "complaint.work": pgettext_lazy("right", "Work complaints"),
    "complaint.grade": pgettext_lazy("right", "Grade complaints and mark major ones"),
    "complaint.supervise": pgettext_lazy("right", "Supervise complaints and close them"),
    "complaint.extend": pgettext_lazy("right", "Decide whether a complaint may take longer"),
    "complaint.extend_senior": pgettext_lazy(
        "right", "Decide as senior management whether a complaint may take longer"
    ),
    "complaint.import": pgettext_lazy("right", "Import complaints from a file"),
    "complaint.redress": pgettext_lazy("right", "Decide on redress up to a lead's level"),
    "complaint.redress_senior": pgettext_lazy(
        "right", "Decide on redress up to senior management's level"
    ),
    "complaint.redress_result": pgettext_lazy("right", "Record what became of a redress's payment"),
    "complaint.report": pgettext_lazy("right", "Freeze returns on complaints"),
    "cause.edit": pgettext_lazy("right", "Word the tree of root causes"),
    "threshold.edit": pgettext_lazy("right", "Set thresholds of early warning on complaints"),
    "issue.read": pgettext_lazy("right", "See issues and root causes"),
    "issue.work": pgettext_lazy("right", "Record issues and put them right"),
    "issue.judge": pgettext_lazy("right", "Accept what was put right, and judge its effect"),
    "accountability.propose": pgettext_lazy(
        "right", "Propose that a colleague is held accountable"
    ),
    "accountability.investigate": pgettext_lazy(
        "right", "Investigate whether a colleague is accountable"
    ),
    "accountability.decide": pgettext_lazy("right", "Decide whether a colleague is accountable"),
    "customer.read": pgettext_lazy("right", "Look customers up, masked"),
    "customer.edit": pgettext_lazy("right", "Register and change customers"),
    "customer.import": pgettext_lazy("right", "Import customers from a file"),
    "customer.merge": pgettext_lazy("right", "Merge customers' files and part them"),
    "customer.reveal": pgettext_lazy("right", "Open masked values, with a reason"),
    "knowledge.read": pgettext_lazy("right", "Read knowledge"),
    "knowledge.write": pgettext_lazy("right", "Write knowledge"),
    "knowledge.approve": pgettext_lazy("right", "Approve knowledge that others wrote"),
    "metrics.read": pgettext_lazy("right", "See live and past figures"),
    "qualification.read": pgettext_lazy(
        "right", "See who is qualified for what, and who guides whom"
    ),
    "routing.read": pgettext_lazy("right", "See why a contact went where it went"),
    "routing.edit": pgettext_lazy("right", "Set up queues and their order"),
    "script.edit": pgettext_lazy("right", "Word the scripts of the desk"),
    "survey.edit": pgettext_lazy("right", "Word and publish surveys"),
    "survey.read": pgettext_lazy("right", "See surveys and their results"),
    "policy.read": pgettext_lazy("right", "Read the rule packs"),
    "policy.edit": pgettext_lazy("right", "Change rules and settings, with a second person"),
    "audit.read": pgettext_lazy("right", "Read the audit trail"),
    "apikey.manage": pgettext_lazy("right", "Make and revoke API keys"),
    "staff.read": pgettext_lazy("right", "See colleagues and units"),
    "staff.review": pgettext_lazy("right", "See everybody's roles and rights"),
    "staff.edit": pgettext_lazy("right", "Set up units and people, ask for roles"),
    "staff.approve": pgettext_lazy("right", "Approve roles that others asked for"),
    "system.watch": pgettext_lazy("right", "See how the machine is, and start deliveries again"),
    "webhook.read": pgettext_lazy("right", "See webhooks and what was sent"),
    "webhook.manage": pgettext_lazy("right", "Set up webhooks, with a second person"),
    "webhook.approve": pgettext_lazy("right", "Approve webhooks that others asked for"),
}
