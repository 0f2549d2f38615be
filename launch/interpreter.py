"""Refuses a Python too old for Slipway. Any Python 3 can read this file; the others need 3.11."""

import sys

OLDEST, FIRST_UNTRIED = (3, 11), (3, 14)


def main():
    """Check the version, then bring .venv in line with the locks."""
    version = sys.version_info[:2]
    if not OLDEST <= version < FIRST_UNTRIED:
        sys.stderr.write(
            f"Slipway needs Python 3.11, 3.12 or 3.13, but {sys.executable} is {version[0]}."
            f"{version[1]}. Name another one: make PYTHON=python3.11 ...\n"
        )
        return 1
    from launch import environment

    return environment.bring()


if __name__ == "__main__":
    sys.exit(main())
