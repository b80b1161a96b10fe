"""Test that works have one path, lists have one folder, and kill -9 loses no data."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.archived import OTHER, WORK, Reopen, add_work, write_file

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.folders import Folder
from f2scrapy.archive.naming import iter_candidates
from f2scrapy.archive.readings import Reading
from f2scrapy.archive.server import Server
from f2scrapy.archive.works import FolderRenamed
from f2scrapy.errors import InputError, Outcome
from f2scrapy.model.archived import Archived
from f2scrapy.model.media import File, Rendition

# Users


def test_nicknames_keep_their_order_and_times(archive: Archive) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    for nickname in ("Ann", "Anna", "Ann"):
        archive.update_user("douyin", "MS4a", nickname)
        time.sleep(0.002)
    ann, anna = archive.get_nicknames("douyin", "MS4a")
    assert (ann.nickname, anna.nickname) == ("Ann", "Anna")
    assert before <= ann.first_seen < anna.first_seen < ann.last_seen
    assert archive.get_nicknames("tiktok", "MS4a") == []


# Works


def test_works_of_a_page_are_read_as_each_alone(archive: Archive) -> None:
    """Even if files of one are queued after its page was read."""
    folder = archive.reserve_folder("douyin", "post", "MS4a", "Ann").path
    unknown, page = "douyin:post:0", (WORK, OTHER, "douyin:post:0")
    path = archive.reserve_path(WORK, [f"{folder}/x"], folder=folder)
    archive.reserve_path(OTHER, [f"{folder}/y"], folder=folder)
    archive.update_work(OTHER, Outcome.PRIVATE)
    known = archive.read_work(OTHER, folder, page)
    assert (known.path, known.state, known.has_folder) == (f"{folder}/y", Outcome.PRIVATE, True)
    file = File(asset="video", path=f"{path}_video.mp4", size=4, rendition="best")
    archive.locate(file.path).parent.mkdir(parents=True)
    archive.locate(file.path).write_bytes(b"film")
    archive.queue_files(WORK, path, [(file, ())])
    assert archive.read_work(WORK, folder, page).files == {"video": file}
    assert archive.read_work(unknown, folder, page) == Archived(has_folder=True)
    assert not archive.read_work(unknown, "douyin/post/Eve", page).has_folder


# Folders


def test_work_whose_folder_cannot_be_read_keeps_no_other_out_of_the_archive(
    archive: Archive,
) -> None:
    places = {
        key: archive.reserve_path(key, [f"douyin/post/N/{key[-1]}/w"]) for key in (WORK, OTHER)
    }
    for key, place in places.items():
        (archive.root / place).parent.mkdir(parents=True)
        file = File(asset="video", path=f"{place}_video.mp4", size=1)
        archive.locate(file.path).write_text("v")
        archive.queue_files(key, place, [(file, ())])
    folder = (archive.root / places[WORK]).parent
    folder.rename(folder.with_name("moved"))
    folder.symlink_to(folder)  # a loop; root may read any folder
    assert archive.reserve_path("douyin:post:new", ["douyin/post/N/new"])
    assert list(archive.get_files(OTHER)) == ["video"]
    with pytest.raises(OSError, match="symbolic"):
        archive.flush()
    assert archive.list_queued() == [WORK]
    folder.unlink()
    folder.with_name("moved").rename(folder)
    assert list(archive.get_files(WORK)) == ["video"]


def test_folder_has_the_nickname_and_stays(archive: Archive) -> None:
    for _ in range(2):
        assert archive.reserve_folder("douyin", "post", "MS4a", "小明/..") == Folder(
            "douyin/post/小明_", None
        )


def test_users_of_one_nickname_get_a_folder_each(archive: Archive) -> None:
    names = [
        archive.reserve_folder("douyin", "post", user, nickname).path
        for user, nickname in (("MS4-aaaa1111", "Ann"), ("MS4-bbbb2222", "ANN"))
    ]
    assert names == ["douyin/post/Ann", "douyin/post/ANN_bbbb2222"]


def test_modes_and_platforms_do_not_share_folders(archive: Archive) -> None:
    paths = {
        archive.reserve_folder(platform, mode, "MS4a", "Ann").path
        for platform in ("douyin", "tiktok")
        for mode in ("post", "like")
    }
    assert len(paths) == 4


def test_folder_has_the_id_until_the_nickname_is_known(archive: Archive) -> None:
    assert archive.reserve_folder("douyin", "post", "MS4a", "").path == "douyin/post/MS4a"
    assert archive.reserve_folder("douyin", "post", "MS4a", "Ann").path == "douyin/post/Ann"
    assert archive.reserve_folder("douyin", "post", "MS4a", "").path == "douyin/post/Ann"


def test_new_nickname_moves_the_folder_with_its_files(archive: Archive) -> None:
    base = archive.reserve_folder("douyin", "post", "MS4a", "Ann").path
    file = add_work(archive, WORK, f"{base}/x/x")
    (archive.root / base / "mine.txt").write_text("the user's own")
    moved = archive.reserve_folder("douyin", "post", "MS4a", "Anna")
    assert moved == Folder("douyin/post/Anna", "douyin/post/Ann")
    held = archive.get_files(WORK)["video"]
    assert held.path == file.path.replace("Ann/", "Anna/")
    assert archive.locate(held.path).read_bytes() == b"film"
    assert (archive.root / moved.path / "mine.txt").exists()
    assert not (archive.root / base).exists()
    assert archive.reserve_folder("douyin", "post", "MS4a", "Anna") == Folder(moved.path, None)
    known = [one.nickname for one in archive.get_nicknames("douyin", "MS4a")]
    assert known == ["Ann", "Anna"], "the new one, too, though the user has no new work"


def test_rename_leaves_folders_with_the_same_prefix(archive: Archive) -> None:
    archive.reserve_folder("douyin", "post", "MS4a", "Ann")
    add_work(archive, WORK, "douyin/post/Anna/x")
    archive.reserve_folder("douyin", "post", "MS4a", "Eve")
    assert archive.get_path(WORK) == "douyin/post/Anna/x"


def test_rename_never_takes_an_existing_folder(archive: Archive) -> None:
    base = archive.reserve_folder("douyin", "post", "MS4-aaaa1111", "Ann").path
    add_work(archive, WORK, f"{base}/x")
    (archive.root / "douyin/post/Eve").mkdir()
    moved = archive.reserve_folder("douyin", "post", "MS4-aaaa1111", "Eve")
    assert moved.path == "douyin/post/Eve_aaaa1111"
    assert list((archive.root / "douyin/post/Eve").iterdir()) == []


def test_rename_changes_case(archive: Archive) -> None:
    base = archive.reserve_folder("douyin", "post", "MS4a", "ann").path
    add_work(archive, WORK, f"{base}/x")
    assert archive.reserve_folder("douyin", "post", "MS4a", "Ann").path == "douyin/post/Ann"
    assert os.listdir(archive.root / "douyin/post") == ["Ann"]


def test_refused_rename_is_done_later(tmp_path: Path, reopen: Reopen) -> None:
    with closing(reopen()) as archive:
        base = archive.reserve_folder("douyin", "post", "MS4a", "Ann").path
        add_work(archive, WORK, f"{base}/x")
        target = tmp_path / "douyin/like/Eve"
        archive._plan_move(base, "douyin/like/Eve")
        target.parent.touch()
        for _ in range(2):
            with pytest.raises(FileExistsError):
                archive.reserve_folder("douyin", "post", "MS4a", "Ann")
    with pytest.raises(InputError, match="rename it by hand"):
        reopen()
    target.parent.unlink()
    reopen().close()
    assert (target / "x_video.mp4").exists()


def test_rename_merges_into_a_new_folder(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, reopen: Reopen
) -> None:
    with closing(reopen()) as archive:
        base = archive.reserve_folder("douyin", "post", "MS4a", "Ann").path
        add_work(archive, WORK, f"{base}/x/x")
        write_file(archive, WORK, "_video.mp4.part", b"half")
        with archive._db.transaction():
            archive._rename_folder(("douyin", "post", "MS4a"), "Eve", base)
        here = tmp_path / "douyin/post/Eve/x"
        here.mkdir(parents=True)
        (here / "x_video.mp4.part").write_text("another half")
    reopen().close()
    assert (here / "x_video.mp4").read_bytes() == b"film"
    assert (here / "x_video.mp4.part").read_text() == "another half"
    assert (tmp_path / base / "x/x_video.mp4.part").read_bytes() == b"half"
    assert "is not moved" in caplog.text
    reopen().close()
    assert len(caplog.messages) == 1


def test_rename_takes_no_reserved_path(archive: Archive) -> None:
    base = archive.reserve_folder("douyin", "post", "MS4-aaaa1111", "Ann").path
    add_work(archive, WORK, f"{base}/x")
    archive.reserve_path(OTHER, ["douyin/post/EVE/x"])
    assert (
        archive.reserve_folder("douyin", "post", "MS4-aaaa1111", "Eve").path
        == "douyin/post/Eve_aaaa1111"
    )


# Names


def test_second_work_with_a_name_gets_its_id(archive: Archive) -> None:
    assert archive.reserve_path(WORK, iter_candidates("d/p/a/X", "729")) == "d/p/a/X"
    assert archive.reserve_path(OTHER, iter_candidates("d/p/a/x", "730")) == "d/p/a/x_730"


@pytest.mark.parametrize("wanted", ["d/p/a/x", "d/p/a/another title"])
def test_work_keeps_its_path(tmp_path: Path, wanted: str, reopen: Reopen) -> None:
    with closing(reopen()) as archive:
        archive.reserve_path(OTHER, ["d/p/a/x"])
        archive.reserve_path(WORK, ["d/p/a/x", "d/p/a/x_729"])
    with closing(reopen()) as archive:
        assert archive.reserve_path(WORK, [wanted]) == "d/p/a/x_729"


def test_no_free_path_is_an_error(archive: Archive) -> None:
    archive.reserve_path(WORK, ["x"])
    with pytest.raises(ValueError, match="no path was free"):
        archive.reserve_path(OTHER, ["X"])
    assert archive.get_path(OTHER) is None


def test_rename_moves_every_file_of_the_work(archive: Archive) -> None:
    add_work(archive, WORK, "d/p/a/x/x")
    write_file(archive, WORK, "_image_1.webp")
    assert archive.rename(WORK, ["d/p/a/y/y"]) == "d/p/a/y/y"
    folder = archive.root / "d/p/a"
    assert sorted(os.listdir(folder / "y")) == ["y_image_1.webp", "y_video.mp4"]
    assert os.listdir(folder) == ["y"]
    assert {file.path for file in archive.get_files(WORK).values()} == {
        "d/p/a/y/y_video.mp4",
        "d/p/a/y/y_image_1.webp",
    }


def test_rename_leaves_the_users_own_files(archive: Archive) -> None:
    add_work(archive, WORK, "d/p/a/x/x")
    (archive.root / "d/p/a/x/notes.txt").touch()
    archive.rename(WORK, ["d/p/a/y/y"])
    assert os.listdir(archive.root / "d/p/a/x") == ["notes.txt"]


def test_rename_takes_no_path_of_a_work_or_file(archive: Archive) -> None:
    add_work(archive, WORK, "d/x")
    add_work(archive, OTHER, "d/y")
    (archive.root / "d/y_729_video.mp4").write_bytes(b"the user's own")
    assert archive.rename(WORK, iter_candidates("d/y", "729")) == "d/y_729_2"
    assert (archive.root / "d/y_729_video.mp4").read_bytes() == b"the user's own"


# Works and files


def test_files_of_a_work_are_returned(archive: Archive) -> None:
    file = add_work(archive, WORK, "d/x")
    assert archive.get_files(WORK) == {"video": file}
    assert archive.get_files(OTHER) == {}


def test_better_rendition_replaces_the_file(archive: Archive) -> None:
    file = add_work(archive, WORK, "d/x")
    for rendition in ("1080x1920-h265-9", "0-any"):
        better = file.model_copy(update={"rendition": rendition, "size": 7})
        archive.add_file(WORK, better)
        assert archive.get_files(WORK) == {"video": better}


def test_rendition_is_stored_without_urls(archive: Archive) -> None:
    small, large = (
        Rendition(urls=("https://cdn/signed",), width=w, height=9, fps=60) for w in (7, 8)
    )
    file = add_work(archive, WORK, "d/x").model_copy(update={"rendition": large.key})
    archive.add_file(WORK, file, offered=[small, large])
    assert archive.get_renditions(WORK) == {"video": large.model_copy(update={"urls": ()})}
    (offered,) = archive._db.execute("SELECT offered FROM assets").fetchone()
    assert "7" in offered
    assert "signed" not in offered


def write_unrecorded(archive: Archive, place: str) -> tuple[File, tuple[Rendition, ...]]:
    """Write a file of a work at `place`, without an entry in the archive."""
    file = File(asset="video", path=f"{place}_video.mp4", size=4)
    archive.locate(file.path).parent.mkdir(parents=True, exist_ok=True)
    archive.locate(file.path).write_bytes(b"film")
    return file, ()


@pytest.mark.parametrize("late", [True, False])
def test_file_follows_a_work_moved_by_another_run(
    archive: Archive, late: bool, reopen: Reopen
) -> None:
    base = archive.reserve_folder("douyin", "post", "MS4a", "Ann").path
    place = archive.reserve_path(WORK, [f"{base}/x/x"])
    file = None if late else write_unrecorded(archive, place)
    with closing(reopen()) as other:
        other.reserve_folder("douyin", "post", "MS4a", "Eve")
    archive.add_files(WORK, place, [file or write_unrecorded(archive, place)])
    assert archive.get_files(WORK)["video"].path == "douyin/post/Eve/x/x_video.mp4"
    assert archive.is_on_disk(archive.get_files(WORK)["video"])
    assert os.listdir(archive.root / "douyin/post") == ["Eve"]


def test_file_fetched_twice_is_stored_once(archive: Archive) -> None:
    add_work(archive, WORK, "d/x/x")
    archive.rename(WORK, ["d/y/y"])
    archive.add_files(WORK, "d/x/x", [write_unrecorded(archive, "d/x/x")])
    assert os.listdir(archive.root / "d") == ["y"]
    assert archive.get_files(WORK)["video"].rendition == ""


def test_file_at_another_path_is_refused(archive: Archive) -> None:
    archive.reserve_path(WORK, ["d/x"])
    for key, path in ((WORK, "d/y_video.mp4"), (OTHER, "d/x_video.mp4")):
        with pytest.raises(ValueError, match="is not at the path"):
            archive.add_file(key, File(asset="video", path=path, size=1))


def test_state_of_a_work_is_the_last_one(archive: Archive, tmp_path: Path) -> None:
    states = []
    for update in (archive.reserve_path, lambda key, _: archive.update_work(key, Outcome.PRIVATE)):
        update(WORK, ["d/x"])
        states += archive._db.execute("SELECT state FROM works").fetchall()
    assert states == [("OK",), ("PRIVATE",)]
    assert archive.get_path(WORK) == "d/x"


# Lists


def test_known_keys_are_those_of_the_last_complete_run(archive: Archive) -> None:
    assert archive.get_known_keys("l") == frozenset()
    archive.finish_list("l", ["a", "b"])
    assert archive.get_known_keys("l") == {"a", "b"}
    archive.finish_list("l", ["c"])
    assert archive.get_known_keys("l") == {"c"}


# Disk


@pytest.mark.parametrize("path", ["../x", "/etc/x", "douyin/../../x"])
def test_locate_refuses_a_path_out_of_the_root(archive: Archive, path: str) -> None:
    with pytest.raises(PermissionError, match="F2_PATH"):
        archive.locate(path)


def test_locate_refuses_a_symbolic_link_out_of_the_root(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "douyin").symlink_to(tmp_path.parent)
    with pytest.raises(PermissionError, match="F2_PATH"):
        archive.locate("douyin/post/x_video.mp4")


# Other processes, and kill -9

WRITER = """
import itertools, sys
from pathlib import Path
from f2scrapy.archive.archive import Archive
from f2scrapy.archive.server import is_server_address, parse_server
from f2scrapy.model.media import File
from f2scrapy.archive.naming import iter_candidates

place, root = sys.argv[1], Path(sys.argv[2])
archive = Archive(parse_server(place) if is_server_address(place) else Path(place), root)
start = int(sys.argv[3])
for n in itertools.count(start):
    base = archive.reserve_folder("douyin", "post", "MS4a", f"Ann{n // 7}").path
    key = f"douyin:post:{n}"
    path = archive.reserve_path(key, iter_candidates(f"{base}/same/same", str(n)))
    if n % 3 == 0:
        path = archive.rename(key, iter_candidates(f"{base}/other/other", str(n)))
    for asset in ("video", "cover", "music"):
        place = archive.locate(f"{path}_{asset}")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(key.encode())
        archive.add_file(key, File(asset=asset, path=f"{path}_{asset}", size=len(key)))
    if n % 5 == 0:
        path = archive.rename(key, iter_candidates(f"{base}/late/late", str(n)))
    print(n, flush=True)
"""


def start_process(script: str, place: Path | Server, *args: object) -> subprocess.Popen[str]:
    address = place.url if isinstance(place, Server) else place
    command = [sys.executable, "-c", script, *map(str, (address, *args))]
    root = Path(__file__).parents[2]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root)


def write_and_kill(place: Path | Server, root: Path, first: int, seconds: float) -> int:
    """Start a writer at `first`, kill it `seconds` after its first work, return its last work."""
    with start_process(WRITER, place, root, first) as process:
        assert process.stdout
        lines = [process.stdout.readline()]
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
    return int(lines[-1])


def assert_complete(archive: Archive, last: int) -> None:
    for n in range(last + 1):
        held = archive.get_files(f"douyin:post:{n}")
        assert set(held) == {"video", "cover", "music"}, n
        for file in held.values():
            assert archive.locate(file.path).read_text() == f"douyin:post:{n}"


def test_kill_9_loses_no_returned_call(
    tmp_path: Path, reopen: Reopen, place: Path | Server
) -> None:
    rng = random.Random(7)
    last = -1
    for _ in range(4):
        last = write_and_kill(place, tmp_path, last + 1, rng.uniform(0, 0.15))
        with closing(reopen()) as archive:
            assert_complete(archive, last)
            assert archive._db.execute("SELECT * FROM moves").fetchall() == []
            if isinstance(place, Path):
                assert archive._db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert archive._db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert len(os.listdir(tmp_path / "douyin/post")) == 1


@pytest.mark.parametrize("on_disk", [True, False])
def test_rename_killed_between_archive_and_disk_is_finished(
    tmp_path: Path, on_disk: bool, reopen: Reopen
) -> None:
    with closing(reopen()) as archive:
        base = archive.reserve_folder("douyin", "post", "MS4a", "Ann").path
        add_work(archive, WORK, f"{base}/x")
        with archive._db.transaction():
            archive._rename_folder(("douyin", "post", "MS4a"), "Eve", base)
    if on_disk:
        (tmp_path / base).rename(tmp_path / "douyin/post/Eve")
    with closing(reopen()) as archive:
        assert archive.locate(archive.get_files(WORK)["video"].path).read_bytes() == b"film"
        assert archive.reserve_folder("douyin", "post", "MS4a", "Eve") == Folder(
            "douyin/post/Eve", None
        )


RESERVER = """
import sys
from pathlib import Path
from f2scrapy.archive.archive import Archive
from f2scrapy.archive.server import is_server_address, parse_server
from f2scrapy.archive.naming import iter_candidates

place, root = sys.argv[1], Path(sys.argv[2])
archive = Archive(parse_server(place) if is_server_address(place) else Path(place), root)
name = sys.argv[3]
for n in range(100):
    print(archive.reserve_path(f"{name}:{n}", iter_candidates(f"d/{n}", name)))
"""


def test_processes_share_a_new_archive(tmp_path: Path, place: Path | Server) -> None:
    processes = [start_process(RESERVER, place, tmp_path, name) for name in "abc"]
    paths = [path for process in processes for path in process.communicate()[0].split()]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len(paths) == len(set(paths)) == 300


def test_facts_of_a_work(archive: Archive) -> None:
    work = SimpleNamespace(
        desc="海边", create_time=datetime(2024, 5, 1, tzinfo=UTC), sec_user_id="MS4w",
        nickname="小明", digg_count=0, comment_count=7,
    )  # fmt: skip
    archive.store_facts("douyin:post:1", work)
    assert archive.get_facts("douyin:post:1") == {}, "the archive does not know this work"
    archive.update_work("douyin:post:1")
    archive.store_facts("douyin:post:1", work, ignore_fields=["nickname"])
    facts = archive.get_facts("douyin:post:1")
    assert facts.pop("counted_at").tzinfo is UTC
    known = {"title": "海边", "created_at": work.create_time, "sec_user_id": "MS4w",
             "digg_count": 0, "comment_count": 7}  # fmt: skip
    others = ("nickname", "share_count", "collect_count", "play_count")
    assert facts == known | dict.fromkeys(others)
    archive.store_facts("douyin:post:1", SimpleNamespace(title="山上", digg_count=5))
    facts = archive.get_facts("douyin:post:1")
    assert (facts["title"], facts["digg_count"], facts["comment_count"]) == ("山上", 5, 7)


def test_what_two_lists_show_of_a_work_is_put_together(archive: Archive) -> None:
    archive.reserve_path(WORK, ["x"], SimpleNamespace(desc="海", digg_count=1, comment_count=1))
    known = archive.read_work(WORK)
    for shown in ({"desc": "山", "digg_count": 3, "comment_count": 2}, {"digg_count": 1}):
        archive.queue_sighting(WORK, known, SimpleNamespace(**shown))
    archive.flush()
    facts = archive.get_facts(WORK)
    assert (facts["title"], facts["digg_count"], facts["comment_count"]) == ("山", 1, 2)


def test_folder_is_made_on_disk_and_follows_the_nickname(archive: Archive, tmp_path: Path) -> None:
    folder = archive.make_folder("douyin", "post", "MS4w", "小明")
    assert folder == tmp_path.resolve() / "douyin/post/小明"
    (folder / "v.mp4").write_bytes(b"x")
    renamed = archive.make_folder("douyin", "post", "MS4w", "大明")
    assert [*renamed.iterdir()] == [tmp_path.resolve() / "douyin/post/大明/v.mp4"]
    assert not folder.exists()


def test_path_is_not_reserved_in_a_folder_that_another_run_has_renamed(
    archive: Archive, reopen: Reopen
) -> None:
    base = archive.reserve_folder("douyin", "post", "MS4a", "Ann").path
    archive.reserve_path(WORK, [f"{base}/x"], folder=base)
    with closing(reopen()) as other:
        other.reserve_folder("douyin", "post", "MS4a", "Eve")
    with pytest.raises(FolderRenamed):
        archive.reserve_path(OTHER, [f"{base}/y"], folder=base)
    assert archive.get_path(OTHER) is None
    assert archive.reserve_path(WORK, [f"{base}/x"], folder=base) == "douyin/post/Eve/x"


def test_readings_of_lists_without_files(archive: Archive) -> None:
    page = Reading({"cursor": 7, "way": 0}, ["a"], finished=False)
    archive.save_reading(-5, "s", page)
    archive.save_reading(-5, "t", page._replace(finished=True))
    archive.save_reading(-5, "s", page._replace(newest=["b"]))
    found = archive.get_readings(-5)
    assert found == {"s": page._replace(newest=["b"]), "t": page._replace(finished=True)}
    archive.add_given(-5, [(1, number) for number in range(1_000)] + [(2, 1), (2, 1)])
    assert {*archive.iter_given(1, -5)} == {*range(1_000)}
    assert {*archive.iter_given(1, 6)} == set()
    archive.complete_given(-5, 1)
    archive.forget_given(-5, [2])
    assert ({*archive.iter_given(1, -5)}, {*archive.iter_given(1)}) == (set(), {*range(1_000)})
    assert {*archive.iter_given(2)} == set()
    archive.end_round(-5)
    assert archive.get_readings(-5) == {}


def test_unfinished_lists(archive: Archive) -> None:
    archive.add_unfinished("l", refused=False)
    archive.add_unfinished("m", refused=False)
    archive.add_unfinished("l", refused=True)
    archive.remove_unfinished("m")
    assert archive.get_unfinished() == {"l": True}
    archive.begin_list("k")
    assert archive.list_ids() == ["k"]
    assert archive.get_finish_time("k") is None
    assert not archive.get_known_keys("k")
    archive.finish_list("k", ["a"])
    archive.begin_list("k")
    assert archive.list_ids() == ["k"]
    assert archive.get_finish_time("k") is not None
    assert archive.get_known_keys("k") == {"a"}


def test_system_without_all_letters_is_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "gbk")
    with pytest.raises(InputError, match=r"names of files are in gbk here.*PYTHONUTF8=1"):
        Archive(tmp_path / "f2scrapy.db", tmp_path)
    assert list(tmp_path.iterdir()) == []
