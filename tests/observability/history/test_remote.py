"""A remote over HTTPS: git's own server behind a certificate of ours, with what must not happen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from observability.history import git
from observability.history.git import GitError, Remote
from portal.outbound import git as outbound_git
from portal.outbound.addresses import Reach
from tests.git_remote import Handler, serving


@pytest.fixture
def server(tmp_path: Path, repository: Path) -> Iterator[tuple[Remote, type[Handler]]]:
    with serving(repository.parent.parent, "acme/checkout/.git", tmp_path) as served:
        yield served


def on(_: str) -> bool:
    return True


def test_a_remote_gives_its_commits_and_tags_and_no_file(
    server: tuple[Remote, type[Handler]],
) -> None:
    remote, _ = server
    with git.fetched(remote, on) as place:
        marks = git.tags(place, "v*", on)
        found = git.commits(place, [mark.sha for mark in marks], on)
        objects = outbound_git.read(place, ["count-objects", "-v"], "", on)
    assert [mark.name for mark in marks] == ["v1", "v2", "v3"]
    assert len(found) == 5
    assert "in-pack: 6" in objects  # five commits and an annotated tag: no tree, no file
    assert not place.exists()


def test_a_token_opens_what_is_closed_and_stands_in_no_argument(
    server: tuple[Remote, type[Handler]],
) -> None:
    remote, handler = server
    handler.token = "hush"
    with pytest.raises(GitError, match="give a token"), git.fetched(remote, on):
        pass
    opened = Remote(remote.url, "hush", Reach.ANY, remote.authorities)
    with git.fetched(opened, on) as place:
        assert git.tip(place, "main", on)


@pytest.mark.parametrize("url", ["https://[x/y.git", "https://h:99999/y", "https://a:b@h/y.git"])
def test_what_is_no_address_is_said_and_breaks_nothing(url: str) -> None:
    with pytest.raises(GitError, match="Write an address such as"), git.fetched(Remote(url), on):
        pass


def test_it_is_led_nowhere_else(server: tuple[Remote, type[Handler]]) -> None:
    remote, handler = server
    handler.leads_to = "https://169.254.169.254/latest/meta-data/info/refs"
    with pytest.raises(GitError), git.fetched(remote, on):
        pass
    assert len(handler.asked) == 1


def test_a_certificate_of_nobody_is_not_believed(server: tuple[Remote, type[Handler]]) -> None:
    remote, handler = server
    with pytest.raises(GitError), git.fetched(Remote(remote.url, reach=Reach.ANY), on):
        pass
    assert handler.asked == []


def test_whoever_does_not_keep_on_is_stopped(server: tuple[Remote, type[Handler]]) -> None:
    remote, _ = server
    with pytest.raises(GitError, match="reads it already"):  # noqa: SIM117
        with git.fetched(remote, lambda _: False):
            pass
