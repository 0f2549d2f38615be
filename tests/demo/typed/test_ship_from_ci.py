"""A job takes a commit from git to production, with an approval, and it is rolled back.

The script is the one that the handbook shows, word for word; so are the jobs around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import yaml

from launch.places import ROOT
from slipway_cli.endings import Code
from tests.demo.conftest import Played
from tests.demo.typed.conftest import Job, Slipway

PAGE = (ROOT / "docs" / "how-to" / "ship-from-ci.md").read_text()
SCRIPT = re.search(r"^```bash\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
NAME = "carrier-delays"
FILE = """\
apiVersion: slipway/v1
kind: Transformation
metadata: {name: carrier-delays, team: airline-data, title: Delays of carriers}
spec:
  inputs:
    flights: {connection: nyc-files, path: flights.parquet}
  sql: |
    SELECT carrier, max(arr_delay)::DOUBLE AS worst FROM flights GROUP BY carrier
  contract:
    key: [carrier]
    columns:
      - {name: carrier, type: varchar}
      - {name: worst, type: double}
  deliveries: []
"""


def commit(job: Job, text: str, message: str) -> str:
    """Write the file and commit it; its identity."""
    (job.folder / f"{NAME}.yaml").write_text(text)
    assert job.run("git", "add", ".").code == 0
    assert job.run("git", "commit", "-q", "-m", message).code == 0
    return job.run("git", "rev-parse", "HEAD").out.strip()


def test_from_a_commit_to_production_and_back(
    played: Played, slipway: Slipway, job: Callable[[str], Job]
) -> None:
    assert SCRIPT
    mira = job("mira")
    mira.run("git", "init", "-q")
    (mira.folder / "ship.sh").write_text(SCRIPT[1])
    first = commit(mira, FILE, "Tell the worst delay of each carrier")
    shipped = mira.run("bash", "ship.sh", SLIPWAY_IDEMPOTENCY_KEY="job-1")
    assert shipped.code == 0, shipped
    assert "waits for an approval by Ines Marsh, Tomas Reyes" in shipped.aside
    again = mira.run("bash", "ship.sh", SLIPWAY_IDEMPOTENCY_KEY="job-1")
    assert again.code == 0, again  # as after the machine has died: nothing is done twice
    (waiting,) = slipway("mira", "status", "--json").json
    assert (waiting["component"], waiting["environment"]) == (NAME, "production")
    approved = slipway("ines", "approve", str(waiting["number"]), "-n", "Compared.", "--wait")
    assert approved.code == Code.DONE, approved

    second = commit(mira, FILE.replace("max(", "avg("), "Tell the mean delay instead")
    assert mira.run("bash", "ship.sh").code == 0
    (waiting,) = slipway("mira", "status", "--json").json
    assert slipway("tomas", "approve", str(waiting["number"]), "--wait").code == Code.DONE
    assert mira.run("bash", "ship.sh").code == 0  # it is live everywhere: there is nothing to do

    back = slipway(
        *("mira", "rollback", NAME, "--env", "production", "--wait", "--release", "1"),
        *("--reason", "The worst delay is what was asked for."),
    )
    assert back.code == 0, back
    places = {
        place["environment"]: place["release"]
        for place in slipway("mira", "status", NAME, "--json").json
    }
    assert places == {"development": None, "staging": 2, "production": 1}
    told(played, first, second)


def told(played: Played, first: str, second: str) -> None:
    """Releases and the axis of changes name the commits and when they were written."""
    jonas = played.person("jonas")
    sources = {
        release["number"]: release["source"] for release in jonas.every("releases/", component=NAME)
    }
    assert (sources[1]["commit"], sources[2]["commit"]) == (first, second)
    assert sources[1]["message"] == "Tell the worst delay of each carrier"
    assert sources[1]["path"] == f"{NAME}.yaml"
    changes = [*jonas.every("changes/", component=NAME, environment="production")]
    commits = {one["sha"] for change in changes for one in change["commits"]}
    assert commits >= {first, second}
    deployments = [*jonas.every("deployments/", component=NAME)]
    assert len(deployments) == 5  # two in staging, two in production, and the way back
    runs = [*jonas.every("runs/", transformation=NAME)]
    assert {run["version"] for run in runs} == {1, 2}


def test_a_job_that_goes_wrong_ends_with_its_code(job: Callable[[str], Job]) -> None:
    mira = job("mira")
    (mira.folder / "wrong.yaml").write_text(FILE.replace("arr_delay", "arr_dealy"))
    previewed = mira.run("slipway", "preview", "wrong.yaml")
    # Refused at once where the columns of its inputs are known, else by the preview itself
    assert previewed.code in {Code.REFUSED, Code.ENDED_BADLY}
    assert "arr_dealy" in previewed.aside
    (mira.folder / "wrong.yaml").write_text(FILE.replace("AS worst", "AS best"))
    registered = mira.run("slipway", "register", "wrong.yaml", "--no-source")
    assert registered.code == Code.REFUSED
    assert "line 1" in registered.aside, registered
    refused = mira.run("slipway", "status", "--json", SLIPWAY_TOKEN="slw_nobody")
    assert refused.code == Code.NOT_ALLOWED
    assert '"type": "urn:slipway:problem:not-signed-in"' in refused.aside


def test_the_jobs_of_the_page_run_that_script() -> None:
    actions, gitlab = (
        yaml.safe_load(found)
        for found in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    )
    job = actions["jobs"]["ship"]
    assert job["steps"][-1]["run"] == gitlab["ship"]["script"][-1] == "bash ship.sh"
    assert "bash ship.sh" in PAGE.partition("## Jenkins")[2]
    assert {"SLIPWAY_URL", "SLIPWAY_TOKEN", "SLIPWAY_IDEMPOTENCY_KEY"} == job["env"].keys()
