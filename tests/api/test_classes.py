"""Every text in clear says why it may be: an unclassified field fails the build."""

from __future__ import annotations

from shouwen.ground.vault import classes

CODES = "C1: codes, kinds and states from closed lists"
IDS = "C1: public or internal ids, digests and keys"
SETUP = "C1: set up by administrators, of no customer"
REDACTED = "C1 after redaction: written through masking.redact"
SAYABLE = "C1: what the centre may say to anybody, approved by a second person"
MACHINE = "C1: written by the machine about itself"

REASONS: dict[str, str] = {
    **dict.fromkeys(
        (
            "approvals.approval.kind",
            "approvals.approval.right",
            "approvals.approval.subject_kind",
            "carriers.visit.language",
            "cases.case.waits_for",
            "cases.caseexport.filters",
            "cases.caseexport.language",
            "cases.caseexport.ledger",
            "cases.caseentry.act",
            "cases.caseentry.actor_kind",
            "cases.caseentry.clause",
            "cases.savedview.ledger",
            "improvement.complaintreturn.lines",
            "complaints.complaintextension.clause",
            "complaints.complaintextension.limit_clause",
            "complaints.complaintextension.right",
            "complaints.complaintrating.channel",
            "complaints.complaintreferral.held",
            "complaints.resultnotice.wording",
            "conversations.attachment.content_type",
            "conversations.contact.channel",
            "conversations.contact.handover_reason",
            "conversations.contact.intent",
            "conversations.contact.language",
            "conversations.contact.queue_code",
            "conversations.handling.reason",
            "integrations.webhookattempt.failure",
            "integrations.webhookfact.object_kind",
            "integrations.webhookfact.type",
            "monitoring.rollup.channel",
            "monitoring.rollup.queue_code",
            "policy.clock.clause",
            "policy.clock.event",
            "policy.clock.facts",
            "policy.clock.candidates",
            "policy.clock.pack_versions",
            "policy.clock.subject_kind",
            "policy.clockentry.act",
            "policy.clockentry.clause",
            "policy.clockentry.facts",
            "policy.clockentry.trigger",
            "routing.personcapacity.channel",
            "satisfaction.callback.clause",
            "routing.queueentry.return_reason",
            "routing.queuerule.channel",
            "routing.queuerule.intent",
            "routing.queuerule.language",
            "routing.queue.capacities",
            "routing.queueentry.been_in",
            "routing.queuerule.risk",
            "routing.queuerule.tier",
        ),
        CODES,
    ),
    **dict.fromkeys(
        (
            "approvals.approval.payload",
            "approvals.approval.payload_digest",
            "approvals.approval.subject_ref",
            "carriers.visit.token_digest",
            "cases.case.number",
            "cases.caseanswer.code",
            "cases.case.seal_ref",
            "cases.casecounter.day",
            "cases.caseentry.actor_ref",
            "cases.caseexport.approval_ref",
            "cases.caseexport.storage_key",
            "cases.caselink.digest",
            "cases.casereview.reviewer_ref",
            "cases.casetask.asked_by_ref",
            "complaints.complaint.source_ref",
            "complaints.complaintextension.approval_ref",
            "complaints.resultnotice.number",
            "complaints.resultnotice.pdf_sha256",
            "complaints.resultnotice.storage_key",
            "complaints.resultnotice.text_sha256",
            "complaints.tellingproof.reference",
            "conversations.attachment.sha256",
            "conversations.attachment.storage_key",
            "conversations.contact.visitor_ref",
            "conversations.contactnote.client_key",
            "conversations.message.client_key",
            "conversations.message.sources",
            "kernel.idempotencykey.body_digest",
            "kernel.idempotencykey.key",
            "kernel.idempotencykey.reference",
            "kernel.idempotencykey.scope",
            "monitoring.rollup.person_ref",
            "integrations.webhookdelivery.object_key",
            "integrations.webhookfact.digest",
            "integrations.webhookfact.object_ref",
            "policy.clock.subject_ref",
            "policy.clockentry.actor",
            "policy.clockentry.approved_by",
            "policy.policyrevision.token",
            "satisfaction.rating.subject_ref",
        ),
        IDS,
    ),
    **dict.fromkeys(
        (
            "approvals.approval.opinion",
            "approvals.approval.reason",
            "approvals.approval.subject_name",
            "approvals.approval.words",
            "cases.case.title",
            "cases.caseanswer.value",
            "cases.caseexport.reason",
            "cases.caseterm.term",
            "conversations.contact.subject",
            "integrations.webhookattempt.answer",
            "knowledge.missingrequest.answer",
            "knowledge.missingrequest.note",
            "knowledge.missingrequest.words",
        ),
        REDACTED,
    ),
    "cases.savedview.filters": REDACTED,
    "cases.savedview.name": REDACTED,
    "improvement.complaintreturn.title": REDACTED,
    "improvement.complaintreturn.digest": IDS,
    "cases.case.place": "C1: a branch or town, not an address",
    "cases.caseanswer.answered_by_name": "C1: a colleague's name",
    "cases.caseentry.actor_name": "C1: a colleague's name; a customer's stays empty",
    "cases.caseentry.subject_name": "C1: a colleague's name",
    "cases.casereview.reviewer_name": "C1: a colleague's name",
    "cases.caseround.handler_name": "C1: a colleague's name",
    "cases.caseround.reopened_by_name": "C1: a colleague's name",
    "cases.casetask.asked_by_name": "C1: a colleague's name",
    "cases.casetask.ended_by_name": "C1: a colleague's name",
    "integrations.webhookfact.body": "C1: references and states, by a list of fields",
    "policy.clockentry.reason": "C1: why a limit was held or extended; no customer's words",
    "kernel.delivery.last_error": "C1: the error's class and place",
}
# Tables that administrators or the machine fill, whole.
ROOMS = {
    "cases.category.": SETUP,
    "cases.categoryform.": SETUP,
    "complaints.complaintgrade.": SETUP,
    "complaints.noticewording.": SETUP,
    "desk.script.": SETUP,
    "satisfaction.campaign.": SETUP,
    "satisfaction.outsidestudy.": SETUP,
    "satisfaction.campaignrun.": CODES,
    "satisfaction.drawn.": CODES,
    "satisfaction.invitation.": IDS,
    "satisfaction.survey.": CODES,
    "satisfaction.surveyquestion.": SETUP,
    "satisfaction.surveyversion.": SETUP,
    "knowledge.articlefile.": SAYABLE,
    "knowledge.articleversion.": SAYABLE,
    "knowledge.category.": SETUP,
    "knowledge.versionterm.": SAYABLE,
    "policy.calendarexception.": SETUP,
    "policy.clausesetting.": SETUP,
    "policy.packadoption.": SETUP,
    "policy.workschedule.": SETUP,
    "routing.queue.": SETUP,
    "routing.queueday.": SETUP,
    "routing.decision.": MACHINE,
    "kernel.delivery.hearer": MACHINE,
    "kernel.lease.": MACHINE,
    "kernel.outboxevent.": MACHINE,
}


def test_every_text_in_clear_says_why() -> None:
    whole = {
        name: words
        for name in classes.text_fields()
        for start, words in ROOMS.items()
        if name.startswith(start)
    }
    assert classes.unclassified(REASONS | whole) == []


def test_no_reason_outlives_its_field() -> None:
    assert set(REASONS) <= set(classes.text_fields())
