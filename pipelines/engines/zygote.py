"""Starts the sandbox zygote: `python -m pipelines.engines.zygote --socket PATH`.

Imports no Django, runs with an empty environment, and logs JSON lines to standard output.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import sys

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def main() -> int:
    """Read the arguments, shed the environment, take the lock, serve."""
    chosen = _arguments()
    _shed_environment(chosen)
    # Only now, because starting again would load all of it twice.
    from pipelines.engines.duckdb.logbook import Log  # noqa: PLC0415
    from pipelines.engines.duckdb.protocol import LONGEST_SOCKET_PATH  # noqa: PLC0415
    from pipelines.engines.duckdb.zygote import Zygote  # noqa: PLC0415

    if len(os.fsencode(chosen.socket)) > LONGEST_SOCKET_PATH:
        return _complain(f"The socket path is longer than {LONGEST_SOCKET_PATH} bytes.")
    try:
        os.makedirs(os.path.dirname(chosen.socket), mode=0o700, exist_ok=True)
        lock = os.open(f"{chosen.socket}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _complain(f"Another zygote already serves {chosen.socket}.")
    except OSError as error:
        return _complain(f"The socket cannot be made: {error}.")
    zygote = Zygote(
        path=chosen.socket,
        temp=f"{chosen.temp}/sandbox" if chosen.temp else f"{chosen.socket}.tmp",
        log=Log(chosen.log_level),
    )
    if not zygote.walls.seccomp:
        return _complain("This kernel has no seccomp filters: queries cannot be confined here.")
    zygote.run()
    sys.stdout.flush()
    os._exit(0)  # DuckDB's bindings count their leftovers aloud at an ordinary exit


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="zygote", description="Forks a sandbox for each query.")
    parser.add_argument("--socket", required=True, type=os.path.abspath)
    parser.add_argument("--temp", type=os.path.abspath, help="folder for temporary files")
    parser.add_argument(
        "--log-level", default="info", choices=["debug", "info", "warning", "error"]
    )
    return parser.parse_args()


def _shed_environment(chosen: argparse.Namespace) -> None:
    """Start again without environment: even /proc/self/environ then holds nothing."""
    try:
        with open("/proc/self/environ", "rb") as file:
            is_empty = not file.read(1)
    except OSError:
        is_empty = not os.environ
    if not is_empty:
        os.chdir(PROJECT)
        again = [sys.executable, "-m", "pipelines.engines.zygote", "--socket", chosen.socket]
        again += ["--temp", chosen.temp] if chosen.temp else []
        again += ["--log-level", chosen.log_level]
        os.execve(sys.executable, again, {})  # noqa: S606
    os.environ.clear()


def _complain(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
