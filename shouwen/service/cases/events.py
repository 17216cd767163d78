"""What has happened to cases: ids and plain values, nothing personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from shouwen.ground.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CaseOpened(Event):
    """A case was registered; its clocks run."""

    name: ClassVar[str] = "case.opened"
    case_id: int
    channel: str
    kind: str
    owner_id: int | None


@dataclass(frozen=True, kw_only=True)
class CaseAccepted(Event):
    """Somebody took responsibility for the case (接单)."""

    name: ClassVar[str] = "case.accepted"
    case_id: int


@dataclass(frozen=True, kw_only=True)
class CaseClassified(Event):
    """The case has its third-level category."""

    name: ClassVar[str] = "case.classified"
    case_id: int
    category_id: int


@dataclass(frozen=True, kw_only=True)
class CaseAssigned(Event):
    """A handler has the case; its owner stays who it was."""

    name: ClassVar[str] = "case.assigned"
    case_id: int
    handler_id: int
    previous_handler_id: int | None


@dataclass(frozen=True, kw_only=True)
class CaseStarted(Event):
    """The handler works on it."""

    name: ClassVar[str] = "case.started"
    case_id: int


@dataclass(frozen=True, kw_only=True)
class CaseOpinionGiven(Event):
    """The first opinion, cause and way to solve it, is on the case (HB-2.1-06)."""

    name: ClassVar[str] = "case.initial_opinion"
    case_id: int


@dataclass(frozen=True, kw_only=True)
class CaseWaiting(Event):
    """The case waits for the customer or for somebody outside."""

    name: ClassVar[str] = "case.waiting"
    case_id: int
    waits_for: str


@dataclass(frozen=True, kw_only=True)
class CaseCarriedOn(Event):
    """What the case waited for has come."""

    name: ClassVar[str] = "case.carried_on"
    case_id: int


@dataclass(frozen=True, kw_only=True)
class CaseResolved(Event):
    """The matter is settled inside; the customer is to be told."""

    name: ClassVar[str] = "case.resolved"
    case_id: int


@dataclass(frozen=True, kw_only=True)
class CaseFeedbackSent(Event):
    """The result went to the customer."""

    name: ClassVar[str] = "case.feedback_sent"
    case_id: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class CaseConfirmed(Event):
    """The `agent` or the `customer` said that it is settled, or `silence` stands for their word."""

    name: ClassVar[str] = "case.confirmed"
    case_id: int
    by: str


@dataclass(frozen=True, kw_only=True)
class CaseObjected(Event):
    """The customer does not agree; the case is worked again."""

    name: ClassVar[str] = "case.objected"
    case_id: int


@dataclass(frozen=True, kw_only=True)
class CaseUrged(Event):
    """The customer asked to hurry."""

    name: ClassVar[str] = "case.urged"
    case_id: int
    owner_id: int | None
    handler_id: int | None


@dataclass(frozen=True, kw_only=True)
class CaseWithdrawn(Event):
    """The customer wants nothing more of us in this matter."""

    name: ClassVar[str] = "case.withdrawn"
    case_id: int


@dataclass(frozen=True, kw_only=True)
class MaterialAdded(Event):
    """The customer handed words or files in."""

    name: ClassVar[str] = "case.material_added"
    case_id: int
    files: int


@dataclass(frozen=True, kw_only=True)
class CaseClosed(Event):
    """Both sides agreed and the case ended (HB-2.3-01).

    `record_complete` says at the first closing whether the file held every mandatory field
    (HB-2.3-05); None at a later one, and for closings told before this was kept.
    """

    name: ClassVar[str] = "case.closed"
    case_id: int
    owner_id: int | None
    handler_id: int | None
    open_seconds: int
    record_complete: bool | None = None


@dataclass(frozen=True, kw_only=True)
class CaseArchived(Event):
    """The checked file went to the archive (HB-2.3-05)."""

    name: ClassVar[str] = "case.archived"
    case_id: int


@dataclass(frozen=True, kw_only=True)
class CaseReopened(Event):
    """A case that had ended is worked again; `round` counts from one."""

    name: ClassVar[str] = "case.reopened"
    case_id: int
    round: int
    was_archived: bool


@dataclass(frozen=True, kw_only=True)
class CaseMerged(Event):
    """A case ended in another of the same customer, which goes on for both."""

    name: ClassVar[str] = "case.merged"
    case_id: int
    into_id: int


@dataclass(frozen=True, kw_only=True)
class CaseSplit(Event):
    """A part of a case became a case of its own."""

    name: ClassVar[str] = "case.split"
    case_id: int
    part_id: int


@dataclass(frozen=True, kw_only=True)
class CaseReviewed(Event):
    """Another person looked at a closed case (HB-2.4-02); what was found sent it back to work."""

    name: ClassVar[str] = "case.reviewed"
    case_id: int
    round: int
    found: bool


@dataclass(frozen=True, kw_only=True)
class CaseEffortNoted(Event):
    """A person noted minutes of their work on a case."""

    name: ClassVar[str] = "case.effort_noted"
    case_id: int
    person_id: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class CaseEffortTakenBack(Event):
    """What a person noted at a moment before counts no more."""

    name: ClassVar[str] = "case.effort_taken_back"
    case_id: int
    person_id: int
    minutes: int
    noted_at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskAsked(Event):
    """Another unit was asked to do something for the case."""

    name: ClassVar[str] = "case.task_asked"
    case_id: int
    task_id: int
    unit_id: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskEnded(Event):
    """A task was answered, declined or withdrawn."""

    name: ClassVar[str] = "case.task_ended"
    case_id: int
    task_id: int
    unit_id: int
    state: str
    in_time: bool
