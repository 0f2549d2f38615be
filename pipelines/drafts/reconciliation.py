"""Whether every row of the source is in the result once: a check, read off the query itself. Pure.

A query that groups one source and counts it must count as many rows as the source has; one that
only looks things up beside each row must give as many rows. A join that doubles rows, or drops
some, breaks both: it is what such a check is for. Imported only where it is needed, because the
parser costs 20 MB.
"""

# ruff: noqa: S608 - these are words for a file; a sandbox is where they are ever run

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

DIALECT = "duckdb"
# With one of these the rows of the result are not simply those of the source.
UNCLEAR = (
    *("having", "qualify", "distinct", "limit", "offset", "with_", "with", "laterals", "pivots"),
    *("windows", "sample", "match"),
)


def check(sql: str, columns: Mapping[str, Collection[str]]) -> str:
    """The SELECT that finds a difference, or "" where the query does not tell.

    `columns` are those of each input, where they are known.
    """
    try:
        tree = sqlglot.parse_one(sql, dialect=DIALECT)
    except SqlglotError:
        return ""
    if not isinstance(tree, exp.Select) or any(tree.args.get(part) for part in UNCLEAR):
        return ""
    source = _source(tree)
    where = tree.args.get("where")
    if source is None or (where and not _is_about(where.this, source, tree, columns)):
        return ""
    counted = _counted(tree)
    if not counted:
        return ""
    return _words(counted, source, where)


def grouped_by(sql: str) -> list[str]:
    """The names in the result of what a query groups by: what a row of it stands for."""
    try:
        tree = sqlglot.parse_one(sql, dialect=DIALECT)
    except SqlglotError:
        return []
    if not isinstance(tree, exp.Select) or not tree.args.get("group"):
        return []
    return list(_group_names(tree))


def _group_names(tree: exp.Select) -> Iterator[str]:
    group = tree.args["group"]
    projections = tree.expressions
    if group.args.get("all"):
        yield from (p.output_name for p in projections if not p.find(exp.AggFunc))
        return
    for term in group.expressions:
        if isinstance(term, exp.Literal) and not term.is_string:
            number = int(str(term.this)) - 1
            if 0 <= number < len(projections):
                yield projections[number].output_name
            continue
        same = (p for p in projections if p.unalias() == term or p.output_name == term.name)
        found = next(same, None)
        if found is not None:
            yield found.output_name


def _source(tree: exp.Select) -> exp.Table | None:
    origin = tree.args.get("from_") or tree.args.get("from")
    table = origin.this if origin is not None else None
    if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier):
        return None
    joins = tree.args.get("joins") or []
    # Rows come from one side only: SEMI, ANTI, RIGHT and FULL joins change what is counted.
    if any(join.side in {"RIGHT", "FULL"} or join.kind in {"SEMI", "ANTI"} for join in joins):
        return None
    return None if any(not isinstance(join.this, exp.Table) for join in joins) else table


def _is_about(
    condition: exp.Expr,
    source: exp.Table,
    tree: exp.Select,
    columns: Mapping[str, Collection[str]],
) -> bool:
    """Whether a condition speaks of the source alone, so that the source can be counted by it."""
    if condition.find(exp.Subquery, exp.Select):
        return False
    names = {source.alias_or_name.lower()}
    own = {name.lower() for name in columns.get(source.name.lower(), ())}
    is_alone = not tree.args.get("joins")
    for column in condition.find_all(exp.Column):
        if column.table and column.table.lower() not in names:
            return False
        if not column.table and not is_alone and column.name.lower() not in own:
            return False
    return True


def _counted(tree: exp.Select) -> str:
    """How many rows of the source the result accounts for, as SQL; "" where it does not say."""
    if not tree.args.get("group"):
        return "" if tree.find(exp.AggFunc, exp.Window) else "(SELECT count(*) FROM result)"
    for projection in tree.expressions:
        counting = projection.unalias()
        is_all = isinstance(counting, exp.Count) and isinstance(counting.this, exp.Star)
        if is_all and isinstance(projection, exp.Alias):
            name = exp.to_identifier(projection.alias).sql(DIALECT)
            return f"(SELECT coalesce(sum({name}), 0) FROM result)"
    return ""


def _words(counted: str, source: exp.Table, where: exp.Expr | None) -> str:
    condition = f" {where.sql(DIALECT)}" if where is not None else ""
    origin = f"(SELECT count(*) FROM {source.sql(DIALECT)}{condition})"
    return (
        "SELECT in_result, in_source\nFROM (\n"
        f"  SELECT\n    {counted} AS in_result,\n    {origin} AS in_source\n)\n"
        "WHERE in_result <> in_source"
    )
