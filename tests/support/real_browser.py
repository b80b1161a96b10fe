"""A sandbox that a real Chromium reaches under the platforms' own names, by TLS and HTTP/2."""

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from f2scrapy.browser.installed import has_playwright
from f2scrapy.sandbox.server import Sandbox, run_sandbox
from f2scrapy.sandbox.state import Options
from f2scrapy.sandbox.tls.front import Front
from f2scrapy.sandbox.tls.sandbox_front import run_front


@dataclass
class Site:
    """A sandbox behind TLS, and the options with which a browser finds it."""

    sandbox: Sandbox
    front: Front

    @property
    def settings(self) -> dict[str, str]:
        """F2_… options: every host is the front, whose key alone is trusted."""
        return {
            "F2_SANDBOX": self.sandbox.url,
            "F2_BROWSER_PATH": find_chromium(),
            "F2_BROWSER_ARGS": self.front.switches,
        }


def find_chromium() -> str:
    """Return the browser of the tests; in CI a missing one is a failure, else they are skipped."""
    skip_under_faketime()
    names = ("chromium-headless-shell", "chromium", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), "") if has_playwright() else ""
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium, or no playwright")
    return found


def skip_under_faketime() -> None:
    """Skip the test under another clock: Chromium then needs minutes for a page (2026-11)."""
    if "FAKETIME" in os.environ:
        pytest.skip("Chromium does not work under faketime")


@contextmanager
def run_site(options: Options | None = None) -> Iterator[Site]:
    """Run a sandbox and its front in threads of their own."""
    with run_sandbox(options) as sandbox:
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        front = run_front(sandbox)
        try:
            started = asyncio.run_coroutine_threadsafe(front.__aenter__(), loop).result(10)
            try:
                yield Site(sandbox, started)
            finally:
                asyncio.run_coroutine_threadsafe(front.__aexit__(None, None, None), loop).result(10)
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()


def list_browsers(parent: int | None = None) -> list[psutil.Process]:
    """Return the browsers and drivers below a process; None = this one."""
    below = psutil.Process(parent).children(recursive=True)
    return [p for p in below if any(word in p.name() for word in ("chrom", "node", "headless"))]


def is_private(path: Path) -> bool:
    return os.name == "nt" or path.stat().st_mode & 0o077 == 0
