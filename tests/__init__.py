"""The tests, and what whole portals of theirs run in."""

from __future__ import annotations

import sys

# On purpose: a tool of development brings this grammar along, and where it is found jsonschema
# loads it, two seconds of a processor in each process. The product has none; nor have its tests.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
