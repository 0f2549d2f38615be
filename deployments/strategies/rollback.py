"""The emergency exit: no approval, nothing to make ready, for the pair was live here before."""

from __future__ import annotations

from deployments.strategies.base import Occasion, StepPlan


class Rollback:
    name = "rollback"
    title = "Roll back"
    note = "Waits for no approval and no pause; it is looked at afterwards."

    def steps(self, occasion: Occasion) -> tuple[StepPlan, ...]:
        return (
            StepPlan("rules", "Rules", "Was live here, and is not rejected."),
            StepPlan("switch", "Switch", f"{occasion.new} takes over from {occasion.old}."),
            StepPlan("confirm", "Confirm", f"See how {occasion.new} does again."),
        )
