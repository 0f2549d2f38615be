"""What a page tells its debugger, without the scripts that Playwright brings into each page.

Those take a fifth of a short look; and the content policy of pages stays on.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from playwright.sync_api import CDPSession, Page

SESSIONS: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()
BROUGHT: WeakKeyDictionary[Page, set[str]] = WeakKeyDictionary()


def brought(page: Page, script: str) -> None:
    """Run it now and at the beginning of all that this page will show; it is sent but once."""
    known = BROUGHT.setdefault(page, set())
    if script not in known:
        said(page, f"{script}; 0")
        _session(page).send("Page.enable")
        _session(page).send("Page.addScriptToEvaluateOnNewDocument", {"source": script})
        known.add(script)


def said(page: Page, expression: str) -> Any:
    """The value of an expression of JavaScript, or of what it promises; as JSON can carry it."""
    asked = {"expression": expression, "awaitPromise": True, "returnByValue": True}
    answer = _session(page).send("Runtime.evaluate", asked)
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
    return answer["result"].get("value")


def _session(page: Page) -> CDPSession:
    if page not in SESSIONS:
        SESSIONS[page] = page.context.new_cdp_session(page)
    return SESSIONS[page]
