"""Measure signatures per second, beside F2's own classes in the same run."""

import json
import random
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks import peers
from benchmarks.table import Row
from f2scrapy.signing import abogus, abogus_dhzx, fingerprint, webcast, xbogus

ROUNDS, ROUNDS_QUICK = 3, 1  # both take turns, so that other load affects each
SECONDS = 0.4  # a turn
GOAL = 10  # times as fast as F2

UA = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"
)
QUERY = "&".join(
    f"parameter_{number}=value{number}" for number in range(38)
)  # as long as a real one
BODY = b"aweme_id=7372484719365098803&item_type=0&type=1"
SCREEN = fingerprint.generate(UA, lambda: 0.0)
FINGERPRINT = str(SCREEN)
ROOM = dict.fromkeys(webcast.STUB, "") | {
    "room_id": "7382517534467115826",
    "user_unique_id": "7382524529011246630",
}

OURS: dict[str, Callable[[], object]] = {
    "X-Bogus": lambda: xbogus.sign(QUERY, UA, int(time.time())),
    "a_bogus cus, GET": lambda: abogus.sign(QUERY, UA, FINGERPRINT, _now_ms(), random.random),
    "a_bogus cus, POST": lambda: abogus.sign(
        QUERY, UA, FINGERPRINT, _now_ms(), random.random, body=BODY
    ),
    "webcast": lambda: webcast.sign(webcast.compute_stub(ROOM), random.random),
}
WITHOUT_PEER: dict[str, Callable[[], object]] = {
    "a_bogus 1.0.1.19": lambda: abogus_dhzx.sign(QUERY, UA, SCREEN.short, _now_ms(), random.random),
}

# Run by F2's Python. Other imports of F2 need the network.
F2 = """
import json, sys, time
given = json.load(sys.stdin)
query, ua, mark, body = (given[name] for name in ("query", "ua", "mark", "body"))
if given["what"] == "webcast":
    from f2.apps.douyin.algorithm.webcast_signature import DouyinWebcastSignature
    one = lambda: DouyinWebcastSignature(ua).get_signature(given["room"], given["user"])
elif given["what"] == "X-Bogus":
    from f2.utils.xbogus import XBogus
    one = lambda: XBogus(ua).getXBogus(query)
else:
    from f2.utils.abogus import ABogus
    body = body if "POST" in given["what"] else ""
    one = lambda: ABogus(fp=mark, user_agent=ua).generate_abogus(query, body)
one()
count, start = 0, time.perf_counter()
while time.perf_counter() - start < given["seconds"]:
    one()
    count += 1
print(count / (time.perf_counter() - start))
"""


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def measure_f2scrapy(one: Callable[[], object]) -> float:
    """Return the calls of *one* per second."""
    one()
    count, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < SECONDS:
        for _ in range(100):
            one()
        count += 100
    return count / spent


def measure_f2(python: Path, what: str) -> float:
    """Return the signatures per second of F2's class for *what*."""
    given = {
        "what": what,
        "query": QUERY,
        "ua": UA,
        "mark": FINGERPRINT,
        "body": BODY.decode(),
        "room": ROOM["room_id"],
        "user": ROOM["user_unique_id"],
        "seconds": SECONDS,
    }
    with TemporaryDirectory() as folder:  # F2 writes logs to the working directory
        done = subprocess.run(
            [python, "-c", F2],
            input=json.dumps(given),
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
    return float(done.stdout.split()[-1])


def main(*, quick: bool) -> list[Row]:
    python = peers.prepare_python("f2", "f2==0.0.1.7")
    rows = []
    for what, one in OURS.items():
        if what == "webcast" and shutil.which("node") is None:
            print("   webcast: F2 needs node, which is not installed")
            rows.append(Row(f"{what}, signatures", f"{measure_f2scrapy(one):,.0f}/s"))
            continue
        turns = [
            (measure_f2scrapy(one), measure_f2(python, what))
            for _ in range(ROUNDS_QUICK if quick else ROUNDS)
        ]
        fast, slow = (median(rates) for rates in zip(*turns, strict=True))
        rows.append(Row(f"{what}, signatures x F2", f"{fast:,.0f}/s", fast / slow, least=GOAL))
    for what, one in WITHOUT_PEER.items():
        rows.append(Row(f"{what}, signatures", f"{measure_f2scrapy(one):,.0f}/s"))
    return rows
