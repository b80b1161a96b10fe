"""A fleet on a server of our own, and a sandbox that it crawls."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from support import warm
from support.crawling import PROJECT, Crawler, Play
from support.postgres import Cluster

KEY = "M2ZfYXJlX2VuY3J5cHRlZF93aXRoX3RoaXNfa2V5X18="


@dataclass
class Fleet:
    """Runs `f2scrapy fleet` and `f2scrapy identity` as users do."""

    crawl: Crawler
    address: str  # of the archive
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, Any]:
        mine = {"F2_ARCHIVE": self.address, "F2_KEY": KEY, "LANG": "C", "F2_MEDIA": "desc",
                "F2_REPORT": ""}  # fmt: skip
        environment: dict[str, Any] = self.crawl.build_command("", **(mine | self.settings))["env"]
        return environment

    def __call__(self, *words: str) -> str:
        """Return what a command prints; it must succeed."""
        log = self.crawl.root.with_name("fleet.log")
        log.write_bytes(b"")
        code = warm.run_scrapy([*words], self.environment, PROJECT, str(log), warm.COMMAND)
        assert code == 0, log.read_text("utf-8")
        return log.read_text("utf-8")

    def show(self) -> dict[str, Any]:
        """Return `fleet status` with all lists."""
        status: dict[str, Any] = json.loads(self("fleet", "status", "--json", "--lists"))
        return status

    @contextmanager
    def work(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run a worker within the block."""
        command = [sys.executable, "-m", "f2scrapy.command", "fleet", "work", *words]
        log = self.crawl.root.with_name(f"worker.{os.urandom(4).hex()}.log")
        with (
            log.open("wb") as output,
            subprocess.Popen(
                command, env=self.environment, cwd=PROJECT, stdout=output, stderr=output
            ) as process,
        ):
            try:
                yield process
            finally:
                process.kill()

    def read_logs(self) -> str:
        """Return the logs of all workers."""
        logs = self.crawl.root.parent.glob("worker.*.log")
        return "".join(log.read_text("utf-8") for log in logs)


StartFleet = Callable[..., Fleet]


@pytest.fixture
def start_fleet(play: Play, cluster: Cluster) -> Iterator[StartFleet]:
    """start_fleet("captcha@3"): a fleet with its tables, without lists and accounts."""
    with ExitStack():

        def start(*faults: str, **options: Any) -> Fleet:
            fleet = Fleet(play(*faults, **options), cluster.make_address())
            fleet("fleet", "init")
            return fleet

        yield start
