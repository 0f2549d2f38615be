"""Each wall alone: what it stops when every wall in front of it has fallen."""

from __future__ import annotations

import errno
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.engines.base import Source
from pipelines.engines.duckdb import landlock, seccomp
from tests.pipelines.engines import zygotes


@pytest.fixture
def places(tmp_path: Path, inputs: dict[str, Source]) -> dict[str, str]:
    """A house of files: one input, one result, a folder for scratch, and what is out of bounds."""
    found = {
        name: str(tmp_path / name)
        for name in ("secret", "link", "outside", "input", "result", "temp")
    }
    Path(found["secret"]).write_text(f"name\n{zygotes.CANARY}\n")
    Path(found["link"]).symlink_to(found["secret"])
    Path(found["input"]).write_bytes(Path(inputs["flights.parquet"].paths[0]).read_bytes())
    Path(found["result"]).touch()
    Path(found["temp"]).mkdir()
    return found


def tried(wall: str, places: dict[str, str], sql: list[str]) -> dict[str, str]:
    plan = json.dumps({"wall": wall, "sql": sql, **places})
    done = subprocess.run(
        [sys.executable, "-m", "tests.pipelines.engines.confined", plan],
        cwd=zygotes.PROJECT,
        capture_output=True,
        check=True,
        timeout=60,
    )
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


FILES = {
    *("read the secret", "read the link", "list a folder", "write the input", "empty the input"),
    *("remove the input", "make a file", "make a folder"),
}


def digest(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def test_duckdb_locked_down_reads_and_writes_nothing_else(places: dict[str, str]) -> None:
    sql = [
        text.format(**places)
        for text in (
            "FROM read_csv('{secret}')",
            "FROM read_text('{link}')",
            "FROM glob('/etc/*')",
            "FROM '{secret}'",
            "COPY (SELECT 1) TO '{outside}'",
            "COPY flights TO '{secret}'",
            "ATTACH '{outside}' AS x",
            "EXPORT DATABASE '{outside}'",
            "INSTALL httpfs",
            "LOAD httpfs",
            "FROM read_csv('http://127.0.0.1:1/x.csv')",
            "SET enable_external_access = true",
            "SET lock_configuration = false",
            "SET allowed_paths = ['{secret}']",
            "RESET memory_limit",
            "PRAGMA memory_limit = '100GB'",
            "SELECT getenv('PATH')",
        )
    ]
    answer = tried("duckdb", places, [*sql, "SELECT count(*) FROM flights"])
    assert answer.pop("SELECT count(*) FROM flights") == ""
    assert [text for text, error in answer.items() if not error] == []
    assert not Path(places["outside"]).exists()


def test_the_kernel_alone_keeps_files_processes_and_the_network_away(
    places: dict[str, str],
) -> None:
    before = {name: digest(places[name]) for name in ("secret", "input")}
    sql = [
        text.format(**places)
        for text in (
            "FROM read_csv('{secret}')",
            "FROM read_text('/etc/passwd')",
            # DuckDB itself would allow this one: an input is among its allowed paths.
            "COPY (SELECT 1) TO '{input}' (FORMAT parquet, USE_TMP_FILE false)",
            "COPY (SELECT 1) TO '{outside}' (FORMAT csv)",
            "ATTACH '{outside}' AS x",
        )
    ]
    if not landlock.version():  # an old kernel: then only processes and the network are its part
        sql = []
    answer = tried("kernel", places, sql)
    allowed = {name: error for name, error in answer.items() if name.startswith("may: ")}
    assert allowed == dict.fromkeys(allowed, "")
    through = [name for name, error in answer.items() if not error and name not in allowed]
    assert not (set(through) - (set() if landlock.version() else FILES))
    calls = {name: error for name, error in answer.items() if name.startswith("call ")}
    assert set(calls.values()) == {"PermissionError"}
    if landlock.version():
        assert {name: digest(places[name]) for name in before} == before
        assert not Path(places["outside"]).exists()


def verdict(program: list[seccomp.Instruction], machine: str, number: int, *arguments: int) -> int:
    """Run a filter as the kernel would (BPF), for one call."""
    words = {0: number, 4: seccomp.AUDIT_ARCH[machine]}
    words |= {16 + 8 * i: value & 0xFFFFFFFF for i, value in enumerate(arguments)}
    accumulator = at = 0
    while True:
        code, true, false, value = program[at]
        at += 1
        if code == seccomp.RETURN:
            return value
        if code == seccomp.LOAD:
            accumulator = words.get(value, 0)
            continue
        holds = {
            seccomp.JUMP_EQUAL: accumulator == value,
            seccomp.JUMP_GREATER: accumulator > value,
            seccomp.JUMP_ANY_BIT: bool(accumulator & value),
        }[code]
        at += true if holds else false


REFUSED = 0x00050000 | errno.EPERM
ABSENT = 0x00050000 | errno.ENOSYS


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_the_filters_say_the_same_on_both_architectures(machine: str) -> None:
    place = seccomp.ARCHITECTURES.index(machine)
    every, child = seccomp.for_all(machine), seccomp.for_child(machine, 77)
    for calls, program in ((seccomp.REFUSED, every), (seccomp.REFUSED_TO_CHILDREN, child)):
        for pair in calls.values():
            if pair[place] is not None:
                assert verdict(program, machine, pair[place]) == REFUSED
    read, write = ((0, 1), (63, 64))[place]
    for number in (read, write):
        assert verdict(every, machine, number) == seccomp.ALLOW
        assert verdict(child, machine, number) == seccomp.ALLOW
    assert verdict(every, machine, 9999) == ABSENT
    assert verdict(every, machine, seccomp.CLONE3[place]) == ABSENT
    assert verdict(child, machine, seccomp.CLONE[place], 17) == REFUSED
    assert verdict(child, machine, seccomp.CLONE[place], 0x3D0F00) == seccomp.ALLOW
    assert verdict(child, machine, seccomp.TGKILL[place], 78, 78, 9) == REFUSED
    assert verdict(child, machine, seccomp.TGKILL[place], 77, 80, 6) == seccomp.ALLOW
    assert verdict(child, machine, seccomp.PRLIMIT[place], 5) == REFUSED
    assert verdict(every, machine, seccomp.MMAP[place], 0, 4096, 5) == REFUSED
    assert verdict(every, machine, seccomp.MMAP[place], 0, 4096, 3) == seccomp.ALLOW


def test_another_architecture_is_killed() -> None:
    program = seccomp.for_all("x86_64")
    words = program[:3]
    assert words[2] == (seccomp.RETURN, 0, 0, seccomp.KILL_PROCESS)
    assert verdict([*words, *program[3:]], "aarch64", 0) == seccomp.KILL_PROCESS
