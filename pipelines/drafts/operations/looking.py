"""Looking while one writes: at inputs, at what a connection offers, at the result on first rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from deployments.environments.models import Environment
from pipelines.connections.models import Connection
from pipelines.drafts import proposals
from pipelines.drafts.models import Draft
from pipelines.drafts.operations import keeping
from pipelines.drafts.queries import Page
from pipelines.drafts.queries import inputs as read
from pipelines.previews import limits
from pipelines.previews import operations as previews
from pipelines.previews.models import Look, Preview
from pipelines.transformations import judging, reading
from portal.accounts import access
from portal.accounts.models import Team, User
from portal.errors import Away, Refused
from portal.files import document

BEFORE_A_PREVIEW = ("inputs", "query")  # what has to be right


def preview(
    *,
    draft: Draft,
    parameters: Mapping[str, Any],
    by: User,
    now: datetime,
    environment: Environment | None = None,
    most_rows: int = limits.MOST_ROWS,
) -> Preview:
    """Rehearse what the draft says on the first rows of its inputs. Asked again, it starts anew.

    Refused where inputs or query are not right yet; what else is missing does not matter for it.
    """
    page = Page(draft, by, now)
    _refuse_unfinished(page)
    place = environment or page.place
    if place is None:
        names = " and ".join(sorted(read.names_of(page.outline)))
        raise Refused(
            f"There is no environment in which {names} can be read. Someone who maintains the "
            "connection can bind it there."
        )
    return previews.start(
        team=draft.team,
        spec=_spec(page),
        environment=place,
        parameters=parameters,
        draft=None if draft._state.adding else draft,  # noqa: SLF001 - Django's own flag
        revision=draft.revision,
        most_rows=most_rows,
        by=by,
        now=now,
    )


def unsaved(*, file: str, who: User) -> Draft:
    """A text as if it were a draft, for looking at it only: it is never saved.

    Its team is the one that the file names; Refused where there is none.
    """
    if len(file.encode("utf-8", "surrogatepass")) > document.LONGEST:
        raise Refused(f"The file is larger than {document.LONGEST // 1024} kB. Shorten it.")
    _refuse_formless(file)
    said = keeping.said_by(file)
    team = Team.objects.filter(name=said["team"]).first()
    if team is None:
        raise Refused(
            f"There is no team “{said['team']}”." if said["team"] else "The file names no team.",
            field="metadata.team",
        )
    return Draft(team=team, name=said["name"], text=keeping.normal(file), created_by=who)


def _refuse_formless(file: str) -> None:
    """What holds no names and values can name no team: the first trouble is another one."""
    found = reading.read(file)
    if isinstance(found.document.data, dict):
        return
    findings = judging.judge(found, None).findings
    raise Refused(
        f"The file can't be read: {findings[0].message}",
        field="file",
        details=[one.as_detail() for one in findings],
    )


def look(*, draft: Draft, who: User, now: datetime, is_fresh: bool = False) -> list[Look]:
    """See to it that the columns of each input are known, or will be in a moment."""
    access.require(who, "draft.change", draft.team)
    page = Page(draft, who, now)
    return [
        previews.look(
            team=draft.team,
            binding=one.binding,
            wanted=one.wanted,
            now=now,
            is_fresh=is_fresh,
        )
        for one in page.inputs
        if one.binding is not None and one.wanted is not None
    ]


def browse(
    *,
    draft: Draft,
    connection: Connection,
    who: User,
    now: datetime,
    search: str = "",
    is_fresh: bool = False,
) -> Look:
    """What a connection offers, where the draft is looked at or else in the first place."""
    access.require(who, "draft.change", draft.team)
    page = Page(draft, who, now)
    source = next(
        (one for one in page.sources if one.connection.pk == connection.pk and one.binding), None
    )
    if source is None or source.binding is None:
        raise Refused(
            f"{connection.name} can't be read anywhere: it has no binding, or {draft.team.name} "
            "has no grant to query it."
        )
    return previews.look(
        team=draft.team,
        binding=source.binding,
        wanted=None,
        search=search[:100],
        now=now,
        is_fresh=is_fresh,
    )


def _refuse_unfinished(page: Page) -> None:
    keeping.refuse_closed(page.draft)
    if not page.is_readable:
        findings = page.judgement.findings
        raise Refused(
            f"The file can't be read: {findings[0].message}",
            details=[one.as_detail() for one in findings],
        )
    if not page.outline.text("spec", "sql").strip():
        raise Refused("Write a query first, then preview it.", field="sql")
    wrong = [one for one in page.told if one.section in BEFORE_A_PREVIEW]
    if wrong:
        raise Refused(
            wrong[0].message,
            field=wrong[0].section,
            details=[one.as_detail() for one in page.told if one in wrong or not one.is_missing],
        )
    if page.away:
        raise Away(page.away)


def _spec(page: Page) -> dict[str, Any]:
    """What is rehearsed: what is sound of the file, and the check that may be proposed."""
    outline = page.outline
    promised = [
        {"name": column.name, "type": column.type, "required": column.is_required}
        for column in page.contract
        if column.type
    ]
    checks = [
        {"name": check.name, "sql": check.sql} for check in page.checks if check.name and check.sql
    ]
    if page.reconciliation and proposals.RECONCILED not in {one["name"] for one in checks}:
        checks.append({"name": proposals.RECONCILED, "sql": page.reconciliation})
    return {
        "inputs": dict(outline.mapping("spec", "inputs")),
        "parameters": dict(outline.mapping("spec", "parameters")),
        "sql": outline.text("spec", "sql"),
        "contract": {
            "columns": promised,
            "key": [column.name for column in page.contract if column.is_key],
        },
        "checks": checks,
    }
