"""Markdown as a page: headings with anchors, links between pages, pictures, code. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from html import escape
from posixpath import dirname, join, normpath

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

Link = Callable[[str], str | None]  # "how-to/deploy.md" -> its address, None: not in the handbook
Find = Callable[[str], "Picture | None"]  # "img/home-light.png" -> what is shown of it

TAGS = {
    *("h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "hr", "br"),
    *("a", "em", "strong", "code", "pre", "kbd", "del", "div", "span", "button", "img"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "*": {"id", "class"},
    "a": {"href", "rel"},
    "div": {"role", "tabindex", "aria-label"},
    "pre": {"role", "tabindex", "aria-label"},
    "button": {"type", "data-copy", "aria-label"},
    "ol": {"start"},
    "th": {"scope"},
    "img": {"src", "alt", "width", "height", "loading"},
}
OUTSIDE = re.compile(r"[a-z]+:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a picture lies for each scheme ("": the light one is for both), and how large it is."""

    light: str
    dark: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A place on the page that can be linked to."""

    anchor: str
    title: str
    level: int


@dataclass(frozen=True, slots=True)
class Section:
    """What stands below a heading, as plain text; the first one is what stands before any."""

    anchor: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page: its title (the first heading), the rest as HTML, and what it is made of."""

    title: str
    summary: str
    html: str
    headings: tuple[Heading, ...]
    sections: tuple[Section, ...]


def render(text: str, *, path: str, link: Link, picture: Find = lambda _: None) -> Rendered:
    """The page at `path` (below docs/, with .md); `link` says which other files are pages."""
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    tokens = parser.parse(text)
    title, rest = _title(tokens)
    headings = _with_anchors(rest)
    _with_links(rest, path, link)
    _with_pictures(rest, path, picture)
    for name in ("fence", "code_block"):
        parser.add_render_rule(name, _code)
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    html = parser.renderer.render(rest, parser.options, {})
    sections = _sections(rest, headings)
    return Rendered(
        title=title,
        summary=_summary(rest),
        html=clean(html),
        headings=tuple(headings),
        sections=tuple(sections),
    )


def clean(html: str) -> str:
    """Only the tags and attributes that pages need, and no address but of pages."""
    return nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https"}, link_rel=None
    )


def anchor(title: str) -> str:
    """ "What was refused?" -> "what-was-refused"."""
    return "-".join(re.findall(r"[a-z0-9]+", title.lower())) or "section"


def plain(token: Token) -> str:
    """The words of an inline token, without how they are set."""
    children = token.children or []
    return "".join(" " if one.type.endswith("break") else one.content for one in children)


def _title(tokens: Sequence[Token]) -> tuple[str, list[Token]]:
    """The first heading, which the page shows itself, and what comes after it."""
    for n, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return plain(tokens[n + 1]), [*tokens[:n], *tokens[n + 3 :]]
    return "", list(tokens)


def _with_anchors(tokens: Sequence[Token]) -> list[Heading]:
    found: list[Heading] = []
    for n, token in enumerate(tokens):
        if token.type == "heading_open":
            title = plain(tokens[n + 1])
            name = anchor(title)
            same = sum(1 for one in found if re.fullmatch(rf"{name}(-\d+)?", one.anchor))
            name = f"{name}-{same + 1}" if same else name
            token.attrSet("id", name)
            found.append(Heading(name, title, int(token.tag[1])))
    return found


def _with_links(tokens: Sequence[Token], path: str, link: Link) -> None:
    """Links to other files lead to their pages; to what is no page, they are words."""
    for token in tokens:
        for one in token.children or []:
            if one.type == "link_open":
                _aim(one, path, link)


def _aim(token: Token, path: str, link: Link) -> None:
    target = str(token.attrGet("href") or "")
    if target.startswith("#"):
        return
    if OUTSIDE.match(target):
        token.attrSet("rel", "noreferrer")
        return
    file, mark, place = target.partition("#")
    address = link(normpath(join(dirname(path), file)))
    if address:
        token.attrSet("href", f"{address}{mark}{place}")
    else:
        token.attrs.pop("href", None)


def _with_pictures(tokens: Sequence[Token], path: str, picture: Find) -> None:
    """Each picture in the scheme of the reader; what is no picture of ours is left out."""
    for token in tokens:
        if token.children:
            token.children = [new for one in token.children for new in _shown(one, path, picture)]


def _shown(token: Token, path: str, picture: Find) -> Iterator[Token]:
    if token.type != "image":
        yield token
    elif found := picture(normpath(join(dirname(path), str(token.attrGet("src"))))):
        schemes = {"light": found.light, "dark": found.dark} if found.dark else {"": found.light}
        for scheme, address in schemes.items():
            one = deepcopy(token)
            one.attrs |= {"src": address, "width": found.width, "height": found.height}
            one.attrs |= {"loading": "lazy"} | ({"class": f"only-{scheme}"} if scheme else {})
            yield one


def _code(_: object, tokens: Sequence[Token], at: int, *__: object) -> str:
    """A block that scrolls in itself, with a button that copies all of it."""
    text = tokens[at].content.rstrip("\n")
    return (
        f'<div class="code-box"><pre class="code" tabindex="0" role="region" aria-label="Code">'
        f"{escape(text)}</pre>"
        f'<button class="button button-small copy" type="button" data-copy="{escape(text)}"'
        ' aria-label="Copy this code">Copy</button></div>\n'
    )


def _table_open(*_: object) -> str:
    return (
        '<div class="panel scroll" role="group" tabindex="0" '
        'aria-label="Table, may scroll sideways"><table class="table">\n'
    )


def _table_close(*_: object) -> str:
    return "</table></div>\n"


def _summary(tokens: Sequence[Token]) -> str:
    """The first sentence of the first paragraph; a lone word before it ("Decision.") is none."""
    for n, token in enumerate(tokens):
        if token.type == "paragraph_open" and token.level == 0:
            words = " ".join(plain(tokens[n + 1]).split())
            words = re.sub(r"^\w+\.\s+", "", words)
            first = re.match(r".+?[.:](?=\s|$)", words)
            return first[0].rstrip(":") if first else words
    return ""


def _sections(tokens: Sequence[Token], headings: Sequence[Heading]) -> list[Section]:
    found, words = [], list[str]()
    current = Heading("", "", 1)
    waiting = iter(headings)
    is_heading = False
    for token in tokens:
        if token.type == "heading_open":
            found.append(Section(current.anchor, current.title, " ".join(words)))
            current, words, is_heading = next(waiting), [], True
        elif token.type == "heading_close":
            is_heading = False
        elif token.type == "inline" and not is_heading:
            words.append(" ".join(plain(token).split()))
        elif token.type in {"fence", "code_block"}:
            words.append(" ".join(token.content.split()))
    return [*found, Section(current.anchor, current.title, " ".join(words))]
