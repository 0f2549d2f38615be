"""Where things lie on this machine: the checkout, the data folder and the sockets."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from launch.refusal import Refusal

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv" / "bin" / "python"

LONGEST_SOCKET = 103  # bytes of a Unix socket's path, without the closing zero (man 7 unix)
LONGEST_NAME = "postgres/.s.PGSQL.5432"


@dataclass(frozen=True)
class Places:
    """The data folder of one Slipway, and what lies in it."""

    data: Path

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def redis(self) -> Path:
        return self.data / "redis"

    @property
    def logs(self) -> Path:
        return self.data / "log"

    @property
    def servers(self) -> Path:
        """Locks and addresses of the embedded servers."""
        return self.data / "servers"

    @property
    def demo(self) -> Path:
        """What the demonstration left behind: links, people, passwords."""
        return self.data / "demo.json"

    @property
    def sockets(self) -> Path:
        """`run` in the data folder, or a short private folder where that path is too long."""
        folder = self.data / "run"
        if len(os.fsencode(folder / LONGEST_NAME)) <= LONGEST_SOCKET:
            return folder
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"slipway-{os.geteuid()}-{digest}"

    @property
    def zygote(self) -> Path:
        return self.sockets / "zygote.sock"

    def make(self) -> None:
        """Create the folders; the one with the sockets is for this user alone."""
        for folder in (self.data, self.logs, self.servers):
            folder.mkdir(parents=True, exist_ok=True)
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        found = self.sockets.stat()
        if found.st_uid != os.geteuid():
            raise Refusal(f"{self.sockets} belongs to another user: set SLIPWAY_DATA.")
        self.sockets.chmod(0o700)


def data_folder(environment: Mapping[str, str]) -> Path:
    """SLIPWAY_DATA, by default `.data` in the checkout; always absolute."""
    return ROOT / (environment.get("SLIPWAY_DATA") or ".data")


def given(environment: Mapping[str, str], name: str) -> str:
    """The value of `name`, or what the file named by `<name>_FILE` holds (for secrets)."""
    path = environment.get(f"{name}_FILE")
    if not path:
        return environment.get(name, "")
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise Refusal(f"{name}_FILE names {path}, which can't be read: {error.strerror}.") from None
