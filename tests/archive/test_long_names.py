"""Names are cut where a file system takes shorter ones only, and keep the id."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.works import Work

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.naming import NAME_BYTES, NameLimits, shorten_name
from f2scrapy.archive.template import Template
from f2scrapy.download.part_file import is_too_long

DESC = "长" * 60  # 180 bytes
ID = Work().id


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with closing(Archive(tmp_path / "f2scrapy.db", tmp_path)) as archive:
        yield archive


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> int:
    """A file system that takes names of so many bytes, as those that encrypt names do."""
    real = os.lstat

    def lstat(path: Any) -> os.stat_result:
        if any(len(part.encode()) > request.param for part in Path(path).parts):
            raise OSError(errno.ENAMETOOLONG, "File name too long", str(path))
        return real(path)

    monkeypatch.setattr(os, "lstat", lstat)
    return int(request.param)


@pytest.mark.parametrize("limit", [255, 143, 100, 80], indirect=True)
@pytest.mark.parametrize("folderize", [True, False])
def test_names_fit_and_keep_the_id(archive: Archive, limit: int, folderize: bool) -> None:
    paths = archive.iter_paths(
        "douyin/post/x", Template("{desc}"), Work(desc=DESC), folderize=folderize
    )
    name = next(paths).rpartition("/")[2]
    assert len(f"{name}_subtitle_cmn-Hans-CN.vtt.part.json".encode()) <= limit
    assert (name == DESC) if limit == 255 else ID in name
    other = next(paths).rpartition("/")[2]
    assert ID in other != name
    assert len(f"{other}_subtitle_cmn-Hans-CN.vtt.part.json".encode()) <= limit


@pytest.mark.parametrize(("room", "is_cut"), [(250, False), (120, True)])
@pytest.mark.parametrize("folderize", [True, False])
def test_whole_paths_fit_on_windows(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, room: int, is_cut: bool, folderize: bool
) -> None:
    """It takes 259 characters of a whole path; `room` are those that the root leaves."""
    monkeypatch.setattr("f2scrapy.archive.paths.sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(archive, "root", Path("/" + "x" * (258 - room)))
    work = Work(desc="a day at the sea " * 3)
    path = next(archive.iter_paths("douyin/post/x", Template("{desc}"), work, folderize=folderize))
    assert len(str(archive.root / f"{path}_subtitle_cmn-Hans-CN.vtt.part.json")) <= 259
    assert (ID in path) is (is_cut and folderize), "a folder needs the name twice"
    assert path.startswith("douyin/post/x/")


def test_too_long_path_of_windows_is_known_by_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("f2scrapy.download.part_file.sys", SimpleNamespace(platform="win32"))
    error = FileNotFoundError(errno.ENOENT, "The system cannot find the path specified")
    assert is_too_long(error, Path("/" + "x" * 259))
    assert not is_too_long(error, Path("/" + "x" * 258))


@pytest.mark.parametrize("limit", [143, 100], indirect=True)
def test_folders_fit_too(archive: Archive, limit: int) -> None:
    folder = archive.reserve_folder("douyin", "post", "MS4w" + 60 * "y", DESC).path
    assert all(len(part.encode()) <= limit for part in folder.split("/"))
    assert folder.endswith("y" * 8)


@pytest.mark.parametrize(
    ("size", "expected"),
    [(NAME_BYTES, DESC), (90, f"{'长' * 23}_{ID}"), (0, ID), (25, ID)],
)
def test_shortened_name(size: int, expected: str) -> None:
    assert shorten_name(DESC, ID, size) == expected


def test_shortened_again_has_the_id_once() -> None:
    once = shorten_name(DESC, ID, 90)
    assert shorten_name(once, ID, 60) == f"{'长' * 13}_{ID}"


def test_path_longer_than_any_system_takes(archive: Archive, monkeypatch: Any) -> None:
    monkeypatch.setattr(archive, "root", Path("/" + "x" * 200) / "/".join(["y" * 200] * 18))
    paths = archive.iter_paths("d/p", Template("{desc}"), Work(desc=DESC), folderize=True)
    name = next(paths).rpartition("/")[2]
    assert ID in name
    assert len(str(archive.root / "d/p" / name / name)) < 4096 - 42


def test_work_moves_to_shorter_paths_until_there_is_none(archive: Archive) -> None:
    item = Work(desc=DESC)
    paths = archive.iter_paths("d/p", Template("{desc}"), item, folderize=True)
    tried = [archive.reserve_path(item.key, paths)]
    while archive.shorten(item.key, item.id):
        tried.append(archive.get_path(item.key) or "")
    sizes = [len(path.encode()) for path in tried]
    assert sizes == sorted(set(sizes), reverse=True)
    assert tried[-1] == f"d/p/{ID}"
    assert all(ID in path for path in tried[1:])


@pytest.mark.parametrize("folderize", [True, False])
@pytest.mark.parametrize("template", ["{desc}", "{desc}/{nickname}/{desc}"])
def test_limits_of_the_user_hold_for_all_files(
    archive: Archive, folderize: bool, template: str
) -> None:
    room = 140  # characters of the path that the root leaves
    archive.limits = NameLimits(143, len(str(archive.root)) + room)
    folder = archive.reserve_folder("douyin", "collects", "MS4w" + 60 * "y", DESC).path
    work = Work(desc=DESC, nickname="n" * 300)
    paths = archive.iter_paths(folder, Template(template), work, folderize=folderize)
    for path in islice(paths, 3):
        file = f"{path}_subtitle_cmn-Hans-CN.vtt.part.json"
        assert all(len(part.encode()) <= 143 for part in file.split("/"))
        assert len(file) < room
        assert ID in path


def test_names_as_long_as_this_disk_takes(archive: Archive) -> None:
    """Its real limit: all the files of a work can be made, and one byte more cannot."""
    template = Template("{nickname}/{desc}")
    work = Work(desc="长" * 200, nickname="字" * 200)
    path = next(archive.iter_paths("douyin/post/x", template, work, folderize=True))
    for end in ("_live_12.mp4.part", "_video.mp4.part.json", "_subtitle_cmn-Hans-CN.vtt"):
        made = archive.locate(f"{path}{end}")
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_bytes(b"1")
    with pytest.raises(OSError, match="too long"):
        made.with_name("x" * 256).touch()


def test_folders_of_a_template_are_cut_with_the_name(archive: Archive) -> None:
    """The first look takes them, and then no file can be made there."""
    work, template = Work(desc=DESC, nickname=DESC), Template("{nickname}/{desc}")
    folder = archive.reserve_folder("douyin", "post", "MS4w", "Ann").path
    archive.reserve_path(work.key, archive.iter_paths(folder, template, work, folderize=True))
    sizes = []
    while archive.shorten(work.key, work.id, folder):
        path = (archive.get_path(work.key) or "").removeprefix(f"{folder}/")
        sizes.append([len(part.encode()) for part in path.split("/")])
    assert sizes == [[90, 89, 89], [60, 59, 59], [36, 35, 35], [19, 19], [19]]


def test_disk_is_asked_for_longer_names_only(archive: Archive, monkeypatch: Any) -> None:
    """Names in the folder of another list are asked for again: it may lie on another disk."""
    asked: list[str] = []
    monkeypatch.setattr(archive, "_probe", lambda path: asked.append(path) or True)
    for path in ("d/p/a/12/12", "d/p/a/1/12", "d/p/a/123/1", "d/p/a/1/长", "d/p/b/1/1"):
        assert archive.can_hold(path)
    assert [path.partition("_")[0] for path in asked] == [
        "d/p/a/12/12", "d/p/a/123/1", "d/p/a/1/长", "d/p/b/1/1",
    ]  # fmt: skip
