"""The embedded servers: there when asked for, shared, and gone with their last user."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import psycopg
import pytest
import redis

from launch import preflight, servers
from launch.places import LONGEST_SOCKET, Places
from launch.refusal import Refusal
from tests.launch.processes import processes_of
from tests.patience import wait_for

Python = Callable[..., "Popen[str]"]

USER = """
import sys, time
from pathlib import Path
from launch import servers
with servers.start(Path(sys.argv[1])) as running:
    print(running.keeper, flush=True)
    time.sleep(60)
"""


def ask(running: servers.Servers, query: str) -> object:
    with psycopg.connect(running.database_url) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def redis_of(running: servers.Servers) -> redis.Redis:
    path = running.redis_url.removeprefix("redis+socket://").split("?")[0]
    return redis.Redis(unix_socket_path=path)


def test_they_answer(data: Path) -> None:
    with servers.start(data) as running:
        assert ask(running, "select upper('É') || current_setting('timezone')") == "ÉUTC"
        preflight.database_answers(running.database_url)
        preflight.redis_answers(running.redis_url)


def test_only_their_owner_reaches_them(data: Path) -> None:
    with servers.start(data) as running:
        sockets = Places(data).sockets
        assert sockets.stat().st_mode & 0o077 == 0
        assert ask(running, "select current_setting('listen_addresses')") == ""


def test_a_second_start_finds_the_same_data(data: Path) -> None:
    with servers.start(data) as running, psycopg.connect(running.database_url) as connection:
        connection.execute("create table kept as select 42 as answer")
    with servers.start(data) as running:
        assert ask(running, "select answer from kept") == 42


def test_users_share_them_and_the_last_one_stops_them(data: Path, python: Python) -> None:
    others = [python("-c", USER, str(data)) for _ in range(3)]
    keepers = {other.stdout.readline() for other in others if other.stdout}
    with servers.start(data) as running:
        assert keepers == {f"{running.keeper}\n"}
        for other in others:
            other.kill()
            other.wait()
        assert ask(running, "select 1") == 1
    wait_for(lambda: not processes_of(data))


def test_they_stop_when_their_only_user_is_killed(data: Path, python: Python) -> None:
    user = python("-c", USER, str(data))
    assert user.stdout is not None
    user.stdout.readline()
    assert processes_of(data)
    user.kill()
    user.wait()
    wait_for(lambda: not processes_of(data))


def test_a_killed_postgres_comes_back_with_what_was_committed(data: Path) -> None:
    with servers.start(data) as running:
        with psycopg.connect(running.database_url) as connection:
            connection.execute("create table kept as select 42 as answer")
        os.kill(int((data / "postgres/postmaster.pid").read_text().split()[0]), signal.SIGKILL)

        def is_back() -> bool:
            try:
                return ask(running, "select answer from kept") == 42
            except psycopg.OperationalError:
                return False

        wait_for(is_back)


def test_a_killed_redis_comes_back(data: Path) -> None:
    with servers.start(data, ("redis",)) as running:
        with redis_of(running) as connection:
            killed = connection.info("server")["process_id"]
        os.kill(killed, signal.SIGKILL)

        def is_back() -> bool:
            try:
                preflight.redis_answers(running.redis_url)
            except Refusal:
                return False
            return True

        wait_for(is_back)


def test_a_killed_keeper_takes_them_along_and_can_be_replaced(data: Path) -> None:
    with servers.start(data) as running:
        os.kill(running.keeper, signal.SIGKILL)
        wait_for(lambda: not running.are_kept())
    with servers.start(data) as running:
        assert ask(running, "select 1") == 1


def test_a_new_keeper_waits_for_servers_that_are_slow_to_end(data: Path) -> None:
    with servers.start(data) as running:
        postgres = int((data / "postgres/postmaster.pid").read_text().split()[0])
        os.kill(postgres, signal.SIGSTOP)
        os.kill(running.keeper, signal.SIGKILL)
        wait_for(lambda: not running.are_kept())
    threading.Timer(1, os.kill, (postgres, signal.SIGCONT)).start()
    with servers.start(data) as running:
        assert ask(running, "select 1") == 1


def test_a_long_path_gets_its_sockets_elsewhere(data: Path) -> None:
    deep = data / ("deep/" * 30)
    with servers.start(deep) as running:
        assert ask(running, "select 1") == 1
        assert len(os.fsencode(Places(deep).sockets)) < LONGEST_SOCKET
    Places(deep).sockets.joinpath("postgres").rmdir()
    Places(deep).sockets.rmdir()


def test_redis_carries_only_messages_and_refuses_when_full(data: Path) -> None:
    with servers.start(data, ("redis",)) as running:
        assert running.database_url == ""
        with redis_of(running) as connection:
            settings = connection.config_get("*")
        assert settings["save"] == ""
        assert settings["appendonly"] == "no"
        assert settings["maxmemory-policy"] == "noeviction"


def test_servers_started_with_other_settings_are_not_joined(data: Path) -> None:
    with servers.start(data, ("redis",)), pytest.raises(Refusal, match="stop it first"):
        servers.start(data)
