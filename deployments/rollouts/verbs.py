"""What a person may do to a component or a deployment from here, as rows of the palette."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse

from deployments.releases import queries as releases
from deployments.releases.models import Release
from deployments.rollouts.models import Deployment, Hold, Live
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.palette.verbs import Verb


def of_component(user: User, component: Component) -> list[Verb]:
    """Deploy; and in each place that serves something: back, pause or resume; reject what is live.

    Three queries.
    """
    found = []
    if access.may(user, "deployment.request", component):
        plan = reverse("deployments:plan", args=[component.name])
        also = "ship promote release"
        found.append(Verb("Deploy a version", plan, "deploy", component.name, also=also, key="p"))
    lives = list(
        Live.objects.filter(component=component, channel=Live.Channel.STABLE)
        .select_related("environment", "release")
        .order_by("-environment__order")
    )
    held = set(
        Hold.objects.filter(component=component, resumed_at=None).values_list(
            "environment_id", flat=True
        )
    )
    for n, live in enumerate(lives):
        found += _of_place(
            user, component, live, is_held=live.environment_id in held, is_quick=not n
        )
    served = {live.release.number: live.release for live in lives}
    return [*found, *_rejecting(user, component, list(served.values()))]


def of_release(user: User, given: Mapping[str, Any]) -> list[Verb]:
    """Reject the version that its page shows, or lift that. Two queries."""
    row = (
        Release.objects.filter(component__name=given.get("name"), number=given.get("number", 0))
        .select_related("component__team")
        .first()
    )
    return list(_rejecting(user, row.component, [row], is_quick=True)) if row else []


def _rejecting(
    user: User, component: Component, rows: Sequence[Release], *, is_quick: bool = False
) -> Iterator[Verb]:
    """For each of these releases: reject it, or lift its rejection. One query."""
    if not rows:
        return
    may = {verb: access.may(user, f"release.{verb}", component) for verb in ("reject", "lift")}
    if not any(may.values()):
        return
    rejections = releases.rejections(rows)
    for row in rows:
        is_rejected = (row.component_id, row.digest) in rejections
        verb, icon = ("lift", "check") if is_rejected else ("reject", "ban")
        if not may[verb]:
            continue
        label = f"Lift the rejection of {row}…" if is_rejected else f"Reject {row}…"
        url = reverse(f"deployments:release-{verb}", args=[component.name, row.number])
        yield Verb(label, url, icon, component.name, is_quick=is_quick, is_dialog=True)


def _of_place(
    user: User, component: Component, live: Live, *, is_held: bool, is_quick: bool
) -> Iterator[Verb]:
    place, where = live.environment.name, [component.name, live.environment.name]

    def verb(label: str, name: str, icon: str, also: str = "", *, is_dialog: bool = True) -> Verb:
        return Verb(
            label,
            reverse(f"deployments:place-{name}", args=where),
            icon,
            component.name,
            f"{live.release} is live" + (", paused" if is_held else ""),
            also,
            is_quick,
            is_dialog=is_dialog,
        )

    if access.may(user, "deployment.roll_back", component):
        yield verb(f"Roll back {place}…", "roll-back", "back", "rollback revert")
    if is_held and access.may(user, "hold.resume", component):
        yield verb(f"Resume in {place}…", "resume", "play", "go on")
    if not is_held and access.may(user, "hold.pause", component):
        yield verb(f"Pause in {place}…", "pause", "pause", "hold stop")
    if access.may(user, "deployment.request", component):
        also = "schedule parameters limits"
        yield verb(f"Configure {place}", "configure", "configuration", also, is_dialog=False)


# State -> (what may be said then, its label, its icon, its key on the page)
SAYABLE: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    Deployment.State.AWAITING_APPROVAL: (
        ("approve", "Approve…", "check", "a"),
        ("refuse", "Refuse…", "ban", ""),
        ("abort", "Abort…", "x", ""),
    ),
    Deployment.State.WAITING: (
        ("advance", "Let it go on…", "play", ""),
        ("abort", "Abort…", "x", ""),
    ),
    Deployment.State.RUNNING: (("abort", "Abort…", "x", ""),),
}


def of_deployment(user: User, given: Mapping[str, Any]) -> list[Verb]:
    """What may be said about a deployment as it stands, then what its component offers."""
    row = (
        Deployment.objects.filter(number=given.get("number", 0))
        .select_related("component__team", "environment", "release", "configuration")
        .select_related("previous_configuration")
        .first()
    )
    if row is None:
        return []
    found = [
        Verb(
            label,
            reverse(f"deployments:deployment-{word}", args=[row.number]),
            icon,
            f"{row.component.name} {row.title}",
            key=key,
            is_dialog=True,
        )
        for word, label, icon, key in SAYABLE.get(row.state, ())
        if access.may(user, f"deployment.{word}", row.component)
    ]
    if row.live_at:
        found += _rejecting(user, row.component, [row.release], is_quick=True)
    return [*found, *of_component(user, row.component)]
