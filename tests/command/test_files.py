"""Files as people keep them: their times, texts beside them, a program for each."""

import json
import time
from pathlib import Path

from support.crawling import Play

from .test_command import run


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
