"""The login in a window, on a display of its own."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.real_browser import Site, is_private, list_browsers, run_site, skip_under_faketime

from f2scrapy.browser.login import BrowserLogin
from f2scrapy.errors import Refused
from f2scrapy.sandbox.faults import Fault

FILE = "f2scrapy.login.sandbox.json"


def find_program(name: str) -> str:
    """Return a program; in CI a missing one is a failure, else the tests are skipped."""
    found = shutil.which(name)
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{name} is not installed")
    return found


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """Run a display that nothing else uses; Xvfb chooses a free number."""
    skip_under_faketime()
    ready, own = os.pipe()
    words = [find_program("Xvfb"), "-displayfd", str(own), "-screen", "0", "1280x800x24",
             "-nolisten", "tcp"]  # fmt: skip
    with subprocess.Popen(words, pass_fds=(own,), stderr=subprocess.DEVNULL) as server:
        os.close(own)
        with os.fdopen(ready) as number:
            yield f":{number.readline().strip()}"
        server.terminate()


async def test_login_is_done_in_a_window_and_a_closed_one_keeps_the_file(
    display: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("playwright")
    monkeypatch.setenv("DISPLAY", display)
    with run_site() as site:
        program = find_program("chromium")
        options = site.settings | {"F2_PATH": str(tmp_path), "F2_BROWSER_PATH": program}
        async with BrowserLogin("douyin", **options) as login:
            assert login.has_window
            assert "Headless" not in await login._page.evaluate("navigator.userAgent")
            async with asyncio.timeout(60):
                while not (await login.check_login()).is_login:
                    assert not login.is_closed  # each question waits a moment
            await login.save()
        saved = (tmp_path / FILE).read_text()
        assert "f2sandboxsession" in saved
        assert is_private(tmp_path / FILE)
        await check_that_a_closed_window_keeps_the_file(site, options, tmp_path)
        assert (tmp_path / FILE).read_text() == saved
        assert not list_browsers()


async def check_that_a_closed_window_keeps_the_file(
    site: Site, options: dict[str, str], folder: Path
) -> None:
    """Open the window on a site where nothing is scanned, and close it as its user would."""
    shutil.rmtree(folder / "f2scrapy.login.sandbox.profile")  # it is logged in by now
    site.sandbox.state.faults.active.append(Fault.parse("unscanned"))
    async with BrowserLogin("douyin", **options) as login:
        await login.get_qrcode()
        await login._page.close()
        assert login.is_closed
        with pytest.raises(Refused, match=r"closed|not logged in"):
            await login.save()
