"""Everything asked for is there, or the report says that it is not, and why."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from support.crawling import Crawler, Play

from f2scrapy.download.filetype import read_tracks
from f2scrapy.sandbox.server import run_sandbox
from f2scrapy.sandbox.state import Options

Json = dict[str, Any]
Serve = Callable[..., Crawler]
LONGEST = 7_600_000_000_000_000_000
AUTHOR = {"id": "1", "secUid": "MS4wLjABAAAAexample_example_example", "uniqueId": "example",
          "nickname": "Example"}  # fmt: skip
COOKIES = ".tiktok.com\tTRUE\t/\tTRUE\t4102444800\tsessionid\t0123456789abcdef"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """serve(row, row, faults=["mute"]): a crawler of a user with these works."""
    with ExitStack() as stack:

        def start(*rows: Json, platform: str = "tiktok", faults: Any = ()) -> Crawler:
            folder = tmp_path / "answers" / platform / "json"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "list.json").write_text(json.dumps(rows))
            options = Options(recorded=tmp_path / "answers", faults=tuple(faults))
            sandbox = stack.enter_context(run_sandbox(options))
            return Crawler(sandbox, tmp_path / "Download", platform=platform)

        yield start


def make_url(name: str, host: str = "v16-webapp-prime") -> str:
    return f"https://{host}.tiktok.com/video/tos/x/{name}/?a=1988&mime_type=video_mp4"


def make_gear(name: str, codec: str = "h264", path: str = "", height: int = 1280) -> Json:
    return {
        "GearName": name,
        "CodecType": codec,
        "Bitrate": 1000 * height,
        "Format": "mp4",
        "PlayAddr": {"UrlList": [make_url(f"{name}{path}")], "Width": height * 9 // 16,
                     "Height": height, "DataSize": 1000, "FileHash": name},
    }  # fmt: skip


def make_item(number: int = 1, **more: Any) -> Json:
    return {"id": str(LONGEST + number), "desc": f"work {number}", "createTime": 1_780_000_000,
            "author": AUTHOR} | more  # fmt: skip


def make_video(*gears: Json, **more: Any) -> Json:
    return {"width": 720, "height": 1280, "bitrateInfo": list(gears)} | more


def crawl_recorded(crawl: Crawler, *words: str, **settings: str) -> Any:
    return crawl.run_user_post("recorded", *words, **settings)


def read_gaps(run: Any) -> list[tuple[str, str]]:
    return [(gap["key"].rpartition(":")[2], gap["outcome"]) for gap in run.report["gaps"]]


# Works without video and pictures


def test_classified_work_is_missing_until_there_are_cookies(serve: Serve, tmp_path: Path) -> None:
    hidden = make_item(2, isContentClassified=True, CategoryType=120)
    crawl = serve(make_item(video=make_video(make_gear("a"))), hidden)
    for _ in range(2):  # nothing is remembered as complete
        run = crawl_recorded(crawl)
        assert (run.code, run.outcome) == (3, "LOGIN_REQUIRED")
        assert "1 of 2, 1 explained (1 LOGIN_REQUIRED)" in run.report["summary"]
        assert "This needs an account" in run.report["summary"]
        assert read_gaps(run) == [(hidden["id"], "LOGIN_REQUIRED")]
    assert run.report["requests"] < 6, "a guest does not ask for each work in vain"
    shown = make_item(2, isContentClassified=True, video=make_video(make_gear("b")))
    crawl = serve(make_item(video=make_video(make_gear("a"))), shown)
    jar = tmp_path / "cookies.txt"
    jar.write_text(f"# Netscape HTTP Cookie File\n{COOKIES}\n")
    run = crawl_recorded(crawl, F2_COOKIES=str(jar))
    assert (run.code, run.report["gaps"]) == (0, [])
    assert "video" in crawl.get_files(hidden["id"])


@pytest.mark.parametrize("media", ["image", "video,desc"])
def test_classified_work_may_be_either(serve: Serve, media: str) -> None:
    crawl = serve(make_item(2, isContentClassified=True))
    assert crawl_recorded(crawl, F2_MEDIA=media).code == 3
    assert crawl_recorded(crawl, F2_MEDIA="").code == 0, "its row is there"
    assert crawl_recorded(crawl, F2_MEDIA="music").code == 0


@pytest.mark.parametrize(
    "content",
    [
        {"video": None},
        {},
        {"video": None, "images": []},
        {"video": {"play_addr": {"url_list": ["https://m.douyinstatic.com/1.mp3"]}}},
        {"video": {}},
        {"video": "gone", "images": 5},
    ],
)
def test_work_that_shows_nothing_is_missing(serve: Serve, content: Json) -> None:
    row = {"aweme_id": str(LONGEST), "aweme_type": 0, "create_time": 1_780_000_000, "desc": "d",
           "author": {"sec_uid": "MS4wLjABAAAAexample", "nickname": "e"}}  # fmt: skip
    crawl = serve(row | content, platform="douyin")
    for _ in range(2):
        run = crawl_recorded(crawl)
        assert run.code == 4
        outcome = "SCHEMA_CHANGED" if content.get("video") == "gone" else "MEDIA_BROKEN"
        assert read_gaps(run) == [(row["aweme_id"], outcome)]


# Sound


def read_video(crawl: Crawler, number: int = 1) -> tuple[str, frozenset[str] | None]:
    """Return the rendition of a work's video, and its tracks."""
    file = crawl.get_files(str(LONGEST + number))["video"]
    with (crawl.root / file.path).open("rb") as opened:
        return file.rendition, read_tracks(opened)


def test_encoding_without_sound_is_not_taken(serve: Serve) -> None:
    silent = make_gear("a", "h265_hvc1", "/media-video-hvc1", 1920)
    crawl = serve(make_item(video=make_video(silent, make_gear("b", "h265_hvc1"))))
    run = crawl_recorded(crawl)
    assert (run.code, run.report["not_taken"]) == (0, [])
    assert read_video(crawl) == ("720x1280-h265-1280000", {"vide", "soun"})


def test_file_without_its_sound_is_not_taken(serve: Serve) -> None:
    """The address shows nothing: the finished files do, five of them."""
    gears = [make_gear(f"mute{n}", height=1920 - n) for n in range(5)]
    crawl = serve(make_item(video=make_video(*gears, make_gear("b", height=640))),
                  faults=["mute~/mute"])  # fmt: skip
    run = crawl_recorded(crawl)
    assert (run.code, run.report["not_taken"]) == (0, [])
    assert read_video(crawl) == ("360x640-h264-640000", {"vide", "soun"})
    assert [path.suffix for path in crawl.root.rglob("*.part*")] == []
    _ = crawl.take_report()
    assert crawl_recorded(crawl, F2_UPGRADE="yes").code == 0
    assert crawl.take_report()["media_requests"] == 0, "each was tried once"


def test_better_encoding_without_sound_is_fetched_once(serve: Serve) -> None:
    gears = make_gear("mute", height=1920), make_gear("b", height=640)
    crawl = serve(make_item(video=make_video(*gears)), faults=["mute~/mute"])
    assert crawl_recorded(crawl, F2_RENDITION="smallest", F2_MEDIA="video").code == 0
    for expected in (1, 0):
        _ = crawl.take_report()
        assert crawl_recorded(crawl, F2_UPGRADE="yes", F2_MEDIA="video").code == 0
        assert crawl.take_report()["media_requests"] == expected
    assert read_video(crawl) == ("360x640-h264-640000", {"vide", "soun"})


@pytest.mark.parametrize("path", ["", "/media-video-hvc1"])
def test_video_without_sound_is_reported(serve: Serve, path: str) -> None:
    gears = make_gear("a", "h265_hvc1", path, 1920), make_gear("b", path=path)
    crawl = serve(make_item(video=make_video(*gears)), faults=["mute"])
    run = crawl_recorded(crawl)
    assert run.code == 0
    assert read_video(crawl) == ("1080x1920-h265-1920000", {"vide"})
    [group] = run.report["not_taken"]
    assert (group["what"], group["count"], group["first"][-3:]) == ("sound", 1, "001")
    assert "1 work without sound" in run.report["summary"]


# Broken encodings


@pytest.mark.parametrize("fault", ["http=404~/bad", "html~/bad", "short_body~/bad", "blocked~/bad"])
def test_every_encoding_is_tried(serve: Serve, fault: str) -> None:
    gears = [make_gear(f"bad{n}", height=1920 - n) for n in range(6)]
    crawl = serve(make_item(video=make_video(*gears, make_gear("good", height=640))),
                  faults=[fault])  # fmt: skip
    run = crawl_recorded(crawl)
    assert (run.code, run.report["gaps"]) == (0, [])
    assert read_video(crawl)[0] == "360x640-h264-640000"


def test_silent_encoding_is_better_than_none(serve: Serve) -> None:
    gears = make_gear("bad"), make_gear("a", "h265_hvc1", "/media-video-hvc1", 1920)
    crawl = serve(make_item(video=make_video(*gears)), faults=["http=404~/bad"])
    run = crawl_recorded(crawl)
    assert (run.code, [group["what"] for group in run.report["not_taken"]]) == (0, ["sound"])


def test_other_encodings_are_tried_where_nothing_is_renewed(serve: Serve) -> None:
    crawl = serve(make_item(video=make_video(make_gear("bad"), make_gear("good", height=640))),
                  faults=["http=404~/bad", "status=10101~detail"])  # fmt: skip
    assert crawl_recorded(crawl, F2_RETRIES="0").code == 0


def test_only_broken_encodings_are_a_gap(serve: Serve) -> None:
    crawl = serve(make_item(video=make_video(*(make_gear(f"bad{n}") for n in range(5)))),
                  faults=["http=404~/bad"])  # fmt: skip
    run = crawl_recorded(crawl)
    assert (run.code, read_gaps(run)) == (4, [(str(LONGEST + 1), "MEDIA_BROKEN")])


# Captions


def make_captions(*forms: str, language: str = "eng-US") -> list[Json]:
    def build(form: str) -> Json:
        path = "cc-json" if "JSON" in form or form == "creator_caption" else "vtt"
        named = {} if form.startswith("?") else {"Format": form}
        url = f"https://v16-webapp.tiktok.com/{path}/{form.strip('?')}/"
        return {"LanguageCodeName": language, "Source": "ASR", "Url": url} | named

    return [build(form) for form in forms]


@pytest.mark.parametrize(
    ("forms", "files"),
    [
        (["creator_caption", "webvtt"], ["srt", "vtt"]),
        (["webvtt", "creator_caption"], ["srt", "vtt"]),
        (["?JSON", "webvtt"], ["srt", "vtt"]),
        (["?JSON", "?"], ["srt", "vtt"]),
        (["creator_caption"], ["srt", "vtt"]),
        (["srt?", "creator_caption"], ["srt", "vtt"]),
    ],
)
def test_usable_form_of_captions_is_taken(serve: Serve, forms: list[str], files: list[str]) -> None:
    video = make_video(make_gear("a"), subtitleInfos=make_captions(*forms))
    crawl = serve(make_item(video=video))
    for _ in range(2):
        run = crawl_recorded(crawl)
        assert (run.code, run.report["gaps"]) == (0, [])
    ends = [name[-3:] for name in crawl.get_files(str(LONGEST + 1)) if "subtitle" in name]
    assert sorted(ends) == files


def test_captions_without_an_address_are_reported(serve: Serve) -> None:
    [caption] = make_captions("webvtt")
    video = make_video(make_gear("a"), subtitleInfos=[caption | {"Url": ""}])
    run = crawl_recorded(serve(make_item(video=video)))
    [group] = run.report["not_taken"]
    assert (group["what"], group["why"]) == ("subtitle", "the answer names no address")


def test_captions_of_douyin_are_files_of_both_forms(serve: Serve) -> None:
    author = {"sec_uid": "MS4wLjABAAAAexample", "nickname": "e"}
    host = "https://p3.douyinpic.com/captions"
    spoken = {"language": "zh", "url": {"url_list": [f"{host}/1"]}}
    written = {"lang": "eng", "Format": "creator_caption", "url": f"{host}/2"}
    stickers = [{"type": 3}, {"auto_video_caption_info": {"auto_captions": [spoken]}}]
    video = {"play_addr": {"url_list": ["https://v1.douyinvod.com/1.mp4"]},
             "cla_info": {"caption_infos": [written]}}  # fmt: skip
    row = {"aweme_id": str(LONGEST), "aweme_type": 0, "create_time": 1_780_000_000,
           "author": author, "video": video, "interaction_stickers": stickers}  # fmt: skip
    crawl = serve(row, platform="douyin")
    url = f"url=https://www.douyin.com/user/{author['sec_uid']}"
    run = crawl("douyin_user_post", "-a", url, F2_MEDIA="subtitle")
    assert (run.code, run.report["gaps"]) == (0, []), run.log
    texts = {path.name.rpartition("_")[2]: path.read_text() for path in crawl.list_files()}
    assert sorted(texts) == ["eng.srt", "eng.vtt", "zh.srt", "zh.vtt"]
    assert texts["zh.srt"] == "1\n00:00:00,060 --> 00:00:01,360\nHello there\n"


# Fields that cannot be read


@pytest.mark.parametrize("media", ["", "video", "video,music"])
def test_odd_side_field_loses_no_work(serve: Serve, media: str) -> None:
    rows = [{"aweme_id": str(LONGEST + n), "aweme_type": 0, "create_time": 1_780_000_000 + n,
             "author": {"sec_uid": "MS4wLjABAAAAexample", "nickname": "e"},
             "video": {"play_addr": {"url_list": [f"https://v1.douyinvod.com/{n}.mp4"]}},
             "music": {"id": 1, "play_url": ""}} for n in range(24)]  # fmt: skip
    run = crawl_recorded(serve(*rows, platform="douyin"), F2_MEDIA=media)
    assert (run.code, run.report["kept"], run.report["gaps"]) == (0, 24, [])
    assert run.report["unreadable"] == {"music.play_url": 24}
    assert run.log.count("the field music.play_url cannot be read") == 1
    assert "1 field unreadable (music.play_url)" in run.report["summary"]


# Refusals


@pytest.mark.parametrize("fault", ["login_redirect~page", "login_page~page"])
def test_page_that_asks_for_a_login_says_so(play: Play, fault: str) -> None:
    crawl = play("empty~detail", fault, platform="tiktok")
    work = next(iter(crawl.sandbox.describe_files("one", "tiktok")))
    run = crawl("tiktok_post", "-a", f"url={work}", F2_RETRIES="0")
    assert (run.code, run.outcome) == (5, "LOGIN_REQUIRED")


def test_status_5_is_asked_again(play: Play) -> None:
    crawl = play("status=5:2~list", platform="douyin")
    run = crawl.run_user_post("demo", F2_MEDIA="")
    assert (run.code, run.report["retries"]) == (0, 2)


# Kinds that are not wanted


def test_works_without_a_wanted_file_are_new_once(play: Play) -> None:
    crawl = play(platform="douyin")
    first, rows = crawl.run_with_rows(*crawl.build_arguments("mixed"), F2_MEDIA="video")
    crawl.root.with_name("rows.jsonl").unlink()  # without new rows the old feed would stay
    again, news = crawl.run_with_rows(
        *crawl.build_arguments("mixed"), "-a", "update=false", F2_MEDIA="video"
    )
    assert 2 < first.report["kept"] <= len(rows)
    assert (again.report["kept"], news) == (0, [])
    assert again.report["skipped"]["known"] == first.report["kept"]
    more, _ = crawl.run_with_rows(*crawl.build_arguments("mixed"), F2_MEDIA="image")
    assert more.report["files"] > 0, "the kinds wanted now decide"


# Files that are removed


def list_covers(crawl: Crawler) -> list[Path]:
    """Return the covers with their final names."""
    return [path for path in crawl.root.rglob("*_cover.*") if ".part" not in path.name]


def test_files_that_were_removed_in_mid_run_are_missing(play: Play) -> None:
    crawl = play("drip=60000~list@2", platform="douyin")
    command = crawl.build_command(*crawl.build_arguments("demo"), F2_MEDIA="image,cover,desc")
    process = subprocess.Popen(**command)
    while len(covers := list_covers(crawl)) < 10:
        assert process.poll() is None
        time.sleep(0.02)
    for cover in covers:
        cover.unlink()
    assert process.wait(120) == 4
    report = json.loads(crawl.root.with_name("report.json").read_text("utf-8"))
    assert report["outcome"] == "DISK"
    missing = {gap["key"] for gap in report["gaps"]}
    assert report["kept"] + len(missing) == 24
    again = crawl.run_user_post("demo", F2_MEDIA="image,cover,desc")
    assert (again.code, again.report["kept"]) == (0, len(missing))
    crawl.check_files("demo", "ic")
