"""What golden paths do with transformations: register a file, add a delivery to one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from deployments.releases import operations as releases
from deployments.releases import queries as releases_of
from deployments.rollouts.models import Live
from pipelines.connections import coming
from pipelines.deliveries.destinations.base import OF_KIND
from pipelines.deliveries.destinations.registry import adapter
from pipelines.transformations import judging, operations, queries, reading
from pipelines.transformations.models import Version
from pipelines.transformations.reading import Reading
from portal.accounts import access
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component, Dependency
from portal.errors import Refused
from portal.files import document
from portal.files.findings import Finding
from portal.files.mending import mended
from portal.golden_paths.steps.base import (
    Done,
    Edit,
    Input,
    Link,
    Objection,
    Plan,
    StepError,
    Thing,
    Waiting,
)

Given = Mapping[str, Any]
Delivery = dict[str, Any]


class Register:
    """A file becomes a version of its transformation, and a release to deploy."""

    title = "Register it"
    takes: ClassVar[Mapping[str, Input]] = {"file": Input("the file, as YAML or JSON")}
    gives: ClassVar[Mapping[str, str]] = {
        "transformation": "the name of the transformation",
        "release": "the number of the version, which is that of its release",
    }
    verb = "transformation.register"
    can_undo = False

    def plan(self, *, given: Given, by: User, now: datetime, ahead: frozenset[Thing]) -> Plan:
        found = reading.read(given["file"])
        name = found.outline.text(*judging.NAME) or "It"
        team = Team.objects.filter(name=found.outline.text(*judging.TEAM)).first()
        refusal = access.refusal(by, self.verb, team) if team else ""
        judgement = judging.judge(found, team)
        objections = [Objection(refusal, "file")] if refusal else []
        objections += [Objection(_placed(finding), "file") for finding in judgement.findings]
        objections += [Objection(judgement.away)] if judgement.away else []
        number = _next_number(name)
        return Plan(
            f"{name} v{number} is registered for {team or 'its team'}.",
            makes=(("transformation", name), ("release", f"{name} v{number}")),
            outputs={"transformation": name, "release": number},
            objections=tuple(objections),
        )

    def do(self, *, given: Given, by: User, now: datetime, key: str, kept: Given) -> Done | Waiting:
        # Whether it was there already is no news: a draft is registered as its path starts.
        version, _ = operations.register(file=given["file"], by=by, now=now)
        name = version.transformation.component.name
        return Done(
            f"{name} {version} is registered.", _outputs(name, version), (_link(name, version),)
        )

    def undoing(self, *, given: Given, outputs: Given) -> str:
        return ""

    def undo(
        self, *, given: Given, outputs: Given, by: User, now: datetime, key: str, reason: str
    ) -> Done:
        raise StepError("A version that was registered stays: reject it instead.", permanent=True)


class AddDelivery:
    """A transformation's file gets one more delivery, as a new version of it."""

    title = "Add the delivery"
    takes: ClassVar[Mapping[str, Input]] = {
        "transformation": Input("the name of the transformation"),
        "client": Input("the name of the client"),
        "destination": Input("the name of the destination"),
        "format": Input("parquet, csv or jsonl, where it takes files or events", is_required=False),
        "path": Input("the path in a folder; parameters as {name}", is_required=False),
        "table": Input("the table, as schema.name, where it is a database", is_required=False),
        "mode": Input("replace or upsert, of a table", is_required=False),
    }
    gives: ClassVar[Mapping[str, str]] = {
        "transformation": "the name of the transformation",
        "release": "the number of the new version, which is that of its release",
    }
    verb = "transformation.register"
    can_undo = True

    def plan(self, *, given: Given, by: User, now: datetime, ahead: frozenset[Thing]) -> Plan:
        version = _newest(given["transformation"])
        component = version.transformation.component
        name, number = component.name, _next_number(component.name)
        file = with_delivery(version, _delivery(given))
        refusal = access.refusal(by, self.verb, component)
        objections = [Objection(refusal, "transformation")] if refusal else []
        objections += [*_unfit(given, ahead), *_findings(file, component.team, ahead)]
        return Plan(
            f"{name} v{number} is registered: {version} with one more delivery. It is not deployed "
            "yet. Add the same lines to the file in your repository.",
            makes=(("release", f"{name} v{number}"),),
            outputs={"transformation": name, "release": number},
            objections=tuple(objections),
            edit=Edit(f"{name}.yaml", version.file, file),
        )

    def do(self, *, given: Given, by: User, now: datetime, key: str, kept: Given) -> Done | Waiting:
        before = _newest(given["transformation"])
        version, is_new = operations.register(
            file=with_delivery(before, _delivery(given)), by=by, now=now
        )
        name = given["transformation"]
        words = f"delivers to {given['client']}" if is_new else "delivered there already"
        return Done(f"{name} {version} {words}.", _outputs(name, version), (_link(name, version),))

    def undoing(self, *, given: Given, outputs: Given) -> str:
        name, number = outputs["transformation"], outputs["release"]
        return f"Reject {name} v{number}, so that nobody deploys it; it stays in the history"

    def undo(
        self, *, given: Given, outputs: Given, by: User, now: datetime, key: str, reason: str
    ) -> Done:
        component = queries.transformation(outputs["transformation"]).component
        release = releases_of.release(component, outputs["release"])
        if live := _live(component, release.number):
            raise Refused(
                f"{component.name} {release} is live in {live.environment.name}. Roll back there "
                "first; then this can be undone."
            )
        if releases_of.rejection(release) is None:
            releases.reject(release=release, reason=reason, by=by, now=now)
        _depend_as_before(component, release.number, now)
        return Done(f"{component.name} {release} is rejected.")


def with_delivery(version: Version, delivery: Delivery) -> str:
    """The version's file with one more delivery; the same file where it is there already.

    Without its source: this content comes from no commit.
    """
    data = _data(version)
    deliveries = [each for each in data["spec"].get("deliveries", []) if not _is(each, delivery)]
    data["spec"]["deliveries"] = [*deliveries, delivery]
    data.pop("source", None)
    return mended(version.file, data)


def _is(one: Delivery, other: Delivery) -> bool:
    """Two deliveries to one destination of one client are the same."""
    return all(one.get(word) == other[word] for word in ("client", "destination"))


def _data(version: Version) -> dict[str, Any]:
    data: dict[str, Any] = document.read(version.file).data
    return data


def _delivery(given: Given) -> Delivery:
    words = ("client", "destination", *OF_KIND)
    return {word: given[word] for word in words if given.get(word)}


def _unfit(given: Given, ahead: frozenset[Thing]) -> list[Objection]:
    """What registering would refuse of a destination that there will be by then."""
    found = coming.destination(given["destination"], ahead)
    if found is None:
        return []
    if found.client != given["client"]:
        words = f"{found.name} belongs to {found.client}, not to {given['client']}."
        return [Objection(words, "destination")]
    words = queries.unfit(found.name, found.kind, _delivery(given))
    asks = tuple(adapter(found.kind).asks)
    stale = [word for word in OF_KIND if given.get(word) and word not in asks]
    return [Objection(words, next(iter(stale or asks)))] if words else []


def _newest(name: str) -> Version:
    """What to change: the newest version that nobody has rejected."""
    component = queries.transformation(name).component
    rows = list(queries.versions(component).order_by("-number")[:20])
    rejected = {digest for _, digest in queries.rejections(rows)}
    for version in rows:
        if version.digest not in rejected:
            return version
    words = "has no version yet" if not rows else "has no version that is not rejected"
    raise Refused(f"{name} {words}.", field="transformation")


def _next_number(name: str) -> int:
    component = Component.objects.filter(name=name).first()
    last = queries.versions(component).order_by("-number").first() if component else None
    return last.number + 1 if last else 1


def _findings(file: str, team: Team, ahead: frozenset[Thing]) -> list[Objection]:
    """What registering would refuse, but for names that steps before this one make usable."""
    found = reading.read(file)
    judgement = judging.judge(found, team)
    objections = [
        Objection(_placed(finding), _about(finding))
        for finding in judgement.findings
        if not _is_coming(found, finding, team, ahead)
    ]
    return [*objections, *([Objection(judgement.away)] if judgement.away else [])]


def _about(finding: Finding) -> str:
    """The input of the step that a finding is about, where one is; the delivery is the last one."""
    is_delivery = finding.path[:2] == ("spec", "deliveries")
    word = str(finding.path[-1]) if is_delivery else ""
    return word if word in OF_KIND else ""


def _is_coming(found: Reading, finding: Finding, team: Team, ahead: frozenset[Thing]) -> bool:
    """It is about a client or a destination of which the team will have a grant by then."""
    kind = str(finding.path[-1]) if finding.path else ""
    name = found.outline.text(*finding.path)
    return ("grant", f"{team.name} {kind} {name}") in ahead


def _depend_as_before(component: Component, number: int, now: datetime) -> None:
    """What the component declares is what its newest version before that one declares."""
    newest = queries.versions(component).order_by("-number").first()
    before = queries.versions(component).filter(number__lt=number).order_by("-number").first()
    if before is not None and newest is not None and newest.number == number:
        catalog.depend(
            component=component,
            on=operations.dependencies(before.spec),
            source=Dependency.Source.DECLARED,
            now=now,
        )


def _live(component: Component, number: int) -> Live | None:
    rows = Live.objects.select_related("environment")
    return rows.filter(component=component, release__number=number).first()


def _placed(finding: Finding) -> str:
    return f"Line {finding.line}: {finding.message}" if finding.line else finding.message


def _outputs(name: str, version: Version) -> dict[str, Any]:
    return {"transformation": name, "release": version.number}


def _link(name: str, version: Version) -> Link:
    return Link(f"{name} {version}", f"/components/{name}/versions/{version.number}/")
