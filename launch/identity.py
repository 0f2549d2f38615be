"""As whom PostgreSQL runs: it refuses root, and a cluster starts only for the user who owns it."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
from pathlib import Path

from launch.refusal import Refusal

CHILD = Path(__file__).with_name("child.py")
SAME, NAMESPACE = "same", "namespace"


def wrapped(
    command: list[str], *, identity: str = SAME, at_death: int = signal.SIGKILL
) -> list[str]:
    """`command` with the promises of child.py, given by the process that calls this."""
    python = [sys.executable, "-I", "-S", str(CHILD)]
    return [*python, str(os.getpid()), str(int(at_death)), identity, *command]


def for_cluster(cluster: Path, probe: list[str]) -> str:
    """The identity that can use this cluster. Who owns it is the memory of how it was made.

    `probe` is a harmless command of PostgreSQL's, tried under the identity before it is chosen.
    """
    if os.geteuid() != 0:
        return SAME
    if cluster.exists() and cluster.stat().st_uid != 0:
        return str(cluster.stat().st_uid)
    nobody = str(pwd.getpwnam("nobody").pw_uid)
    for identity in (NAMESPACE, nobody):
        if _works(identity, probe, cluster.parent):
            return identity
    raise Refusal(
        "PostgreSQL refuses to run as root, and here neither a user namespace nor the user nobody "
        f"can reach {cluster.parent}: start Slipway as an ordinary user, or set DATABASE_URL."
    )


def is_another_user(identity: str) -> bool:
    return identity not in {SAME, NAMESPACE}


def hand_over(folder: Path, identity: str) -> None:
    """Make `folder` and all in it belong to the identity, where that is another user."""
    if not is_another_user(identity):
        return
    user = int(identity)
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, user, pwd.getpwuid(user).pw_gid, follow_symlinks=False)


def _works(identity: str, probe: list[str], folder: Path) -> bool:
    for command in (probe, ["/bin/ls", str(folder)]):
        done = subprocess.run(wrapped(command, identity=identity), capture_output=True, check=False)
        if done.returncode:
            return False
    return True
