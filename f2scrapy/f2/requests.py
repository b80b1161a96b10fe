"""Request one page of an interface: the base of F2's crawlers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from f2scrapy.f2.arguments import open_session
from f2scrapy.f2.models import Model, get_endpoint


class Crawler:
    """Requests interfaces within `async with`, with retries as in a crawl."""

    platform: ClassVar[str]

    def __init__(self, kwargs: Mapping[str, Any] | None = None) -> None:
        self.kwargs = dict(kwargs or {})
        self._session = open_session(self.platform, self.kwargs)

    async def __aenter__(self) -> Self:
        await self._session.__aenter__()
        return self

    async def __aexit__(self, *raised: Any) -> None:
        await self._session.__aexit__(*raised)

    async def fetch_answer(self, params: Model) -> Mapping[str, Any]:
        """Return the decoded answer of the model's interface.

        Raises:
            Refused: there is no answer, after the retries. (F2 returns {}.)
        """
        return (await self._session.ask_anywhere(get_endpoint(params)))[0]
