"""Each line of the table at the top of the README is a command that can run."""

import json
import re
import shlex
import time
from pathlib import Path

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from support.crawling import Play, get_ids

from f2scrapy import settings as project
from f2scrapy.command.arguments import COMMANDS, build_crawl_words, build_parser, find_task
from f2scrapy.command.jobs import Job, find_jobs
from f2scrapy.command.update import _parse as parse_update
from f2scrapy.command.verify import _parse as parse_verify
from f2scrapy.crawl.addon import load_settings
from f2scrapy.crawl.preflight import check_run
from f2scrapy.crawl.shared import get_archive
from f2scrapy.crawl.spider_loader import SpiderLoader
from f2scrapy.danmaku.arguments import build_watch_parser
from f2scrapy.live.__main__ import _build_parser as build_live_parser

from .test_command import run

ROOT = Path(__file__).parents[2]
LINKS = {
    "TIKTOK_USER": "https://www.tiktok.com/@nasa",
    "USER": "https://www.douyin.com/user/MS4wLjABAAAAdemo-JsZpzQgUrEDlModSshxKpkUN",
    "WORK": "https://www.douyin.com/video/7298145681699622182",
    "PLAYLIST": "https://www.douyin.com/collection/7596327885565470902",
    "ROOM": "https://live.douyin.com/660393530147",
}
PARSERS = {
    "update": parse_update,
    "verify": parse_verify,
    "live": build_live_parser().parse_args,
    "danmaku": build_watch_parser().parse_args,
}


def list_wishes(name: str) -> list[str]:
    table = (ROOT / name).read_text("utf-8").partition("| --- | --- |\n")[2].partition("\n\n")[0]
    return re.findall(r"\| `(f2scrapy .*)` \|$", table, re.MULTILINE)


WISHES = [text.replace("\\|", "|") for text in list_wishes("README.md")]


def test_table_is_long_and_the_same_in_both_languages() -> None:
    assert len(WISHES) >= 40
    assert list_wishes("README.md") == list_wishes("README.zh-CN.md")


@pytest.mark.parametrize("text", WISHES)
def test_wish_can_run(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_inputs(tmp_path)
    words = [LINKS.get(word, word) for word in shlex.split(text)[1:]]
    if words[0] in COMMANDS:
        assert PARSERS[words[0]](words[1:])
        return
    given = build_parser().parse_args(words)
    jobs = find_jobs(given.words, find_task(given))
    assert jobs
    for job in jobs:
        assert isinstance(job, Job)
        check_job(job, build_crawl_words(given), given.feed)


def write_inputs(folder: Path) -> None:
    (folder / "links.txt").write_text("\n".join(LINKS.values()), encoding="utf-8")
    export = {"Likes": [{"link": "https://www.tiktokv.com/share/video/7699826113376157705/"}]}
    (folder / "user_data_tiktok.json").write_text(json.dumps(export), encoding="utf-8")
    cookie = ".douyin.com\tTRUE\t/\tTRUE\t2000000000\tsessionid\tabc\n"
    (folder / "cookies.txt").write_text(f"# Netscape HTTP Cookie File\n{cookie}", encoding="utf-8")


def check_job(job: Job, words: list[str], feed: str | None) -> None:
    """Check a run as `scrapy crawl` does, up to its first request."""
    settings = Settings()
    settings.setmodule(project)
    load_settings(settings)
    pairs = {flag: [text.split("=", 1) for mark, text in zip(words[::2], words[1::2], strict=True)
                    if mark == flag] for flag in ("-a", "-s")}  # fmt: skip
    settings.setdict(dict(pairs["-s"]), "cmdline")
    if feed:
        settings.set("FEEDS", {feed: {"format": Path(feed).suffix[1:]}}, "cmdline")
    url = {"url": "\n".join(job.texts)} if job.texts else {}
    crawler = Crawler(SpiderLoader(["spiders"]).load(job.spider), settings)
    check_run(crawler, url | dict(pairs["-a"]))
    get_archive(crawler).close()


def test_some_wishes_come_true(play: Play, tmp_path: Path) -> None:
    crawl = play()
    user = crawl.sandbox.get_user_url("demo")
    works = list(crawl.sandbox.describe_files("demo"))
    run(crawl, user, "--what", "user_profile", "-q", "-o", str(tmp_path / "users.csv"))
    assert "演示账号" in (tmp_path / "users.csv").read_text("utf-8")
    work = f"https://www.douyin.com/video/{works[3]}"
    done = run(crawl, work, "--replies", "-q", "-o", str(tmp_path / "comments.jsonl"))
    rows = [json.loads(line) for line in (tmp_path / "comments.jsonl").read_text().splitlines()]
    assert len(set(get_ids(rows, "comment_id"))) == len(rows) > 0
    assert done.text.startswith(f"{len(rows)} comments → {tmp_path}")
    links = [{"link": f"https://www.tiktokv.com/share/video/{one}/"} for one in list(
        crawl.sandbox.describe_files("demo", "tiktok"))[:2]]  # fmt: skip
    export = tmp_path / "user_data_tiktok.json"
    export.write_text(json.dumps({"Phone": "+1 555 0100", "Likes": links}), encoding="utf-8")
    done = run(crawl, f"@{export}", "--only", "cover", "-v", "--report", str(tmp_path / "r.json"))
    assert done.code == 0
    assert "2 works, 2 files, " in done.text.splitlines()[-1]
    assert "555" not in done.text + (tmp_path / "r.json").read_text("utf-8")


def test_files_as_people_keep_them(play: Play, tmp_path: Path) -> None:
    crawl = play()
    link = crawl.sandbox.get_user_url("one")
    copies = tmp_path / "copies"
    copies.mkdir()
    started = time.monotonic()
    done = run(crawl, link, "--only", "video,info,nfo", "--rate", "500k", "-q", "-s",
               f"F2_AFTER=cp {{path}} {copies}/{{id}}.mp4")  # fmt: skip
    assert done.text.startswith("1 work, 1 file")
    [(aweme_id, work)] = crawl.sandbox.describe_files("one").items()
    [video] = crawl.root.rglob("*_video.mp4")
    assert time.monotonic() - started > video.stat().st_size / 500_000
    assert (copies / f"{aweme_id}.mp4").read_bytes() == video.read_bytes()
    assert video.stat().st_mtime == work["create_time"]
    [info] = crawl.root.rglob("*.info.json")
    assert json.loads(info.read_text("utf-8"))["aweme_id"] == aweme_id
    assert len(list(crawl.root.rglob("*_video.nfo"))) == 1
    assert run(crawl, link, "--only", "video,info,nfo", "-q").text.startswith("nothing new")
