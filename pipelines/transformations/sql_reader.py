"""Taking SQL apart with sqlglot. Pure; imported only where it is needed, see `sql.py`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import ParseError, SqlglotError, TokenError
from sqlglot.lineage import Node
from sqlglot.lineage import lineage as column_lineage
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers

from pipelines.transformations.sql import Origin, Reference, Statement, Trouble

# What it can't read is told to the person who sent it, not to the log.
logging.getLogger("sqlglot").setLevel(logging.ERROR)
DIALECT = "duckdb"
# Expressions at the top of a SELECT that give more than one column.
SPREADING = (exp.Columns, exp.Explode, exp.Unnest, exp.Inline)
# Taken apart only where it stays small: its author decides how often names are nested
MOST_NODES = 50_000
MOST_WIDENING = 4
READERS = ("read_", "parquet_scan", "csv_scan", "json_scan", "glob", "sniff_csv", "query")
WRITING = (exp.DML, exp.DDL, exp.Command, exp.Into)
QUERY = (exp.Query, exp.Values, exp.Pivot, exp.Summarize, exp.Describe)


def read(sql: str) -> Statement:
    """What the text says; with `trouble` where it can't be read or is not one SELECT."""
    try:
        parameters = tuple(_parameters(sql))
        parsed = sqlglot.parse(sql, dialect=DIALECT)
    except ParseError as error:
        return Statement(trouble=_parse_trouble(error))
    except TokenError:
        message = "The SQL can't be read to its end: a quote or a comment is not closed."
        return Statement(trouble=Trouble(message, 1, 1))
    # A comment after the last semicolon comes as a node of its own.
    trees = [tree for tree in parsed if tree and not isinstance(tree, exp.Semicolon)]
    trouble = _not_one_query(sql, trees)
    if trouble or not trees:
        return Statement(trouble=trouble, parameters=parameters)
    return _statement(sql, trees[0], parameters)


def _statement(sql: str, tree: exp.Expr, parameters: tuple[Reference, ...]) -> Statement:
    tables: list[Reference] = []
    readers: list[Reference] = []
    for table in tree.find_all(exp.Table):
        if isinstance(table.this, exp.Identifier):
            if not _is_defined_here(table):
                tables.append(_reference(sql, table))
        elif (name := _function_name(table.this)).startswith(READERS):
            readers.append(Reference(name, *_place(sql, table.this.meta.get("start"))))
    columns, nameless = _columns(tree)
    return Statement(
        tables=tuple(sorted(tables, key=_order)),
        parameters=parameters,
        readers=tuple(sorted(readers, key=_order)),
        columns=columns,
        nameless=nameless,
    )


def _not_one_query(sql: str, trees: list[exp.Expr]) -> Trouble | None:
    if not trees:
        return Trouble("There is no SQL here, only spaces or comments.", 1, 1)
    if len(trees) > 1:
        line, column = _second(sql)
        return Trouble(f"There are {len(trees)} statements here. Write one SELECT.", line, column)
    tree = trees[0]
    writing = tree.find(*WRITING)
    is_query = isinstance(tree, QUERY)
    if writing is None and is_query:
        return None
    word = sql.split(maxsplit=1)[0].upper() if writing in {None, tree} else writing.key.upper()
    line, column = _word(sql, word)
    return Trouble(f"This is {word}, not a SELECT. Write one SELECT.", line, column)


def _columns(tree: exp.Expr) -> tuple[tuple[str, ...] | None, int]:
    """The names of the columns, and how many have only the name that the engine gives them."""
    if isinstance(tree, exp.SetOperation):
        if tree.args.get("by_name"):
            return None, 0
        return _columns(tree.this)
    if isinstance(tree, exp.Subquery):
        return _columns(tree.this)
    if not isinstance(tree, exp.Select):
        return None, 0
    names: list[str] = []
    nameless = 0
    for projection in tree.expressions:
        if projection.is_star or projection.find(*SPREADING):
            return None, 0
        if isinstance(projection, exp.Alias | exp.Column):
            names.append(projection.output_name)
        else:
            nameless += 1
            names.append(projection.sql(DIALECT).lower())  # current_date names itself
    return tuple(names), nameless


def canonical(sql: str) -> str:
    """One spelling for texts that differ in comments, layout and the case of names only."""
    try:
        tree = sqlglot.parse_one(sql, dialect=DIALECT)
        return normalize_identifiers(tree, dialect=DIALECT).sql(DIALECT, comments=False)
    except SqlglotError:
        return sql


def lineage(sql: str, inputs: Iterable[str]) -> dict[str, list[str] | None]:
    """Which inputs feed each output column; None where that can't be decided from the text."""
    names = read(sql).columns or ()
    found = origins(sql, dict.fromkeys(inputs, ()))
    if len(found) != len(names):
        return dict.fromkeys(names)
    return {
        name: None if each is None else sorted({origin.input for origin in each})
        for name, each in zip(names, found, strict=True)
    }


def origins(sql: str, inputs: Mapping[str, Sequence[str]]) -> tuple[tuple[Origin, ...] | None, ...]:
    """What each column of the result is made of, in their order; nothing where none can be told."""
    known = {name.lower(): {column.lower(): column for column in inputs[name]} for name in inputs}
    schema = {name: dict.fromkeys(columns, "VARCHAR") for name, columns in known.items() if columns}
    try:
        tables = {table.name.lower() for table in read(sql).tables}
        if _grows(sqlglot.parse_one(sql, dialect=DIALECT)):
            return ()
        nodes = column_lineage(None, sql, schema, dialect=DIALECT, trim_selects=False)
    except (SqlglotError, ValueError, RecursionError):
        return ()
    spelled = {name.lower(): name for name in inputs}
    return tuple(
        None if (found := _feeding(node, tables)) is None else _spelled(found, known, spelled)
        for node in nodes.values()
    )


def _grows(tree: exp.Expr) -> bool:
    """Whether it may be too large once each alias and each star is written out."""
    selects = list(tree.find_all(exp.Select))
    widening = [select for select in selects if select.is_star and select.args.get("joins")]
    return len(widening) > MOST_WIDENING or any(
        _written_out(select) > MOST_NODES for select in selects
    )


def _written_out(select: exp.Select) -> int:
    """Nodes of its columns where one that names an earlier one has the nodes of that too."""
    sizes: dict[str, int] = {}
    for projection in select.expressions:
        named = [column.name for column in projection.find_all(exp.Column) if not column.table]
        size = sum(1 for _ in projection.walk()) + sum(sizes.get(name, 0) for name in named)
        sizes[projection.alias_or_name] = size
    return sum(sizes.values())


def _feeding(root: Node, tables: set[str]) -> set[tuple[str, str]] | None:
    """Pairs of a table and one of its columns, "" for its rows as such, in lower case."""
    found: set[tuple[str, str]] = set()
    for node in root.walk():
        leaf = node.expression
        if node.downstream:
            continue
        if isinstance(leaf, exp.Table):
            column = "" if node.name == "*" else exp.to_column(node.name, dialect=DIALECT).name
            found.add((leaf.name.lower(), column.lower()))
        elif leaf.find(exp.Star):  # count(*) comes from every row that is read
            found |= {(table, "") for table in tables}
        elif leaf.find(exp.Column) or not isinstance(leaf, exp.Alias):
            return None
    return found


def _spelled(
    found: set[tuple[str, str]], known: Mapping[str, Mapping[str, str]], names: Mapping[str, str]
) -> tuple[Origin, ...] | None:
    """As the inputs write their names; None where one is no input, or has no such column."""
    made: list[Origin] = []
    for table, column in sorted(found):
        if table not in known or (known[table] and column and column not in known[table]):
            return None
        made.append(Origin(names[table], known[table].get(column, column)))
    return tuple(made)


def _is_defined_here(table: exp.Expr) -> bool:
    """Whether the name is that of a CTE which is visible where the table stands."""
    if table.args.get("db"):
        return False
    name = table.name.lower()
    below, node = table, table.parent
    while node is not None:
        if isinstance(node, exp.With):
            ctes = list(node.expressions)
            if not node.args.get("recursive"):
                ctes = ctes[: ctes.index(below)]
        elif isinstance(below, exp.With):
            ctes = []
        else:
            ctes = list(getattr(node, "ctes", ()))
        if any(cte.alias.lower() == name for cte in ctes):
            return True
        below, node = node, node.parent
    return False


def _reference(sql: str, table: exp.Expr) -> Reference:
    parts = [table.args.get(part) for part in ("catalog", "db", "this")]
    named = [part for part in parts if part is not None]
    name = ".".join(part.name for part in named)
    return Reference(name, *_place(sql, named[0].meta.get("start")))


def _function_name(function: exp.Expr) -> str:
    if isinstance(function, exp.Anonymous):
        return str(function.this).lower()
    return function.sql_name().lower() if isinstance(function, exp.Func) else ""


def _parameters(sql: str) -> Iterator[Reference]:
    """`$name`, `$1` and `?` outside of strings and comments."""
    for token, following in pairwise([*sqlglot.tokenize(sql, dialect=DIALECT), None]):
        assert token is not None
        place = _place(sql, token.start)
        if token.token_type == TokenType.PLACEHOLDER:
            yield Reference("?", *place)
        elif token.token_type == TokenType.PARAMETER and following is not None:
            yield Reference(following.text, *place)


def _parse_trouble(error: ParseError) -> Trouble:
    found = error.errors[0]
    highlight = found.get("highlight") or ""
    line, column = found.get("line"), found.get("col")
    if line and column:
        column = max(1, column - len(highlight) + 1)
    near = f" near “{highlight}”" if highlight else ""
    return Trouble(f"The SQL can't be read{near}.", line, column)


def _second(sql: str) -> tuple[int | None, int | None]:
    """Where the second statement begins."""
    tokens = iter(sqlglot.tokenize(sql, dialect=DIALECT))
    for token in tokens:
        if token.token_type == TokenType.SEMICOLON:
            following = next(tokens, None)
            if following is not None and following.token_type != TokenType.SEMICOLON:
                return _place(sql, following.start)
    return 1, 1


def _word(sql: str, word: str) -> tuple[int | None, int | None]:
    at = sql.upper().find(word)
    return _place(sql, max(at, 0))


def _place(sql: str, start: int | None) -> tuple[int | None, int | None]:
    """Line and column, from 1, of an offset in characters. (The parser's own drift.)"""
    if start is None:
        return None, None
    before = sql[:start]
    return before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1


def _order(reference: Reference) -> tuple[int, int]:
    return reference.line or 0, reference.column or 0
