"""`make locks`: requirements/*.in -> the hashed *.txt beside them, naming no registry."""

from __future__ import annotations

import subprocess
import sys

from launch.environment import ROOT, VENV
from launch.refusal import Refusal, told

COMPILE = [
    *(str(VENV / "tools" / "bin" / "uv"), "pip", "compile", "--quiet"),
    *("--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-header"),
]
# Named by overrides.in and never installed, so not locked either.
NEVER = ["--override", "overrides.in", "--no-emit-package", "pandas", "--no-emit-package", "numpy"]
LOCKS = {
    "boot": [],
    "build": [],
    "product": NEVER,
    "cli": ["--constraint", "product.txt"],
    "development": [*NEVER, "--constraint", "product.txt"],
}


def main() -> int:
    for name, options in LOCKS.items():
        command = [*COMPILE, *options, *sys.argv[1:], f"{name}.in", "--output-file", f"{name}.txt"]
        if subprocess.call(command, cwd=ROOT / "requirements", stdin=subprocess.DEVNULL):
            raise Refusal(f"requirements/{name}.in could not be locked: the lines above say why.")
    return 0


if __name__ == "__main__":
    sys.exit(told(main))
