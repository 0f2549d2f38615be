"""What the API of every floor shares: refusals as problem+json, and reading names and bodies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from rest_framework import exceptions, mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, set_rollback

from portal import context, deprecation, known_fields, known_parameters
from portal.accounts.models import User
from portal.errors import NotFound, Refused
from portal.framework_words import ours
from portal.idempotency import answering
from portal.idempotency.keys import HEADER
from portal.named_choices import named
from portal.rows import found
from portal.seen import HEADER as IF_MATCH
from portal.seen import Seen, etag, in_header
from portal.throttling.counting import ByToken
from portal.throttling.windows import Standing
from portal.typed import whole

CONTENT_TYPE = "application/problem+json"
KINDS = {
    400: "not-readable",
    401: "not-signed-in",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "conflict",
    412: "stale",
    413: "too-large",
    415: "media-type",
    422: "refused",
    429: "too-many",
    500: "bug",
    503: "not-ready",
}
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
UNREAD = f"{IF_MATCH} is not read here, so it would be done whatever changed. Leave it out."
Row = TypeVar("Row", bound=Model)


class Asking(APIView):
    """Who asks, and what for: for every view of the API."""

    throttle_classes = (ByToken,)
    # What people change of a thing: its ETag is made of that. None: there is nothing to be seen.
    facts: Callable[[Any], Mapping[str, Any]] | None = None
    is_looking = False  # an action that is posted and only answers says True: it is read
    standing: Standing | None = None  # how many requests are left, once they were counted

    @property
    def by(self) -> User:
        """Who asks; the permission classes let nobody else through."""
        return cast(User, self.request.user)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who may ask at all, and for what; a POST under a key goes through `once`, as any verb."""
        super().initial(request, *args, **kwargs)
        self._refuse_unread(request, str(request.method).lower())
        handler = getattr(self, "post", None) if request.method == "POST" else None
        if handler and HEADER in request.headers and not self.is_looking:
            # Of this request alone: each has a view of its own.
            vars(self)["post"] = partial(self._once, handler)

    def _refuse_unread(self, request: Request, verb: str) -> None:
        """What is said and not read would be ignored, and the act done all the same."""
        if verb.upper() not in {"GET", *CHANGING} or not hasattr(self, verb):
            return
        if request.query_params:
            known_parameters.refuse_others(self, verb, request.query_params)
        is_conditional = verb.upper() in CHANGING and IF_MATCH in request.headers
        if is_conditional and not known_parameters.reads_header(self, verb, IF_MATCH):
            raise Refused(UNREAD, field=IF_MATCH)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """With what every answer tells beside its content: how much is left, and what will go."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        verb = getattr(self, "action", None) or str(request.method).lower()
        leaving = deprecation.of(getattr(type(self), verb, None))
        for told in (self.standing, leaving):
            for name, value in told.headers.items() if told else ():
                answer.headers[name] = value
        return answer

    def _once(
        self, handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        def answer() -> Response:
            try:
                return handler(request, *args, **kwargs)
            except Exception as error:  # noqa: BLE001 - what is no refusal is raised again in there
                return self.handle_exception(error)

        return answering.once(answer, request=request, by=self.by, now=timezone.now())

    def given(self, serializer: type[serializers.Serializer]) -> dict[str, Any]:
        """The request's body, read by `serializer`; what does not fit is refused by field."""
        body = serializer(data=self.request.data, context={"request": self.request})
        known_fields.refuse_others(body)
        return _read(body)

    def asked(self, serializer: type[serializers.Serializer]) -> dict[str, Any]:
        """What the address asks for, read by `serializer`; refused as the body is."""
        return _read(serializer(data=self.request.query_params))


def _read(body: serializers.Serializer) -> dict[str, Any]:
    if not body.is_valid():
        raise exceptions.ValidationError(named(body.errors, body, body.initial_data))
    return dict(body.validated_data)


class Nouns(Asking, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """A noun in the plural: list and one, by `lookup_field`. Verbs are added by its subclasses.

    A subclass names `noun`, `queryset` (out of queries.py), `serializer_class`, and where it is
    not the identity, `lookup_field` and `ordering`. Where people change one, `facts` is what they
    change of it: its ETag is made of that, and its operations take what was `seen`.
    """

    noun = "thing"

    def get_object(self) -> Any:
        name = self.kwargs[self.lookup_url_kwarg or self.lookup_field]
        rows = self.filter_queryset(self.get_queryset())
        try:
            return found(rows, self.noun, **{self.lookup_field: name})
        except NotFound as error:
            raise NotFound(f"{error.message}{self._by_number(name)}") from None

    def _by_number(self, name: str) -> str:
        """People know by number what programs know by identity."""
        known = getattr(getattr(self, "filterset_class", None), "base_filters", {})
        if "number" not in known or whole(name) is None:
            return ""
        return f" By its number it is found in the list: ?number={name}."

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.shown(self.get_object())

    def shown(self, thing: object, status: int = 200) -> Response:
        """The answer about one thing, in this noun's words, with its ETag if it can be changed."""
        facts = type(self).facts
        headers = {"ETag": etag(facts(thing))} if facts else {}
        return Response(self.get_serializer(thing).data, status=status, headers=headers)

    @property
    def seen(self) -> Seen:
        """What the program saw of the thing that it changes now, as far as it says so."""
        return in_header(self.request.headers.get(IF_MATCH))


class Named(serializers.SlugRelatedField):
    """A thing given by its name: `team = Named("team", queries.teams)`."""

    def __init__(self, noun: str, queryset: QuerySet[Any], **options: Any) -> None:
        options.setdefault("slug_field", "name")
        super().__init__(queryset=queryset, **options)
        self.noun = noun
        self.error_messages = {
            **self.error_messages,
            "does_not_exist": f"There is no {noun} called “{{value}}”.",
        }


def problem(error: Exception, asked: Mapping[str, Any]) -> Response | None:
    """The answer to a refusal (RFC 9457). None: a bug, which propagates and answers 500."""
    if isinstance(error, exceptions.UnsupportedMediaType):
        read = ", ".join(parser.media_type for parser in asked["view"].get_parsers())
        error = exceptions.UnsupportedMediaType(
            "", f"This address reads {read}: say so in Content-Type."
        )
    if isinstance(error, Http404):
        error = NotFound("There is nothing at this address.")
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, Refused):
        set_rollback()
        return _response(problem_of(error), error.status, _wait(error))
    if isinstance(error, exceptions.APIException):
        set_rollback()
        return _response(_from_framework(error), _status(error), _headers(error))
    return None


def problem_of(refused: Refused) -> dict[str, object]:
    return body(
        refused.status,
        refused.message,
        kind=refused.kind,
        field=refused.field,
        details=refused.details,
    )


def body(
    status: int,
    detail: str,
    *,
    kind: str = "",
    field: str | None = None,
    details: list[dict[str, object]] | None = None,
) -> dict[str, object]:
    """A problem in the shape that every error of the API has."""
    kind = kind or KINDS.get(status, "refused")
    return {
        "type": f"urn:slipway:problem:{kind}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "field": field,
        "details": details or [],
        "request_id": context.request_id.get(),
    }


def plainly(status: int, detail: str) -> JsonResponse:
    """The same as an answer where no view of the API has been reached."""
    return JsonResponse(body(status, detail), status=status, content_type=CONTENT_TYPE)


def refusal(refused: Refused) -> JsonResponse:
    """A refusal as an answer there: what `problem` makes of it where a view was."""
    return JsonResponse(
        problem_of(refused),
        status=refused.status,
        headers=_wait(refused),
        content_type=CONTENT_TYPE,
    )


def _wait(refused: Refused) -> dict[str, str]:
    return {} if refused.retry_after is None else {"Retry-After": str(refused.retry_after)}


def _response(
    content: dict[str, object], status: int, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(content, status=status, headers=dict(headers or {}), content_type=CONTENT_TYPE)


def _from_framework(error: exceptions.APIException) -> dict[str, object]:
    if not isinstance(error, exceptions.ValidationError):
        return body(_status(error), _words(error))
    details = list(_field_messages(error.detail))
    first = details[0] if details else {"field": None, "message": "Something is missing."}
    field, message = first["field"], first["message"]
    detail = f"{field}: {message}" if field else str(message)
    return body(422, detail, field=str(field) if field else None, details=details)


def _words(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.NotAuthenticated):
        return "Sign in, or send a token: “Authorization: Bearer slw_…”."
    if wait := getattr(error, "wait", None):
        return f"Too many requests: try again in {wait:.0f} seconds."
    return str(error.detail)


def _status(error: exceptions.APIException) -> int:
    """A body that can be read but not accepted is 422, as for a refusal by an operation."""
    return 422 if isinstance(error, exceptions.ValidationError) else error.status_code


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    return headers


def _field_messages(detail: Any, path: str = "") -> Iterator[dict[str, object]]:
    """Flatten the framework's nested findings into `{field, message}`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            is_whole = name == "non_field_errors"
            yield from _field_messages(inner, path if is_whole else _join(path, name))
    elif isinstance(detail, list):
        for number, inner in enumerate(detail):
            is_nested = isinstance(inner, Mapping | list)
            yield from _field_messages(inner, _join(path, number) if is_nested else path)
    else:
        yield {"field": path or None, "message": ours(str(detail))}


def _join(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)
