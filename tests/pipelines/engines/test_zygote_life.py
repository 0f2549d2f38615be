"""The zygote outlives its sandboxes, leaves nothing behind, and may be killed at any time."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from pipelines.engines.base import EngineError, Source
from pipelines.engines.duckdb import client
from tests.patience import patient, wait_for
from tests.pipelines.engines import zygotes

ENDLESS = "SELECT count(*) AS n FROM range(10000000) a, range(10000000) b"


def once(act: Callable[[], object]) -> Callable[[], bool]:
    """A beat that does something the first time, and wants the job to go on."""
    done: list[object] = []

    def beat() -> bool:
        if not done:
            done.append(act() or True)
        return True

    return beat


def test_a_killed_sandbox_is_told_and_the_others_go_on(
    running_zygote: zygotes.Zygote, tmp_path: Path
) -> None:
    wanted = zygotes.job(ENDLESS, folder=tmp_path)
    kill = once(lambda: os.kill(running_zygote.children()[0], signal.SIGKILL))
    with pytest.raises(EngineError) as caught:
        running_zygote.engine.execute(wanted, beat=kill)
    assert (caught.value.kind, caught.value.permanent) == ("crashed", False)
    assert "Somebody killed it" in caught.value.message
    assert not Path(wanted.result_path).exists()
    assert running_zygote.leftovers() == []
    assert zygotes.run(running_zygote.engine, zygotes.job("SELECT 1 AS a", folder=tmp_path))


def test_a_crash_inside_the_engine_is_told(running_zygote: zygotes.Zygote, tmp_path: Path) -> None:
    crash = once(lambda: os.kill(running_zygote.children()[0], signal.SIGSEGV))
    with pytest.raises(EngineError, match="signal 11") as caught:
        running_zygote.engine.execute(zygotes.job(ENDLESS, folder=tmp_path), beat=crash)
    assert (caught.value.kind, caught.value.permanent) == ("crashed", False)


def test_a_worker_that_fails_takes_its_sandbox_along(
    running_zygote: zygotes.Zygote, tmp_path: Path
) -> None:
    def fail() -> bool:
        raise ConnectionResetError("the database is gone")

    wanted = zygotes.job(ENDLESS, folder=tmp_path)
    with pytest.raises(ConnectionResetError):
        running_zygote.engine.execute(wanted, beat=fail)
    wait_for(lambda: not running_zygote.children())
    assert not Path(wanted.result_path).exists()


WORKER = """
import sys
from pipelines.engines.base import Job
from pipelines.engines.duckdb.client import DuckDBEngine
job = Job(sql=sys.argv[2], sources=(), result_path=sys.argv[3])
DuckDBEngine(sys.argv[1]).execute(job, beat=lambda: True)
"""


def test_a_killed_worker_takes_its_sandbox_along(
    running_zygote: zygotes.Zygote, tmp_path: Path
) -> None:
    path = tmp_path / "result.parquet"
    command = [sys.executable, "-c", WORKER, running_zygote.socket, ENDLESS, str(path)]
    worker = subprocess.Popen(command, cwd=zygotes.PROJECT)
    wait_for(running_zygote.children)
    assert path.exists()
    worker.kill()
    worker.wait()
    wait_for(lambda: not running_zygote.children())
    wait_for(lambda: not path.exists())
    assert running_zygote.leftovers() == []
    assert running_zygote.log[-1]["reason"] == "cancelled"


def test_several_jobs_run_at_once(
    running_zygote: zygotes.Zygote, inputs: dict[str, Source], tmp_path: Path
) -> None:
    def one(number: int) -> list[tuple[object, ...]]:
        sql = "SELECT count(*) AS n, sleep_ms(700) IS NULL AS slept FROM flights WHERE id < $n"
        flights = inputs["flights.parquet"]
        wanted = zygotes.job(sql, flights, folder=tmp_path, parameters={"n": number})
        zygotes.run(running_zygote.engine, wanted)
        return zygotes.rows(wanted.result_path)

    began = time.monotonic()
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(one, range(1, 7)))
    assert [rows[0][0] for rows in found] == [1, 2, 3, 4, 5, 6]
    assert time.monotonic() - began < patient(3)


def test_nothing_of_the_starter_is_left_inside(
    running_zygote: zygotes.Zygote, tmp_path: Path
) -> None:
    seen: list[bytes] = []

    def look() -> None:
        for pid in (running_zygote.process.pid, *running_zygote.children()):
            try:
                seen.append(Path(f"/proc/{pid}/environ").read_bytes())
            except PermissionError:  # closed even to the same user: as good as empty
                seen.append(b"")

    beat = once(look)
    with pytest.raises(EngineError):
        running_zygote.engine.execute(
            zygotes.job(ENDLESS, folder=tmp_path), beat=lambda: beat() and not seen
        )
    assert [text.strip(b"\0") for text in seen] == [b"", b""]
    text = json.dumps(running_zygote.log)
    assert zygotes.CANARY not in text


def test_noise_at_the_door_is_turned_away(running_zygote: zygotes.Zygote) -> None:
    for noise in (
        b"\xff" * 8,
        b"GET / HTTP/1.1\r\n\r\n",
        b"\0\0\0\2[]",
        b'\0\0\0\x0e{"verb":"eat"}',
    ):
        with socket.socket(socket.AF_UNIX) as visitor:
            visitor.settimeout(5)
            visitor.connect(running_zygote.socket)
            visitor.sendall(noise)
            assert b"did not understand" in visitor.recv(4096)
    assert running_zygote.engine.ping()["jobs"] == 0


def test_it_rests_when_there_is_nothing_to_do(running_zygote: zygotes.Zygote) -> None:
    process = psutil.Process(running_zygote.process.pid)
    before = process.cpu_times()
    time.sleep(0.4)
    after = process.cpu_times()
    assert after.user + after.system - before.user - before.system < 0.02
    assert process.memory_info().rss < 110 * 1024 * 1024
    assert process.num_threads() == 1


def test_only_its_own_user_may_knock(running_zygote: zygotes.Zygote) -> None:
    assert stat.S_IMODE(os.stat(running_zygote.socket).st_mode) == 0o600
    if os.geteuid() != 0:
        return  # only root can be someone else
    knock = (
        "import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); "
        's.sendall(b\'\\0\\0\\0\\x0f{"verb":"ping"}\'); print(len(s.recv(100)))'
    )
    os.chmod(running_zygote.folder, 0o755)
    os.chmod(running_zygote.socket, 0o666)
    try:
        done = subprocess.run(
            ["setpriv", "--reuid=65534", "--clear-groups", "--inh-caps=+dac_override",
             "--ambient-caps=+dac_override", sys.executable, "-c", knock, running_zygote.socket],
            capture_output=True,
            check=False,
            text=True,
        )  # fmt: skip
    finally:
        os.chmod(running_zygote.socket, 0o600)
        os.chmod(running_zygote.folder, 0o700)
    assert done.stdout.strip() in {"", "0"}
    assert running_zygote.log[-1]["message"] == "another user knocked and was turned away"


def test_a_silent_zygote_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "GRACE", 0.3)
    with zygotes.running() as zygote:
        os.kill(zygote.process.pid, signal.SIGSTOP)
        try:
            with pytest.raises(EngineError, match="does not answer") as caught:
                zygote.engine.ping()
        finally:
            os.kill(zygote.process.pid, signal.SIGCONT)
    assert (caught.value.kind, caught.value.permanent) == ("lost", False)


def test_a_killed_zygote_takes_its_sandboxes_along_and_another_takes_its_place(
    tmp_path: Path,
) -> None:
    with zygotes.running() as zygote:
        pids: list[int] = []

        def kill() -> None:
            pids.extend(zygote.children())
            os.kill(zygote.process.pid, signal.SIGKILL)

        with pytest.raises(EngineError):
            zygote.engine.execute(zygotes.job(ENDLESS, folder=tmp_path), beat=once(kill))
        zygote.process.wait()
        wait_for(lambda: not any(psutil.pid_exists(pid) for pid in pids))
        assert Path(zygote.socket).exists()
        assert zygote.leftovers() != []
        command = [*zygotes.COMMAND, "--socket", zygote.socket]
        with subprocess.Popen(command, cwd=zygotes.PROJECT, stdout=subprocess.DEVNULL) as second:
            try:
                wait_for(lambda: _answers(zygote))
                assert zygote.leftovers() == []
            finally:
                second.terminate()


def _answers(zygote: zygotes.Zygote) -> bool:
    try:
        return bool(zygote.engine.ping())
    except EngineError:
        return False


def test_a_zygote_that_is_told_to_stop_leaves_nothing(tmp_path: Path) -> None:
    with zygotes.running() as zygote:
        wanted = zygotes.job(ENDLESS, folder=tmp_path)
        with pytest.raises(EngineError) as caught:
            zygote.engine.execute(wanted, beat=once(zygote.process.terminate))
        assert (caught.value.kind, caught.value.permanent) == ("lost", False)
        assert zygote.process.wait(5) == 0
        assert sorted(path.name for path in zygote.folder.iterdir()) == [
            "errors",
            "log",
            "z.sock.lock",
        ]
        assert (zygote.folder / "errors").read_text() == ""
        assert not Path(wanted.result_path).exists()


def test_a_second_zygote_on_the_same_socket_says_so(running_zygote: zygotes.Zygote) -> None:
    command = [*zygotes.COMMAND, "--socket", running_zygote.socket]
    done = subprocess.run(command, cwd=zygotes.PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == f"Another zygote already serves {running_zygote.socket}.\n"
    assert running_zygote.engine.ping()


def test_a_socket_path_that_is_too_long_is_said(tmp_path: Path) -> None:
    command = [*zygotes.COMMAND, "--socket", str(tmp_path / ("x" * 100))]
    done = subprocess.run(command, cwd=zygotes.PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, "longer than 103 bytes" in done.stderr) == (1, True)
