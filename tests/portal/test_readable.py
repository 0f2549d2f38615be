"""Waiting for bytes works by any descriptor: a process may have thousands of files open."""

from __future__ import annotations

import fcntl
import os
import resource
import socket
from collections.abc import Iterator

import pytest

from portal.readable import is_readable

HIGH = 2_000  # `select` ends at 1,023


@pytest.fixture
def many_files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * HIGH), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_it_is_told_of_bytes_and_of_the_end_also_high_up(many_files: None) -> None:
    ours, theirs = socket.socketpair()
    high = fcntl.fcntl(ours, fcntl.F_DUPFD, HIGH)
    try:
        assert not is_readable(high, seconds=0)
        theirs.send(b"x")
        assert is_readable(high, seconds=0)
        assert is_readable(ours, seconds=5)
        ours.recv(1)
        theirs.close()
        assert is_readable(high, seconds=5)
    finally:
        os.close(high)
        ours.close()
        theirs.close()
