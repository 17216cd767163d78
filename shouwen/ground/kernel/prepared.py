"""Queries that are asked many times a second, built and compiled once.

Django builds a query's SQL anew each time it is asked; for what every message asks that is half of
all the work. Here it is built once with marks in the place of its values, and asked again and again
with the values put where the marks were:

    _of_number = Prepared(lambda number: Case.objects.filter(number=number)[:1], number=str)
    case = _of_number.first(number="2026-000042")

What comes back is what the query set would have given. Values only stand where the database takes
them: the shape of the query never depends on them. A list's length does change it, so that each
length is built once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)
from psycopg import Cursor

T = TypeVar("T")

# Marks fit into every column of their kind, and nobody means them by chance.
FIRST_INT = 2_147_480_001
FIRST_DAY = date(1907, 3, 1)
WORD = "\u2063mark\u2063"
MOST_LISTED = 64
Kind = type | tuple[type]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value goes: its name, its place in a list, and what is done to it before."""

    name: str
    index: int | None
    adapt: Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Built:
    """One compiled query: its SQL, what stands in it, and how its rows are read."""

    sql: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, _Place], ...]
    compiler: Any
    converters: Any
    read: Callable[[Iterator[Any]], Iterator[Any]]


class Prepared(Generic[T]):
    """A query whose SQL is kept; `kinds` names its values: int, str, date, datetime, or (int,)."""

    def __init__(self, make: Callable[..., QuerySet[Any, T]], **kinds: Kind) -> None:
        """Take how to build the query set from values by name, and of what kind each is."""
        self._make = make
        self._kinds = kinds
        self._built: dict[tuple[str, str, tuple[int, ...]], _Built] = {}

    def all(self, **values: Any) -> list[T]:
        """Ask once and give the rows. Raises TypeError for values that are not of their kind."""
        self._check(values)
        listed = [name for name, kind in self._kinds.items() if isinstance(kind, tuple)]
        lengths = tuple(len(values[name]) for name in listed)
        if 0 in lengths:
            return []
        if any(length > MOST_LISTED for length in lengths) or self._is_beyond(values):
            return list(self._make(**values))
        connection = connections[DEFAULT_DB_ALIAS]
        key = (connection.alias, connection.vendor, lengths)
        built = self._built.get(key)
        if built is None:
            built = self._built[key] = self._build(connection, values)
        params = list(built.params)
        for at, place in built.places:
            value = values[place.name]
            value = value if place.index is None else value[place.index]
            params[at] = place.adapt(value) if place.adapt else value
        with _cursor(connection) as cursor:
            cursor.execute(built.sql, params)
            rows = cursor.fetchall()
        if built.converters:
            rows = built.compiler.apply_converters(rows, built.converters)
        return list(built.read(iter(rows)))

    def first(self, **values: Any) -> T | None:
        """Give the first row, or None."""
        return next(iter(self.all(**values)), None)

    def _check(self, values: Mapping[str, Any]) -> None:
        if values.keys() != self._kinds.keys():
            raise TypeError(f"Values for {sorted(self._kinds)}, not {sorted(values)}")
        for name, value in values.items():
            kind = self._kinds[name]
            listed = value if isinstance(kind, tuple) else [value]
            wanted = kind[0] if isinstance(kind, tuple) else kind
            # Numbers of rows are numbers: a truth value or a text in their place is a mistake.
            if any(type(one) is not wanted and not _is_text(one, wanted) for one in listed):
                raise TypeError(f"{name} is not of kind {wanted.__name__}")

    def _is_beyond(self, values: Mapping[str, Any]) -> bool:
        """Whether a number may not fit its column; Django knows what to answer then."""
        listed = itertools.chain.from_iterable(
            value if isinstance(self._kinds[name], tuple) else (value,)
            for name, value in values.items()
        )
        return any(type(one) is int and abs(one) >= FIRST_INT for one in listed)

    def _build(self, connection: Any, values: Mapping[str, Any]) -> _Built:
        marks = {
            # Each list has marks of its own, whatever else is listed.
            name: [_mark(kind[0], MOST_LISTED * (at + 1) + n) for n in range(len(values[name]))]
            if isinstance(kind, tuple)
            else _mark(kind, at)
            for at, (name, kind) in enumerate(self._kinds.items())
        }
        asked = self._make(**marks)
        if asked._prefetch_related_lookups:  # type: ignore[attr-defined]  # Django's own
            raise TypeError("What is fetched beside a query cannot be kept with it")
        compiler = asked.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        places = tuple(_places(params, marks, self._kinds, connection))
        known = {(place.name, place.index) for _at, place in places}
        for name, mark in marks.items():
            wanted = range(len(mark)) if isinstance(mark, list) else [None]
            if any((name, index) not in known for index in wanted):
                raise TypeError(f"{name} does not reach the database as it is")
        fields = [one[0] for one in compiler.select[: compiler.col_count]]
        return _Built(
            sql=sql,
            params=tuple(params),
            places=places,
            compiler=compiler,
            converters=compiler.get_converters(fields),
            read=_reader(asked, compiler),
        )


def _cursor(connection: Any) -> Any:
    """Open a cursor; PostgreSQL's plans what it is asked often once for each connection."""
    if connection.vendor != "postgresql" or connection.queries_logged:
        # Who writes down what is asked wants the values in it.
        return connection.cursor()
    connection.ensure_connection()
    return connection._prepare_cursor(Cursor(connection.connection))


def _is_text(value: object, wanted: type) -> bool:
    """Whether it is a text in some dress, such as a choice's member."""
    return wanted is str and isinstance(value, str)


def _mark(kind: type, number: int) -> Any:
    """Make a value that stands for the one to come."""
    if kind is int:
        return FIRST_INT + number
    if kind is str:
        return f"{WORD}{number}{WORD}"
    day = FIRST_DAY + timedelta(days=number)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if kind is datetime else day


def _places(
    params: Any, marks: Mapping[str, Any], kinds: Mapping[str, Kind], connection: Any
) -> Iterator[tuple[int, _Place]]:
    """Find where the marks went, and what Django did to them on the way."""
    for name, marked in marks.items():
        kind = kinds[name]
        plain = kind[0] if isinstance(kind, tuple) else kind
        ways: list[Callable[[Any], Any] | None] = [None]
        if plain is datetime:
            ways = [connection.ops.adapt_datetimefield_value]
        elif plain is date:
            ways = [connection.ops.adapt_datefield_value]
        elif plain is str:
            ways = [None, lambda value: f"{connection.ops.prep_for_like_query(value)}%"]
        listed = list(enumerate(marked)) if isinstance(marked, list) else [(None, marked)]
        for (index, mark), adapt in itertools.product(listed, ways):
            wanted = adapt(mark) if adapt else mark
            for at, param in enumerate(params):
                if isinstance(param, type(wanted)) and param == wanted:
                    # Drivers may want numbers in a dress that names their column's size.
                    dress = None if type(param) is type(wanted) else type(param)
                    yield at, _Place(name, index, adapt or dress)


def _reader(asked: QuerySet[Any, Any], compiler: Any) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """Give what makes of rows what the query set gives."""
    form = asked._iterable_class
    if form is FlatValuesListIterable:
        return lambda rows: (row[0] for row in rows)
    if form is ValuesListIterable:
        return lambda rows: map(tuple, rows)
    if form is not ModelIterable:
        raise TypeError("Rows come as models or as lists of values")
    info = compiler.klass_info
    first, last = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [one[0].target.attname for one in compiler.select[first:last]]
    alias = compiler.connection.alias
    related = get_related_populators(info, compiler.select, alias)  # type: ignore[call-arg]  # stubs of a later Django
    added = tuple(compiler.annotation_col_map.items())

    def read(rows: Iterator[Any]) -> Iterator[Any]:
        for row in rows:
            made = info["model"].from_db(alias, names, row[first:last])
            for populator in related:
                populator.populate(row, made)
            for name, at in added:
                setattr(made, name, row[at])
            yield made

    return read
