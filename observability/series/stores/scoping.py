"""A query in Prometheus' language, narrowed down to one component: each selector says so. Pure.

What a matcher is added to must be found for certain, so the text is read by the rules of
Prometheus' own lexer and grammar (promql/parser/lex.go, generated_parser.y), and what they would
not read is refused rather than let through. A word that could be a metric is taken for one.
"""

from __future__ import annotations

import re

from observability.series.stores.promql import quoted

TOKEN = re.compile(
    r"""(?P<gap>[ \t\r\n]+|\#[^\r\n]*)
    |(?P<word>[a-zA-Z_:][a-zA-Z0-9_:]*)
    |(?P<number>\.?[0-9](?:[eE][+-][0-9]|[0-9a-zA-Z_.])*)
    |(?P<text>"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`)
    |(?P<range>\[[ \t\r\n]*[0-9][0-9a-z.: \t\r\n]*\])
    |(?P<sign>=~|!~|==|!=|>=|<=|[-+*/%^<>=(){},@])""",
    re.VERBOSE,
)
OPERATORS = frozenset({"+", "-", "*", "/", "%", "^", "==", "!=", ">", "<", ">=", "<=", "@", ","})
SIGNS = frozenset("+-")
BETWEEN = frozenset({"and", "or", "unless", "atan2", "offset"})  # what follows is another operand
NUMBERS = frozenset({"inf", "nan"})
AGGREGATORS = frozenset(
    {
        *("sum", "avg", "count", "min", "max", "group", "stddev", "stdvar", "topk", "bottomk"),
        *("count_values", "quantile", "limitk", "limit_ratio"),
    }
)
BY = frozenset({"by", "without"})
ON = frozenset({"on", "ignoring"})
GROUP = frozenset({"group_left", "group_right"})
MATCHERS = frozenset({"=", "!=", "=~", "!~"})


class Unscoped(Exception):
    """A query that can't be narrowed down for certain, in words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def scoped(text: str, label: str, component: str) -> str:
    """The query with `label="component"` in every selector. Raises Unscoped."""
    return _Scoping(text, label, component).done()


class _Scoping:
    """Tokens one after the other, written down again as they are understood."""

    def __init__(self, text: str, label: str, component: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._said: list[str] = []
        self._label, self._component = label, component
        self._held = f'{label}="{quoted(component)}"'

    def done(self) -> str:
        needs_operand = True
        while self._kind:
            needs_operand = self._operand() if needs_operand else self._after()
        if needs_operand:
            raise self._odd()
        return " ".join(self._said)

    @property
    def _kind(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    @property
    def _text(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    @property
    def _word(self) -> str:
        """Prometheus knows its own words in whatever case."""
        return self._text.lower() if self._kind == "word" else ""

    def _keep(self) -> str:
        text = self._text
        self._said.append(text)
        self._at += 1
        return text

    def _operand(self) -> bool:
        """Where a value is due; True where it still is afterwards."""
        if self._kind in {"number", "text"} or self._word in NUMBERS:
            self._keep()
            return False
        if self._text == "{":
            self._selector()
            return False
        if self._kind == "sign" and self._text in {"(", *SIGNS}:
            self._keep()
            return True
        if self._text == ")":  # f()
            self._keep()
            return False
        if self._kind != "word":
            raise self._odd()
        return self._named()

    def _named(self) -> bool:
        word = self._word
        if word in ON:
            self._keep()
            self._labels()
            if self._word in GROUP:
                self._keep()
                if self._text == "(":
                    self._labels()
            return self._begins()
        if word == "bool":
            self._keep()
            return True
        self._keep()
        if word in AGGREGATORS and self._word in BY:
            self._keep()
            self._labels()
            return self._begins()
        if self._text == "(":
            return True
        self._selector()
        return False

    def _begins(self) -> bool:
        """After labels in parentheses: nothing that could make an operand of those."""
        if self._kind == "word" or self._text in {"(", "{"} or self._kind == "number":
            return True
        raise self._odd()

    def _after(self) -> bool:
        """Behind a value; True where another is due."""
        if self._kind == "range" or self._text == ")":
            self._keep()
            return False
        if self._word in BY:
            self._keep()
            self._labels()
            return False
        if self._word in BETWEEN or (self._kind == "sign" and self._text in OPERATORS):
            self._keep()
            return True
        raise self._odd()

    def _labels(self) -> None:
        self._need("(")
        while self._text != ")":
            if self._kind not in {"word", "text"}:
                raise self._odd()
            self._keep()
            if self._text == ",":
                self._keep()
            elif self._text != ")":
                raise self._odd()
        self._need(")")

    def _selector(self) -> None:
        """What stands in braces, or nothing; the matcher stands first."""
        self._said.append("{")
        self._said.append(self._held)
        if self._text == "{":
            self._at += 1
            while self._text != "}":
                self._said.append(",")
                self._matcher()
                if self._text == ",":
                    self._at += 1
                elif self._text != "}":
                    raise self._odd()
            self._at += 1
        self._said.append("}")

    def _matcher(self) -> None:
        if self._kind not in {"word", "text"}:
            raise self._odd()
        is_name = self._kind == "text"
        label = self._keep()
        if is_name and self._text in {",", "}"}:
            return  # {"a metric's name"}
        if self._text not in MATCHERS:
            raise self._odd()
        sign = self._keep()
        if self._kind != "text":
            raise self._odd()
        value = self._keep()[1:-1]
        if sign == "=" and label == self._label and value != quoted(self._component):
            raise Unscoped(
                f"This is about {self._component}: “{label}={value}” is another component. "
                "Pin it there, where the team that owns it decides."
            )

    def _need(self, sign: str) -> None:
        if self._text != sign or self._kind != "sign":
            raise self._odd()
        self._keep()

    def _odd(self) -> Unscoped:
        where = f"before “{self._text}”" if self._text else "at the end"
        return Unscoped(f"The query can't be read {where}: it must be certain what it selects.")


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise Unscoped(f"“{text[at : at + 20]}” can't be read.")
        if match.lastgroup != "gap":
            found.append((str(match.lastgroup), match.group()))
        at = match.end()
    return found
