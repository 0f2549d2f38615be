"""The few Linux calls that Python does not wrap, each raising OSError where the kernel refuses."""

from __future__ import annotations

import ctypes
import os

PR_SET_PDEATHSIG = 1
PR_GET_PDEATHSIG = 2
PR_SET_DUMPABLE = 4
PR_SET_NAME = 15
PR_GET_NAME = 16
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

CAPABILITY_VERSION_3 = 0x20080522
SYS_CAPSET = {"x86_64": 126, "aarch64": 91}

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def prctl(option: int, *arguments: int) -> int:
    """Call prctl(2) with up to four numbers (or addresses)."""
    padded = [ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:4]]
    return _checked(_libc.prctl(ctypes.c_int(option), *padded), f"prctl {option}")


def syscall(number: int, *arguments: int) -> int:
    """Call a system call by its number, with numbers (or addresses) only."""
    return _checked(
        _libc.syscall(ctypes.c_long(number), *(ctypes.c_long(a) for a in arguments)),
        f"system call {number}",
    )


def unshare(flags: int) -> None:
    """Leave the namespaces that `flags` name for new ones."""
    _checked(_libc.unshare(ctypes.c_int(flags)), "unshare")


def set_name(name: str) -> None:
    """Name this thread, as `ps -o comm` shows it: at most 15 bytes."""
    text = ctypes.create_string_buffer(name.encode()[:15])
    prctl(PR_SET_NAME, ctypes.addressof(text))


def parent_death_signal() -> int:
    """Answer the signal that this process is to get when its parent dies; 0 is none."""
    signal = ctypes.c_int(0)
    prctl(PR_GET_PDEATHSIG, ctypes.addressof(signal))
    return signal.value


def drop_capabilities() -> None:
    """Give up every capability, for this process and for whatever it may become."""
    last = int(_read("/proc/sys/kernel/cap_last_cap") or 40)
    for capability in range(last + 1):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except PermissionError:  # an ordinary user has none to drop from
            break
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    number = SYS_CAPSET[os.uname().machine]
    syscall(number, ctypes.addressof(header), ctypes.addressof(nothing))


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""


class Title:
    """The command line that `ps` shows, overwritten in place, as long as the original one was."""

    def __init__(self) -> None:
        fields = _read("/proc/self/stat").rpartition(")")[2].split()
        # proc_pid_stat(5): arg_start and arg_end are fields 48 and 49; the split begins at field 3.
        has_range = len(fields) > 46
        self._start, self._end = (int(fields[45]), int(fields[46])) if has_range else (0, 0)

    def show(self, text: str) -> None:
        """Replace the command line of this process by `text`."""
        room = self._end - self._start
        if self._start and room > 1:
            ctypes.memmove(self._start, text.encode()[: room - 1].ljust(room, b"\0"), room)
