"""The door for make: `python3 -m launch.interpreter [MODULE ARGUMENT...]`.

Refuses a Python too old for Slipway, brings .venv in line with the locks, and goes on with
launch.MODULE in there. Any Python 3 can read this file; the others need 3.11.
"""

import os
import sys

OLDEST, FIRST_UNTRIED = (3, 11), (3, 14)


def main() -> int:
    version = sys.version_info[:2]
    if not OLDEST <= version < FIRST_UNTRIED:
        sys.stderr.write(
            f"Slipway needs Python 3.11, 3.12 or 3.13, but {sys.executable} is {version[0]}."
            f"{version[1]}. Name another one: make PYTHON=python3.11 ...\n"
        )
        return 1
    from launch import environment, preflight, refusal

    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # without bytecode each start is seconds slower
    code = refusal.told(lambda: preflight.packages_fit(environment.VENV))
    if code == 0 and sys.argv[1:2] == ["up"]:
        code = refusal.told(lambda: preflight.at_once(os.environ))
    code = code or refusal.told(environment.bring)
    if code == 0 and len(sys.argv) > 1:
        stop_with_make()
        python = str(environment.PYTHON)
        os.execv(python, [python, "-m", f"launch.{sys.argv[1]}", *sys.argv[2:]])
    return code


def stop_with_make() -> None:
    """If make itself is killed, what it started is asked to stop. Linux keeps this across exec."""
    if "MAKELEVEL" not in os.environ:
        return
    import ctypes
    import signal

    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, int(signal.SIGTERM), 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main())
