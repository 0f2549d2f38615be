"""What a game over the life of runs begins with, and what a player can do in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings as django_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from pipelines.deliveries.models import Delivery
from pipelines.engines.base import Outcome
from pipelines.execution import operations as execution
from pipelines.execution.preparation import Claim
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from pipelines.transformations.models import Version
from portal import failpoints
from portal.errors import Refused
from tests import databases, worlds
from tests.conftest import NOW
from tests.pipelines.factories import SQL, House, file, staged
from tests.pipelines.promises import Seen


@dataclass
class Begun:
    """The world in which every game begins: two versions, the first of them live; a run of it
    whose result waits to be sent, and one that waits itself."""

    house: House
    versions: list[Version]
    rows: worlds.Rows = field(repr=False)
    artifacts: Path

    @classmethod
    def by(cls, house: House) -> Begun:
        versions = [house.register(_file(number), now=NOW) for number in (1, 2)]
        house.deploy(versions[0], now=NOW)
        for key in ("a", "b"):
            run = runs.start(
                transformation=versions[0].transformation,
                environment=house.environment,
                parameters={"month": 1},
                request_key=key,
                by=house.developer,
                now=NOW,
            )
            if key == "a":
                claim = execution.claim(run_id=str(run.pk), worker="test", now=NOW)
                assert claim is not None
                execution.succeed(claim=claim, outcome=staged(claim, b"first"), now=NOW)
        artifacts = django_settings.ARTIFACTS_DIR
        kept = artifacts.rename(artifacts.with_name("artifacts-kept"))
        return cls(house, versions, worlds.read(), kept)

    def put_back(self) -> None:
        databases.empty()
        worlds.write(self.rows)
        for folder in (self.house.drop, django_settings.ARTIFACTS_DIR):
            shutil.rmtree(folder, ignore_errors=True)
        self.house.drop.mkdir()
        shutil.copytree(self.artifacts, django_settings.ARTIFACTS_DIR)


def _file(number: int) -> dict[str, Any]:
    content = file(SQL + f" HAVING count(*) > -{number}")
    content["spec"]["deliveries"][0]["path"] = "life/{month}.parquet"
    return content


class Played(RuleBasedStateMachine):
    """A house in which something goes on, what was seen of it last, and a clock of its own."""

    begun: ClassVar[Begun]

    def __init__(self) -> None:
        super().__init__()
        self.begun.put_back()
        self.house = self.begun.house
        self.transformation = self.begun.versions[0].transformation
        self.now = NOW + timedelta(hours=1)
        self.results: dict[Claim, Outcome] = {}
        self.switches = 0
        self.seen = Seen.now(self.house.drop)

    def tick(self, seconds: float = 0.01) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now

    def runs(self, *states: str) -> list[Run]:
        return [run for run in self.seen.runs if not states or run.state in states]

    def deliveries(self, *states: str) -> list[Delivery]:
        return [each for each in self.seen.deliveries if not states or each.state in states]

    def a_run(self, data: st.DataObject, *states: str) -> Run:
        """As it was read a moment ago, as by a page."""
        return data.draw(st.sampled_from(self.runs(*states)))

    def a_delivery(self, data: st.DataObject, *states: str) -> Delivery:
        return data.draw(st.sampled_from(self.deliveries(*states)))

    def staged(self, claim: Claim) -> Outcome:
        """Its result, made now unless it lies there already."""
        if claim not in self.results:
            content = f"{claim.version.number} {claim.run.pk} {claim.number}".encode()
            self.results[claim] = staged(claim, content)
        return self.results[claim]

    def say(self, verb: Callable[..., Any], crash: str = "", **given: object) -> None:
        """Say a verb; a refusal in words is fine, anything else is a bug."""
        with suppress(Refused):
            self.crashing(crash, lambda: verb(now=self.tick(), **given))

    def crashing(self, point: str, act: Callable[[], Any]) -> Any:
        """Do something that may die at a point, as a killed worker would."""
        failpoints.arm(f"{point}=error" if point else "")
        try:
            with suppress(failpoints.Failed):
                return act()
        finally:
            failpoints.arm("")
        return None
