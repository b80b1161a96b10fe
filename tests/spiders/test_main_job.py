"""The main job, as a stranger runs it."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from support.crawling import Crawler, Play

from f2scrapy.archive.archive import Archive
from f2scrapy.command.update import sort_lists
from f2scrapy.sandbox.catalogue import Sizes


def test_200_works_come_whole_and_once(play: Play) -> None:
    crawl = play()
    first = crawl.run_user_post("clean200")
    assert (first.code, first.outcome) == (0, "OK")
    assert first.report["summary"] == "OK: 200 of 200."
    assert crawl.check_files("clean200") == first.report["files"]
    asked = crawl.take_report()
    assert asked["violations"] == []
    assert asked["list_requests"] == 12

    second = crawl.run_user_post("clean200")
    assert (second.code, second.outcome) == (0, "OK")
    asked = crawl.take_report()
    assert asked["list_requests"] == 1
    assert asked["media_requests"] == asked["media_bytes"] == 0


def test_every_kind_of_work(play: Play) -> None:
    crawl = play()
    link = f"url={crawl.sandbox.get_user_url('demo')}"
    run, rows = crawl.run_with_rows("douyin_user_post", "-a", link)
    assert (run.code, run.report["kept"]) == (0, 24)
    crawl.check_files("demo")
    recipes = {w: f["recipe"] for w, f in crawl.sandbox.describe_files("demo").items()}
    endings = {"video": "_video.mp4", "images": "_image_1.webp", "live_photo": "_live_1.mp4",
               "slides": "_live_1.mp4"}  # fmt: skip
    assert len(rows) == 24
    for row in rows:
        ending = endings[recipes[row["aweme_id"]]]
        assert any(file["path"].endswith(ending) for file in row["files"]), row["files"]


def test_folder_follows_a_new_nickname_without_a_byte(play: Play) -> None:
    crawl = play()
    crawl.run_user_post("demo")
    before = len(crawl.list_files())
    crawl.sandbox.state.switch_on("renamed=新名字")
    _ = crawl.take_report()
    run = crawl.run_user_post("demo")
    assert run.code == 0
    assert crawl.take_report()["media_bytes"] == 0
    assert [folder.name for folder in (crawl.root / "douyin" / "post").iterdir()] == ["新名字"]
    assert len(crawl.list_files()) == before
    crawl.check_files("demo")


def test_new_template_renames_without_a_byte(play: Play) -> None:
    crawl = play()
    crawl.run_user_post("demo")
    _ = crawl.take_report()
    run = crawl.run_user_post("demo", F2_NAMING="{aweme_id}", F2_RENAME="1")
    assert run.code == 0
    assert crawl.take_report()["media_bytes"] == 0
    videos = [path for path in crawl.list_files() if path.name.endswith("_video.mp4")]
    assert videos
    assert all(path.name.removesuffix("_video.mp4").isdigit() for path in videos)
    crawl.check_files("demo")
    assert "24 works moved to other names" in run.report["summary"]
    template = {"F2_NAMING": "{date:%Y/%m}/{aweme_id}_{index}.{ext}", "F2_FOLDERIZE": "0"}
    assert crawl.run_user_post("demo", F2_RENAME="1", **template).code == 0
    assert crawl.take_report()["media_bytes"] == 0
    names = {path.name for path in crawl.list_files()}
    assert names >= {path.name.replace("_video", "") for path in videos}
    folders = [path for path in crawl.root.rglob("*") if path.is_dir()]
    assert all(any(path.iterdir()) for path in folders)
    crawl.check_files("demo")


@pytest.mark.parametrize("after", [1, 50, 150, 300])  # requests of files
def test_killed_run_goes_on_where_it_was(play: Play, after: int) -> None:
    crawl = play(latency_ms=2)
    with crawl.start_process("clean200") as process:
        while crawl.sandbox.state.report.kinds["media"] < after:
            assert process.poll() is None
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL, "it was still at work"
    left = {path: path.read_bytes() for path in crawl.list_files() if path.suffix != ".txt"}
    assert left or after == 1
    run = crawl.run_user_post("clean200")
    assert (run.code, run.outcome) == (0, "OK")
    crawl.check_files("clean200")
    assert all(path.read_bytes() == content for path, content in left.items())
    again = [a for a in crawl.take_report()["assets"].values() if a["requests"] > 1]
    # 20 files are on their way at once; as many may have come whole and not be recorded yet.
    assert len(again) <= 40, "only what was on its way may be fetched again"
    assert not list(crawl.root.rglob("*.part*"))


def test_interrupted_run_says_so_and_keeps_what_it_has(play: Play) -> None:
    crawl = play(latency_ms=5)
    with crawl.start_process("clean200") as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 4
    report = json.loads(crawl.root.with_name("report.json").read_text("utf-8"))
    assert report["outcome"] == "INTERRUPTED"
    with closing(Archive(crawl.root / "f2scrapy.db", crawl.root)) as archive:
        [known], _others = sort_lists(archive.list_ids())
    assert known.spider == "douyin_user_post", "`f2scrapy update` goes on with the list"
    assert crawl.run_user_post("clean200").code == 0
    crawl.check_files("clean200")


def test_after_an_interrupt_no_file_begins(play: Play) -> None:
    crawl = play(latency_ms=100)
    crawl.settings["F2_MEDIA_CONCURRENCY"] = "3"
    feed = crawl.root.with_name("rows.jsonl")
    with crawl.start_process("clean200", "-o", str(feed)) as process:
        while crawl.sandbox.state.report.kinds["list"] < 6:
            time.sleep(0.01)
        begun = crawl.sandbox.state.report.kinds["media"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 4
    assert crawl.take_report()["kinds"]["media"] - begun < 60, "hundreds were waiting"
    report = json.loads(crawl.root.with_name("report.json").read_text("utf-8"))
    assert report["outcome"] == "INTERRUPTED"
    assert report["kept"] + report["failed"] == report["expected"] == 200
    assert not list(crawl.root.rglob("*.part*"))
    assert crawl.run_user_post("clean200", "-o", str(feed), F2_MEDIA_CONCURRENCY="64").code == 0
    crawl.check_files("clean200")
    assert 200 <= len(feed.read_text("utf-8").splitlines()) <= 203, "some lacked a file at first"


def test_interrupt_leaves_the_part_of_a_long_file(play: Play) -> None:
    crawl = play("drip=600000~douyinvod", sizes=Sizes(video=(30_000_000, 30_000_000)))
    with crawl.start_process("one") as process:
        while not list(crawl.root.rglob("*_video.mp4.part")):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 4, "the whole takes 50 s"
    report = json.loads(crawl.root.with_name("report.json").read_text("utf-8"))
    assert report["outcome"] == "INTERRUPTED"
    crawl.sandbox.state.faults.active.clear()
    assert crawl.run_user_post("one").code == 0
    assert crawl.check_files("one") > 0
    [video] = [asset for key, asset in crawl.take_report()["assets"].items() if "-v_" in key]
    assert video["ranges"] == 1


def test_missing_file_is_fetched_again_and_nothing_else(play: Play) -> None:
    crawl = play()
    crawl.run_user_post("one")
    [video] = [path for path in crawl.list_files() if path.suffix == ".mp4"]
    video.unlink()
    _ = crawl.take_report()
    assert crawl.run_user_post("one").code == 0
    assert crawl.take_report()["media_requests"] == 1
    crawl.check_files("one")


def test_metadata_only(play: Play) -> None:
    crawl = play()
    link = f"url={crawl.sandbox.get_user_url('clean200')}"
    for _ in range(2):
        run, rows = crawl.run_with_rows("douyin_user_post", "-a", link, F2_MEDIA="")
        assert (run.code, run.report["kept"], len(rows)) == (0, 200, 200)
    assert crawl.list_files() == []
    assert crawl.take_report()["media_requests"] == 0


def test_hostile_names_stay_inside_and_apart(play: Play) -> None:
    crawl = play()
    run = crawl.run_user_post("hostile")
    assert (run.code, run.report["kept"]) == (0, 64)
    crawl.check_files("hostile")
    outside = set(crawl.root.parent.rglob("*")) - set(crawl.root.rglob("*"))
    assert {path.name for path in outside} <= {"Download", "report.json"}
    for path in crawl.root.rglob("*"):
        assert len(os.fsencode(path.name)) <= 255
        assert not set(path.name) & set('<>:"|?*\\\u202e')


def test_two_works_of_one_name(play: Play) -> None:
    crawl = play()
    assert crawl.run_user_post("samename").report["kept"] == 12
    crawl.check_files("samename")


def test_max_counts_filters_and_interval(play: Play) -> None:
    crawl = play()
    assert crawl.run_user_post("clean200", "-a", "max_counts=20", F2_MEDIA="").report["kept"] == 20
    works = crawl.sandbox.describe_files("clean200").values()
    september = [w for w in works if 1788192000 <= w["create_time"] < 1790784000]
    words = ("-a", "interval=2026-09", "-a", "match=夜景|猫")
    first = crawl.run_user_post("clean200", *words, F2_MEDIA="desc")
    left_out = first.report["skipped"]
    assert first.code == 0
    assert first.report["kept"] + left_out["match"] == len(september)
    assert first.report["kept"] > 0 < left_out["match"]
    assert f"{left_out['match']} without the words" in first.report["summary"]
    again = crawl.run_user_post("clean200", *words, F2_MEDIA="desc")
    assert again.report["kept"] == 0
    assert again.report["lists"][0]["stopped"] == "known"
    assert again.report["requests"] < first.report["requests"]


def test_limited_run_does_not_hide_the_rest(play: Play) -> None:
    crawl = play()
    assert crawl.run_user_post("clean200", "-a", "max_counts=20").report["kept"] == 20
    assert crawl.run_user_post("clean200").report["kept"] == 180
    crawl.check_files("clean200")


def test_pinned_works_do_not_stop_an_update(play: Play) -> None:
    crawl = play()
    assert crawl.run_user_post("pinned").report["kept"] == 45
    works = sorted(crawl.root.glob("douyin/post/*/*"))
    assert crawl.run_user_post("pinned").report["skipped"]["known"] > 3
    assert sorted(crawl.root.glob("douyin/post/*/*")) == works


def test_one_work_by_each_form_of_link(play: Play) -> None:
    crawl = play()
    works = list(crawl.sandbox.describe_files("demo"))[:3]
    text = (f"看 https://www.douyin.com/video/{works[0]}，复制 "
            f"https://www.iesdouyin.com/share/note/{works[1]}/?x=1 {works[2]}")  # fmt: skip
    run = crawl("douyin_post", "-a", f"url={text}")
    assert (run.code, run.report["kept"]) == (0, 3)
    assert {folder.name for folder in (crawl.root / "douyin").iterdir()} == {"one"}


def test_profile(play: Play) -> None:
    crawl = play()
    link = crawl.sandbox.get_user_url("demo")
    run = crawl("douyin_user_profile", "-a", f"url={link}", "-O", f"{crawl.root}.csv")
    assert (run.code, run.report["kept"]) == (0, 1)
    assert "演示账号" in Path(f"{crawl.root}.csv").read_text("utf-8-sig")


@contextmanager
def in_its_video(crawl: Crawler) -> Iterator[subprocess.Popen[bytes]]:
    """A run of the main job that has begun to write a video."""
    with crawl.start_process("one") as other:
        while not list(crawl.root.rglob("*_video.mp4.part")):
            assert other.poll() is None
            time.sleep(0.01)
        yield other


def test_two_runs_at_once_wait_for_each_other(play: Play) -> None:
    crawl = play("drip=4000000~douyinvod", sizes=Sizes(video=(6_000_000, 6_000_000)))
    with in_its_video(crawl) as other:
        run = crawl.run_user_post("one")
        assert other.wait(60) == 0
    assert (run.code, run.outcome) == (0, "OK"), run.log
    crawl.check_files("one")
    [video] = [asset for key, asset in crawl.take_report()["assets"].items() if "-v_" in key]
    size = max(path.stat().st_size for path in crawl.list_files())
    assert video["bytes"] == size, "one of them fetched it"


def test_run_follows_a_folder_that_another_one_renames(play: Play) -> None:
    crawl = play("drip=4000000~douyinvod", sizes=Sizes(video=(6_000_000, 6_000_000)))
    with in_its_video(crawl) as other:
        crawl.sandbox.state.switch_on("renamed=新名字")
        assert crawl.run_user_post("one").code == 0
        assert other.wait(60) == 0
    assert [path.name for path in crawl.root.glob("douyin/post/*")] == ["新名字"]
    assert not list(crawl.root.rglob("*.part*"))
    crawl.check_files("one")
    [video] = [asset for key, asset in crawl.take_report()["assets"].items() if "-v_" in key]
    size = max(path.stat().st_size for path in crawl.list_files())
    assert video["bytes"] == size, "no byte of it was fetched twice"


def test_works_that_come_after_a_rename_lie_in_the_new_folder(play: Play) -> None:
    crawl = play()
    crawl.settings = {"F2_MEDIA": "cover", "F2_PACE": "0.2"}
    with crawl.start_process("clean200") as other:
        crawl.sandbox.state.switch_on("renamed=新名字")
        run = crawl.run_user_post("clean200", F2_PACE="0")
        assert (run.code, other.wait(60)) == (0, 0), run.log
    assert [path.name for path in crawl.root.glob("douyin/post/*")] == ["新名字"]
    assert len(crawl.list_files()) == crawl.check_files("clean200", "c")
