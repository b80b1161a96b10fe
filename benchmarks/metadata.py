"""Measure lists without files: their cost beside decoding the JSON alone, and peak memory.

A small server has the pages, of real size, so that the cost of the sandbox is out of the figures;
one list comes from the sandbox as well. The ratio is one of CPU seconds behind the start: other
programs of the machine change it least. Works per second are those of the clock.

A list of another length: python -m benchmarks.metadata 200000
"""

import gzip
import json
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.request import urlopen

from benchmarks.crawl import build_command
from benchmarks.programs import run_to_end, serve
from benchmarks.table import Row, format_table
from f2scrapy.sandbox.catalogue import FILMS

LENGTHS, LENGTHS_QUICK = (20_000, 60_000), (5_000,)  # works
SANDBOX = 5_000  # works of the list that comes from the sandbox
LEAST_RATIO = 0.28  # 1,000 works a second, where decoding alone would allow 3,600
MOST_MIB = 115
_START = 18  # works of the list that shows what a start costs
_DECODED = 20  # pages
_PAGE = "www.douyin.com/aweme/v1/web/aweme/post/?max_cursor="


class Cost(NamedTuple):
    """The cost of a crawl."""

    rate: float  # works per second, without the imports
    cpu: float  # seconds in all
    rss: int  # MiB at most


def crawl(sandbox: str, length: int, *words: str) -> Cost:
    """Write works of a list to a file.

    Raises:
        RuntimeError: it is not complete.
    """
    with TemporaryDirectory(prefix="metadata-") as name:
        folder, feed = Path(name), Path(name) / "works.jsonl"
        command = build_command(sandbox, f"list{length}", "", folder, "-O", str(feed), *words)
        before = _count_cpu()
        _, rss = run_to_end(command)
        cpu = _count_cpu() - before
        report: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
        with feed.open("rb") as rows:
            count = sum(1 for _ in rows)
    if report["outcome"] != "OK" or not report["kept"] == count == report["expected"]:
        raise RuntimeError(f"{length} works: {report['summary']}, {count} rows")
    return Cost(count / report["seconds"], cpu, rss)


def _count_cpu() -> float:
    """Return the CPU seconds of all programs that have ended; the server goes on."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def decode(base: str) -> float:
    """Return the CPU seconds for a work of decoding the pages of a server by json.loads alone."""
    works, seconds, cursor = 0, 0.0, 0
    for _ in range(_DECODED):
        with urlopen(f"{base}/{_PAGE}{cursor}") as response:
            body = gzip.decompress(response.read())
        started = time.process_time()
        answer = json.loads(body)
        seconds += time.process_time() - started
        works, cursor = works + len(answer["aweme_list"]), answer["max_cursor"]
    return seconds / works


def measure_list(length: int) -> list[Row]:
    """Crawl a list from the small server, and decode its pages before and after."""
    with serve("benchmarks.pageserver", str(length)) as sandbox:
        base = sandbox.partition("=")[2]
        start = crawl(sandbox, length, "-a", f"max_counts={_START}")
        before = decode(base)
        whole = crawl(sandbox, length)
        decoding = (before + decode(base)) / 2
    cpu = (whole.cpu - start.cpu) / (length - _START)
    print(f"  {length:7,} works{whole.rate:8.0f} works/s{cpu * 1e6:6.0f} us of CPU for a work, "
          f"{decoding * 1e6:.0f} of json.loads{whole.rss:5} MiB")  # fmt: skip
    name = f"metadata, {length:,} works"
    return [
        Row(f"{name}: json.loads / all", f"{whole.rate:,.0f} works/s", decoding / cpu, LEAST_RATIO),
        Row(f"{name}: peak MiB", f"{start.rss} MiB at the start", whole.rss, most=MOST_MIB),
    ]


def measure_sandbox(length: int) -> Row:
    """Crawl a list of the sandbox, which makes each page and checks each request."""
    user = f"list{length}:{length}:{','.join(FILMS)}"
    with serve("f2scrapy.sandbox", "--users", user) as sandbox:
        rate = crawl(sandbox, length).rate
    print(f"  {length:7,} works{rate:8.0f} works/s from the sandbox")
    return Row(f"metadata, {length:,} works of the sandbox", f"{rate:,.0f} works/s")


def main(*, quick: bool) -> list[Row]:
    print("metadata, 18 works a page")
    lengths = LENGTHS_QUICK if quick else LENGTHS
    rows = [row for length in lengths for row in measure_list(length)]
    return [*rows, measure_sandbox(1_000 if quick else SANDBOX)]


if __name__ == "__main__":
    print(format_table(measure_list(int(sys.argv[1]))))
