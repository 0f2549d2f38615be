"""The demonstration's address and tokens for a shell: eval "$(python3 -m demo.shell)".

Sets $SLIPWAY (the API), one variable for each person's token ($MIRA, $INES …), and `pick`, which
reads one value out of an answer: … | pick '["results"][0]["id"]'.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path

PICK = 'pick() { python3 -c "import json, sys; print(json.load(sys.stdin)$1)"; }'


def lines(account: dict[str, object], tokens: dict[str, str]) -> list[str]:
    """What a shell is to evaluate."""
    named = {"SLIPWAY": f"{account['address']}/api/v1"}
    named |= {username.upper(): token for username, token in tokens.items()}
    return [*(f"{name}={shlex.quote(value)}" for name, value in named.items()), PICK]


def main() -> int:
    data = Path(__file__).parent.parent / (os.environ.get("SLIPWAY_DATA") or ".data")
    path = data / "demo.json"
    if not path.exists():
        sys.stderr.write(f"The demonstration was not played: there is no {path}.\n")
        return 1
    account = json.loads(path.read_text())
    sys.stdout.write("\n".join(lines(account, account["tokens"])) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
