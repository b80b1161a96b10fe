"""Stop asking a platform while it refuses the identity, and after it has refused it for good."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from scrapy import Request

from f2scrapy.crawl.requests import ApiCall, SitePage, TokenCall, get_purpose
from f2scrapy.errors import F2Error, Outcome, Refused

# Key in Request.meta of requests that never wait: those of a recording, which asks as long as it
# lasts, and those of a channel that needs no identity, asked while the others wait.
UNGATED = "f2_ungated"

# Refusals of whoever asks, not of what is asked for.
_OF_IDENTITY = frozenset(
    {
        Outcome.RISK_CONTROL,
        Outcome.CAPTCHA,
        Outcome.RATE_LIMITED,
        Outcome.SIGNATURE_REJECTED,
    }
)


# Counts a request to an interface (`Endpoint.way`) before it is sent; Refused: none may be sent.
Budget = Callable[[str], Awaitable[None]]


class Postponed(F2Error):
    """The request has to wait: another one is refused, and tried again."""


class IdentityGate:
    """Lets one refused request be tried again while all others of the identity wait.

    If that succeeds, they go on. If its last try is refused, none of them is sent: each would cost
    as many tries, and make the platform's distrust of the account worse.
    """

    def __init__(self) -> None:
        self.refused: Refused | None = None  # the final refusal; None = there is none
        self.budget: Budget | None = None  # of an identity of the pool; None = no limit
        self._retried: dict[int, Any] = {}  # purposes of requests that are tried again, by id()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)  # by slot
        self._unjudged: set[int] = set()  # id() of purposes whose response has no verdict yet
        self._judged = asyncio.Event()  # set when no verdict is missing any more
        self._changed = asyncio.Event()

    @property
    def is_held(self) -> bool:
        """Whether a request is tried again, or its last refusal is not handled yet."""
        return bool(self._retried)

    def is_retried(self, request: Request) -> bool:
        """Return whether this is a request that the others wait for."""
        return id(get_purpose(request)) in self._retried

    def check(self, request: Request) -> None:
        """Check that a request may be sent now; those for files always may.

        Raises:
            Refused: INTERRUPTED, as the identity is refused.
            Postponed: it must `wait`.
        """
        purpose = get_purpose(request)
        if not isinstance(purpose, ApiCall | SitePage | TokenCall) or UNGATED in request.meta:
            return
        if self.refused is not None:
            if self.refused.outcome is Outcome.INTERRUPTED:
                raise self.refused
            why = f"not asked: the platform refuses this identity ({self.refused.outcome})"
            raise Refused(Outcome.INTERRUPTED, why)
        if self.is_held and isinstance(purpose, ApiCall) and not self.is_retried(request):
            raise Postponed("another request is tried again")

    @asynccontextmanager
    async def take_turn(self, request: Request) -> AsyncIterator[None]:
        """Send a request within this context, after the verdict on the one before it.

        Without a delay, slots of Scrapy 2.19 start all their requests at once (2026-11-30).

        Raises:
            Refused, Postponed: as `check` does.
        """
        purpose = get_purpose(request)
        if not isinstance(purpose, ApiCall) or UNGATED in request.meta:
            self.check(request)
            yield
            return
        async with self._turns[request.meta.get("download_slot", "")]:
            while self._unjudged:
                self._judged.clear()
                await self._judged.wait()
            self.check(request)
            if self.budget is not None:
                await self.budget(purpose.endpoint.way)
            yield
            self._unjudged.add(id(purpose))

    def judge(self, request: Request, outcome: Outcome) -> bool:
        """Let the others wait if the identity is refused, and go on if it is not.

        Return False if this request was refused while another one is tried again: it waits, too.
        """
        purpose = get_purpose(request)
        self.settle(request)
        if outcome is Outcome.OK:
            self.release(request)
        elif isinstance(purpose, ApiCall) and outcome in {*_OF_IDENTITY, Outcome.COOKIE_EXPIRED}:
            if UNGATED in request.meta:
                return True
            if self.is_held and not self.is_retried(request):
                return False
            self._retried[id(purpose)] = purpose
        return True

    def settle(self, request: Request) -> None:
        """Let the next request take its turn: this response has a verdict, or needs none."""
        self._unjudged.discard(id(get_purpose(request)))
        if not self._unjudged:
            self._judged.set()

    def release(self, request: Request) -> None:
        """Let the others go on, as far as they wait for this request.

        So they do not wait for a verdict that an error has prevented, such as a full disk when the
        cookies of the response were saved.
        """
        self.settle(request)
        self._retried.pop(id(get_purpose(request)), None)
        if not self._retried:
            self._notify()

    def close(self, refused: Refused, *, had_login: bool) -> None:
        """Stop asking, if this is a refusal of the identity, or of the login that it had."""
        if self.refused is None and (had_login or refused.outcome in _OF_IDENTITY):
            self.refused = refused
            self._notify()

    def stop(self, why: Refused) -> None:
        """Stop asking for a reason of our own; `why` is INTERRUPTED."""
        self.refused = self.refused or why
        self._notify()

    async def wait(self, is_stopping: Callable[[], bool]) -> None:
        """Wait until no request is tried again, or the run is stopping."""
        while self.is_held and self.refused is None and not is_stopping():
            try:
                async with asyncio.timeout(0.5):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def _notify(self) -> None:
        self._changed.set()
        self._changed.clear()
