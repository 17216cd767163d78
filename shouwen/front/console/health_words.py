"""The background tasks in words, and what refuses letters."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from shouwen.ground.kit.words import Words

LOOPS: dict[str, Words] = {
    "approvals": pgettext_lazy("loop", "Requests nobody decided in time"),
    "campaign-counts": pgettext_lazy("loop", "Counting whom survey campaigns would ask"),
    "campaigns": pgettext_lazy("loop", "Drawing for survey campaigns"),
    "case-files": pgettext_lazy("loop", "Checking files of cases"),
    "certificates": pgettext_lazy("loop", "Qualifications that run out"),
    "codes": pgettext_lazy("loop", "Sending one-time codes to phones"),
    "complaint-imports": pgettext_lazy("loop", "Taking complaints in"),
    "complaint-payments": pgettext_lazy("loop", "Watching payments of redress"),
    "complaint-progress": pgettext_lazy("loop", "Telling complainants of the progress"),
    "complaint-silence": pgettext_lazy("loop", "Silence of told complainants"),
    "complaint-tally": pgettext_lazy("loop", "Counting complaints by day and month"),
    "complaint-warnings": pgettext_lazy("loop", "Watching thresholds of complaints"),
    "complaints-unfiled": pgettext_lazy("loop", "Proposing complaints that nobody filed"),
    "exports": pgettext_lazy("loop", "Writing exports"),
    "imports": pgettext_lazy("loop", "Taking customers in"),
    "mail-codes": pgettext_lazy("loop", "Sending one-time codes by e-mail"),
    "old-codes": pgettext_lazy("loop", "Dropping old one-time codes"),
    "old-complaint-imports": pgettext_lazy("loop", "Dropping old tables of complaints"),
    "old-imports": pgettext_lazy("loop", "Dropping old tables"),
    "routing": pgettext_lazy("loop", "Offering waiting contacts"),
    "scanning": pgettext_lazy("loop", "Checking files of conversations"),
    "sequencer": pgettext_lazy("loop", "Chaining the audit trail"),
    "sign-ins": pgettext_lazy("loop", "Old sign-ins and sessions"),
    "spikes": pgettext_lazy("loop", "Watching for a rush"),
    "survey-letters": pgettext_lazy("loop", "Sending surveys by e-mail"),
    "ticker": pgettext_lazy("loop", "Watching the clocks"),
    "tidy": pgettext_lazy("loop", "Tidying up"),
    "warning-letters": pgettext_lazy("loop", "Sending early warnings to departments"),
    "webhooks": pgettext_lazy("loop", "Sending to webhooks"),
    "webhooks-old": pgettext_lazy("loop", "Dropping old deliveries"),
}

CARRIERS: dict[str, Words] = {
    "EMAIL": pgettext_lazy("health", "Last refusal of e-mail"),
    "PHONE": pgettext_lazy("health", "Last refusal of text messages"),
}

_REFUSALS: dict[str, Words] = {
    "address": pgettext_lazy("refusal", "an address that is none"),
    "away": pgettext_lazy("refusal", "took nothing"),
    "certificate": pgettext_lazy("refusal", "its certificate is not trusted"),
    "connect": pgettext_lazy("refusal", "no connection"),
    "cut": pgettext_lazy("refusal", "the line broke"),
    "folder": pgettext_lazy("refusal", "the folder cannot be written"),
    "name": pgettext_lazy("refusal", "its host name is not found"),
    "none": pgettext_lazy("refusal", "nothing is set up"),
    "time": pgettext_lazy("refusal", "it took too long"),
    "tls": pgettext_lazy("refusal", "encryption failed"),
}


def refusal_words(code: str) -> Words:
    """Give a refusal as it is read: in words, or the mail server's own numbers."""
    return _REFUSALS.get(code, code)
