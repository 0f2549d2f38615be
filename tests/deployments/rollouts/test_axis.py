"""A deployment's name on the axis of changes leads back to it, and no other name does."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from deployments.rollouts import axis


@given(some.uuids())
def test_the_name_of_a_deployment_leads_back_to_it(identity: UUID) -> None:
    assert axis.deployment(axis.external_id(identity)) == identity


@given(some.text() | some.uuids().map(lambda identity: f"run:{identity}"))
def test_other_names_lead_nowhere(name: str) -> None:
    assert axis.deployment(name) is None
    assert axis.deployment(f"deployment:{name} and more") is None
