"""Tags that every page uses: states, icons, times, figures, diffs, fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.db.models import Model
from django.forms import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from portal import diff as diffs
from portal import figures
from portal.accounts import access
from portal.audit import words
from portal.audit.models import Entry
from portal.quoting import quoted

register = template.Library()
NUMERIC = (
    *("tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint"),
    *("uinteger", "ubigint", "uhugeint", "float", "double", "decimal"),
)
HIDDEN = mark_safe('aria-hidden="true"')
NOTHING = mark_safe('<span class="muted">–</span>')

register.filter("duration", figures.duration)
register.filter("size", figures.size)
register.filter("count", figures.count)
register.filter("in_words", figures.in_words)


@register.filter
def times(number: int, nouns: str) -> str:
    """`{{ n|times:"run" }}` -> "3 runs"; an odd plural after a comma."""
    noun, _, plural = nouns.partition(",")
    return figures.times(number, noun, plural)


@register.filter
def first_word(text: str) -> str:
    """How a colleague is addressed."""
    return str(text).split(" ", maxsplit=1)[0]


@register.filter
def share(part: float | None) -> str:
    """0.9995 -> "99.95 %"; a dash where nothing was measured. Cut, so that 100 % is all of it."""
    if part is None:
        return "–"
    return f"{int(part * 10_000) / 100:.2f}".rstrip("0").rstrip(".") + " %"


@register.filter
def cell(value: Any) -> str:
    """A value of a row of data: fractions to six digits, everything else as it is."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


@register.filter
def is_numeric(type_name: str) -> bool:
    """Whether a column of this type stands at the right."""
    return type_name.lower().partition("(")[0] in NUMERIC


@register.filter
def under(row: Sequence[Any], columns: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Each cell under its column: a great number comes as text, and only the column knows."""
    return zip(columns, row, strict=True)


@register.filter
def item(things: Any, key: Any) -> Any:
    """`{{ things|item:key }}`: what a mapping holds under a key that is a variable."""
    return things.get(key) if things else None


@register.filter
def code(text: str) -> SafeString:
    """Escaped text with `words in backticks` set as code."""
    pieces = re.split(r"`([^`\n]+)`", str(text or ""))
    return mark_safe(  # noqa: S308 - every piece went through format_html
        "".join(
            format_html("<code>{}</code>" if n % 2 else "{}", piece)
            for n, piece in enumerate(pieces)
        )
    )


register.filter("quoted", quoted)


# --- States --------------------------------------------------------------------------------------
@register.simple_tag
@lru_cache(maxsize=2048, typed=True)  # typed: a label that is safe equals one that is not
def icon(name: str, label: str = "", more: str = "") -> SafeString:
    """An icon of the sprite; with a label it speaks, without one it is decoration."""
    speech = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"')
    )
    return format_html(
        '<svg class="icon{}{}" {}><use href="{}#{}"/></svg>',
        " icon-running" if name == "running" else "",
        f" {more}" if more else "",
        speech,
        _sprite(),
        name,
    )


@cache
def _sprite() -> str:
    """Where the icons lie; a page has hundreds of them."""
    return static("img/icons.svg")


@register.simple_tag
def status(thing: Any, filled: bool = False) -> SafeString:  # noqa: FBT001, FBT002
    """The state of a row (a Deployment, a Run…) or a state itself: icon, word and colour."""
    state = state_of(thing)
    return said(state.tone, state.icon, state.label, filled=filled)


@register.simple_tag
def state(thing: Any) -> SafeString:
    """The icon of a state alone, which says its word to those who can't see it."""
    found = state_of(thing)
    return format_html(
        '<span class="state" data-tone="{}">{}</span>',
        found.tone,
        icon(found.icon, found.label, "state"),
    )


@register.simple_tag
def said(tone: str, name: str, text: str, filled: bool = False) -> SafeString:  # noqa: FBT001, FBT002
    """Any state in a tone, an icon and a word."""
    return format_html(
        '<span class="status{}" data-tone="{}">{}{}</span>',
        " status-filled" if filled else "",
        tone,
        icon(name),
        text,
    )


@register.filter
def state_of(thing: Any) -> Any:
    """The choice (with tone, icon and label) of a row's `state`, or the choice itself."""
    if not isinstance(thing, Model):
        return thing
    owner = thing if hasattr(thing, "State") else thing.step  # type: ignore[attr-defined]
    return owner.State(thing.state)  # type: ignore[attr-defined]


@register.filter
def tone_of(thing: Any) -> str:
    return str(state_of(thing).tone)


# --- Times ---------------------------------------------------------------------------------------
@register.simple_tag
def ago(at: datetime | None) -> SafeString:
    """ "12 minutes ago", kept current in the browser; the absolute time stands on hover."""
    if at is None:
        return NOTHING
    return format_html(
        '<relative-time datetime="{0}" title="{1}" no-title precision="minute" '
        'threshold="P9999D">{2}</relative-time>',
        at.astimezone(UTC).isoformat(timespec="seconds"),
        absolute(at),
        at.astimezone(UTC).strftime("%-d %b %H:%M"),
    )


@register.simple_tag
def clock(at: datetime | None, seconds: bool = False) -> SafeString:  # noqa: FBT001, FBT002
    """The time of day, where the day stands elsewhere."""
    return _time(at, "%H:%M:%S" if seconds else "%H:%M")


@register.simple_tag
def when(at: datetime | None, zone: str = "UTC") -> SafeString:
    """Day and time: "18 Nov 08:41"; of a zone that the page names, if it is another than UTC."""
    return _time(at, "%-d %b %H:%M", zone)


@register.simple_tag
def dated(at: datetime | None, zone: str = "UTC") -> SafeString:
    """The same with its year, for what may lie in another one: "18 Nov 2026 08:41"."""
    return _time(at, "%-d %b %Y %H:%M", zone)


@register.simple_tag
def since(at: datetime | None, until: datetime | None = None) -> SafeString | str:
    """How long it took; while `until` is open, a clock that runs in the browser."""
    if at is None:
        return "–"
    if until is not None:
        return figures.duration(until - at) if until > at else ""
    return format_html('<span data-since="{}">…</span>', at.isoformat())


@register.filter
def absolute(at: datetime) -> str:
    """The whole truth about an instant."""
    return at.astimezone(UTC).strftime("%a %-d %b %Y, %H:%M:%S UTC")


def _time(at: datetime | None, pattern: str, zone: str = "UTC") -> SafeString:
    if at is None:
        return NOTHING
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.astimezone(UTC).isoformat(timespec="seconds"),
        absolute(at),
        at.astimezone(ZoneInfo(zone)).strftime(pattern),
    )


# --- Things --------------------------------------------------------------------------------------
@register.simple_tag
def sha(text: str, name: str = "digest") -> SafeString:
    """The first seven characters of a digest; a click copies all of it."""
    if not text:
        return NOTHING
    return format_html(
        '<button class="sha" type="button" data-copy="{0}" title="Copy {1} {0}" '
        'aria-label="Copy {1} {2}">{2}</button>',
        text,
        name,
        text.rpartition(":")[2][:7],
    )


@register.simple_tag
def avatar(owner: Any, large: bool = False) -> SafeString:  # noqa: FBT001, FBT002
    """The initials of a person or a team; decoration beside the name."""
    kind = " avatar-team" if hasattr(owner, "memberships") and hasattr(owner, "title") else ""
    return format_html(
        '<span class="avatar{}{}" aria-hidden="true">{}</span>',
        kind,
        " avatar-l" if large else "",
        getattr(owner, "initials", "S"),
    )


@register.simple_tag(takes_context=True)
def may(context: Context, verb: str, thing: Any = None) -> bool:
    """`{% may "deployment.approve" component as can %}`: asks the permission book."""
    return access.may(context["request"].user, verb, thing)


@register.simple_tag(takes_context=True)
def refusal(context: Context, verb: str, thing: Any = None) -> str:
    """`{% refusal "run.again" component as said %}`: why not, and who can; "" for who may."""
    return access.refusal(context["request"].user, verb, thing)


@register.simple_block_tag
def teach(content: str, mark: str, title: str, text: str) -> SafeString:
    """An empty page that teaches: what this is, why it is empty, the command that fills it."""
    shown = {"mark": mark, "title": title, "text": text, "command": mark_safe(content)}  # noqa: S308
    return render_to_string("ui/_empty.html", shown)


@register.inclusion_tag("ui/_diff.html")
def diff(
    old: str, new: str, name: str = "", old_name: str = "", new_name: str = ""
) -> dict[str, Any]:
    """Two texts, line by line, with the words that differ."""
    return {
        "diff": diffs.compare(old, new),
        "name": name,
        "old_name": old_name,
        "new_name": new_name,
    }


@register.inclusion_tag("ui/_field.html")
def field(bound: BoundField, optional: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002
    """A form field with its label, its help and what to do about a mistake."""
    return {"field": bound, "optional": optional}


@register.filter
def entry_said(entry: Entry) -> str:
    """What was done by an audit entry, or tried, where it was refused."""
    return words.said(entry.verb, entry.outcome)


@register.filter
def entry_place(entry: Entry) -> str:
    """Where it was done, unless the name of the thing says so."""
    return words.place(entry.thing, entry.environment)


@register.filter
def entry_icon(entry: Entry) -> str:
    return words.icon(entry.verb, entry.outcome)


@register.filter
def entry_tone(entry: Entry) -> str:
    return words.tone(entry.verb, entry.outcome)


@register.filter
def scheme(request: Any) -> str:
    """The colour scheme that the person chose, or "" for the system's."""
    chosen = request.COOKIES.get("scheme", "") if request else ""
    return chosen if chosen in {"light", "dark"} else ""
