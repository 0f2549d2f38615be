"""The strategies by name, and those that a person may choose."""

from __future__ import annotations

from deployments.strategies.all_at_once import AllAtOnce
from deployments.strategies.base import Strategy
from deployments.strategies.rollback import Rollback

DEFAULT = "all_at_once"
CHOICES: dict[str, Strategy] = {DEFAULT: AllAtOnce()}
STRATEGIES: dict[str, Strategy] = {**CHOICES, "rollback": Rollback()}
