"""Whether a document is an entity, and what is missing to make it a good one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from portal import page_addresses
from portal.descriptors import places, refs
from portal.files.findings import Path, nearest

Problem = tuple[Path, str]
KINDS = (
    *("Component", "API", "Resource", "System", "Domain", "Group", "User", "Location"),
    "Template",
)
BY_FOLDED = {kind.lower(): kind for kind in KINDS}
LIFECYCLE = "such as experimental, production or deprecated"
TYPE = "such as service, library or website"
# kind -> field of spec -> what to write there
REQUIRED: Mapping[str, Mapping[str, str]] = {
    "component": {"type": TYPE, "lifecycle": LIFECYCLE, "owner": "the group that answers for it"},
    "api": {
        "type": "such as openapi, asyncapi, graphql or grpc",
        "lifecycle": LIFECYCLE,
        "owner": "the group that answers for it",
        "definition": "the API's description, or {$text: ./openapi.yaml}",
    },
    "resource": {"type": "such as database or queue", "owner": "the group that answers for it"},
    "system": {"owner": "the group that answers for it"},
    "domain": {"owner": "the group that answers for it"},
    "group": {"type": "such as team or business-unit"},
    "user": {},
    "location": {},
}
LISTS = {"user": ("memberOf",), "group": ("children",)}  # required, and may be empty
LABEL = re.compile(r"(?:[A-Za-z0-9.-]{1,253}/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
TAG = re.compile(r"[a-z0-9:+#]+(?:-[a-z0-9:+#]+)*")
LONGEST_TAG = 63


def identity(data: Any) -> tuple[str, str, str] | list[Problem]:
    """Kind, namespace and name; or why nothing can be called so."""
    if not isinstance(data, dict):
        return [((), "An entity is a mapping with apiVersion, kind, metadata and spec.")]
    problems: list[Problem] = []
    kind, metadata = data.get("kind"), data.get("metadata")
    if not isinstance(kind, str) or not refs.KIND.fullmatch(kind):
        problems.append((("kind",), "kind is missing. Write what it is: Component, API, System…"))
    if not isinstance(metadata, dict):
        return [*problems, (("metadata",), "metadata is missing. Write at least metadata.name.")]
    name, namespace = metadata.get("name"), metadata.get("namespace", refs.DEFAULT)
    if name is None:
        problems.append((("metadata", "name"), "metadata.name is missing. Give it a name."))
    elif not refs.NAME.fullmatch(str(name)):
        words = (
            "metadata.name has 1 to 63 letters and digits, with -, _ or . between them. "
            "Choose another name, and keep this one as metadata.title."
        )
        problems.append((("metadata", "name"), words))
    if not isinstance(namespace, str) or not refs.NAMESPACE.fullmatch(namespace):
        words = "metadata.namespace has 1 to 63 letters and digits, with - between them."
        problems.append((("metadata", "namespace"), words))
    return problems or (str(kind), str(namespace), str(name))


def problems(data: Mapping[str, Any], kind: str) -> Iterator[Problem]:
    """What is wrong with an entity that has a name. Kinds of others are taken as they are."""
    version = data.get("apiVersion")
    if not isinstance(version, str) or not version.strip():
        yield ("apiVersion",), "apiVersion is missing. Write backstage.io/v1alpha1."
    folded = kind.lower()
    if folded not in BY_FOLDED and (near := nearest(kind, KINDS)):
        yield ("kind",), f"“{kind}” is a kind that nothing here knows.{near}"
    yield from _metadata(data["metadata"])
    spec = data.get("spec")
    if spec is None and not REQUIRED.get(folded) and folded not in {"user", "location"}:
        return
    if not isinstance(spec, dict):
        yield ("spec",), "spec is missing. It says what the entity is."
        return
    yield from _spec(spec, folded)


def _spec(spec: Mapping[str, Any], folded: str) -> Iterator[Problem]:
    for field, sample in REQUIRED.get(folded, {}).items():
        value = spec.get(field)
        if value is None or value == "":
            yield ("spec", field), f"spec.{field} is missing. Write {sample}."
        elif field in {"type", "lifecycle"} and not isinstance(value, str):
            yield ("spec", field), f"spec.{field} is to be text. Put it into quotes."
    for field in LISTS.get(folded, ()):
        if not isinstance(spec.get(field), list):
            yield ("spec", field), f"spec.{field} is to be a list. Write [] where there is none."
    if folded == "location":
        yield from _location(spec)


def _location(spec: Mapping[str, Any]) -> Iterator[Problem]:
    if not any(targets(spec)):
        yield ("spec",), "A location names what to read. Write spec.target or spec.targets."
    if spec.get("presence", "required") not in {"required", "optional"}:
        yield ("spec", "presence"), "spec.presence is required or optional."


def targets(spec: Mapping[str, Any]) -> list[tuple[Path, str]]:
    """What a location leads to, each with its place."""
    found: list[tuple[Path, str]] = []
    if isinstance(one := spec.get("target"), str) and one.strip():
        found.append((("spec", "target"), one.strip()))
    many = spec.get("targets")
    for number, one in enumerate(many if isinstance(many, list) else ()):
        if isinstance(one, str) and one.strip():
            found.append((("spec", "targets", number), one.strip()))
    return found


def _metadata(metadata: Mapping[str, Any]) -> Iterator[Problem]:
    for field in ("title", "description"):
        if not isinstance(metadata.get(field, ""), str | type(None)):
            yield ("metadata", field), f"metadata.{field} is to be text. Put it into quotes."
    for field in ("labels", "annotations"):
        given = metadata.get(field) or {}
        if not isinstance(given, dict):
            yield ("metadata", field), f"metadata.{field} is a mapping of names to texts."
            continue
        for name, value in given.items():
            if not LABEL.fullmatch(name):
                words = f"“{name[:60]}” can't be a name here. Write prefix/name."
                yield ("metadata", field, name), words
            elif not isinstance(value, str):
                yield ("metadata", field, name), f"“{name}” is to be text. Put it into quotes."
    yield from _tags(metadata.get("tags") or [])
    yield from _links(metadata.get("links") or [])


def _tags(given: Any) -> Iterator[Problem]:
    if not isinstance(given, list):
        yield ("metadata", "tags"), "metadata.tags is a list of words."
        return
    for number, tag in enumerate(given):
        if not isinstance(tag, str) or not TAG.fullmatch(tag) or len(tag) > LONGEST_TAG:
            words = f"“{str(tag)[:60]}” can't be a tag. Use small letters, digits, : + # and -."
            yield ("metadata", "tags", number), words


def _links(given: Any) -> Iterator[Problem]:
    if not isinstance(given, list):
        yield ("metadata", "links"), "metadata.links is a list of {url, title}."
        return
    for number, link in enumerate(given):
        if not isinstance(link, dict) or not isinstance(link.get("url"), str):
            yield ("metadata", "links", number), "A link has a url. Write {url: https://…}."
        elif places.is_address(link["url"]) and not page_addresses.read(link["url"]):
            words = f"“{link['url'][:60]}” is no address of a page. Write https://…"
            yield ("metadata", "links", number, "url"), words
