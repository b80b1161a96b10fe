"""What a work's own interface says when its files are asked for anew."""

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.http import Request, Response
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from f2scrapy.errors import Outcome
from f2scrapy.rendition import policy
from f2scrapy.tiktok.items.posts import Post
from pipelines.media import MediaPipeline, Missing


def renewing(struct: dict[str, Any]) -> MediaPipeline:
    """A pipeline for which every work's own interface answers `struct`."""

    async def download(request: Request) -> Response:
        request.meta["page"] = {"itemInfo": {"itemStruct": struct}}
        return Response(request.url, request=request)

    crawler: Any = SimpleNamespace(
        settings=Settings({"RETRY_EXCEPTIONS": []}),
        stats=MemoryStatsCollector(SimpleNamespace(settings=Settings())),
        engine=SimpleNamespace(download_async=download),
    )
    return MediaPipeline(crawler, frozenset(), policy("best"), upgrade=False, at_once=1)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [({"takeDown": 1}, Outcome.PROHIBITED), ({"privateItem": True}, Outcome.PRIVATE)],
)
async def test_work_that_was_taken_away_since_says_why(said: Any, outcome: Outcome) -> None:
    with pytest.raises(Missing) as caught:
        await renewing({"id": "7", **said})._ask_again(Post(aweme_id="7"))
    assert caught.value.outcome is outcome
