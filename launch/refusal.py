"""The one way in which the launcher says no: a sentence on stderr, never a traceback."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable


class Refusal(Exception):
    """Slipway can't start or go on; the message says what is in the way and what to do about it."""


def told(main: Callable[[], int | None]) -> int:
    """Run `main`; a refusal or a full disk becomes one sentence on stderr and exit code 1."""
    try:
        return main() or 0
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        sys.stderr.write(f"{full_disk(error)}\n")
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        return 130
    return 1


def full_disk(error: OSError) -> str:
    """ENOSPC or EDQUOT in words."""
    where = f" while writing {error.filename}" if error.filename else ""
    return f"The disk is full{where}: free some space, then start Slipway again."
