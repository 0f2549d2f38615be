"""Where Slipway is and with which token: from the environment, or kept by `slipway login`.

Tokens are kept by address, in a file that only its owner can read, so none is ever sent elsewhere.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from slipway_cli.endings import Code, Ended

URL, TOKEN, KEY = "SLIPWAY_URL", "SLIPWAY_TOKEN", "SLIPWAY_IDEMPOTENCY_KEY"
LOGIN_FIRST = (
    "Sign in with “slipway login --url ADDRESS”. In CI set SLIPWAY_URL and SLIPWAY_TOKEN instead."
)


@dataclass(frozen=True, slots=True)
class Login:
    """An address without a slash at its end, and a token for it."""

    url: str
    token: str


def login() -> Login:
    """The variables win; a kept token is taken only for the address that it was made for."""
    content = _read()
    url = address(os.environ.get(URL, "") or str(content.get("current", "")))
    if not url:
        raise Ended(Code.USAGE, "No Slipway is known here.", hint=LOGIN_FIRST)
    token = os.environ.get(TOKEN, "").strip() or content.get("tokens", {}).get(url, "")
    if not token:
        raise Ended(Code.USAGE, f"You are not signed in to {url} here.", hint=LOGIN_FIRST)
    return Login(url, token)


def keep(new: Login) -> Path:
    """Remember a token and take its address from now on; returns where."""
    content = _read()
    content["current"] = new.url
    content.setdefault("tokens", {})[new.url] = new.token
    return _write(content)


def forget() -> str:
    """Remove the token of the address in use; returns that address, "" where there is none."""
    content = _read()
    url = address(os.environ.get(URL, "") or str(content.get("current", "")))
    if content.get("tokens", {}).pop(url, None) is None:
        return ""
    content["current"] = ""
    _write(content)
    return url


def address(text: str) -> str:
    return text.strip().rstrip("/")


def file() -> Path:
    folder = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(folder) / "slipway" / "login.json"


def _read() -> dict[str, Any]:
    path = file()
    try:
        content = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        hint = "Remove the file and sign in again."
        raise Ended(Code.USAGE, f"{path} can't be read: {error}", hint=hint) from error
    return content if isinstance(content, dict) else {}


def _write(content: dict[str, Any]) -> Path:
    return replaced(file(), content)


def replaced(path: Path, content: dict[str, Any]) -> Path:
    """Replaced in one act, and never readable by others, not even for a moment."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.{os.getpid()}")
    half.unlink(missing_ok=True)
    with open(half, "x", opener=partial(os.open, mode=0o600)) as made:
        json.dump(content, made, indent=2)
        made.write("\n")
    half.replace(path)
    return path
