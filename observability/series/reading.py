"""What the built-in store understands of Prometheus' query language, as a question to it. Pure.

    name{label="value"}                             what is
    rate(name{…}[5m])                               how much was added a second
    sum by (label) (…)                              and avg, min, max, around either of these
    histogram_quantile(0.95, rate(name_bucket[5m])) with or without `sum by (le, …)` inside
    rate(name_sum[5m]) / rate(name_count[5m])       the mean of a histogram

The component and its environment are given, not written: matchers of `$component` and
`$environment` say nothing more. Names may have dots, as OpenTelemetry has them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from observability.series.stores.base import LOOK_BACK, Aggregate, Expression, Function

TOKEN = re.compile(
    r"\s*(?:(?P<name>[a-zA-Z_:$][\w:.]*)|(?P<number>\d+(?:\.\d+)?(?![\w.]))"
    r"|(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|(?P<range>\[[^\]]*\])"
    r"|(?P<sign>=~|!~|!=|[=(){},/]))"
)
RANGE = re.compile(r"(\d+)(s|m|h|d)")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
AGGREGATES = {one.value for one in Aggregate if one}
GIVEN = {"$component", "$environment"}
OWNER = {"component", "service_name", "service.name"}  # labels that say whose metric it is
KNOWN = (
    "it knows a metric by its name, rate(…[5m]), sum, avg, min and max with by (…), "
    "histogram_quantile(…), and rate(…_sum[5m]) / rate(…_count[5m])"
)


class Unreadable(Exception):
    """An expression that the built-in store does not understand, in words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Reading:
    """An expression as parts of a question."""

    name: str
    where: tuple[tuple[str, str], ...] = ()
    function: Function = Function.VALUE
    aggregate: Aggregate = Aggregate.NONE
    by: tuple[str, ...] = ()
    quantile: float = 0.5
    window: int = LOOK_BACK


def read(expression: Expression) -> Reading:
    """Raises Unreadable."""
    text = expression.text.replace("$window", f"{expression.window}s")
    reader = _Reader(text, expression.component)
    found = reader.expression()
    if reader.kind:
        raise Unreadable(f"The metrics that are sent here end at “{reader.text}”: {KNOWN}.")
    return found


class _Reader:
    """Tokens one after the other; `kind` and `text` are of the next one, "" at the end."""

    def __init__(self, text: str, component: str) -> None:
        self._rest = text.strip()
        self._component = component
        self.kind, self.text = "", ""
        self._next()

    def _next(self) -> None:
        if not self._rest:
            self.kind, self.text = "", ""
            return
        match = TOKEN.match(self._rest)
        if match is None:
            raise Unreadable(f"“{self._rest[:20]}” can't be read: {KNOWN}.")
        self.kind, self.text = match.lastgroup or "", match.group(match.lastgroup or 0)
        self._rest = self._rest[match.end() :].strip()

    def _take(self, text: str) -> bool:
        if self.text != text or self.kind not in {"sign", "name"}:
            return False
        self._next()
        return True

    def _need(self, text: str) -> None:
        if not self._take(text):
            raise Unreadable(f"“{text}” is missing before “{self.text or 'the end'}”.")

    def _word(self, kind: str, what: str) -> str:
        if self.kind != kind:
            raise Unreadable(f"{what} is missing before “{self.text or 'the end'}”: {KNOWN}.")
        text = self.text
        self._next()
        return text

    def expression(self) -> Reading:
        first = self._one()
        return self._mean(first) if self._take("/") else first

    def _mean(self, upper: Reading) -> Reading:
        lower = self._one()
        name = upper.name.removesuffix("_sum")
        is_mean = upper.function is lower.function is Function.RATE
        if not is_mean or replace(upper, name=f"{name}_count") != lower or name == upper.name:
            raise Unreadable(
                "One thing by another is known of a mean alone: rate(x_sum[5m]) / rate(x_count[5m])"
                " with the same labels."
            )
        return replace(upper, name=name, function=Function.MEAN)

    def _one(self) -> Reading:
        if self._take("("):
            found = self.expression()
            self._need(")")
            return found
        if self.kind == "name":
            if self.text in AGGREGATES:
                return self._aggregated()
            if self.text == "rate":
                return self._rate()
            if self.text == "histogram_quantile":
                return self._quantile()
        return self._selector()

    def _aggregated(self) -> Reading:
        aggregate = Aggregate(self._word("name", "A function"))
        by = self._by()
        self._need("(")
        inner = self.expression()
        self._need(")")
        by = by or self._by()
        if inner.aggregate or inner.function in {Function.QUANTILE, Function.MEAN}:
            raise Unreadable(f"{aggregate} of what is aggregated already is not known: {KNOWN}.")
        return replace(inner, aggregate=aggregate, by=by)

    def _by(self) -> tuple[str, ...]:
        if not self._take("by"):
            return ()
        self._need("(")
        found = []
        while not self._take(")"):
            found.append(self._word("name", "A label"))
            self._take(",")
        return tuple(found)

    def _rate(self) -> Reading:
        self._next()
        self._need("(")
        found = self._selector()
        window = _seconds(self._word("range", "A time such as [5m]"))
        self._need(")")
        return replace(found, function=Function.RATE, window=window)

    def _quantile(self) -> Reading:
        self._next()
        self._need("(")
        quantile = float(self._word("number", "A quantile such as 0.95"))
        self._need(",")
        inner = self.expression()
        self._need(")")
        if inner.function is not Function.RATE or inner.aggregate not in {"", Aggregate.SUM}:
            raise Unreadable("A quantile is taken of rate(…_bucket[5m]), or of a sum of it.")
        by = tuple(label for label in inner.by if label != "le")
        return replace(
            inner,
            name=inner.name.removesuffix("_bucket"),
            function=Function.QUANTILE,
            by=by,
            quantile=quantile,
        )

    def _selector(self) -> Reading:
        name = self._word("name", "The name of a metric") if self.kind == "name" else ""
        where: list[tuple[str, str]] = []
        if self._take("{"):
            while not self._take("}"):
                if self.kind == "text" and not name:
                    name = _plain(self._word("text", "A name"))
                else:
                    where += self._matcher()
                self._take(",")
        if self.text == "(" and name:
            raise Unreadable(f"“{name}(…)” is not known of metrics that are sent here: {KNOWN}.")
        if not name:
            raise Unreadable(f"The name of a metric is missing: {KNOWN}.")
        return Reading(name, tuple(where))

    def _matcher(self) -> list[tuple[str, str]]:
        label = self._word("name", "A label")
        sign = self.text
        if sign not in {"=", "=~"}:
            raise Unreadable(f"Labels are told apart by = here, not by “{sign}”.")
        self._next()
        value = _plain(self._word("text", "A value in quotes"))
        if value in GIVEN:
            return []
        if sign == "=~":
            raise Unreadable(f'Labels are told apart by = here: write {label}="{value}".')
        if label in OWNER:
            self._require_own(label, value)
            return []
        return [(label, value)]

    def _require_own(self, label: str, value: str) -> None:
        if value != self._component:
            raise Unreadable(
                f"This is about {self._component}: “{label}={value}” is another component. "
                "Pin it there, where the team that owns it decides."
            )


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def _seconds(text: str) -> int:
    match = RANGE.fullmatch(text[1:-1].strip())
    if match is None or not int(match[1]):
        raise Unreadable(f"“{text}” is no time: write [5m], or [$window].")
    return int(match[1]) * SECONDS[match[2]]
