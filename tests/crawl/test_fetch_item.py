"""New addresses of a work's files come from the interface of that work."""

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.http import Request, Response
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from f2scrapy.crawl.fetch_item import refresh_media
from f2scrapy.errors import Outcome, Refused
from f2scrapy.platforms.tiktok.items.posts import Post


def renewing(struct: dict[str, Any]) -> Any:
    """A crawler for which every work's own interface answers `struct`."""

    async def download(request: Request) -> Response:
        request.meta["answer"] = {"itemInfo": {"itemStruct": struct}}
        return Response(request.url, request=request)

    return SimpleNamespace(
        settings=Settings({"RETRY_EXCEPTIONS": []}),
        stats=MemoryStatsCollector(SimpleNamespace(settings=Settings())),
        engine=SimpleNamespace(download_async=download),
    )


@pytest.mark.parametrize(
    ("said", "outcome"),
    [({"takeDown": 1}, Outcome.PROHIBITED), ({"privateItem": True}, Outcome.PRIVATE)],
)
async def test_work_that_was_taken_away_since_says_why(said: Any, outcome: Outcome) -> None:
    with pytest.raises(Refused) as caught:
        await refresh_media(renewing({"id": "7", **said}), Post(aweme_id="7"))
    assert caught.value.outcome is outcome
