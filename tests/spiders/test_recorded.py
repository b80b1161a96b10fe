"""The whole job over real answers: every work in them ends as item, files and archive rows."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.crawling import Crawler
from support.recordings import Job, Json, Recorded, run_recorded_job

from f2scrapy.sandbox.server import run_sandbox
from f2scrapy.sandbox.state import Options

LIVE_CARD = 101  # of a work that is the card of a live room: it has no files of its own


@pytest.fixture(scope="module")
def job(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    folder, root = shared / "reference" / "recorded", tmp_path_factory.mktemp("recorded")
    with run_recorded_job("douyin", folder, root, aweme_id, addresses) as job:
        yield job


# The recordings' values, read without the project's items


def aweme_id(value: Json) -> str:
    """Return the id of a work of an interface; "" = the state of an HTML page, with other keys."""
    return str(value["aweme_id"]) if "aweme_id" in value and "aweme_type" in value else ""


def addresses(work: Json) -> dict[str, set[str]]:
    """The files a work has: their names in the archive, and where each may come from."""
    video, images = work.get("video") or {}, work.get("images") or []
    files = {"cover": covers(video), "music": urls((work.get("music") or {}).get("play_url"))}
    if not images:
        files["video"] = films(video)
    for number, image in enumerate(images, 1):
        files[f"image_{number}"] = urls(image)
        files[f"live_{number}"] = films(image.get("video") or {})
    return {name: found for name, found in files.items() if found}


def films(video: Json) -> set[str]:
    files = [value for key, value in video.items() if key.startswith("play_addr")]
    files += [gear["play_addr"] for gear in video.get("bit_rate") or []]
    return set().union(*map(urls, files))


def covers(video: Json) -> set[str]:
    """A cover that moves goes before one that does not."""
    still = urls(video.get("origin_cover")) or urls(video.get("cover"))
    return urls(video.get("animated_cover")) or still


def urls(file: Json | None) -> set[str]:
    return set((file or {}).get("url_list") or ())


# Tests


def test_every_recorded_work_is_listed_and_nothing_is_missed(job: Job) -> None:
    assert (job.run.code, job.run.outcome) == (0, "OK"), job.run.log
    assert job.run.report["kept"] == len(job.works) > 80
    assert job.run.report["gaps"] == []
    assert job.crawl.take_report()["violations"] == []


def test_every_recorded_work_is_a_row_of_the_feed(job: Job) -> None:
    assert sorted(row["aweme_id"] for row in job.rows) == sorted(job.works)
    for row in job.rows:
        work = job.works[row["aweme_id"]]
        assert row["desc"] == (work.get("desc") or "")
        assert row["nickname"] == (work["author"] or {}).get("nickname", "")
        assert row["aweme_type"] == work["aweme_type"]
        assert len(row["images"]) == len(work.get("images") or ())


def test_every_recorded_work_has_its_files(job: Job) -> None:
    for aweme_id in job.works:
        job.check(aweme_id)


def test_each_kind_of_work_is_among_them(job: Job) -> None:
    kinds = [{name.partition("_")[0] for name in addresses(work)} for work in job.works.values()]
    assert sum("video" in kind for kind in kinds) > 50
    assert sum("image" in kind for kind in kinds) > 10
    assert any({"image", "live"} <= kind for kind in kinds)
    without = [work for work, kind in zip(job.works.values(), kinds, strict=True) if not kind]
    assert [work["aweme_type"] for work in without] == [LIVE_CARD]


def test_feed_archive_and_disk_agree(job: Job) -> None:
    job.check_agreement()


def test_second_run_fetches_nothing(job: Job) -> None:
    _ = job.crawl.take_report()
    assert job.crawl.run_user_post("recorded").code == 0
    asked = job.crawl.take_report()
    assert (asked["list_requests"], asked["media_requests"]) == (1, 0)


def test_single_works_of_each_kind(job: Job, tmp_path: Path) -> None:
    crawl = Crawler(job.crawl.sandbox, tmp_path / "Download")
    kinds = {tuple(addresses(work)): aweme_id for aweme_id, work in job.works.items()}
    run = crawl("douyin_post", "-a", f"url={' '.join(kinds.values())}")
    assert (run.code, run.report["kept"]) == (0, len(kinds)), run.log
    assert len(kinds) > 5
    for aweme_id in kinds.values():
        job.check(aweme_id, crawl)


def test_profile(job: Job, recorded: Recorded, tmp_path: Path) -> None:
    user = recorded("user_profile_other")["user"]
    crawl = Crawler(job.crawl.sandbox, tmp_path / "Download")
    link = f"https://www.douyin.com/user/{user['sec_uid']}"
    run, [row] = crawl.run_with_rows("douyin_user_profile", "-a", f"url={link}")
    assert (run.code, run.report["kept"]) == (0, 1), run.log
    same = ("nickname", "uid", "signature", "follower_count", "following_count", "total_favorited")
    assert {name: row[name] for name in same} == {name: user[name] for name in same}
    assert row["aweme_count"] == sum(
        (work["author"] or {}).get("sec_uid") == user["sec_uid"] for work in job.works.values()
    )


def test_a_picture_without_address_is_missed_and_the_others_kept(
    recorded: Recorded, tmp_path: Path
) -> None:
    json_folder = tmp_path / "recorded" / "douyin" / "json"
    json_folder.mkdir(parents=True)
    work = recorded("aweme_item_gallery_3img")
    work["images"][1]["url_list"] = []
    (json_folder / "work.json").write_text(json.dumps(work))
    with run_sandbox(Options(recorded=tmp_path / "recorded")) as sandbox:
        crawl = Crawler(sandbox, tmp_path / "Download")
        run = crawl.run_user_post("recorded")
    assert (run.code, run.outcome) == (4, "MEDIA_BROKEN"), run.log
    [gap] = run.report["gaps"]
    assert gap["detail"].startswith("image_2: ")
    assert {"image_1", "image_3"} <= crawl.get_files(work["aweme_id"]).keys()
