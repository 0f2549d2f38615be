"""How one is told, what one follows and mutes, over the API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portal.accounts.models import Team
from portal.api import Asking, Named, Nouns
from portal.catalog.models import Component
from portal.notifications import audience, operations, queries
from portal.notifications.models import Channel, Kind, Mute, Preference, Subscription
from portal.rows import found


class PreferenceOut(serializers.ModelSerializer):
    """How you are told. `is_mailed`: a server is set up and your address is confirmed."""

    is_mailed = serializers.SerializerMethodField()

    class Meta:
        model = Preference
        fields = ("mail", "page_off", "mail_off", "address", "confirmed_at", "is_mailed")

    def get_is_mailed(self, wish: Preference) -> bool:
        return audience.gets_mail(wish)


class PreferenceIn(serializers.Serializer):
    """What is not given stays as it is."""

    mail = serializers.ChoiceField(Preference.Mail.choices, default=None)
    page_off = serializers.ListField(
        child=serializers.ChoiceField(Kind.choices), default=None,
        help_text="Kinds that do not come into the page.",
    )  # fmt: skip
    mail_off = serializers.ListField(
        child=serializers.ChoiceField(Kind.choices), default=None,
        help_text="Kinds that do not come by mail.",
    )  # fmt: skip


class AddressIn(serializers.Serializer):
    address = serializers.EmailField()


class ConfirmationIn(serializers.Serializer):
    token = serializers.CharField(max_length=600, help_text="Out of the mail.")


class Preferences(Asking):
    """How you are told: by what way, and of what."""

    @extend_schema(responses=PreferenceOut)
    def get(self, request: Request) -> Response:
        return Response(PreferenceOut(audience.preference_of(self.by)).data)

    @extend_schema(request=PreferenceIn, responses=PreferenceOut)
    def post(self, request: Request) -> Response:
        """Change what is given."""
        wish = operations.prefer(by=self.by, now=timezone.now(), **self.given(PreferenceIn))
        return Response(PreferenceOut(wish).data)


class MailAddress(Asking):
    """Where your mail goes."""

    @extend_schema(request=AddressIn, responses=PreferenceOut)
    def post(self, request: Request) -> Response:
        """Name an address; a mail goes there, and nothing else until you confirm it."""
        wish = operations.ask_confirmation(by=self.by, now=timezone.now(), **self.given(AddressIn))
        return Response(PreferenceOut(wish).data)


class MailConfirmation(Asking):
    """The way back from the mail that was sent to your address."""

    @extend_schema(request=ConfirmationIn, responses=PreferenceOut)
    def post(self, request: Request) -> Response:
        """Confirm the address."""
        wish = operations.confirm_address(
            by=self.by, now=timezone.now(), **self.given(ConfirmationIn)
        )
        return Response(PreferenceOut(wish).data)


class SubscriptionOut(serializers.ModelSerializer):
    component = serializers.CharField(source="component.name", default=None, allow_null=True)
    team = serializers.CharField(source="team.name", default=None, allow_null=True)

    class Meta:
        model = Subscription
        fields = ("id", "channel", "kind", "component", "team", "client", "created_at")


class SubscriptionIn(serializers.Serializer):
    """All that is named has to fit."""

    channel = serializers.PrimaryKeyRelatedField(
        queryset=Channel.objects.select_related("team"), default=None,
        help_text="Tell this channel instead of you.",
    )  # fmt: skip
    kind = serializers.ChoiceField(Kind.choices, default="")
    component = Named("component", Component.objects.all(), default=None)
    team = Named("team", Team.objects.all(), default=None)
    client = serializers.CharField(max_length=60, default="", allow_blank=True)


class Subscriptions(Nouns):
    """What you follow, and what the channels follow of the teams that you maintain."""

    noun = "subscription"
    queryset = Subscription.objects.none()
    serializer_class = SubscriptionOut

    def get_queryset(self) -> Any:
        return queries.subscriptions(self.by)

    @extend_schema(request=SubscriptionIn, responses={201: SubscriptionOut})
    def create(self, request: Request) -> Response:
        """Follow a component, a team, a client or a kind."""
        made = operations.subscribe(by=self.by, now=timezone.now(), **self.given(SubscriptionIn))
        return self.shown(made, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Follow it no longer."""
        operations.unsubscribe(subscription=self.get_object(), by=self.by, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class MuteOut(serializers.ModelSerializer):
    component = serializers.CharField(source="component.name")

    class Meta:
        model = Mute
        fields = ("component", "created_at")


class MuteIn(serializers.Serializer):
    component = Named("component", Component.objects.all())


class Mutes(Asking, mixins.ListModelMixin, GenericViewSet):
    """Components of which you hear nothing but what you asked for yourself."""

    queryset = Mute.objects.none()
    serializer_class = MuteOut
    ordering = "component__name"
    lookup_field = "name"

    def get_queryset(self) -> Any:
        return queries.mutes(self.by)

    @extend_schema(request=MuteIn, responses={201: MuteOut})
    def create(self, request: Request) -> Response:
        """Mute a component. Muting it twice is muting it once."""
        made = operations.mute(by=self.by, now=timezone.now(), **self.given(MuteIn))
        return Response(MuteOut(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=None, responses={204: None}, parameters=[OpenApiParameter("name", str, "path")]
    )
    def destroy(self, request: Request, name: str) -> Response:
        """Hear of it again."""
        component = found(Component.objects.all(), "component", name=name)
        operations.unmute(component=component, by=self.by, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
