"""What a step's dialog is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from shouwen.ground.kernel.actor import Actor
from shouwen.service.complaints.models import Complaint
from shouwen.service.complaints.queries import Suggestion

Choices = list[tuple[str, str]]
HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a step's dialog; `choices` make it a list, `rows` a larger field.

    `kind` is the type of a plain field; a hidden one says what the dialog was about. One that
    `steers` asks for the dialog anew when it changes, since what else is asked depends on it.
    `suggested` stands below a list; taking it is a press of its own.
    """

    name: str
    label: str
    value: str = ""
    choices: Choices | None = None
    rows: int = 0
    required: bool = True
    hint: str = ""
    most: int = 5000
    kind: str = "text"
    steers: bool = False
    suggested: Suggestion | None = None

    @property
    def is_kept(self) -> bool:
        """Whether what was said stays when the dialog is asked for anew."""
        return bool(self.rows) or self.steers or self.kind == HIDDEN


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its words, its icon, what it asks, and what it does with the answers."""

    title: Callable[[], str]
    icon: str
    fields: Callable[[Complaint, Actor, QueryDict], list[Field]]
    do: Callable[[Complaint, QueryDict, Actor, datetime], object]
