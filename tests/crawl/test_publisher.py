"""Files of the archive come into a store after a kill, a fault of the store or Ctrl-C, too."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from f2scrapy.archive.archive import Archive
from f2scrapy.crawl.publisher import Publisher
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.model.media import File
from f2scrapy.store.address import Address
from f2scrapy.store.contract import Abilities, Fault, Store, StoreError
from f2scrapy.store.opening import open_store

OWNER = ("douyin", "post", "MS4wLjABone")
NAME = "file:///store"


def open_archive(folder: Path) -> Archive:
    return Archive(folder / "f2scrapy.db", folder / "files")


def open_folder(folder: Path) -> Store:
    return open_store(Address("file", path=str(folder / "store")))


def add_works(archive: Archive, count: int = 1) -> list[str]:
    """Archive works with one file each; return their keys."""
    folder = archive.make_folder(*OWNER, "old")
    keys = [f"douyin:post:{number}" for number in range(count)]
    for number, key in enumerate(keys):
        path = archive.reserve_path(key, [f"douyin/post/old/{number}"])
        (folder / f"{number}_video.mp4").write_bytes(b"video %d" % number)
        archive.add_file(key, File(asset="video", path=f"{path}_video.mp4", size=7, rendition="r"))
    return keys


def list_folder(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with closing(open_archive(tmp_path)) as archive:
        yield archive


@pytest.fixture
def build(archive: Archive, tmp_path: Path) -> Callable[..., Publisher]:
    def start(store: Store | None = None, **options: Any) -> Publisher:
        run_log = RunLog("x", datetime.now(UTC))
        store = store or open_folder(tmp_path)
        return Publisher(archive, store, NAME, run_log, backoff=0, **options)

    return start


KILLED = """
import asyncio, os, signal
from pathlib import Path
from tests.crawl.test_publisher import *
folder = Path({folder!r})
archive = open_archive(folder)
[key] = add_works(archive)
{place} = lambda *args: os.kill(os.getpid(), signal.SIGKILL)
publisher = Publisher(archive, open_folder(folder), NAME, RunLog("x", datetime.now(UTC)),
                      keeps_local=False)
asyncio.run(publisher.publish_work(key))
"""


@pytest.mark.parametrize("place", ["archive.add_published", "Publisher._remove_local"])
def test_kill_before_record_or_deletion_costs_nothing(
    place: str, tmp_path: Path, build: Callable[..., Publisher]
) -> None:
    code = KILLED.format(folder=str(tmp_path), place=place)
    path = f"{Path(__file__).parents[2]}{os.pathsep}{Path(__file__).parents[1]}"
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": path},
                          check=False, capture_output=True, text=True)  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    there = {"douyin/post/old/0_video.mp4": b"video 0"}
    assert list_folder(tmp_path / "store") == list_folder(tmp_path / "files") == there
    publisher = build(keeps_local=False)
    asyncio.run(publisher.finish())
    assert publisher.run_log.gaps == []
    assert list_folder(tmp_path / "store") == there
    assert list_folder(tmp_path / "files") == {}
    key, file = next(publisher.archive.iter_all_files())
    assert publisher.archive.has_file(key, file)
    assert publisher.archive.find_missing("douyin/post/old") == {}


def test_file_of_others_in_the_store_stays(
    archive: Archive, build: Callable[..., Publisher], tmp_path: Path
) -> None:
    [key] = add_works(archive)
    other = tmp_path / "store" / "douyin/post/old/0_video.mp4"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"another")
    publisher = build(keeps_local=False)
    asyncio.run(publisher.publish_work(key, "list"))
    asyncio.run(publisher.finish())
    [gap] = publisher.run_log.gaps
    assert (gap.key, gap.outcome, gap.source) == (key, "STORE", "list")
    assert gap.detail == "video: the store has another file of this name"
    assert other.read_bytes() == b"another"
    assert len(list_folder(tmp_path / "files")) == 1
    assert not archive.is_published(key, archive.get_files(key)["video"])


def test_file_that_was_changed_is_neither_put_there_nor_deleted(
    archive: Archive, build: Callable[..., Publisher], tmp_path: Path
) -> None:
    [key] = add_works(archive)
    archive.locate("douyin/post/old/0_video.mp4").write_bytes(b"vid")
    publisher = build(keeps_local=False)
    asyncio.run(publisher.publish_work(key, "list"))
    asyncio.run(publisher.finish())
    [gap] = publisher.run_log.gaps
    assert gap.detail == "video: another size than in the archive"
    assert list_folder(tmp_path / "files") == {"douyin/post/old/0_video.mp4": b"vid"}
    assert list_folder(tmp_path / "store") == {}


def test_new_names_and_new_files_follow_into_the_store(
    archive: Archive, build: Callable[..., Publisher], tmp_path: Path
) -> None:
    _, second = add_works(archive, 2)
    asyncio.run(build().finish())
    assert archive.reserve_folder(*OWNER, "new").path == "douyin/post/new"
    better = File(asset="video", path="douyin/post/new/1_video.webm", size=6, rendition="better")
    archive.locate(better.path).write_bytes(b"better")
    archive.add_file(second, better)
    publisher = build()
    asyncio.run(publisher.finish())
    assert publisher.run_log.gaps == []
    assert list_folder(tmp_path / "store") == {
        "douyin/post/new/0_video.mp4": b"video 0",
        "douyin/post/new/1_video.webm": b"better",
    }
    asyncio.run((again := build()).finish())
    assert (again.count, archive.list_former(NAME), archive.list_moved(NAME)) == (0, [], [])


def test_a_store_that_cannot_rename_keeps_its_keys_and_says_so(
    archive: Archive, build: Callable[..., Publisher], tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    [key] = add_works(archive)
    asyncio.run(build().finish())
    archive.reserve_folder(*OWNER, "new")
    store = open_folder(tmp_path)
    store.abilities = Abilities(writes_at_once=True, moves=False)
    caplog.set_level("INFO")
    asyncio.run((publisher := build(store)).finish())
    assert publisher.run_log.gaps == []
    assert "cannot rename: the old names stay for 1 file" in caplog.text
    assert [*list_folder(tmp_path / "store")] == ["douyin/post/old/0_video.mp4"]
    assert archive.is_published(key, archive.get_files(key)["video"])


def test_a_store_that_is_full_is_asked_no_more(
    archive: Archive, build: Callable[..., Publisher], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    keys = add_works(archive, 9)
    asked = []

    def refuse(key: str, *_: Any, **__: Any) -> None:
        asked.append(key)
        raise StoreError(Fault.FULL, "507")

    store = open_folder(tmp_path)
    monkeypatch.setattr(store, "write", refuse)
    publisher = build(store, keeps_local=False)
    for key in keys[:5]:
        asyncio.run(publisher.publish_work(key))
    asyncio.run(publisher.finish())
    assert len(asked) == 3
    details = {gap.key: gap.detail for gap in publisher.run_log.gaps}
    assert set(details) == {*keys[:5], "F2_PUBLISH"}
    assert details[keys[4]] == "video: the store is full (507)"
    assert details["F2_PUBLISH"] == "files of earlier runs that are not there yet: 4"
    assert len(list_folder(tmp_path / "files")) == 9


async def test_file_that_the_store_has_lost_is_put_there_again_once_the_archive_is_free(
    archive: Archive, build: Callable[..., Publisher], tmp_path: Path
) -> None:
    [key, lost] = add_works(archive, 2)
    await build().finish()
    archive.reserve_folder(*OWNER, "new")
    for path in (tmp_path / "store/douyin/post/old").iterdir():
        path.unlink()
    archive.locate("douyin/post/new/1_video.mp4").unlink()
    archive._db.execute("PRAGMA busy_timeout = 5")  # as that of a crawl
    with closing(sqlite3.connect(tmp_path / "f2scrapy.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        publisher = build()
        await publisher.publish_work(key)
        finished = asyncio.create_task(publisher.finish())
        await asyncio.sleep(0.3)
        assert not finished.done()
        other.execute("COMMIT")
        await finished
    [gap] = publisher.run_log.gaps
    assert (gap.key, gap.outcome) == (lost, "STORE")
    assert gap.detail == "video: neither on disk nor in the store"
    assert not archive.has_file(lost, archive.get_files(lost)["video"]), "the next run fetches it"
    assert list_folder(tmp_path / "store") == {"douyin/post/new/0_video.mp4": b"video 0"}


def test_ctrl_c_leaves_the_files_to_the_next_run(
    archive: Archive, build: Callable[..., Publisher], tmp_path: Path
) -> None:
    [key] = add_works(archive)
    publisher = build(is_stopping=lambda: True)
    asyncio.run(publisher.publish_work(key, "list"))
    asyncio.run(publisher.finish())
    assert [gap.outcome for gap in publisher.run_log.gaps] == ["INTERRUPTED"]
    assert list_folder(tmp_path / "store") == {}
    asyncio.run(build().finish())
    assert len(list_folder(tmp_path / "store")) == 1
