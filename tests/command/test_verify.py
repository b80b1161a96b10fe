"""`f2scrapy verify` compares archive, disk and store, and deletes nothing."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.published import Published
from f2scrapy.command.verify import verify
from f2scrapy.model.media import File
from f2scrapy.store.address import parse_address
from f2scrapy.store.opening import open_store
from f2scrapy.store.upload import put_file

Look = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with the files 0 … 3 of the archive, all of them on disk, too."""
    store = tmp_path / "store"
    monkeypatch.setenv("F2_PUBLISH", f"file://{store}")
    monkeypatch.setenv("F2_PATH", str(tmp_path / "files"))
    name = f"file://{store}"
    opened = open_store(parse_address(name, {}))
    root = tmp_path / "files"
    with closing(Archive(root / "f2scrapy.db", root)) as archive:
        folder = archive.make_folder("douyin", "post", "MS4wLjABone", "name")
        for number in range(4):
            key = f"douyin:post:{number}"
            path = archive.reserve_path(key, [f"douyin/post/name/{number}"])
            file = File(asset="video", path=f"{path}_video.mp4", size=7, rendition="r")
            (folder / f"{number}_video.mp4").write_bytes(b"video %d" % number)
            archive.add_file(key, file)
            receipt = put_file(opened, file.path, archive.root / file.path)
            archive.add_published(name, key, file, Published(file.path, *receipt))
    return store / "douyin/post/name"


@pytest.fixture
def look(store: Path, capsys: pytest.CaptureFixture[str]) -> Look:
    def run(*words: str) -> tuple[int, list[str]]:
        code = verify(words)
        return code, capsys.readouterr().out.splitlines()

    return run


WHOLE = "4 files, 0 of them missing or of another size"


def test_each_fault_is_named_and_mended(store: Path, look: Look, tmp_path: Path) -> None:
    assert look() == (0, [WHOLE])
    disk = tmp_path / "files/douyin/post/name"
    (disk / "0_video.mp4").unlink()
    (disk / "1_video.mp4").write_bytes(b"vid")
    (store / "2_video.mp4").unlink()
    (disk / "3_video.mp4").write_bytes(b"larger than that")
    (disk / "holiday.jpg").write_bytes(b"the user's own")
    for own in ("4_video.mp4.part", "5_video.mp4.part.json", "6_session.json", "6_gaps.json",
                "6_danmaku.jsonl", "6_live_20240501-183004.ass"):  # fmt: skip
        (disk / own).write_bytes(b"of a run")
    (disk / "link.mp4").hardlink_to(disk / "2_video.mp4")
    (store / "9_video.mp4.0123456789ab.f2part").write_bytes(b"of a killed run")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}
    faults = ["missing", "another size", "missing in the store", "another size"]
    unknown = ["douyin/post/name/holiday.jpg: not in the archive",
               f"file://{store}/9_video.mp4.0123456789ab.f2part: not in the archive"]  # fmt: skip
    named = [f"douyin/post/name/{number}_video.mp4: {what}" for number, what in enumerate(faults)]
    last = "4 files, 4 of them missing or of another size"
    assert look() == (4, [*named, *unknown, last])
    assert before == {path: path.read_bytes() for path in before}, "nothing is changed"

    code, lines = look("--fix")
    assert code == 4, "the larger file is left to the user"
    assert lines[:4] == [f"{named[0]}: fetched from the store",
                         f"{named[1]}: fetched from the store",
                         f"{named[2]}: the next run puts it there", named[3]]  # fmt: skip
    assert (disk / "1_video.mp4").read_bytes() == b"video 1"
    assert (disk / "3_video.mp4").read_bytes() == b"larger than that"
    code, lines = look()
    assert (code, lines[0]) == (4, named[3])


def test_files_that_only_the_store_has_are_no_fault(
    store: Path, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in tmp_path.glob("files/douyin/post/name/*"):
        path.unlink()
    monkeypatch.setenv("F2_KEEP_LOCAL", "no")
    assert look() == (0, [WHOLE])
    (store / "0_video.mp4").write_bytes(b"cut")
    code, lines = look("--fix")
    named = "douyin/post/name/0_video.mp4: missing"
    assert (code, lines[0]) == (0, f"{named}: the next run downloads it")
    assert look()[1][0] == named, "until that run"
    monkeypatch.delenv("F2_PUBLISH")
    code, lines = look()
    assert code == 4
    assert lines[1].endswith("1_video.mp4: in another store than F2_PUBLISH, not looked for")


def test_a_file_that_cannot_be_mended_costs_no_other(
    store: Path, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = tmp_path / "files/douyin/post/name"
    for path in disk.iterdir():
        path.unlink()
    (store / "0_video.mp4").write_bytes(b"VIDEO 0")
    (disk / "1_video.mp4.f2part").mkdir()
    code, lines = look("--fix")
    named = [f"douyin/post/name/{number}_video.mp4: missing" for number in range(4)]
    assert code == 4
    assert lines[0] == f"{named[0]}: the store gives back other bytes than it was sent"
    assert lines[1] == f"{named[1]}: Is a directory"
    assert lines[2:4] == [f"{one}: fetched from the store" for one in named[2:]]
    assert sorted(path.name for path in disk.glob("*.mp4")) == ["2_video.mp4", "3_video.mp4"]
    monkeypatch.setenv("F2_LANG", "zh")
    assert look("--fix")[1][0].endswith("不存在：存储返回的内容与写入的不同")


def test_a_store_that_does_not_answer_is_no_success(
    look: Look, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("F2_PUBLISH", "webdav+http://127.0.0.1:1/x")
    for language, why in (("en", "the store does not answer"), ("zh", "存储没有响应")):
        monkeypatch.setenv("F2_LANG", language)
        assert verify(()) == 4
        assert why in capsys.readouterr().err
