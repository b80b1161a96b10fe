"""One large file in several ranges at once, in whole crawls."""

import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from support.crawling import Crawler, Play

from f2scrapy.download.part_file import PartFile, PartJournal
from f2scrapy.sandbox.catalogue import Sizes

SIZE = 40_000_000  # bytes: enough for two ranges
SIZES = Sizes(video=(SIZE, SIZE))


def take_video(crawl: Crawler) -> tuple[dict[str, Any], int]:
    """Return what the sandbox has sent of the one video, and the size of the file on disk."""
    report = crawl.take_report()
    [video] = [asset for key, asset in report["assets"].items() if "-v_" in key]
    return video, max(path.stat().st_size for path in crawl.list_files())


@pytest.mark.parametrize("fault", ["", "no_range@2~douyinvod"])
def test_file_is_whole_with_and_without_ranges(play: Play, fault: str) -> None:
    crawl = play(*filter(None, [fault]), sizes=SIZES)
    run = crawl.run_user_post("one", F2_RANGES="4")
    assert (run.code, run.outcome) == (0, "OK"), run.log
    assert run.log.count("in one piece") == bool(fault)
    crawl.check_files("one")
    assert crawl.sandbox.state.report.violations == {}
    video, size = take_video(crawl)
    assert video["ranges"] >= 1
    assert fault or video["bytes"] < 1.9 * size, "the first response ends where the second begins"


def test_killed_run_keeps_its_ranges(play: Play) -> None:
    crawl = play("stall=18000000~douyinvod", sizes=SIZES)  # in both ranges
    command = crawl.build_command(*crawl.build_arguments("one"), F2_RANGES="2", F2_STALL="60")
    with subprocess.Popen(**command, stderr=subprocess.DEVNULL) as process:
        final = wait_for_second_range(crawl.root, process)
        process.kill()
    part = PartFile(final, key=read_key(final))
    part.open()
    part.close()
    held = sum(span.stop - span.start for span in part.held)
    assert len(part.held) == 2
    crawl.sandbox.state.faults.active.clear()
    run = crawl.run_user_post("one", F2_RANGES="1")
    assert (run.code, run.outcome) == (0, "OK"), run.log
    crawl.check_files("one")
    assert not list(crawl.root.rglob("*.part*"))
    size = max(path.stat().st_size for path in crawl.list_files())
    others = sum(path.stat().st_size for path in crawl.list_files()) - size
    assert run.report["bytes"] <= size - held + others, "what was recorded is not fetched again"


def read_key(final: Path) -> str:
    journal = PartJournal.parse(
        final.with_name(f"{final.name}.part.json").read_bytes().splitlines()[0]
    )
    assert journal
    return journal.key


def wait_for_second_range(root: Path, process: subprocess.Popen[bytes]) -> Path:
    """Wait until a range behind a gap is in the journal of a video; return its final path."""
    while True:
        assert process.poll() is None, "it ended before"
        for journal in root.rglob("*_video.mp4.part.json"):
            starts = [int(line[:18]) for line in journal.read_text().splitlines()[1:]]
            if any(start > SIZE // 4 for start in starts):
                return journal.with_name(journal.name.removesuffix(".part.json"))
        time.sleep(0.005)
