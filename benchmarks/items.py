"""Measure items from an answer of 18 works, beside F2's own filter in the same run."""

import json
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from pydantic_core import from_json

from benchmarks import peers
from benchmarks.table import Row
from f2scrapy.platforms.douyin.items.posts import Post

RECORDED = Path(__file__).resolve().parents[2] / "shared/reference/recorded/douyin/json"
ANSWER = RECORDED / "aweme_post_page18_video.json"
ROUNDS, ROUNDS_QUICK = 5, 1  # both take turns, so that other load affects each
ANSWERS = 40  # of f2scrapy, per turn
F2_ANSWERS = 4
GOAL = 20  # times as fast as F2

# Run by F2's Python: from the bytes of an answer to the rows it saves, as in its page loop.
F2 = """
import json, sys, time
from f2.apps.douyin.filter import UserPostFilter
body = sys.stdin.buffer.read()
spent = []
for _ in range(int(sys.argv[1]) + 1):
    start = time.perf_counter()
    rows = UserPostFilter(json.loads(body))._to_list()
    spent.append(time.perf_counter() - start)
json.dump({"rows": len(rows), "seconds": spent[1:]}, sys.stdout)
"""


def measure_f2scrapy(body: bytes) -> float:
    """Return the median seconds from the bytes of an answer to its items."""
    spent = []
    for _ in range(ANSWERS):
        start = time.perf_counter()
        items = [Post.model_validate(row) for row in from_json(body)["aweme_list"]]
        spent.append(time.perf_counter() - start)
        del items
    return median(spent)


def measure_f2(python: Path, body: bytes) -> float:
    """Return the median seconds of F2 for the same."""
    with tempfile.TemporaryDirectory() as folder:  # it writes logs to the working directory
        done = subprocess.run(
            [python, "-c", F2, str(F2_ANSWERS)],
            input=body,
            capture_output=True,
            check=True,
            cwd=folder,
        )
    return median(json.loads(done.stdout.splitlines()[-1])["seconds"])


def main(*, quick: bool) -> list[Row]:
    if not ANSWER.is_file():
        print(f"   skipped: {ANSWER.name} is not here")
        return []
    body = ANSWER.read_bytes()
    python = peers.prepare_python("f2", "f2==0.0.1.7")
    rounds = range(ROUNDS_QUICK if quick else ROUNDS)
    turns = [(measure_f2scrapy(body), measure_f2(python, body)) for _ in rounds]
    mine, theirs = (median(column) for column in zip(*turns, strict=True))
    rows = len(from_json(body)["aweme_list"])
    what = f"page of {rows} works to items x F2"
    return [Row(what, f"{mine * 1000:.2f} ms a page", theirs / mine, least=GOAL)]
