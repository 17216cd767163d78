"""A table of complaints in words: its columns, and what may be wrong with a line."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shouwen.ground.kit.tables import CELL_MAX_CHARACTERS
from shouwen.service.complaints.rules import importing as rules


def column_words() -> dict[str, str]:
    """Name each column as a person reads it."""
    return {
        "outside_ref": _("Outside number"),
        "received": pgettext("complaint", "Received on"),
        "title": _("Subject"),
        "description": _("What is complained of"),
        "demand": pgettext("complaint", "Demand"),
        "customer": pgettext("import", "Customer's number"),
        "complainant": pgettext("complaint", "Complainant"),
        "reachable_at": pgettext("complaint", "Reached at"),
        "channel": pgettext("complaint", "It came by"),
        "reply_by": pgettext("complaint", "Wants to be told by"),
        "urgency": pgettext("complaint", "Urgency"),
        "place": pgettext("complaint", "Place"),
        "origin": pgettext("complaint", "Origin"),
        "source_ref": pgettext("complaint", "Regulator's number"),
        "regulator_on": pgettext("complaint", "Received by the regulator on"),
        "category": _("Category"),
        "": _("Whole line"),
    }


def fault_words(column: str, code: str, other: int) -> str:
    """Say what is wrong with a line, without what stands there."""
    if code == "repeats":
        return _("Repeats line %(line)s.") % {"line": other}
    if code == "too-long":
        most = rules.MOST.get(column, CELL_MAX_CHARACTERS)
        return _("Use at most %(most)s characters.") % {"most": most}
    by_column = {
        ("outside_ref", "missing"): _("Enter the number it bears where it comes from."),
        ("received", "missing"): _("Enter the day on which it was received."),
        ("title", "missing"): _("Say in a few words what it is about."),
        ("description", "missing"): _("Write down what is complained of."),
        ("demand", "missing"): _("Write down what the complainant demands."),
        ("source_ref", "missing"): _("Enter the regulator's number of the transfer."),
        ("regulator_on", "missing"): _(
            "Enter the day on which the regulator received the complaint."
        ),
        ("customer", "wrong"): _(
            "Enter a whole customer's number, telephone or identity number, or leave it empty."
        ),
        ("category", "unknown"): _("No category on offer has this code or name."),
    }
    by_code = {
        "missing": _("Enter who complains and how they are reached, or a customer's number."),
        "wrong": _("This cannot be read. Write it as in the sample."),
        "unknown": _("Choose one of the sample's words."),
        "future": _("This lies in the future. Enter when it reached us."),
        "too-old": _("Enter a day from the year 2000 on."),
        "after-receipt": _(
            "The regulator received it before passing it on: choose an earlier day."
        ),
        "other-known": _(
            "This number stands on the ledger for a complaint received at another time. Correct "
            "the number, or the day."
        ),
        "number-known": _("The regulator's number is on the ledger already. Go on there."),
        "nobody": _("No customer has this number."),
        "several": _("Several customers have this number. Enter the customer's own number."),
        "own-open": _(
            "This customer has an open complaint. Enter the transfer by hand, where it can be "
            "joined to it."
        ),
        "refused": _("It could not be entered any more. Enter it by hand."),
    }
    return by_column.get((column, code)) or by_code[code]
