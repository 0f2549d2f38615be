"""The demonstration, played once in a whole running portal for all tests of this folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from demo.client import Api
from tests.portal_process import Portal, portal

__all__ = ["portal"]  # the fixture


@dataclass
class Played:
    """The running portal, what the play said, and what it left in demo.json."""

    portal: Portal
    said: str
    account: dict[str, Any]
    people: dict[str, Api]

    def person(self, username: str) -> Api:
        return self.people[username]

    def folder(self, environment: str, destination: str) -> Path:
        return Path(self.account["folders"]["deliveries"][environment][destination])


@pytest.fixture(scope="session")
def played(portal: Portal) -> Iterator[Played]:
    portal.begin("previews")  # only here: other tests of a whole portal preview nothing
    portal.manage("publish_golden_paths")  # as the start of the product does
    said = portal.manage("demo", "--against", portal.address).stdout
    account = json.loads((portal.data_dir / "demo.json").read_text())
    people = {
        username: Api(portal.address, username, token)
        for username, token in account["tokens"].items()
    }
    yield Played(portal, said, account, people)
    for api in people.values():
        api.close()
