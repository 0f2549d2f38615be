"""Every verb of golden paths, in the order of their life. A path each, one function a verb."""

from portal.golden_paths.operations.deciding import cancel, retry, undo
from portal.golden_paths.operations.publishing import offer, publish
from portal.golden_paths.operations.starting import discard, keep, start
from portal.golden_paths.operations.sweeping import sweep
from portal.golden_paths.operations.working import work

__all__ = [
    "cancel",
    "discard",
    "keep",
    "offer",
    "publish",
    "retry",
    "start",
    "sweep",
    "undo",
    "work",
]
