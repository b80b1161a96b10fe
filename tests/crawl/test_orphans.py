"""Former folders of a renamed list are emptied, but for files that another run is writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from io import FileIO
from pathlib import Path

import pytest

from f2scrapy.archive.archive import Archive
from f2scrapy.crawl.orphans import sweep_former_folders
from f2scrapy.download.locking import lock
from f2scrapy.model.media import File

OWNER = ("douyin", "post", "MS4w-12345678")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with closing(Archive(tmp_path / "f2scrapy.db", tmp_path)) as archive:
        for nickname in ("one", "two", "three"):
            archive.reserve_folder(*OWNER, nickname)
        yield archive


def put(root: Path, *names: str) -> list[Path]:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return [root / name for name in names]


def list_files(root: Path) -> list[str]:
    found = (path for path in (root / "douyin").rglob("*") if path.is_file())
    return sorted(path.relative_to(root / "douyin/post").as_posix() for path in found)


def test_former_folders_are_emptied(archive: Archive) -> None:
    put(archive.root, "douyin/post/one/w/v.mp4.part", "douyin/post/one/w/v.mp4.part.json",
        "douyin/post/two/w/w_cover.jpeg", "douyin/post/three/w/w_video.mp4",
        "douyin/post/two/w/w_video.mp4", "douyin/post/other/x.part")  # fmt: skip
    sweep_former_folders(archive, OWNER)
    assert list_files(archive.root) == [
        "other/x.part", "three/w/w_cover.jpeg", "three/w/w_video.mp4", "two/w/w_video.mp4",
    ]  # fmt: skip
    assert not (archive.root / "douyin/post/one").exists()


def test_copy_of_a_finished_file_is_removed(archive: Archive) -> None:
    for name in ("one", "three"):
        (put(archive.root, f"douyin/post/{name}/w.mp4")[0]).write_text("the same")
    sweep_former_folders(archive, OWNER)
    assert list_files(archive.root) == ["three/w.mp4"]


def test_file_that_the_archive_has_in_a_former_folder_stays(archive: Archive) -> None:
    put(archive.root, "douyin/post/one/w/w_video.mp4")
    place = archive.reserve_path("douyin:post:1", ["douyin/post/one/w/w"])
    file = File(asset="video", path=f"{place}_video.mp4", size=29)
    archive.add_files("douyin:post:1", place, [(file, ())])
    sweep_former_folders(archive, OWNER)
    assert archive.is_on_disk(archive.get_files("douyin:post:1")["video"])


def test_part_beside_its_finished_file_is_removed_by_a_rename(archive: Archive) -> None:
    put(archive.root, "douyin/post/three/v.mp4.part", "douyin/post/three/v.mp4.part.json",
        "douyin/post/three/new.mp4.part", "douyin/post/four/v.mp4")  # fmt: skip
    archive._move_below("douyin/post/three", "douyin/post/four")
    archive._apply_moves()
    assert list_files(archive.root) == ["four/new.mp4.part", "four/v.mp4"]


def test_part_that_is_written_stays(archive: Archive) -> None:
    part, _ = put(archive.root, "douyin/post/one/v.part", "douyin/post/one/v.part.json")
    with FileIO(part, "r+") as file:
        lock(file)
        sweep_former_folders(archive, OWNER)
    assert list_files(archive.root) == ["one/v.part", "one/v.part.json"]


def test_folder_that_another_user_has_now_is_not_touched(archive: Archive) -> None:
    archive.reserve_folder("douyin", "post", "MS4w-other", "one")
    put(archive.root, "douyin/post/one/v.part")
    sweep_former_folders(archive, OWNER)
    assert list_files(archive.root) == ["one/v.part"]
