"""What files of elsewhere describe in the whole house, and the doors to it.

acme     a repository that airline-data reads; it describes the component, a group and a system, one
         entity has something wrong, and one is an orphan
sent     a source whose file is sent
bare     a source that describes nothing
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.accounts.models import Team, User
from portal.entities import operations, queries
from portal.entities.models import CatalogFile, CatalogHook, CatalogSource, Entity
from portal.entities.trees import Sent, Tree

REF = "component:default/carrier-punctuality"
FILE = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: carrier-punctuality}
spec: {type: service, lifecycle: production, owner: airline-data, system: punctuality}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: airline-data}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: punctuality}
spec: {owner: airline-data}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: weather}
spec: {}
"""
GONE = """\
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: ground}
spec: {owner: airline-data}
"""
NAMES = {"catalog": "acme", "catalog-sources": "acme"}


def furnish(people: Mapping[str, User], team: Team, *, now: datetime) -> None:
    ines = people["ines"]
    given: dict[str, Any] = {"team": team, "by": ines, "now": now}
    where = "https://git.example.com/acme/catalog.git"
    acme, _ = operations.create(name="acme", kind="git", repository=where, **given)
    sent, _ = operations.create(name="sent", kind="file", **given)
    operations.create(name="bare", kind="file", **given)
    operations.create(name="off", kind="file", **given)
    operations.switch(source=CatalogSource.objects.get(name="off"), is_on=False, by=ines, now=now)
    for text in (FILE + GONE, FILE):
        read(acme, text, by=ines, now=now)
    system = FILE.split("---\n")[2].replace("punctuality", "billing")
    operations.send(source=sent, file=system.encode(), by=ines, now=now)
    CatalogHook.objects.create(source=acme, delivery="one", at=now)


def read(source: CatalogSource, text: str, *, by: User, now: datetime) -> None:
    """As if the repository had this one file."""

    @contextmanager
    def opened(*_: object) -> Iterator[Tree]:
        yield Sent("catalog-info.yaml", text.encode())

    operations.ask(source=source, by=by, now=now)
    operations.work(source_id=str(source.pk), clock=lambda: now, opening=opened)
    CatalogSource.objects.filter(pk=source.pk).update(next_at=now + timedelta(days=365))


def address(path: str) -> dict[str, str]:
    """Which source, and which entity, a door is tried on."""
    if "{ref}" in path:
        return {"ref": REF}
    if not path.removeprefix("/api/v1").startswith("/catalog"):
        return {}
    last = path.rstrip("/").rpartition("/")[2]
    return {"name": {"send": "sent", "remove": "bare", "enable": "off"}.get(last, "acme")}


def row(noun: str) -> Any:
    """The row that a door of this noun is tried on."""
    return queries.findings().first() if noun == "entity-findings" else None


def _says(**body: Any) -> Any:
    return lambda _: body


def _file(_: object) -> dict[str, Any]:
    """Small enough to be made anew for each person."""
    return {"file": SimpleUploadedFile("catalog-info.yaml", FILE.encode())}


def _seen(_: object) -> dict[str, str]:
    orphans = queries.orphans(CatalogSource.objects.get(name="acme"))
    return {"seen": queries.digest(orphans), "confirm": "acme"}


SIGNED_IN = ("hannah", "jonas", "mira", "ines", "priya")
DEVELOPERS = ("mira", "ines", "priya")
MAINTAINERS = ("ines", "priya")
LOOKING = """
/catalog/entities/ /catalog/entities/{ref}/ /catalog/findings/ /catalog/validate /catalog/sources/
/catalog/sources/new /catalog/sources/{name}/ /catalog/sources/{name}/send
/catalog/sources/{name}/change
/catalog/sources/{name}/rotate /catalog/sources/{name}/switch /catalog/sources/{name}/orphans
/catalog/sources/{name}/remove
/api/v1/entities/ /api/v1/entities/{ref}/ /api/v1/entity-findings/ /api/v1/entity-findings/{pk}/
/api/v1/catalog-sources/ /api/v1/catalog-sources/{name}/ /api/v1/catalog-sources/{name}/orphans/
"""
PAGE, API = "POST /catalog/sources/", "POST /api/v1/catalog-sources/"
NEW = _says(name="more", kind="file", team="airline-data", every_minutes=15)
MOVED = _says(repository="https://git.example.com/acme/all.git", every_minutes=30)
PATCH = "PATCH /api/v1/catalog-sources/"
ENTITY = _says(apiVersion="v1", kind="Ship", metadata={"name": "mary"})
TABLE: dict[str, Any] = {
    **{f"GET {path}": (SIGNED_IN, None) for path in LOOKING.split()},
    "POST /catalog/hooks/{name}": ((), None),  # with a signature, whoever is signed in
    "POST /catalog/validate": (SIGNED_IN, _file),
    "POST /api/v1/catalog/validate/": (SIGNED_IN, ENTITY),
    f"{PAGE}new": (MAINTAINERS, NEW),
    f"{PAGE}{{name}}/sync": (DEVELOPERS, None),
    f"{PAGE}{{name}}/send": (DEVELOPERS, _file),
    f"{PAGE}{{name}}/change": (MAINTAINERS, MOVED),
    f"{PAGE}{{name}}/rotate": (MAINTAINERS, _says(yes="yes")),
    f"{PAGE}{{name}}/switch": (MAINTAINERS, _says(yes="yes")),
    f"{PAGE}{{name}}/orphans": (MAINTAINERS, _seen),
    f"{PAGE}{{name}}/remove": (MAINTAINERS, _says(confirm="bare")),
    API: (MAINTAINERS, NEW),
    f"{PATCH}{{name}}/": (MAINTAINERS, MOVED),
    f"{API}{{name}}/sync/": (DEVELOPERS, None),
    f"{API}{{name}}/send/": (DEVELOPERS, ENTITY),
    f"{API}{{name}}/rotate/": (MAINTAINERS, None),
    f"{API}{{name}}/disable/": (MAINTAINERS, None),
    f"{API}{{name}}/enable/": (MAINTAINERS, None),
    f"{API}{{name}}/remove-orphans/": (MAINTAINERS, _seen),
    f"{API}{{name}}/remove/": (MAINTAINERS, _says(confirm="bare")),
}
UNREMARKED = {
    *("POST /catalog/hooks/{name}", "POST /catalog/validate", "POST /api/v1/catalog/validate/")
}
# Doors that write, by what they leave; a refusal is left, too
KEPT = {
    "catalog_source.create": [f"{PAGE}new", API],
    "catalog_source.sync": [f"{PAGE}{{name}}/sync", f"{API}{{name}}/sync/"],
    "catalog_source.send": [f"{PAGE}{{name}}/send", f"{API}{{name}}/send/"],
    "catalog_source.change": [f"{PAGE}{{name}}/change", f"{PATCH}{{name}}/"],
    "catalog_source.rotate": [f"{PAGE}{{name}}/rotate", f"{API}{{name}}/rotate/"],
    "catalog_source.switch": [
        f"{PAGE}{{name}}/switch",
        f"{API}{{name}}/disable/",
        f"{API}{{name}}/enable/",
    ],
    "catalog_source.remove": [f"{PAGE}{{name}}/remove", f"{API}{{name}}/remove/"],
    "entity.remove": [f"{PAGE}{{name}}/orphans", f"{API}{{name}}/remove-orphans/"],
}


def more(copies: Any, named: Any) -> None:
    """Four more of each, for tests of how pages grow."""
    acme = CatalogSource.objects.get(name="acme")
    copies(acme, name=named("more-acme"))
    copies(CatalogFile.objects.latest("pk"), path=named("more"))
    copies(CatalogHook.objects.latest("pk"), delivery=named("more"))
    copies(queries.findings(acme).latest("pk"), path=named("more"))
    entity = Entity.objects.get(ref=REF)
    for one in (entity, Entity.objects.get(ref="domain:default/ground")):
        copies(one, ref=lambda n, one=one: f"{one.ref}-{n}", component=None)
    for relation in entity.relations.all():
        copies(relation, target=lambda n, to=relation.target: f"{to}-{n}")
        copies(
            relation,
            source=lambda n: f"{REF}-{n}",
            said_by=list(Entity.objects.filter(ref__startswith=f"{REF}-").order_by("ref")),
        )
