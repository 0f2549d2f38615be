"""A question in Prometheus' language. Pure.

Prometheus knows no dots in names, and calls the parts of a histogram name_bucket, name_sum and
name_count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from observability.series.stores.base import Aggregate, Asked, Expression, Function

OTHER = re.compile(r"[^a-zA-Z0-9_:]")
VARIABLE = re.compile(r"\$(?:component|environment|window)\b")


def expression(asked: Asked, component: str, environment: str) -> str:
    """What to evaluate; `component` and `environment` are the labels that name those."""
    name = plain(asked.name)
    held = _matchers(asked, component, environment)
    by = [plain(one) for one in asked.by]
    over = f"[{asked.window}s]"
    match asked.function:
        case Function.VALUE:
            return _aggregated(f"{name}{held} or {name}_count{held}", asked.aggregate, by)
        case Function.RATE:
            both = f"rate({name}{held}{over}) or rate({name}_count{held}{over})"
            return _aggregated(both, asked.aggregate, by)
        case Function.MEAN:
            summed, counted = (f"rate({name}_{part}{held}{over})" for part in ("sum", "count"))
            if asked.aggregate:
                summed, counted = (f"sum by ({', '.join(by)}) ({x})" for x in (summed, counted))
            return f"{summed} / ({counted} > 0)"
        case Function.QUANTILE:
            buckets = f"rate({name}_bucket{held}{over})"
            if asked.aggregate:
                buckets = f"sum by ({', '.join([*by, 'le'])}) ({buckets})"
            return f"histogram_quantile({asked.quantile!r}, {buckets})"


def filled(asked: Expression) -> str:
    """An expression with what its variables stand for."""
    places = {
        "$component": quoted(asked.component),
        "$environment": quoted(asked.environment) if asked.environment else ".*",
        "$window": f"{asked.window}s",
    }
    return VARIABLE.sub(lambda found: places[found.group()], asked.text)


def selector(matchers: Iterable[tuple[str, str]]) -> str:
    """`{label="value", …}`; labels without a name are left out."""
    return "{" + ", ".join(f'{plain(k)}="{quoted(v)}"' for k, v in matchers if k) + "}"


def plain(name: str) -> str:
    """As Prometheus takes names; a metric of OpenTelemetry is called so there."""
    found = OTHER.sub("_", name)
    return f"_{found}" if found[:1].isdigit() else found


def _matchers(asked: Asked, component: str, environment: str) -> str:
    given = [(component, asked.component)]
    if asked.environment:
        given.append((environment, asked.environment))
    return selector([*given, *asked.where])


def _aggregated(inner: str, aggregate: Aggregate, by: list[str]) -> str:
    return f"{aggregate} by ({', '.join(by)}) ({inner})" if aggregate else inner


def quoted(text: str) -> str:
    """What stands between double quotes."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
