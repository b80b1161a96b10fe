"""Send a notification when a crawl or a recording begins, ends or fails.

It goes to a webhook of the user (JSON by POST), to Bark, and by Apprise to more than a hundred
other services. All addresses are secrets: keep them out of logs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from f2scrapy.api.proxy import find_proxy
from f2scrapy.api.secret_values import redact_quote, redact_values
from f2scrapy.config.options import EVENTS, Options
from f2scrapy.errors import InputError, shorten
from f2scrapy.language import translate_message
from f2scrapy.text import describe_error

logger = logging.getLogger(__name__)

_MAX_LINES = 20  # of users with new works
_TIMEOUT_S = 10


@dataclass
class Notifier:
    """Sends notifications in the background; `close` waits for the unfinished ones."""

    webhook: str = field(default="", repr=False)  # "" = no webhook
    bark: str = field(default="", repr=False)  # https://api.day.app/KEY; "" = no Bark
    events: Collection[str] = EVENTS
    apprise: Collection[str] = field(default=(), repr=False)  # addresses of Apprise's forms
    _sending: set[asyncio.Task[None]] = field(default_factory=set, repr=False)

    @classmethod
    def from_options(cls, options: Options) -> Self:
        """Build the notifier that F2_NOTIFY_… describes.

        Raises:
            InputError: Apprise is not installed, or does not know the form of an address.
        """
        addresses = options.notify_apprise.split()
        if addresses:
            _load_services(addresses)
        return cls(options.notify_webhook, options.notify_bark, options.notify_on, addresses)

    @property
    def is_silent(self) -> bool:
        """Whether there is no address to send to, or no event to send."""
        return not (self.webhook or self.bark or self.apprise) or not self.events

    def send(self, event: str, title: str, text: str, **facts: Any) -> None:
        """Start to send a notification, and return at once; `facts` go to the webhook only."""
        if event not in self.events:
            return
        for task in self._start_posts(event, title, text, facts):
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def close(self) -> None:
        """Wait until all started notifications are sent, or have failed."""
        await asyncio.gather(*self._sending)

    def _start_posts(
        self, event: str, title: str, text: str, facts: dict[str, Any]
    ) -> Iterable[asyncio.Task[None]]:
        title, text = redact_quote(title), redact_quote(text)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        message = {"event": event, "title": title, "text": text, "time": now}
        message |= redact_values(facts)
        title, text = translate_message(title), translate_message(text)  # these are for people
        whole = redact_quote("\n".join([text, *_list_new(facts.get("new", {}))]))
        bark = {"title": title, "body": whole, "group": "f2scrapy"}
        for name, url, body in (("webhook", self.webhook, message), ("Bark", self.bark, bark)):
            if url:
                yield asyncio.ensure_future(_post(name, url, body))
        if self.apprise:
            yield asyncio.ensure_future(_send_by_apprise(self.apprise, title, whole))


def _list_new(counts: Mapping[str, int]) -> Iterator[str]:
    """Yield a line for each user with new works, the most first; long texts may be refused."""
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    for name, count in ranked[:_MAX_LINES]:
        yield f"{shorten(name)}: {count}"
    if rest := ranked[_MAX_LINES:]:
        yield translate_message(f"{len(rest)} more: {sum(count for _, count in rest)}")


def _load_services(addresses: Collection[str]) -> Any:
    """Return Apprise's services for these addresses.

    Raises:
        InputError: Apprise is not installed, or does not know the form of one.
    """
    try:
        from apprise import Apprise  # noqa: PLC0415 - an extra
    except ImportError:
        raise InputError("F2_NOTIFY_APPRISE: needs the Python package apprise") from None
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its records name addresses
    services = Apprise()
    for number, address in enumerate(addresses, 1):
        if not services.add(address):
            raise InputError(f"F2_NOTIFY_APPRISE: Apprise does not know address {number}")
    return services


async def _send_by_apprise(addresses: Collection[str], title: str, text: str) -> None:
    services = _load_services(addresses)
    if not await services.async_notify(title=title, body=text):
        logger.warning("notification by Apprise failed for at least one address")


async def _post(name: str, url: str, body: dict[str, Any]) -> None:
    import aiohttp  # noqa: PLC0415 - it takes time, and most runs send no notification

    from f2scrapy.api.aiohttp_client import SocksConnector  # noqa: PLC0415

    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(connector=SocksConnector(), timeout=timeout) as http,
            http.post(url, json=body, proxy=find_proxy(url)) as reply,
        ):
            if reply.status >= 300:
                logger.warning("notification by %s: HTTP %d", name, reply.status)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, InputError) as error:
        logger.warning("notification by %s failed: %s", name, describe_error(error))
