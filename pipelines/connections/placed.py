"""Where a connection or destination is, environment by environment, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from deployments.environments.models import Environment
from pipelines.connections import kinds, queries
from pipelines.connections.models import Binding, Connection, Destination
from pipelines.deliveries.models import Circuit
from portal.accounts import access
from portal.accounts.models import User
from portal.tones import Tone

TRIALS: dict[str, tuple[Tone, str]] = {
    "asked": ("running", "running"),
    "good": ("good", "good"),
    "warn": ("warn", "warn"),
    "bad": ("bad", "bad"),
}
LABELS = {"asked": "Being tried", "good": "Works", "warn": "Works, but", "bad": "Does not work"}


@dataclass(frozen=True, slots=True)
class Trial:
    """What a worker found when it tried the place last; `None` elsewhere where nobody has."""

    state: str
    tone: Tone
    icon: str
    label: str
    summary: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """One environment of it. `options` are those that differ from what is usual, in words."""

    environment: Environment
    binding: Binding | None
    trial: Trial | None
    options: tuple[str, ...]
    circuit: Circuit | None
    address: str  # of its verbs: “bind” and “test” are appended


def places(thing: Connection | Destination) -> list[Placed]:
    """All environments in their order, bound or not; three queries."""
    bindings = {row.environment_id: row for row in thing.bindings.all()}
    circuits = {}
    if isinstance(thing, Destination):
        circuits = {row.environment_id: row for row in Circuit.objects.filter(destination=thing)}
    return [
        _placed(thing, environment, bindings.get(environment.pk), circuits.get(environment.pk))
        for environment in Environment.objects.order_by("order")
    ]


def is_being_tried(found: list[Placed]) -> bool:
    """Whether the page had better look again soon."""
    return any(one.trial is not None and one.trial.state == "asked" for one in found)


def address_for(by: User, binding: Binding) -> str:
    """The address as this person may read it: of a webhook all of it, where they may change it."""
    thing = binding.connection or binding.destination
    assert thing is not None, "the table's constraint"
    if binding.shown == binding.address or access.may(by, "binding.set", thing):
        return binding.address
    return binding.shown


def _placed(
    thing: Connection | Destination,
    environment: Environment,
    binding: Binding | None,
    circuit: Circuit | None,
) -> Placed:
    options = _options(thing, binding) if binding else ()
    if circuit is not None:
        circuit.destination = thing if isinstance(thing, Destination) else circuit.destination
    verbs = f"/{queries.kind_of(thing)}s/{thing.name}/in/{environment.name}/"
    return Placed(environment, binding, trial_of(binding), options, circuit, verbs)


def trial_of(binding: Binding | None) -> Trial | None:
    """What stands at a place about the last try."""
    found = binding.trial if binding else {}
    if not found:
        return None
    state = str(found.get("state", "asked"))
    tone, icon = TRIALS[state]
    warnings = tuple(found.get("warnings", ()))
    return Trial(state, tone, icon, LABELS[state], str(found.get("summary", "")), warnings)


def _options(thing: Connection | Destination, binding: Binding) -> tuple[str, ...]:
    asked = kinds.asked(thing.kind, is_source=isinstance(thing, Connection)).options
    return tuple(
        _low(option.label) if option.is_switch else f"{_low(option.label)}: {set_to:,}"
        for option in asked
        if (set_to := binding.options.get(option.name)) is not None
    )


def _low(label: str) -> str:
    return label[:1].lower() + label[1:]


def thing(kind: str, name: str) -> Connection | Destination:
    """A connection or destination by name, with its team and its places; NotFound without it."""
    rows = queries.connections() if kind == "connection" else queries.destinations()
    found = rows.filter(name=name).first()
    if found is None:
        queries.thing(kind, name)  # says that there is none
        raise AssertionError("unreachable")
    return found
