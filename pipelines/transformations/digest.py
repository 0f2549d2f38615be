"""What makes two contents the same: the identity of a spec, and its meaning beside it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

from pipelines.transformations import sql

# Above this a float is no longer exact to the unit; below, 1.0 and 1 are the same number in JSON.
EXACT = 2**53
WORDS = ("description",)  # what people read; the meaning of a spec is without it


def normalised(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The spec as it is kept: verbatim, but newlines in SQL are line feeds."""
    return _with_sql(spec, _line_feeds)


def identity(spec: Mapping[str, Any]) -> str:
    """ "sha256:" and the SHA-256 of the canonical JSON of the normalised spec."""
    return _sha256(canonical_json(normalised(spec)))


def semantic(spec: Mapping[str, Any]) -> str:
    """The digest of what the spec means: the same for another layout, comment or description."""
    return _sha256(canonical_json(_without_words(_with_sql(spec, sql.canonical))))


def canonicaliser() -> str:
    """What made the semantic digest: digests of different ones can't be compared."""
    return f"sqlglot {version('sqlglot')}"


def canonical_json(value: Any) -> str:
    """One text for one value: keys in order, no spaces, UTF-8, whole floats as integers."""
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def _sha256(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return int(value)
    return value


def _line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _with_sql(spec: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    changed = {**spec, "sql": change(spec["sql"])}
    if "checks" in spec:
        changed["checks"] = [{**check, "sql": change(check["sql"])} for check in spec["checks"]]
    return changed


def _without_words(value: Any) -> Any:
    """Without descriptions: where a mapping's own keys are free (inputs), none is a description."""
    if isinstance(value, Mapping):
        return {
            key: _without_words(inner)
            for key, inner in value.items()
            if not (key in WORDS and isinstance(inner, str))
        }
    if isinstance(value, list):
        return [_without_words(inner) for inner in value]
    return value
