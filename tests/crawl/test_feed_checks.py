"""A feed that could not be written is found out before anything is asked."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.utils.test import get_crawler
from support.works import WorksSpider

from f2scrapy import settings as project
from f2scrapy.crawl.exporters import list_columns
from f2scrapy.crawl.feed_checks import check_feeds
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.errors import InputError
from f2scrapy.model.item import Item
from f2scrapy.platforms.douyin.items.comments import Comment
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.users import User
from f2scrapy.platforms.tiktok.items.posts import Post as TikTokPost
from spiders.douyin_follower import DouyinFollowerSpider
from spiders.douyin_user_post import DouyinUserPostSpider

CSV = {"format": "csv"}


def check(spider: type[Spider], settings: dict[str, Any]) -> None:
    check_feeds(Crawler(spider, {"F2_PATH": "x"} | settings), {"url": "x"})


@pytest.mark.parametrize(
    ("feeds", "settings", "words"),
    [
        (
            {"x": {"format": "pickle"}},
            {},
            "format pickle is not known; there are: csv, jl, json",
        ),
        ({"x": {"format": "jsonk"}}, {}, "did you mean json"),
        ({"x": {}}, {}, "x: format None is not known"),
        ({"x": "jsonl"}, {}, "FEEDS: x: want its options"),
        ({"x": {"format": "csv", "encoding": "utf9"}}, {}, "x: the encoding utf9 is not known"),
        ({"x": {"format": "csv"}}, {"FEED_EXPORT_ENCODING": "uft-8"}, "the encoding uft-8 is not"),
        ({"x": {"format": "csv", "batch_item_count": 5}}, {}, "must be in the feed URI"),
        ({"x": {"format": "csv", "item_classes": ["no.such.Class"]}}, {}, "No module named 'no'"),
        ({"x": {"format": "csv", "item_filter": "pathlib.Nothing"}}, {}, "Nothing"),
        ({"x": CSV | {"item_export_kwargs": {"nope": 1}}}, {}, "x: item_export_kwargs cannot be"),
        ({"x": {"format": "jsonl", "item_export_kwargs": 5}}, {}, "item_export_kwargs"),
        ({"x": {"format": "json", "item_export_kwargs": {"nope": 1}}}, {}, "cannot be used"),
        ({"x": CSV | {"overwite": False}}, {}, "the option overwite is not known; did you mean ov"),
        (
            {"x": {"format": "csv", "postprocessing": ["no.such.Plugin"]}},
            {},
            "No module named 'no'",
        ),
        ({"x": CSV}, {"FEED_URI_PARAMS": "no.such.function"}, "FEED_URI_PARAMS=no.such.function: "),
        ({"%(nmae)s.csv": CSV}, {}, "%(nmae)s.csv: the name nmae is not known; did you mean name?"),
        ({"x": CSV}, {"FEED_EXPORT_FIELDS": ["desc", "fles"]}, "did you mean files?"),
        ({"x": CSV | {"fields": {"filse": "Files"}}}, {}, "x: the field filse is not known"),
        ({"ftp://me:s3cret@127.0.0.1:1/x": CSV}, {}, "ftp://127.0.0.1:1/x: Connection refused"),
        ({"ftp://127.0.0.1:1/x": CSV}, {"FEED_TEMPDIR": "none"}, "FEED_TEMPDIR=none: this is no"),
        ({}, {"FEED_URI": "x", "FEED_FORMAT": "avro"}, "format avro is not known"),
        ({"x": CSV}, {"F2_PLAN": "files"}, "F2_PLAN=files gives no rows for x: leave out one of"),
        ({"ftp://me:s3cret@a/x": CSV}, {"F2_PLAN": "formats"}, "no rows for ftp://a/x: leave"),
    ],
)
def test_feed_that_scrapy_only_logs_about_is_bad_input(
    feeds: dict[str, Any], settings: dict[str, Any], words: str
) -> None:
    exporters = {"FEED_EXPORTERS": project.FEED_EXPORTERS, "FEEDS": feeds}
    with pytest.raises(InputError) as raised:
        check(DouyinUserPostSpider, exporters | settings)
    assert words in str(raised.value)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("spider", "plan"), [(DouyinUserPostSpider, "rows"), (WorksSpider, "files")]
)
def test_plan_that_gives_rows_takes_a_feed(spider: type[Spider], plan: str) -> None:
    check(spider, {"FEED_EXPORTERS": project.FEED_EXPORTERS, "FEEDS": {"x": CSV}, "F2_PLAN": plan})


@pytest.mark.parametrize(
    ("headers", "options", "fits"),
    [
        ("aweme_id,desc", {}, True),
        ("\ufeffdesc,aweme_id", {}, True),
        ("", {}, True),
        ("sec_user_id,nickname", {}, False),
        ("sec_user_id,nickname", {"overwrite": True}, True),
        ("desc;aweme_id", {}, False),
        ("desc;aweme_id", {"item_export_kwargs": {"delimiter": ";"}}, True),
        ("Text,Id", {"fields": {"aweme_id": "Id", "desc": "Text"}}, True),
        ("上,Id\r\n", {"fields": {"aweme_id": "上"}, "encoding": "utf-16-le"}, True),
        ("desc,aweme_id\r\n", {"encoding": "utf-16"}, True),
        ("desc,aweme_id", {"item_export_kwargs": {"export_empty_fields": True}}, True),
        ("a" * 200_000, {"item_export_kwargs": {"quotechar": "'"}}, False),
        ('"a\r\rb"\rc', {"item_export_kwargs": {"strict": True, "quoting": 3}}, False),
    ],
)
def test_file_with_the_columns_of_other_rows_is_bad_input(
    headers: str, options: dict[str, Any], fits: bool, tmp_path: Path
) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(headers.encode(options.get("encoding", "utf-8")))
    settings = {"FEED_EXPORTERS": project.FEED_EXPORTERS, "FEEDS": {str(path): CSV | options}}
    wanted = nullcontext() if fits else pytest.raises(InputError, match="columns of other rows")
    with wanted:
        check(DouyinUserPostSpider, settings)


@pytest.mark.parametrize(
    ("item", "spider", "fits"),
    [
        (Post, DouyinFollowerSpider, False),
        (Comment, DouyinFollowerSpider, False),
        (User, DouyinFollowerSpider, True),
        (TikTokPost, DouyinUserPostSpider, True),
    ],
)
def test_file_of_works_takes_no_users(
    item: type[Item], spider: type[ApiSpider], fits: bool, tmp_path: Path
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(",".join(list_columns(item)), "utf-8")
    settings = {"FEED_EXPORTERS": project.FEED_EXPORTERS, "FEEDS": {str(path): CSV}}
    with nullcontext() if fits else pytest.raises(InputError, match="columns of other rows"):
        check(spider, settings)


@pytest.mark.parametrize(
    ("content", "fits"),
    [(b"", True), (b"SQLite format 3\0\x10\0\n", True), (b"id,desc\n", False)],
)
def test_file_that_is_no_database_is_bad_input(content: bytes, fits: bool, tmp_path: Path) -> None:
    path = tmp_path / "rows.sqlite"
    path.write_bytes(content)
    feeds = {str(path): {"format": "sqlite"}}
    with nullcontext() if fits else pytest.raises(InputError, match="it is no SQLite file"):
        check(DouyinUserPostSpider, {"FEED_EXPORTERS": project.FEED_EXPORTERS, "FEEDS": feeds})


def test_no_feed_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    check_feeds(get_crawler(WorksSpider, {"F2_PATH": "x"}), {})
    assert not caplog.records


@pytest.mark.parametrize(
    ("uri", "settings"),
    [
        ("works-%(name)s-%(time)s.csv", {}),
        ("%(url)s.csv", {}),
        ("50%25%.csv", {}),
        ("x.csv", {"FEED_EXPORT_FIELDS": {"desc": "Text", "files.path": "Files"}}),
    ],
)
def test_feed_that_can_be_written_is_no_fault(uri: str, settings: dict[str, Any]) -> None:
    exporters = {"FEED_EXPORTERS": project.FEED_EXPORTERS, "FEEDS": {uri: CSV}}
    check(DouyinUserPostSpider, exporters | settings)


@contextmanager
def serve_ftp(answer: str) -> Iterator[int]:
    """Serve FTP that answers so to a login; yield its port."""

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 ready\r\n")
            for line in self.rfile:
                answers = {b"USER": "331 password", b"PASS": answer}
                self.wfile.write(f"{answers.get(line[:4], '221 bye')}\r\n".encode())

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("answer", "words"), [("530 no such user", "530 no"), ("230 hi", "")])
def test_login_that_a_storage_refuses_is_found_out(answer: str, words: str) -> None:
    with serve_ftp(answer) as port:
        feeds = {f"ftp://me:s3cret@127.0.0.1:{port}/x": CSV}
        wrong = pytest.raises(InputError, match=rf"^ftp://127.0.0.1:{port}/x: {words}")
        with wrong if words else nullcontext():
            check(WorksSpider, {"FEED_EXPORTERS": project.FEED_EXPORTERS, "FEEDS": feeds})


def test_names_of_a_users_own_spider_are_not_judged() -> None:
    feeds = {"%(later)s.csv": CSV | {"fields": ["anything"]}}
    check(WorksSpider, {"FEED_EXPORTERS": project.FEED_EXPORTERS, "FEEDS": feeds})
