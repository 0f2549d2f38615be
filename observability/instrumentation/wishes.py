"""What is wanted of telemetry, out of the environment: OpenTelemetry's own variables and ours."""

from __future__ import annotations

import os
from dataclasses import dataclass

from portal import env

# Processes that do work for somebody; commands of manage.py and tests tell nothing.
PROCESSES = ("web", "control", "runs", "deliveries", "previews", "beat")
SLOW, ALL, NONE = "slow", "all", "none"
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
PROTOCOL = "http/protobuf"


@dataclass(frozen=True, slots=True)
class Wishes:
    """`process` is "" where nothing is to be told; `endpoint` is "" for the built-in store.

    `statements`: which SQL statements become spans; slow ones take at least `slow_ms`.
    """

    process: str
    endpoint: str
    statements: str
    slow_ms: int

    @property
    def is_on(self) -> bool:
        return bool(self.process)


def read() -> Wishes:
    """Loud where a value makes no sense: rather no start than telemetry that nobody gets."""
    process = env.text("SLIPWAY_PROCESS")
    is_on = (
        process in PROCESSES
        and env.flag("SLIPWAY_TELEMETRY", default=True)
        and not env.flag("OTEL_SDK_DISABLED")
    )
    statements = env.text("SLIPWAY_TRACE_SQL", SLOW)
    if statements not in {SLOW, ALL, NONE}:
        raise env.Misconfigured("SLIPWAY_TRACE_SQL is slow, all or none.")
    endpoint = env.address(ENDPOINT)
    spoken = os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", PROTOCOL)
    if endpoint and spoken != PROTOCOL:
        raise env.Misconfigured(f"OTEL_EXPORTER_OTLP_PROTOCOL={spoken}: only {PROTOCOL} is spoken.")
    return Wishes(
        process=process if is_on else "",
        endpoint=endpoint,
        statements=statements,
        slow_ms=env.integer("SLIPWAY_SLOW_SQL_MS", 50),
    )
