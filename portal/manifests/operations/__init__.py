"""Applying files: a plan that was agreed to becomes steps, and each is done once or refused."""

from portal.manifests.operations.beginning import begin
from portal.manifests.operations.leaving import leave_behind, let_go
from portal.manifests.operations.working import work

__all__ = ["begin", "leave_behind", "let_go", "work"]
