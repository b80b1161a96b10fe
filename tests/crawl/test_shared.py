"""Objects that the parts of a crawl share are built once."""

from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from f2scrapy import settings as project
from f2scrapy.api.http_client import Failure, HttpError
from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.config.options import Options, parse_options
from f2scrapy.crawl import configured_spider, shared
from f2scrapy.crawl.addon import load_settings
from f2scrapy.crawl.preflight import check_run
from f2scrapy.crawl.shared import get_archive, get_http_client, get_identity, get_options
from f2scrapy.errors import InputError
from spiders.douyin_post import DouyinPostSpider

WORK = "7298145681699622182"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("F2_COOKIE", raising=False)
    given = Settings()
    given.setmodule(project, priority="project")
    ours = {"F2_PATH": str(tmp_path / "Download"), "F2_SANDBOX": "http://127.0.0.1:9",
            "F2_PACE": "0", "F2_RETRIES": "0", "F2_BACKOFF": "0", "LOG_ENABLED": False,
            "TWISTED_REACTOR_ENABLED": False}  # fmt: skip
    given.setdict(ours, priority="cmdline")
    load_settings(given)
    return given


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[Options]:
    """All options that are parsed in a crawl."""
    found: list[Options] = []

    def parse(*values: Any, **extra: Any) -> Options:
        found.append(parse_options(*values, **extra))
        return found[-1]

    monkeypatch.setattr(shared, "parse_options", parse)
    return found


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[DouyinPostSpider]:
    """All spiders that are built in a crawl."""
    found: list[DouyinPostSpider] = []
    build = DouyinPostSpider.__init__

    def remember(self: DouyinPostSpider, *args: Any, **values: Any) -> None:
        found.append(self)
        build(self, *args, **values)

    monkeypatch.setattr(DouyinPostSpider, "__init__", remember)
    return found


def test_each_is_the_same_object_for_all_parts(settings: Settings, parsed: list[Options]) -> None:
    crawler = Crawler(DouyinPostSpider, settings)
    assert get_options(crawler) is get_options(crawler) is parsed[0]
    assert get_identity(crawler) is get_identity(crawler)
    archive = get_archive(crawler)
    assert get_archive(crawler) is archive
    assert len(parsed) == 1
    archive.close()


def test_crawls_do_not_share(settings: Settings, parsed: list[Options]) -> None:
    one, two = (Crawler(DouyinPostSpider, settings) for _ in range(2))
    assert get_options(one) is not get_options(two)
    assert get_identity(one) is not get_identity(two)
    assert len(parsed) == 2


async def test_options_and_spider_of_a_checked_crawl_are_built_once(
    settings: Settings, parsed: list[Options], built: list[DouyinPostSpider]
) -> None:
    crawler = Crawler(DouyinPostSpider, settings)
    check_run(crawler, {"url": WORK})
    options, [checked] = get_options(crawler), built
    await crawler.crawl_async(url=WORK)
    assert crawler.spider is checked
    assert built == [checked]
    assert parsed == [options]
    assert checked.options is options
    assert crawler not in configured_spider._SPIDERS, "the next crawl builds its own"


async def test_crawl_without_a_check_builds_its_own(
    settings: Settings, parsed: list[Options], built: list[DouyinPostSpider]
) -> None:
    crawler = Crawler(DouyinPostSpider, settings)
    await crawler.crawl_async(url=WORK)
    assert built == [crawler.spider]
    assert len(parsed) == 1


def test_check_finds_a_bad_argument(settings: Settings) -> None:
    crawler = Crawler(DouyinPostSpider, settings)
    with pytest.raises(InputError, match="did you mean url"):
        check_run(crawler, {"urll": WORK})
    assert crawler not in configured_spider._SPIDERS


async def test_requests_of_the_identity_bring_their_proxy(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ProxyMiddleware` finds that of the environment, unless HTTPPROXY_ENABLED is False."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    settings.set("F2_SANDBOX", "", "cmdline")
    crawler = Crawler(DouyinPostSpider, settings)
    sent = PreparedRequest("https://platform.invalid/", {})
    for proxy, failure in ((None, Failure.UNKNOWN_HOST), ("http://127.0.0.1:1", Failure.REFUSED)):
        with pytest.raises(HttpError) as error:
            await get_http_client(crawler).send("GET", sent, seconds=9, limit=0, proxy=proxy)
        assert error.value.failure is failure
    await shared.close_http_client(crawler)
