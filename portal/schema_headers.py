"""Headers of the API as its document tells them: what a thing was, and changing only that."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from portal.seen import HEADER

IF_MATCH = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Do this only if the thing is still as you saw it: the `ETag` of that answer. "
    "Where it is not, nothing is done (412 `stale`). Without it the last one to write wins.",
)
ETAG = OpenApiParameter(
    "ETag",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    response=[200, 201],
    description=f"What can be changed of it, as it is now: for `{HEADER}`.",
)
CONDITIONAL = [IF_MATCH, ETAG]
LOOKING = "x-looking"  # a question that is posted: it changes nothing
CHANGING = {"partial_update", "update"}


class WithEtags(AutoSchema):
    """A noun whose things are changed tells the ETag of one, and may be told it with a change."""

    def get_override_parameters(self) -> list[Any]:
        told: list[Any] = super().get_override_parameters()
        if getattr(self.view, "facts", None) is None:
            return told
        verb = getattr(self.view, "action", "")
        if verb in CHANGING:
            return [*told, *CONDITIONAL]
        return [*told, *([ETAG] if verb == "retrieve" else [IF_MATCH] if verb == "destroy" else [])]

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        told: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if told and getattr(self.view, "is_looking", False):
            told[LOOKING] = True
        return told
