"""While one request is refused the others wait; after its last refusal none is sent."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from scrapy import Request

from f2scrapy.crawl.identity_gate import UNGATED, IdentityGate, Postponed
from f2scrapy.crawl.requests import make_api_request, make_media_request, make_page_request
from f2scrapy.errors import Outcome, Refused
from f2scrapy.platforms.douyin.endpoints.posts import UserPost


def ask(**meta: Any) -> Request:
    return make_api_request(UserPost(sec_user_id="MS4w"), meta=meta)


async def send(gate: IdentityGate, request: Request) -> None:
    async with gate.take_turn(request):
        pass


async def test_next_request_waits_for_the_verdict_on_the_one_before() -> None:
    gate, first, second = IdentityGate(), ask(), ask()
    await send(gate, first)
    waiting = asyncio.ensure_future(send(gate, second))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    assert gate.judge(first, Outcome.OK)
    await asyncio.wait_for(waiting, 5)


async def test_error_that_prevents_a_verdict_holds_up_no_other() -> None:
    gate, first, second = IdentityGate(), ask(), ask()
    await send(gate, first)
    waiting = asyncio.ensure_future(send(gate, second))
    await asyncio.sleep(0.01)
    gate.release(first)  # as the spider does after each failure
    await asyncio.wait_for(waiting, 5)


@pytest.mark.parametrize("outcome", [Outcome.CAPTCHA, Outcome.RATE_LIMITED, Outcome.RISK_CONTROL])
async def test_others_wait_while_one_is_tried_again(outcome: Outcome) -> None:
    gate, refused, other = IdentityGate(), ask(), ask()
    assert gate.judge(refused, outcome)
    gate.check(refused)
    with pytest.raises(Postponed):
        gate.check(other)
    assert not gate.judge(other, outcome), "it was in flight: it waits, too, and costs no tries"
    gate.check(make_page_request("https://www.douyin.com/user/x"))
    gate.check(make_media_request("https://cdn/x"))
    gate.check(ask(**{UNGATED: True}))
    gate.release(refused)
    gate.check(other)


@pytest.mark.parametrize("outcome", [Outcome.DELETED, Outcome.NETWORK, Outcome.LOGIN_REQUIRED])
async def test_other_outcomes_hold_up_nothing(outcome: Outcome) -> None:
    gate = IdentityGate()
    assert gate.judge(ask(), outcome)
    gate.check(ask())
    gate.close(Refused(outcome, "x"), had_login=False)
    gate.check(ask())


async def test_after_the_last_refusal_files_alone_are_asked_for() -> None:
    gate = IdentityGate()
    gate.close(Refused(Outcome.CAPTCHA, "x"), had_login=False)
    for request in (ask(), make_page_request("https://www.douyin.com/user/x")):
        with pytest.raises(Refused, match=r"refuses this identity \(CAPTCHA") as raised:
            gate.check(request)
        assert raised.value.outcome is Outcome.INTERRUPTED
    gate.check(make_media_request("https://cdn/x"))
    gate.check(ask(**{UNGATED: True}))


async def test_waiting_ends_with_the_run() -> None:
    gate = IdentityGate()
    gate.judge(ask(), Outcome.CAPTCHA)
    await asyncio.wait_for(gate.wait(lambda: True), 5)
