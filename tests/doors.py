"""Every door of the house: what the URL resolver leads to, by method."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.views.generic import View

IGNORED = {"HEAD", "OPTIONS"}
# <slug:name> of Django, (?P<name>…) of the framework for the API
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:\[[^\]]*\]|[^)\[])*\)")


def all_doors() -> Iterator[str]:
    """ "GET /api/v1/teams/{name}/" for every method of every pattern."""
    for path, view in all_views():
        for method in set(_methods(view)) - IGNORED:
            yield from (f"{method} /{spelling}" for spelling in _spellings(path))


def door(method: str, path: str) -> str:
    """The door that a request goes through: "GET /api/v1/teams/{name}/" of a team's address."""
    return f"{method} /{_readable(resolve(path).route).replace('^', '')}"


def all_views() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every pattern in words, and what it leads to."""
    return ((path, view) for path, _, view in _patterns(get_resolver(), ""))


def all_names() -> Iterator[tuple[str, str]]:
    """Every pattern in words, and its name: "/runs/{number}/again", "pipelines:run-again"."""
    return ((f"/{path}", name) for path, name, _ in _patterns(get_resolver(), ""))


def undeclared() -> Iterator[str]:
    """Addresses whose view does not say which methods it takes, and would take them all."""
    for path, view in all_views():
        if not _methods(view):
            yield f"/{path}: {view.__module__}.{view.__qualname__}"


def _patterns(
    resolver: URLResolver, before: str, space: str = ""
) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for entry in resolver.url_patterns:
        path = before + _readable(str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, path, f"{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield path, f"{space}{entry.name}", entry.callback


def _readable(pattern: str) -> str:
    named = PARAMETER.sub(lambda found: "{" + (found.group(1) or found.group(2)) + "}", pattern)
    return named.removeprefix("^").removesuffix("$").removesuffix(r"\Z").replace("\\", "")


def _spellings(path: str) -> Iterator[str]:
    """A pattern with an optional part is two addresses."""
    optional = re.search(r"\(\?:(.*?)\)\?", path)
    for part in ("", optional.group(1)) if optional else ():
        yield path[: optional.start()] + part + path[optional.end() :]
    if not optional:
        yield path


def _methods(view: Any) -> list[str]:
    if actions := getattr(view, "actions", None):  # a view set
        return [method.upper() for method in actions]
    if (of_class := getattr(view, "cls", None)) or (of_class := getattr(view, "view_class", None)):
        handlers = [name for name in View.http_method_names if hasattr(of_class, name)]
        return [name.upper() for name in handlers]
    return _required_methods(view)


def _required_methods(view: Any) -> list[str]:
    """What `require_http_methods` around a view lets through; it keeps that in a closure."""
    while view is not None:
        code = getattr(view, "__code__", None)
        if code and "request_method_list" in code.co_freevars:
            cell = view.__closure__[code.co_freevars.index("request_method_list")]
            return list(cell.cell_contents)
        view = getattr(view, "__wrapped__", None)
    return []
