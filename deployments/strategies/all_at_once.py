"""Everything at once: from one moment to the next, the new pair is what is live."""

from __future__ import annotations

from deployments.strategies.base import Occasion, StepPlan


class AllAtOnce:
    name = "all_at_once"
    title = "All at once"
    note = "Work that begins after the switch uses the new version; work under way ends on the old."

    def steps(self, occasion: Occasion) -> tuple[StepPlan, ...]:
        approval = (_approval(occasion),) if occasion.approvals else ()
        place = occasion.environment
        return (
            StepPlan("rules", "Rules", "Nothing that fails goes further."),
            *approval,
            StepPlan("prepare", "Prepare", f"Make {occasion.new} ready in {place}."),
            StepPlan("switch", "Switch", _switch(occasion)),
            StepPlan("confirm", "Confirm", f"See how {occasion.new} does in {place}."),
        )


def _approval(occasion: Occasion) -> StepPlan:
    people = "Another person" if occasion.approvals == 1 else f"{occasion.approvals} other people"
    verb = "agrees" if occasion.approvals == 1 else "agree"
    return StepPlan("approval", "Approval", f"{people} {verb}. Nothing happens before.")


def _switch(occasion: Occasion) -> str:
    if not occasion.old or occasion.old == occasion.new:
        return f"{occasion.new} is live in one moment."
    return f"{occasion.new} takes over from {occasion.old} in one moment."
