"""A plan as people read it: each thing, each field before and after, and what would be refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import unified_diff
from typing import Any

from rich.text import Text

from slipway_cli.showing import BAD, BUSY, GOOD, plain

Step = dict[str, Any]
STYLES = {"create": GOOD, "change": BUSY, "keep": "", "remove": BAD, "leave": "dim"}
SIGNS = {"create": "+", "change": "~", "keep": "=", "remove": "-", "leave": "…"}
DONE = {
    "create": "to create",
    "change": "to change",
    "keep": "to keep in files",
    "remove": "to remove",
    "leave": "to let go of",
}


def lines(plan: dict[str, Any]) -> Iterator[Text]:
    """All of it, and what it comes to."""
    for step in plan["steps"]:
        yield from _step(step)
    for stray in plan["stray"]:
        yield Text(
            f"  {plain(stray['kind'])} {plain(stray['name'])} is in no file any more. It stays: "
            "--prune would take it away.",
            style="dim",
        )
    if plan["is_empty"]:
        yield Text(f"Nothing to do: {plan['unchanged']:,} as their files say.", style=GOOD)
        return
    known = plan["counts"]
    counts = [f"{known[action]:,} {words}" for action, words in DONE.items() if known[action]]
    refused = f"; {plan['refused']:,} refused" if plan["refused"] else ""
    yield Text(f"{', '.join(counts)}{refused}; {plan['unchanged']:,} as they are.")
    yield Text(f"Plan {plain(plan['digest'])}", style="dim")


def _step(step: Step) -> Iterator[Text]:
    place = plain(step["file"]) + (f":{step['line']}" if step["line"] else "")
    head = Text(f"{SIGNS[step['action']]} {plain(step['words'])}", style=STYLES[step["action"]])
    yield head.append(f"  {place}", style="dim")
    for each in step["differences"]:
        yield from _difference(each)
    for refusal in step["refusals"]:
        yield Text(f"    ✗ {plain(refusal)}", style=BAD)


def _difference(each: dict[str, Any]) -> Iterator[Text]:
    name, before, after = plain(each["field"]), each["before"], each["after"]
    drift = Text("  changed elsewhere", style=BUSY) if each["is_drift"] else Text("")
    old, new = _text(before), _text(after)
    if before is None:
        shown = new.replace("\n", "\n        ")
        yield Text(f"    {name}: {shown}").append(drift)
    elif "\n" in old + new:
        yield Text(f"    {name}:").append(drift)
        changed = list(unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1))
        for line in changed[2:]:
            style = GOOD if line.startswith("+") else BAD if line.startswith("-") else "dim"
            yield Text(f"      {line}", style=style)
    else:
        yield Text(f"    {name}: {old} → {new}").append(drift)


def _text(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return "\n".join(plain(line) for line in value.split("\n")) or "“”"
    text = json.dumps(value, ensure_ascii=False)
    return plain(text) if len(text) <= 80 else json.dumps(value, indent=1, ensure_ascii=False)
