"""Where a descriptor leads: paths of its repository, patterns of paths, addresses. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

LONGEST = 400
WILD = re.compile(r"[*?]")
STARS = re.compile(r"\*+")
# How the usual hosts write a file of a branch behind the repository's own address.
IN_BROWSER = re.compile(r"/(?:-/)?(?:blob|raw|tree|src/branch|raw/branch)/[^/]+/(?P<path>.+)")


class Outside(Exception):
    """A target that leads out of the repository, in words."""


@dataclass(frozen=True, slots=True)
class Place:
    """A path (or a pattern of paths) of the repository, or an address elsewhere."""

    path: str = ""
    url: str = ""

    @property
    def is_pattern(self) -> bool:
        return bool(WILD.search(self.path))

    @property
    def name(self) -> str:
        return self.url or self.path


def place(target: str, *, base: str, repository: str) -> Place:
    """What `target` means in the file `base`. Raises Outside."""
    target = target.strip().removeprefix("url:").removeprefix("file:")
    if len(target) > LONGEST:
        raise Outside(f"“{target[:60]}…” is longer than {LONGEST} letters.")
    if is_address(target):
        inside = _inside(target, repository)
        return Place(path=inside) if inside else Place(url=target)
    if is_address(base):
        return place(urljoin(base, target), base="", repository=repository)
    whole = target.lstrip("/") if target.startswith("/") else _joined(base, target)
    path = posixpath.normpath(whole)
    if path == ".." or path.startswith("../") or path == ".":
        raise Outside(f"“{target}” leads out of the repository. Name a file inside of it.")
    return Place(path=path)


def is_address(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def host(url: str) -> str:
    """The name and, where it is not the usual one, the port: "a.example:8443"; "" for nonsense."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
        return ""
    return parts.hostname if port in {None, 443} else f"{parts.hostname}:{port}"


def matching(pattern: str, paths: Iterable[str]) -> list[str]:
    """The paths that fit: * within a folder, ** over folders; in order."""
    fits = _compiled(pattern)
    return sorted(path for path in paths if fits.fullmatch(path))


def _joined(base: str, target: str) -> str:
    return posixpath.join(posixpath.dirname(base), target)


def _inside(url: str, repository: str) -> str:
    own = repository.removesuffix("/").removesuffix(".git")
    if not own or not url.startswith(f"{own}/"):
        return ""
    found = IN_BROWSER.fullmatch(url[len(own) :])
    path = posixpath.normpath(found["path"]) if found else ""
    return "" if path.startswith("..") else path


@lru_cache(500)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Each star takes the nearest that fits and never thinks again: no path makes it slow.

    That is right, for what the nearest leaves over is always the most.
    """
    runs: list[list[str]] = [[]]  # of folders and names between one ** and the next
    for piece in pattern.split("/"):
        if piece == "**":
            runs.append([])
        else:
            runs[-1].append(_segment(piece))
    first, *others = ("/".join(run) for run in runs)
    if not others:
        return re.compile(first)
    *middle, last = others
    wanted = f"{first}/" if first else ""
    wanted += "".join(f"(?>(?:[^/]+/)*?{run}/)" for run in middle if run)
    return re.compile(wanted + (f"(?:[^/]+/)*{last}" if last else "(?s:.+)"))


def _segment(piece: str) -> str:
    first, *others = (
        "[^/]".join(re.escape(part) for part in fixed.split("?")) for fixed in STARS.split(piece)
    )
    if not others:
        return first
    *middle, last = others
    return first + "".join(f"(?>[^/]*?{part})" for part in middle) + f"[^/]*{last}"
