"""Names of what stands on upper floors, as strings: imports point down. Part of the settings."""

from __future__ import annotations

from celery.schedules import schedule

# --- Ports: which adapter serves which kind -------------------------------------------------------
DEPLOYMENT_TARGETS = {"pipeline": "pipelines.transformations.target.PipelineTarget"}
ENGINES = {"duckdb": "pipelines.engines.duckdb.client.DuckDBEngine"}
SOURCE_ADAPTERS = {
    "directory": "pipelines.connections.sources.directory.DirectorySource",
    "postgres": "pipelines.connections.sources.postgres.PostgresSource",
}
DESTINATION_ADAPTERS = {
    "directory": "pipelines.deliveries.destinations.directory.DirectoryDestination",
    "postgres": "pipelines.deliveries.destinations.postgres.PostgresDestination",
    "webhook": "pipelines.deliveries.destinations.webhook.WebhookDestination",
}
# Steps of golden paths, as their files call them; see portal/golden_paths/steps/base.py.
GOLDEN_PATH_STEPS = {
    "client.create": "pipelines.connections.steps.CreateClient",
    "component.deprecate": "portal.catalog.steps.Deprecate",
    "consumers.notify": "portal.catalog.steps.TellConsumers",
    "delivery.add": "pipelines.transformations.steps.AddDelivery",
    "deployment.request": "deployments.rollouts.steps.Request",
    "destination.bind": "pipelines.connections.steps.BindDestination",
    "destination.create": "pipelines.connections.steps.CreateDestination",
    "grant.give": "pipelines.connections.steps.GiveUse",
    "run.start": "pipelines.runs.steps.Start",
    "schedule.follow": "pipelines.drafts.steps.RunBySchedule",
    "transformation.register": "pipelines.transformations.steps.Register",
}
# Names that their pages can offer; see portal/golden_paths/names/base.py.
GOLDEN_PATH_NAMES = {
    "client": "pipelines.connections.offered.Clients",
    "component": "portal.catalog.offered.Components",
    "connection": "pipelines.connections.offered.Connections",
    "destination": "pipelines.connections.offered.Destinations",
    "environment": "deployments.environments.offered.Environments",
    "team": "portal.accounts.offered.Teams",
    "transformation": "portal.catalog.offered.Transformations",
}
# What can be kept in files, in the order in which it is made; see portal/manifests/kinds/base.py.
MANIFEST_KINDS = {
    "Team": "portal.accounts.manifests.Teams",
    "Environment": "deployments.environments.manifests.Environments",
    "Connection": "pipelines.connections.manifests.Connections",
    "Client": "pipelines.connections.manifests.Clients",
    "Destination": "pipelines.connections.manifests.Destinations",
    "Grant": "pipelines.connections.place_manifests.Grants",
    "Binding": "pipelines.connections.place_manifests.Bindings",
    "GoldenPath": "portal.golden_paths.manifests.GoldenPaths",
    "Transformation": "pipelines.transformations.manifests.Transformations",
    "Component": "portal.catalog.manifests.Components",
}
# Pages that ask for a path's answers themselves, by URL name.
GOLDEN_PATH_EDITORS = ["pipelines:draft-new"]
# What rights are about, in the order in which the page offers it; see portal/rights/base.py.
RIGHTS = [
    "portal.rights.kinds.Components",
    "deployments.rollouts.rights.Deployments",
    "pipelines.connections.rights.Connections",
    "pipelines.connections.rights.Clients",
    "pipelines.connections.rights.Destinations",
    "portal.rights.kinds.Teams",
    "portal.rights.kinds.Portal",
]
# Who uses a component, as each floor knows it: (component) -> consumers
CONSUMER_SOURCES: list[str] = [
    "portal.catalog.consumers.readers",
    "observability.servicemap.consumers.callers",
    "pipelines.deliveries.consumers.clients",
]
# What each floor knows of the things in a graph: (keys, has_destinations, by, now) -> Found
GRAPH_SOURCES = [
    "portal.graph.components.known",
    "pipelines.lineage.graphed.known",
    "deployments.rollouts.graphed.standing",
    "observability.servicemap.graphed.known",
]
# Tables with encrypted columns: those that portal/rotation writes anew when keys change.
SECRETS_AT_REST = {
    "pipelines.connections.models.Binding": ["secret", "former_secret"],
    "observability.events.models.EventSource": ["secret", "former_secret"],
    "observability.history.models.HistoryImport": ["secret"],
    "portal.entities.models.CatalogSource": ["secret", "hook_secret"],
    "portal.notifications.models.Channel": ["address"],
    "portal.second_factor.models.Factor": ["secret"],
}
# Which columns of a component are personal: (name) -> names of columns
PERSONAL_COLUMNS = "pipelines.transformations.personal.columns"
# Who sends a component's telemetry: (name) -> person or None
SENDER_OF = "observability.senders.queries.sender_of"
# What else services call themselves that are a component: (name) -> names
SEEN_AS = "observability.senders.queries.seen_as"
# What is wanted of telemetry, for who needs nothing else of it: () -> wishes
WISHES = "observability.instrumentation.wishes.read"
# Whose a run or a deployment is that telemetry names; see observability/senders/named.py.
OWNERS_OF = {
    "run_id": "pipelines.runs.owners.components",
    "deployment_id": "deployments.rollouts.owners.components",
}
# Kinds of work, for the page of workers and queues; see portal/workers/base.py.
WORKLOADS = [
    "deployments.rollouts.workload.Rollbacks",
    "deployments.rollouts.workload.Deployments",
    "portal.workers.loads.PathSteps",
    "pipelines.workloads.runs.Runs",
    "pipelines.workloads.previews.Previews",
    "pipelines.workloads.deliveries.Deliveries",
    "portal.workers.loads.Messages",
]
# What /readyz tells beside what it needs: (now) -> (state, sentence), by part
TOLD_WHEN_READY = {"telemetry": "observability.logs.silence.told"}
# Executions of a component, for its health; see observability/health/work.py.
HEALTH_WORK = "pipelines.runs.health.executions"
# What takes long and what waits; see observability/bottlenecks/base.py.
SLOW_WORK = "pipelines.runs.bottlenecks.slowest"
WAITING_WORK = [
    "deployments.rollouts.bottlenecks.waiting",
    "pipelines.runs.bottlenecks.runs_waiting",
    "pipelines.runs.bottlenecks.deliveries_waiting",
]
# What the portal promises of itself; see observability/objectives/base.py.
OBJECTIVES = [
    "observability.objectives.own.Pages",
    "observability.objectives.own.QuickPages",
    "observability.objectives.own.Api",
    "pipelines.runs.objectives.Starts",
    "pipelines.runs.objectives.Deliveries",
    "observability.objectives.own.Telemetry",
    "observability.objectives.own.Messages",
]
# What others put on the axis of changes; see observability/changes/marks.py.
CHANGE_MARKS = ["observability.patterns.firsts.marks"]
# Pages of what log lines and spans name, by noun; see observability/named.py.
NAMED_IN_RECORDS = {
    "run": "pipelines.runs.named.pages",
    "delivery": "pipelines.deliveries.named.pages",
    "deployment": "deployments.rollouts.named.pages",
    "client": "pipelines.connections.named.clients",
}
# The identities of what people call by its number, by noun; the same.
IDENTIFIED_BY_NUMBER = {
    "run": "pipelines.runs.named.by_number",
    "deployment": "deployments.rollouts.named.by_number",
}
# What work a release did, to be compared; see observability/comparison/base.py.
COMPARED = ["pipelines.runs.compared.work"]
# Each yields figures for /metrics, read at the scrape; see observability/metrics/sources.py.
METRIC_SOURCES = [
    "observability.instrumentation.metrics.figures",  # of this process: first, no table is asked
    "observability.logs.silence.figures",
    "observability.metrics.audit.figures",
    "observability.metrics.notifications.figures",
    "deployments.rollouts.metrics.figures",
    "pipelines.runs.metrics.figures",
    "pipelines.deliveries.metrics.figures",
    "pipelines.schedules.metrics.figures",
]

# Names of choices in the schema of the API
ENUM_NAMES = {
    "AttemptState": "pipelines.runs.models.Attempt.State",
    "BulkItemState": "pipelines.bulk.models.BulkItem.State",
    "BulkState": "pipelines.bulk.models.BulkAction.State",
    "BulkVerb": "pipelines.bulk.models.BulkAction.Verb",
    "BackfillState": "pipelines.backfills.models.Backfill.State",
    "CatalogSourceKind": "portal.entities.models.CatalogSource.Kind",
    "CatalogSourceState": "portal.entities.models.CatalogSource.State",
    "ChangeKind": "observability.changes.models.Change.Kind",
    "ChangeOutcome": "observability.changes.models.Change.Outcome",
    "ComponentKind": "portal.catalog.models.Component.Kind",
    "ComponentKindHere": "portal.catalog.api.REGISTERED_HERE",
    "DeliveryAttemptState": "pipelines.deliveries.models.DeliveryAttempt.State",
    "DeliveryState": "pipelines.deliveries.models.Delivery.State",
    "DeploymentKind": "deployments.rollouts.models.Deployment.Kind",
    "DeploymentState": "deployments.rollouts.models.Deployment.State",
    "DraftState": "pipelines.drafts.models.Draft.State",
    "EntryOutOutcomeEnum": "portal.audit.models.Entry.Outcome",
    "EventSourceKind": "observability.events.models.EventSource.Kind",
    "EventState": "observability.events.models.OutsideEvent.State",
    "GrantKind": "portal.accounts.models.Grant.Kind",
    "LinkKind": "observability.changes.models.Link.Kind",
    "HistoryHow": "observability.history.models.HistoryImport.How",
    "HistoryState": "observability.history.models.HistoryImport.State",
    "MeaningWhat": "observability.events.models.Meaning.What",
    "MessageState": "portal.notifications.models.Message.State",
    "NotificationKind": "portal.notifications.models.Kind",
    "PathRunState": "portal.golden_paths.models.PathRun.State",
    "PathStepState": "portal.golden_paths.models.PathStep.State",
    "PinnedQueryStore": "observability.pins.models.PinnedQuery.Store",
    "PlaceKind": "pipelines.connections.models.Kind",
    "PreviewState": "pipelines.previews.models.State",
    "ReclassifiedAs": "observability.dora.models.Reclassification.What",
    "RunState": "pipelines.runs.models.Run.State",
    "ScheduleState": "pipelines.schedules.models.Schedule.State",
    "StepState": "deployments.rollouts.models.Step.State",
}

# --- Celery: which queue carries what, and what ticks --------------------------------------------
CELERY_TASK_ROUTES = {
    "pipelines.runs.tasks.execute": {"queue": "runs"},
    "pipelines.deliveries.tasks.deliver": {"queue": "deliveries"},
    "pipelines.deliveries.tasks.clear": {"queue": "deliveries"},
    "pipelines.connections.tasks.test": {"queue": "deliveries"},
    "pipelines.previews.tasks.rehearse": {"queue": "previews"},
    "pipelines.previews.tasks.look": {"queue": "previews"},
    "deployments.rollouts.tasks.advance_rollback": {"queue": "rollback"},
    "portal.notifications.tasks.send": {"queue": "notifications"},
    # They may take seconds: never on one of the two threads that rollbacks have
    "observability.servicemap.tasks.look": {"queue": "figures"},
    "observability.servicemap.tasks.forget": {"queue": "figures"},
    "observability.dora.tasks.keep_up": {"queue": "figures"},
    "observability.events.tasks.keep_up": {"queue": "figures"},
    "observability.history.tasks.work": {"queue": "figures"},
    "observability.partitions.tasks.keep_up": {"queue": "figures"},
    "observability.senders.tasks.introduce": {"queue": "figures"},
    "pipelines.retention.tasks.tidy": {"queue": "figures"},
    "portal.audit.tasks.keep_head": {"queue": "figures"},
    "portal.entities.tasks.sync": {"queue": "figures"},
}
# A message costs more than most of these: what has one pace travels together, in this order.
ROUNDS = {
    1.0: [
        "pipelines.runs.tasks.sweep",
        "pipelines.deliveries.tasks.sweep",
        "portal.golden_paths.tasks.sweep",
        "deployments.rollouts.tasks.sweep",
        "pipelines.backfills.tasks.tick",
        "pipelines.schedules.tasks.tick",  # starts runs, and may have many to start
    ],
    2.0: [
        "portal.notifications.tasks.sweep",
        "pipelines.previews.tasks.sweep",
        "pipelines.schedules.tasks.follow",
    ],
    5.0: [
        "portal.workers.tasks.tick",
        "portal.entities.tasks.sweep",
        "observability.history.tasks.sweep",
        "pipelines.bulk.tasks.sweep",
    ],
}
CELERY_BEAT_SCHEDULE = {
    **{
        f"go round every {seconds:g} s": {
            "task": "portal.workers.tasks.go_round",
            "schedule": schedule(seconds),
            "kwargs": {"ticks": ticks},
            "options": {"expires": 2 * seconds + 1},
        }
        for seconds, ticks in ROUNDS.items()
    },
    "make days of telemetry ahead, and drop old ones": {
        "task": "observability.partitions.tasks.keep_up",
        "schedule": schedule(3600.0),
        "options": {"expires": 600},
    },
    "put what was seen into the catalog": {
        "task": "observability.senders.tasks.introduce",
        "schedule": schedule(5.0),
        "options": {"expires": 10},
    },
    "look who calls whom": {
        "task": "observability.servicemap.tasks.look",
        "schedule": schedule(5.0),
        "options": {"expires": 10},
    },
    "forget halves of calls": {
        "task": "observability.servicemap.tasks.forget",
        "schedule": schedule(60.0),
        "options": {"expires": 30},
    },
    "judge deployments anew": {
        "task": "observability.dora.tasks.keep_up",
        "schedule": schedule(2.0),
        "options": {"expires": 5},
    },
    "look again at events that fitted nothing": {
        "task": "observability.events.tasks.keep_up",
        "schedule": schedule(600.0),
        "options": {"expires": 300},
    },
    "seal the audit": {
        "task": "portal.audit.tasks.seal",
        "schedule": schedule(0.5),
        "options": {"expires": 2},
    },
    "keep the head of the audit": {
        "task": "portal.audit.tasks.keep_head",
        "schedule": schedule(60.0),
        "options": {"expires": 30},
    },
    "tidy staged results": {
        "task": "pipelines.retention.tasks.tidy",
        "schedule": schedule(3600.0),
        "options": {"expires": 600},
    },
    "forget old notifications": {
        "task": "portal.notifications.tasks.forget",
        "schedule": schedule(3600.0),
        "options": {"expires": 600},
    },
    "tell what is late": {
        "task": "pipelines.schedules.tasks.tell",
        "schedule": schedule(20.0),
        "options": {"expires": 30},
    },
    "let all schedules follow": {
        "task": "pipelines.schedules.tasks.follow_all",
        "schedule": schedule(10.0),
        "options": {"expires": 30},
    },
}
# All of them by name: they begin no trace
TICKS = [
    *(str(entry["task"]) for entry in CELERY_BEAT_SCHEDULE.values()),
    *(tick for ticks in ROUNDS.values() for tick in ticks),
]
