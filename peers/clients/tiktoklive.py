"""TikTokLive 7.0.1: a room by its name, with its frames read."""

import asyncio
import json
import os

import httpx
from judge import PROXY, tell
from TikTokLive import TikTokLiveClient
from TikTokLive.events import CommentEvent, ConnectEvent, GiftEvent, LikeEvent

FACTS = json.loads(os.environ["PEERS_FACTS"])


async def main():
    client = TikTokLiveClient(
        unique_id=FACTS["unique_id"],
        web_proxy=httpx.Proxy(PROXY),
        ws_proxy=httpx.Proxy(PROXY),
    )
    seen = {"connected": 0, "comments": 0, "gifts": 0, "likes": 0}

    def count(name):
        async def add(_event):
            seen[name] += 1

        return add

    for event, name in (
        (ConnectEvent, "connected"),
        (CommentEvent, "comments"),
        (GiftEvent, "gifts"),
        (LikeEvent, "likes"),
    ):
        client.add_listener(event, count(name))
    reason = ""
    try:
        alive = await client.is_live()
        tell("is_live", alive)
        await client.start(fetch_live_check=True)
        await asyncio.sleep(6)
        await client.disconnect()
    except Exception as error:  # noqa: BLE001 - it raises kinds of its own
        reason = f"{type(error).__name__}: {error}"
    tell("room", seen["connected"] and seen["comments"], f"{reason} {seen}")


asyncio.run(main())
