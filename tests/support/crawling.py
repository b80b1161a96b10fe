"""Run the project as users do, against a sandbox, and compare the files on disk."""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from support import warm

from f2scrapy.archive.archive import Archive
from f2scrapy.sandbox.catalogue import Work
from f2scrapy.sandbox.report import Report
from f2scrapy.sandbox.server import Sandbox

PROJECT = Path(__file__).parents[2]


@dataclass
class Run:
    """The result of a run."""

    code: int
    log: str
    report: dict[str, Any]

    @property
    def outcome(self) -> str:
        return str(self.report["outcome"])


@dataclass
class Crawler:
    """Runs spiders against a sandbox, with a folder for their files."""

    sandbox: Sandbox
    root: Path
    settings: dict[str, str] = field(default_factory=dict)
    platform: str = "douyin"

    def build_command(self, spider: str, *words: str, **settings: str) -> dict[str, Any]:
        """Return the arguments of `subprocess` that run `scrapy crawl`."""
        mine = {
            "F2_SANDBOX": self.sandbox.url,
            "F2_PATH": str(self.root),
            "F2_REPORT": str(self.root.with_name("report.json")),
            "F2_PACE": "0",
            "F2_BACKOFF": "0.01",
            "F2_STALL": "1" if self._has_stalls() else "20",
            "F2_FSYNC": "0",  # a kill loses no bytes by it; test_download_handler.py tests it
            "F2_PROGRESS": "none",
        }
        environment = {k: v for k, v in os.environ.items() if not k.startswith("F2_")}
        return {
            "args": [sys.executable, "-m", "scrapy", "crawl", spider, *words],
            "env": environment | mine | self.settings | settings,
            "cwd": PROJECT,
        }

    def _has_stalls(self) -> bool:
        """Whether the sandbox stalls on purpose; otherwise a slow machine must show none."""
        return any(fault.name == "stall" for fault in self.sandbox.state.faults.active)

    def __call__(self, spider: str, *words: str, **settings: str) -> Run:
        report = self.root.with_name("report.json")
        report.unlink(missing_ok=True)
        command = self.build_command(spider, *words, **settings)
        with NamedTemporaryFile("r", encoding="utf-8") as log:
            code = warm.run_scrapy(command["args"][3:], command["env"], command["cwd"], log.name)
            content = json.loads(report.read_text("utf-8")) if report.exists() else {}
            return Run(code, log.read(), content)

    def run_with_rows(self, spider: str, *words: str, **settings: str) -> tuple[Run, list[Any]]:
        """Run a spider; return the run and the rows of its feed."""
        feed = self.root.with_name("rows.jsonl")
        run = self(spider, *words, "-O", str(feed), **settings)
        return run, [json.loads(line) for line in feed.read_text("utf-8").splitlines()]

    def wait_for_segments(self, size: int = 90_000, count: int = 1) -> list[Path]:
        """Wait for *count* unfinished segments of more than *size* bytes, and return all."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            parts = [*self.root.rglob("*_live_*.part")]
            if len([part for part in parts if part.stat().st_size > size]) >= count:
                return parts
            time.sleep(0.05)
        raise TimeoutError

    def run_user_post(self, user: str, *words: str, **settings: str) -> Run:
        """Run the spider of a user's posts."""
        return self(*self.build_arguments(user), *words, **settings)

    def build_arguments(self, user: str) -> tuple[str, str, str]:
        link = self.sandbox.get_user_url(user, self.platform)
        return f"{self.platform}_user_post", "-a", f"url={link}"

    @contextmanager
    def start_process(self, user: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run the posts of a user in a process; wait for the first request for a file."""
        command = self.build_command(*self.build_arguments(user), *words)
        with subprocess.Popen(**command, stderr=subprocess.DEVNULL) as process:
            try:
                while not self.sandbox.state.report.kinds["media"]:
                    assert process.poll() is None, "it ended before its first request for a file"
                    time.sleep(0.01)
                yield process
            finally:
                process.kill()

    def take_report(self) -> dict[str, Any]:
        """The sandbox's report since the last call; it starts a new one."""
        report = self.sandbox.state.report.to_json()
        self.sandbox.state.report = Report()
        return report

    def get_files(self, aweme_id: str) -> dict[str, Any]:
        """Return the archived files of a work, by asset."""
        with closing(Archive(self.root / "f2scrapy.db", self.root)) as archive:
            return archive.get_files(f"{self.platform}:post:{aweme_id}")

    def check_files(self, user: str, kinds: str = "vilcm") -> int:
        """Assert that every file of this user's works is archived and equal to the sandbox's.

        `kinds` are the first letters of the sandbox's slots. Return the number of files.
        """
        count = 0
        for aweme_id, work in self.sandbox.describe_files(user, self.platform).items():
            held = {n: f for n, f in self.get_files(aweme_id).items() if not n.startswith(TEXTS)}
            wanted = {get_asset(slot) for slot in work["files"] if slot[0] in kinds}
            assert set(held) == wanted, f"{aweme_id} ({work['recipe']})"
            for name, file in held.items():
                digest = hashlib.sha256((self.root / file.path).read_bytes()).hexdigest()
                same = [s for s, f in work["files"].items() if f["sha256"] == digest]
                assert name in {get_asset(slot) for slot in same}, file.path
                count += 1
        return count

    def list_files(self) -> list[Path]:
        """Return all files with a final name."""
        found = (path for path in self.root.rglob("*") if path.is_file())
        return sorted(p for p in found if p.name[:9] != "f2scrapy." and ".part" not in p.name)


Play = Callable[..., Crawler]  # see the fixture `play`
Talk = Callable[..., tuple[Crawler, Work, str]]  # see the fixture `talk`


TEXTS = ("desc", "subtitle")  # files from text of an answer


def get_ids(rows: list[Any], name: str = "aweme_id") -> list[str]:
    """Return the sorted ids of the rows of a feed."""
    return sorted(row[name] for row in rows)


def get_asset(slot: str) -> str:
    """Return our asset for a slot of the sandbox: v_1080_1_1, i1, l1, c, d, o, m, w."""
    names = {"v": "video", "c": "cover", "d": "cover", "o": "cover", "m": "music",
             "w": "watermarked"}  # fmt: skip
    if slot[0] in names:
        return names[slot[0]]
    return f"{'image' if slot[0] == 'i' else 'live'}_{slot[1:]}"
