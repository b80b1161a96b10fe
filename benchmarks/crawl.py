"""Measure whole crawls of the sandbox: the main job, and many files."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.table import Row
from benchmarks.transfer import (
    CONCURRENCY,
    FILES,
    FILES_SLOW,
    LATENCY,
    SMALL,
    Program,
    build_curl,
    build_gallery_dl,
    build_scrapy,
    compare,
    print_rates,
    run_to_end,
    serve,
)
from f2scrapy.sandbox.catalogue import User

ROUNDS = 3
MEDIA = "video,image,live_photo,cover,music,desc"


def build_command(sandbox: str, user: str, media: str, folder: Path, *words: str) -> list[str]:
    """Return the command that crawls all works of the sandbox's *user* without pauses."""
    settings = {
        "F2_SANDBOX": sandbox.partition("=")[2],
        "F2_PATH": folder,
        "F2_REPORT": folder / "report.json",
        "F2_MEDIA": media,
        "F2_PACE": 0,
        "F2_PROGRESS": "none",
        "LOG_LEVEL": "ERROR",
    }
    options = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    link = f"url=https://www.douyin.com/user/{User(0, user, 0).sec_user_id}"
    return [sys.executable, "-m", "scrapy", "crawl", "douyin_user_post", "-a", link, *options,
            *words]  # fmt: skip


def run_crawl(sandbox: str, user: str, media: str) -> tuple[dict[str, Any], int]:
    """Run one crawl; return its report and its peak memory in MiB."""
    with tempfile.TemporaryDirectory(prefix="crawl-") as name:
        folder = Path(name)
        feed = ("-O", str(folder / "works.jsonl"))
        _, _, rss = run_to_end(build_command(sandbox, user, media, folder, *feed))
        return json.loads((folder / "report.json").read_text("utf-8")), rss


def measure_main_job() -> None:
    """Measure 200 works with all their files."""
    with serve("f2scrapy.sandbox") as sandbox:
        result, rss = run_crawl(sandbox, "clean200", MEDIA)
    seconds = result["seconds"]
    print("main job, 200 works          works/s   files/s      MB/s  peak MiB")
    rates = (result["kept"] / seconds, result["files"] / seconds, result["bytes"] / seconds / 1e6)
    print(f"  {'all kinds of files':26}{''.join(f'{rate:8.0f}  ' for rate in rates)}{rss:8}")


def measure_files(latency: float) -> None:
    """Measure many works with one image of 200 kB, beside programs that get the URLs as a list."""
    options = ("--image-bytes", str(SMALL), "--latency", str(latency * 1000))
    with serve("f2scrapy.sandbox", *options) as sandbox:

        def build_crawl(_urls: list[str], folder: Path) -> list[str]:
            return build_command(sandbox, "files2000", "image", folder)

        base = f"{sandbox.partition('=')[2]}/plain.douyinvod.com/{SMALL}"
        urls = [f"{base}/{n}.mp4" for n in range(FILES)]
        tasks: dict[str, tuple[Program, list[str]]] = {
            "gallery-dl": (build_gallery_dl, urls[:FILES_SLOW] if latency else urls),
            "f2scrapy, the whole job": (build_crawl, urls),
            "Scrapy FilesPipeline": (build_scrapy("files"), urls),
            f"curl -Z ({CONCURRENCY})": (build_curl, urls),
        }
        runs = compare(tasks, SMALL, 1 if latency else ROUNDS)
    print_rates(f"{FILES} works, {latency * 1000:.0f} ms", runs)


def main(*, quick: bool) -> list[Row]:
    measure_main_job()
    measure_files(0)
    measure_files(LATENCY)
    return []
