"""Names of things: slugs, globally unique, never changed; the title beside it may be."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from django.core.validators import RegexValidator

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
LONGEST = 60
SLUG_HINT = (
    "lower-case letters, digits and hyphens, at most 60, "
    "beginning and ending with a letter or digit"
)

slug_validator = RegexValidator(rf"^{SLUG.pattern}\Z", f"Use {SLUG_HINT}.")


def is_slug(text: str) -> bool:
    return SLUG.fullmatch(text) is not None


_WORDS = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")


def proposed(text: str) -> str:
    """The slug that says what `text` says: CartService is cart-service; always the same one.

    What letters it can't say, and what is too long, is told apart by a digest.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = "-".join(_WORDS.findall(plain)).lower()
    if slug and len(slug) <= LONGEST:
        return slug
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    kept = slug[: LONGEST - 9].rstrip("-") or "service"
    return f"{kept}-{digest}"


def in_one_line(text: str) -> str:
    """A title without what nobody sees: line breaks, control characters, turns of direction."""
    shown = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(shown.split())
