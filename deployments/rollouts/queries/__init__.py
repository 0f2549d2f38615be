"""Questions about deployments: what is live, what would change, what happened, where to go back."""

from deployments.rollouts.queries.history import (
    configurations,
    decisions,
    deployment,
    details,
    history,
    live_rollbacks,
    places_of,
    reversal,
    reversed_of,
    tally,
    under_way,
)
from deployments.rollouts.queries.lists import live_of
from deployments.rollouts.queries.planning import meant, plan, rollback_plan
from deployments.rollouts.queries.standing import (
    Footing,
    Place,
    configuration,
    doing,
    footing,
    hold,
    live,
    matrix,
    next_place,
    observed,
    serving,
)
from deployments.rollouts.queries.ways_back import (
    Candidate,
    is_alone,
    rollback_candidates,
    ways_back,
)

__all__ = [
    "Candidate",
    "Footing",
    "Place",
    "configuration",
    "configurations",
    "decisions",
    "deployment",
    "details",
    "doing",
    "footing",
    "history",
    "hold",
    "is_alone",
    "live",
    "live_of",
    "live_rollbacks",
    "matrix",
    "meant",
    "next_place",
    "observed",
    "places_of",
    "plan",
    "reversal",
    "reversed_of",
    "rollback_candidates",
    "rollback_plan",
    "serving",
    "tally",
    "under_way",
    "ways_back",
]
