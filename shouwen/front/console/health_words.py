"""The background tasks in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from shouwen.ground.kit.words import Words

LOOPS: dict[str, Words] = {
    "approvals": pgettext_lazy("loop", "Requests nobody decided in time"),
    "campaigns": pgettext_lazy("loop", "Drawing for survey campaigns"),
    "case-files": pgettext_lazy("loop", "Checking files of cases"),
    "certificates": pgettext_lazy("loop", "Qualifications that run out"),
    "codes": pgettext_lazy("loop", "Sending one-time codes"),
    "exports": pgettext_lazy("loop", "Writing exports"),
    "imports": pgettext_lazy("loop", "Taking customers in"),
    "old-codes": pgettext_lazy("loop", "Dropping old one-time codes"),
    "old-imports": pgettext_lazy("loop", "Dropping old tables"),
    "routing": pgettext_lazy("loop", "Offering waiting contacts"),
    "scanning": pgettext_lazy("loop", "Checking files of conversations"),
    "sequencer": pgettext_lazy("loop", "Chaining the audit trail"),
    "sign-ins": pgettext_lazy("loop", "Old sign-ins and sessions"),
    "spikes": pgettext_lazy("loop", "Watching for a rush"),
    "survey-letters": pgettext_lazy("loop", "Sending surveys by e-mail"),
    "ticker": pgettext_lazy("loop", "Watching the clocks"),
    "tidy": pgettext_lazy("loop", "Tidying up"),
    "webhooks": pgettext_lazy("loop", "Sending to webhooks"),
    "webhooks-old": pgettext_lazy("loop", "Dropping old deliveries"),
}
