"""ApiSpider: unexpected errors are in the log, whole and without secrets; a full disk is a line."""

import errno
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure

from f2scrapy.crawl.run_log import RunLog
from f2scrapy.errors import ProtocolError
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.posts import UserPost
from f2scrapy.platforms.douyin.items.posts import Post
from spiders.douyin_post import DouyinPostSpider


def broken() -> Failure:
    try:
        raise ValueError("Port out of range in https://www.douyin.com/?msToken=s3cret")
    except ValueError:
        failure = Failure()
    request = Request("https://x.com", cb_kwargs={"link": Link("aweme_id", "1")})
    failure.request = request  # type: ignore[attr-defined]  # Scrapy's
    return failure


async def test_internal_error_has_its_traceback_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    crawler = get_crawler(settings_dict={"RETRY_EXCEPTIONS": [OSError], "F2_PATH": "x"})
    spider = DouyinPostSpider(url="7298145681699622182")
    spider._set_crawler(crawler)
    spider.run_log = RunLog("douyin_post", datetime.now(UTC))
    assert [result async for result in spider.handle_failure(broken())] == []
    [gap] = spider.run_log.gaps
    assert (gap.outcome, gap.detail) == ("INTERNAL", "ValueError")
    assert "in broken" in caplog.text
    assert "ValueError: Port out of range in …" in caplog.text
    assert "s3cret" not in caplog.text


async def test_full_disk_ends_the_list_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    crawler = get_crawler(settings_dict={"F2_PATH": "x"})
    spider = DouyinPostSpider(url="7298145681699622182")
    spider._set_crawler(crawler)
    spider.run_log = RunLog("douyin_post", datetime.now(UTC))
    request = Request("https://x.com", meta={"answer": {}})

    def read(_answer: Mapping[str, Any], source: str) -> Iterator[str]:
        yield source
        raise OSError(errno.ENOSPC, "the temporary file for keys of rows: full")

    response = Response("https://x.com", request=request)
    assert [one async for one in spider._read(read, response, {"source": "list"})] == ["list"]
    [gap] = spider.run_log.gaps
    assert (gap.key, gap.outcome) == ("list", "DISK")
    assert gap.detail == "the temporary file for keys of rows: full"
    assert "Traceback" not in caplog.text


class StubPagination(SimpleNamespace):
    """A list with one page of two works, whose reading may fail behind them."""

    def __init__(self, error: Exception | None = None) -> None:
        listing = SimpleNamespace(finished=False, source="list")
        super().__init__(error=error, item=Post, newest=(), replies=0, listing=listing)

    def lacks_all(self, *_: Any) -> bool:
        return False

    def read_page(self, *_: Any) -> Iterator[Post]:
        yield from (Post(aweme_id="1"), Post(aweme_id="2"))
        if self.error:
            raise self.error

    def next_page(self, endpoint: UserPost, _answer: Any) -> UserPost:
        return endpoint.model_copy(update={"max_cursor": 5})

    def repeat_page(self, _endpoint: UserPost) -> None:
        return None


def read_page(pagination: StubPagination, results: list[Any]) -> None:
    spider: Any = DouyinPostSpider(url="7298145681699622182")
    spider.paginations = {"list": pagination}
    spider.reading = SimpleNamespace(
        add_page=lambda *_: None, add_pending=lambda *_: None, is_known=lambda *_: False
    )
    spider._request_page = lambda page, _: page
    for result in spider._read_page({}, UserPost(sec_user_id="MS4w"), "list"):
        results.append(result)  # noqa: PERF402 - those before an error, too


def test_next_page_is_requested_before_the_works_of_this_one() -> None:
    results: list[Any] = []
    read_page(StubPagination(), results)
    first, *works = results
    assert first.max_cursor == 5
    assert [work.aweme_id for work in works] == ["1", "2"]


@pytest.mark.parametrize("error", [ProtocolError("no rows"), OSError(errno.ENOSPC, "full")])
def test_works_before_an_error_are_kept(error: Exception) -> None:
    results: list[Any] = []
    with pytest.raises(type(error)):
        read_page(StubPagination(error), results)
    assert [work.aweme_id for work in results] == ["1", "2"]
