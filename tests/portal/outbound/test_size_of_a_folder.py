"""How much git has fetched is measured while it makes folders and takes them away."""

from __future__ import annotations

import shutil
from pathlib import Path
from threading import Event, Thread

from portal.outbound.git import size_of

TIMES = 300


def test_what_is_there_is_counted(tmp_path: Path) -> None:
    (tmp_path / "objects").mkdir()
    (tmp_path / "objects" / "pack").write_bytes(bytes(700))
    (tmp_path / "HEAD").write_bytes(bytes(41))
    assert size_of(tmp_path) == 741
    assert size_of(tmp_path / "nowhere") == 0


def test_what_goes_meanwhile_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "HEAD").write_bytes(bytes(41))
    over = Event()

    def come_and_go() -> None:
        while not over.is_set():
            for name in ("hooks/info", "objects/tmp", "refs/heads"):
                (tmp_path / name).mkdir(parents=True)
            for name in ("hooks", "objects", "refs"):
                shutil.rmtree(tmp_path / name)

    git = Thread(target=come_and_go)
    git.start()
    try:
        assert {size_of(tmp_path) for _ in range(TIMES)} == {41}
    finally:
        over.set()
        git.join()
