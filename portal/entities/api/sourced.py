"""Sources of the catalog over the API."""

from __future__ import annotations

from typing import ClassVar

import django_filters
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts import queries as accounts
from portal.accounts.models import Team
from portal.api import Named, Nouns
from portal.entities import operations, queries
from portal.entities.bodies import FILES, sent
from portal.entities.models import CatalogSource
from portal.filters import AnyOf, ByName
from portal.idempotency.answering import ShownOnce


class CatalogSourceOut(serializers.ModelSerializer):
    """Where entities come from. Of its secrets nothing is told."""

    team = serializers.CharField(source="team.name", default=None, allow_null=True)
    created_by = serializers.CharField(source="created_by.username")
    hook = serializers.SerializerMethodField(help_text="Where its repository sends pushes.")

    class Meta:
        model = CatalogSource
        fields: tuple[str, ...] = (
            *("id", "name", "kind", "team", "repository", "branch", "path", "hosts"),
            *("every_minutes", "state", "message", "commit", "looked_at", "next_at"),
            *("files_done", "files_found", "entities_read", "created_by", "created_at"),
            *("disabled_at", "hook"),
        )

    def get_hook(self, source: CatalogSource) -> str:
        return str(self.context["request"].build_absolute_uri(f"/catalog/hooks/{source.name}"))


class CatalogSourceMade(CatalogSourceOut):
    """The only answer that ever holds the secret of its webhooks."""

    secret = serializers.CharField(
        allow_null=True,
        help_text="Shown now and never again: null where an answer is repeated for its "
        "Idempotency-Key, and empty for a file that is sent.",
    )

    class Meta(CatalogSourceOut.Meta):
        fields = (*CatalogSourceOut.Meta.fields, "secret")


class CatalogSourceIn(serializers.Serializer):
    name = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(choices=CatalogSource.Kind.choices)
    team = Named(
        "team",
        accounts.teams(),
        default=None,
        allow_null=True,
        help_text="Left out: it speaks for every team, which takes the platform role.",
    )
    repository = serializers.CharField(
        max_length=400, default="", allow_blank=True, help_text="https://…"
    )
    branch = serializers.CharField(max_length=120, default="", allow_blank=True)
    path = serializers.CharField(
        max_length=200,
        default="",
        allow_blank=True,
        help_text="The first file, or a pattern: **/catalog-info.yaml.",
    )
    hosts = serializers.ListField(
        child=serializers.CharField(max_length=200),
        default=list,
        help_text="Others that it may read from; takes the platform role.",
    )
    secret = serializers.CharField(max_length=4000, default="", allow_blank=True)
    every_minutes = serializers.IntegerField(default=15, min_value=1, max_value=10_080)


class CatalogSourceChange(serializers.Serializer):
    """What is not given stays."""

    repository = serializers.CharField(max_length=400, required=False, help_text="https://…")
    branch = serializers.CharField(max_length=120, required=False, allow_blank=True)
    path = serializers.CharField(max_length=200, required=False, allow_blank=True)
    hosts = serializers.ListField(
        child=serializers.CharField(max_length=200),
        required=False,
        help_text="Others that it may read from; takes the platform role.",
    )
    secret = serializers.CharField(
        max_length=4000,
        required=False,
        allow_blank=True,
        help_text="A token that may read the repository; empty takes away the one that is there. "
        "For another repository it is given again.",
    )
    every_minutes = serializers.IntegerField(required=False, min_value=1, max_value=10_080)


class OrphanOut(serializers.Serializer):
    ref = serializers.CharField()
    orphaned_at = serializers.DateTimeField()
    component = serializers.CharField(allow_null=True)
    is_component_removed = serializers.BooleanField(
        help_text="It was registered by the source, and nothing happened to it since."
    )


class OrphansOut(serializers.Serializer):
    seen = serializers.CharField(help_text="Send it back to remove exactly these.")
    orphans = OrphanOut(many=True)


class RemoveOrphansIn(serializers.Serializer):
    seen = serializers.CharField(max_length=40)
    confirm = serializers.CharField(max_length=60, help_text="The source's name once more.")


class RemovedOut(serializers.Serializer):
    removed = serializers.IntegerField()


class ConfirmIn(serializers.Serializer):
    confirm = serializers.CharField(max_length=60, help_text="Its name once more.")


class CatalogSourceFilter(django_filters.FilterSet):
    team = ByName("team", Team.objects.all())
    kind = django_filters.ChoiceFilter(choices=CatalogSource.Kind.choices)
    state = AnyOf(choices=CatalogSource.State.choices)

    class Meta:
        model = CatalogSource
        fields: ClassVar[list[str]] = []


class CatalogSources(Nouns):
    """Repositories and files that describe entities."""

    noun = "catalog source"
    queryset = queries.sources()
    serializer_class = CatalogSourceOut
    lookup_field = "name"
    ordering = "name"
    filterset_class = CatalogSourceFilter
    facts = staticmethod(operations.facts_of)

    @extend_schema(request=CatalogSourceChange, responses=CatalogSourceOut)
    def partial_update(self, request: Request, name: str) -> Response:
        """Read it elsewhere, otherwise or with another token."""
        given, source = self.given(CatalogSourceChange), self.get_object()
        operations.change(source=source, **given, seen=self.seen, by=self.by, now=timezone.now())
        return self.shown(queries.source(name))

    @extend_schema(request=CatalogSourceIn, responses={201: CatalogSourceMade})
    def create(self, request: Request) -> Response:
        """Make a source; the secret of its webhooks stands in this answer and never again."""
        given = self.given(CatalogSourceIn)
        source, secret = operations.create(**given, by=self.by, now=timezone.now())
        return self._made(source, secret, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=CatalogSourceMade)
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, name: str) -> Response:
        """Another secret for its webhooks; the one before holds no longer."""
        source = self.get_object()
        secret = operations.rotate(source=source, by=self.by, now=timezone.now())
        return self._made(queries.source(name), secret, status.HTTP_200_OK)

    @extend_schema(request=None, responses=CatalogSourceOut)
    @action(detail=True, methods=["post"])
    def sync(self, request: Request, name: str) -> Response:
        """Have it read now; `state` and `message` say how far it is."""
        source = self.get_object()
        return self.shown(operations.ask(source=source, by=self.by, now=timezone.now()))

    @extend_schema(request={"application/yaml": OpenApiTypes.STR}, responses=CatalogSourceOut)
    @action(detail=True, methods=["post"], parser_classes=FILES)
    def send(self, request: Request, name: str) -> Response:
        """The file of a source that has no repository, as it is."""
        source, file = self.get_object(), sent(request)
        return self.shown(operations.send(source=source, file=file, by=self.by, now=timezone.now()))

    @extend_schema(request=None, responses=CatalogSourceOut)
    @action(detail=True, methods=["post"])
    def disable(self, request: Request, name: str) -> Response:
        """Stop reading it; its entities stay."""
        return self._switched(is_on=False)

    @extend_schema(request=None, responses=CatalogSourceOut)
    @action(detail=True, methods=["post"])
    def enable(self, request: Request, name: str) -> Response:
        """Read it again."""
        return self._switched(is_on=True)

    @extend_schema(responses=OrphansOut, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def orphans(self, request: Request, name: str) -> Response:
        """What no file describes any longer, and what would go with it."""
        found = queries.orphans(self.get_object())
        bare = queries.bare(found)
        rows = [
            {
                "ref": one.ref,
                "orphaned_at": one.orphaned_at,
                "component": one.component.name if one.component else None,
                "is_component_removed": one.component_id in bare,
            }
            for one in found
        ]
        return Response(OrphansOut({"seen": queries.digest(found), "orphans": rows}).data)

    @extend_schema(request=RemoveOrphansIn, responses=RemovedOut)
    @action(detail=True, methods=["post"], url_path="remove-orphans")
    def remove_orphans(self, request: Request, name: str) -> Response:
        """Remove the orphans that were seen."""
        given = self.given(RemoveOrphansIn)
        removed = operations.remove_orphans(
            source=self.get_object(), **given, by=self.by, now=timezone.now()
        )
        return Response(RemovedOut({"removed": removed}).data)

    @extend_schema(request=ConfirmIn, responses={204: None})
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, name: str) -> Response:
        """Take a source away that describes nothing any longer."""
        given = self.given(ConfirmIn)
        operations.remove(source=self.get_object(), **given, by=self.by, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _switched(self, *, is_on: bool) -> Response:
        source = self.get_object()
        return self.shown(
            operations.switch(source=source, is_on=is_on, by=self.by, now=timezone.now())
        )

    def _made(self, source: CatalogSource, secret: str, code: int) -> Response:
        shown = {**self.get_serializer(source).data, "secret": secret}
        return ShownOnce(shown, status=code)
