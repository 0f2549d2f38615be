"""Becomes another program, under three promises. Run as a file by `python -I -S`: keep it small.

    child.py PARENT SIGNAL IDENTITY PROGRAM ARGUMENT...

1. When the process PARENT ends, however it ends, the program gets SIGNAL: nothing outlives its
   starter, not even after kill -9.
2. IDENTITY is `same`, or `namespace` (a user namespace in which root appears as an ordinary user,
   because PostgreSQL refuses root, while its files stay root's), or the number of a user to become.
3. No descriptor but the three standard ones is inherited.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
libc = ctypes.CDLL(None, use_errno=True)


def enter_namespace() -> None:
    """From here on this process is user 1 to itself, and root's files belong to user 1."""
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "user namespaces are forbidden here")
    for name, mapping in (
        ("uid_map", f"1 {user} 1"),
        ("setgroups", "deny"),
        ("gid_map", f"1 {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(mapping)


def become(user: int) -> None:
    import pwd

    os.setgroups([])
    os.setgid(pwd.getpwuid(user).pw_gid)
    os.setuid(user)


def main(parent: str, signal: str, identity: str, *command: str) -> None:
    """Does not return."""
    if identity == "namespace":
        enter_namespace()
    elif identity != "same":
        become(int(identity))
    # After the change of identity, because the kernel forgets the signal when credentials change.
    libc.prctl(PR_SET_PDEATHSIG, int(signal), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit(1)  # the parent ended before the promise was made
    os.closerange(3, 1 << 16)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
