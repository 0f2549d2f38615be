"""Names of things: slugs, globally unique, never changed; the title beside it may be."""

from __future__ import annotations

import re
import unicodedata

from django.core.validators import RegexValidator

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
SLUG_HINT = (
    "lower-case letters, digits and hyphens, at most 60, "
    "beginning and ending with a letter or digit"
)

slug_validator = RegexValidator(rf"^{SLUG.pattern}\Z", f"Use {SLUG_HINT}.")


def is_slug(text: str) -> bool:
    return SLUG.fullmatch(text) is not None


def in_one_line(text: str) -> str:
    """A title without what nobody sees: line breaks, control characters, turns of direction."""
    shown = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(shown.split())
