"""A feed on this disk has whole rows only, and an old one is replaced at the end or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import signal
import sys
from io import FileIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.utils.test import get_crawler
from support.works import Work, WorksSpider

from f2scrapy.crawl.extensions.feeds import Feeds
from f2scrapy.crawl.extensions.report import get_run_log
from f2scrapy.crawl.feed_files import FeedFileStorage, RowFile, cut_torn_end
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.errors import Outcome

OLD = "yesterday's rows\n"
EXPORTERS = {
    "jsonl": "f2scrapy.crawl.exporters.JsonLinesExporter",
    "json": "f2scrapy.crawl.exporters.JsonExporter",
    "csv": "f2scrapy.crawl.exporters.CsvExporter",
    "xml": "f2scrapy.crawl.xml_feed.XmlExporter",
}


def build_feeds(path: Path, *, overwrite: bool, **feed: Any) -> tuple[Feeds, RunLog]:
    extensions = {
        "f2scrapy.crawl.extensions.report.Report": 0,
        "f2scrapy.crawl.extensions.feeds.Feeds": 0,
    }
    storage = "f2scrapy.crawl.feed_files.FeedFileStorage"
    settings = {
        "FEEDS": {path: {"format": "jsonl", "overwrite": overwrite} | feed},
        "EXTENSIONS": extensions,
        "FEED_EXPORTERS": EXPORTERS,
        "FEED_STORAGES": {"": storage, "file": storage},
        "F2_REPORT": "",
    }
    crawler = get_crawler(WorksSpider, settings)
    crawler.spider = WorksSpider.from_crawler(crawler)
    feeds = crawler.get_extension(Feeds)
    assert feeds is not None
    feeds.open_spider(crawler.spider)
    run_log = get_run_log(crawler)
    run_log.has_lists = True  # as of a platform's spider
    return feeds, run_log


async def close(feeds: Feeds, run_log: RunLog, outcome: Outcome = Outcome.OK) -> None:
    run_log.closed = "finished"
    if outcome is not Outcome.OK:
        run_log.add_refusal("a list", outcome, "no")
    await feeds.close_spider(feeds.crawler.spider)


@pytest.mark.parametrize(
    ("rows", "outcome", "is_replaced"),
    [
        (1, Outcome.OK, True),
        (1, Outcome.CAPTCHA, True),
        (0, Outcome.OK, True),  # the platform says that there is nothing
        (0, Outcome.CAPTCHA, False),
        (0, Outcome.NETWORK, False),
        (0, Outcome.PRIVATE, False),
        (0, Outcome.INTERRUPTED, False),
    ],
)
@pytest.mark.parametrize("form", EXPORTERS)
async def test_old_feed_is_replaced_by_rows_or_by_a_true_nothing(
    tmp_path: Path, form: str, rows: int, outcome: Outcome, is_replaced: bool
) -> None:
    path = tmp_path / f"x.{form}"
    path.write_text(OLD)
    path.chmod(0o640)
    feeds, run_log = build_feeds(path, overwrite=True, format=form)
    for _ in range(rows):
        feeds.write(Work())
    assert path.read_text() == OLD
    await close(feeds, run_log, outcome)
    assert (path.read_text() != OLD) is is_replaced
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize(
    ("has_lists", "outcome", "is_replaced"),
    [(True, Outcome.PROHIBITED, True), (True, Outcome.NETWORK, False), (False, None, False)],
)
async def test_feed_without_rows_is_replaced_if_each_missing_work_is_explained(
    tmp_path: Path, has_lists: bool, outcome: Outcome | None, is_replaced: bool
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(OLD)
    feeds, run_log = build_feeds(path, overwrite=True)
    run_log.has_lists = has_lists  # False = a spider of the user's own
    if outcome:
        run_log.add_gap("test:thing:1", outcome, "says so", source="a list")
    await close(feeds, run_log)
    assert (path.read_text() != OLD) is is_replaced


async def test_refused_run_without_an_old_feed_leaves_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    await close(*build_feeds(path, overwrite=True), Outcome.CAPTCHA)
    assert path.read_text() == ""


async def test_link_of_the_user_stays_a_link(tmp_path: Path) -> None:
    target, path = tmp_path / "there.jsonl", tmp_path / "x.jsonl"
    path.symlink_to(target)
    feeds, run_log = build_feeds(path, overwrite=True)
    feeds.write(Work())
    await close(feeds, run_log)
    assert path.is_symlink()
    assert len(target.read_text().splitlines()) == 1


async def test_planted_link_in_place_of_the_part_leads_nowhere(tmp_path: Path) -> None:
    other, path = tmp_path / "other", tmp_path / "x.jsonl"
    other.write_text("mine")
    feeds, _ = build_feeds(path, overwrite=True)
    for storage in (slot.storage for slot in feeds.slots):
        assert isinstance(storage, FeedFileStorage)
        path.with_name(f"x.jsonl.{storage.run or 'new'}.part").symlink_to(other)
    with pytest.raises(OSError, match="symbolic links"):
        feeds.write(Work())
    assert other.read_text() == "mine"


@pytest.mark.parametrize("form", EXPORTERS)
async def test_rows_of_a_killed_run_are_continued(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"x.{form}"
    killed, _ = build_feeds(path, overwrite=True, format=form)
    storage = killed.slots[0].storage
    assert isinstance(storage, FeedFileStorage)
    storage.run = "a1"
    killed.write(Work())
    killed.write(Work())
    file = killed.slots[0].file
    assert isinstance(file, RowFile)
    file.file.truncate(file.tell() - 3)  # the second row is torn
    file.file.close()

    feeds, run_log = build_feeds(path, overwrite=True, format=form)
    feeds.slots[0].storage.run = "a1"  # type: ignore[attr-defined]
    feeds.write(Work())
    await close(feeds, run_log)
    assert count_rows(path, form) == 2
    if form == "json":
        assert len(json.loads(path.read_text())) == 2


def count_rows(path: Path, form: str) -> int:
    text = path.read_text()
    if form == "json":
        return len(json.loads(text))
    if form == "xml":
        return len(ET.fromstring(text))
    rows = text.splitlines()
    return len([json.loads(row) for row in rows] if form == "jsonl" else list(csv.reader(rows))[1:])


@pytest.mark.skipif(sys.platform != "linux", reason="sizes of files are limited otherwise")
@pytest.mark.parametrize("form", EXPORTERS)
@pytest.mark.parametrize("room", [0, 1, 40, 700])
async def test_full_disk_tears_no_row(tmp_path: Path, form: str, room: int) -> None:
    """The rows after it, when there is space again, are as good as those before."""
    path = tmp_path / f"x.{form}"
    feeds, run_log = build_feeds(path, overwrite=False, format=form)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    lost = 0
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
        for _ in range(5):
            try:
                feeds.write(Work())
            except OSError:
                lost += 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, old)
    assert lost
    feeds.write(Work())
    await close(feeds, run_log)
    assert count_rows(path, form) == 6 - lost


@pytest.mark.parametrize(
    ("form", "content", "kept", "torn"),
    [
        ("jsonl", b'{"a":1}\n{"a":', b'{"a":1}\n', b'{"a":\n'),
        ("jsonl", b'{"a":1}\n{"a":2}', b'{"a":1}\n{"a":2}\n', None),
        ("jsonl", b'{"a":1}\n\0\0\0', b'{"a":1}\n', b"\0\0\0\n"),
        ("csv", b'a,b\r\n1,"x\ny"\r\n2,"x\n', b'a,b\r\n1,"x\ny"\r\n', b'2,"x\n\n'),
        ("csv", b"a,b\r\n1,2\r\n3,", b"a,b\r\n1,2\r\n", b"3,\n"),
        ("csv", b'a,b\r\n1,"say ""x\n"""\r\n', b'a,b\r\n1,"say ""x\n"""\r\n', None),
        ("csv", b"", b"", None),
        ("jsonl", b"torn", b"", b"torn\n"),
    ],
)
def test_torn_end_is_cut_and_kept_beside(
    tmp_path: Path, form: str, content: bytes, kept: bytes, torn: bytes | None
) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    with FileIO(path, "a+") as file:
        cut_torn_end(file, path, form, "utf-8")
    beside = path.with_name("x.torn")
    assert path.read_bytes() == kept
    assert (beside.read_bytes() if beside.exists() else None) == torn


@given(st.lists(st.lists(st.text(alphabet='",\n\r aé', max_size=5), min_size=2, max_size=2)),
       st.integers(0, 200))  # fmt: skip
def test_any_cut_of_any_table_leaves_its_first_rows(rows: list[list[str]], at: int) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.csv")
        path.write_bytes(text.getvalue().encode()[:at])
        with FileIO(path, "a+") as file:
            cut_torn_end(file, path, "csv", "utf-8")
        with path.open(newline="", encoding="utf-8") as whole:
            found = list(csv.reader(whole))
    assert found == rows[: len(found)]
