"""Lets one reading query through, judged on DuckDB's own syntax tree, and nothing else.

The statement type alone is not enough: `WITH x AS (COPY ... TO ...) SELECT` is a SELECT to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from pipelines.engines.base import EngineError, Limits
from pipelines.engines.duckdb import sentences

READING_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
TABLE_FUNCTIONS = {
    "range",
    "generate_series",
    "unnest",
    "repeat",
    "repeat_row",
    "json_each",
    "json_tree",
}
# Scalar functions that show the sandbox's settings, keep state, or take raw memory apart.
REFUSED_FUNCTIONS = {
    "current_setting",
    "currval",
    "nextval",
    "setval",
    "to_aggregate_state",
    "write_log",
}
_OPENED = r"(?s:\(\s*(?:/\*.*?\*/\s*|--[^\n]*\n\s*)*)"  # a parenthesis, and comments after it
NOWHERE = 2**64 - 1
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """One query that passed: its text without a final semicolon, and what it names.

    `tables` are the names it reads that it does not define itself, with their byte offsets.
    """

    text: str
    part: str
    parameters: tuple[str, ...]
    tables: tuple[tuple[str, int | None], ...]


def admit(connection: DuckDBPyConnection, texts: Sequence[tuple[str, str]]) -> list[Statement]:
    """Read queries, given as (part, SQL). EngineError(kind="sql") unless each is one SELECT.

    All at once, because every statement costs DuckDB a parse and a plan.
    """
    asked = ", ".join(f"json_serialize_sql(${n})" for n in range(1, len(texts) + 1))
    answers = connection.execute(f"SELECT {asked}", [sql for _, sql in texts]).fetchall()[0]
    return [
        _statement(connection, sql, part, answer)
        for (part, sql), answer in zip(texts, answers, strict=True)
    ]


def _statement(connection: DuckDBPyConnection, sql: str, part: str, answer: str) -> Statement:
    try:
        tree = json.loads(answer)
    except RecursionError:
        raise sentences.refused("The query is nested too deeply.", sql=sql, part=part) from None
    if tree["error"] or len(tree["statements"]) != 1 or "\0" in sql:
        raise _not_one_select(connection, sql, part)
    nodes = list(_nodes(tree))
    _refuse_what_writes(nodes, sql, part)
    _refuse_functions(nodes, sql, part)
    parameters = sorted(tree["statements"][0]["named_param_map"], key=lambda p: int(p["value"]))
    return Statement(
        text=_body(sql, part) if ";" in sql else sql,
        part=part,
        parameters=tuple(str(parameter["key"]) for parameter in parameters),
        tables=tuple(_tables(nodes)),
    )


def refuse_strangers(statement: Statement, sql: str, names: list[str]) -> None:
    """Refuse a table that is not among `names`, in words that say which ones there are."""
    known = {name.lower() for name in names}
    for table, offset in statement.tables:
        if table.lower() not in known:
            words = f"There is no input called {table}; there is {', '.join(sorted(names))}."
            if not names:
                words = f"There is no input called {table}: this query has no inputs."
            raise sentences.refused(words, sql=sql, part=statement.part, offset=offset)


def _not_one_select(connection: DuckDBPyConnection, sql: str, part: str) -> EngineError:
    """Why a text is not one SELECT, by DuckDB's own reading of its statements."""
    if "\0" in sql:
        return sentences.refused("The query holds a NUL character.", sql=sql, part=part)
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        return sentences.explained(error, limits=Limits(), sql=sql, part=part, is_run=False)
    if not statements:
        return sentences.refused("There is no query here, only empty text.", sql=sql, part=part)
    if len(statements) > 1:
        words = f"One query is expected, and these are {len(statements)} statements."
        offset = len(statements[0].query.encode())
        return sentences.refused(words, sql=sql, part=part, offset=offset)
    kind = str(statements[0].type).rpartition(".")[2]
    if kind == "MULTI":
        words = "PIVOT needs IN (...) with its values, so that the columns are known beforehand."
        return sentences.refused(words, sql=sql, part=part, offset=_start(sql))
    words = f"A query only reads, so it is one SELECT; this is {kind.replace('_', ' ')}."
    return sentences.refused(words, sql=sql, part=part, offset=_start(sql))


def _start(sql: str) -> int:
    return len(sql.encode()) - len(sql.lstrip().encode())


def _nodes(tree: Node) -> Iterator[Node]:
    """Every object of the tree, parents first, without recursion."""
    waiting: list[Any] = [tree]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, dict):
            yield thing
            waiting.extend(thing.values())
        elif isinstance(thing, list):
            waiting.extend(thing)


def _kind(node: Node) -> str:
    kind = node.get("type")
    return kind if isinstance(kind, str) else ""


def _offset(node: Node) -> int | None:
    offset = node.get("query_location")
    return offset if isinstance(offset, int) and offset != NOWHERE else None


def _refuse_what_writes(nodes: list[Node], sql: str, part: str) -> None:
    for node in nodes:
        kind = _kind(node)
        if kind.endswith("_NODE") and kind not in READING_NODES:
            verb = kind.removesuffix("_NODE").removesuffix("_QUERY").replace("_", " ")
            found = re.search(rf"{_OPENED}({verb.partition(' ')[0]})\b", sql, re.IGNORECASE)
            offset = len(sql[: found.start(1)].encode()) if found else None
            words = f"A query only reads, so it may not hold {verb}."
            raise sentences.refused(words, sql=sql, part=part, offset=offset)
        if kind == "SHOW_REF":
            words = "DESCRIBE, SHOW and SUMMARIZE are for looking around; a result needs a SELECT."
            raise sentences.refused(words, sql=sql, part=part, offset=_start(sql))


def _refuse_functions(nodes: list[Node], sql: str, part: str) -> None:
    from_tables = {id(node["function"]) for node in nodes if _kind(node) == "TABLE_FUNCTION"}
    offsets = {
        id(node["function"]): _offset(node) for node in nodes if _kind(node) == "TABLE_FUNCTION"
    }
    for node in nodes:
        if _kind(node) != "FUNCTION" or "function_name" not in node:
            continue
        names = {str(node["function_name"]).lower(), _path(node)[-1].lower()}
        is_table = id(node) in from_tables
        is_refused = names - TABLE_FUNCTIONS if is_table else names & REFUSED_FUNCTIONS
        if is_refused:
            words = (
                f"{min(names)}() is not for queries here: a query reads its inputs by their names, "
                "and nothing else."
            )
            offset = offsets.get(id(node), _offset(node))
            raise sentences.refused(words, sql=sql, part=part, offset=offset)


def _path(node: Node) -> list[str]:
    name = node.get("qualified_name")
    path = name.get("path") if isinstance(name, dict) else None
    fallback = [str(node.get("function_name") or node.get("table_name") or "")]
    return [str(piece) for piece in path] if path else fallback


def _tables(nodes: list[Node]) -> list[tuple[str, int | None]]:
    """Names that are read and not defined here, once each, in the order of the text."""
    own = {
        str(entry["key"]).lower()
        for node in nodes
        if isinstance(node.get("cte_map"), dict)
        for entry in node["cte_map"]["map"]
    }
    found: dict[str, tuple[str, int | None]] = {}
    for node in nodes:
        if _kind(node) != "BASE_TABLE":
            continue
        path = _path(node)
        name = path[-1] if path[:-1] in ([], ["main"], ["memory", "main"]) else ".".join(path)
        if len(path) > 1 or name.lower() not in own:
            known = found.get(name.lower(), (name, None))
            offsets = [o for o in (known[1], _offset(node)) if o is not None]
            found[name.lower()] = (known[0], min(offsets, default=None))
    return sorted(found.values(), key=lambda table: table[1] or 0)


def _body(sql: str, part: str) -> str:
    """The text without semicolons and comments at its end, found by DuckDB's own tokens."""
    data = sql.encode()
    end = len(data)
    tokens = duckdb.tokenize(sql)
    for offset, kind in reversed(tokens):
        is_comment = str(kind).endswith("comment")
        if not is_comment and data[offset : offset + 1] != b";":
            break
        end = offset
    if data[tokens[0][0] : tokens[0][0] + 1] == b";":
        raise sentences.refused("The query begins with a semicolon.", sql=sql, part=part, offset=0)
    return data[:end].decode()
