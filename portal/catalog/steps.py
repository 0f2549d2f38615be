"""What golden paths do in the catalog: announce the end of a component, and tell who uses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from portal.accounts import access
from portal.accounts.models import Team, User
from portal.catalog import consumers, operations, queries
from portal.catalog.consumers import Consumer
from portal.catalog.models import Component
from portal.errors import Refused
from portal.figures import times
from portal.files.findings import listed
from portal.golden_paths.steps.base import Done, Input, Link, Objection, Plan, Thing, Waiting
from portal.notifications.operations.telling import notify

Given = Mapping[str, Any]
KIND = "component.deprecated"


class Deprecate:
    """A component gets a last day, and what to use instead."""

    title = "Deprecate it"
    takes: ClassVar[Mapping[str, Input]] = {
        "component": Input("the name of the component"),
        "sunset_on": Input("the day after which it is gone, as 2027-03-31"),
        "replacement": Input("the name of the component to use instead", is_required=False),
        "reason": Input("why", is_required=False),
    }
    gives: ClassVar[Mapping[str, str]] = {
        "component": "the name of the component",
        "lifecycle": "the stage of its life before",
    }
    verb = "component.deprecate"
    can_undo = True

    def plan(self, *, given: Given, by: User, now: datetime, ahead: frozenset[Thing]) -> Plan:
        component = queries.component(given["component"])
        objections = _objections(component, given, by, now)
        instead = f", to be replaced by {given['replacement']}" if given.get("replacement") else ""
        return Plan(
            f"{component.name} is deprecated: it ends on {given['sunset_on']}{instead}. It goes on "
            "working; its page and every list say so.",
            outputs={"component": component.name, "lifecycle": component.lifecycle},
            objections=tuple(objections),
        )

    def do(self, *, given: Given, by: User, now: datetime, key: str, kept: Given) -> Done | Waiting:
        component = queries.component(given["component"])
        before = component.lifecycle
        operations.deprecate(
            component=component,
            sunset_on=date.fromisoformat(given["sunset_on"]),
            replacement=_named(given.get("replacement")),
            reason=given.get("reason", ""),
            by=by,
            now=now,
        )
        return Done(
            f"{component.name} ends on {given['sunset_on']}.",
            outputs={"component": component.name, "lifecycle": before},
            links=(Link(component.name, f"/components/{component.name}/"),),
        )

    def undoing(self, *, given: Given, outputs: Given) -> str:
        return f"{outputs['component']} stays, as {outputs['lifecycle']} as before"

    def undo(
        self, *, given: Given, outputs: Given, by: User, now: datetime, key: str, reason: str
    ) -> Done:
        component = queries.component(outputs["component"])
        operations.restore(
            component=component, lifecycle=outputs["lifecycle"], by=by, now=now, reason=reason
        )
        return Done(f"{component.name} stays.")


class TellConsumers:
    """The teams whose things use a component are told, as are those who follow it."""

    title = "Tell who uses it"
    takes: ClassVar[Mapping[str, Input]] = {
        "component": Input("the name of the component"),
        "text": Input("what else they should know", is_required=False),
    }
    gives: ClassVar[Mapping[str, str]] = {
        "consumers": "how many use it",
        "teams": "the names of the teams that were told",
    }
    verb = "component.deprecate"
    can_undo = True

    def plan(self, *, given: Given, by: User, now: datetime, ahead: frozenset[Thing]) -> Plan:
        component = queries.component(given["component"])
        found = consumers.of(component)
        teams = _teams(found, component)
        outputs = {"consumers": len(found), "teams": teams}
        refusal = access.refusal(by, self.verb, component)
        return Plan(
            f"{_who(found)} Told: {listed(teams)}, and whoever follows {component.name}.",
            outputs=outputs,
            objections=(Objection(refusal, "component"),) if refusal else (),
        )

    def do(self, *, given: Given, by: User, now: datetime, key: str, kept: Given) -> Done | Waiting:
        component = queries.component(given["component"])
        access.require(by, self.verb, component)
        found = consumers.of(component)
        instead = f" Use {component.replacement.name} instead." if component.replacement else ""
        _tell(
            component,
            found,
            f"{component.name} ends on {component.sunset_on}",
            f"You use it.{instead} {given.get('text', '')}".strip(),
            key,
            by,
            now,
        )
        teams = _teams(found, component)
        outputs = {"consumers": len(found), "teams": teams}
        return Done(f"{_who(found)} Told: {listed(teams)}.", outputs=outputs)

    def undoing(self, *, given: Given, outputs: Given) -> str:
        return f"Tell {listed(outputs['teams'])} that {given['component']} stays after all"

    def undo(
        self, *, given: Given, outputs: Given, by: User, now: datetime, key: str, reason: str
    ) -> Done:
        component = queries.component(given["component"])
        access.require(by, self.verb, component)
        found = consumers.of(component)
        _tell(component, found, f"{component.name} stays after all", reason, key, by, now)
        return Done(f"Told: {listed(_teams(found, component))}.")


def _objections(component: Component, given: Given, by: User, now: datetime) -> list[Objection]:
    found = []
    if refusal := access.refusal(by, "component.deprecate", component):
        found.append(Objection(refusal, "component"))
    if component.lifecycle == Component.Lifecycle.DEPRECATED:
        words = f"{component.name} is deprecated already: it ends on {component.sunset_on}."
        found.append(Objection(words, "component"))
    if date.fromisoformat(given["sunset_on"]) <= now.date():
        words = "Choose a day to come: whoever uses it needs time to leave it."
        found.append(Objection(words, "sunset_on"))
    try:
        replacement = _named(given.get("replacement"))
        operations.check_replacement(component, replacement)
    except Refused as refused:
        found.append(Objection(refused.message, "replacement"))
    return found


def _named(name: str | None) -> Component | None:
    return queries.component(name) if name else None


def _who(found: Sequence[Consumer]) -> str:
    if not found:
        return "Nobody is known to use it."
    names = listed(f"{consumer.name} ({consumer.how})" for consumer in found)
    words = f"{times(len(found), 'consumer')}: {names}."
    if unowned := [consumer.name for consumer in found if consumer.team.is_nobody]:
        words += f" Nobody owns {listed(unowned)}: whoever runs it has to be told by you."
    return words


def _teams(found: Sequence[Consumer], component: Component) -> list[str]:
    return sorted({component.team.name, *(team.name for team in _owners(found))})


def _owners(found: Sequence[Consumer]) -> list[Team]:
    """Those who can be told: nobody is no team."""
    return [consumer.team for consumer in found if not consumer.team.is_nobody]


def _tell(
    component: Component,
    found: Sequence[Consumer],
    subject: str,
    text: str,
    key: str,
    by: User,
    now: datetime,
) -> None:
    """Once a team. Whoever follows the component is told beside its own team, and only there."""
    teams = {team.pk: team for team in _owners(found)}
    for team in (teams | {component.team_id: component.team}).values():
        notify(
            kind=KIND,
            subject=subject,
            key=f"{key}:{team.name}",
            component=component if team.pk == component.team_id else None,
            team=team,
            text=text,
            link=f"/components/{component.name}/",
            actor=by,
            now=now,
        )
