"""Measure lists without files: works per second beside decoding their JSON alone, and peak memory.

A small server has the pages, of real size, so that the cost of the sandbox is out of the figures;
one list comes from the sandbox as well.
"""

import gzip
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

from benchmarks.crawl import build_command
from benchmarks.table import Row
from benchmarks.transfer import run_to_end, serve
from f2scrapy.sandbox.catalogue import FILMS

LENGTHS, LENGTHS_QUICK = (20_000, 200_000), (5_000,)  # works
SANDBOX = 5_000  # works of the list that comes from the sandbox
LEAST_RATIO = 0.28  # 1,000 works a second, where decoding alone would allow 3,600
MOST_MIB = 115
_DECODED = 20  # pages
_PAGE = "www.douyin.com/aweme/v1/web/aweme/post/?max_cursor="


def crawl(sandbox: str, length: int) -> tuple[float, int]:
    """Write all works of a list to a file; return works per second and the peak memory in MiB."""
    with TemporaryDirectory(prefix="metadata-") as name:
        folder, feed = Path(name), Path(name) / "works.jsonl"
        command = build_command(sandbox, f"list{length}", "", folder, "-O", str(feed))
        _, _, rss = run_to_end(command)
        report: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
        with feed.open("rb") as rows:
            count = sum(1 for _ in rows)
    if (report["outcome"], report["kept"], count) != ("OK", length, length):
        raise RuntimeError(f"{length} works: {report['summary']}, {count} rows")
    return count / report["seconds"], rss


def decode(base: str) -> float:
    """Return the works per second of decoding the pages of a server by json.loads alone."""
    works, seconds, cursor = 0, 0.0, 0
    for _ in range(_DECODED):
        with urlopen(f"{base}/{_PAGE}{cursor}") as response:
            body = gzip.decompress(response.read())
        started = time.perf_counter()
        answer = json.loads(body)
        seconds += time.perf_counter() - started
        works, cursor = works + len(answer["aweme_list"]), answer["max_cursor"]
    return works / seconds


def measure_list(length: int) -> list[Row]:
    """Crawl a list from the small server, and decode its pages before and after."""
    with serve("benchmarks.pageserver", str(length)) as sandbox:
        base = sandbox.partition("=")[2]
        before = decode(base)
        rate, rss = crawl(sandbox, length)
        decoding = (before + decode(base)) / 2
    ratio = rate / decoding
    print(f"  {length:7,} works{rate:10.0f} works/s{decoding:8.0f} decoded alone{rss:6} MiB")
    return [
        Row(f"metadata, {length:,} works", f"{rate:,.0f} works/s", ratio, least=LEAST_RATIO),
        Row(f"metadata, {length:,} works, peak", f"{rss} MiB", rss, most=MOST_MIB),
    ]


def measure_sandbox(length: int) -> Row:
    """Crawl a list of the sandbox, which makes each page and checks each request."""
    user = f"list{length}:{length}:{','.join(FILMS)}"
    with serve("f2scrapy.sandbox", "--users", user) as sandbox:
        rate, _ = crawl(sandbox, length)
    print(f"  {length:7,} works{rate:10.0f} works/s from the sandbox")
    return Row(f"metadata, {length:,} works of the sandbox", f"{rate:,.0f} works/s")


def main(*, quick: bool) -> list[Row]:
    print("metadata, 18 works a page, the ratio beside json.loads of the same pages")
    lengths = LENGTHS_QUICK if quick else LENGTHS
    rows = [row for length in lengths for row in measure_list(length)]
    return [*rows, measure_sandbox(1_000 if quick else SANDBOX)]
