"""Every verb of a deployment, in the order of its life. A path each, one function a verb."""

from deployments.rollouts.operations.approving import approve, recount
from deployments.rollouts.operations.deciding import abort, advance, refuse
from deployments.rollouts.operations.holding import pause, resume
from deployments.rollouts.operations.opening import configure, promote, request
from deployments.rollouts.operations.rolling_back import roll_back
from deployments.rollouts.operations.sweeping import sweep
from deployments.rollouts.operations.working import work

__all__ = [
    "abort",
    "advance",
    "approve",
    "configure",
    "pause",
    "promote",
    "recount",
    "refuse",
    "request",
    "resume",
    "roll_back",
    "sweep",
    "work",
]
