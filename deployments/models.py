"""The tables of this floor, by topic."""

from deployments.environments.models import Environment
from deployments.evidence.models import Evidence
from deployments.policies.models import Approval
from deployments.releases.models import Rejection, Release
from deployments.rollouts.models import Configuration, Deployment, Hold, Live, Step, StepAttempt

__all__ = [
    "Approval",
    "Configuration",
    "Deployment",
    "Environment",
    "Evidence",
    "Hold",
    "Live",
    "Rejection",
    "Release",
    "Step",
    "StepAttempt",
]
