"""Four more of everything that pages list, beside what the whole house has of it.

Copies of its rows under names of their own: nothing of it is run, and no table is left out.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.apps import apps
from django.utils import timezone

from deployments.policies.models import Approval
from deployments.releases.models import Rejection
from deployments.rollouts.models import Configuration, Deployment, Hold, Live, Step, StepAttempt
from observability.changes.models import Change, Commit, Link
from observability.dora.models import FirstDelivery, Reclassification
from observability.events.models import EventSource, Meaning, OutsideEvent
from observability.history.models import HistoryImport
from observability.instrumentation.models import Outlet
from observability.logs.models import SavedSearch
from observability.logs.stores.postgres import PostgresLogs
from observability.pins.models import PinnedQuery
from observability.senders.models import Service
from pipelines.acceptances.models import Acceptance
from pipelines.backfills.models import Part
from pipelines.bulk.models import BulkAction, BulkItem
from pipelines.connections.models import Binding
from pipelines.deliveries.models import Circuit, DeliveryAttempt, Place
from pipelines.drafts.models import Draft, DraftRevision, DraftVisit
from pipelines.previews.models import Look, Preview
from pipelines.runs.models import Attempt, Run
from pipelines.schedules.models import Omission, Schedule
from pipelines.transformations.models import Transformation, Version
from portal.accounts.models import Grant, Membership, Team, User
from portal.audit.models import Entry, Seal
from portal.catalog.models import Component, Dependency
from portal.feedback.models import Feedback
from portal.golden_paths.models import GoldenPath, PathAttempt, PathRun, PathStep
from portal.manifests.models import Application, ApplicationStep, Kept
from portal.notifications.models import Channel, Message, Mute, Notice, Subscription
from portal.people.models import AccessReview
from portal.search.models import Findable
from portal.workers.models import Drain, Heartbeat, Pause
from tests import databases, described_house, logged_house, mapped_house
from tests.copies import MANY, before, behind, copies, like, named, newest
from tests.whole_house import Whole

LATER = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
FLOORS = ("portal", "observability", "deployments", "pipelines")
# Tables that no page lists, and why
UNLISTED = {
    "Event": "gone once it is folded",
    "SignInTry": "counted, never shown",
    "Factor": "a handful a person",
    "RecoveryCode": "counted, never shown",
    "Grace": "one a person",
    "Identity": "one a person",
    "Session": "a handful a person, on one page",
    "Preference": "one a person",
    "KeptAnswer": "found by its key, and gone after a day",
    "Evidence": "one a rollback",
    "Span": "in partitions; a trace is read whole",
    "SpanVolume": "summed up by step; a page reads a few hundred of them",
    "OutletSum": "one a kind of process",
    "Series": "of a metric; a question reads so many, and is refused beyond",
    "Point": "the same",
    "SpanHalf": "remembered by a worker until its call is complete",
    "MapProgress": "one row",
    "KnownCommit": "found by name when it is deployed",
    "KeptVerdict": "kept by a worker: tests/observability/dora counts its queries",
    "FigureSum": "the same",
    "JudgedPlace": "the same",
}


def amounts() -> dict[str, int]:
    """How many rows each table of the house has."""
    tables = [model for floor in FLOORS for model in apps.get_app_config(floor).get_models()]
    return {model.__name__: model._default_manager.count() for model in tables}


def complete(whole: Whole, now: datetime) -> None:
    """One of what the whole house has none of."""
    PostgresLogs().write(logged_house.lines(now))
    draft = Draft.objects.get(name="carrier-punctuality")
    DraftVisit.objects.create(draft=draft, user=draft.team.memberships.earliest("pk").user, at=now)
    Heartbeat.objects.create(
        name="vm:1", process="control", queues=["control"], slots=4, started_at=now, seen_at=now
    )
    Outlet.objects.create(name="vm:1", process="runs", spans=7, lines=3, seen_at=timezone.now())
    schedule = Schedule.objects.get(environment__name="preview")
    Omission.objects.create(
        schedule=schedule,
        cron=schedule.cron,
        timezone="UTC",
        first_at=now,
        last_at=now,
        count=1,
        cause="down",
        noted_at=now,
    )
    due = like(whole.ended_run, 0, {"request_key": "", "logical_at": now})
    due.environment = schedule.environment
    due.save()
    like(newest(Attempt, run=whole.ended_run), 0, {"run": due}).save()
    like(whole.delivery, 0, {"run": due}).save()
    change = newest(Change, component=whole.component)
    Link.objects.create(change=change, other=Change.objects.earliest("pk"), kind="fixes")
    Commit.objects.create(change=change, sha="first", message="One of it.")
    FirstDelivery.objects.get_or_create(
        component=whole.component,
        environment="production",
        release=1,
        defaults={"delivered_at": now},
    )
    entry = Entry.objects.earliest("pk")
    Seal.objects.create(sequence=1, entry=entry, previous="", digest="", sealed_at=now)


def add(whole: Whole) -> None:
    """All of it; what the others need comes first."""
    people = _who(whole)
    components = _what_there_is(whole)
    _what_changes(whole, components, people)
    _what_runs(whole, components)
    _what_is_sent(whole)
    _what_is_begun(people)
    _what_is_said(whole, components)
    _what_is_logged()
    _what_calls(whole.house.team)
    described_house.more(copies, named)
    _what_files_keep()
    # Tables of which only rows were seen that were taken back count as empty: joined in the order
    # of a table of one row each, some dozen rows took five minutes.
    databases.analyze()


def _what_files_keep() -> None:
    """Other sources, each with what it keeps, and steps of what is under way."""
    application = newest(Application)
    copies(application, source=named("more"), state="done")
    copies(newest(ApplicationStep, application=application), position=behind(0))
    copies(newest(Kept), name=named("more"), source=named("more"))


def _what_is_logged() -> None:
    """Other words at other times, and searches for them."""
    lines = logged_house.lines(LATER)
    PostgresLogs().write([one._replace(message=f"{one.message} indeed") for one in lines])
    search = newest(SavedSearch)
    copies(search, name=named("search"))
    copies(newest(PinnedQuery), name=named("query"))


def _what_calls(team: Team) -> None:
    """More services that were seen, claimed or not, and calls between them."""
    turnstile = Component.objects.get(name="turnstile")
    copies(turnstile, name=named("more-turnstile"))
    copies(Component.objects.get(name="parking"), name=named("more-parking"), team=team)
    copies(newest(Service), name=named("more-turnstile"))
    for number in range(MANY):
        mapped_house.seen(f"more-parking-{number}", f"more-turnstile-{number}")
        mapped_house.seen("parking", f"more-turnstile-{number}")
        mapped_house.seen(f"more-parking-{number}", "parking")
        Dependency.objects.create(
            component=Component.objects.get(name=f"more-parking-{number}"),
            direction="reads",
            kind="component",
            name="parking",
            source="declared",
            since_at=LATER,
        )


def _who(whole: Whole) -> list[User]:
    """People of the team, teams of one person, tokens, grants, environments between the others."""
    team = whole.house.team
    people = copies(newest(User, username="jonas"), username=named("more"))
    copies(newest(Membership, user__username="jonas"), user=people)
    teams = copies(team, name=named("more-team"))
    copies(newest(Membership, user__username="mira"), team=teams)
    copies(whole.token, digest=named("more"))
    copies(newest(AccessReview), note=named("more"))
    for kind in Grant.Kind.values:
        copies(newest(Grant, team=team, kind=kind, use="use"), name=named("more"))
    copies(newest(Grant, name="nyc-files", use="use"), team=teams)
    places = copies(whole.house.environment, name=named("more"), order=[21, 22, 23, 24])
    copies(newest(Binding, connection=whole.house.connection), environment=places)
    return people


def _what_there_is(whole: Whole) -> list[Component]:
    """Sources, clients and components, and what these read and feed."""
    house = whole.house
    copies(house.connection, name=named("more-files"))
    copies(house.client, name=named("more-client"))
    drops = copies(house.destination, name=named("more-drop"))
    copies(newest(Binding, destination=house.destination), destination=drops)
    copies(newest(Circuit), destination=drops)
    components = copies(whole.component, name=named("more-carriers"))
    for one in Dependency.objects.filter(component=whole.component):
        copies(one, name=named("more"))
        copies(one, component=components)
    like_that = {"kind": "component", "direction": "reads", "source": "declared"}
    one = newest(Dependency, component=whole.component)
    copies(one, component=components, name=whole.component.name, **like_that)
    copies(newest(Findable, kind="component"), name=named("more-carriers"))
    copies(newest(Heartbeat), name=named("more"))
    copies(newest(Outlet), name=named("more"))
    copies(newest(BulkAction))
    copies(newest(BulkItem), order=behind(100))
    copies(newest(Pause), queue=named("more"))
    copies(newest(Drain), worker=named("more"))
    return components


def _what_changes(whole: Whole, components: list[Component], people: list[User]) -> None:
    """Versions and deployments of the component; and others that are live where it is."""
    component, release = whole.component, whole.releases[1]
    one = newest(Version, transformation__component=component)
    copies(one, number=behind(0), digest=named("more"))
    transformations = copies(component.transformation, component=components)
    copies(one, transformation=transformations, number=release.number)
    copies(release, number=behind(0), digest=named("more"))
    theirs = copies(release, component=components)
    copies(newest(Rejection), digest=named("more"))
    for live in Live.objects.filter(component=component):
        copies(live, component=components, release=theirs)
    configuration = newest(Configuration, component=component, environment=whole.house.environment)
    copies(configuration, number=behind(configuration.number))
    copies(newest(Hold), resumed_at=whole.approval.requested_at)
    copies(newest(Hold), component=components)
    copies(newest(Deployment, state="succeeded", component=component))
    copies(whole.approval, component=components, release=theirs)
    step = newest(Step, deployment=whole.approval)
    copies(step, order=behind(step.order))
    copies(newest(StepAttempt, step__deployment=whole.approval), number=behind(0))
    copies(newest(Approval), deployment=whole.approval, decided_by=people)


def _what_runs(whole: Whole, components: list[Component]) -> None:
    """Runs, by hand and due ones, of the component and of others; backfills; schedules."""
    transformations = list(Transformation.objects.filter(component__in=components))
    for run in (whole.waiting_run, whole.ended_run, whole.cancelled_run, whole.accepted_run):
        key = named(f"more-{run.number}")
        copies(run, request_key=key)
        copies(run, request_key=key, transformation=transformations)
    at = whole.ended_run.requested_at
    place = newest(Schedule, environment__name="preview")
    due = copies(
        whole.ended_run, request_key="", logical_at=before(at), environment=place.environment
    )
    copies(newest(Attempt, run=whole.ended_run), number=behind(0))
    copies(newest(Attempt, run=whole.ended_run), run=due)
    copies(newest(Acceptance), run=due)
    for schedule in Schedule.objects.all():
        copies(schedule, transformation=transformations)
    copies(newest(Omission), first_at=before(at))
    copies(whole.backfill, transformation=transformations)
    copies(whole.backfill)
    for state in ("waiting", "done"):
        part = newest(Part, backfill=whole.backfill)
        times = before(at - timedelta(days=len(state) * 100))
        copies(part, logical_at=times, state=state, run=due)


def _what_is_sent(whole: Whole) -> None:
    """Deliveries of the same run, of others, and again; what stands elsewhere."""
    one = whole.delivery
    again = copies(one, revision=behind(0))
    copies(one, name=named("more"))
    due = Run.objects.filter(logical_at__isnull=False, state="succeeded", deliveries=None)
    copies(one, run=list(due[:MANY]))
    copies(newest(DeliveryAttempt, delivery=one), number=behind(0))
    copies(newest(Place, delivery=one), path=named("more"), delivery=again)


def _what_is_begun(people: list[User]) -> None:
    """Drafts, of which one has much history, and uses of paths."""
    draft = Draft.objects.get(name="carrier-punctuality")
    copies(draft)
    copies(newest(DraftRevision, draft=draft), number=behind(0), is_step=False)
    copies(newest(DraftVisit), user=people)
    copies(newest(Preview, draft=draft))
    copies(newest(Look), key=named("more"))
    path = GoldenPath.objects.get(name="deprecate-component")
    assert path.current is not None
    copies(path, name=named("more-path"))
    copies(path.current, number=behind(0), digest=named("more"))
    for use in PathRun.objects.filter(path=path):
        copies(use, request_key=named(f"more-{use.number}"))
    done = PathRun.objects.get(request_key="done")
    step = newest(PathStep, run=done, name="tell")
    copies(step, order=behind(0), name=named("more"))
    copies(newest(PathAttempt, step__run=done), number=behind(0))


def _what_is_said(whole: Whole, components: list[Component]) -> None:
    """The axis, the audit, notifications and what people say of pages."""
    change = newest(Change, component=whole.component)
    others = copies(change, external_id=named("more"))
    copies(newest(Link), other=others)
    copies(newest(Commit), sha=named("more"))
    copies(newest(FirstDelivery), component=components)
    for entry in (Entry.objects.earliest("pk"), newest(Entry, component=whole.component.name)):
        entries = copies(entry)
    copies(Seal.objects.get(sequence=1), sequence=behind(0), entry=entries)
    notice = newest(Notice, user__username="mira", is_shown=True)
    matters = copies(notice.matter, key=named("more"))
    copies(notice, matter=matters)
    channels = copies(newest(Channel), title=named("more"))
    copies(newest(Message, state="dead"), key=named("more"), channel=channels)
    copies(newest(Message, state="dead"), key=named("more-of-it"))
    followed = newest(Subscription, user__username="mira")
    copies(followed, team=None, component=components)
    copies(followed, team=None, component=components, user=None, channel=newest(Channel))
    copies(newest(Mute), component=components)
    copies(newest(Feedback))
    copies(newest(Reclassification), change=others)
    source = newest(EventSource)
    copies(source, name=named("more-source"))
    copies(newest(Meaning), outside=named("more"))
    copies(newest(OutsideEvent), event_id=named("more"), source=source)
    copies(newest(HistoryImport), repository=named("https://git.example.com/more"))
