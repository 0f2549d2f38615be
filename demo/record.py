"""What the demonstration remembers: secrets and how far it got, and `demo.json` at its end.

Both files hold secrets, so only their owner may read them. The first lets a story that was
interrupted go on; the second is for people and other programs.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

NAME = "demo_story.json"


@dataclass
class Record:
    """Secrets by username, the acts that were played, and what later acts need of them."""

    path: Path
    passwords: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    acts: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def open(cls, data: Path) -> Record:
        """What an earlier play has kept in the data folder, or an empty record."""
        path = data / NAME
        kept = json.loads(path.read_text()) if path.exists() else {}
        return cls(path, **kept)

    @classmethod
    def new(cls, data: Path) -> Record:
        """For a Slipway that knows nobody yet: whatever was kept belongs to another one."""
        record = cls(data / NAME)
        record.keep()
        return record

    def password(self, username: str) -> str:
        """The person's password; a new one the first time."""
        if username not in self.passwords:
            self.passwords[username] = f"{username}-{secrets.token_urlsafe(9)}"
            self.keep()
        return self.passwords[username]

    def keep_token(self, username: str, token: str) -> str:
        self.tokens[username] = token
        self.keep()
        return token

    def keep(self) -> None:
        content = asdict(self)
        del content["path"]
        write(self.path, content)


def write(path: Path, content: dict[str, Any]) -> None:
    """Replace a file in one act, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.half")
    half.unlink(missing_ok=True)
    with open(half, "x", opener=partial(os.open, mode=0o600)) as file:
        json.dump(content, file, indent=2, ensure_ascii=False)
        file.write("\n")
    half.replace(path)
