"""Who worked on a case for how long: as they noted it, and as conversations measured it.

The two stand apart and are never added: whoever notes a talk has perhaps had it at the desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from shouwen.contact.conversations.models import Contact, Handling
from shouwen.people.staff.models import Person
from shouwen.service.cases.models import Case, CaseEffort


@dataclass(slots=True)
class Share:
    """What one person has put into a case: minutes they noted, seconds of conversation."""

    person: Person
    noted_minutes: int = 0
    talk_seconds: int = 0

    @property
    def noted_seconds(self) -> int:
        """The noted minutes in seconds, as durations are worded."""
        return self.noted_minutes * 60


@dataclass(frozen=True, slots=True)
class Effort:
    """The time a case took: entry by entry, and by person, whoever gave most first."""

    entries: list[CaseEffort] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)

    @property
    def noted_minutes(self) -> int:
        """What people noted, together."""
        return sum(share.noted_minutes for share in self.shares)

    @property
    def noted_seconds(self) -> int:
        """The same in seconds."""
        return self.noted_minutes * 60

    @property
    def talk_seconds(self) -> int:
        """How long the conversation was in somebody's hands or being wrapped up."""
        return sum(share.talk_seconds for share in self.shares)


@dataclass(frozen=True, slots=True)
class Times:
    """What one row of a table says of the time its own case took."""

    noted_minutes: int = 0
    talk_seconds: int = 0

    @property
    def talk_minutes(self) -> int:
        """The conversation in whole minutes."""
        return round(self.talk_seconds / 60)


def effort_of(case: Case, at: datetime) -> Effort:
    """Give the time that a case and those merged into it took, until `at`; three queries."""
    family = Q(pk=case.pk) | Q(merged_into=case)
    cases = list(_with_talks(family, together=family))
    noted = CaseEffort.objects.filter(case__in=cases, taken_back_at__isnull=True)
    entries = list(noted.select_related("person").order_by("pk"))
    shares: dict[int, Share] = {}
    for one in entries:
        share = shares.setdefault(one.person_id, Share(one.person))
        share.noted_minutes += one.minutes
    for _case_id, person, seconds in _talks(cases, at):
        shares.setdefault(person.pk, Share(person)).talk_seconds += seconds
    longest = sorted(
        shares.values(), key=lambda s: (-s.noted_seconds - s.talk_seconds, s.person.pk)
    )
    return Effort(entries, longest)


def times_of(cases: Iterable[Case], at: datetime) -> dict[int, Times]:
    """Give the time each of these cases itself took, by row id; three queries for any number."""
    found = list(_with_talks(Q(pk__in=[case.pk for case in cases])))
    sums = CaseEffort.objects.filter(case__in=found, taken_back_at__isnull=True)
    noted = dict(sums.order_by().values_list("case").annotate(total=Sum("minutes")))
    talked: dict[int, int] = {}
    for case_id, _person, seconds in _talks(found, at):
        talked[case_id] = talked.get(case_id, 0) + seconds
    return {one.pk: Times(noted.get(one.pk, 0), talked.get(one.pk, 0)) for one in found}


def _with_talks(which: Q, *, together: Q | None = None) -> QuerySet[Case]:
    """Give cases with their conversations, and whether each conversation counts elsewhere.

    It counts for the first case that came of it alone; cases `together` are one.
    """
    earlier = Case.objects.filter(contact=OuterRef("contact"), pk__lt=OuterRef("pk"))
    if together is not None:
        earlier = earlier.exclude(together)
    found = Case.objects.filter(which).annotate(counts_elsewhere=Exists(earlier))
    return found.select_related("contact__handler").order_by("pk")


def _talks(cases: Iterable[Case], at: datetime) -> Iterator[tuple[int, Person, int]]:
    """Give each stretch of talk or wrap-up: row id of the case, who had it, seconds."""
    of_contact: dict[int, tuple[int, Contact]] = {}
    for case in cases:
        if case.contact is not None and not getattr(case, "counts_elsewhere", False):
            of_contact.setdefault(case.contact.pk, (case.pk, case.contact))
    if not of_contact:
        return
    stretches = Handling.objects.filter(contact__in=list(of_contact)).select_related("person")
    for stretch in stretches.order_by("pk"):
        seconds = ((stretch.until_at or at) - stretch.from_at).total_seconds()
        yield of_contact[stretch.contact_id][0], stretch.person, max(0, round(seconds))
    for case_id, contact in of_contact.values():
        if contact.handler is not None and contact.ended_at is not None:
            seconds = ((contact.wrapped_up_at or at) - contact.ended_at).total_seconds()
            yield case_id, contact.handler, max(0, round(seconds))
