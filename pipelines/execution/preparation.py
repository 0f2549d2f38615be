"""What an attempt needs before it can run: the engine's job, out of version and bindings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from pipelines.connections.sources import queries as sources
from pipelines.connections.sources.base import Note, SourceError
from pipelines.engines.base import Beat, Check, Column, EngineError, Job, Limits
from pipelines.runs import artifacts
from pipelines.runs.models import Run
from pipelines.transformations.models import Version
from portal.accounts import grants


@dataclass(frozen=True, slots=True)
class Claim:
    """An attempt that this worker holds: `number` is the fence that every write must show."""

    run: Run
    version: Version
    number: int
    claimed_at: datetime

    @property
    def result_path(self) -> str:
        run = self.run
        return artifacts.result_path(
            environment=run.environment.name,
            component=run.transformation.component.name,
            run_id=run.pk,
            attempt=self.number,
        )

    @property
    def against_path(self) -> str:
        """Where rows against this attempt's checks are kept, relative to the store."""
        return artifacts.against_path(run_id=self.run.pk, attempt=self.number)

    @property
    def inputs_path(self) -> str:
        """Where this attempt keeps what it fetched, relative to the store."""
        return artifacts.inputs_path(run_id=self.run.pk, attempt=self.number)


def job(claim: Claim, *, beat: Beat, note: Note) -> Job:
    """The engine's job. What is missing (a binding, a grant, a file) is an EngineError in words.

    Tables of databases are fetched here; `beat` False cancels, `note` takes lines for the log.
    """
    spec = claim.version.spec
    _fail_without_grants(claim)
    try:
        inputs = sources.gather(
            inputs=spec["inputs"],
            environment=claim.run.environment,
            parameters=claim.run.parameters,
            folder=artifacts.absolute(claim.inputs_path),
            beat=beat,
            note=note,
        )
    except SourceError as error:
        kind = "cancelled" if error.is_cancelled else "input"
        raise EngineError(error.message, permanent=error.permanent, kind=kind) from error
    contract = spec.get("contract") or {}
    return Job(
        sql=spec["sql"],
        parameters=dict(claim.run.parameters),
        sources=tuple(inputs),
        columns=tuple(
            Column(column["name"], column["type"], required=column.get("required", False))
            for column in contract.get("columns", [])
        ),
        key=tuple(contract.get("key", [])),
        checks=tuple(Check(check["name"], check["sql"]) for check in spec.get("checks", [])),
        result_path=str(artifacts.make_room(claim.result_path)),
        limits=limits(claim),
        label=f"run-{claim.run.number}-{claim.number}",
    )


def limits(claim: Claim) -> Limits:
    """The file's limits, overridden by the environment's configuration."""
    configured: Mapping[str, Any] = {}
    if claim.run.configuration is not None:
        configured = claim.run.configuration.values.get("limits", {})
    wanted = {**(claim.version.spec.get("defaults", {}).get("limits") or {}), **configured}
    known = {field.name for field in fields(Limits)}
    return Limits(**{name: value for name, value in wanted.items() if name in known and value})


def _fail_without_grants(claim: Claim) -> None:
    """A grant that was taken back stops the next attempt."""
    names = {entry["connection"] for entry in claim.version.spec["inputs"].values()}
    gone = grants.missing(claim.run.team, [("connection", name) for name in sorted(names)])
    if gone:
        listed = ", ".join(name for _, name in gone)
        raise EngineError(
            f"{claim.run.team.name} may no longer query {listed}. "
            "Ask the team that owns it for a grant, then run this again.",
            permanent=True,
            kind="input",
        )
