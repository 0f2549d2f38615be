"""Which kinds of senders there are."""

from __future__ import annotations

from observability.events.kinds.argo_cd import ArgoCD
from observability.events.kinds.base import Kind
from observability.events.kinds.cdevents import CDEvents
from observability.events.kinds.github import GitHub
from observability.events.kinds.jenkins import Jenkins

KINDS: dict[str, Kind] = {
    "cdevents": CDEvents(),
    "github": GitHub(),
    "argo_cd": ArgoCD(),
    "jenkins": Jenkins(),
}
