"""Pages that change what files keep say so, and let go of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from deployments.environments import queries as environments
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.manifests import operations, queries
from portal.manifests.models import Kept
from portal.manifests.reading import File
from tests.whole_house import Whole

Browser = Callable[[str], Client]
COMMIT = "4f2a91c0d3b85e6a7c1d2e3f405162738495a6b7"
SOURCE = "https://git.example/platform/portal"
PLACE = """\
apiVersion: slipway/v1
kind: Environment
metadata: {name: production}
spec: {order: %d, approvals: 1, is_production: true}
"""
DOOR = "/manifests/let-go?kind=Component&name=carrier-punctuality"
ABOUT = {"kind": "Component", "name": "carrier-punctuality"}


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


@pytest.fixture
def kept(whole: Whole, people: dict[str, User]) -> Whole:
    """The platform keeps production in files, too."""
    place = environments.environment("production")
    asked = {
        "files": [File("places.yaml", PLACE % place.order)],
        "source": SOURCE,
        "by": people["priya"],
        "now": timezone.now(),
    }
    digest = queries.plan(**asked).digest
    begun = operations.begin(**asked, digest=digest, commit=COMMIT)
    operations.work(application=begun, by=people["priya"], now=timezone.now, goes_on=lambda: True)
    return whole


def test_the_rule_of_an_environment_says_that_the_next_apply_sets_it_back(
    kept: Whole, browser: Browser
) -> None:
    page = text(browser("priya"), "/environments/production/rule")
    assert f'Kept in files: <code class="value">{SOURCE}</code>' in page
    assert '<code class="value">places.yaml</code>' in page
    assert f'data-copy="{COMMIT}"' in page
    assert "the next apply sets it back" in page
    assert "Kept in files: " not in text(browser("priya"), "/environments/staging/rule")


def test_a_dialog_says_it_too(kept: Whole, browser: Browser) -> None:
    dialog = text(browser("ines"), "/components/carrier-punctuality/hand-over")
    assert "The next apply sets back what is changed here." in dialog
    assert DOOR.replace("&", "&amp;") in dialog


def test_whoever_may_apply_files_of_the_team_lets_go_with_a_reason(
    whole: Whole, browser: Browser
) -> None:
    ines = browser("ines")
    assert DOOR.replace("&", "&amp;") in text(ines, "/components/carrier-punctuality/")
    assert "Take its document out of" in text(ines, DOOR)
    answer = ines.post(
        "/manifests/let-go",
        {**ABOUT, "reason": "It moves to another repository."},
        headers={
            "HX-Request": "true",
            "HX-Current-URL": "http://testserver/components/carrier-punctuality/",
        },
    )
    assert answer.headers["HX-Redirect"] == "/components/carrier-punctuality/"
    assert not Kept.objects.filter(**ABOUT).exists()
    entry = Entry.objects.get(verb="manifest.let_go")
    assert (entry.thing, entry.reason) == ("carrier-punctuality", "It moves to another repository.")
    assert entry.before["file"] == "components.yaml"
    assert "Kept in files: " not in text(ines, "/components/carrier-punctuality/")


def test_whoever_may_not_is_shown_no_button_and_refused(whole: Whole, browser: Browser) -> None:
    page = text(browser("jonas"), "/components/carrier-punctuality/")
    assert "Kept in files: " in page
    assert "/manifests/let-go" not in page
    answer = browser("jonas").post("/manifests/let-go", ABOUT)
    assert answer.status_code == 403
    assert Kept.objects.filter(**ABOUT).exists()
    assert Entry.objects.get(verb="manifest.let_go").outcome == "refused"


@pytest.mark.parametrize("came_from", ["http://evil.example/", "http://testserver//evil.example/"])
def test_nobody_is_led_elsewhere(whole: Whole, browser: Browser, came_from: str) -> None:
    answer = browser("ines").post(
        "/manifests/let-go", ABOUT, headers={"HX-Request": "true", "HX-Current-URL": came_from}
    )
    assert answer.headers["HX-Redirect"] == "/manifests/"


def test_what_no_file_keeps_is_not_let_go_of(whole: Whole, browser: Browser) -> None:
    answer = browser("ines").get("/manifests/let-go?kind=Team&name=airline-data")
    assert answer.status_code == 404
    assert "No file keeps Team airline-data." in answer.content.decode()
