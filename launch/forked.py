"""Starts a Python program as a fork of this process, so that both share what has been imported.

Slipway and its libraries take some 150 MB and seconds of a processor; forked from one process that
has them, six others hold and load them once.

Only a process with a single thread may fork like this, and the supervisor has one.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import os
import pkgutil
import re
import runpy
import signal
import sys
import traceback
import warnings
from dataclasses import dataclass
from typing import BinaryIO, NoReturn

from launch.program import Program

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


def preload(load: str) -> None:
    """Call `module:function`, which imports what is to be shared; then nothing is thrown away.

    No garbage is collected on the way: it would leave holes, which forks fill with copies.
    """
    gc.disable()
    pkgutil.resolve_name(load)()
    gc.freeze()
    gc.enable()
    assert len(os.listdir("/proc/self/task")) == 1, "only a process with one thread may fork"


def start(program: Program) -> Forked:
    """The program, with nothing but its environment and what has been imported here.

    It is in a session of its own, and told when this process ends, however that ends. It inherits
    no descriptor, no signal handler, no variable.
    """
    reading, writing = os.pipe()
    pid = fork(program, writing)
    os.close(writing)
    return Forked(pid, os.fdopen(reading, "rb", buffering=0))


def fork(program: Program, output: int) -> int:
    """The same, for whoever has a descriptor for what it says; its number."""
    parent, pid = os.getpid(), os.fork()
    if pid == 0:
        _become(program, parent, output)
        _run(program)
    return pid


def _become(program: Program, parent: int, output: int) -> None:
    atexit._clear()  # noqa: SLF001 - as multiprocessing does in its forks
    os.setsid()
    kernel = ctypes.CDLL(None)
    kernel.prctl(PR_SET_PDEATHSIG, int(program.at_death), 0, 0, 0)
    kernel.prctl(PR_SET_NAME, os.fsencode(program.name)[:LONGEST_NAME], 0, 0, 0)
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
    os.environ.update(program.environment)
    os.chdir(program.folder)


def _run(program: Program) -> NoReturn:
    """As the interpreter would: what it says is written out, what waits for the end is called."""
    at = program.command.index("-m")
    options, module, arguments = (
        program.command[1:at],
        program.command[at + 1],
        program.command[at + 2 :],
    )
    code = 1
    try:
        pkgutil.resolve_name(program.begins)()
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
