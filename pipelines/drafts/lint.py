"""What is wrong with a text that is not saved yet, at its line and column: for editors."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from datetime import datetime
from typing import Any

from pipelines.drafts import editing
from pipelines.drafts.models import Draft
from pipelines.drafts.queries import Page
from pipelines.transformations import sql as texts
from pipelines.transformations.outline import SQL
from pipelines.transformations.sql import Statement
from portal.accounts.models import User
from portal.errors import Refused
from portal.files import document
from portal.files.events import Unreadable
from portal.files.findings import Path
from portal.files.mending import mended

Found = list[dict[str, Any]]
UNSAVED = "what is being written"  # a check without a name of its own yet


def of_sql(draft: Draft, sql: str, who: User, now: datetime) -> Found:
    """Findings about the query alone; lines and columns count from 1 in the query."""
    page = _page(_with_sql(draft, sql), who, now)
    if page is None or not sql.strip():
        return []
    statements: dict[Path, Statement] = {
        path: found for path, found in page.judgement.statements.items() if path == SQL
    }
    found = [
        _finding(problem.message, problem.line, problem.column)
        for problem in texts.problems(page.outline, statements)
        if problem.path == SQL
    ]
    if not found and page.fit.trouble:
        trouble = page.fit.trouble
        found.append(_finding(trouble.message, trouble.line, trouble.column))
    return found


def of_check(draft: Draft, sql: str, who: User, now: datetime) -> Found:
    """Findings about the query of a check, which reads `result` beside the inputs."""
    page = _page(_with_check(draft, sql), who, now)
    if page is None or not sql.strip():
        return []
    number = len(page.outline.entries("spec", "checks")) - 1
    path = ("spec", "checks", number, "sql")
    statements: dict[Path, Statement] = {
        at: found for at, found in page.judgement.statements.items() if at == path
    }
    found = [
        _finding(problem.message, problem.line, problem.column)
        for problem in texts.problems(page.outline, statements)
        if problem.path == path
    ]
    trouble = (page.fit.checks or {}).get(number)
    if not found and trouble:
        found.append(_finding(trouble.message, trouble.line, trouble.column))
    return found


def of_file(draft: Draft, file: str, who: User, now: datetime) -> Found:
    """Findings about a whole file."""
    page = _page(_copy(draft, file), who, now)
    if page is None:
        return []
    return [
        _finding(one.message, one.line, one.column, "info" if one.is_missing else "error")
        for one in page.told
    ]


def _finding(
    message: str, line: int | None, column: int | None, severity: str = "error"
) -> dict[str, Any]:
    return {"message": message, "line": line, "column": column, "severity": severity}


def _page(draft: Draft, who: User, now: datetime) -> Page | None:
    """Read as a page would; None for what is too large to be looked at with every key."""
    return None if len(draft.text) > document.LONGEST else Page(draft, who, now)


def _with_sql(draft: Draft, sql: str) -> Draft:
    """The draft as it would be with this query."""
    return _changed(draft, lambda data: editing.with_sql(data, sql))


def _with_check(draft: Draft, sql: str) -> Draft:
    """The draft as it would be with this check after those that it has."""
    check = {"name": UNSAVED, "sql": sql}
    return _changed(draft, lambda data: editing.add_checks(data, [check]))


def _changed(draft: Draft, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Draft:
    try:
        data = document.read(draft.text).data
    except Unreadable:
        return draft
    return _copy(draft, mended(draft.text, change(data))) if isinstance(data, dict) else draft


def _copy(draft: Draft, text: str) -> Draft:
    """A draft that is never saved."""
    if "\0" in text:
        raise Refused("The text holds a zero character. Remove it.")
    made = copy(draft)
    made.text = text
    return made
