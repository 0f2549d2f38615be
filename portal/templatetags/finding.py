"""Tags of what can be found: marked words, links of a component."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.catalog import facts
from portal.catalog.models import Component
from portal.claims import queries
from portal.entities import queries as entities
from portal.entities.models import Entity

register = template.Library()


@register.filter
def marked(text: str, words: Iterable[str]) -> SafeString:
    """The text with the beginnings that were typed marked: where a word starts, not inside it."""
    wanted = sorted({re.escape(word) for word in words}, key=len, reverse=True)
    if not wanted:
        return format_html("{}", text)
    pieces = re.split(rf"(?<![^\W_])({'|'.join(wanted)})", text, flags=re.IGNORECASE)
    return format_html_join(
        "", "{}", ((_one(piece, is_hit=bool(n % 2)),) for n, piece in enumerate(pieces))
    )


@register.filter
def known_links(kept: Iterable[Mapping[str, Any]]) -> list[facts.Link]:
    """The links of a component with their icons, the runbook among the first."""
    return facts.links(kept)


@register.simple_tag(takes_context=True)
def can_claim(context: Context, component: Component) -> bool:
    """Whether this person is offered to claim it; one query, none where somebody answers for it."""
    return queries.can_claim(component, context["request"].user)


@register.simple_tag
def entity_of(component: Component) -> Entity | None:
    """What a file says of it; one query."""
    return entities.of_component(component)


@register.simple_tag
def seen_as(component: Component) -> list[str]:
    """What services call themselves that are this component, where that is another name."""
    return queries.seen_as(component)


def _one(piece: str, *, is_hit: bool) -> SafeString:
    return format_html("<mark>{}</mark>" if is_hit else "{}", piece)
