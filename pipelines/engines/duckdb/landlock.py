"""Landlock: the kernel lets this process touch the named files and nothing else.

https://docs.kernel.org/userspace-api/landlock.html; Linux 5.13 and newer, where it is enabled.
"""

from __future__ import annotations

import ctypes
import os
import struct

from pipelines.engines.duckdb import kernel

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PATH_BENEATH = 1

WRITE_FILE, READ_FILE, READ_DIR = 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE = 1 << 4, 1 << 5
MAKE_DIR, MAKE_FILE = 1 << 7, 1 << 8
TRUNCATE = 1 << 14

_FILES = (1 << 13) - 1
# What each version of the interface can refuse: files, TCP, and abstract sockets and signals.
_HANDLED = {
    1: (_FILES, 0, 0),
    2: (_FILES | 1 << 13, 0, 0),
    3: (_FILES | 1 << 13 | TRUNCATE, 0, 0),
    4: (_FILES | 1 << 13 | TRUNCATE, 3, 0),
    5: (_FILES | 1 << 13 | TRUNCATE | 1 << 15, 3, 0),
    6: (_FILES | 1 << 13 | TRUNCATE | 1 << 15, 3, 3),
}

READ = READ_FILE
WRITE = READ_FILE | WRITE_FILE | TRUNCATE
SCRATCH = WRITE | READ_DIR | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_FILE


def version() -> int:
    """The version of the interface that this kernel offers; 0 where there is none."""
    try:
        return kernel.syscall(CREATE_RULESET, 0, 0, 1)
    except OSError:
        return 0


def confine(paths: list[tuple[str, int]]) -> None:
    """Leave this process the given rights on the given paths; the paths must exist."""
    files, network, scopes = _HANDLED[min(version(), 6)]
    attributes = ctypes.create_string_buffer(struct.pack("QQQ", files, network, scopes))
    size = 8 if not network else 16 if not scopes else 24
    ruleset = kernel.syscall(CREATE_RULESET, ctypes.addressof(attributes), size, 0)
    for path, rights in paths:
        _allow(ruleset, path, rights & files)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.syscall(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, place))
    try:
        kernel.syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.addressof(rule), 0)
    finally:
        os.close(place)
