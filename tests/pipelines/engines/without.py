"""Runs a program on a machine that lacks something: `python -m ... unshare landlock -- program`.

The kernel answers the calls behind those names as one would that has, or allows, no such thing.
"""

from __future__ import annotations

import errno
import os
import sys

from pipelines.engines.duckdb import landlock, seccomp

CALLS = {
    "unshare": [seccomp.REFUSED["unshare"]],
    "landlock": [(landlock.CREATE_RULESET, landlock.CREATE_RULESET)],
}


def main() -> None:
    mark = sys.argv.index("--")
    place = seccomp.ARCHITECTURES.index(os.uname().machine)
    code: list[seccomp.Instruction] = [(seccomp.LOAD, 0, 0, seccomp.NUMBER)]
    for name in sys.argv[1:mark]:
        for pair in CALLS[name]:
            answer = (seccomp.RETURN, 0, 0, 0x00050000 | errno.ENOSYS)
            code += [(seccomp.JUMP_EQUAL, 0, 1, pair[place]), answer]
    seccomp.install([*code, (seccomp.RETURN, 0, 0, seccomp.ALLOW)])
    os.execvp(sys.argv[mark + 1], sys.argv[mark + 1 :])


if __name__ == "__main__":
    main()
