"""What an attack would need, and the code does not have: looked for in all of it."""

from __future__ import annotations

import ast
import importlib
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings

from portal.celery import app
from tests.source import modules

# Who opens connections to addresses that people name, and nobody else does
WAYS_OUT = {
    "portal.outbound.doors": "looked up once, judged, connected to that very address",
    "observability.series.stores.prometheus": "an address of the operator's, judged the same way",
}
OPENS = re.compile(
    r"urllib\.request|^requests$|^aiohttp|^pycurl|^http\.client$|^httpx$|^ftplib|^smtplib"
)
# What these libraries do is judged before, or as it is done: see each module
JUDGED = {
    "portal.outbound.http": "reads what doors.connect opened",
    "portal.outbound.fetching": "reads what doors.connect opened",
    "portal.outbound.getting": "reads what doors.connect opened, or looked up",
    "portal.notifications.channels.mail": "the operator's own mail server, and its errors",
    **WAYS_OUT,
}
UNSAFE_MODULES = {"pickle", "marshal", "shelve", "dill", "jsonpickle", "xml.etree", "lxml"}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}
# What is handed to these is cut to so many characters before
CUT = {"observability.patterns.shapes.VARIES": 400}
HOSTILE = [
    "a" * 2500,
    "a " * 1250,
    " " * 2500 + "!",
    "/" * 2500,
    "a=" * 1250,
    '\\"' * 1250,
    "1." * 1250 + "x",
    "-" * 2500 + "\n",
    "{" * 2500,
    "password" * 312,
    "a:b@" * 625,
    "://" * 750,
    "a-" * 1250 + "_",
    "\n" * 2500,
    "#" * 2500 + "\na: 1\n",
    "%" * 2500 + "\nx",
    "# " * 1250 + "\nx",
]


def test_there_is_one_way_out() -> None:
    """Who else opened connections would go round the judgement of addresses."""
    found = {
        module.name for module in modules() for _, name in module.imported() if OPENS.search(name)
    }
    found |= {
        module.name
        for module in modules()
        for call in module.calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr == "create_connection"
        and isinstance(call.func.value, ast.Name) and call.func.value.id == "socket"
    }  # fmt: skip
    assert found - JUDGED.keys() == set()
    assert WAYS_OUT.keys() <= found


def test_nothing_that_is_read_becomes_code() -> None:
    """No pickle, no eval: sessions, messages and files are data."""
    found = [
        f"{module.place}:{line} {name}"
        for module in modules()
        for line, name in module.imported()
        if name in UNSAFE_MODULES or name.partition(".")[0] in UNSAFE_MODULES
    ]
    found += [
        f"{module.place}:{call.lineno} {call.func.id}"
        for module in modules()
        for call in module.calls()
        if isinstance(call.func, ast.Name) and call.func.id in UNSAFE_CALLS
    ]
    assert found == []
    assert settings.SESSION_SERIALIZER.endswith("JSONSerializer")
    assert set(app.conf.accept_content) <= {"json", "application/json"}


def patterns() -> Iterator[tuple[str, re.Pattern]]:
    for module in modules():
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                yield f"{module.name}.{name}", value


@contextmanager
def seconds_of_work(seconds: float, what: str) -> Iterator[None]:
    """An error after so much work of the processor: a busy machine alone makes none."""

    def give_up(*_: object) -> None:
        raise AssertionError(f"{what} thinks too long")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def test_no_pattern_thinks_for_long_about_any_text() -> None:
    found = dict(patterns())
    assert len(found) > 40
    for name, pattern in found.items():
        for text in HOSTILE:
            with seconds_of_work(2, f"{name} over {text[:12]!r}…"):
                cut = text[: CUT.get(name)]
                given = cut.encode() if isinstance(pattern.pattern, bytes) else cut
                pattern.search(given)
                pattern.match(given)
                pattern.fullmatch(given)


@pytest.mark.parametrize(
    "answers", [{"__proto__": {"x": 1}}, {"constructor": "x"}, {"toString": 1}]
)
def test_answers_of_a_golden_path_name_what_it_asks_for_alone(
    whole: object, program: object, answers: dict[str, object]
) -> None:
    """A name that means something to a script means nothing here: it is refused as unknown."""
    said = {"path": "deprecate-component", "answers": answers, "dry_run": False}
    made = program("ines").post("/api/v1/golden-path-runs/", said, format="json")
    assert made.status_code == 422, made.content
