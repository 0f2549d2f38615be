"""Debian's chromium, as tests and photographs start it."""

from __future__ import annotations

import os

from playwright.sync_api import Browser, Playwright

PATH = os.environ.get("SLIPWAY_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def launched(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=PATH, args=FLAGS)
