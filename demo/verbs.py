"""What people of the story do, each asked once: who plays again finds what is there already.

A deployment is found again by its reason, a run by its request key.
"""

from __future__ import annotations

from typing import Any

from demo.client import Api, Surprise

OPEN = {"awaiting_approval", "running", "waiting"}
RUNNING = {"queued", "running"}
ON_ITS_WAY = {"queued", "sending"}


def release_id(api: Api, component: str, number: int) -> str:
    """The identity of a component's release by its number."""
    for release in api.every("releases/", component=component, number=str(number)):
        return str(release["id"])
    raise Surprise(f"There is no release {number} of {component}, though it was registered.")


def standing(api: Api, component: str, environment: str) -> dict[str, Any]:
    """What is live there, and whether it is paused or rejected."""
    places = api.listed(f"components/{component}/live/")
    return next(place for place in places if place["environment"] == environment)


def ask(api: Api, component: str, release: int, environment: str, reason: str) -> dict[str, Any]:
    """Ask for a deployment, directly."""
    return _found(api, component, environment, reason) or api.post(
        "deployments/",
        component=component,
        release=release,
        environment=environment,
        reason=reason,
    )


def promote(api: Api, component: str, release: int, to: str, reason: str) -> dict[str, Any]:
    """Take a release on to the next environment."""
    return _found(api, component, to, reason) or api.post(
        f"releases/{release_id(api, component, release)}/promote/", to=to, reason=reason
    )


def configure(
    api: Api, component: str, environment: str, values: dict[str, Any], reason: str
) -> dict[str, Any]:
    """Ask for other values where something is live: a deployment too."""
    return _found(api, component, environment, reason) or api.post(
        "configurations/",
        component=component,
        environment=environment,
        values=values,
        reason=reason,
    )


def roll_back(
    api: Api, component: str, environment: str, reason: str, evidence: int | None = None
) -> dict[str, Any]:
    """Leave what is live for what did well before; `evidence`: the deployment that it is about."""
    return _found(api, component, environment, reason) or api.post(
        f"components/{component}/rollback/",
        environment=environment,
        reason=reason,
        evidence=evidence,
    )


def approve(api: Api, deployment: dict[str, Any], note: str) -> None:
    """Agree, where somebody's agreement is still waited for."""
    now = api.get(f"deployments/{deployment['id']}/")
    if now["state"] == "awaiting_approval":
        api.post(f"deployments/{deployment['id']}/approve/", note=note)


def deployed(api: Api, deployment: dict[str, Any]) -> dict[str, Any]:
    """Wait until a deployment has ended, and well."""
    path = f"deployments/{deployment['id']}/"
    ended = api.until(path, lambda seen: seen["state"] not in OPEN, f"#{deployment['number']}")
    if ended["state"] != "succeeded":
        raise Surprise(f"Deployment #{ended['number']} ended as {ended['state']}: {ended}")
    return ended


def start(
    api: Api, transformation: str, environment: str, key: str, **parameters: Any
) -> dict[str, Any]:
    """Ask for a run of what is live there, once under this key."""
    return api.post(
        "runs/",
        transformation=transformation,
        environment=environment,
        parameters=parameters,
        request_key=key,
    )


def run(
    api: Api, transformation: str, environment: str, key: str, **parameters: Any
) -> dict[str, Any]:
    """Run what is live there, and wait until it has ended and sent what it sends."""
    return ended(api, start(api, transformation, environment, key, **parameters))


def run_again(api: Api, run_before: dict[str, Any], reason: str) -> dict[str, Any]:
    """Run the same month again with what is live now: a new revision for the clients."""
    if run_before["revision"] < 2:
        api.post(f"runs/{run_before['id']}/again/", version="live", reason=reason)
    return ended(api, run_before)


def ended(api: Api, started: dict[str, Any]) -> dict[str, Any]:
    """Wait for a run and its deliveries."""

    def is_over(seen: dict[str, Any]) -> bool:
        waits = any(delivery["state"] in ON_ITS_WAY for delivery in seen["deliveries"])
        return seen["state"] not in RUNNING and not waits

    return api.until(f"runs/{started['id']}/", is_over, f"run {started['number']}")


def backfill(
    api: Api, transformation: str, environment: str, reason: str, **wanted: Any
) -> dict[str, Any]:
    """Run over a range of due times, once for this reason."""
    for seen in api.every("backfills/", transformation=transformation, environment=environment):
        if seen["reason"] == reason:
            return seen
    return api.post(
        "backfills/",
        transformation=transformation,
        environment=environment,
        reason=reason,
        **wanted,
    )


def backfilled(api: Api, started: dict[str, Any]) -> dict[str, Any]:
    """Wait until a backfill has ended, and well."""
    path = f"backfills/{started['id']}/"
    what = f"backfill {started['number']}"
    ended_ = api.until(path, lambda seen: seen["state"] != "running", what)
    if ended_["state"] != "done" or ended_["bad"]:
        raise Surprise(f"Backfill {ended_['number']} is {ended_['state']}: {ended_['message']}")
    return ended_


def good(run_: dict[str, Any], **deliveries: str) -> dict[str, Any]:
    """The run, if it succeeded and the newest revision of each delivery stands as expected."""
    newest = {
        delivery["destination"]: delivery["state"]
        for delivery in run_["deliveries"]
        if delivery["revision"] == run_["revision"]
    }
    expected = {name.replace("_", "-"): state for name, state in deliveries.items()}
    if run_["state"] != "succeeded" or newest != expected:
        raise Surprise(
            f"Run {run_['number']} is {run_['state']} with {newest}, not succeeded with "
            f"{expected}: {run_['message']}"
        )
    return run_


def _found(api: Api, component: str, environment: str, reason: str) -> dict[str, Any] | None:
    """The deployment that an interrupted play has asked for already."""
    for deployment in api.every("deployments/", component=component, environment=environment):
        if deployment["reason"] == reason:
            return deployment
    return None
