"""How one step of a complaint is done by program: once, by whoever may, with the whole answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from shouwen.ground.kernel import time
from shouwen.ground.kit.api import PROBLEMS, ApiRequest, Strict
from shouwen.service.cases.api.repeating import once
from shouwen.service.complaints import access, queries
from shouwen.service.complaints.api import schemas
from shouwen.service.complaints.api.schemas import ComplaintDetailOut
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.rules.states import Act

ACT = {200: ComplaintDetailOut, **PROBLEMS}
# Doors whose names are not those of their acts ask for the right of classifying.
ACTS = {act.value: act for act in Act} | {
    "major": Act.MARK,
    "redress_again": Act.REDRESS,
}


def done(
    request: ApiRequest,
    ref: str,
    act: str,
    key: str,
    body: Strict,
    do: Callable[[Complaint, datetime], object],
) -> ComplaintDetailOut:
    """Fetch within reach, do one act once, answer with what is true now."""
    at = time.now()

    def work() -> str:
        one = queries.complaint_for(request.actor, ref)
        # Whoever may not is told so before anything of the body is looked up.
        access.require(request.actor, one, ACTS.get(act, Act.CLASSIFY))
        do(one, at)
        return ref

    once(request, f"complaint.{act}", key, body, at, work, ref)
    return schemas.detailed(queries.complaint_for(request.actor, ref), at)
