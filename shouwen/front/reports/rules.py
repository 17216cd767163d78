"""Which contacts, cases, complaints or ratings a figure was counted from, as plain decisions."""

from __future__ import annotations

from enum import StrEnum


class Behind(StrEnum):
    """What sort of thing stands behind a figure."""

    CONTACTS = "contacts"
    CASES = "cases"
    RATINGS = "ratings"
    COMPLAINTS = "complaints"


# The moment of a contact by which each figure counts it; two for figures over both fates.
CONTACT_MOMENTS: dict[str, tuple[str, ...]] = {
    "connect_rate": ("answered_at", "abandoned"),
    "service_level": ("answered_at", "abandoned"),
    "abandon_rate": ("abandoned",),
    "first_contact_resolution": ("ended_at",),
    "average_wait": ("answered_at",),
    "average_reply": ("first_reply_at",),
    "average_handle": ("ended_at",),
    "average_wrap_up": ("wrapped_up_at",),
    "contacts_routed": ("queued_at",),
    "contacts_answered": ("answered_at",),
    "contacts_abandoned": ("abandoned",),
}
CASE_MOMENTS: dict[str, str] = {
    "resolution_rate": "closed_at",
    "first_dispatch": "closed_at",
    "record_standard": "record_checked_at",
    "average_case_time": "closed_at",
    "cases_opened": "opened_at",
    "cases_closed": "closed_at",
}
HELD = frozenset({"agent_complaint_rate", "found_accountable"})
RATED = frozenset({"satisfaction_rate", "average_score", "ratings"})


def behind_of(code: str) -> Behind | None:
    """Name what stands behind a figure; None where single things are not kept by their moment."""
    if code in CONTACT_MOMENTS:
        return Behind.CONTACTS
    if code in CASE_MOMENTS:
        return Behind.CASES
    if code in HELD:
        return Behind.COMPLAINTS
    return Behind.RATINGS if code in RATED else None
