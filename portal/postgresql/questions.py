"""Questions that each request or run asks: put together once, then only their values differ.

Django makes a query anew each time that it is asked: its SQL, how its columns become Python's
values, and which object each of them belongs to. For a run that was a third of its workers' time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.db import connection
from django.db.models import Expression, Field, QuerySet
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row")


class Given(Expression):
    """The place of a value in a question."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: object) -> tuple[str, Any]:
        return "%s", [self]

    def told(self, values: dict[str, Any]) -> Any:
        """The value as PostgreSQL gets it."""
        return self.output_field.get_db_prep_value(values[self.name], connection)


class Question(Generic[Row]):
    """A query set with places for values: `build` is called once, with a `Given` for each field.

        LIVE = Question(lambda place: Live.objects.filter(environment=place), place=UUIDField())
        LIVE.first(place=environment.pk)

    Answers are what the query set's own would be: objects with what `select_related` and
    `annotate` bring, or tuples of `values_list`. Whatever shapes the SQL belongs into `build`,
    which gets None for a value that is None, once more and for a text of its own. A list is one
    value: `InArray("team", teams, UUIDS)`, with `teams=UUIDS`.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]], **values: Field[Any, Any]) -> None:
        self._build = build
        self._values = {name: Given(name, field) for name, field in values.items()}
        self._made: dict[frozenset[str], _Made[Row]] = {}

    def first(self, **values: Any) -> Row | None:
        """The first row; put an order into the question where there may be several."""
        return next(self.rows(**values), None)

    def rows(self, **values: Any) -> Iterator[Row]:
        """All rows, in one query."""
        made = self._made_without(frozenset(name for name, one in values.items() if one is None))
        if made.is_locking and connection.get_autocommit():  # Django asks when it makes the text
            raise TransactionManagementError(
                "A row is locked until its transaction ends: open one."
            )
        asked = [p.told(values) if isinstance(p, Given) else p for p in made.parameters]
        with connection.cursor() as cursor:
            cursor.execute(made.sql, asked)
            found = cursor.fetchall()
        return map(made.shape, made.converted(found))

    def _made_without(self, absent: frozenset[str]) -> _Made[Row]:
        """As it is asked where these have no value."""
        if absent not in self._made:
            values = {n: None if n in absent else one for n, one in self._values.items()}
            self._made[absent] = _made(self._build(**values))
        return self._made[absent]


@dataclass(frozen=True, slots=True)
class _Made(Generic[Row]):
    sql: str
    parameters: Sequence[Any]
    compiler: SQLCompiler
    converters: dict[Any, Any]
    shape: Callable[[Sequence[Any]], Row]
    is_locking: bool

    def converted(self, rows: Sequence[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        if not self.converters:
            return iter(rows)
        return self.compiler.apply_converters(rows, self.converters)


def _made(asked: QuerySet[Any, Row]) -> _Made[Row]:
    """As ModelIterable and SQLCompiler.results_iter do it for each answer."""
    compiler = asked.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    columns = [column for column, _, _ in compiler.select]
    return _Made(
        sql=sql,
        parameters=parameters,
        compiler=compiler,
        converters=compiler.get_converters(columns),
        shape=_objects(asked, compiler) if _is_of_objects(asked) else _tuple,
        is_locking=asked.query.select_for_update,
    )


def _is_of_objects(asked: QuerySet[Any, Any]) -> bool:
    return asked._iterable_class is ModelIterable  # noqa: SLF001 - nothing public says it


def _tuple(row: Sequence[Any]) -> Any:
    return tuple(row)


def _objects(asked: QuerySet[Any, Row], compiler: SQLCompiler) -> Callable[[Sequence[Any]], Row]:
    alias, about = asked.db, compiler.klass_info
    own = about["select_fields"]
    columns = slice(own[0], own[-1] + 1)
    names = [column.target.attname for column, _, _ in compiler.select[columns]]
    related = get_related_populators(about, compiler.select, alias)  # type: ignore[call-arg]
    annotated = compiler.annotation_col_map or {}

    def shape(row: Sequence[Any]) -> Row:
        found = about["model"].from_db(alias, names, row[columns])
        for populator in related:
            populator.populate(row, found)
        for name, position in annotated.items():
            setattr(found, name, row[position])
        return cast(Row, found)

    return shape
