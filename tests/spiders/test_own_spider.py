"""A spider of a user's own crawls another site with our settings, feeds and report."""

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from support.crawling import PROJECT

from f2scrapy import project_package
from f2scrapy.sandbox.server import run_sandbox

SPIDER = """
import dataclasses
import scrapy

@dataclasses.dataclass
class Author:
    name: str

class MySite(scrapy.Spider):
    name = "mysite"

    def __init__(self, url="", last=3, **rest):
        super().__init__(**rest)
        self.url, self.last = url, int(last)

    async def start(self):
        yield scrapy.Request(f"{self.url}/page/1", cb_kwargs={"number": 1})

    def parse(self, response, number):
        yield {"number": number, "title": response.css("title::text").get(), "tags": ["a", "b"]}
        if number < self.last:
            yield response.follow(f"/page/{number + 1}", cb_kwargs={"number": number + 1})
"""
SETTINGS = """
from f2scrapy.settings import *

SPIDER_MODULES = [*SPIDER_MODULES, "mine.spiders"]
"""
ROWS = [{"number": n, "title": f"Page {n}", "tags": ["a", "b"]} for n in (1, 2, 3)]


@dataclass
class Site:
    """A web server of pages with titles; `statuses` are other answers than 200, by path."""

    url: str = ""
    statuses: dict[str, list[int]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    user_agents: set[str] = field(default_factory=set)


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.requests.append(self.path)
            found.user_agents.add(self.headers.get("User-Agent", ""))
            statuses = found.statuses.get(self.path, [])
            body = f"<title>Page {self.path.rpartition('/')[2]}</title>".encode()
            self.send_response(statuses.pop(0) if statuses else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Run:
    code: int
    log: str
    report: dict[str, Any]


Crawl = Callable[..., Run]


@pytest.fixture
def crawl(tmp_path: Path, site: Site) -> Crawl:
    """crawl("-O", "rows.json"): run `mysite` in a project of the user's own."""
    package = tmp_path / "mine"
    (package / "spiders").mkdir(parents=True)
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = mine.settings\n")
    (package / "__init__.py").touch()
    (package / "settings.py").write_text(SETTINGS)
    (package / "spiders/__init__.py").touch()
    (package / "spiders/mysite.py").write_text(SPIDER)

    def run(*words: str, spider: str = "mysite", cwd: Path = tmp_path, **settings: str) -> Run:
        mine = {"F2_REPORT": str(tmp_path / "report.json"), "F2_PATH": str(tmp_path / "Download"),
                "F2_PACE": "0", "F2_BACKOFF": "0.01", "F2_PROGRESS": "none"}  # fmt: skip
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("F2_", "SCRAPY_"))}
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "crawl", spider, "-a", f"url={site.url}", *words],
            env=environment | mine | settings, cwd=cwd, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        report: dict[str, Any] = {}
        with suppress(FileNotFoundError):
            report = json.loads((tmp_path / "report.json").read_text("utf-8"))
        return Run(done.returncode, done.stdout + done.stderr, report)

    return run


def write_spider(folder: Path, parse: str) -> None:
    """Write a spider with the callback `parse`."""
    code = (
        SPIDER.partition("    def parse")[0] + f"    def parse(self, response, number):\n{parse}\n"
    )
    (folder / "mine/spiders/mysite.py").write_text(code)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_are_in_each_feed_and_the_report_counts_them(
    crawl: Crawl, site: Site, tmp_path: Path
) -> None:
    run = crawl("-O", "rows.json", "-O", "rows.csv", "-O", "rows.jsonl")
    assert (run.code, run.report.get("outcome")) == (0, "OK"), run.log
    assert json.loads((tmp_path / "rows.json").read_text("utf-8")) == ROWS
    lines = (tmp_path / "rows.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == ROWS
    assert read_csv(tmp_path / "rows.csv") == [
        {"number": str(row["number"]), "title": row["title"], "tags": "a|b"} for row in ROWS
    ]
    assert (run.report["spider"], run.report["kept"], run.report["gaps"]) == ("mysite", 3, [])
    assert run.report["requests"] == len(site.requests) == 3
    assert run.report["summary"].startswith("OK: 3 of 3.")
    assert f"INFO: {run.report['summary']}" in run.log
    assert "Traceback" not in run.log


def test_another_folder_of_spiders_can_be_named(crawl: Crawl, tmp_path: Path) -> None:
    modules = "SPIDER_MODULES=spiders,mine.spiders"
    rows = tmp_path / "rows.json"
    run = crawl("-s", modules, "-O", str(rows), cwd=PROJECT, PYTHONPATH=str(tmp_path))
    assert (run.code, run.report.get("kept")) == (0, 3), run.log
    assert json.loads(rows.read_text("utf-8")) == ROWS


def test_items_of_each_kind_scrapy_knows(crawl: Crawl, tmp_path: Path) -> None:
    write_spider(tmp_path, "        yield Author('x')\n        yield {'name': 'y'}")
    run = crawl("-O", "rows.json", "-O", "rows.csv")
    assert (run.code, run.report["kept"]) == (0, 2), run.log
    assert json.loads((tmp_path / "rows.json").read_bytes()) == [{"name": "x"}, {"name": "y"}]
    assert read_csv(tmp_path / "rows.csv") == [{"name": "x"}, {"name": "y"}]


def test_nothing_of_a_platform_is_read_or_written(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    run = crawl("-a", "last=1")
    assert run.code == 0, run.log
    assert not list(tmp_path.rglob("f2scrapy.identity*"))
    [user_agent] = site.user_agents
    assert "Chrome" not in user_agent, "a browser is only imitated on the platforms"


def test_server_error_is_retried(crawl: Crawl, site: Site) -> None:
    site.statuses["/page/2"] = [503, 503]
    run = crawl()
    assert (run.code, run.report["kept"], run.report["retries"]) == (0, 3, 2), run.log


def test_bug_of_the_spider_is_no_success(crawl: Crawl, tmp_path: Path) -> None:
    write_spider(tmp_path, "        yield {'a': 1}\n        raise ValueError('broken')")
    run = crawl()
    assert (run.code, run.report["outcome"], run.report["kept"]) == (4, "INTERNAL", 1)
    [gap] = run.report["gaps"]
    assert gap["detail"] == "ValueError: broken"


def test_arguments_are_the_spiders_own(crawl: Crawl, tmp_path: Path) -> None:
    run = crawl("-a", "last=2", "-O", "rows.json")
    assert (run.code, len(json.loads((tmp_path / "rows.json").read_bytes()))) == (0, 2), run.log


def test_options_of_ours_are_checked_all_the_same(crawl: Crawl, site: Site) -> None:
    run = crawl(F2_PACE="slow")
    assert (run.code, site.requests) == (1, [])
    assert run.log.splitlines() == ["scrapy crawl mysite: F2_PACE=slow: want a number"]
    assert run.report["outcome"] == "BAD_INPUT"


def test_name_that_is_not_known_names_the_nearest(crawl: Crawl) -> None:
    run = crawl(spider="mysit")
    assert run.code == 1
    assert "did you mean mysite?" in run.log


def test_project_of_the_documentation_runs(tmp_path: Path) -> None:
    text = (PROJECT / "docs/python.md").read_text("utf-8")
    pieces = re.findall(r"^```(?:ini|py)\n# (\S+)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    for name, piece in pieces:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(piece.replace("f2scrapy.spiders", project_package("spiders")), "utf-8")
    for folder in ("mine", "mine/spiders"):
        (tmp_path / folder / "__init__.py").touch()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("F2_", "SCRAPY_"))}
    with run_sandbox() as sandbox:
        env = kept | {"F2_SANDBOX": sandbox.url, "F2_PACE": "0", "F2_MEDIA": "cover"}
        [line] = re.findall(r"^\$ (scrapy crawl douyin_popular .*)$", text, re.MULTILINE)
        words = line.replace("https://www.douyin.com/user/MS4w...", sandbox.get_user_url("demo"))
        done = subprocess.run(
            [sys.executable, "-m", *words.split()],
            env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, len(pieces)) == (0, 4), done.stderr
    shown = re.findall(r"^douyin:post:\d+ \['douyin/popular/.*_cover", done.stdout, re.MULTILINE)
    assert len(shown) == 3
