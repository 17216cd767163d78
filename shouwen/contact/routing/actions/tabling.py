"""The table that leads to the queues: its lines in order, the first that fits counts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from shouwen.contact.conversations.rules import talking
from shouwen.contact.routing.models import Queue, QueueRule
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import Invalid, NotThere, Words
from shouwen.ground.vault import audit
from shouwen.people.customers.models import Risk, Value
from shouwen.people.staff import access as rights

COLUMNS = ("channel", "intent", "language", "tier", "risk")
LANGUAGES = ("zh-hans", "en")
# Lines are numbered anew by way of numbers that no line has.
ASIDE = 20_000


def _require(actor: Actor, institution_id: int) -> None:
    rights.require(actor, "routing.edit")
    if not rights.same_institution(actor, institution_id):
        raise NotThere


def _checked(conditions: dict[str, str]) -> dict[str, str]:
    wrong: dict[str, Words] = {}
    if conditions["channel"] and conditions["channel"] not in talking.CHANNELS:
        wrong["channel"] = _("Choose a channel in the list.")
    intent = conditions["intent"]
    if len(intent) > 40 or not all(c.isascii() and (c.isalnum() or c in "-_") for c in intent):
        wrong["intent"] = _("A topic is a code of letters, digits and hyphens.")
    if conditions["language"] and conditions["language"] not in LANGUAGES:
        wrong["language"] = _("Choose a language in the list.")
    if conditions["tier"] and conditions["tier"] not in Value.values:
        wrong["tier"] = _("Choose a tier in the list.")
    if conditions["risk"] and conditions["risk"] not in Risk.values:
        wrong["risk"] = _("Choose a risk in the list.")
    if not any(conditions.values()):
        wrong["intent"] = _("Fill in at least one condition; the default queue takes the rest.")
    if wrong:
        raise Invalid(fields=wrong)
    return conditions


def _told(line: QueueRule) -> str:
    held = {name: getattr(line, name) for name in COLUMNS if getattr(line, name)}
    return ",".join([f"{name}={value}" for name, value in held.items()] + [f"→{line.queue.code}"])


def _locked(institution_id: int) -> list[QueueRule]:
    lines = QueueRule.objects.select_for_update().filter(institution_id=institution_id)
    return list(lines.order_by("position", "pk"))


@transaction.atomic
def add_queue_rule(
    queue: Queue,
    *,
    channel: str = "",
    intent: str = "",
    language: str = "",
    tier: str = "",
    risk: str = "",
    actor: Actor,
    at: datetime,
) -> QueueRule:
    """Add a last line to the institution's table: what fits all of these goes to this queue.

    Raises Invalid naming each wrong condition, NotAllowed, NotThere.
    """
    _require(actor, queue.institution_id)
    given = {
        "channel": channel,
        "intent": intent,
        "language": language,
        "tier": tier,
        "risk": risk,
    }
    conditions = _checked(given)
    lines = QueueRule.objects.filter(institution_id=queue.institution_id)
    last = lines.aggregate(last=Max("position"))["last"]
    line = QueueRule.objects.create(
        institution_id=queue.institution_id, queue=queue, position=(last or 0) + 1, **conditions
    )
    detail: dict[str, str | int] = {"position": line.position, "after": _told(line)}
    audit.record(actor, "queue.rule-added", queue, at=at, detail=detail)
    return line


def _line(actor: Actor, line_id: int) -> QueueRule:
    line = QueueRule.objects.select_related("queue").filter(pk=line_id).first()
    if line is None or not rights.same_institution(actor, line.institution_id):
        raise NotThere
    return line


@transaction.atomic
def remove_queue_rule(line_id: int, *, actor: Actor, at: datetime) -> None:
    """Take a line out of the table. Raises NotAllowed, NotThere (also for one taken out before)."""
    rights.require(actor, "routing.edit")
    line = _line(actor, line_id)
    told, position, queue = _told(line), line.position, line.queue
    line.delete()
    detail: dict[str, str | int] = {"position": position, "before": told}
    audit.record(actor, "queue.rule-removed", queue, at=at, detail=detail)


@transaction.atomic
def move_queue_rule(line_id: int, *, up: bool, actor: Actor, at: datetime) -> None:
    """Move a line one place up or down; at the end of the table nothing changes.

    Raises NotAllowed, NotThere.
    """
    rights.require(actor, "routing.edit")
    line = _line(actor, line_id)
    lines = _locked(line.institution_id)
    here = next(n for n, one in enumerate(lines) if one.pk == line.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(lines):
        return
    one, other = lines[here], lines[there]
    before, after = one.position, other.position
    QueueRule.objects.filter(pk=one.pk).update(position=F("position") + ASIDE)
    QueueRule.objects.filter(pk=other.pk).update(position=before)
    QueueRule.objects.filter(pk=one.pk).update(position=after)
    detail: dict[str, str | int] = {"before": before, "after": after, "line": _told(line)}
    audit.record(actor, "queue.rule-moved", line.queue, at=at, detail=detail)
