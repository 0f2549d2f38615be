"""The handbook: the pages of docs/ and those that are written from the code, in their order.

Read once; a page that was changed on the disk is read again.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse

from portal.errors import NotFound
from portal.handbook import generated
from portal.handbook.markdown import Heading, Picture, Section, render

FOLDER = Path(settings.BASE_DIR) / "docs"
CONTENTS = "contents.yaml"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `name` is its address below /handbook/, `part` the part of the book."""

    name: str
    title: str
    summary: str
    html: str
    headings: tuple[Heading, ...]
    sections: tuple[Section, ...]
    part: str = ""

    @property
    def url(self) -> str:
        return address(self.name)


@dataclass(frozen=True, slots=True)
class Part:
    """Pages that belong together, in the order in which one reads them."""

    title: str
    pages: tuple[Page, ...]


def parts() -> tuple[Part, ...]:
    """The whole book."""
    return _bound(_state())


def page(name: str) -> Page:
    """The page of this name; NotFound, in words, where there is none."""
    found = pages().get(name)
    if found is None:
        raise NotFound("The handbook has no such page. Its first page lists those that there are.")
    return found


def pages() -> dict[str, Page]:
    return {page.name: page for part in parts() for page in part.pages}


def beside(page: Page) -> tuple[Page | None, Page | None]:
    """The pages before and after this one."""
    every = [one for part in parts() for one in part.pages]
    at = next(n for n, one in enumerate(every) if one.name == page.name)
    return (every[at - 1] if at else None), (every[at + 1] if at + 1 < len(every) else None)


def address(name: str) -> str:
    return reverse("portal:handbook-page", args=[name])


@lru_cache(maxsize=1)
def _bound(state: tuple[tuple[str, int], ...]) -> tuple[Part, ...]:
    """The parts as contents.yaml orders them; what it does not name stands at their ends."""
    files = [path for path, _ in state if path.endswith(".md")]
    contents = yaml.safe_load((FOLDER / CONTENTS).read_text())
    left = [path.removesuffix(".md") for path in files if path not in contents.get("without", [])]
    named = [name for part in contents["parts"] for name in part["pages"]]
    found = []
    for part in contents["parts"]:
        own = [name for name in left if name not in named and _belongs(name, part)]
        written = [_page(name) for name in (*part["pages"], *own)]
        bound = tuple(replace(one, part=part["title"]) for one in written)
        found.append(Part(part["title"], bound))
    return tuple(found)


def _belongs(name: str, part: dict[str, Any]) -> bool:
    """Into the part of its folder; what stands in none goes where `folder` is empty."""
    return name.rpartition("/")[0] == part.get("folder")


def _page(name: str) -> Page:
    if name in generated.PAGES:
        title, summary, sections = generated.PAGES[name]()
        html, headings, plain = generated.written(sections)
        return Page(name, title, summary, html, headings, plain)
    text = (FOLDER / f"{name}.md").read_text()
    rendered = render(text, path=f"{name}.md", link=_link, picture=_picture)
    return Page(
        name,
        rendered.title or name,
        rendered.summary,
        rendered.html,
        rendered.headings,
        rendered.sections,
    )


def _link(path: str) -> str | None:
    """The address of the page that a file is, None for what is not in the handbook."""
    name = path.removesuffix(".md")
    is_file = path.endswith(".md") and ".." not in path and (FOLDER / path).is_file()
    return address(name) if is_file or name in generated.PAGES else None


def _picture(path: str) -> Picture | None:
    """A PNG of docs/img, with the one of the dark scheme beside it."""
    file = FOLDER / path
    if file.parent != FOLDER / "img" or file.suffix != ".png" or not file.is_file():
        return None
    width, height = struct.unpack(">II", file.read_bytes()[16:24])
    dark = file.with_name(file.name.replace("-light.", "-dark."))
    has_both = dark != file and dark.is_file()
    return Picture(_static(file), _static(dark) if has_both else "", width, height)


def _static(file: Path) -> str:
    return static(f"handbook/{file.name}")


@cache
def _watched() -> bool:
    return bool(settings.DEBUG)


def _state() -> tuple[tuple[str, int], ...]:
    """Every file with the time of its last change; in earnest they stay as they are."""
    return tuple(_files()) if _watched() else _as_it_was()


@cache
def _as_it_was() -> tuple[tuple[str, int], ...]:
    return tuple(_files())


def _files() -> Iterator[tuple[str, int]]:
    for path in sorted(FOLDER.rglob("*")):
        if path.suffix in {".md", ".yaml"}:
            yield path.relative_to(FOLDER).as_posix(), path.stat().st_mtime_ns
