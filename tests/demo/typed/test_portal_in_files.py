"""`slipway export`, `plan` and `apply`: a folder from its first file to nothing left to do."""

from __future__ import annotations

from pathlib import Path

from tests.demo.typed.conftest import Slipway

PIER = """\
apiVersion: slipway/v1
kind: Team
metadata: {name: pier, title: Pier}
spec: {members: {ines: maintainer}}
---
apiVersion: slipway/v1
kind: Component
metadata: {name: pier-lights, team: pier}
spec: {kind: service, tier: 2}
"""


def test_a_folder_is_planned_applied_and_then_there_is_nothing_to_do(
    slipway: Slipway, tmp_path: Path
) -> None:
    folder = tmp_path / "portal"
    folder.mkdir()
    (folder / "pier.yaml").write_text(PIER)
    words = ("-f", str(folder), "--source", "typed")

    planned = slipway("priya", "plan", *words)
    assert planned.code == 2
    assert "+ Component pier-lights is created.  pier.yaml:6" in planned.out
    assert "    tier: 2" in planned.out
    assert "2 to create" in planned.out

    asked = slipway("priya", "apply", *words)
    assert (asked.code, "Say --yes to do it." in asked.aside) == (2, True)
    refused = slipway("mira", "apply", *words, "--yes")
    assert refused.code == 3
    assert "Nothing was done" in refused.aside

    done = slipway("priya", "apply", *words, "--yes")
    assert done.code == 0, done.aside
    assert "Done: 2 of 2." in done.out
    again = slipway("priya", "plan", *words, "--json")
    assert (again.code, again.json["is_empty"]) == (0, True)

    (folder / "pier.yaml").write_text(PIER.replace("tier: 2", "tier: 7"))
    wrong = slipway("priya", "plan", *words)
    assert wrong.code == 1
    assert "pier.yaml, line 9, column 29: spec.tier is 7" in wrong.aside
    assert slipway("priya", "plan").code == 1, "2 would say that there is something to do"


def test_what_is_there_is_exported_with_no_secret(slipway: Slipway, tmp_path: Path) -> None:
    done = slipway("priya", "export", str(tmp_path / "all"))
    assert done.code == 0, done.aside
    files = {
        path.relative_to(tmp_path / "all").as_posix() for path in (tmp_path / "all").rglob("*.yaml")
    }
    assert {"teams.yaml", "clients.yaml", "transformations/carrier-punctuality.yaml"} <= files
    bindings = (tmp_path / "all" / "bindings.yaml").read_text()
    assert "whsec_" not in bindings
