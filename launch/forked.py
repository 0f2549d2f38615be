"""Starts a Python program as a fork of this process, so that both share what has been imported.

A worker's libraries take some 65 MB; forked from one process that has them, five workers hold them
once. What belongs to Slipway is imported by the worker itself, under its own settings.

Only a process with a single thread may fork like this, and the supervisor has one.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import importlib
import os
import re
import runpy
import signal
import sys
import traceback
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
LONGEST_NAME = 15  # bytes that the kernel keeps of a process's name


@dataclass
class Forked:
    """A forked program, as subprocess.Popen shows one: its number, its pipe, its end."""

    pid: int
    stdout: BinaryIO

    def wait(self) -> int:
        """Its exit code, or minus the signal that ended it."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def preload(modules: Iterable[str]) -> None:
    """Import what is to be shared, and keep the collector of garbage from touching it."""
    gc.disable()  # a collection on the way would leave holes, which forks fill with copies
    for module in modules:
        importlib.import_module(module)
    gc.freeze()
    gc.enable()


def start(name: str, command: list[str], environment: Mapping[str, str], folder: Path) -> Forked:
    """`python [-W ignore:words] -m module argument…` with this environment, in its own session.

    It is killed when this process ends, however that ends, and it inherits nothing but what has
    been imported: no descriptor, no signal handler, no variable.
    """
    reading, writing = os.pipe()
    pid = fork(name, command, environment, folder, writing)
    os.close(writing)
    return Forked(pid, os.fdopen(reading, "rb", buffering=0))


def fork(
    name: str, command: list[str], environment: Mapping[str, str], folder: Path, output: int
) -> int:
    """The same, for whoever has a descriptor for what it says; its number."""
    at = command.index("-m")
    options, module, arguments = command[1:at], command[at + 1], command[at + 2 :]
    parent, pid = os.getpid(), os.fork()
    if pid == 0:
        _become(name, parent, output, environment, folder)
        _run(options, module, arguments)
    return pid


def _become(
    name: str, parent: int, output: int, environment: Mapping[str, str], folder: Path
) -> None:
    atexit._clear()  # noqa: SLF001 - as multiprocessing does in its forks
    os.setsid()
    kernel = ctypes.CDLL(None)
    kernel.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    kernel.prctl(PR_SET_NAME, os.fsencode(name)[:LONGEST_NAME], 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)  # the parent ended before the promise was made
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, standard in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(descriptor, standard)
    os.closerange(3, 1 << 16)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)


def _run(options: list[str], module: str, arguments: list[str]) -> NoReturn:
    """As the interpreter would: what it says is written out, what waits for the end is called."""
    code = 1
    try:
        for _, rule in zip(options[::2], options[1::2], strict=True):
            action, _, words = rule.partition(":")
            assert action == "ignore"
            warnings.filterwarnings("ignore", re.escape(words))
        sys.argv = [module, *arguments]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - the last that hears of it
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()  # noqa: SLF001 - os._exit would not call them
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
