"""A mark in every text of the house that may hold anything, each field with a number of its own.

Which fields those are the models say: text and JSON, but for what is one of a few words (choices),
a slug, or unique, which are names that addresses are made of. FREE are those that are unique and
yet written by people; WORDS, with why, are those in which the house keeps words of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import CharField, F, Field, Value
from django.db.models.functions import Cast, Concat, Right

FLOORS = ("portal", "observability", "deployments", "pipelines")
BEGINS, ENDS = "<script>x", ";</script>"
AROUND = "{{7*7}}{%if%}'\""
SHORTEST = len(BEGINS) + 4
TEXTS = (models.CharField, models.TextField, models.JSONField)

# Unique, and yet anybody's words
FREE = {
    "observability.PinnedQuery.name",
    "observability.SavedSearch.name",
    "portal.Channel.title",
}
# The house's own words: by why they can't be others
WORDS: dict[str, set[str]] = {
    "whoever is signed in is found by them": {
        "portal.User.username",
        "portal.User.password",
        "portal.Session.data",
    },
    "a page finds its rows by them": {
        *("portal.Entity.kind", "portal.Entity.folded", "portal.Entity.namespace"),
        *("portal.Entity.name", "portal.EntityFinding.ref", "portal.PathStep.name"),
        *("portal.PathStep.kind", "portal.ApplicationStep.kind", "portal.ApplicationStep.name"),
        *("portal.Findable.team", "portal.Findable.parts", "portal.Event.key"),
        *("observability.Change.environment", "observability.KeptVerdict.environment"),
        *("observability.Soiled.environment", "observability.Meaning.environment"),
        *("observability.LogRecord.component", "observability.LogRecord.environment"),
        *("observability.LogRecord.span_id", "observability.SpanHalf.parent_id"),
        *("observability.Series.component", "observability.Series.environment"),
        *("observability.Series.name", "observability.Series.kind"),
        *("observability.Span.component", "observability.Span.environment"),
        "observability.Span.span_id",
        *("deployments.Release.artifact_kind", "deployments.Release.digest"),
        *("deployments.Step.name", "deployments.Deployment.strategy"),
        *("portal.Heartbeat.process", "portal.Heartbeat.queues"),
    },
    "links are made of them": {
        "portal.Entry.component",
        *("deployments.Deployment.trace_id", "deployments.Deployment.span_id"),
        *("pipelines.Delivery.trace_id", "pipelines.Delivery.span_id"),
        *("pipelines.Preview.trace_id", "pipelines.Preview.span_id"),
        *("pipelines.Run.trace_id", "pipelines.Run.span_id"),
    },
    "code reads what it wrote there": {
        *("portal.PathVersion.content", "portal.PathRun.plan", "portal.PathStep.given"),
        *("portal.Kept.fields", "portal.ApplicationStep.differences", "portal.Message.contents"),
        *("observability.EdgeSum.buckets", "observability.SpanHalf.counted"),
        *("deployments.Evidence.figures", "deployments.Deployment.plan"),
        *("deployments.Configuration.values", "pipelines.Backfill.plan"),
        *("pipelines.Backfill.cron", "pipelines.Backfill.timezone", "pipelines.Schedule.cron"),
        *("pipelines.Schedule.timezone", "pipelines.Omission.cron", "pipelines.Omission.timezone"),
        *("pipelines.BulkAction.selection", "pipelines.Preview.spec", "pipelines.Version.spec"),
        *("pipelines.Preview.portions", "pipelines.Look.offers", "pipelines.Binding.trial"),
    },
}


def fields() -> dict[str, Field]:
    """Every field that holds free text, by "floor.Model.field"."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label in FLOORS:
            unique = _unique(model)
            for field in model._meta.concrete_fields:
                name = f"{model._meta.label}.{field.name}"
                if _is_text(field) and (field.name not in unique or name in FREE):
                    found[name] = field
    return found


def planted() -> dict[str, Field]:
    kept = set().union(*WORDS.values())
    return {name: field for name, field in fields().items() if name not in kept}


def mark(number: int) -> str:
    """What may come out of a field only as `shown` has it."""
    return f"{BEGINS}{number}{ENDS}"


def plant() -> dict[str, int]:
    """Write them past all rules, triggers too; the number of each field that has a row."""
    marks = {}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for number, (name, field) in enumerate(sorted(planted().items()), 100):
            write = _leaves if isinstance(field, models.JSONField) else _text
            if write(field, number, is_unique=name in FREE):
                marks[name] = number
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return marks


def _is_text(field: Field) -> bool:
    return (
        isinstance(field, TEXTS)
        and not isinstance(field, models.SlugField)
        and not field.choices
        and not field.primary_key
        and (field.max_length is None or field.max_length >= SHORTEST)
    )


def _unique(model: type[models.Model]) -> set[str]:
    """Fields that are unique, alone or beside others."""
    key = {field.name for field in model._meta.pk_fields}  # of several columns, maybe
    alone = key | {field.name for field in model._meta.concrete_fields if field.unique}
    beside = (
        one.fields for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)
    )
    return alone.union(*beside)


def _text(field: Field, number: int, *, is_unique: bool) -> int:
    said = mark(number)
    for more in (f"{AROUND}{said}", said, said[:-1]):
        if field.max_length is None or len(more) <= field.max_length:
            said = more
            break
    else:
        said = f"{BEGINS}{number};"
    value: Any = Value(said)
    if is_unique:
        value = Concat(Value(f"{BEGINS}{number};"), Right(Cast(F("pk"), CharField()), 12))
    return _rows(field).update(**{field.name: value})


def _leaves(field: Field, number: int, *, is_unique: bool) -> int:
    rows = list(_rows(field))
    for row in rows:
        value = _marked(getattr(row, field.name), f"{AROUND}{mark(number)}")
        _rows(field).filter(pk=row.pk).update(**{field.name: value})
    return len(rows)


def _marked(value: Any, said: str) -> Any:
    if isinstance(value, dict):
        return {name: _marked(one, said) for name, one in value.items()}
    if isinstance(value, list):
        return [_marked(one, said) for one in value]
    return said if isinstance(value, str) else value


def _rows(field: Field) -> models.QuerySet[Any]:
    return field.model._base_manager.all()


def unknown() -> Iterator[str]:
    """Fields that WORDS or FREE name and that no model has, or that would be left out anyway."""
    there = fields()
    for name in sorted(FREE.union(*WORDS.values())):
        if name not in there:
            yield name
