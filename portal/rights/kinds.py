"""What rights are about on this floor: the portal itself, teams, components."""

from __future__ import annotations

from portal.accounts import queries as accounts
from portal.catalog import queries as catalog
from portal.rights.base import Thing


class Portal:
    """What is about no thing: people, environments, queues."""

    kind = "portal"
    title = "The portal itself"
    needs_environment = False
    has_names = False
    verbs = (
        *("look", "audit.read", "audit.export", "user.create", "user.change", "user.password"),
        *("access.review", "access.sign_off"),
        *(
            "team.create",
            "token.create",
            "token.revoke",
            "environment.create",
            *("environment.change", "identity.connect", "second_factor.change", "session.end"),
        ),
        *("queue.pause", "queue.resume", "worker.drain", "worker.take_again"),
        *("bulk.plan", "bulk.start", "bulk.stop", "binding.allow", "secrets.rotate"),
        *("golden_path.publish", "golden_path.start", "notification.change"),
        *(
            "settings.read",
            "notification.outbox",
            "notification.send_again",
            "star.set",
            "feedback.give",
            "feedback.handle",
        ),
        *("log_search.save", "telemetry.introduce", "bottleneck.read", "settings.read"),
        "objective.read",
    )

    def find(self, name: str, environment: str) -> Thing:
        return Thing("portal", "", "The portal itself", "/", None)


class Teams:
    """What is done for a team."""

    kind = "team"
    title = "Team"
    needs_environment = False
    has_names = True
    verbs = (
        *("team.change", "manifest.apply", "catalog_source.create", "catalog_source.change"),
        *("catalog_source.sync", "entity.remove"),
        *("team.members", "component.register", "component.claim", "transformation.register"),
        *("draft.change", "preview.start", "connection.create", "client.create"),
        *("destination.create", "event_source.create", "event_source.change"),
        *("event_source.apply", "event_source.test", "channel.set", "golden_path.change"),
        *("log_search.share", "log_search.tidy"),
    )

    def find(self, name: str, environment: str) -> Thing:
        team = accounts.team(name)
        return Thing("team", name, team.title, f"/teams/{name}/", team, team)


class Components:
    """Whatever a team answers for in the catalog."""

    kind = "component"
    title = "Component"
    needs_environment = False
    has_names = True
    verbs = (
        *("log.read", "pin.change", "component.change", "component.hand_over"),
        *("component.let_go", "component.deprecate", "run.start", "run.cancel", "run.again"),
        *("run.accept", "delivery.again", "delivery.cancel", "backfill.start", "backfill.pause"),
        *("backfill.resume", "backfill.cancel", "release.reject", "release.lift"),
        *("change.reclassify", "change.take_back", "history.import", "telemetry.send"),
    )

    def find(self, name: str, environment: str) -> Thing:
        component = catalog.component(name)
        url = f"/components/{name}/"
        return Thing("component", name, component.title or name, url, component.team, component)
