"""Notify: tells somebody that a crawl or a recording began, ended or failed.

By a webhook of one's own (JSON by POST) and by Bark. Their addresses are secrets: no log has them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

import aiohttp

from f2scrapy.api.proxy import proxy_for
from f2scrapy.config.options import EVENTS, Options
from f2scrapy.errors import InputError
from f2scrapy.text import describe_error

logger = logging.getLogger(__name__)

_TIMEOUT = aiohttp.ClientTimeout(total=10)


@dataclass
class Notifier:
    """Sends on its own; `close` waits for what is on its way."""

    webhook: str = field(default="", repr=False)  # "" = none
    bark: str = field(default="", repr=False)  # https://api.day.app/KEY; "" = none
    events: Collection[str] = EVENTS
    _sending: set[asyncio.Task[None]] = field(default_factory=set, repr=False)

    @classmethod
    def from_options(cls, options: Options) -> Self:
        """Build the notifier that F2_NOTIFY_… describes."""
        return cls(options.notify_webhook, options.notify_bark, options.notify_on)

    @property
    def silent(self) -> bool:
        """Whether nobody is to be told anything."""
        return not (self.webhook or self.bark) or not self.events

    def tell(self, event: str, title: str, text: str, **facts: Any) -> None:
        """Send word of an event; `facts` go to the webhook alone. It returns at once."""
        if event not in self.events:
            return
        for task in self._messages(event, title, text, facts):
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def close(self) -> None:
        """Wait for what is on its way."""
        await asyncio.gather(*self._sending)

    def _messages(
        self, event: str, title: str, text: str, facts: dict[str, Any]
    ) -> Iterable[asyncio.Task[None]]:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        told = {"event": event, "title": title, "text": text, "time": now, **facts}
        bark = {"title": title, "body": text, "group": "f2scrapy"}
        for name, url, body in (("webhook", self.webhook, told), ("Bark", self.bark, bark)):
            if url:
                yield asyncio.ensure_future(_post(name, url, body))


async def _post(name: str, url: str, body: dict[str, Any]) -> None:
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as http,
            http.post(url, json=body, proxy=proxy_for(url)) as reply,
        ):
            if reply.status >= 300:
                logger.warning("notification by %s: HTTP %d", name, reply.status)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, InputError) as error:
        logger.warning("notification by %s failed: %s", name, describe_error(error))
