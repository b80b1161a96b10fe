"""TikTok's whole job over real answers of five years: every work in them, from list and page."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.crawling import Crawler
from support.recordings import Job, Json, run_recorded_job

from f2scrapy.sandbox.server import run_sandbox
from f2scrapy.sandbox.state import Options


@pytest.fixture(scope="module")
def job(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    folder, root = shared / "reference" / "recorded", tmp_path_factory.mktemp("recorded")
    with run_recorded_job("tiktok", folder, root, item_id, addresses) as job:
        yield job


# The recordings' values, read without the project's items


def item_id(value: Json) -> str:
    return str(value["id"]) if "createTime" in value and "video" in value else ""


def addresses(work: Json) -> dict[str, set[str]]:
    """No recorded work is a set of photos."""
    video = work["video"]
    cover = video.get("dynamicCover") or video.get("originCover") or video.get("cover")
    files = {"video": films(video), "cover": {cover}, "music": {work["music"].get("playUrl")}}
    files = {name: found - {"", None} for name, found in files.items()} | spoken(video)
    return {name: found for name, found in files.items() if found}


def films(video: Json) -> set[str]:
    """All but `downloadAddr`, which has a watermark."""
    files = [gear["PlayAddr"] for gear in video.get("bitrateInfo") or ()]
    files += [video["PlayAddrStruct"]] if "PlayAddrStruct" in video else []
    return {video["playAddr"]}.union(*(file["UrlList"] for file in files))


def sized(video: Json) -> dict[int, set[str]]:
    """The addresses of all gears, by the shorter side of their pictures in pixels."""
    found: dict[int, set[str]] = {}
    for file in (gear["PlayAddr"] for gear in video.get("bitrateInfo") or ()):
        if file.get("Width"):
            found.setdefault(min(file["Width"], file["Height"]), set()).update(file["UrlList"])
    return found


def spoken(video: Json) -> dict[str, set[str]]:
    """Captions in the spoken language; newer answers list them twice."""
    found: dict[str, set[str]] = {}
    for told in video.get("subtitleInfos") or ():
        if told["Source"] != "MT":
            found.setdefault(f"subtitle_{told['LanguageCodeName']}_vtt", set()).add(told["Url"])
    for told in (video.get("claInfo") or {}).get("captionInfos") or ():
        if told["isOriginalCaption"]:
            name = f"subtitle_{told['language']}_vtt"
            found.setdefault(name, set()).update([told["url"], *told["urlList"]])
    return found


def author(work: Json) -> Json:
    """Pages of 2023 have a name, not an object, as author; the author's fields are beside it."""
    told = work["author"]
    if isinstance(told, dict):
        return told
    return {"uniqueId": told, "secUid": work["authorSecId"], "nickname": work["nickname"]}


# Tests


def test_every_recorded_work_is_listed_and_nothing_is_missed(job: Job) -> None:
    assert (job.run.code, job.run.outcome) == (0, "OK"), job.run.log
    assert job.run.report["kept"] == len(job.works) == 60
    assert job.run.report["gaps"] == []
    assert job.crawl.take_report()["violations"] == []


def test_every_recorded_work_is_a_row_of_the_feed(job: Job) -> None:
    assert sorted(row["aweme_id"] for row in job.rows) == sorted(job.works)
    for row in job.rows:
        work = job.works[row["aweme_id"]]
        assert row["desc"] == work["desc"]
        assert row["nickname"] == author(work)["nickname"]
        assert row["sec_user_id"] == author(work).get("secUid", "")
        exact = work.get("statsV2") or work["stats"]
        assert row["digg_count"] == int(exact["diggCount"])


def test_every_recorded_work_has_its_files(job: Job) -> None:
    for aweme_id in job.works:
        job.check(aweme_id)


def test_each_kind_of_file_is_among_them(job: Job) -> None:
    kinds = Counter(name.partition("_")[0] for files in job.held.values() for name in files)
    assert (kinds["video"], kinds["cover"]) == (60, 60)
    assert kinds["music"] > 50
    assert kinds["subtitle"] == 2 * sum(bool(spoken(work["video"])) for work in job.works.values())
    assert kinds["subtitle"] > 20


def test_the_film_taken_is_one_of_the_sharpest(job: Job) -> None:
    """Gears with the size of their pictures; before 2024 there are none."""
    told = {id_: gears for id_, work in job.works.items() if (gears := sized(work["video"]))}
    assert sum(len(gears) > 1 for gears in told.values()) > 20
    for aweme_id, gears in told.items():
        side = max(gears)
        width, _, rest = job.held[aweme_id]["video"].rendition.partition("x")
        assert min(int(width), int(rest.partition("-")[0])) == side
        path = job.crawl.root / job.held[aweme_id]["video"].path
        sizes = {found.size for url in gears[side] if (found := job.crawl.sandbox.find_asset(url))}
        assert path.stat().st_size in sizes


def test_feed_archive_and_disk_agree(job: Job) -> None:
    job.check_agreement()


def test_second_run_fetches_nothing(job: Job) -> None:
    _ = job.crawl.take_report()
    assert job.crawl.run_user_post("recorded").code == 0
    asked = job.crawl.take_report()
    assert (asked["list_requests"], asked["media_requests"]) == (1, 0)


@pytest.mark.parametrize("faults", [(), ("captcha~detail",)], ids=["interface", "page"])
def test_single_works_of_each_kind(
    job: Job, shared: Path, tmp_path: Path, faults: tuple[str, ...]
) -> None:
    kinds = {(*addresses(w), *w["video"], type(w["author"])): id_ for id_, w in job.works.items()}
    folder = shared / "reference" / "recorded"
    with run_sandbox(Options(recorded=folder, faults=faults)) as sandbox:
        crawl = Crawler(sandbox, tmp_path / "Download", {"F2_RETRIES": "2"}, "tiktok")
        run = crawl("tiktok_post", "-a", f"url={' '.join(kinds.values())}")
        assert (run.code, run.report["kept"]) == (0, len(kinds)), run.log
        assert run.report["from_page"] == (len(kinds) if faults else 0)
        assert len(kinds) > 5
        for aweme_id in kinds.values():
            job.check(aweme_id, crawl)


def test_translations_come_on_request(job: Job, tmp_path: Path) -> None:
    def told(work: Json) -> set[str]:
        return {row["LanguageCodeName"] for row in work["video"].get("subtitleInfos") or ()}

    crawl = Crawler(job.crawl.sandbox, tmp_path / "Download", platform="tiktok")
    most = max(job.works, key=lambda aweme_id: len(told(job.works[aweme_id])))
    run = crawl("tiktok_post", "-a", f"url={most}", F2_MEDIA="subtitle,translation")
    assert run.code == 0, run.log
    names = {path.stem.rpartition("_")[2] for path in crawl.list_files() if path.suffix == ".srt"}
    assert names == told(job.works[most])
    assert len(names) > 10


def test_authors_by_name_have_their_own_works_and_numbers(job: Job, tmp_path: Path) -> None:
    crawl = Crawler(job.crawl.sandbox, tmp_path / "Download", platform="tiktok")
    counts = Counter(author(work).get("uniqueId", "") for work in job.works.values())
    for name, count in counts.most_common(2):
        link = f"url=https://www.tiktok.com/@{name}"
        run, rows = crawl.run_with_rows("tiktok_user_post", "-a", link, F2_MEDIA="")
        assert (run.code, run.report["kept"]) == (0, count), run.log
        assert {row["unique_id"] for row in rows} == {name}


def test_profile(job: Job, shared: Path, tmp_path: Path) -> None:
    folder = shared / "reference/recorded/tiktok/json"
    told = json.loads((folder / "user_page_sigi_state_2023.json").read_bytes())["UserModule"]
    [[name, user]] = told["users"].items()
    crawl = Crawler(job.crawl.sandbox, tmp_path / "Download", platform="tiktok")
    link = f"url=https://www.tiktok.com/@{name}"
    run, [row] = crawl.run_with_rows("tiktok_user_profile", "-a", link)
    assert (run.code, run.report["kept"]) == (0, 1), run.log
    assert (row["nickname"], row["uid"]) == (user["nickname"], user["id"])
    assert row["follower_count"] == told["stats"][name]["followerCount"]
    works = [work for work in job.works.values() if author(work).get("uniqueId") == name]
    assert row["aweme_count"] == len(works) > 0


def test_a_film_without_address_is_missed_and_the_rest_kept(shared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "recorded" / "tiktok" / "json"
    folder.mkdir(parents=True)
    source = shared / "reference/recorded/tiktok/json/item_detail_f2.json"
    answer = json.loads(source.read_bytes())
    work = answer["itemInfo"]["itemStruct"]
    work["video"] |= {"playAddr": "", "bitrateInfo": []}
    (folder / "work.json").write_text(json.dumps(answer))
    with run_sandbox(Options(recorded=tmp_path / "recorded")) as sandbox:
        crawl = Crawler(sandbox, tmp_path / "Download", platform="tiktok")
        run = crawl.run_user_post("recorded")
        assert (run.code, run.outcome) == (4, "MEDIA_BROKEN"), run.log
        [gap] = run.report["gaps"]
        assert gap["detail"].startswith("video: ")
        assert {"cover", "music", "desc"} <= crawl.get_files(work["id"]).keys()
