"""Dial: the sockets of one room, one after the other, each with an address of its own."""

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
)
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from typing import cast

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidMessage,
    InvalidStatus,
)
from websockets.uri import parse_uri

from f2scrapy.api.proxy import proxy_for
from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.api.verdict import by_status, by_text
from f2scrapy.errors import Outcome, Refused

MAX_FRAME = 16 << 20  # bytes
_CLOSE_S = 2.0  # for a peer's goodbye
_TROUBLE = (OSError, EOFError, TimeoutError, InvalidMessage, InvalidHandshake)
_PASSING = frozenset({Outcome.NETWORK, Outcome.SERVER_ERROR, Outcome.RATE_LIMITED})
_SENT = ("Cookie", "Accept-Language", "User-Agent")  # what a browser sends with a handshake

# Lines of websockets' own at DEBUG would show cookies and signed addresses.
_LOG = logging.getLogger("websockets.f2scrapy")
_LOG.setLevel(logging.WARNING)


@dataclass(frozen=True)
class Patience:
    """How much is borne before a room is given up; times in seconds."""

    refusals: int = 4  # handshakes refused in a row; each is tried anew, later as another guest
    trouble: float = 600.0  # without a connection that brings anything
    least: float = 0.3  # between two attempts
    most: float = 30.0

    def delays(self) -> Generator[float, None, None]:
        """The pauses between attempts that fail, growing, never quite the same."""
        pause = self.least
        while True:
            yield pause * random.uniform(0.5, 1.5)
            pause = min(pause * 2, self.most)


class Dial(connect):
    """websockets' reconnecting `async for`; `address` is asked before every connection.

    What `address` raises is judged as a handshake's failure is.
    """

    def __init__(
        self, address: Callable[[], Awaitable[PreparedRequest]], patience: Patience
    ) -> None:
        super().__init__(
            "ws://unknown.invalid/",  # until `address` is asked
            compression=None,  # payloads are gzip already
            user_agent_header=None,  # it comes with the address
            proxy=None,  # until `address` is asked
            process_exception=self._judge,
            ping_interval=None,  # the platforms have a heartbeat of their own
            close_timeout=_CLOSE_S,
            reconnect_delays=patience.delays,
            max_size=MAX_FRAME,
            logger=_LOG,
        )
        self.refusals = 0  # handshakes refused since a new message came
        self.barren = 0  # connections opened since a new message came
        self.tried = 0  # connections tried to open since then
        self._address = address
        self._patience = patience
        self._since: float | None = None  # s of the loop's clock, when trouble began

    def heard(self, *, told: bool) -> None:
        """The connection is good: something came, and a new message if `told`."""
        self._since = None
        if told:
            self.refusals = self.barren = self.tried = 0

    def sockets(self) -> AbstractAsyncContextManager[AsyncIterator[ClientConnection]]:
        """The connections, each as soon as the one before has ended; the last ends with it."""
        return aclosing(cast("AsyncGenerator[ClientConnection, None]", aiter(self)))

    async def connect(self) -> ClientConnection:
        """Open a connection to a new address; one that follows a barren one waits."""
        if self.barren:
            if self._too_long():
                raise Refused(Outcome.NETWORK, f"{self.barren} sockets in a row brought nothing")
            pause = min(self._patience.least * 2**self.barren, self._patience.most)
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
        self.tried += 1
        wire = await self._address()
        self.uri, self.ws_uri = wire.url, parse_uri(wire.url)
        self.proxy = proxy_for(wire.url)
        self.additional_headers = _handshake(wire)
        connection = await super().connect()
        self.barren += 1
        return connection

    def process_redirect(self, exc: Exception) -> Exception:
        """None is followed: no socket is elsewhere, and the address holds who asks."""
        return exc

    def _too_long(self) -> bool:
        """Whether trouble, which there is now, has lasted for longer than is borne."""
        now = asyncio.get_running_loop().time()
        self._since = now if self._since is None else self._since
        return now - self._since > self._patience.trouble

    def _judge(self, error: Exception) -> Exception | None:
        """None = it is tried again."""
        refused = _refusal(error)
        if refused is None:
            return error
        if refused.outcome not in _PASSING:
            self.refusals += 1
            return None if self.refusals <= self._patience.refusals else refused
        return refused if self._too_long() else None


async def receive(socket: ClientConnection, seconds: float) -> bytes | None:
    """The next frame; None where `seconds` have passed without one.

    Raises:
        ConnectionClosed: there is none, and no more will come.
    """
    try:
        async with asyncio.timeout(seconds):
            data = await socket.recv()
    except TimeoutError:
        return None
    return data if isinstance(data, bytes) else data.encode()


async def send(socket: ClientConnection, frames: Iterable[bytes], seconds: float) -> bool:
    """Send frames; returns whether the peer took each within `seconds`.

    That the connection is closed is told by `receive`, behind all that came on it.
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


def _handshake(wire: PreparedRequest) -> dict[str, str]:
    sent = {name: wire.headers[name] for name in _SENT if name in wire.headers}
    return {"Origin": wire.headers.get("Referer", "").rstrip("/")} | sent


def _refusal(error: Exception) -> Refused | None:
    """What the failure of a connection says; None = it is none of these.

    A refused signature has been seen as HTTP 200 with a header Handshake-Msg: DEVICE_BLOCKED
    (reports of users of other tools, 2024).
    """
    if isinstance(error, InvalidStatus):
        return _status(error)
    if isinstance(error, _TROUBLE):
        return Refused(Outcome.NETWORK, f"the socket cannot be opened: {type(error).__name__}")
    return error if isinstance(error, Refused) else None


def _status(error: InvalidStatus) -> Refused:
    answer = error.response
    words = answer.headers.get("Handshake-Msg", "")
    body = (answer.body or b"")[:4000].decode(errors="replace")
    body += answer.headers.get("Location", "")
    told = Outcome.RISK_CONTROL if answer.status_code == 200 else by_status(answer.status_code)
    usual = Outcome.SIGNATURE_REJECTED if words else told
    seen = f"the socket was refused: HTTP {answer.status_code}{f', {words[:60]}' if words else ''}"
    return Refused(by_text(body, usual), seen)
