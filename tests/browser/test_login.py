"""A login in a real browser, from the QR code to a crawl of the account's own list."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from math import inf
from pathlib import Path

import pytest
from support.crawling import PROJECT, Crawler
from support.real_browser import Site, is_private, list_browsers, run_site

from f2scrapy.browser.login import BrowserLogin, CodeState
from f2scrapy.browser.terminal import Narrator
from f2scrapy.errors import Refused
from f2scrapy.f2.apps.douyin.handler import DouyinHandler
from f2scrapy.sandbox.faults import Fault

FILE = "f2scrapy.login.sandbox.json"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with run_site() as site:
        yield site


async def log_in(login: BrowserLogin) -> list[str]:
    """Wait for the login; return the links and states on the way, each change once."""
    seen: list[str] = []
    end = time.monotonic() + 60
    while not (await login.check_login()).is_login:
        assert time.monotonic() < end, seen
        state = await login.get_state()
        step = f"{state} {await login.get_qrcode() if state is not CodeState.NONE else ''}"
        seen += [step] if step not in seen[-1:] else []
    return seen


async def test_code_expires_is_renewed_and_becomes_a_login(site: Site, tmp_path: Path) -> None:
    async with BrowserLogin("douyin", window=False, F2_PATH=str(tmp_path), **site.settings) as it:
        seen = await log_in(it)
        _, cookie = await it.check_login()
        facts = await it.save()
    links = {step.split()[1] for step in seen if " " in step.strip()}
    assert len(links) == 2
    assert seen[-1].startswith(("scanned", "confirmed"))
    assert "sessionid=f2sandboxsession" in cookie
    assert is_private(tmp_path / FILE)
    saved = json.loads((tmp_path / FILE).read_text())["douyin"]
    assert {"sessionid", "UIFID_TEMP", "ttwid"} <= {c["name"] for c in saved["state"]["cookies"]}
    assert "Headless" not in json.dumps(saved["browser"])
    assert facts.version.endswith(".0.0.0")
    assert facts.system in facts.user_agent
    assert not list_browsers()
    crawl = Crawler(site.sandbox, tmp_path)
    run, rows = crawl.run_with_rows("douyin_user_collection", F2_MEDIA="")
    assert (run.code, run.report["login"], len(rows)) == (0, "valid", 150)
    wrong = [it for it in crawl.take_report()["violations"] if "HTTP/2" not in it["what"]]
    assert [it for it in wrong if "TLS: JA4" not in it["what"]] == []
    start_two_crawls(site, tmp_path)


def start_two_crawls(site: Site, folder: Path) -> None:
    """Check that two crawls at once start from one login, each with a browser of its own."""
    settings = site.settings | {"F2_LOGIN": str(folder / FILE), "F2_BROWSER": "yes", "F2_MEDIA": ""}
    crawls = [Crawler(site.sandbox, folder / name, settings=settings) for name in ("a", "b")]
    words = ("douyin_user_collection", "-a", "max_counts=18")  # the first page alone
    running = [
        subprocess.Popen(**crawl.build_command(*words), stderr=subprocess.PIPE, text=True)
        for crawl in crawls
    ]
    logs = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0], logs
    assert all("OK: 18 of 18" in log and "asked from within the page" in log for log in logs), logs


async def test_login_by_the_name_of_f2(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (site.settings | {"F2_PATH": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)
    is_login, cookie = await DouyinHandler().handle_sso_login()
    assert (is_login, "sessionid=f2sandboxsession" in cookie) == (True, True)
    assert "█" in capsys.readouterr().out
    assert is_private(tmp_path / FILE)


async def test_code_that_the_page_draws_is_read_from_its_picture(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.sandbox.state.faults.active += [Fault.parse("drawn_code"), Fault.parse("unscanned")]
    try:
        async with BrowserLogin("douyin", window=False, F2_PATH=str(tmp_path),
                                **site.settings) as login:  # fmt: skip
            narrator = Narrator(shows_code=True, patience=0)
            login._next_look = inf  # no code can be read yet
            await narrator.tell(login)
            login._next_look = 0.0
            picture = login.options.login_path.with_suffix(".png")
            assert f"see its picture in {picture}" in capsys.readouterr().out
            assert is_private(picture)
            assert picture.read_bytes().startswith(b"\x89PNG")
            code = await login.get_qrcode()
            assert code.startswith("https://www.douyin.com/login/qr?token=")
            assert await login.get_state() is CodeState.NEW
            await narrator.tell(login)
            assert "█" in capsys.readouterr().out
            site.sandbox.state.faults.active.pop()
            await log_in(login)
        assert not picture.exists()
    finally:
        site.sandbox.state.faults.active.clear()


def run_command(site: Site, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    options = [f"F2_PATH={folder}", *(f"{name}={value}" for name, value in site.settings.items())]
    given = [word for option in options for word in ("-s", option)]
    command = [sys.executable, "-m", "scrapy", "login", *words, *given]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)


def test_command_logs_in_and_checks(site: Site, tmp_path: Path) -> None:
    done = run_command(site, tmp_path, "tiktok", "--no-window")
    assert (done.returncode, done.stderr) == (0, "")
    assert "the app may call its code unsafe" in done.stdout
    assert "█" in done.stdout  # the code
    assert "Saved in" in done.stdout
    assert "Logged in to tiktok as sandbox1, until 20" in done.stdout
    state = (tmp_path / FILE).read_text()
    (tmp_path / FILE).write_text(state.replace("f2sandboxsession", "f2sandboxold"))
    done = run_command(site, tmp_path, "tiktok", "--check")
    assert (done.returncode, done.stdout) == (5, "")
    assert "The login has expired" in done.stderr


async def test_login_that_ends_early_keeps_the_old_file(site: Site, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"douyin": {}, "tiktok": {"old": 1}}')
    site.sandbox.state.faults.active.append(Fault.parse("unconfirmed"))
    try:
        async with BrowserLogin("douyin", window=False, F2_PATH=str(tmp_path),
                                **site.settings) as login:  # fmt: skip
            await login.get_qrcode()
            async with asyncio.timeout(30):
                while await login.get_state() is not CodeState.REFUSED:
                    assert (await login.check_login()) == (False, "")  # it waits a moment
            with pytest.raises(Refused, match="not logged in"):
                await login.save()
            await login._page.close()
            assert login.is_closed
            with pytest.raises(Refused, match="not logged in"):
                await login.save()
    finally:
        site.sandbox.state.faults.active.clear()
    assert (tmp_path / FILE).read_text() == '{"douyin": {}, "tiktok": {"old": 1}}'
    assert not list_browsers()
