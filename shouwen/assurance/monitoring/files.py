"""The wall's table of queues as a file for spreadsheets."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shouwen.assurance.monitoring.queries import LiveFigures
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kit import sheets
from shouwen.ground.kit.sheets import Cell, Column, Format, Mark, Shape
from shouwen.ground.kit.web import download
from shouwen.people.staff import queries as staff


def of_queues(found: LiveFigures, kind: Format, *, actor: Actor) -> HttpResponse:
    """Give every queue as it stood at the moment of the figures, longest wait first.

    Seconds and shares from 0 to 1 are plain numbers; where nothing was counted the cell is empty.
    """
    columns = [
        Column(_("Queue")),
        Column(_("Code of the queue")),
        Column(_("Waiting"), Shape.NUMBER),
        Column(_("Longest wait, seconds"), Shape.NUMBER),
        Column(_("Service level"), Shape.SHARE),
        Column(_("Target of the service level"), Shape.SHARE),
        Column(_("Seconds of the service level"), Shape.NUMBER),
        Column(_("Free"), Shape.NUMBER),
        Column(_("Answered today"), Shape.NUMBER),
    ]
    rows: list[list[Cell]] = [
        [
            queue.name,
            queue.code,
            queue.waiting,
            int(queue.longest_wait_seconds),
            queue.today.service_level,
            queue.target_share,
            queue.target_seconds,
            queue.free,
            queue.today.answered,
        ]
        for queue in found.queues
    ]
    who = staff.names_by_ref({actor.ref}).get(actor.ref, actor.ref)
    mark = Mark(_("Queues"), "", who, found.at)
    data, _count = sheets.write(kind, columns, rows, mark)
    return download(data, name=f"queues-now.{kind}", content_type=kind.content_type)
