"""A crawl with a real browser: its identity, its page, and what may happen to it."""

import asyncio
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from support.crawling import Crawler
from support.real_browser import Site, find_chromium, list_browsers, run_site

from f2scrapy.browser.launch import find_endpoint
from f2scrapy.sandbox.state import STRICT, Options

ACCOUNT = "sessionid=f2sandboxsession"


@pytest.fixture(scope="module")
def uifid_site() -> Iterator[Site]:
    """Run a site on which only the script of a page gets a uifid."""
    with run_site(Options(strict=STRICT | {"script_uifid"})) as site:
        yield site


@pytest.fixture(scope="module")
def page_site() -> Iterator[Site]:
    """Run a site on which only the script of a page signs as the platform wants it."""
    with run_site(Options(strict=STRICT | {"page"})) as site:
        yield site


def make(site: Site, folder: Path, mode: str = "auto", **settings: str) -> Crawler:
    site.sandbox.state.reset()
    common = {"F2_MEDIA": "", "F2_BROWSER": mode}
    return Crawler(site.sandbox, folder / "D", settings=site.settings | common | settings)


def list_wrong(crawl: Crawler) -> set[str]:
    """Return what the sandbox objects to, but for what a browser of its own build does."""
    found = {it["what"] for it in crawl.take_report()["violations"]}
    return {what for what in found if not what.startswith(("TLS: JA4", "HTTP/2: stream"))}


def test_browser_lends_its_identity_where_a_guest_gets_none(
    uifid_site: Site, tmp_path: Path
) -> None:
    guest = make(uifid_site, tmp_path, "no").run_user_post("one")
    assert (guest.code, guest.outcome) == (5, "RISK_CONTROL")
    crawl = make(uifid_site, tmp_path)
    run = crawl.run_user_post("clean200")
    assert (run.code, run.report["lent"], run.report["by_page"]) == (0, 1, 0)
    assert run.report["summary"] == "OK: 200 of 200, with the identity of a browser."
    assert list_wrong(crawl) == {"uifid missing"}  # before it was lent
    assert not (tmp_path / "D/f2scrapy.identity.sandbox.json").read_text().count("Linux")
    assert not list_browsers()


def test_page_asks_where_it_alone_is_answered(page_site: Site, tmp_path: Path) -> None:
    guest = make(page_site, tmp_path, "no").run_user_post("one")
    assert (guest.code, guest.outcome) == (5, "SIGNATURE_REJECTED")
    crawl = make(page_site, tmp_path)
    run = crawl.run_user_post("clean200")
    assert (run.code, run.report["by_page"]) == (0, 12)
    assert "OK: 200 of 200, 12 answers asked from within the page" in run.report["summary"]
    assert run.log.count("asked from within the page from now on") == 1
    assert list_wrong(crawl) == {"not asked by a page's script"}


def test_page_of_tiktok_asks_in_the_loop_of_windows(page_site: Site, tmp_path: Path) -> None:
    crawl = make(page_site, tmp_path, "yes")
    crawl.platform = "tiktok"
    run = crawl.run_user_post("clean200", "-s", "_PLAYWRIGHT_THREADED_LOOP=1")
    assert (run.code, run.report["summary"][:15]) == (0, "OK: 200 of 200,")
    assert list_wrong(crawl) == set()


@contextmanager
def start(crawl: Crawler, *words: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    command = crawl.build_command(*words, **settings)
    with subprocess.Popen(
        **command, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as it:
        try:
            yield it
        finally:
            it.kill()


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def find_browsers(pid: int, kind: str) -> list[psutil.Process]:
    """Return the browser's processes below a crawl: "renderer", or "" = the main ones."""
    known = {process: " ".join(process.cmdline()) for process in list_browsers(pid)}
    if kind:
        return [process for process, words in known.items() if f"--type={kind}" in words]
    return [
        p for p, words in known.items() if "--remote-debugging" in words and "--type=" not in words
    ]


def test_killed_browser_is_launched_again_with_its_login(page_site: Site, tmp_path: Path) -> None:
    crawl = make(page_site, tmp_path, "yes", F2_COOKIE=ACCOUNT)
    lists = crawl.sandbox.state.report.kinds
    with start(crawl, "douyin_user_collection", "-s", "LOG_LEVEL=DEBUG", F2_PACE="0.2") as process:
        for kind, count in (("renderer", 2), ("", 4)):
            wait_for(lambda count=count: lists["list"] >= count)
            found = find_browsers(process.pid, kind)
            assert found
            for browser in found:
                browser.kill()
        _, log = process.communicate(timeout=60)
    assert process.returncode == 0, log[-3000:]
    assert "OK: 150 of 150, " in log
    assert log.count("The page has opened") == 3
    assert log.count("The browser has started") == 2
    assert "f2sandboxsession" not in log
    assert not list_browsers()


@pytest.mark.parametrize("dies", [False, True])
def test_interrupted_run_keeps_its_browser_to_the_end(tmp_path: Path, dies: bool) -> None:
    """The answer under way still arrives, unless the browser dies: then no error of it shows."""
    with run_site(Options(faults=("drip=800000~list",))) as site:
        crawl = make(site, tmp_path, "yes")
        lists = crawl.sandbox.state.report.kinds
        with start(crawl, *crawl.build_arguments("clean200")) as process:
            wait_for(lambda: lists["list"] >= 2)
            browsers = list_browsers(process.pid)
            os.killpg(process.pid, signal.SIGINT)
            if dies:
                for browser in find_browsers(process.pid, ""):
                    browser.kill()
            _, log = process.communicate(timeout=60)
        seen = json.loads((tmp_path / "report.json").read_text())["seen"]
    assert "INTERRUPTED: " in log
    assert not [word for word in ("INTERNAL", "Traceback", "Target", "Call log") if word in log]
    assert seen == 18 * (lists["list"] - dies), log
    assert log.count("The browser has started") == 1
    assert browsers
    psutil.wait_procs(browsers, timeout=5)
    assert not [browser for browser in browsers if browser.is_running()]


def test_wrong_browser_is_bad_input_before_anything_is_asked(
    page_site: Site, tmp_path: Path
) -> None:
    for mode in ("auto", "lend", "yes"):
        crawl = make(page_site, tmp_path, mode, F2_BROWSER_PATH="/nowhere/chromium")
        run = crawl.run_user_post("one")
        assert (run.code, run.outcome) == (1, "BAD_INPUT")
        assert "F2_BROWSER_PATH=/nowhere/chromium: there is no program" in run.log
        assert crawl.take_report()["requests"] == {}


def test_without_a_browser_one_sentence_is_added(page_site: Site, tmp_path: Path) -> None:
    python = str(Path(sys.executable).parent)
    settings = {"F2_BROWSER_PATH": "", "PATH": python, "HOME": str(tmp_path)}
    crawl = make(page_site, tmp_path, **settings)
    run = crawl.run_user_post("one")
    assert (run.code, run.outcome) == (5, "SIGNATURE_REJECTED")
    assert run.report["summary"].endswith(
        "A browser may help: pip install 'scrapy-playwright<0.0.49', and install Chromium."
    )
    crawl.settings["F2_BROWSER"] = "yes"
    run = crawl.run_user_post("one")
    assert (run.code, "no browser can be driven here" in run.log) == (1, True)


AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 "
    "Safari/537.36"
)


def test_browser_that_runs_lends_its_login_and_stays_open(page_site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "chrome"
    words = [find_chromium(), f"--user-data-dir={folder}", "--remote-debugging-port=0",
             "--headless", "--no-sandbox", f"--user-agent={AGENT}",
             *shlex.split(page_site.front.switches)]  # fmt: skip
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          start_new_session=True) as chrome:  # fmt: skip
        try:
            wait_for((folder / "DevToolsActivePort").is_file)
            assert asyncio.run(add_login(folder)) == 0
            crawl = make(page_site, tmp_path, "yes", F2_BROWSER_CDP=str(folder))
            run = crawl("douyin_user_collection")
            assert (run.code, run.report["login"], run.report["lent"]) == (0, "valid", 1), run.log
            assert "150 of 150, 9 answers asked from within the page" in run.report["summary"]
            assert asyncio.run(add_login(folder)) == 1  # the user's page, and none of ours
        finally:
            os.killpg(chrome.pid, signal.SIGKILL)
    run = make(page_site, tmp_path, F2_BROWSER_CDP=str(tmp_path)).run_user_post("one")
    assert (run.code, "F2_BROWSER_CDP=" in run.log) == (1, True)


async def add_login(folder: Path) -> int:
    """Log a browser in that runs, and open a page; return the number of its pages before."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(find_endpoint(str(folder)))
        name, value = ACCOUNT.split("=")
        await browser.contexts[0].add_cookies([
            {"name": name, "value": value, "domain": ".douyin.com", "path": "/"},
        ])  # fmt: skip
        count = len(browser.contexts[0].pages)
        await browser.contexts[0].new_page()
        await browser.close()
        return count


OWN = """
import scrapy

class OwnSpider(scrapy.Spider):
    name = "own"

    async def start(self):
        meta = {"playwright": True}
        yield scrapy.Request("https://www.douyin.com/user/self", meta=dict(meta))
        yield scrapy.Request("https://www.douyin.com/?plain")
        yield scrapy.Request("https://www.douyin.com:1/", meta=meta, errback=self.fail)

    def parse(self, response):
        yield {"title": response.css("title::text").get(), "flags": response.flags}

    def fail(self, failure):
        yield {"title": str(failure.value), "flags": []}
"""


def test_spider_of_ones_own_navigates_and_asks_plainly(page_site: Site, tmp_path: Path) -> None:
    (tmp_path / "own_spiders").mkdir()
    (tmp_path / "own_spiders/__init__.py").touch()
    (tmp_path / "own_spiders/own.py").write_text(OWN)
    crawl = make(page_site, tmp_path)
    modules = ["-s", "SPIDER_MODULES=own_spiders"]
    feed = tmp_path / "rows.jsonl"
    with start(crawl, "own", *modules, "-O", str(feed), PYTHONPATH=str(tmp_path)) as process:
        _, log = process.communicate(timeout=60)
    assert process.returncode == 0, log
    rows = [json.loads(line) for line in feed.read_text("utf-8").splitlines()]
    assert {(row["title"], *row["flags"]) for row in rows} == {
        ("抖音",), ("抖音", "playwright"), ("the page cannot be opened",),
    }  # fmt: skip
    assert "Call log" not in log


def test_private_names_of_scrapy_playwright_are_there() -> None:
    handler = pytest.importorskip("scrapy_playwright.handler")
    kind = handler.ScrapyPlaywrightDownloadHandler
    names = ("_launch", "_maybe_launch_browser", "_create_browser_context",
             "_maybe_future_from_coro", "download_request", "close")  # fmt: skip
    assert [name for name in names if not callable(getattr(kind, name, None))] == []
    fields = handler.Config.__dataclass_fields__
    assert {"launch_options", "startup_context_kwargs", "use_threaded_loop"} <= set(fields)
    assert handler.DEFAULT_CONTEXT_NAME == "default"


def test_captcha_in_a_window_waits_for_a_person(tmp_path: Path) -> None:
    """The program claims to have a window; the slider of the sandbox's page moves by itself."""
    program = tmp_path / "chrome"
    program.write_text(f'#!/bin/sh\nexec "{find_chromium()}" --headless "$@"\n')
    program.chmod(0o700)
    window = {"F2_BROWSER_PATH": str(program), "DISPLAY": ":0", "F2_BROWSER_WINDOW": "yes"}
    with run_site() as site:
        crawl = make(site, tmp_path)
        site.sandbox.state.switch_on("slider")
        crawl.settings |= {"F2_BROWSER_WINDOW": "yes", "DISPLAY": "", "WAYLAND_DISPLAY": ""}
        run = crawl.run_user_post("one")
        assert (run.code, run.outcome, run.report["captchas_shown"]) == (5, "CAPTCHA", 0)
        assert run.log.count("F2_BROWSER_WINDOW=yes: no window can be shown here") == 1
        crawl = make(site, tmp_path, **window)
        site.sandbox.state.switch_on("slider")
        run = crawl.run_user_post("clean200")
        assert (run.code, run.report["captchas_shown"], run.report["captchas_solved"]) == (0, 1, 1)
        assert "OK: 200 of 200" in run.report["summary"]
        assert "1 of 1 captcha solved in the window" in run.report["summary"]
        assert run.log.count("solve the captcha in the browser's window, within 5 minutes") == 1
    assert not list_browsers()
