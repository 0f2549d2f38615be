"""Lines in which the portal tells of deploying: they come with every switch, of whatever release.

By their words: patterns are of a component and a level, whoever wrote the lines. Pure.
"""

from __future__ import annotations

import re

# As deployments/rollouts/operations/claims.py and ending.py write them
OWN = re.compile(r"step \S+ (\S+: |fenced off at attempt )|not undone: ")


def are_ours(template: str) -> bool:
    """Whether lines of this template tell of the deployment itself, not of what was deployed."""
    return OWN.match(template) is not None
