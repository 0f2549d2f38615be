"""The containers run what `make up` runs."""

from __future__ import annotations

from pathlib import Path

import yaml

from launch import processes
from launch.places import ROOT, Places
from launch.processes import Settings
from launch.program import Program

SERVICES = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"]
SETTINGS = Settings(Places(Path("/data")), 8000, "", "", {})


def arguments(command: list[str], program: str) -> list[str]:
    """What follows the program's name, however its interpreter was found."""
    names = [Path(part).name for part in command]
    return command[names.index(program) + 1 :]


def test_workers_and_beat_are_the_same() -> None:
    for worker in processes.workers(SETTINGS):
        command = SERVICES[worker.name]["command"]
        assert arguments(command, "celery") == arguments(worker.command, "celery")


def test_each_process_is_told_which_one_it_is() -> None:
    """Without it a suspended one would keep its transaction, and with it what it has locked."""
    for name in ("web", *(worker.name for worker in processes.workers(SETTINGS))):
        assert SERVICES[name]["environment"]["SLIPWAY_PROCESS"] == name
        assert SERVICES[name]["environment"]["DATABASE_URL"]


def test_any_setting_reaches_every_process_by_the_file_of_settings() -> None:
    """What a container is given besides is never empty: that would hide the file's value."""
    for name in ("prepare", "web", *(worker.name for worker in processes.workers(SETTINGS))):
        assert SERVICES[name]["env_file"] == [{"path": "settings.env", "required": False}]
        assert not [key for key, value in SERVICES[name]["environment"].items() if ":-}" in value]


def test_the_zygote_is_the_same_and_sees_no_network_and_no_secret() -> None:
    [_, _, script] = SERVICES["zygote"]["command"]
    module = arguments(processes.zygote(SETTINGS).command, "python")[:2]
    assert " ".join(["exec env -i /opt/slipway/.venv/bin/python", *module]) in script
    assert SERVICES["zygote"]["network_mode"] == "none"
    assert not {"environment", "env_file"} & SERVICES["zygote"].keys()


def test_the_web_server_is_the_same_but_for_the_address() -> None:
    dockerfile = (ROOT / "docker" / "Dockerfile").read_text()
    for argument in granian(processes.web(SETTINGS)):
        assert f'"{argument}"' in dockerfile


def granian(program: Program) -> list[str]:
    threads = str(processes.WEB_THREADS)  # as many as the machine's processors suggest
    return [
        argument
        for argument in arguments(program.command, "granian")
        if argument not in {"127.0.0.1", threads}
    ]


def test_each_process_of_make_up_has_a_container() -> None:
    ours = {"web", "zygote", *(worker.name for worker in processes.workers(SETTINGS))}
    assert set(SERVICES) == ours | {"postgres", "redis", "prepare"}
