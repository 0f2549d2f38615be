"""The tests, and what whole portals of theirs run in."""

from __future__ import annotations

import sys

# A tool of development brings it along, and then jsonschema loads it: two seconds of a processor
# in each process, which the product spends on nothing. To import it fails now, as there.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
