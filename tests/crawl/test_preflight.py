"""A place without write access is found before the first request, and no trace is left there."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler
from support.works import WorksSpider

from f2scrapy import settings as project
from f2scrapy.crawl.preflight import check_outputs, find_report
from f2scrapy.crawl.shared import get_options
from f2scrapy.errors import InputError


def check(feeds: dict[str, Any] | None = None, **options: Any) -> None:
    crawler = get_crawler(WorksSpider, {"F2_PATH": "x", "FEEDS": feeds or {}} | options)
    check_outputs(get_options(crawler), crawler.settings)


@pytest.fixture(autouse=True)
def _there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("full").write_text("[]")
    Path("folder").mkdir()


@pytest.mark.parametrize(
    "path", ["/proc/x", "/proc/none/x", "folder", "full/x", "file:///proc/x", "n" * 300]
)
def test_feed_or_report_that_cannot_be_written(path: str) -> None:
    for how in ({"feeds": {path: {"format": "csv"}}}, {"F2_REPORT": path}):
        if not ("feeds" not in how and path.startswith("file:")):
            with pytest.raises(InputError, match=f"{path}: no file can be written there"):
                check(**how)


@pytest.mark.parametrize("path", ["/proc/x", "full"])
def test_root_that_cannot_be_written(path: str) -> None:
    with pytest.raises(InputError, match=f"^F2_PATH={path}: no file can be written there \\(No"):
        check(F2_PATH=path)


def test_unknown_storage_is_named_without_its_password() -> None:
    with pytest.raises(InputError, match=r"^ftq://host/x.csv: feeds go to a path, or to .*ftp"):
        check({"ftq://me:s3cret@host/x.csv": {"format": "csv"}})


def test_storage_that_needs_more_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(InputError, match=r"^s3://x/y: needs the Python package boto3"):
        check({"s3://key:s3cret@x/y": {"format": "csv"}})


def test_nothing_is_appended_to_a_document_that_has_an_end() -> None:
    with pytest.raises(InputError, match=r"^full: .* use .jsonl, or -O"):
        check({"full": {"format": "json"}})
    check({"full": {"format": "json", "overwrite": True}})
    check({"full": {"format": "jsonl"}, "new": {"format": "json"}})


@pytest.mark.parametrize(
    ("feed", "options", "other"),
    [
        ("a.json", {"F2_REPORT": "x/../a.json"}, "F2_REPORT=x/../a.json"),
        ("x/f2scrapy.db", {}, "the archive"),
        ("full", {"F2_COOKIES": "full"}, "F2_COOKIES"),
        ("x/f2scrapy.login.json", {}, "F2_LOGIN"),
    ],
)
def test_one_file_is_for_one_thing(feed: str, options: dict[str, str], other: str) -> None:
    with pytest.raises(InputError, match=f"^{feed}: this is the file of {other}; name another one"):
        check({feed: {"format": "csv"}}, **options)
    assert Path("full").read_text() == "[]"


def test_a_device_is_for_all() -> None:
    check({"/dev/null": {"format": "csv"}}, F2_REPORT="/dev/null")


def test_trying_leaves_nothing() -> None:
    os.mkfifo("pipe")
    feeds = {"new/x.csv": {}, "pipe": {}, "/dev/null": {}, "stdout:": {}, "ftp://a/b": {}}
    check(feeds, F2_PATH="a/b", F2_REPORT="a/c.json")
    assert sorted(os.listdir()) == ["folder", "full", "pipe"]
    assert Path("full").read_text() == "[]"


@pytest.mark.parametrize("how", [{"F2_REPORT": "~nosuch/x"}, {"feeds": {"~nosuch/x": {}}}])
def test_folder_without_an_owner(how: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="~nosuch/x: the home folder of that user is not known"):
        check(**how)


def test_report_in_a_folder_without_an_owner_is_not_written() -> None:
    settings = Settings()
    settings.setmodule(project)
    settings.setdict({"F2_PATH": "x", "F2_REPORT": "~nosuch/x", "FEEDS": {"~nosuch/y": {}}})
    assert find_report(settings) is None
    settings.setdict({"F2_REPORT": "report.json", "FEEDS": {"y.csv": {}}})
    assert find_report(settings) == Path("report.json")
    settings.set("F2_PATH", "s3://bucket/x")
    assert find_report(settings) == Path("report.json"), "the report is for the fault in F2_PATH"
