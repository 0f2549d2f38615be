"""Messages: each is a look at a row, by whatever queue it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from pytest_django import DjangoCaptureOnCommitCallbacks

from deployments.rollouts.models import Deployment
from deployments.rollouts.operations import writing
from portal import background
from tests.deployments.world import World

Sent = list[tuple[str, dict[str, str]]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What of deployments would go to the broker, and nothing goes."""
    messages: Sent = []

    def send(task: str, ids: dict[str, str]) -> None:
        if task.startswith("deployments."):
            messages.append((task, ids))

    monkeypatch.setattr(background, "_send", send)
    return messages


@pytest.mark.parametrize("path", [writing.ADVANCE, writing.ADVANCE_ROLLBACK])
def test_a_message_lets_the_worker_do_what_is_due(world: World, path: str) -> None:
    world.at = timezone.now()
    deployment = world.ask(1, world.staging)
    Deployment.objects.filter(pk=deployment.pk).update(requested_at=timezone.now())
    deployment.steps.filter(name="prepare").update(next_at=timezone.now())
    task: Callable[..., Any] = import_string(path)
    task(deployment_id=str(deployment.pk), added_later="is ignored")
    assert world.again(deployment).state == Deployment.State.SUCCEEDED
    (attempt,) = world.again(deployment).steps.get(name="switch").attempts.all()
    assert ":" in attempt.worker


def test_asking_sends_one_message_after_the_commit(
    world: World, sent: Sent, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        deployment = world.ask(1, world.staging)
        assert sent == []
    assert sent == [(writing.ADVANCE, {"deployment_id": str(deployment.pk)})]


def test_what_waits_for_approval_is_sent_when_it_is_approved(
    world: World, sent: Sent, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    world.deploy(1, world.staging)
    with django_capture_on_commit_callbacks(execute=True):
        waiting = world.ask(1, world.production)
    assert sent == []
    with django_capture_on_commit_callbacks(execute=True):
        world.approve(waiting)
    assert sent == [(writing.ADVANCE, {"deployment_id": str(waiting.pk)})]


def test_a_rollback_has_a_queue_of_its_own(
    world: World, sent: Sent, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    world.deploy(1, world.staging)
    world.deploy(2, world.staging)
    with django_capture_on_commit_callbacks(execute=True):
        deployment = world.roll_back(world.staging)
    assert sent == [(writing.ADVANCE_ROLLBACK, {"deployment_id": str(deployment.pk)})]
    assert settings.CELERY_TASK_ROUTES[writing.ADVANCE_ROLLBACK] == {"queue": "rollback"}
