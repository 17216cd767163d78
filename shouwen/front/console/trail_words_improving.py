"""What stands on the trail of what complaints teach, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from shouwen.ground.kit.words import Words

IMPROVING: dict[str, Words] = {
    "accountability.proposed": pgettext_lazy("trail", "Accountability proposed"),
    "accountability.state": pgettext_lazy("trail", "Statement of a person to be held accountable"),
    "accountability.silent": pgettext_lazy("trail", "Person to be held accountable said nothing"),
    "accountability.investigate": pgettext_lazy("trail", "Accountability investigated"),
    "accountability.determine": pgettext_lazy("trail", "Person found accountable"),
    "accountability.clear": pgettext_lazy("trail", "Person found not accountable"),
    "accountability.contest": pgettext_lazy("trail", "Finding of accountability contested"),
    "accountability.keep": pgettext_lazy("trail", "Finding of accountability stands"),
    "accountability.lift": pgettext_lazy("trail", "Finding of accountability lifted"),
    "accountability.handle": pgettext_lazy("trail", "Accountability handled"),
    "issue.accepted": pgettext_lazy("trail", "Rectification accepted"),
    "issue.assigned": pgettext_lazy("trail", "Issue assigned"),
    "issue.closed": pgettext_lazy("trail", "Issue closed"),
    "issue.evaluated": pgettext_lazy("trail", "Effect of a rectification evaluated"),
    "issue.handed_over": pgettext_lazy("trail", "Issue of a leaver handed over"),
    "issue.marked_major": pgettext_lazy("trail", "Issue marked as major"),
    "issue.measure_added": pgettext_lazy("trail", "Measure of an issue given to somebody"),
    "issue.met": pgettext_lazy("trail", "Special meeting of an issue recorded"),
    "issue.taken_back": pgettext_lazy("trail", "Entry of an issue taken back"),
    "issue.raised": pgettext_lazy("trail", "Issue recorded"),
    "issue.rectified": pgettext_lazy("trail", "Rectification report handed in"),
    "issue.reopened": pgettext_lazy("trail", "Issue reopened"),
    "issue.reported": pgettext_lazy("trail", "Issue reported"),
    "issue.sent_back": pgettext_lazy("trail", "Rectification sent back"),
    "lookback.drawn": pgettext_lazy("trail", "Closed complaints drawn for look-back"),
    "lookback.missed": pgettext_lazy("trail", "Look-back call without an answer"),
    "lookback.recorded": pgettext_lazy("trail", "Look-back put on record"),
    "lookback.spread": pgettext_lazy("trail", "Customers hit by the same cause found"),
    "threshold.retired": pgettext_lazy("trail", "Threshold of complaints retired"),
    "threshold.set": pgettext_lazy("trail", "Threshold of complaints set"),
    "warning.address_retired": pgettext_lazy("trail", "Address for early warnings taken out"),
    "warning.address_set": pgettext_lazy("trail", "Address for early warnings set"),
    "warning.sent": pgettext_lazy("trail", "Early warning sent to a department"),
    "warning.unsent": pgettext_lazy("trail", "Early warning not delivered to a department"),
    "warning.noted": pgettext_lazy("trail", "Early warning taken note of"),
    "warning.raised": pgettext_lazy("trail", "Early warning raised"),
}
