"""What a request or a task carries along without naming it: its id, for logs and the audit."""

from __future__ import annotations

from contextvars import ContextVar

# "" outside of a request; a task sets the id of what it works on.
request_id: ContextVar[str] = ContextVar("request_id", default="")
# Correlation keys of log lines: component, environment, version, deployment_id, run_id, trace_id.
correlation: ContextVar[dict[str, str]] = ContextVar("correlation", default={})
