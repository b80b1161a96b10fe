"""Measure whole crawls of the sandbox: the main job, and many files."""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.programs import (
    SETTLE,
    SMALL,
    Program,
    Run,
    build_gallery_dl,
    build_pipeline,
    measure,
    print_rates,
    run_to_end,
    serve,
)
from benchmarks.table import Row
from f2scrapy.sandbox.catalogue import User

ROUNDS = 2
LATENCY = 0.05  # seconds
FILES = 2000
SERIAL = 100  # files of a serial program, if each is delayed
FILES_QUICK, SERIAL_QUICK, SETTLE_QUICK = 500, 60, 0.5  # files; seconds
OURS, GALLERY_DL, PIPELINE = "f2scrapy, the whole job", "gallery-dl", "Scrapy FilesPipeline"
GOALS = {  # lowest ratios, by latency in seconds; docs/performance.md says what bounds them
    0: {GALLERY_DL: 0.75, PIPELINE: 0.95},
    LATENCY: {GALLERY_DL: 11, PIPELINE: 0.6},
}
MOST_MIB = 115
SHARE_QUICK = 0.75  # of the goals: with few files the start counts more
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
        _, rss = run_to_end(build_command(sandbox, user, media, folder, *feed))
        return json.loads((folder / "report.json").read_text("utf-8")), rss


def measure_main_job() -> None:
    """Measure 200 works with all their files."""
    with serve("f2scrapy.sandbox") as sandbox:
        result, rss = run_crawl(sandbox, "clean200", MEDIA)
    seconds = result["seconds"]
    print("main job, 200 works          works/s   files/s      MB/s  peak MiB")
    rates = (result["kept"] / seconds, result["files"] / seconds, result["bytes"] / seconds / 1e6)
    print(f"  {'all kinds of files':26}{''.join(f'{rate:8.0f}  ' for rate in rates)}{rss:8}")


def measure_files(latency: float, *, quick: bool) -> list[Row]:
    """Measure many works with one image of 200 kB, beside programs that get the URLs as a list.

    The same server serves all of them: it takes 0.4 ms of CPU for a file, 0.8 with its row of a
    list, which is less than any of the programs. With latency the list is the limit: its pages of
    18 works follow one another, at 50 ms no more than 360 works a second.
    """
    options = ("--image-bytes", str(SMALL), "--latency", str(latency * 1000))
    files = FILES_QUICK if quick else FILES
    with serve("f2scrapy.sandbox", *options) as sandbox:

        def build_crawl(_urls: list[str], folder: Path) -> list[str]:
            return build_command(sandbox, "files2000", "image", folder, "-a", f"max_counts={files}")

        base = f"{sandbox.partition('=')[2]}/plain.douyinvod.com/{SMALL}"
        urls = [f"{base}/{n}.mp4" for n in range(files)]
        serial = urls[: SERIAL_QUICK if quick else SERIAL] if latency else urls
        tasks: dict[str, tuple[Program, list[str]]] = {
            GALLERY_DL: (build_gallery_dl, serial),
            OURS: (build_crawl, urls),
            PIPELINE: (build_pipeline, urls),
        }
        runs = run_in_turns(
            tasks, 1 if quick or latency else ROUNDS, SETTLE_QUICK if quick else SETTLE
        )
    print_rates(f"{files} works, {latency * 1000:.0f} ms", runs)
    return list(build_rows(runs, latency, share=SHARE_QUICK if quick else 1))


def run_in_turns(
    tasks: dict[str, tuple[Program, list[str]]], rounds: int, settle: float
) -> dict[str, Run]:
    """Return the fastest run of each program: other load can only slow one down."""
    runs: dict[str, list[Run]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, (program, urls) in tasks.items():
            runs[name].append(measure(program, urls, SMALL, settle))
    return {name: max(of, key=lambda run: run.rate) for name, of in runs.items()}


def build_rows(runs: dict[str, Run], latency: float, *, share: float) -> Iterator[Row]:
    """Yield a row for each goal; `share` of it is enough."""
    ours, at = runs[OURS], f"{latency * 1000:.0f} ms"
    for name, goal in GOALS[latency].items():
        ratio = ours.rate / runs[name].rate
        yield Row(
            f"whole job at {at}, x {name}", f"{ours.rate:.0f} files/s", ratio, least=goal * share
        )
    yield Row(f"whole job at {at}, peak MiB", f"{ours.files} works", ours.rss, most=MOST_MIB)


def main(*, quick: bool) -> list[Row]:
    if not quick:
        measure_main_job()
    return [*measure_files(0, quick=quick), *measure_files(LATENCY, quick=quick)]
