"""Reading a source: from its first files over its locations to every entity, a file at a time.

Nothing is written here. A file that is the same as when it was last read, and that had nothing
wrong, is not read again: what it describes is known.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from portal.descriptors import judging, places, reading
from portal.descriptors.described import MOST_FINDINGS, Described, Unnamed, described
from portal.descriptors.places import Outside, Place
from portal.descriptors.substitutions import CantLoad
from portal.entities.trees import Tree
from portal.files.findings import Finding, Path

READER = "1"  # another number reads every file again
AT_ONCE = 200  # files whose contents are held
MOST_HELD = 32 * 1024 * 1024  # bytes of them
MOST_FILES = 20_000
MOST_FAR = 500  # files of other hosts
MOST_PATTERNS = 50  # of paths, that are held against every file
MOST_TARGETS = 5_000  # of one file
WHOLE = "**"  # what is wrong with all of it is said of this
DEEPEST = 10  # locations behind locations
NAMED = re.compile(rb"\$(?:text|yaml|json):\s*[\"']?([^\s\"'}#,]+)")
Get = Callable[[str], bytes]  # an address that may be read from; CantLoad where not


@dataclass(frozen=True, slots=True)
class Known:
    """A file as it was last read: digest, texts that were put in, where its locations lead."""

    digest: str
    reads: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(slots=True)
class File:
    """A file that was looked at. `is_same`: it was not read, for it says what it said."""

    path: str
    digest: str
    is_same: bool = False
    is_missing: bool = False
    entities: list[Described] = field(default_factory=list)
    unnamed: list[Unnamed] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)

    @property
    def is_far(self) -> bool:
        """Whether part of what it says lies elsewhere, and may change without a commit."""
        return any(places.is_address(one) for one in (self.path, *self.reads, *self.targets))

    @property
    def has_findings(self) -> bool:
        return bool(self.unnamed) or any(entity.findings for entity in self.entities)


class Walk:
    """One look at a source, from `first` on; a path or a pattern of paths.

    `found` grows while it goes on: how many files there are, as far as is known. `is_cut`: more is
    named than is read, so that what was not come upon may still be there.
    """

    def __init__(
        self, tree: Tree, *, first: str, repository: str, known: Mapping[str, Known], get: Get
    ) -> None:
        self.tree, self.repository, self.known, self.get = tree, repository, known, get
        self.first = first
        self.visited: dict[str, None] = {}
        self._waiting: deque[tuple[str, int]] = deque()
        self._put_in: Mapping[str, bytes] = {}
        self._far = 0
        self._matched: dict[str, list[str]] = {}
        self.is_cut = False

    @property
    def found(self) -> int:
        return len(self.visited)

    def is_same(self, path: str) -> bool:
        """Whether a file of the tree says what it said when it was last read."""
        known = self.known.get(path)
        if known is None or not known.digest or known.digest != self._digest(path, known.reads):
            return False
        return all(self._is_there(_place(target)) for target in known.targets)

    def files(self) -> Iterator[File]:
        """Every file once, in the order in which it was come upon."""
        start = Place(path=self.first)
        if not self._reach(start, 0):
            message = f"There is no {self.first} in it. Write another path, or add the file."
            yield File(self.first, "", is_missing=True, unnamed=[Unnamed("", [Finding(message)])])
        while self._waiting:
            some = self._some()
            changed = [
                path for path, _ in some if path in self.tree.blobs and not self.is_same(path)
            ]
            contents = self.tree.read(changed)
            self._put_in = self.tree.read(self._named_in(contents))
            for path, depth in some:
                yield self._file(path, depth, contents)
        if self.is_cut:
            self.visited[WHOLE] = None
            message = (
                f"More is named than is read: {MOST_FILES:,} files, {MOST_PATTERNS} patterns, or "
                f"{MOST_TARGETS:,} targets in one file. Name less, or make a source for each part."
            )
            yield File(WHOLE, "", is_missing=True, unnamed=[Unnamed("", [Finding(message)])])

    def _some(self) -> list[tuple[str, int]]:
        """The next files, as many as may be held at once."""
        some: list[tuple[str, int]] = []
        size = 0
        while self._waiting and len(some) < AT_ONCE and size < MOST_HELD:
            some.append(self._waiting.popleft())
            size += self.tree.sizes.get(some[-1][0], 0)
        return some

    def _named_in(self, contents: Mapping[str, bytes]) -> list[str]:
        """Texts of the tree that these files seem to put in: asked for together, not one by one."""
        found: dict[str, None] = {}
        size = 0
        for path, data in contents.items():
            for target in NAMED.findall(data):
                try:
                    wanted = places.place(
                        target.decode("utf-8", "replace"), base=path, repository=self.repository
                    )
                except Outside:
                    continue
                size += self.tree.sizes.get(wanted.path, 0)
                if wanted.path in self.tree.blobs and size < MOST_HELD:
                    found[wanted.path] = None
        return list(found)

    def _file(self, path: str, depth: int, contents: Mapping[str, bytes]) -> File:
        if self.is_same(path):
            known = self.known[path]
            file = File(path, known.digest, is_same=True, targets=list(known.targets))
            for target in known.targets:
                self._reach(_place(target), depth + 1)
            return file
        file = File(path, "")
        try:
            data = self._far_file(path) if places.is_address(path) else contents.get(path)
            text = reading.decoded(data)
        except (CantLoad, reading.TooMuch) as error:
            file.unnamed.append(Unnamed("", [Finding(str(error))]))
            self._follow_as_before(file, depth)
            return file
        self._read(file, text, depth)
        if not file.has_findings and not places.is_address(path):
            file.digest = self._digest(path, file.reads)
        return file

    def _read(self, file: File, text: str, depth: int) -> None:
        def load(target: str) -> str:
            return self._text(file, target)

        is_unsure = False
        for document in reading.documents(text):
            found = described(document, load)
            if isinstance(found, Unnamed):
                file.unnamed.append(found)
                is_unsure = True
                continue
            file.entities.append(found)
            if found.kind.lower() == "location":
                is_unsure |= bool(found.findings)
                self._follow(file, found, document, depth)
        if is_unsure:
            self._follow_as_before(file, depth)

    def _follow_as_before(self, file: File, depth: int) -> None:
        """What can't be read leads where it led: a slip makes no orphans of what lies behind it."""
        known = self.known.get(file.path)
        for target in known.targets if known else ():
            if target not in file.targets:
                file.targets.append(target)
                self._reach(_place(target), depth + 1)

    def _follow(
        self, file: File, entity: Described, document: reading.Document, depth: int
    ) -> None:
        """A location: where it leads is read, too."""
        is_required = entity.spec.get("presence", "required") == "required"
        for path, target in judging.targets(entity.spec):
            if len(file.targets) >= MOST_TARGETS:
                self.is_cut = True
                break
            try:
                place = places.place(target, base=file.path, repository=self.repository)
            except Outside as error:
                _say(entity, document, str(error), path)
                continue
            if depth >= DEEPEST:
                message = f"Locations behind locations end after {DEEPEST}. Name the file directly."
                _say(entity, document, message, path)
                continue
            file.targets.append(place.name)
            if not self._reach(place, depth + 1) and is_required and not self.is_cut:
                message = f"“{target}” is not there. Mend the path, or say presence: optional."
                _say(entity, document, message, path)

    def _reach(self, place: Place, depth: int) -> bool:
        """Put what is there into the row of what is to be read; False where nothing is."""
        found = self._paths(place)
        for path in found:
            if path in self.visited:
                continue
            if len(self.visited) >= MOST_FILES:
                self.is_cut = True
                break
            self.visited[path] = None
            self._waiting.append((path, depth))
        return bool(found)

    def _is_there(self, place: Place) -> bool:
        return bool(self._paths(place))

    def _paths(self, place: Place) -> list[str]:
        if place.url:
            return [place.url]
        if place.is_pattern:
            return self._fitting(place.path)
        return [place.path] if place.path in self.tree.blobs else []

    def _fitting(self, pattern: str) -> list[str]:
        """Held against every file once."""
        if pattern not in self._matched:
            if len(self._matched) >= MOST_PATTERNS:
                self.is_cut = True
                return []
            every = places.matching(pattern, self.tree.blobs)
            self._matched[pattern] = every[: MOST_FILES + 1]
        return self._matched[pattern]

    def _text(self, file: File, target: str) -> str:
        """What a substitution names, out of the tree or from another host."""
        try:
            place = places.place(target, base=file.path, repository=self.repository)
        except Outside as error:
            raise CantLoad(str(error)) from error
        if place.url:
            file.reads.append(place.url)
            return _decoded(self._far_file(place.url), target)
        if place.path not in self.tree.blobs:
            raise CantLoad(f"“{target}” is not in the repository. Mend the path.")
        data = self._put_in.get(place.path)
        if data is None:
            data = self.tree.read([place.path]).get(place.path)
        if data is None:
            raise CantLoad(f"{target} is larger than what is read.")
        file.reads.append(place.path)
        return _decoded(data, target)

    def _far_file(self, url: str) -> bytes:
        self._far += 1
        if self._far > MOST_FAR:
            raise CantLoad(f"More than {MOST_FAR} files of other hosts are named. Copy some here.")
        return self.get(url)

    def _digest(self, path: str, reads: Collection[str]) -> str:
        """Of all that a file says; "" where part of it lies elsewhere, and may change any time."""
        blobs = [self.tree.blobs.get(each, "") for each in (path, *reads)]
        if not all(blobs):
            return ""
        return sha256(" ".join([READER, *blobs]).encode()).hexdigest()


def _say(entity: Described, document: reading.Document, message: str, path: Path) -> None:
    if len(entity.findings) < MOST_FINDINGS:
        entity.findings.append(document.finding(message, path))


def _place(name: str) -> Place:
    return Place(url=name) if places.is_address(name) else Place(path=name)


def _decoded(data: bytes, target: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise CantLoad(f"{target} is not text in UTF-8.") from error
