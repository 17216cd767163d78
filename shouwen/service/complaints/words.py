"""How what happens to a complaint is told on its case's timeline."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from shouwen.service.cases.ports import Telling
from shouwen.service.complaints.models import FindingState, ForceFunction, Medium, Tier


def _medium(code: str) -> str:
    """Name the medium of telling in the reader's language."""
    return str(Medium(code).label) if code in Medium.values else code


def _tier(number: str) -> str:
    """Name the tier in the reader's language."""
    return {str(code): str(label) for code, label in Tier.choices}.get(number, number)


def _outcome(code: str) -> str:
    """Name the outcome of a contested finding in the reader's language."""
    return str(FindingState(code).label) if code in FindingState.values else code


def _member(named: str) -> str:
    """Name a member of a task force with their function in the reader's language."""
    function, _between, name = named.partition(" ")
    if function == "EXECUTIVE":
        return f"{name} · {pgettext('task force', 'Executive')}"
    if function not in ForceFunction.values:
        return named
    return f"{name} · {ForceFunction(function).label}"


TELLINGS = {
    "complaint_filed": Telling("scale", "soon", _("%(who)s entered it as a complaint")),
    "complaint_imported": Telling(
        "upload", "", _("%(who)s took it in from a table, where its number is %(name)s")
    ),
    "complaint_transfer": Telling(
        "scale", "soon", _("%(who)s joined the regulator's transfer %(name)s to it")
    ),
    "complaint_transfer_back": Telling(
        "arrow-back-up", "soon", _("%(who)s took the regulator's transfer %(name)s back from it")
    ),
    "complaint_accept": Telling("user-check", "pri", _("%(who)s accepted the complaint")),
    "complaint_classify": Telling("stack-2", "", _("%(who)s classified the complaint")),
    "complaint_grade": Telling("arrow-up-circle", "", _("%(who)s graded the complaint: %(name)s")),
    "complaint_tier_up": Telling(
        "arrow-up-circle", "soon", _("%(who)s raised it to a higher tier: %(name)s"), _tier
    ),
    "complaint_tier_down": Telling(
        "arrow-back-up", "", _("%(who)s gave it to a lower tier: %(name)s"), _tier
    ),
    "complaint_risk": Telling(
        "shield", "over", _("%(who)s found that the risk asks to complete it within 72 hours")
    ),
    "complaint_no_risk": Telling(
        "shield", "", _("%(who)s found that the risk does not ask to complete it within 72 hours")
    ),
    "complaint_mark": Telling("alert-octagon", "over", _("%(who)s marked it as a major complaint")),
    "complaint_assign": Telling(
        "users", "", _("%(who)s named the people; %(name)s supervises the complaint")
    ),
    "complaint_start": Telling("player-play", "pri", _("%(who)s began to investigate")),
    "complaint_analyse": Telling("search", "pri", _("%(who)s put down the facts found")),
    "complaint_responsibility": Telling(
        "gavel", "soon", _("%(who)s determined who is responsible")
    ),
    "complaint_stated": Telling("messages", "", _("%(name)s, held responsible: a statement")),
    "complaint_disputed": Telling(
        "alert-triangle", "soon", _("%(name)s contested the finding of responsibility")
    ),
    "complaint_disputed_end": Telling(
        "gavel", "pri", _("%(who)s decided on the contested finding: %(name)s"), _outcome
    ),
    "complaint_plan": Telling(
        "checklist", "", _("%(who)s discussed the plan with the complainant")
    ),
    "complaint_resolve": Telling("circle-check", "safe", _("%(who)s carried the plan out")),
    "complaint_issue": Telling("file-text", "pri", _("%(who)s issued the result notice %(name)s")),
    "complaint_try": Telling(
        "phone-outgoing",
        "soon",
        _("%(who)s tried to reach the complainant (%(name)s); not reached"),
        _medium,
    ),
    "complaint_feedback": Telling(
        "send", "pri", _("%(who)s told the complainant the result"), _medium
    ),
    "complaint_callback": Telling("phone-outgoing", "safe", _("%(who)s called back: settled")),
    "complaint_close": Telling("lock", "safe", _("%(who)s closed the complaint")),
    "complaint_archive": Telling("archive", "", _("%(who)s archived the complaint")),
    "complaint_extend": Telling("hourglass", "soon", _("%(who)s asked for more time")),
    "complaint_more_approved": Telling(
        "circle-check", "safe", _("%(name)s approved the extension; the complainant is to be told")
    ),
    "complaint_more_declined": Telling(
        "arrow-back-up", "soon", _("%(name)s refused the extension; the date stands")
    ),
    "complaint_more_withdrawn": Telling(
        "x", "", _("The request for more time was taken back; the date stands")
    ),
    "complaint_more_expired": Telling(
        "x", "soon", _("Nobody decided on the extension in time; the date stands")
    ),
    "complaint_notice": Telling(
        "send", "pri", _("%(who)s told the complainant of the extension; the date has moved")
    ),
    "complaint_appeal": Telling(
        "arrow-back-up", "soon", _("The complainant appealed against the decision")
    ),
    "complaint_review": Telling(
        "arrow-up-circle", "soon", _("The complainant asked the unit above for a review")
    ),
    "complaint_answer": Telling(
        "gavel", "pri", _("%(who)s answered the appeal and told the complainant")
    ),
    "complaint_decide": Telling(
        "gavel", "pri", _("%(who)s decided the review and told the complainant")
    ),
    "complaint_new_facts": Telling(
        "file-text", "soon", _("%(who)s recorded new facts from the complainant")
    ),
    "complaint_limit": Telling(
        "hourglass", "soon", _("%(who)s set the time of this special complaint")
    ),
    "complaint_refer": Telling(
        "building", "soon", _("%(who)s asked somebody outside and told the complainant")
    ),
    "complaint_return": Telling(
        "building", "pri", _("What was asked outside ended; %(who)s told the complainant")
    ),
    "complaint_redress": Telling("building-bank", "soon", _("%(who)s proposed a redress")),
    "complaint_redress_out": Telling(
        "building-bank", "soon", _("%(who)s recorded a redress that was granted outside")
    ),
    "complaint_redress_wait": Telling(
        "clock", "over", _("The payment of the redress has no result yet")
    ),
    "complaint_redress_sent": Telling(
        "building-bank", "pri", _("%(name)s approved the redress; the payment is asked for")
    ),
    "complaint_redress_no": Telling("arrow-back-up", "soon", _("%(name)s refused the redress")),
    "complaint_redress_back": Telling("x", "", _("The proposed redress was taken back")),
    "complaint_redress_late": Telling(
        "x", "soon", _("Nobody decided on the redress in time; it may be proposed anew")
    ),
    "complaint_redress_paid": Telling("circle-check", "safe", _("The redress was paid")),
    "complaint_redress_fail": Telling(
        "alert-triangle", "over", _("The payment of the redress failed; its handler sees to it")
    ),
    "complaint_redress_again": Telling(
        "building-bank", "pri", _("The payment of the redress was asked for again")
    ),
    "complaint_withdraw": Telling("x", "soon", _("The complainant took the complaint back")),
    "complaint_group_join": Telling("users", "", _("%(who)s joined it to the group of %(name)s")),
    "complaint_group_grow": Telling("users", "", _("%(who)s joined %(name)s to the group")),
    "complaint_group_leave": Telling(
        "x", "", _("%(who)s took it out of the group of %(name)s: another matter")
    ),
    "complaint_group_less": Telling(
        "x", "", _("%(name)s was taken out of the group: another matter")
    ),
    "complaint_group_speaks": Telling(
        "users", "pri", _("%(who)s named this complainant as a representative of the group")
    ),
    "complaint_group_silent": Telling(
        "users", "", _("This complainant speaks for the group no more")
    ),
    "complaint_group_told": Telling(
        "send", "pri", _("%(who)s told the representatives of the group"), _medium
    ),
    "complaint_group_telling": Telling(
        "send", "", _("%(who)s told the %(name)s representatives of the group")
    ),
    "complaint_progress": Telling(
        "send", "pri", _("%(who)s told the complainant where it stands"), _medium
    ),
    "complaint_force_join": Telling(
        "users", "pri", _("%(who)s named %(name)s to the task force"), _member
    ),
    "complaint_force_change": Telling(
        "users", "", _("%(who)s changed the function on the task force: %(name)s"), _member
    ),
    "complaint_force_release": Telling(
        "x", "soon", _("%(who)s took %(name)s off the task force"), _member
    ),
    "complaint_force_heir": Telling(
        "users", "pri", _("%(who)s gave a leaver's place on the task force: %(name)s"), _member
    ),
    "complaint_force_leave": Telling("x", "soon", _("%(name)s left the task force"), _member),
    "complaint_coordinate": Telling("messages", "", _("%(who)s left a co-ordination note")),
    "complaint_right_ask": Telling(
        "clock", "soon", _("%(who)s asked to set a limit right that was told in time")
    ),
    "complaint_right_yes": Telling(
        "circle-check", "safe", _("%(name)s approved it: the limit was met, and recorded late")
    ),
    "complaint_right_no": Telling(
        "arrow-back-up", "soon", _("%(name)s refused to set the limit right; it stays missed")
    ),
    "complaint_right_back": Telling(
        "x", "", _("The request to set a limit right was taken back; it stays missed")
    ),
    "complaint_right_late": Telling(
        "x", "soon", _("Nobody decided on setting the limit right; it stays missed")
    ),
    "complaint_not_major": Telling(
        "x", "", _("No longer major: the group counts %(name)s complainants")
    ),
    "complaint_no_repeat": Telling(
        "x", "", _("%(who)s said that it is another matter than %(name)s")
    ),
}
