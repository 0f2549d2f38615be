"""The settings: how I am told, what I follow, where my teams read together."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import htmx
from portal.accounts import access
from portal.accounts import queries as accounts
from portal.accounts.middleware import SignedInRequest
from portal.notifications import audience, forms, operations, queries
from portal.notifications.models import Message
from portal.notifications.operations import wishing

HOME = "portal:notification-settings"


@require_http_methods(["GET", "POST"])
def choose(request: SignedInRequest) -> HttpResponse:
    """Everything about being told, on one page."""
    wish = audience.preference_of(request.user)
    form = forms.WaysForm(request.POST) if request.method == "POST" else forms.WaysForm.of(wish)
    if form.is_bound and form.is_valid():
        saved = htmx.attempt(
            form,
            lambda: operations.prefer(by=request.user, now=timezone.now(), **form.given()),
        )
        if saved:
            return htmx.go(request, f"{reverse(HOME)}?saved=1")
    return _page(request, status=htmx.status_of(form), form=form)


@require_POST
def address(request: SignedInRequest) -> HttpResponse:
    """Write to an address, to see whether it is mine."""
    form = forms.AddressForm(request.POST)
    if form.is_valid():
        asked = htmx.attempt(
            form,
            lambda: operations.ask_confirmation(
                address=form.cleaned_data["address"], by=request.user, now=timezone.now()
            ),
        )
        if asked:
            return htmx.go(request, f"{reverse(HOME)}?sent=1")
    return _page(request, status=422, address_form=form)


def _page(request: SignedInRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    user = request.user
    wish = audience.preference_of(user)
    channels = list(queries.channels_of(user))
    shown = {
        "wish": wish,
        "form": forms.WaysForm.of(wish),
        "address_form": forms.AddressForm(initial={"address": wish.address or user.email}),
        "has_server": bool(settings.EMAIL_HOST),
        "helpers": [] if settings.EMAIL_HOST else accounts.platform_people(),
        "subscriptions": queries.followed(user)[:200],
        "mutes": queries.mutes(user)[:200],
        "channels": [(one, access.may(user, "channel.set", one.team)) for one in channels],
        "heard": queries.heard(channels),
        "last": queries.last_messages(channels),
        "can_connect": queries.maintained(user).exists(),
        "said": {key: request.GET.get(key, "") for key in ("saved", "sent")},
        **more,
    }
    return render(request, "portal/notifications/settings.html", shown, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: SignedInRequest) -> HttpResponse:
    """Where the mail leads: a yes, because programs open links, too."""
    token = request.POST.get("token") or request.GET.get("token", "")
    form = forms.ConfirmForm(request.POST or None, initial={"token": token})
    address = wishing.confirmable(token=token, user=request.user)
    if request.method == "POST" and form.is_valid():
        confirmed = htmx.attempt(
            form,
            lambda: operations.confirm_address(token=token, by=request.user, now=timezone.now()),
        )
        if confirmed:
            return htmx.go(request, reverse(HOME))
    shown = {"form": form, "address": address}
    return render(request, "portal/notifications/confirm.html", shown, status=htmx.status_of(form))


@require_http_methods(["GET", "POST"])
def follow(request: SignedInRequest) -> HttpResponse:
    """Follow something, or let a channel follow it."""
    channels = [
        one for one in queries.channels_of(request.user)
        if access.may(request.user, "channel.set", one.team)
    ]  # fmt: skip
    begun = {key: request.GET.get(key, "") for key in ("component", "team", "client", "reader")}
    form = forms.FollowForm(request.POST or None, initial=begun, channels=channels)
    return htmx.asked(
        request,
        form,
        "portal/notifications/_follow.html",
        {},
        act=lambda: operations.subscribe(by=request.user, now=timezone.now(), **form.given()),
        to=reverse(HOME),
    )


@require_POST
def unfollow(request: SignedInRequest, pk: UUID) -> HttpResponse:
    operations.unsubscribe(
        subscription=queries.subscription(request.user, pk), by=request.user, now=timezone.now()
    )
    return htmx.go(request, reverse(HOME))


@never_cache
@sensitive_post_parameters("address")
@require_http_methods(["GET", "POST"])
def connect(request: SignedInRequest) -> HttpResponse:
    """Tell a team where it reads together. The address is never shown again."""
    teams = queries.maintained(request.user)
    begun = {"team": request.GET.get("team", "")}
    form = forms.ChannelForm(request.POST or None, initial=begun, teams=teams)
    if not form.is_bound:
        form.initial["kinds"] = form.fields["kinds"].initial
    return htmx.asked(
        request,
        form,
        "portal/notifications/_connect.html",
        {"can_connect": teams.exists()},
        act=lambda: operations.add_channel(
            by=request.user, now=timezone.now(), **form.cleaned_data
        ),
        to=reverse(HOME),
    )


@require_http_methods(["GET", "POST"])
def disconnect(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask, then forget it."""
    channel = queries.channel(pk)
    form = forms.YesForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "portal/notifications/_disconnect.html",
        {"channel": channel},
        act=lambda: operations.remove_channel(channel=channel, by=request.user, now=timezone.now()),
        to=reverse(HOME),
    )


@require_POST
def test(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Send a test message and wait for what becomes of it."""
    message = operations.test_channel(
        channel=queries.channel(pk), by=request.user, now=timezone.now()
    )
    if not htmx.is_fragment(request):
        return htmx.go(request, reverse(HOME))
    shown = {"channel": message.channel, "message": message, "is_polled": True}
    return render(request, "portal/notifications/_tested.html", shown)


@require_GET
def tested(request: SignedInRequest, pk: UUID, message: UUID) -> HttpResponse:
    """Asked each second until it is over."""
    channel = queries.channel(pk)
    found = queries.test_message(channel, message)
    is_over = found.state not in {Message.State.QUEUED, Message.State.SENDING}
    shown = {"channel": channel, "message": found}
    return htmx.live(request, "portal/notifications/_tested.html", shown, is_over=is_over)
