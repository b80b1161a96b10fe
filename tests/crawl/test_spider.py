"""ApiSpider: unexpected errors are in the log, whole and without secrets; a full disk is a line."""

import errno
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure

from f2scrapy.crawl.requests import make_api_request
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.posts import PostDetail
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


async def test_full_disk_ends_a_list_that_goes_on_in_one_line(tmp_path: Path) -> None:
    """The keys of the rows that an earlier run has given go to a temporary file."""

    def open_list(*_: object) -> None:
        raise OSError(errno.ENOSPC, "the temporary file for keys of rows: full")

    crawler = get_crawler(DouyinPostSpider, {"F2_PATH": str(tmp_path)})
    spider = DouyinPostSpider(url="7298145681699622182")
    spider._set_crawler(crawler)
    spider.run_log = RunLog("douyin_post", datetime.now(UTC))
    spider.reading = SimpleNamespace(is_finished=lambda _: False, open_list=open_list)
    [link] = spider.targets.links
    assert [*spider._open(link)] == []
    [gap] = spider.run_log.gaps
    assert (gap.outcome, gap.detail) == ("DISK", "the temporary file for keys of rows: full")


def read_to_a_full_disk(_answer: Mapping[str, Any], source: str) -> Iterator[str]:
    yield source
    raise OSError(errno.ENOSPC, "the temporary file for keys of rows: full")


@pytest.mark.parametrize("refused", [False, True], ids=["interface", "site's page"])
async def test_full_disk_ends_the_list_in_one_line(
    refused: bool, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawler = get_crawler(settings_dict={"F2_PATH": "x"})
    spider = DouyinPostSpider(url="7298145681699622182")
    spider._set_crawler(crawler)
    spider.run_log = RunLog("douyin_post", datetime.now(UTC))
    if refused:

        async def read_page(*_: object) -> tuple[dict[str, Any], str]:
            return {}, "page"

        monkeypatch.setattr("f2scrapy.crawl.spider.read_elsewhere", read_page)
        monkeypatch.setattr(spider, "_read_page", read_to_a_full_disk)
        request = make_api_request(PostDetail(aweme_id="1"), cb_kwargs={"source": "list"})
        results = spider._read_elsewhere(request, Refused(Outcome.CAPTCHA, "captcha"))
    else:
        request = Request("https://x.com", meta={"answer": {}})
        response = Response("https://x.com", request=request)
        results = spider._read(read_to_a_full_disk, response, {"source": "list"})
    assert [one async for one in results] == ["list"]
    [gap] = spider.run_log.gaps
    assert (gap.key, gap.outcome) == ("list", "DISK")
    assert gap.detail == "the temporary file for keys of rows: full"
    assert "Traceback" not in caplog.text
