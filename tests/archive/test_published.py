"""The archive knows which files are whole in a store."""

from support.archived import Reopen

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.published import Published
from f2scrapy.model.media import File

WORK, STORE = "douyin:post:1", "s3://bucket/f2"
OWNER = ("douyin", "post", "MS4wLjABone")


def add_video(archive: Archive, suffix: str, rendition: str) -> File:
    folder = archive.reserve_folder(*OWNER, "old").path
    path = archive.reserve_path(WORK, [f"{folder}/1"])
    file = File(asset="video", path=f"{path}{suffix}", size=5, rendition=rendition)
    archive.locate(file.path).parent.mkdir(parents=True, exist_ok=True)
    archive.locate(file.path).write_bytes(b"video")
    archive.add_file(WORK, file)
    return file


def test_a_file_is_published_once(archive: Archive, reopen: Reopen) -> None:
    file = add_video(archive, "_video.mp4", "1080")
    [one] = archive.list_unpublished(STORE)
    assert (one.key, one.file, one.former) == (WORK, file, None)
    assert archive.list_unpublished(STORE, WORK) == [one]
    assert archive.list_unpublished(STORE, "douyin:post:2") == []
    published = Published(file.path, 5, "ab")
    archive.add_published(STORE, WORK, file, published)
    archive.add_published(STORE, WORK, file, published)
    again = reopen()
    assert again.list_unpublished(STORE) == []
    assert again.list_published(STORE) == {file.path: published}
    assert again.list_former(STORE) == []
    assert len(again.list_unpublished("sftp://other/x")) == 1
    again.close()
    archive.locate(file.path).unlink()
    assert not archive.is_on_disk(file)
    assert archive.has_file(WORK, file)
    assert archive.find_missing("douyin/post/old") == {}
    archive.forget_published(STORE, file.path)
    assert archive.find_missing("douyin/post/old") == {WORK: ["video"]}


def test_a_better_file_and_a_new_name_leave_a_former_one_to_delete(archive: Archive) -> None:
    old = add_video(archive, "_video.mp4", "1080")
    archive.add_published(STORE, WORK, old, Published(old.path, 5, "ab"))
    better = add_video(archive, "_video.webm", "2160")
    assert archive.list_published(STORE) == {}, "the store has the one before"
    [one] = archive.list_unpublished(STORE)
    assert (one.file, one.former) == (better, Published(old.path, 5, "ab"))
    archive.add_published(STORE, WORK, better, Published(better.path, 5, "cd"))
    assert archive.list_former(STORE) == [old.path]
    archive.forget_former(STORE, old.path)
    assert archive.list_former(STORE) == []

    archive.reserve_folder(*OWNER, "new")
    [moved] = archive.list_moved(STORE)
    assert (moved.published.place, moved.path) == (better.path, "douyin/post/new/1_video.webm")
    archive.move_published(STORE, moved)
    assert archive.list_moved(STORE) == []
    assert archive.list_former(STORE) == [better.path]
    assert archive.list_published(STORE) == {moved.path: Published(moved.path, 5, "cd")}
