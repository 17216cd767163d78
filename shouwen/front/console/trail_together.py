"""What stands on the trail of those who work together on a complaint, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from shouwen.ground.kit.words import Words

WORKING_TOGETHER: dict[str, Words] = {
    "clock.set_right": pgettext_lazy("trail", "Limit met in time and recorded late set right"),
    "complaint.force_appointed": pgettext_lazy(
        "trail", "Colleague named to a complaint's task force"
    ),
    "complaint.force_handed_over": pgettext_lazy(
        "trail", "Leaver's place on a complaint's task force given to a colleague"
    ),
    "complaint.force_left": pgettext_lazy("trail", "Colleague left a complaint's task force"),
    "complaint.note_written": pgettext_lazy("trail", "Co-ordination note on a complaint written"),
    "complaint.notes_viewed": pgettext_lazy("trail", "Co-ordination notes on a complaint viewed"),
    "complaint.righting_asked": pgettext_lazy(
        "trail", "Setting right of a limit told in time asked for"
    ),
    "complaint.righting_approved": pgettext_lazy("trail", "Limit told in time set right"),
    "complaint.righting_declined": pgettext_lazy(
        "trail", "Setting right of a limit told in time refused"
    ),
    "complaint.righting_expired": pgettext_lazy(
        "trail", "Setting right of a limit told in time not decided"
    ),
    "complaint.transfer_joined": pgettext_lazy(
        "trail", "Transfer by the regulator joined to the complaint"
    ),
    "complaint.transfer_taken_back": pgettext_lazy(
        "trail", "Regulator's transfer taken back from a complaint"
    ),
    "complaint.righting_withdrawn": pgettext_lazy(
        "trail", "Request to set a limit right taken back"
    ),
}
