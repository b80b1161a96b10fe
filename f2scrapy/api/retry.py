"""Retry: which refusals are worth another try, when, and as whom; for crawls and rooms alike."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from f2scrapy.errors import Outcome, Refused

if TYPE_CHECKING:  # crawls do without it
    from f2scrapy.api.session import Session

logger = logging.getLogger(__name__)

MAX_PAUSE = 60.0  # seconds between two tries

# Worth another try with a fresh signature; those of the second set with another guest, too.
AGAIN = frozenset(
    {
        Outcome.RISK_CONTROL,
        Outcome.SIGNATURE_REJECTED,
        Outcome.CAPTCHA,
        Outcome.RATE_LIMITED,
        Outcome.SERVER_ERROR,
        Outcome.NETWORK,
    }
)
ANOTHER_GUEST = frozenset({Outcome.RISK_CONTROL, Outcome.SIGNATURE_REJECTED, Outcome.CAPTCHA})
_CAPTCHA_RETRIES = 1  # as another guest; by waiting, none has gone away yet

_Answer = TypeVar("_Answer")


def most(outcome: Outcome, retries: int) -> int:
    """How often it is tried again, where other trouble is so `retries` times."""
    if outcome not in AGAIN:
        return 0
    return min(retries, _CAPTCHA_RETRIES) if outcome is Outcome.CAPTCHA else retries


def pause(first: float, tried: int) -> float:
    """Seconds until the next try: twice as long each time, never quite the same."""
    return min(first * 2.0**tried * random.uniform(0.5, 1.5), MAX_PAUSE)


def as_another_guest(outcome: Outcome, tried: int, retries: int) -> bool:
    """Whether somebody else should try next: where half of the tries have been in vain."""
    return outcome in ANOTHER_GUEST and tried + 1 > retries // 2


async def persistently(session: Session, ask: Callable[[], Awaitable[_Answer]]) -> _Answer:
    """What `ask` gives; where it is refused it is asked again, as the options of crawls say.

    Raises:
        Refused: it is refused for good, or still.
    """
    tried = 0
    while True:
        guest = session.identity.guest
        try:
            return await ask()
        except Refused as refused:
            retries = most(refused.outcome, session.options.retries)
            if tried >= retries:
                raise
            seconds = pause(session.options.backoff, tried)
            again = f"asked again in {seconds:.2g} s ({tried + 1} of {retries})"
            logger.info("%s: %s; %s", refused.outcome, refused.detail, again)
            await asyncio.sleep(seconds)
            if as_another_guest(refused.outcome, tried, retries):
                await session.identity.renew(guest)
            tried += 1
