"""Decide whether, when and as which guest to retry a refused request; for crawls and rooms."""

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

# A retry with a fresh signature may help; for the second set another guest may help, too.
RETRYABLE = frozenset(
    {
        Outcome.RISK_CONTROL,
        Outcome.SIGNATURE_REJECTED,
        Outcome.CAPTCHA,
        Outcome.RATE_LIMITED,
        Outcome.SERVER_ERROR,
        Outcome.NETWORK,
    }
)
GUEST_REFUSALS = frozenset({Outcome.RISK_CONTROL, Outcome.SIGNATURE_REJECTED, Outcome.CAPTCHA})
_CAPTCHA_RETRIES = 1  # as another guest; no captcha has gone away by waiting yet

_Answer = TypeVar("_Answer")


def count_retries(outcome: Outcome, retries: int) -> int:
    """Return how often to retry after `outcome`; `retries` is the user's limit (F2_RETRIES)."""
    if outcome not in RETRYABLE:
        return 0
    return min(retries, _CAPTCHA_RETRIES) if outcome is Outcome.CAPTCHA else retries


def compute_pause(first: float, tried: int) -> float:
    """Return the seconds before retry number `tried`, from 0: doubled each time, with jitter."""
    return min(first * 2.0**tried * random.uniform(0.5, 1.5), MAX_PAUSE)


def needs_new_guest(outcome: Outcome, tried: int, retries: int) -> bool:
    """Return whether another guest should make the next try: after half of the tries."""
    return outcome in GUEST_REFUSALS and tried + 1 > retries // 2


async def call_with_retries(session: Session, call: Callable[[], Awaitable[_Answer]]) -> _Answer:
    """Return the result of `call`, after retries as in a crawl (F2_RETRIES, F2_BACKOFF).

    Raises:
        Refused: a retry does not help, or the last one was refused.
    """
    tried = 0
    while True:
        guest = session.identity.guest
        try:
            return await call()
        except Refused as refused:
            retries = count_retries(refused.outcome, session.options.retries)
            if tried >= retries:
                raise
            seconds = compute_pause(session.options.backoff, tried)
            again = f"asked again in {seconds:.2g} s ({tried + 1} of {retries})"
            logger.info("%s: %s; %s", refused.outcome, refused.detail, again)
            await asyncio.sleep(seconds)
            if needs_new_guest(refused.outcome, tried, retries):
                await session.identity.renew(guest)
            tried += 1
