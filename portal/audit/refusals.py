"""Keeping refusals where they matter: deploying, approving, rolling back, granting, running."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from portal.accounts.models import User
from portal.audit import operations as audit
from portal.errors import Refused

P = ParamSpec("P")
R = TypeVar("R")


def kept(verb: str, kind: str, thing: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate an operation so that a refusal leaves an entry. `thing` names its argument.

    It stands outside of the operation's own transaction, which the refusal undoes. What Slipway
    itself may not do stands where it tried, at a schedule or a backfill, which try again and again.
    """

    def decorate(operation: Callable[P, R]) -> Callable[P, R]:
        @wraps(operation)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return operation(*args, **kwargs)
            except Refused as refused:
                if kwargs.get("by") is not None:
                    _keep(refused, verb, kind, thing, kwargs)
                raise

        return call

    return decorate


def _keep(refused: Refused, verb: str, kind: str, thing: str, given: dict[str, Any]) -> None:
    subject = given.get(thing)
    by: User | None = given.get("by")
    now: datetime = given["now"]
    component = subject if kind == "component" else _component_of(subject)
    audit.record_refusal(
        refused=refused,
        verb=verb,
        by=by,
        now=now,
        kind=kind,
        thing=_called(subject, component),
        thing_id=getattr(subject, "pk", ""),
        component=component,
        team=getattr(component, "team", None) or getattr(subject, "team", ""),
        environment=given.get("environment") or getattr(subject, "environment", ""),
    )


def _called(subject: object, component: object) -> object:
    """As an act that was let through calls it: a release or a deployment by its component, too."""
    if isinstance(subject, User):
        return subject.username
    return f"{component} {subject}" if getattr(subject, "component", None) else subject


def _component_of(subject: object) -> object:
    """A release has one; a run and a delivery have a transformation that has one."""
    own = getattr(subject, "component", None)
    return own or getattr(getattr(subject, "transformation", None), "component", None) or ""
