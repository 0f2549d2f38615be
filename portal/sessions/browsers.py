"""What a browser calls itself, in three words. Pure."""

from __future__ import annotations

# The first that is found: some call themselves by the names of others, too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def name(said: str) -> str:
    """ "Firefox on Linux"; "A browser" for what says nothing known."""
    browser = next((word for mark, word in BROWSERS if mark in said), "A browser")
    system = next((word for mark, word in SYSTEMS if mark in said), "")
    return f"{browser} on {system}" if system else browser
