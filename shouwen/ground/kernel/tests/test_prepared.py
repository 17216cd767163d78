"""What a prepared query gives is what its query set gives, on the database at hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext

from shouwen.ground.kernel.models import Delivery, DeliveryState, OutboxEvent
from shouwen.ground.kernel.prepared import FIRST_INT, MOST_LISTED, Prepared

START = datetime(2026, 2, 17, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def facts() -> list[OutboxEvent]:
    """Six facts of two names, every second one delivered to somebody."""
    made = [
        OutboxEvent.objects.create(
            name=f"case.{'opened' if n % 2 else 'closed'} 100%_\\{n}",
            institution_id=n % 3 or None,
            values=f"{{{n}}}",
            occurred_at=START + timedelta(hours=n),
        )
        for n in range(6)
    ]
    for event in made[::2]:
        Delivery.objects.create(
            event=event, hearer="somebody", next_try_at=START, state=DeliveryState.DONE
        )
    return made


def with_its_fact(hearer: str, state: str) -> QuerySet[Delivery]:
    done = Delivery.objects.filter(hearer=hearer, state=state).select_related("event")
    return done.order_by(F("done_at").desc(nulls_last=True), "-pk")


def heard_of(since: datetime, until: datetime, pks: list[int]) -> QuerySet[OutboxEvent]:
    heard = Delivery.objects.filter(event=OuterRef("pk"), event__in=pks).order_by("pk")
    found = OutboxEvent.objects.filter(occurred_at__gt=since, occurred_at__lte=until)
    return found.annotate(is_heard=Exists(heard)).order_by("-pk")


def told(rows: list[Any]) -> list[Any]:
    """What can be compared of rows: fields, annotations, and what was read along."""
    if not rows or not hasattr(rows[0], "_meta"):
        return rows
    return [
        {name: value for name, value in vars(row).items() if name != "_state"}
        | {name: told([one])[0] for name, one in row._state.fields_cache.items()}
        for row in rows
    ]


def test_two_lists_of_one_kind_are_told_apart(facts: list[OutboxEvent]) -> None:
    def either(first: list[int], second: list[int]) -> QuerySet[Any, Any]:
        asked = OutboxEvent.objects.filter(pk__in=first) | OutboxEvent.objects.filter(
            institution_id__in=second, pk__gt=first[0]
        )
        return asked.order_by("pk").values_list("pk", flat=True)

    kept = Prepared(either, first=(int,), second=(int,))
    one, two, *_, last = (event.pk for event in facts)
    for first, second in (([one, two], [9, 9]), ([last, two], [2, 1]), ([one, last], [2, 2])):
        assert kept.all(first=first, second=second) == list(either(first, second))


WAYS: list[tuple[Callable[..., Any], dict[str, Any], list[dict[str, Any]]]] = [
    (
        with_its_fact,
        {"hearer": str, "state": str},
        [
            {"hearer": "somebody", "state": "DONE"},
            {"hearer": "nobody", "state": "DONE"},
            {"hearer": "somebody", "state": DeliveryState.DONE},
        ],
    ),
    (
        heard_of,
        {"since": datetime, "until": datetime, "pks": (int,)},
        [
            {"since": START, "until": START + timedelta(hours=4), "pks": [1, 2]},
            {"since": START - timedelta(1), "until": START + timedelta(1), "pks": [2, 3, 5]},
            {"since": START, "until": START + timedelta(hours=4), "pks": [FIRST_INT * 3, 1]},
            {"since": START, "until": START + timedelta(hours=4), "pks": [*range(1, 99)]},
        ],
    ),
    (
        lambda start: (
            OutboxEvent.objects.filter(name__startswith=start)
            .order_by("pk")
            .values_list("name", "occurred_at")
        ),
        {"start": str},
        [{"start": "case.opened"}, {"start": "case.opened 100%_\\1"}, {"start": "%"}],
    ),
    (
        lambda number: (
            OutboxEvent.objects.filter(institution_id=number)
            .order_by("-pk")
            .values_list("pk", flat=True)[:1]
        ),
        {"number": int},
        [{"number": 1}, {"number": 2}, {"number": 3}],
    ),
]


@pytest.mark.parametrize(("make", "kinds", "asked"), WAYS)
def test_it_gives_what_the_query_set_gives(
    make: Callable[..., Any],
    kinds: dict[str, Any],
    asked: list[dict[str, Any]],
    facts: list[OutboxEvent],
) -> None:
    prepared: Prepared[Any] = Prepared(make, **kinds)
    shift = facts[0].pk - 1
    for values in [*asked, *reversed(asked)]:
        here = dict(values)
        if "pks" in here:
            here["pks"] = [pk + shift for pk in values["pks"]]
        expected = told(list(make(**here)))
        with CaptureQueriesContext(connection) as seen:
            assert told(prepared.all(**here)) == expected
        assert len(seen) == 1
        first = prepared.first(**here)
        assert (told([first])[0] if first is not None else None) == next(iter(expected), None)


def test_it_is_compiled_once() -> None:
    prepared = Prepared(with_its_fact, hearer=str, state=str)
    prepared.all(hearer="somebody", state="DONE")
    with mock.patch.object(SQLCompiler, "as_sql", side_effect=AssertionError("compiled again")):
        assert len(prepared.all(hearer="somebody", state="DONE")) == 3


def test_rows_that_were_read_along_cost_no_query() -> None:
    [last, *_others] = Prepared(with_its_fact, hearer=str, state=str).all(
        hearer="somebody", state="DONE"
    )
    with CaptureQueriesContext(connection) as seen:
        assert last.event.name.startswith("case.")
    assert not len(seen)
    last.tries = 3
    last.save(update_fields=["tries"])
    last.refresh_from_db()
    assert last.tries == 3


def test_nothing_is_asked_for_an_empty_list() -> None:
    prepared = Prepared(
        lambda pks: OutboxEvent.objects.filter(pk__in=pks).order_by("pk"), pks=(int,)
    )
    with CaptureQueriesContext(connection) as seen:
        assert prepared.all(pks=[]) == []
    assert not len(seen)


def test_a_list_longer_than_is_kept_is_asked_as_ever(facts: list[OutboxEvent]) -> None:
    prepared = Prepared(
        lambda pks: OutboxEvent.objects.filter(pk__in=pks).order_by("pk"), pks=(int,)
    )
    pks = [facts[0].pk + n for n in range(MOST_LISTED * 2)]
    assert prepared.all(pks=pks) == facts


@pytest.mark.parametrize(
    "values",
    [{}, {"number": "1"}, {"number": None}, {"number": True}, {"number": 1, "other": 2}],
)
def test_values_of_another_kind_are_refused(values: dict[str, Any]) -> None:
    prepared = Prepared(
        lambda number: OutboxEvent.objects.filter(pk=number).order_by("pk"), number=int
    )
    with pytest.raises(TypeError):
        prepared.all(**values)


@pytest.mark.parametrize(
    "make",
    [
        lambda word: OutboxEvent.objects.filter(name__icontains=word).order_by("pk"),
        lambda word: OutboxEvent.objects.order_by("pk"),
        lambda word: OutboxEvent.objects.filter(name=word).prefetch_related("deliveries"),
        lambda word: OutboxEvent.objects.filter(name=word).order_by("pk").values("name"),
    ],
)
def test_what_cannot_be_kept_is_refused_when_it_is_first_asked(make: Callable[..., Any]) -> None:
    prepared: Prepared[Any] = Prepared(make, word=str)
    with pytest.raises(TypeError):
        prepared.all(word="case")
