"""Log lines over the API: found, counted and folded by the query line of the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from observability.known_names import refuse_unknown
from observability.logs import alike, asking, levels, queries, spans, wanting
from observability.logs.asking import Asked
from observability.logs.spans import Span
from observability.logs.stores.base import COUNTED, MOST, Wanted
from observability.logs.wanting import Condition, What
from portal.api import Asking
from portal.cursors import Following
from portal.instants import sensible

QUERY = (
    'The query line: level:error+ component:checkout "connection refused" -word key=value. '
    "See the handbook, “Search logs”."
)


class LogsAsked(serializers.Serializer):
    """What narrows lines down; `q` is the query line. Without times it is the last hour."""

    q = serializers.CharField(required=False, default="", max_length=1000, help_text=QUERY)
    component = serializers.CharField(required=False, default="")
    environment = serializers.CharField(required=False, default="")
    version = serializers.CharField(required=False, default="")
    level = serializers.ChoiceField(
        choices=list(levels.LEAST), required=False, default="", help_text="This level and worse."
    )
    trace_id = serializers.RegexField(r"^[0-9a-fA-F]{32}$", required=False, default="")
    run_id = serializers.UUIDField(required=False, default=None)
    deployment_id = serializers.UUIDField(required=False, default=None)
    since = serializers.DateTimeField(required=False, default=None, validators=[sensible])
    until = serializers.DateTimeField(required=False, default=None, validators=[sensible])


class LogsIn(LogsAsked):
    """What narrows lines down, and which page of them."""

    before = Following(asking.cursor)
    limit = serializers.IntegerField(required=False, default=100, min_value=1, max_value=MOST)


class LogLineOut(serializers.Serializer):
    """A line; `attributes` holds what else was said, `resource` in it who said it."""

    key = serializers.SerializerMethodField(help_text="Its page is /logs/lines/{key}/")
    at = serializers.DateTimeField()
    component = serializers.CharField()
    environment = serializers.CharField()
    version = serializers.CharField()
    level = serializers.SerializerMethodField()
    severity = serializers.IntegerField()
    message = serializers.CharField()
    attributes = serializers.DictField()
    trace_id = serializers.CharField()
    span_id = serializers.CharField()
    run_id = serializers.CharField()
    deployment_id = serializers.CharField()
    pattern = serializers.CharField()

    def get_key(self, line: Any) -> str:
        return asking.key(line)

    def get_level(self, line: Any) -> str:
        return levels.word(line.severity)


class LogsOut(serializers.Serializer):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = LogLineOut(many=True)


class LogBarOut(serializers.Serializer):
    at = serializers.DateTimeField()
    level = serializers.CharField(allow_blank=True)
    lines = serializers.IntegerField()


class LogHistogramOut(serializers.Serializer):
    """Steps in which there was nothing are not there."""

    step = serializers.IntegerField(help_text="Seconds")
    bars = LogBarOut(many=True)


class LogValueOut(serializers.Serializer):
    value = serializers.CharField()
    lines = serializers.IntegerField()


class LogFacetOut(serializers.Serializer):
    field = serializers.ChoiceField(choices=list(COUNTED))
    values = LogValueOut(many=True)


class LogFacetsOut(serializers.Serializer):
    """Counted in the newest lines; where `is_all`, those are all there are."""

    of = serializers.IntegerField()
    is_all = serializers.BooleanField()
    facets = LogFacetOut(many=True)


class LogPatternOut(serializers.Serializer):
    id = serializers.UUIDField()
    component = serializers.CharField()
    level = serializers.CharField(allow_blank=True)
    template = serializers.CharField()
    example = serializers.CharField()
    first_seen_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()
    lines = serializers.IntegerField()


class LogPatternsOut(serializers.Serializer):
    """Of how many lines; where `is_all`, those are all there are."""

    of = serializers.IntegerField()
    is_all = serializers.BooleanField()
    results = LogPatternOut(many=True)


class Logs(Asking):
    """Log lines of all services and of the portal itself, newest first."""

    @extend_schema(parameters=[LogsIn], responses=LogsOut, operation_id="logs_list")
    def get(self, request: Request) -> Response:
        """Lines that fit; words alone, over everything, are refused."""
        given = self.asked(LogsIn)
        page = queries.search(_wanted(given, self.by), before=given["before"], most=given["limit"])
        if not page.lines:
            refuse_unknown(component=given["component"], environment=given["environment"])
        following = request.query_params.copy()
        following["before"] = page.older
        url = request.build_absolute_uri(f"{request.path}?{following.urlencode()}")
        lines = LogLineOut(page.lines, many=True).data
        return Response({"next": url if page.older else None, "previous": None, "results": lines})


class LogHistogram(Asking):
    """How many lines there were, by level and by time."""

    @extend_schema(parameters=[LogsAsked], responses=LogHistogramOut, operation_id="logs_histogram")
    def get(self, request: Request) -> Response:
        """At most 72 steps of the time that is asked for."""
        given = self.asked(LogsAsked)
        step = _asked(given).span.step
        bars = queries.histogram(_wanted(given, self.by), step)
        rows = [
            {"at": bar.at, "level": levels.word(bar.severity), "lines": bar.lines} for bar in bars
        ]
        return Response(LogHistogramOut({"step": step, "bars": rows}).data)


class LogFacets(Asking):
    """Which values lines have, and how many of them each."""

    @extend_schema(parameters=[LogsAsked], responses=LogFacetsOut, operation_id="logs_facets")
    def get(self, request: Request) -> Response:
        """Counted in the newest 20,000 lines that fit."""
        counted = queries.counted(_wanted(self.asked(LogsAsked), self.by))
        found = [
            {"field": name, "values": [{"value": v, "lines": n} for v, n in counted.values[name]]}
            for name in COUNTED
        ]
        shown = {"of": counted.of, "is_all": counted.is_all, "facets": found}
        return Response(LogFacetsOut(shown).data)


class LogPatterns(Asking):
    """Templates of lines that look alike, the most frequent first."""

    @extend_schema(parameters=[LogsAsked], responses=LogPatternsOut, operation_id="logs_patterns")
    def get(self, request: Request) -> Response:
        """All lines of a component, its environment and levels; else the newest 20,000 that fit."""
        counted = alike.found(_wanted(self.asked(LogsAsked), self.by), timezone.now())
        rows = [_pattern(pattern, number) for pattern, number in counted.rows]
        shown = {"of": counted.of, "is_all": counted.is_all, "results": rows}
        return Response(LogPatternsOut(shown).data)


def _pattern(pattern: Any, lines: int) -> dict[str, Any]:
    names = ("id", "component", "template", "example", "first_seen_at", "last_seen_at")
    shown = {name: getattr(pattern, name) for name in names}
    return {**shown, "level": levels.word(pattern.level), "lines": lines}


def _asked(given: dict[str, Any]) -> Asked:
    times = {name: _iso(given[name]) for name in ("since", "until")}
    now = timezone.now()
    span = asking.span(times, now)
    if not given["until"]:  # up to now and a little further: clocks may be ahead
        span = Span(span.since, now, spans.USUAL)
    return Asked(asking.query(given["q"]), span)


def _wanted(given: dict[str, Any], by: Any) -> Wanted:
    more = [
        Condition(What.COLUMN, name, (value,))
        for name in ("component", "environment", "version", "trace_id", "run_id", "deployment_id")
        if (value := _text(given[name]))
    ]
    if given["level"]:
        more.append(wanting.of_level(given["level"]))
    return queries.wanted(_asked(given), by, *more)


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _text(value: str | UUID | None) -> str:
    return str(value).lower() if isinstance(value, UUID) else value or ""
