"""Pages that are written from the code, so that they never tell something else than it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from portal import frame, navigation
from portal.accounts import access
from portal.accounts.models import Role, Scope
from portal.handbook.markdown import Heading, Section, anchor
from portal.handbook.meanings import MEANINGS
from portal.shortcuts import SHEETS

WHO = {
    "anyone": "Anyone who is signed in",
    Role.VIEWER: "Viewers of the team",
    Role.DEVELOPER: "Developers of the team",
    Role.MAINTAINER: "Maintainers of the team",
    access.PLATFORM: "The platform role",
}
INCLUDES = {
    "anyone": "Everything may be looked at but rows, secrets and other people's tokens.",
    Role.DEVELOPER: "Maintainers and the platform role may do this, too.",
    Role.MAINTAINER: "The platform role may do this, too.",
    access.PLATFORM: "It stands above teams. It sees no rows of clients' data.",
}
SCOPES = {
    Scope.READ: "read",
    Scope.WRITE: "write",
    Scope.DEPLOY: "deploy",
    Scope.MANAGE: "manage",
    Scope.TELEMETRY: "telemetry",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A part of such a page: a heading, the template and what it shows, and its words."""

    title: str
    template: str
    context: dict[str, object]
    words: str


Made = tuple[str, str, Sequence[Written]]  # title, summary, parts


def states() -> Made:
    """Every state that a row can have, with its icon and colour."""
    found = []
    for title, path in navigation.STATES.items():
        model = import_string(path)
        rows = [(one, MEANINGS.get(f"{model.__name__}.{one.value}", "")) for one in model.State]
        words = ". ".join(f"{one.label}: {meaning}" for one, meaning in rows)
        context: dict[str, object] = {"rows": rows}
        found.append(Written(title, "portal/handbook/_states.html", context, words))
    summary = "What the icons and colours of states mean, for everything that has a state."
    return "States and their icons", summary, found


def roles() -> Made:
    """The permission book, by the role that it takes."""
    by_role: dict[str, list[tuple[str, str, str]]] = {role: [] for role in WHO}
    for verb, rule in access.BOOK.items():
        by_role[rule.role].append((rule.words, SCOPES[rule.scope], verb))
    found = [
        Written(
            WHO[role],
            "portal/handbook/_roles.html",
            {"rows": rows, "note": INCLUDES.get(role, "")},
            ", ".join(words for words, _, _ in rows),
        )
        for role, rows in by_role.items()
        if rows
    ]
    summary = "Which role may do what, and the scope that a token needs for it."
    return "Roles and who may do what", summary, found


def shortcuts() -> Made:
    """Every key that does something."""
    found = [
        Written(
            sheet.title,
            "portal/handbook/_shortcuts.html",
            {"rows": [(one.keys, one.label) for one in sheet.shortcuts]},
            ", ".join(one.label for one in sheet.shortcuts),
        )
        for sheet in SHEETS
    ]
    places = [(("g", entry.key), entry.label) for entry in frame.places()]
    words = ", ".join(label for _, label in places)
    found.append(Written("Go to", "portal/handbook/_shortcuts.html", {"rows": places}, words))
    summary = "Every key that does something; the same sheet stands under ? on each page."
    return "Shortcuts", summary, found


PAGES: dict[str, Callable[[], Made]] = {
    "reference/states": states,
    "reference/roles": roles,
    "reference/shortcuts": shortcuts,
}


def written(parts: Iterable[Written]) -> tuple[str, tuple[Heading, ...], tuple[Section, ...]]:
    """The HTML of such a page, its headings, and what the search knows of it."""
    html, headings, sections = [], [], []
    for part in parts:
        name = anchor(part.title)
        context = {**part.context, "title": part.title, "anchor": name}
        html.append(render_to_string(part.template, context))
        headings.append(Heading(name, part.title, 2))
        sections.append(Section(name, part.title, part.words))
    return "".join(html), tuple(headings), tuple(sections)
