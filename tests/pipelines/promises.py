"""What runs, deliveries and the client's folder must show between any two acts, and in the end."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from deployments.releases.models import Rejection
from deployments.rollouts.models import Live
from pipelines.deliveries.models import Delivery, DeliveryAttempt, Place
from pipelines.dispatch.operations import Claim
from pipelines.dispatch.operations.leaving import JUST_BEFORE
from pipelines.runs import artifacts
from pipelines.runs.models import Attempt, Run


@dataclass(frozen=True)
class Seen:
    """One component, one environment, one folder: all that there is of them now."""

    folder: Path
    runs: list[Run]
    attempts: list[Attempt]
    deliveries: list[Delivery]
    tries: list[DeliveryAttempt]
    places: list[Place]
    rejections: list[Rejection]
    live: int

    @classmethod
    def now(cls, folder: Path) -> Seen:
        return cls(
            folder=folder,
            runs=list(Run.objects.select_related("version").order_by("pk")),
            attempts=list(Attempt.objects.all()),
            deliveries=list(Delivery.objects.select_related("run", "version").order_by("pk")),
            tries=list(DeliveryAttempt.objects.filter(state=DeliveryAttempt.State.SENDING)),
            places=list(Place.objects.all()),
            rejections=list(Rejection.objects.select_related("release")),
            live=Live.objects.values_list("release__number", flat=True).get(),
        )

    @property
    def active(self) -> list[Rejection]:
        return [rejection for rejection in self.rejections if rejection.lifted_at is None]

    @property
    def shown(self) -> dict[str, str]:
        """The checksums of what the client sees."""
        return {
            str(path.relative_to(self.folder)): sha256(path)
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and ".slipway" not in path.parts
        }

    @property
    def recorded(self) -> dict[str, str]:
        """The checksums of what stands there, as the records say."""
        checksums = {each.pk: each.checksum for each in self.deliveries}
        return {
            place.path: checksums[place.delivery_id] for place in self.places if place.delivery_id
        }

    @property
    def unfinished(self) -> list[Run | Delivery]:
        """What somebody has still to do."""
        return [
            *(run for run in self.runs if run.state in Run.UNFINISHED),
            *(each for each in self.deliveries if each.state in Delivery.UNFINISHED),
            *(each for each in self.deliveries if each.next_at is not None),
        ]

    def keeps_the_promises(self) -> None:
        """Everything at once; an assertion names what does not hold."""
        self._one_attempt_is_open_of_what_runs()
        self._one_try_is_open_of_what_is_sent()
        self._results_are_those_that_were_verified()
        self._nothing_of_rejected_content_is_on_its_way()
        self._the_folder_shows_what_the_records_say()
        self._nothing_older_stands_over_what_was_delivered()

    def is_all_done(self) -> None:
        """When everybody has done their work nothing is under way, and nothing lies about."""
        assert self.unfinished == []
        assert self.shown == self.recorded
        left = [path.name for path in (self.folder / ".slipway").glob("*")]
        assert left == [], "unpublished files"

    def _one_attempt_is_open_of_what_runs(self) -> None:
        running = [run for run in self.runs if run.state == Run.State.RUNNING]
        assert sorted(
            (attempt.run_id, attempt.number)
            for attempt in self.attempts
            if attempt.state == Attempt.State.RUNNING
        ) == sorted((run.pk, run.attempt) for run in running)
        assert all(run.lease_until for run in running), "nobody would ever take it back"
        waiting = [run for run in self.runs if run.state == Run.State.QUEUED]
        assert all(run.next_at for run in waiting), "nobody would ever do it"

    def _one_try_is_open_of_what_is_sent(self) -> None:
        sending = [each for each in self.deliveries if each.state == Delivery.State.SENDING]
        assert sorted((each.delivery_id, each.number) for each in self.tries) == sorted(
            (each.pk, each.attempt) for each in sending
        )
        assert all(each.lease_until for each in sending), "nobody would ever take it back"
        waiting = [each for each in self.deliveries if each.state == Delivery.State.QUEUED]
        assert all(each.next_at for each in waiting), "nobody would ever send it"

    def _results_are_those_that_were_verified(self) -> None:
        """One for each good attempt at most, and its bytes are still the verified ones."""
        good = [each.run_id for each in self.attempts if each.state == Attempt.State.SUCCEEDED]
        for run in self.runs:
            sent = {each.result_path for each in self.deliveries if each.run_id == run.pk}
            assert len(sent) <= good.count(run.pk)
            if run.result_path:
                assert sha256(artifacts.absolute(run.result_path)) == run.result_checksum

    def _nothing_of_rejected_content_is_on_its_way(self) -> None:
        for rejection in self.active:
            for each in self.deliveries:
                if each.version.digest == rejection.digest and each.message != JUST_BEFORE:
                    assert each.state not in Delivery.UNFINISHED
                    assert each.delivered_at is None or each.delivered_at <= rejection.rejected_at
            for run in self.runs:
                if run.version and run.version.digest == rejection.digest:
                    assert run.state not in Run.UNFINISHED

    def _the_folder_shows_what_the_records_say(self) -> None:
        """Or what a worker put there that died before its record: that very delivery is still
        open, and its next attempt writes the same bytes and the record."""
        recorded, shown = self.recorded, self.shown
        still_open = {
            each.result_checksum
            for each in self.deliveries
            if each.state != Delivery.State.DELIVERED
        }
        assert recorded.keys() <= shown.keys()
        for path, checksum in shown.items():
            assert checksum == recorded.get(path) or checksum in still_open, path

    def _nothing_older_stands_over_what_was_delivered(self) -> None:
        """Content that was rejected once keeps nobody out."""
        wrong = {rejection.digest for rejection in self.rejections}
        for place in self.places:
            ranks = [
                Claim(each, each.attempt).rank
                for each in self.deliveries
                if each.path == place.path
                and each.state == Delivery.State.DELIVERED
                and each.version.digest not in wrong
            ]
            assert place.rank >= max(ranks, default="")


def sha256(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
