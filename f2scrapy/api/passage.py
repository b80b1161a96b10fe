"""Let an identity past the "Please wait" page: once for each host, then it is a refusal."""

from __future__ import annotations

import asyncio
import logging
import time
from urllib.parse import urlsplit

from f2scrapy.api import waf
from f2scrapy.api.identity import Identity
from f2scrapy.errors import Outcome, Reason, Refused

logger = logging.getLogger(__name__)

_LASTS_S = 600.0  # seconds after which a pass that was accepted may have expired


async def pass_please_wait(identity: Identity, url: str, body: bytes, entry: int) -> bool:
    """Return whether to send a request again, with the pass that the identity has now.

    `body` is that of the response, and `entry` the number of the pass that the request was sent
    with (`Sender.entry`). Several requests may meet the page at once: one solves it for all.

    Raises:
        Refused: the page came in spite of a new pass, or cannot be solved.
    """
    challenge = waf.find_challenge(body)
    if challenge is None:
        if waf.has_mark(body):
            raise _build_refusal("the page cannot be read")
        return False
    host = urlsplit(url).hostname or ""
    async with identity.pass_lock:
        known = identity.passes.get(host)
        if known and known.number > entry:
            return True
        if known and known.number and abs(time.time() - known.made) < _LASTS_S:
            raise _build_refusal("it came again after its solution")
        cookies = await asyncio.to_thread(waf.solve, challenge)
        if cookies is None:
            raise _build_refusal(f"no number up to {waf.MAX_HASHES:,} solves it")
        identity.store_pass(host, cookies)
        logger.info('the "Please wait" page of %s is solved', host)
        return True


def _build_refusal(detail: str) -> Refused:
    words = f'the "Please wait" page (a proof of work): {detail}'
    return Refused(Outcome.RISK_CONTROL, words, reason=Reason.PLEASE_WAIT)
