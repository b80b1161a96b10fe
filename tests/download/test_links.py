"""Links with the names of our files lead no byte out of the folder."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from pathlib import Path
from typing import Any

import pytest

from f2scrapy.download import locking
from f2scrapy.download.folder import Folder
from f2scrapy.download.part_file import (
    DiskError,
    FileBusy,
    FileMoved,
    NameTooLong,
    PartFile,
    PartJournal,
    lock_folder,
    write_whole,
)

JOURNAL = PartJournal("key", 4, '"v"')


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "Download" / "user").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "mine").write_text("mine")
    return tmp_path / "Download"


def save(path: Path, root: Path) -> None:
    part = PartFile(path, "key", root=root)
    try:
        part.open()
        part.begin(JOURNAL)
        part.write(b"film")
        part.commit()
    finally:
        part.close()


@pytest.mark.parametrize("name", ["v.mp4.part", "v.mp4.part.json", "v.mp4"])
def test_planted_link_is_replaced_and_not_followed(root: Path, name: str) -> None:
    mine = root.parent / "outside" / "mine"
    (root / "user" / name).symlink_to(mine)
    save(root / "user" / "v.mp4", root)
    assert mine.read_text() == "mine"
    assert not (root / "user" / "v.mp4").is_symlink()
    assert [(p.name, p.read_bytes()) for p in (root / "user").iterdir()] == [("v.mp4", b"film")]


@pytest.mark.parametrize("write", [save, lambda path, root: write_whole(path, "k", b"x", root)])
def test_folder_that_became_a_link_gets_no_file(root: Path, write: Any) -> None:
    (root / "user").rmdir()
    (root / "user").symlink_to(root.parent / "outside")
    for path in (root / "user" / "v.mp4", root / "user" / "new" / "v.mp4"):
        with pytest.raises(DiskError, match="leads out of F2_PATH"):
            write(path, root)
    assert [p.name for p in (root.parent / "outside").iterdir()] == ["mine"]


def test_folder_that_becomes_a_link_in_between_gets_nothing(root: Path) -> None:
    part = PartFile(root / "user" / "v.mp4", "key", root=root)
    part.begin(JOURNAL)
    part.write(b"film")
    (root / "user").rename(root / "renamed")
    (root / "user").symlink_to(root.parent / "outside")
    with pytest.raises(FileMoved):
        part.commit()
    part.close()
    assert [p.name for p in (root.parent / "outside").iterdir()] == ["mine"]
    assert (root / "renamed" / "v.mp4.part").read_bytes() == b"film"


def test_links_of_the_user_within_the_root_are_followed(root: Path) -> None:
    (root / "disk2").mkdir()
    (root / "linked").symlink_to(root / "disk2")
    save(root / "linked" / "v.mp4", root)
    assert (root / "disk2" / "v.mp4").read_bytes() == b"film"


def test_root_may_be_a_link(root: Path) -> None:
    (root.parent / "link").symlink_to(root)
    save(root.parent / "link" / "user" / "v.mp4", root.parent / "link")
    assert (root / "user" / "v.mp4").read_bytes() == b"film"


def test_no_descriptor_is_left_open(root: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(10):
        save(root / "user" / "v.mp4", root)
        Folder(root / "user", root).close()
        with pytest.raises(DiskError):
            save(root / ".." / "outside" / "x", root)
    assert len(os.listdir("/proc/self/fd")) == before


# File systems without locks


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(request.param, "no locks")

    locking.report_missing_locks.cache_clear()
    locking._unlocked.clear()
    monkeypatch.setattr(fcntl, "flock", refuse)


NUMBERS = [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS]


@pytest.mark.parametrize("no_locks", NUMBERS, indirect=True)
def test_file_comes_without_locks_and_that_is_reported_once(
    root: Path, no_locks: None, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("a", "b"):
        save(root / "user" / name, root)
        assert (root / "user" / name).read_bytes() == b"film"
    os.close(lock_folder(root))
    assert [record.message for record in caplog.records] == [
        "The file system cannot lock files: run only one crawl at a time in this folder"
    ]


@pytest.mark.parametrize("no_locks", NUMBERS[:1], indirect=True)
def test_without_locks_a_part_that_grows_is_not_touched(root: Path, no_locks: None) -> None:
    part = root / "user" / "v.mp4.part"
    part.write_bytes(b"ano")
    now = time.time()
    os.utime(part, (now, now))  # by the clock of this process, as the product compares it
    with pytest.raises(FileBusy):
        save(root / "user" / "v.mp4", root)
    assert part.read_bytes() == b"ano"
    old = time.time() - 3600
    os.utime(part, (old, old))
    save(root / "user" / "v.mp4", root)


def test_file_that_is_fetched_again_with_the_same_content_stays_itself(root: Path) -> None:
    """Links to it would become copies."""
    final, other = root / "user" / "v.mp4", root / "user" / "w.mp4"
    save(final, root)
    other.hardlink_to(final)
    save(final, root)
    assert (final.samefile(other), sorted(final.parent.iterdir())) == (True, [final, other])
    other.write_bytes(b"mlif")
    save(final, root)
    assert (final.read_bytes(), other.read_bytes()) == (b"film", b"mlif")


@pytest.mark.parametrize("before", [b"", b"short"])
def test_file_that_another_process_has_just_finished_is_not_fetched_again(
    root: Path, before: bytes
) -> None:
    final = root / "user" / "v.mp4"
    if before:
        final.write_bytes(before)
    part = PartFile(final, "key", root=root)
    part.open()
    save(final, root)
    with pytest.raises(FileBusy):
        part.begin(JOURNAL)
    part.close()
    assert (final.read_bytes(), [*final.parent.iterdir()]) == (b"film", [final])
    save(final, root)  # a file that was there before is replaced


@pytest.mark.parametrize("no_locks", NUMBERS[:1], indirect=True)
def test_without_locks_a_part_of_our_own_is_resumed(root: Path, no_locks: None) -> None:
    for _ in range(2):
        part = PartFile(root / "user" / "v.mp4", "key", root=root)
        part.open()
        if part.journal is None:
            part.begin(JOURNAL)
            part.write(b"fi")
        size = part.size
        part.close()
    assert size == 2


def test_name_that_is_too_long_is_an_error_of_its_own(root: Path) -> None:
    for path in (root / ("n" * 300), root / ("n" * 300) / "v.mp4"):
        with pytest.raises(NameTooLong):
            save(path, root)
        with pytest.raises(NameTooLong):
            write_whole(path, "key", b"x", root)
