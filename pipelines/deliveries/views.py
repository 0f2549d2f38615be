"""Sending the same result once more, and what a deployment sent."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from observability.changes import linking as changes
from observability.leads import DELIVERY
from observability.logs import linking
from pipelines.connections.models import Kind
from pipelines.deliveries import operations, queries
from pipelines.deliveries.models import Delivery
from pipelines.deliveries.ranks import event_id
from pipelines.runs.forms import CancelDeliveryForm, DeliverAgainForm
from portal import htmx
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest


@require_safe
def detail(request: SignedInRequest, number: int) -> HttpResponse:
    """One delivery: each try at it and what was answered; asked for again until it is over."""
    delivery = queries.delivery(number)
    component = delivery.run.transformation.component
    is_over = delivery.state not in Delivery.UNFINISHED
    is_event = delivery.destination.kind == Kind.WEBHOOK
    shown = {
        "delivery": delivery,
        "component": component,
        "attempts": sorted(delivery.attempts.all(), key=lambda one: -one.number),
        "event_id": event_id(delivery) if is_event else "",
        "logs": _logs(delivery),
        "changes": changes.around(delivery.delivered_at or delivery.created_at, component.name),
        "is_over": is_over,
        "can_cancel": delivery.state == Delivery.State.QUEUED
        and access.may(request.user, "delivery.cancel", component),
        "can_send": is_over and access.may(request.user, "delivery.again", component),
    }
    if htmx.is_fragment(request):
        return htmx.live(request, "pipelines/deliveries/_delivery.html", shown, is_over=is_over)
    return render(request, "pipelines/deliveries/detail.html", shown)


def _logs(delivery: Delivery) -> str:
    """The search for what was logged of it."""
    return linking.around(
        linking.field("run", str(delivery.run_id)),
        linking.attribute(DELIVERY, str(delivery.pk)),
        began=delivery.created_at,
        ended=delivery.delivered_at,
        now=timezone.now(),
    )


@require_http_methods(["GET", "POST"])
def again(request: SignedInRequest, number: int) -> HttpResponse:
    """The next revision of a delivery, with a reason that the client's history shows."""
    delivery = queries.delivery(number)
    form = DeliverAgainForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "pipelines/deliveries/_again.html",
        {"delivery": delivery},
        act=lambda: operations.again(
            delivery=delivery, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
        to=f"/runs/{delivery.run.number}/",
    )


@require_http_methods(["GET", "POST"])
def cancel(request: SignedInRequest, number: int) -> HttpResponse:
    """Not sent after all, with a reason that the client's history shows."""
    delivery = queries.delivery(number)
    form = CancelDeliveryForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "pipelines/deliveries/_cancel.html",
        {"delivery": delivery},
        act=lambda: operations.cancel(
            delivery=delivery, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
        to=reverse("pipelines:delivery-detail", args=[number]),
    )


@require_safe
def of_deployment(request: SignedInRequest, number: int) -> HttpResponse:
    """What was delivered from a deployment, to whom, and what stands there now."""
    shown = {"deliveries": queries.of_deployment(number)}
    return render(request, "pipelines/deliveries/_of_deployment.html", shown)
