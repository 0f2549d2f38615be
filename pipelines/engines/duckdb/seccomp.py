"""The system calls that a sandboxed query never needs, refused by the kernel (seccomp, BPF).

A list of refusals rather than of permissions, so that a newer libc or DuckDB goes on working;
calls that are newer than the list are answered "does not exist", which libc knows how to handle.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

from pipelines.engines.duckdb import kernel

Calls = dict[str, tuple[int | None, int | None]]

# name: (x86_64, aarch64); None where the architecture has no such call.
# What the zygote needs, and no child.
REFUSED_TO_CHILDREN: Calls = {
    "fork": (57, None),
    "vfork": (58, None),
    "kill": (62, 129),
    "tkill": (200, 130),
    "setsid": (112, 157),
    "setpgid": (109, 154),
    "accept": (43, 202),
    "accept4": (288, 242),
}
# What neither needs, once the zygote is up.
REFUSED: Calls = {
    # processes
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "setpriority": (141, 140),
    "personality": (135, 92),
    # network and other ways to talk
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "msgget": (68, 186),
    "semget": (64, 190),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "mq_open": (240, 180),
    # memory that the limits do not count
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "userfaultfd": (323, 282),
    "remap_file_pages": (216, 234),
    # files: names, owners and times (Landlock has no word for these)
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "chown": (92, None),
    "lchown": (94, None),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    # the machine
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    "uselib": (134, None),
}
NEWEST_KNOWN = 450  # set_mempolicy_home_node; the numbers above are shared by all architectures
CLONE3 = (435, 435)
CLONE = (56, 220)
TGKILL = (234, 131)
PRLIMIT = (302, 261)
PRCTL = (157, 167)
MMAP = (9, 222)
MPROTECT = (10, 226)
PKEY_MPROTECT = (329, 288)

ARCHITECTURES = ("x86_64", "aarch64")
CLONE_THREAD = 0x00010000
PROT_EXEC = 4
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# linux/bpf_common.h and linux/seccomp.h
LOAD, JUMP_EQUAL, JUMP_GREATER, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
ALLOW, KILL_PROCESS = 0x7FFF0000, 0x80000000
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16

Instruction = tuple[int, int, int, int]


def _error(code: int) -> int:
    return 0x00050000 | code


def _argument(index: int) -> int:
    """Offset of the low half of an argument: both architectures are little-endian."""
    return FIRST_ARGUMENT + 8 * index


def _only(number: int, argument: int, allowed: tuple[int, ...]) -> list[Instruction]:
    """Allow the call `number` only where its argument is one of `allowed`."""
    block: list[Instruction] = [(LOAD, 0, 0, _argument(argument))]
    block += [(JUMP_EQUAL, len(allowed) - i, 0, value) for i, value in enumerate(allowed)]
    block += [(RETURN, 0, 0, _error(errno.EPERM)), (RETURN, 0, 0, ALLOW)]
    return [(JUMP_EQUAL, 0, len(block), number), *block]


def _bits(number: int, argument: int, mask: int, *, is_required: bool) -> list[Instruction]:
    """Allow the call `number` only where its argument has (or lacks) the bit `mask`."""
    verdicts = (ALLOW, _error(errno.EPERM)) if is_required else (_error(errno.EPERM), ALLOW)
    return [
        (JUMP_EQUAL, 0, 4, number),
        (LOAD, 0, 0, _argument(argument)),
        (JUMP_ANY_BIT, 0, 1, mask),
        (RETURN, 0, 0, verdicts[0]),
        (RETURN, 0, 0, verdicts[1]),
    ]


def _begin(machine: str) -> list[Instruction]:
    return [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_EQUAL, 1, 0, AUDIT_ARCH[machine]),
        (RETURN, 0, 0, KILL_PROCESS),
        (LOAD, 0, 0, NUMBER),
    ]


def _refuse(place: int, calls: Calls) -> list[Instruction]:
    code: list[Instruction] = []
    for numbers in calls.values():
        number = numbers[place]
        if number is not None:
            code += [(JUMP_EQUAL, 0, 1, number), (RETURN, 0, 0, _error(errno.EPERM))]
    return [*code, (RETURN, 0, 0, ALLOW)]


def for_all(machine: str) -> list[Instruction]:
    """The filter of the zygote, which its children inherit: most of what is refused."""
    place = ARCHITECTURES.index(machine)
    code = _begin(machine)
    # Also stops the x32 calls of x86_64, which have bit 30 set.
    code += [(JUMP_GREATER, 0, 1, NEWEST_KNOWN), (RETURN, 0, 0, _error(errno.ENOSYS))]
    # libc falls back to clone, whose flags can be seen here.
    code += [(JUMP_EQUAL, 0, 1, CLONE3[place]), (RETURN, 0, 0, _error(errno.ENOSYS))]
    for call in (MMAP, MPROTECT, PKEY_MPROTECT):
        code += _bits(call[place], 2, PROT_EXEC, is_required=False)
    return [*code, *_refuse(place, REFUSED)]


def for_child(machine: str, pid: int) -> list[Instruction]:
    """The filter of one child, short because the kernel compiles it for every job."""
    place = ARCHITECTURES.index(machine)
    code = _begin(machine)
    code += _bits(CLONE[place], 0, CLONE_THREAD, is_required=True)
    code += _only(TGKILL[place], 0, (pid,))
    code += _only(PRLIMIT[place], 0, (0,))
    code += _only(PRCTL[place], 0, (kernel.PR_SET_NAME, kernel.PR_GET_NAME))
    return [*code, *_refuse(place, REFUSED_TO_CHILDREN)]


def install(instructions: list[Instruction]) -> None:
    """Put a filter on this thread and all that it starts, for good. Needs no privilege."""
    program = b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(
        struct.pack("HxxxxxxQ", len(instructions), ctypes.addressof(buffer))
    )
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.prctl(kernel.PR_SET_SECCOMP, 2, ctypes.addressof(header))


def is_supported() -> bool:
    """Whether this machine's calls are known here, and its kernel takes filters."""
    if os.uname().machine not in ARCHITECTURES:
        return False
    try:
        kernel.prctl(kernel.PR_SET_SECCOMP, 2, 0)
    except OSError as error:
        return error.errno == errno.EFAULT  # it knows filters, and misses the program
    return True


def confine_zygote() -> None:
    """Refuse to this process and its children what neither forking nor querying needs."""
    install(for_all(os.uname().machine))


def confine_child() -> None:
    """Refuse to this process the rest of what no query needs."""
    install(for_child(os.uname().machine, os.getpid()))
