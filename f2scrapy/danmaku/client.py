"""Return the events of one room from now until it ends, over as many sockets as needed.

async for event in listen("https://live.douyin.com/660393530147"):
    print(event.text)
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext

from f2scrapy.api.session import Session
from f2scrapy.danmaku.messages import Event
from f2scrapy.danmaku.reconnect import ReconnectPolicy
from f2scrapy.danmaku.room_listener import RoomListener
from f2scrapy.danmaku.rooms import POLL_S, find_on_air
from f2scrapy.errors import InputError
from f2scrapy.rooms import parse_targets


async def listen(
    url: str,
    *,
    only: Collection[str] | None = None,
    duration: float | None = None,
    wait: bool = False,
    poll: float = POLL_S,
    session: Session | None = None,
    policy: ReconnectPolicy | None = None,
) -> AsyncIterator[Event]:
    """Return the events of a room, in their order, until the room ends.

    `url` is a room's link or id; `only` are kinds of events or methods of the platform (None =
    all; "gap" is always included); `duration` is in seconds (None = until the room ends). With
    `wait`, a room that is not on air is asked for every `poll` seconds until it is. By default a
    new guest watches, since an account cannot watch a room twice; `session` replaces it.

    A connection that fails is opened again, within the limits of `policy`. Messages that the
    platform does not send again after it are a `Gap`.

    Raises:
        InputError: `url` names no room, or several.
        NotOnAir: the room is not on air, and `wait` is False.
        Refused: the platform does not show the room, or does not show it any longer.
        ProtocolError: an answer has an unknown shape.
    """
    found = parse_targets([url])
    if len(found) > 1:
        raise InputError(f"name one room; this names several: {url!r}")
    async with _open_session(found[0].platform, session) as guest:
        room = await find_on_air(guest, found[0], wait=wait, poll=poll)
        listener = RoomListener(guest, found[0], room, only=only, duration=duration, policy=policy)
        async with aclosing(listener.read_batches()) as batches:
            async for batch in batches:
                for event in batch:
                    yield event


def _open_session(platform: str, session: Session | None) -> AbstractAsyncContextManager[Session]:
    return nullcontext(session) if session else Session(platform, guest=True)
