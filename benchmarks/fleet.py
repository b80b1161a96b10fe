"""Run a fleet against the sandbox: lists a minute, what the database costs, and what kills break.

python -m benchmarks.fleet LISTS

300 lists (6,000 works) take eight minutes on 2 cores; `python -m benchmarks fleet` runs 40. The
rates come first, for 1, 2 and 4 workers. Then 4 workers run all lists with faults of the platform,
two SIGKILLs and a restart of PostgreSQL; each promise is counted, and a broken one ends with code
1.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.peers import AbsentError
from benchmarks.table import Row
from f2scrapy.archive.database import open_database
from f2scrapy.archive.server import parse_server
from f2scrapy.fleet.lists import FleetLists
from f2scrapy.identities.credentials import make_key
from f2scrapy.sandbox.catalogue import User
from f2scrapy.sandbox.server import Sandbox, run_sandbox
from f2scrapy.sandbox.state import Options
from tests.support.postgres import Cluster, find_programs, run_cluster

WORKS = 20  # of a list
BUDGET = 5000  # requests of an account in an hour
FAULTS = ("http=503:0.02", "empty:0.01", "cut:0.02")
NAMES = ("ann", "ben", "cat")


class Fleet:
    """A fleet with a database of its own."""

    def __init__(self, cluster: Cluster, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.address = cluster.make_address()
        mine = {
            "F2_ARCHIVE": self.address, "F2_KEY": make_key(), "F2_SANDBOX": sandbox.url,
            "F2_PATH": str(folder / "files"), "F2_MEDIA": "desc,cover", "F2_PACE": "0",
            "F2_BACKOFF": "0.05", "F2_FSYNC": "0", "LANG": "C",
            "F2_PUBLISH": f"file://{folder}/store",
        }  # fmt: skip
        self.environment = {**os.environ, **mine}

    def __call__(self, *words: str) -> str:
        command = [sys.executable, "-m", "f2scrapy.command", *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True,
                              check=False)  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def add(self, accounts: int, users: list[User]) -> None:
        """Add accounts, and the lists of users."""
        self("fleet", "init")
        for name in NAMES[:accounts]:
            self("identity", "add", name, "douyin", "--hourly", str(BUDGET), "--slow-days", "0")
        links = self.folder / "links.txt"
        links.write_text("\n".join(self.sandbox.get_user_url(user.name) for user in users))
        self("fleet", "add", f"@{links}", "--every", "24h")

    @contextmanager
    def work(self, workers: int) -> Iterator[list[subprocess.Popen[bytes]]]:
        """Run workers with one list at a time each."""
        with ExitStack() as stack:
            yield [self.start(stack, number) for number in range(workers)]

    def start(self, stack: ExitStack, number: int) -> subprocess.Popen[bytes]:
        """Start a worker, which ends with the stack."""
        words = ["fleet", "work", "--jobs", "1", "--dead-after", "5s"]
        log = stack.enter_context((self.folder / f"worker{number}.log").open("ab"))
        process = subprocess.Popen([sys.executable, "-m", "f2scrapy.command", *words],
                                   env=self.environment, stdout=log, stderr=log)  # fmt: skip
        stack.callback(process.wait)
        stack.callback(process.kill)
        return process

    def count_done(self) -> int:
        """Return the number of lists that are complete."""
        with closing(open_database(parse_server(self.address), blocking=True)) as db:
            return sum(one.outcome == "OK" for one in FleetLists(db).find(()))

    def find_busy_worker(self) -> int:
        """Return the process of a worker that runs a list; wait for one."""
        while True:
            with closing(open_database(parse_server(self.address), blocking=True)) as db:
                busy = [one for one in FleetLists(db).find(()) if one.state == "running"]
            if busy:
                return int(busy[0].worker.rpartition(":")[2])
            time.sleep(0.05)

    def wait(self, count: int, seconds: float) -> None:
        """Wait until so many lists are complete."""
        end = time.monotonic() + seconds
        while self.count_done() < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{self.count_done()} of {count} lists are complete")
            time.sleep(0.5)


def measure_rate(cluster: Cluster, workers: int, users: list[User]) -> float:
    """Return lists a minute."""
    with run_sandbox(Options(users=tuple(users))) as sandbox, tempfile.TemporaryDirectory() as name:
        fleet = Fleet(cluster, sandbox, Path(name))
        fleet.add(3, users)
        with fleet.work(workers):
            fleet.wait(1, 60)  # without the start of the workers
            began, first = time.monotonic(), fleet.count_done()
            fleet.wait(len(users), 1200)
            return (len(users) - first) / (time.monotonic() - began) * 60


def measure_database(cluster: Cluster) -> tuple[int, float]:
    """Return the statements and the seconds of all databases so far."""
    with cluster.connect() as connection:
        query = "SELECT sum(xact_commit + xact_rollback), sum(active_time) FROM pg_stat_database"
        commits, active_ms = connection.execute(query).fetchone() or (0, 0)
    return int(commits), float(active_ms) / 1000


def try_faults(cluster: Cluster, users: list[User]) -> list[str]:
    """Run all lists with faults, kills and a restart; return the broken promises."""
    options = Options(users=tuple(users), faults=FAULTS)
    with run_sandbox(options) as sandbox, tempfile.TemporaryDirectory() as name:
        fleet = Fleet(cluster, sandbox, Path(name))
        fleet.add(3, users)
        with fleet.work(4), ExitStack() as stack:
            for number, share in enumerate((0.2, 0.5)):
                fleet.wait(int(len(users) * share), 1200)
                os.kill(fleet.find_busy_worker(), signal.SIGKILL)
                fleet.start(stack, 10 + number)
            fleet.wait(int(len(users) * 0.7), 1200)
            cluster.stop(signal.SIGINT)
            cluster.start()
            fleet.wait(len(users), 1200)
        return [*find_broken(fleet, users)]


def find_broken(fleet: Fleet, users: list[User]) -> Iterator[str]:
    """Yield each promise that does not hold at the end."""
    status: dict[str, Any] = json.loads(fleet("fleet", "status", "--json", "--lists"))
    runs = sum(row["runs"] for row in status["lists"])
    texts = [*(fleet.folder / "files").rglob("*_desc.txt")]
    stored = [*(fleet.folder / "store").rglob("*_desc.txt")]
    print(f"   {len(users)} lists in {runs} runs, {len(texts)} works, outcomes {status['outcome']}")
    if len(texts) != len(users) * WORKS:
        yield f"{len(texts)} of {len(users) * WORKS} works are on disk"
    if len(stored) != len(texts):
        yield f"{len(stored)} of {len(texts)} works are in the store"
    if "_desc" in fleet("verify"):
        yield "verify: " + fleet("verify")
    for one in status["identities"]:
        if one["requests"] > BUDGET:
            yield f"{one['name']} has sent {one['requests']} of {BUDGET} requests"
    counted = sum(one["requests"] for one in status["identities"])
    report = fleet.sandbox.state.report
    sent = sum(one.count for path, one in report.interfaces.items() if "/aweme/v1/" in path)
    if sent > counted:
        yield f"{sent} requests were sent, {counted} counted"
    turns = sum(map(len, report.visits.values()))
    if turns > runs:
        yield f"an account was used for two lists at a time: {turns} turns in {runs} runs"
    if report.violations:
        yield f"the sandbox objects: {report.violations.most_common(3)}"
    largest = max(report.assets.values(), key=lambda count: count.requests)
    print(f"   {sent} requests sent, {counted} counted; a file was fetched at most"
          f" {largest.requests} times; {turns} turns")  # fmt: skip


def main(*, quick: bool, count: int = 40) -> list[Row]:
    count = 10 if quick else count
    if find_programs() is None:
        raise AbsentError("PostgreSQL is not installed")
    users = [User(500 + number, f"fleet{number}", WORKS) for number in range(count)]
    with run_cluster() as cluster:
        for workers in (1, 2, 4):
            before = measure_database(cluster)
            rate = measure_rate(cluster, workers, users[:40])
            after = measure_database(cluster)
            works = len(users[:40]) * WORKS
            commits, busy_ms = (after[0] - before[0]) / works, (after[1] - before[1]) / works * 1000
            print(f"   {workers} workers: {rate:.0f} lists/min; a work costs the database"
                  f" {commits:.1f} transactions, {busy_ms:.2f} ms", flush=True)  # fmt: skip
        broken = try_faults(cluster, users)
    print("   " + ("; ".join(broken) or "no promise broken"))
    return [Row("fleet, promises broken", f"{count} lists", len(broken), most=0)]


if __name__ == "__main__":
    sys.exit(not all(row.is_met for row in main(quick=False, count=int(sys.argv[1]))))
