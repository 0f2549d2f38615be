"""Questions about previews and about what connections offer; rows for those who may see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from deployments.environments import queries as environments
from deployments.environments.models import Environment
from pipelines.connections import queries as connections
from pipelines.connections.models import Binding, Connection
from pipelines.previews import keeping
from pipelines.previews.models import Look, Preview, State
from pipelines.runs import against
from pipelines.runs.against import Against
from portal.accounts import access, grants
from portal.accounts.models import Grant, Team, User
from portal.errors import NotFound


@dataclass(frozen=True, slots=True)
class Rows:
    """First rows, for a person: `refusal` says who can help where they may not be seen."""

    rows: tuple[tuple[Any, ...], ...] = ()
    outermost: Mapping[str, list[str]] = field(default_factory=dict)
    against: Sequence[Against] = ()
    refusal: str = ""
    is_gone: bool = False


def previews() -> QuerySet[Preview]:
    """Previews with what a page says about them."""
    return Preview.objects.select_related("team", "environment", "requested_by", "draft__team")


def preview(pk: UUID | str) -> Preview:
    """One preview; NotFound, in words, where there is none or it has expired."""
    found = previews().filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such preview. They are removed after a day.")
    return found


def last_of(draft_id: UUID) -> Preview | None:
    """The newest preview of a draft, whoever asked for it."""
    return previews().filter(draft=draft_id).order_by("-pk").first()


def to_do() -> QuerySet[Preview]:
    """Previews with what a worker needs."""
    return Preview.objects.select_related("environment", "team", "draft")


def looks_to_do() -> QuerySet[Look]:
    return Look.objects.select_related("binding__connection__team", "binding__environment")


def rows_of(preview: Preview, who: User) -> Rows:
    """Rows of a preview's result and against its checks, for those who may see what it reads."""
    return _rows(preview.rows_path, preview.connections, who)


def plan_of(preview: Preview) -> list[dict[str, Any]]:
    """By which steps its query was run: no rows, so whoever sees the preview sees them."""
    found = keeping.kept(preview.rows_path) or {}
    steps: list[dict[str, Any]] = found.get("plan", [])
    slowest = max((step["seconds"] for step in steps), default=0)
    return [{**step, "is_slowest": 0 < slowest == step["seconds"]} for step in steps]


def lineage_of(preview: Preview) -> list[dict[str, Any]]:
    """What each column of its result is made of: no rows. `made_of` None: the query does not tell.

    Empty where there is no result, or its rows have expired.
    """
    found = keeping.kept(preview.rows_path) or {}
    if "made_of" not in found:
        return []
    names = [column["name"] for column in preview.columns]
    known = found["made_of"]
    if len(known) != len(names):  # the parser could not follow the query
        known = [None] * len(names)
    return [{"column": name, "made_of": each} for name, each in zip(names, known, strict=True)]


def rows_of_input(look: Look, who: User) -> Rows:
    """The first rows of an input."""
    assert look.binding.connection is not None
    return _rows(look.rows_path, [look.binding.connection.name], who)


def _rows(path: str, names: Collection[str], who: User) -> Rows:
    if not (access.may(who, "look") and grants.may_see_rows(who, names)):
        return Rows(refusal=_who_can_show(names))
    found = keeping.kept(path)
    if found is None:
        return Rows(is_gone=True)
    rows = tuple(tuple(row) for row in found["rows"])
    return Rows(rows, found.get("outermost", {}), against.read(found))


def _who_can_show(names: Iterable[str]) -> str:
    said = ", ".join(sorted(names))
    who = connections.who_can_show_rows(names)
    return f"Rows that come from {said} are not shown to you. {who}"


def places(names: Collection[str]) -> list[Environment]:
    """The environments in which all these connections are bound, in their order."""
    wanted = set(names)
    rows = environments.environments()
    if not wanted:
        return list(rows)
    bound = (
        Binding.objects.filter(connection__name__in=wanted)
        .values("environment")
        .annotate(count=Count("connection", distinct=True))
        .filter(count=len(wanted))
    )
    return list(rows.filter(pk__in=[row["environment"] for row in bound]))


def sources_of(team: Team, search: str = "") -> list[Connection]:
    """The connections that a team may query, with their places, by name."""
    held = Grant.objects.filter(team=team, kind=Grant.Kind.CONNECTION, use=Grant.Use.USE)
    rows = connections.connections().filter(name__in=held.values("name"))
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(title__icontains=search))
    return list(rows.order_by("name")[:100])


def looks(keys: Collection[str]) -> dict[str, Look]:
    """What is known already, by the key of the look; one query."""
    rows = Look.objects.filter(key__in=keys).select_related(
        "binding__connection__team", "binding__environment"
    )
    return {row.key: row for row in rows}


def is_known(look: Look | None) -> bool:
    """Whether the columns of an input are known, however old."""
    return look is not None and look.columns is not None


def under_way() -> int:
    """Previews that run now, for /metrics."""
    return Preview.objects.filter(state=State.RUNNING).count()
