"""What a source fetches: the newest commit's files with git, and files of allowed hosts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.descriptors.substitutions import CantLoad
from portal.entities import trees
from portal.entities.following import Walk
from portal.entities.trees import Sent
from portal.outbound import git
from portal.outbound.addresses import Reach
from portal.outbound.getting import NotGot, get
from portal.outbound.git import Remote
from tests.git_remote import Handler, serving
from tests.portal.entities.conftest import Place, component

Served = tuple[Remote, type[Handler]]


def on(_: str) -> bool:
    return True


@pytest.fixture
def served(place: Place, tmp_path: Path) -> Iterator[Served]:
    place.put(**{"old.yaml": "a: 1"})
    place.put(**{"old.yaml": None, "a/catalog-info.yaml": component("checkout")})
    place.git("branch", "other", "HEAD~1")
    with serving(tmp_path, "catalog/.git", tmp_path) as found:
        yield found


def test_only_the_newest_commit_comes_with_its_files(served: Served, place: Place) -> None:
    remote, _ = served
    with trees.repository(remote, "", on) as tree:
        assert tree.commit == place.git("rev-parse", "HEAD") == git.head(remote, "", on)
        assert list(tree.blobs) == ["a/catalog-info.yaml"]
        assert tree.read(tree.blobs) == {"a/catalog-info.yaml": component("checkout").encode()}
    with trees.repository(remote, "other", on) as tree:
        assert list(tree.blobs) == ["old.yaml"]
    assert git.head(remote, "other", on) == place.git("rev-parse", "other")
    assert git.head(remote, "gone", on) == ""


def test_links_in_a_repository_are_not_followed(place: Place) -> None:
    (place.folder / "catalog-info.yaml").symlink_to("/etc/passwd")
    place.put(**{"b.yaml": "a: 1"})
    assert list(trees.Repository(place.folder / ".git", on).blobs) == ["b.yaml"]


def test_a_file_of_another_host_comes_within_bounds_and_led_nowhere(served: Served) -> None:
    remote, handler = served
    url = f"{remote.url}/HEAD"
    trusted = {"reach": Reach.ANY, "authorities": remote.authorities}
    assert get(url, most=100, **trusted) == b"ref: refs/heads/main\n"
    with pytest.raises(NotGot, match="larger than"):
        get(url, most=5, **trusted)
    with pytest.raises(NotGot, match="answered 404"):
        get(f"{remote.url}/gone", most=5, **trusted)
    asked = len(handler.asked)
    for reach in (Reach.PUBLIC, Reach.INTERNAL):
        with pytest.raises(NotGot, match="this machine itself"):
            get(url, most=100, reach=reach)
    with pytest.raises(NotGot, match="certificate"):
        get(url, most=100, reach=Reach.ANY)
    for other in ("http://localhost/", "https://user:word@localhost/", "file:///etc/passwd"):
        with pytest.raises(NotGot, match="no address that is read from"):
            get(other, most=100, reach=Reach.ANY)
    assert len(handler.asked) == asked
    handler.leads_to = "https://169.254.169.254/"
    with pytest.raises(NotGot, match="answered 302"):
        get(url, most=100, **trusted)


LOCATION = """\
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: far}
spec: {target: "https://raw.example.com/shop/catalog-info.yaml"}
"""


def test_what_lies_elsewhere_is_read_relative_to_where_it_lies() -> None:
    asked: list[str] = []
    more = "  note: {$text: ./note.md}\n  other: {$text: https://bad.example/x}\n"

    def far(url: str) -> bytes:
        asked.append(url)
        if "bad.example" in url:
            raise CantLoad("It is not of a host that this source may read from.")
        return b"Read me." if url.endswith(".md") else component("shop", more=more).encode()

    tree = Sent("catalog-info.yaml", LOCATION.encode())
    walk = Walk(tree, first="catalog-info.yaml", repository="", known={}, get=far)
    here, there = walk.files()
    assert [entity.ref for entity in here.entities] == ["location:default/far"]
    (shop,) = there.entities
    assert shop.spec["note"] == "Read me."
    assert [one.field for one in shop.findings] == ["spec.other"]
    base = "https://raw.example.com/shop/"
    assert asked == [f"{base}catalog-info.yaml", f"{base}note.md", "https://bad.example/x"]
    assert (here.is_far, there.is_far, there.digest) == (True, True, "")
