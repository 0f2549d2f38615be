"""A folder of the platform team, on a portal in which the cast has its two teams."""

from __future__ import annotations

import pytest

from portal.accounts.models import User
from tests.portal.manifests.folder import Folder

TEAM = """\
apiVersion: slipway/v1
kind: Team
metadata: {name: harbour, title: Harbour}
spec:
  members: {ines: maintainer, mira: developer}
"""
GATE = """\
apiVersion: slipway/v1
kind: Component
metadata: {name: gate-api, team: airline-data, title: Gate}
spec:
  kind: api
  tier: 2
  lifecycle: production
  links: [{url: "https://wiki.example/gate", title: Runbook, kind: runbook}]
"""


@pytest.fixture
def folder(people: dict[str, User]) -> Folder:
    """The platform team's, with one team and one component of another."""
    return Folder(people["priya"], {"teams.yaml": TEAM, "components.yaml": GATE})
