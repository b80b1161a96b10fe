"""The whole job against the sandbox: lists, the main job, and many files beside other programs.

python -m benchmarks.crawl [WORKS …]

WORKS are the lengths of the lists; memory must not grow with them. The long proof takes minutes:
python -m benchmarks.crawl 20000 100000
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.transfer import (
    CONCURRENCY,
    FILES,
    FILES_SLOW,
    LATENCY,
    SMALL,
    Program,
    compare,
    curl,
    finished,
    gallery_dl,
    report,
    scrapy,
    serving,
)
from f2scrapy.sandbox.catalogue import FILMS, User

LISTS = (20_000, 60_000)
ROUNDS = 3
MEDIA = "video,image,live_photo,cover,music,desc"


def crawl(sandbox: str, user: str, media: str, folder: Path, *words: str) -> list[str]:
    """The command that takes all works of the sandbox's *user*, as fast as it goes."""
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


def job(sandbox: str, user: str, media: str) -> tuple[dict[str, Any], int]:
    """One run: its report, and its peak in MiB."""
    with tempfile.TemporaryDirectory(prefix="crawl-") as name:
        folder = Path(name)
        feed = ("-O", str(folder / "works.jsonl"))
        _, _, rss = finished(crawl(sandbox, user, media, folder, *feed))
        return json.loads((folder / "report.json").read_text("utf-8")), rss


def lists(lengths: list[int]) -> None:
    """Metadata only: pages as large as the platform's to lines of JSON."""
    users = [f"list{length}:{length}:{','.join(FILMS)}" for length in lengths]
    print("metadata, 18 works a page    works/s   seconds  peak MiB (target 200)")
    for how, options in (("gzip", ()), ("uncompressed", ("--plain",))):
        with serving("f2scrapy.sandbox", *options, "--users", *users) as sandbox:
            for length in lengths if how == "gzip" else lengths[:1]:
                told, rss = job(sandbox, f"list{length}", "")
                rate = told["kept"] / told["seconds"]
                what = f"{length:,} works, {how}"
                print(f"  {what:26}{rate:8.0f}{told['seconds']:10.1f}{rss:10}", flush=True)


def main_job() -> None:
    """200 works with all their files."""
    with serving("f2scrapy.sandbox") as sandbox:
        told, rss = job(sandbox, "clean200", MEDIA)
    seconds = told["seconds"]
    print("main job, 200 works          works/s   files/s      MB/s  peak MiB")
    rates = (told["kept"] / seconds, told["files"] / seconds, told["bytes"] / seconds / 1e6)
    print(f"  {'all kinds of files':26}{''.join(f'{rate:8.0f}  ' for rate in rates)}{rss:8}")


def files(latency: float) -> None:
    """Many works with one picture of 200 kB each, beside programs that are told the addresses."""
    options = ("--image-bytes", str(SMALL), "--latency", str(latency * 1000))
    with serving("f2scrapy.sandbox", *options) as sandbox:

        def project(_urls: list[str], folder: Path) -> list[str]:
            return crawl(sandbox, "files2000", "image", folder)

        base = f"{sandbox.partition('=')[2]}/plain.douyinvod.com/{SMALL}"
        urls = [f"{base}/{n}.mp4" for n in range(FILES)]
        tasks: dict[str, tuple[Program, list[str]]] = {
            "gallery-dl": (gallery_dl, urls[:FILES_SLOW] if latency else urls),
            "f2scrapy, the whole job": (project, urls),
            "Scrapy FilesPipeline": (scrapy("files"), urls),
            f"curl -Z ({CONCURRENCY})": (curl, urls),
        }
        runs = compare(tasks, SMALL, 1 if latency else ROUNDS)
    report(f"{FILES} works, {latency * 1000:.0f} ms", runs)


def main() -> None:
    lists([int(length) for length in sys.argv[1:]] or list(LISTS))
    main_job()
    files(0)
    files(LATENCY)


if __name__ == "__main__":
    main()
