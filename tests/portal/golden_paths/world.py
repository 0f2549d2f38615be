"""A path over the shelf, and what tests do with it over and over; only by operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.golden_paths import operations
from portal.golden_paths.models import PathAttempt, PathRun, PathStep, PathVersion

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
JAM = """
apiVersion: slipway/v1
kind: GoldenPath
metadata:
  name: jam
  title: Jam
  description: Cook it, label it, put it there.
  owner: the cooks
spec:
  subject: ${{ answers.fruit }}
  team: ${{ answers.team }}
  permissions:
    start: {role: developer}
  pages:
    - title: What goes in
      schema:
        type: object
        required: [fruit]
        properties:
          fruit:
            {type: string, title: Fruit, maxLength: 20, pattern: "^[a-z]+$",
             x-slipway-pattern: Lower-case letters.}
          team:
            {type: string, title: Team, x-slipway-names: team,
             x-slipway-may: component.register}
    - title: What else
      schema:
        type: object
        properties:
          spice: {type: boolean, title: Spice}
          pots: {type: integer, title: Pots, minimum: 1, default: 1}
          taste:
            {type: string, title: Taste, enum: [hot, mild], default: mild, x-slipway-ui: radio,
             x-slipway-when: {spice: true}}
  steps:
    - {id: first, step: jar.put, given: {jar: "${{ answers.fruit }}"}}
    - {id: spice, step: jar.put, if: "${{ answers.spice }}",
       given: {jar: spice, note: "${{ answers.taste }}"}}
    - {id: nail, step: jar.nail, given: {jar: nail, note: "${{ steps.first.outputs.place }}"}}
    - {id: ripe, step: jar.ripen, title: Wait for it, given: {jar: "${{ answers.fruit }}-ripe"}}
  links:
    - {title: The shelf, url: "/shelf/${{ steps.first.outputs.place }}/"}
"""
ALL = ["put plum", "put nail", "put plum-ripe"]


@dataclass
class World:
    """Time goes on a second with each thing that happens."""

    people: Mapping[str, User]
    at: datetime = NOW

    def now(self, seconds: float = 1) -> datetime:
        self.at += timedelta(seconds=seconds)
        return self.at

    def publish(self, file: str = JAM, *, by: str | None = "priya", **more: Any) -> PathVersion:
        who = self.people[by] if by else None
        version, _ = operations.publish(definition=file, by=who, now=self.now(), **more)
        return version

    def start(self, *, by: str = "mira", **answers: Any) -> PathRun:
        """For good, with plums unless something else is said."""
        return operations.start(
            path="jam",
            answers={"fruit": "plum", **answers},
            by=self.people[by],
            now=self.now(),
            is_dry_run=False,
        )

    def work(self, run: PathRun, *, seconds: float = 1) -> PathRun:
        operations.work(path_run_id=run.pk, worker="test", now=self.now(seconds))
        return self.again(run)

    def through(self, run: PathRun) -> PathRun:
        """Until a worker has nothing more to do."""
        for _ in range(20):
            if not self.work(run, seconds=20).is_moving:
                break
            operations.sweep(now=self.now())
        return self.again(run)

    def done(self, **answers: Any) -> PathRun:
        run = self.through(self.start(**answers))
        assert run.state == PathRun.State.DONE, run.message
        return run

    def undo(self, run: PathRun, *, by: str = "mira", reason: str = "Too sweet.") -> PathRun:
        return operations.undo(run=run, by=self.people[by], now=self.now(), reason=reason)

    def cancel(self, run: PathRun, *, by: str = "mira") -> PathRun:
        return operations.cancel(run=run, by=self.people[by], now=self.now())

    def retry(self, run: PathRun, name: str, *, by: str = "mira") -> PathStep:
        step = self.step(run, name)
        return operations.retry(step=step, by=self.people[by], now=self.now())

    def again(self, run: PathRun) -> PathRun:
        return PathRun.objects.select_related("path", "version", "team", "started_by").get(
            pk=run.pk
        )

    def step(self, run: PathRun, name: str) -> PathStep:
        return PathStep.objects.select_related("run").get(run=run, name=name)

    def steps(self, run: PathRun) -> dict[str, str]:
        rows = PathStep.objects.filter(run=run).order_by("order")
        return {row.name: row.state for row in rows}

    def attempts(self, run: PathRun, name: str) -> list[tuple[int, str, bool]]:
        rows = PathAttempt.objects.filter(step__run=run, step__name=name).order_by("number")
        return [(row.number, row.state, row.is_undo) for row in rows]

    def entries(self, verb: str) -> list[Entry]:
        return list(Entry.objects.filter(verb=f"golden_path.{verb}").order_by("pk"))
