"""Decide whether, when and as which guest to retry a refused request; for crawls and rooms."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING, TypeVar

from f2scrapy.errors import Outcome, Reason, Refused

if TYPE_CHECKING:  # crawls do without it
    from f2scrapy.api.identity import Identity, Sender
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


def count_reason_retries(reason: Reason, tried: int, before: Collection[Reason], limit: int) -> int:
    """Return how often to retry in all after a refusal for `reason`: once more for each reason.

    `tried` counts the retries so far, `before` are the reasons of earlier ones. `limit` is the
    user's (F2_RETRIES); 0 = no retry at all.
    """
    return tried + 1 if limit and reason not in before else 0


async def apply_remedy(identity: Identity, reason: Reason, sender: Sender, path: str) -> None:
    """Change what the next try sends, so that it may pass.

    `sender` is the state of the identity when the refused request was sent, `path` that of its
    interface. Waiting changes nothing: the gateway decides by the request alone (public reports of
    September 2026).
    """
    if reason is Reason.PLEASE_WAIT:
        await identity.renew(sender.guest)
    elif reason is Reason.SIGNATURE_NOT_FOUND and identity.uifid:
        identity.protected_paths.add(path)
    elif reason is not Reason.SIGN_INVALID:  # a new signature is made for each try
        identity.renew_uifid(sender.uifid)


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
    tried, reasons, limit = 0, set[Reason](), session.options.retries
    while True:
        guest = session.identity.guest
        try:
            return await call()
        except Refused as refused:
            reason = refused.reason
            retries = (
                count_reason_retries(reason, tried, reasons, limit)
                if reason
                else count_retries(refused.outcome, limit)
            )
            if tried >= retries:
                raise
            seconds = compute_pause(session.options.backoff, 0 if reason else tried)
            again = f"asked again in {seconds:.2g} s ({tried + 1} of {retries})"
            logger.info("%s: %s; %s", refused.outcome, refused.detail, again)
            await asyncio.sleep(seconds)
            if reason:
                reasons.add(reason)  # the session has applied the remedy
            elif needs_new_guest(refused.outcome, tried, retries):
                await session.identity.renew(guest)
            tried += 1
