"""Open the sockets of one room, one after the other, each with a newly signed address."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterable,
    Sequence,
)
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from typing import cast

from websockets.asyncio.client import ClientConnection, connect
from websockets.datastructures import Headers, HeadersLike
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidMessage,
    InvalidStatus,
)
from websockets.uri import parse_uri

from f2scrapy.api.aiohttp_client import build_tls_context
from f2scrapy.api.proxy import find_proxy
from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.api.verdict import classify_status, classify_text
from f2scrapy.errors import Outcome, Refused

MAX_FRAME = 16 << 20  # bytes
_CLOSE_S = 2.0  # wait for the peer's close frame
_NETWORK_ERRORS = (OSError, EOFError, TimeoutError, InvalidMessage, InvalidHandshake)
_TEMPORARY = frozenset({Outcome.NETWORK, Outcome.SERVER_ERROR, Outcome.RATE_LIMITED})

# At DEBUG, the lines of websockets would show cookies and signed addresses.
_LOG = logging.getLogger("websockets.f2scrapy")
_LOG.setLevel(logging.WARNING)


@dataclass(frozen=True)
class ReconnectPolicy:
    """Limits for reconnecting to a room; times in seconds."""

    max_refusals: int = 4  # refused handshakes in a row; the later ones use another guest
    give_up_after: float = 600.0  # without a connection that brings frames
    min_delay: float = 0.3  # between two attempts
    max_delay: float = 30.0

    def generate_delays(self) -> Generator[float, None, None]:
        """Return the delays between failed attempts: growing, with random variation."""
        delay = self.min_delay
        while True:
            yield delay * random.uniform(0.5, 1.5)
            delay = min(delay * 2, self.max_delay)


class _BrowserConnection(ClientConnection):
    """Sends the headers of the handshake in the browser's order."""

    order: Sequence[str] = ()  # of all headers

    async def handshake(
        self,
        additional_headers: HeadersLike | None = None,
        user_agent_header: str | None = None,  # noqa: ARG002 - the request has it
    ) -> None:
        request = self.protocol.connect()
        request.headers.update(additional_headers or {})
        places = {name.lower(): place for place, name in enumerate(self.order)}
        items = [*request.headers.raw_items()]
        items.sort(key=lambda item: places.get(item[0].lower(), len(places)))
        request.headers = Headers(items)
        self.protocol.connect = lambda: request  # type: ignore[method-assign]
        await super().handshake(None, None)


class Reconnector(connect):
    """The reconnecting `async for` of websockets, with a new request for each connection.

    `prepare` builds the request; its errors count as errors of the handshake. `order` are the names
    of the handshake's headers, as the browser orders them; `find_proxy` returns the proxy for an
    address, None = none.
    """

    def __init__(
        self,
        prepare: Callable[[], Awaitable[PreparedRequest]],
        policy: ReconnectPolicy,
        order: Sequence[str] = (),
        find_proxy: Callable[[str], str | None] = find_proxy,
    ) -> None:
        super().__init__(
            "ws://unknown.invalid/",  # until `prepare` returns
            compression="deflate",  # as browsers offer it
            user_agent_header=None,  # the request has it
            proxy=None,  # until `prepare` returns
            process_exception=self._classify_error,
            ping_interval=None,  # the platforms have a heartbeat of their own
            close_timeout=_CLOSE_S,
            reconnect_delays=policy.generate_delays,
            max_size=MAX_FRAME,
            logger=_LOG,
            create_connection=type("BrowserConnection", (_BrowserConnection,), {"order": order}),
        )
        # All three count since the last new message.
        self.refusals = 0  # refused handshakes
        self.opened = 0  # connections opened
        self.attempts = 0  # connections tried
        self._prepare, self._find_proxy = prepare, find_proxy
        self._policy = policy
        self._failing_since: float | None = None  # s of the loop's clock; None = it works

    def mark_alive(self, *, new: bool) -> None:
        """Record a received frame; `new`: it had a new message."""
        self._failing_since = None
        if new:
            self.refusals = self.opened = self.attempts = 0

    def open_sockets(self) -> AbstractAsyncContextManager[AsyncIterator[ClientConnection]]:
        """Return the connections, each opened when the one before has ended."""
        return aclosing(cast("AsyncGenerator[ClientConnection, None]", aiter(self)))

    async def connect(self) -> ClientConnection:
        """Open a connection to a new address; wait first if the last one brought nothing new."""
        if self.opened:
            if self._has_given_up():
                words = f"{self.opened} sockets in a row brought no messages"
                raise Refused(Outcome.NETWORK, words)
            delay = min(self._policy.min_delay * 2**self.opened, self._policy.max_delay)
            await asyncio.sleep(delay * random.uniform(0.5, 1.5))
        self.attempts += 1
        wire = await self._prepare()
        self.uri, self.ws_uri = wire.url, parse_uri(wire.url)
        self.proxy = self._find_proxy(wire.url)
        self.additional_headers = wire.headers
        self.create_connection_kwargs = {"ssl": build_tls_context()} if self.ws_uri.secure else {}
        connection = await super().connect()
        self.opened += 1
        return connection

    def process_redirect(self, exc: Exception) -> Exception:
        """Follow no redirect: no platform moves a socket, and the address has the guest's ids."""
        return exc

    def _has_given_up(self) -> bool:
        """Return True if connections have failed for longer than the policy allows."""
        now = asyncio.get_running_loop().time()
        self._failing_since = now if self._failing_since is None else self._failing_since
        return now - self._failing_since > self._policy.give_up_after

    def _classify_error(self, error: Exception) -> Exception | None:
        """Return the error to raise; None = try again."""
        refused = _classify_failure(error)
        if refused is None:
            return error
        if refused.outcome not in _TEMPORARY:
            self.refusals += 1
            return None if self.refusals <= self._policy.max_refusals else refused
        return refused if self._has_given_up() else None


async def receive(socket: ClientConnection, seconds: float) -> bytes | None:
    """Return the next frame; None if `seconds` have passed without one.

    Raises:
        ConnectionClosed: the connection is closed, and all its frames were returned.
    """
    try:
        async with asyncio.timeout(seconds):
            data = await socket.recv()
    except TimeoutError:
        return None
    return data if isinstance(data, bytes) else data.encode()


async def send(socket: ClientConnection, frames: Iterable[bytes], seconds: float) -> bool:
    """Send frames; return True if the peer accepted each within `seconds`.

    A closed connection is no error here: `receive` raises it after the last frame.
    """
    try:
        for frame in frames:
            async with asyncio.timeout(seconds):
                await socket.send(frame)
    except TimeoutError:
        return False
    except ConnectionClosed:
        pass
    return True


def _classify_failure(error: Exception) -> Refused | None:
    """Return the refusal in the failure of a connection; None if it is a fault of another kind.

    A refused signature has been observed as HTTP 200 with a header Handshake-Msg: DEVICE_BLOCKED
    (reports of users of other tools, 2024).
    """
    if isinstance(error, InvalidStatus):
        return _classify_status(error)
    if isinstance(error, _NETWORK_ERRORS):
        return Refused(Outcome.NETWORK, f"the socket cannot be opened: {type(error).__name__}")
    return error if isinstance(error, Refused) else None


def _classify_status(error: InvalidStatus) -> Refused:
    response = error.response
    words = response.headers.get("Handshake-Msg", "")
    body = (response.body or b"")[:4000].decode(errors="replace")
    body += response.headers.get("Location", "")
    status = response.status_code
    outcome = Outcome.RISK_CONTROL if status == 200 else classify_status(status)
    usual = Outcome.SIGNATURE_REJECTED if words else outcome
    detail = f"the socket was refused: HTTP {status}{f', {words[:60]}' if words else ''}"
    return Refused(classify_text(body, usual), detail)
