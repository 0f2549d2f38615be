"""The end of the story: what the logs, the trace, the axis of changes and DORA say of it.

What is told here is asked of Slipway, over the same API that anybody has, and has to be true for
what was just done.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from demo.client import Api, Surprise, wait

UNITS = ((90.0, 1.0, "s"), (90 * 60.0, 60.0, "min"), (48 * 3600.0, 3600.0, "h"))


def logs_of_stopped_run(api: Api, run: dict[str, Any]) -> dict[str, Any]:
    """Its own lines, with what its check said."""
    lines = wait(
        lambda: api.get("logs/", run_id=str(run["id"]), since=run["requested_at"])["results"],
        lambda seen: any(line["level"] in {"warn", "error", "fatal"} for line in seen),
        "the log of the run that its check stopped",
    )
    bad = [line for line in lines if line["level"] in {"warn", "error", "fatal"}]
    return {"lines": len(lines), "bad": len(bad), "worst": bad[0]["message"]}


def trace_of(api: Api, run: dict[str, Any]) -> dict[str, Any]:
    """From who asked for a run to the last delivery of it: every span belongs together."""
    sent = [
        delivery["number"]
        for delivery in api.every("deliveries/", run=str(run["id"]))
        if delivery["provenance"]["trace_id"] == run["trace_id"]
    ]
    spans = wait(
        lambda: _spans(api, str(run["trace_id"])),
        lambda seen: _deliveries(seen) >= set(sent),
        f"the trace of run {run['number']}",
    )
    return {"trace_id": run["trace_id"], "spans": len(spans), "deliveries": sorted(sent)}


def axis_of(api: Api, component: str, **facts: int) -> dict[str, int]:
    """How many changes of each kind; what was rolled back is linked to what it reverses."""
    rows = list(api.every("changes/", component=component))
    back = [row for row in rows if row["url"] == f"/deployments/{facts['rollback']}/"]
    bad = [row for row in rows if row["url"] == f"/deployments/{facts['bad_deployment']}/"]
    linked = [link["change"] for row in back for link in row["links"] if link["kind"] == "reverses"]
    if linked != [row["id"] for row in bad]:
        raise Surprise(f"The rollback should be linked to what it reverses: {back}")
    return dict(Counter(str(row["kind"]) for row in rows))


def dora_of(api: Api, component: str, environment: str) -> dict[str, Any]:
    """The figures of this week by their metric."""
    report = api.get("dora/", component=component, environment=environment, days="7")
    figures = {figure["metric"]: figure for figure in report["figures"]}
    if not figures["fail_rate"]["value"] or figures["recovery"]["open"]:
        raise Surprise(f"DORA should know what failed here, and that it was mended: {figures}")
    return figures


def sentence(figures: dict[str, Any]) -> str:
    """The five and one more, in words."""
    count = figures["frequency"]["n"]
    share = figures["fail_rate"]["value"]
    return (
        f"{count} deployments this week, {share:.0%} of them failed, "
        f"{figures['rework_rate']['value']:.0%} were made to mend another; from commit to live "
        f"{_said(figures['lead_time']['value'])}, to the first correct delivery "
        f"{_said(figures['delivery']['value'])}; mended within "
        f"{_said(figures['recovery']['value'])}"
    )


def _said(seconds: float | None) -> str:
    if seconds is None:
        return "not yet"
    for most, unit, name in UNITS:
        if seconds < most:
            return f"{seconds / unit:.1f} {name}"
    return f"{seconds / 86_400:.1f} days"


def _spans(api: Api, trace_id: str) -> list[dict[str, Any]]:
    """What is known of it by now: it comes a moment after the work."""
    try:
        spans: list[dict[str, Any]] = api.get(f"traces/{trace_id}/")["spans"]
    except Surprise:
        return []
    return spans


def _deliveries(spans: list[dict[str, Any]]) -> set[object]:
    """Deliveries of which a trace tells, by number."""
    numbers = {span["attributes"].get("slipway.delivery") for span in spans}
    return numbers - {None}
