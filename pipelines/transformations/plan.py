"""What deploying a version would change for readers, clients and sources, in sections. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from deployments.targets.base import Finding, TargetPlan
from pipelines.schedules import values
from pipelines.schedules.rhythm import rhythm
from pipelines.schedules.words import words as schedule_words
from pipelines.transformations import compatibility, configuration, diff
from pipelines.transformations.compatibility import Comparison
from pipelines.transformations.diff import Difference, Party
from portal.files.findings import dotted, listed
from portal.tones import Tone

NOT_HERE = "Not delivered here"
Spec = Mapping[str, Any]
Section = Mapping[str, Any]
TONES: dict[str, Tone] = {"New": "good", "Same": "neutral", "Changed": "warn", "Ends": "bad"}
TITLES = {"checks": "Checks", "parameters": "Parameters", "set_by_file": "Set by the file"}
TEXTS: dict[str, Tone] = {"Added": "good", "Changed": "warn", "Removed": "bad"}


@dataclass(frozen=True, slots=True)
class Side:
    """A version with its configuration, as one side of a plan."""

    version: str  # "v3"
    meaning: str  # the same for both where they differ in layout only
    spec: Spec
    configuration: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is so in the environment. Addresses are by name; those without one are missing.

    `missing_grants` are (kind, name) pairs; `helpers` say who can bind or grant such a one.
    """

    component: str
    team: str
    environment: str
    holds_schedule: bool = False  # the one of the file; another may be configured anywhere
    sources: Mapping[str, str] = field(default_factory=dict)
    destinations: Mapping[str, str] = field(default_factory=dict)
    clients: Mapping[str, str] = field(default_factory=dict)  # titles by name
    missing_grants: tuple[tuple[str, str], ...] = ()
    helpers: Mapping[tuple[str, str], str] = field(default_factory=dict)


def build(new: Side, old: Side | None, facts: Facts) -> TargetPlan:
    """The plan of putting `new` in the place of `old`."""
    is_same = old is not None and old.meaning == new.meaning
    difference = diff.compare(old.spec, new.spec, is_same_meaning=is_same) if old else None
    return TargetPlan(
        summary=_summary(new, old, difference, facts),
        sections=tuple(_sections(new, old, difference, facts)),
        findings=tuple(findings(new, old, facts)),
    )


def findings(new: Side, old: Side | None, facts: Facts) -> Iterator[Finding]:
    """The rules that this kind of artifact knows."""
    yield _fitting(new, facts)
    yield _granted(facts)
    yield _bound(new, facts)
    yield _delivered(new, facts)
    yield _compatible(new, old, facts)


def unbound(spec: Spec, facts: Facts) -> list[str]:
    """The connections that the version reads and that are nowhere in this environment."""
    wanted = {entry["connection"] for entry in spec.get("inputs", {}).values()}
    return sorted(wanted - facts.sources.keys())


def undelivered(spec: Spec, facts: Facts) -> list[str]:
    """The destinations that are nowhere in this environment."""
    wanted = {entry["destination"] for entry in spec.get("deliveries", [])}
    return sorted(wanted - facts.destinations.keys())


def grant_words(facts: Facts) -> str:
    """Which grants are missing and who can give them, "" where none is."""
    return " ".join(
        f"{facts.team} has no grant on the {kind} {name}. {facts.helpers[kind, name]} can give it."
        for kind, name in facts.missing_grants
    )


def binding_words(spec: Spec, facts: Facts) -> str:
    """Which sources are not bound and who can bind them, "" where all are."""
    return " ".join(
        f"{name} has no binding in {facts.environment}. "
        f"{facts.helpers['connection', name]} can bind it."
        for name in unbound(spec, facts)
    )


def _fitting(new: Side, facts: Facts) -> Finding:
    configured = new.configuration
    wrong = [
        *configuration.problems(configured),
        *configuration.misfits(configured, new.spec.get("parameters", {})),
    ]
    if not wrong:
        said = f"{new.version} takes what is set here.{_by_itself(new, facts)}"
        return Finding("Configuration fits", "pass", said)
    path, message = wrong[0]
    more = f" And {len(wrong) - 1} more." if len(wrong) > 1 else ""
    said = f"{dotted(path)}: {message}{more}"
    return Finding("Configuration does not fit", "fail", said, override="no one")


def _by_itself(new: Side, facts: Facts) -> str:
    """When it runs here and with which values: a default may be what nobody meant."""
    found = rhythm(spec=new.spec, configured=new.configuration, is_production=facts.holds_schedule)
    if found is None:
        return ""
    said = values.words(found.parameters, new.spec.get("parameters") or {})
    when = schedule_words(found.cron, found.timezone)
    return f" It runs {when}{', ' if said else ''}{said}."


def _granted(facts: Facts) -> Finding:
    if words := grant_words(facts):
        return Finding("Grants missing", "fail", words, override="the team that owns it")
    said = f"{facts.team} may use all sources, clients and destinations."
    return Finding("Grants held", "pass", said)


def _bound(new: Side, facts: Facts) -> Finding:
    place = facts.environment
    if words := binding_words(new.spec, facts):
        return Finding(f"Inputs not bound in {place}", "fail", words, override="no one")
    said = f"{_counted(len(new.spec.get('inputs', {})), 'input')} can be read here."
    return Finding(f"Inputs bound in {place}", "pass", said)


def _delivered(new: Side, facts: Facts) -> Finding:
    place, gone = facts.environment, undelivered(new.spec, facts)
    if gone:
        has = "has" if len(gone) == 1 else "have"
        said = f"{listed(gone)} {has} no binding here: not delivered here."
        name = f"Destinations not bound in {place}"
        return Finding(name, "warn", said, override="whoever deploys")
    count = len(new.spec.get("deliveries", []))
    said = f"{_counted(count, 'delivery')} from here." if count else "Nothing is delivered."
    return Finding(f"Destinations bound in {place}", "pass", said)


def _compatible(new: Side, old: Side | None, facts: Facts) -> Finding:
    name = "Contract compatible"
    if old is None:
        said = f"Nothing is live in {facts.environment} that one could rely on."
        return Finding(name, "pass", said)
    found = _contracts(new, old)
    if not found.breaking:
        return Finding(name, "pass", f"Clients that read {old.version} can read {new.version}.")
    what = listed(f"{row.column} ({row.effect.lower()})" for row in found.breaking)
    words = f"Clients that read {old.version} may fail: {what}. Tell them before."
    return Finding("Contract not compatible", "warn", words, override="whoever deploys")


def _contracts(new: Side, old: Side) -> Comparison:
    return compatibility.compare(old.spec.get("contract"), new.spec.get("contract"))


def _sections(
    new: Side, old: Side | None, difference: Difference | None, facts: Facts
) -> Iterator[Section]:
    is_other = old is None or old.version != new.version
    if difference is None or not difference.sql.is_same:
        yield _sql_section(new, old)
    if is_other and (new.spec.get("contract") or (old and old.spec.get("contract"))):
        yield _contract_section(new, old, difference)
    yield from _texts(new, old, difference)
    yield _clients(new, old, facts)
    yield _inputs(new, old, facts)


def _sql_section(new: Side, old: Side | None) -> Section:
    before = old.spec["sql"] if old else ""
    return {
        "kind": "sql",
        "title": "SQL",
        "summary": f"compared with {old.version}, which is live" if old else "the first one here",
        "old": before,
        "new": new.spec["sql"],
        "diff": diff.unified(before, new.spec["sql"]),
    }


def _contract_section(new: Side, old: Side | None, difference: Difference | None) -> Section:
    if old is None or difference is None:
        rows, summary = compatibility.as_new(new.spec.get("contract")).rows, "the first one here"
    else:
        rows = difference.contract.rows
        summary = difference.contract.summary(old.version, new.version)
    return {
        "kind": "contract",
        "title": "Contract",
        "summary": summary,
        "rows": [row.as_json() for row in rows],
    }


def _texts(new: Side, old: Side | None, difference: Difference | None) -> Iterator[Section]:
    """All else that the summary counts, word for word: a check may be weaker than it was."""
    found = difference or diff.compare({"sql": ""}, new.spec)
    for kind, title in TITLES.items():
        if changed := found.changed(kind):
            yield {
                "kind": "texts",
                "title": title,
                "head": diff.NOUNS[kind],
                "summary": f"compared with {old.version}" if old else "the first ones here",
                "rows": [_text(party) for party in changed],
            }


def _text(party: Party) -> dict[str, str]:
    return {
        "name": party.name,
        "old": party.old,
        "new": party.new,
        "effect": party.effect,
        "tone": TEXTS[party.effect],
    }


def _clients(new: Side, old: Side | None, facts: Facts) -> Section:
    before = diff.deliveries(old.spec) if old else {}
    after = diff.deliveries(new.spec)
    rows = []
    for name in [*after, *(name for name in before if name not in after)]:
        client, destination = name.split("/")
        place = facts.destinations.get(destination)
        rows.append(
            _party(
                facts.clients.get(client, client),
                after.get(name) or before[name],
                f"{destination}: {place}" if place else NOT_HERE,
                _effect(before.get(name), after.get(name)),
            )
        )
    return {
        "kind": "parties",
        "title": "Clients",
        "summary": "who gets what, and where" if rows else "nothing is delivered",
        "rows": rows,
    }


def _inputs(new: Side, old: Side | None, facts: Facts) -> Section:
    before = _described_inputs(old.spec) if old else {}
    after = _described_inputs(new.spec)
    everything = {**(old.spec.get("inputs", {}) if old else {}), **new.spec.get("inputs", {})}
    rows = [
        _party(
            name,
            after.get(name) or before[name],
            facts.sources.get(everything[name]["connection"], "Not bound here"),
            _effect(before.get(name), after.get(name)),
        )
        for name in [*after, *(name for name in before if name not in after)]
    ]
    return {
        "kind": "parties",
        "title": "Inputs",
        "heads": ["Input", "What is read"],
        "summary": "what it reads, and where" if rows else "it reads nothing",
        "rows": rows,
    }


def _described_inputs(spec: Spec) -> dict[str, str]:
    return {name: diff.input_words(entry) for name, entry in spec.get("inputs", {}).items()}


def _party(name: str, gets: str, where: str, effect: str) -> dict[str, str]:
    return {"name": name, "gets": gets, "where": where, "effect": effect, "tone": TONES[effect]}


def _effect(old: str | None, new: str | None) -> str:
    if old is None:
        return "New"
    if new is None:
        return "Ends"
    return "Same" if old == new else "Changed"


def _summary(new: Side, old: Side | None, difference: Difference | None, facts: Facts) -> str:
    if old is None or difference is None:
        inputs = _counted(len(new.spec.get("inputs", {})), "input").lower()
        to = _delivers(new.spec.get("deliveries", []), facts)
        return f"The first version in {facts.environment}. It reads {inputs}{to}."
    words = difference.words()
    if not words:
        return ""
    count = "One change" if len(words) == 1 else f"{len(words)} changes"
    breaking = listed(row.column for row in difference.contract.breaking)
    clients_too = (
        f"Clients may have to change because of {breaking}."
        if breaking
        else "No client has to change."
    )
    layout = " The SQL means the same." if difference.is_same_meaning else ""
    is_bare = old.spec.get("checks") and not new.spec.get("checks")
    unchecked = " Nothing checks the result any more." if is_bare else ""
    return f"{count}: {listed(words)}.{unchecked} {clients_too}{layout}"


def _delivers(deliveries: list[dict[str, Any]], facts: Facts) -> str:
    """To how many from here: what has no place here is not delivered."""
    clients = {one["client"] for one in deliveries if one["destination"] in facts.destinations}
    if clients:
        return f" and delivers to {_counted(len(clients), 'client').lower()}"
    return " and delivers nothing here" if deliveries else ""


def _counted(count: int, noun: str) -> str:
    plural = "deliveries" if noun == "delivery" else f"{noun}s"
    return f"One {noun}" if count == 1 else f"{count} {plural}"
